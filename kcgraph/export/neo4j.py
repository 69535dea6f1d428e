"""Neo4j: nodes and relationships as CSV for `neo4j-admin database import full`.

    neo4j-admin database import full --nodes=nodes.csv --relationships=relationships.csv \\
        --multiline-fields=true

A position is a relationship from its holder to its target, of the type of its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kcgraph.export.articles import articles
from kcgraph.export.csv import table
from kcgraph.export.graphml import network_of

if TYPE_CHECKING:
    from kcgraph.claims import Claims

_TYPES = {
    "demand": "DEMANDS",
    "stance": "HAS_STANCE_ON",
    "commitment": "COMMITS_TO",
    "refusal": "REFUSES",
}
_NODES = (
    "iri:ID", ":LABEL", "name:string", "aliases:string", "roles:string", "date:string",
    "publisher:string", "url:string",
)  # fmt: skip
_RELATIONSHIPS = (
    ":START_ID", ":END_ID", ":TYPE", "iri:string", "polarity:string", "confidence:double",
    "date:string", "evidence:string", "sentence:string", "article:string", "addressee:string",
    "on_behalf_of:string",
)  # fmt: skip


def files(claims: Claims) -> dict[str, bytes]:
    """nodes.csv (stakeholders, issues, articles) and relationships.csv (positions, memberships)."""
    network = network_of(claims, verbatim=True)
    nodes: list[tuple[object, ...]] = [
        (iri, _label(data["kind"]), data["label"], data["aliases"], data["roles"], "", "", "")
        for iri, data in network.nodes(data=True)
    ]
    nodes += [
        (a.iri, "Article", a.title or "", "", "", a.date or "", a.publisher or "", a.url or "")
        for a in articles(claims.store)
    ]
    relationships: list[tuple[object, ...]] = [
        (
            holder, target, _TYPES[data["kind"]], key, data["polarity"], data["confidence"],
            data.get("date", ""), data["evidence"], data["sentence"], data["article"],
            data.get("addressee", ""), data.get("on_behalf_of", ""),
        )
        for holder, target, key, data in network.edges(keys=True, data=True)
    ]  # fmt: skip
    relationships += [
        (who, of, "MEMBER_OF", *[""] * (len(_RELATIONSHIPS) - 3))
        for who, ofs in sorted(claims.memberships().items())
        for of in sorted(ref.iri for ref in ofs)
    ]
    return {
        "nodes.csv": table(_NODES, nodes),
        "relationships.csv": table(_RELATIONSHIPS, relationships),
    }


def _label(kind: str) -> str:
    return "Issue" if kind == "issue" else f"Stakeholder;{kind.title()}"
