"""TriG: every named graph with its triples, in Turtle's notation."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kcgraph.export.ordered import kept_aside, sorted_quads
from kcgraph.output import write_sorted_prefixes
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from kcgraph.claims import Claims


def write(claims: Claims, out: IO[bytes]) -> None:
    """Writes all graphs by name, their triples sorted."""
    from pyoxigraph import RdfFormat, serialize

    with kept_aside(
        lambda file: serialize(sorted_quads(claims.store), file, RdfFormat.TRIG, prefixes=PREFIXES)
    ) as document:
        write_sorted_prefixes(document, out)
