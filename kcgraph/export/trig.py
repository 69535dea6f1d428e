"""TriG: every named graph with its triples, in Turtle's notation."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kcgraph.output import sorted_prefixes
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Store


def write(graph: Store, out: IO[bytes]) -> None:
    """Writes all graphs by name, their triples sorted."""
    from pyoxigraph import RdfFormat, serialize

    quads = sorted(graph, key=lambda quad: (str(quad.graph_name), str(quad)))
    out.write(sorted_prefixes(serialize(quads, format=RdfFormat.TRIG, prefixes=PREFIXES) or b""))
