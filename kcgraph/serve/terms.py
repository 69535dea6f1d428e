"""What the page for queries completes: prefixes, classes and properties of the graph, variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kcgraph import resources
from kcgraph.output import curie
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Store

_SAMPLE = 300_000  # triples that are looked through; a graph of any size has its terms in these
_PROPERTIES = f"SELECT DISTINCT ?term {{ {{ SELECT ?term {{ ?s ?term ?o }} LIMIT {_SAMPLE} }} }}"
_CLASSES = f"SELECT DISTINCT ?term {{ {{ SELECT ?term {{ ?s a ?term }} LIMIT {_SAMPLE} }} }}"
_KEYWORDS = (
    *("SELECT", "DISTINCT", "WHERE", "FILTER", "OPTIONAL", "UNION", "VALUES", "BIND", "GROUP BY"),
    *("ORDER BY", "DESC", "LIMIT", "OFFSET", "HAVING", "COUNT", "GROUP_CONCAT", "CONSTRUCT", "ASK"),
    *("DESCRIBE", "GRAPH", "FILTER NOT EXISTS", "CONTAINS", "LCASE", "STR", "REGEX", "MIN", "MAX"),
)


def completions(store: Store) -> dict[str, Any]:
    """Prefixes with their namespaces, terms in use with what the ontology says of them."""
    told = _told()
    found = []
    for kind, query in (("class", _CLASSES), ("property", _PROPERTIES)):
        rows: Any = store.query(query, use_default_graph_as_union=True)
        iris = sorted(row["term"].value for row in rows)
        found += [
            {"term": short, "kind": kind, "about": told.get(iri, "")}
            for iri in iris
            if not (short := curie(iri)).startswith("<")
        ]
    return {"prefixes": PREFIXES, "terms": found, "keywords": list(_KEYWORDS)}


def _told() -> dict[str, str]:
    """The first comment of each term of the ontology."""
    from pyoxigraph import NamedNode, RdfFormat, parse

    comment = PREFIXES["rdfs"] + "comment"
    text = (resources.ontology_dir() / "kcgraph.ttl").read_bytes()
    return {
        quad.subject.value: quad.object.value
        for quad in parse(text, RdfFormat.TURTLE)
        if quad.predicate.value == comment and isinstance(quad.subject, NamedNode)
    }
