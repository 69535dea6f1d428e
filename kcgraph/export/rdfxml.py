"""RDF/XML: the union of all graphs; which graph a triple is from is not told."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kcgraph.export.graphml import clean, with_carriage_returns
from kcgraph.export.ordered import kept_aside, sorted_triples
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from kcgraph.claims import Claims

_BLOCK = 1 << 20  # bytes


def write(claims: Claims, out: IO[bytes]) -> None:
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

    triples = sorted_triples(holdable(quad.triple) for quad in claims.store)
    prefixes = dict(sorted(PREFIXES.items()))
    with kept_aside(
        lambda file: serialize(triples, file, RdfFormat.RDF_XML, prefixes=prefixes)
    ) as document:
        while block := document.read(_BLOCK):
            out.write(with_carriage_returns(block))
