"""GraphML: the network of positions, for Gephi, networkx, igraph and yEd.

Nodes are stakeholders and issues, edges lead from the holder of a position to its target.
"""

from __future__ import annotations

import io
import re
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from kcgraph.claims import Claims

# XML 1.0 cannot hold these characters at all, not even escaped
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(claims: Claims, out: IO[bytes]) -> None:
    """Writes the network of `network_of`."""
    from networkx import write_graphml_xml

    document = io.BytesIO()
    write_graphml_xml(network_of(claims), document, encoding="utf-8", prettyprint=True)
    out.write(with_carriage_returns(document.getvalue()))


def with_carriage_returns(document: bytes) -> bytes:
    """The XML with carriage returns as references: readers take plain ones for line feeds."""
    return document.replace(b"\r", b"&#13;")


def network_of(claims: Claims, *, verbatim: bool = False) -> MultiDiGraph[str]:
    """The positions as a network; node names and edge keys are IRIs.

    Nodes have `label`, `kind` (person, organization, group, issue), `aliases` and `roles`, joined
    with "; ". Edges have `kind`, `polarity`, `confidence` (0 to 1), `evidence` (verbatim, but for
    control characters, which XML cannot hold), `sentence`, `article`, `start`, `end`, and `title`,
    `publisher`, `date`, `addressee`, `on_behalf_of` where known. If `verbatim`, control characters
    stay.
    """
    from networkx import MultiDiGraph

    def kept(text: str) -> str:
        return text if verbatim else clean(text)

    network: MultiDiGraph[str] = MultiDiGraph()
    for thing in sorted(claims.names.things, key=lambda thing: thing.iri):
        network.add_node(
            thing.iri,
            label=kept(thing.label),
            kind=thing.kind,
            aliases=kept("; ".join(thing.aliases)),
            roles=kept("; ".join(thing.roles)),
        )
    for claim in claims.positions():
        passage = claim.evidence[0]
        known = {
            "title": passage.title,
            "publisher": passage.publisher,
            "date": claim.date,
            "addressee": "; ".join(who.label for who in claim.addressees),
            "on_behalf_of": "; ".join(who.label for who in claim.on_behalf_of),
        }
        network.add_edge(
            claim.holder.iri,
            claim.target.iri,
            key=claim.iri,
            kind=claim.kind,
            polarity=claim.polarity,
            confidence=1.0 if claim.confidence is None else claim.confidence,
            evidence=kept(passage.text),
            sentence=kept(passage.sentence),
            article=passage.article,
            start=passage.start,
            end=passage.end,
            **{name: kept(value) for name, value in known.items() if value},
        )
    return network


def clean(text: str) -> str:
    """`text` with U+FFFD for the characters that XML 1.0 cannot hold."""
    return _NOT_IN_XML.sub("\ufffd", text)
