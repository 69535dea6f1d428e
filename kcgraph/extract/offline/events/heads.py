"""What is read off the encoder's vectors: does a word tell of an event, did somebody take part.

Small feed-forward networks in numpy, made by `training/events.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Vectors: TypeAlias = "npt.NDArray[np.float32]"


@dataclass(frozen=True)
class Head:
    """How well two words go together under each kind of event.

    One hidden layer over the vectors of both and over their product: `first`, `second` and `gate`
    (vector, hidden), `bias` (hidden,), `out` (hidden, kinds). `straight` (vector, kinds) lets the
    first word speak for itself, `base` (kinds,) holds of every pair.
    """

    first: Vectors
    second: Vectors
    gate: Vectors
    bias: Vectors
    out: Vectors
    straight: Vectors
    base: Vectors

    def scores(self, vectors: Vectors, firsts: Sequence[int], seconds: Sequence[int]) -> Vectors:
        """Logarithms of odds (pairs, kinds); `vectors` has a row for every word."""
        import numpy as np

        a, row_of_a = np.unique(np.asarray(firsts, dtype=np.int64), return_inverse=True)
        b, row_of_b = np.unique(np.asarray(seconds, dtype=np.int64), return_inverse=True)
        own, other = vectors[a], (vectors[b] @ self.second).take(row_of_b, axis=0)
        hidden = (own @ self.first).take(row_of_a, axis=0) + other
        hidden += (own @ self.gate).take(row_of_a, axis=0) * other + self.bias
        straight = (own @ self.straight).take(row_of_a, axis=0)
        scores: Vectors = np.maximum(hidden, 0) @ self.out + straight + self.base
        return scores
