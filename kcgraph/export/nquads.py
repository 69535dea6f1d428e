"""N-Quads: one quad a line, sorted, so that two versions can be compared line by line."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Store


def write(graph: Store, out: IO[bytes]) -> None:
    """Writes all quads as sorted lines in UTF-8."""
    out.writelines(sorted(f"{quad} .\n".encode() for quad in graph))
