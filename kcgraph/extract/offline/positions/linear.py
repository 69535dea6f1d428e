"""Linear models over hashed string features, kept as one array of weights."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

BITS = 19
_MASK = (1 << BITS) - 1


class _Places(dict[str, int]):
    """Feature string to place; features recur so often that looking up beats hashing."""

    def __missing__(self, feature: str) -> int:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        place = self[feature] = crc32(feature.encode()) & _MASK
        return place


_MOST_KNOWN = 200_000
_places = _Places()


def slots(features: list[str]) -> list[int]:
    """The places of feature strings in the table of weights."""
    known = _places
    return [known[f] for f in features]


def shifted(row: list[int], by: int) -> list[int]:
    """The same features in another role: other places in the table."""
    return [(k + by) & _MASK for k in row]


class Linear:
    """Logistic regression, one column of weights a class; rows are scaled to length 1."""

    def __init__(self, weights: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]) -> None:
        self.weights, self.bias = weights, bias

    def scores(self, rows: list[list[int]]) -> npt.NDArray[np.float32]:
        """Log-odds, one row a list of slots, one column a class."""
        import numpy as np

        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        scaled = self.sums(rows) / np.sqrt(np.maximum(lengths, 1))[:, None] + self.bias
        return np.asarray(scaled, dtype=np.float32)

    def sums(
        self, rows: list[list[int]], shifts: list[int] | None = None
    ) -> npt.NDArray[np.float32]:
        """The weights of each row added up, unscaled and without bias; no row may be empty.

        `shifts` move the places of each row, as `shifted` does.
        """
        import numpy as np

        if not rows:
            return np.zeros((0, self.weights.shape[1]), dtype=np.float32)
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=int(lengths.sum()))
        if shifts is not None:
            flat = (flat + np.repeat(np.array(shifts, dtype=np.int64), lengths)) & _MASK
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        added: npt.NDArray[np.float32] = np.add.reduceat(self.weights[flat], starts, axis=0)
        return added
