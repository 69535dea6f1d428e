"""What is read off the encoder's vectors: labels of an anchor, scores of pairs of words.

Small feed-forward networks in numpy; they were trained together with the encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Array: TypeAlias = "npt.NDArray[np.float32]"


@dataclass(frozen=True)
class AnchorHead:
    """The probability of each label at a word.

    `weights` (vector, labels) and `code` (codes, labels) add up.
    """

    weights: Array
    code: Array
    bias: Array

    def odds(self, vectors: Array, codes: Sequence[Sequence[int]]) -> Array:
        """(words, labels)"""
        import numpy as np

        scores = vectors @ self.weights + self.code[np.asarray(codes)].sum(axis=1) + self.bias
        return np.asarray(1 / (1 + np.exp(-scores)), dtype=np.float32)


@dataclass(frozen=True)
class PairHead:
    """How well a candidate goes with an anchor under a label.

    One hidden layer over the anchor's vector, the candidate's, their product, the label and the
    codes of the pair; `shortcut` lets a code speak for itself.
    """

    anchor: Array
    candidate: Array
    gate: Array
    label: Array
    code: Array
    bias: Array
    out: Array
    shortcut: Array

    def scores(
        self,
        vectors: Array,
        anchors: Sequence[int],
        labels: Sequence[int],
        candidates: Sequence[int],
        codes: Sequence[Sequence[int]],
    ) -> Array:
        """One score a pair, comparable among the candidates of one anchor and label.

        `vectors` has a row for every word of the article; anchors and candidates are words.
        """
        import numpy as np

        if not anchors:
            return np.zeros(0, dtype=np.float32)
        a, row_of_a = np.unique(np.asarray(anchors), return_inverse=True)
        c, row_of_c = np.unique(np.asarray(candidates), return_inverse=True)
        table = np.asarray(codes)
        candidate = (vectors[c] @ self.candidate).take(row_of_c, axis=0)
        hidden = (vectors[a] @ self.anchor).take(row_of_a, axis=0) + candidate
        hidden += (vectors[a] @ self.gate).take(row_of_a, axis=0) * candidate
        # `take` gathers whole rows several times as fast as an index does
        codes_told = self.code.take(table, axis=0).sum(axis=1)
        hidden += self.label.take(np.asarray(labels), axis=0) + codes_told + self.bias
        scores: Array = _gelu(hidden) @ self.out + self.shortcut.take(table, axis=0).sum(axis=1)
        return scores


def shares(scores: Sequence[float]) -> list[float]:
    """Scores of rival candidates as probabilities that add up to 1."""
    import math

    best = max(scores)
    weights = [math.exp(x - best) for x in scores]
    total = sum(weights)
    return [x / total for x in weights]


def _gelu(x: Array) -> Array:
    """The tanh form (Hendrycks and Gimpel, arXiv 1606.08415)."""
    import numpy as np

    half: Array = 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))
    return half
