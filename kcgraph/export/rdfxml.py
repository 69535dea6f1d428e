"""RDF/XML: the union of all graphs; which graph a triple is from is not told."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kcgraph.export.graphml import clean, with_carriage_returns
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Store


def write(graph: Store, out: IO[bytes]) -> None:
    """Writes all triples, sorted. Characters that XML cannot hold become U+FFFD."""
    from pyoxigraph import Literal, RdfFormat, Triple, serialize

    def holdable(triple: Triple) -> Triple:
        value = triple.object
        if not isinstance(value, Literal) or clean(value.value) == value.value:
            return triple
        if value.language:
            value = Literal(clean(value.value), language=value.language)
        else:
            value = Literal(clean(value.value), datatype=value.datatype)
        return Triple(triple.subject, triple.predicate, value)

    triples = sorted({holdable(quad.triple) for quad in graph}, key=str)
    document = serialize(triples, format=RdfFormat.RDF_XML, prefixes=dict(sorted(PREFIXES.items())))
    out.write(with_carriage_returns(document or b""))
