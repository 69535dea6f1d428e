"""N-Quads: one quad a line, sorted, so that two versions can be compared line by line."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kcgraph.export.ordered import sorted_lines

if TYPE_CHECKING:
    from kcgraph.claims import Claims


def write(claims: Claims, out: IO[bytes]) -> None:
    """Writes all quads as sorted lines in UTF-8."""
    out.writelines(sorted_lines(claims.store))
