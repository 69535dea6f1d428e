"""JSON-LD 1.1 in expanded form: all named graphs, as JSON."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kcgraph.export.ordered import sorted_quads

if TYPE_CHECKING:
    from kcgraph.claims import Claims


def write(claims: Claims, out: IO[bytes]) -> None:
    """Writes all graphs by name, their triples sorted."""
    from pyoxigraph import RdfFormat, serialize

    serialize(sorted_quads(claims.store), out, RdfFormat.JSON_LD)
