"""Turtle: the union of all graphs; which graph a triple is from is not told."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kcgraph.export.ordered import kept_aside, sorted_triples
from kcgraph.output import write_sorted_prefixes
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from kcgraph.claims import Claims


def write(claims: Claims, out: IO[bytes]) -> None:
    """Writes all triples, sorted."""
    from pyoxigraph import RdfFormat, serialize

    triples = sorted_triples(quad.triple for quad in claims.store)
    with kept_aside(
        lambda file: serialize(triples, file, RdfFormat.TURTLE, prefixes=PREFIXES)
    ) as document:
        write_sorted_prefixes(document, out)
