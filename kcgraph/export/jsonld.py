"""JSON-LD 1.1 in expanded form: all named graphs, as JSON."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Store


def write(graph: Store, out: IO[bytes]) -> None:
    """Writes all graphs by name, their triples sorted."""
    from pyoxigraph import RdfFormat, serialize

    quads = sorted(graph, key=lambda quad: (str(quad.graph_name), str(quad)))
    serialize(quads, out, RdfFormat.JSON_LD)
