"""Turtle: the union of all graphs; which graph a triple is from is not told."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kcgraph.output import sorted_prefixes
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Store


def write(graph: Store, out: IO[bytes]) -> None:
    """Writes all triples, sorted."""
    from pyoxigraph import RdfFormat, serialize

    triples = sorted({quad.triple for quad in graph}, key=str)
    document = serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES)
    out.write(sorted_prefixes(document or b""))
