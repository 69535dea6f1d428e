"""Inference in a linear-chain CRF for many sequences at once, with numpy.

Weights come from CRFsuite (Okazaki 2007). Forward-backward and Viterbi run over all sequences of an
article in step, so that the cost of a numpy call is shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

_BATCH = 256  # sequences in one array, padded to the longest
Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Labelling:
    """One sequence: the best labels, each label's marginal (steps x labels), and log p(best)."""

    labels: Labels
    marginals: Floats
    log_probability: float


@dataclass(frozen=True)
class Crf:
    """`weights` has a row of label weights for each feature; `transitions` is from x to."""

    rows: dict[str, int]
    weights: NDArray[np.float32]
    transitions: Floats

    def scores(self, sequence: list[list[str]]) -> Floats:
        """Summed weights of each step: steps x labels. Unknown features weigh nothing."""
        total = np.zeros((len(sequence), len(self.transitions)))
        sizes = np.fromiter(map(len, sequence), dtype=np.int64, count=len(sequence))
        flat = chain.from_iterable(sequence)
        nothing = len(self.weights)  # the row after the last
        found = np.fromiter(map(self.rows.get, flat, repeat(nothing)), np.int64, int(sizes.sum()))
        filled = np.flatnonzero(sizes)
        if len(filled):
            starts = (np.cumsum(sizes) - sizes)[filled]
            total[filled] = np.add.reduceat(self._padded.take(found, axis=0), starts, axis=0)
        return total

    @cached_property
    def _padded(self) -> NDArray[np.float32]:
        """The weights and a last row of nothing."""
        return np.vstack([self.weights, np.zeros((1, self.weights.shape[1]), np.float32)])

    def pooled(self, other: Crf, share: float) -> Crf:
        """The weighted geometric mean of two: `share` is this one's part, the rest the other's."""
        rows = dict(other.rows)
        for feature in self.rows:
            rows.setdefault(feature, len(rows))
        weights = np.zeros((len(rows), self.weights.shape[1]), dtype=np.float32)
        weights[: len(other.rows)] = (1 - share) * other.weights
        weights[[rows[feature] for feature in self.rows]] += share * self.weights
        return Crf(rows, weights, share * self.transitions + (1 - share) * other.transitions)

    def label(self, scores: list[Floats]) -> list[Labelling]:
        """The best labels and the marginals of each sequence of `scores`."""
        found: list[Labelling] = []
        for start in range(0, len(scores), _BATCH):
            found += self._label(scores[start : start + _BATCH])
        return found

    def _label(self, scores: list[Floats]) -> list[Labelling]:
        order = sorted(range(len(scores)), key=lambda n: -len(scores[n]))
        lengths = np.array([len(scores[n]) for n in order])
        padded = np.zeros((lengths[0], len(order), len(self.transitions)))
        for column, n in enumerate(order):
            padded[: len(scores[n]), column] = scores[n]
        active = [int((lengths > step).sum()) for step in range(lengths[0])]
        best, best_score = self._viterbi(padded, active)
        marginals, log_total = self._marginals(padded, active, lengths)
        found: list[Labelling | None] = [None] * len(scores)
        for column, n in enumerate(order):
            size = lengths[column]
            found[n] = Labelling(
                best[:size, column],
                marginals[:size, column],
                float(best_score[column] - log_total[column]),
            )
        return [item for item in found if item is not None]

    def _viterbi(self, scores: Floats, active: list[int]) -> tuple[Labels, Floats]:
        steps, count, _ = scores.shape
        back = np.zeros(scores.shape, dtype=np.int64)
        delta = scores[0].copy()
        for step in range(1, steps):
            k = active[step]
            ways = delta[:k, :, None] + self.transitions
            back[step, :k] = ways.argmax(axis=1)
            delta[:k] = ways.max(axis=1) + scores[step, :k]
        best = np.zeros((steps, count), dtype=np.int64)
        at = delta.argmax(axis=1)
        columns = np.arange(count)
        for step in range(steps - 1, -1, -1):
            k = active[step]
            best[step, :k] = at[:k]
            at[:k] = back[step, columns[:k], at[:k]]
        return best, delta.max(axis=1)

    def _marginals(
        self, scores: Floats, active: list[int], lengths: Labels
    ) -> tuple[Floats, Floats]:
        steps, count, _ = scores.shape
        top = scores.max(axis=2, keepdims=True)
        local = np.exp(scores - top)
        moves = np.exp(self.transitions)
        forward = np.zeros_like(local)
        scale = np.ones((steps, count))
        at = local[0]
        for step in range(steps):
            k = active[step]
            if step:
                at = (at[:k] @ moves) * local[step, :k]
            total = at.sum(axis=1)
            at = at / total[:, None]
            forward[step, :k], scale[step, :k] = at, total
        backward = np.ones_like(local)
        for step in range(steps - 2, -1, -1):
            k = active[step + 1]
            weighted = local[step + 1, :k] * backward[step + 1, :k]
            backward[step, :k] = (weighted @ moves.T) / scale[step + 1, :k, None]
        mask = np.arange(steps)[:, None] < lengths
        log_total = ((np.log(scale) + top[:, :, 0]) * mask).sum(axis=0)
        both = forward * backward
        return both / np.maximum(both.sum(axis=2, keepdims=True), 1e-300), log_total
