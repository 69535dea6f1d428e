"""A ranking model over string features: which of several candidates is the right one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from sklearn.feature_extraction import DictVectorizer

Candidate = tuple[list[str], bool]  # features, and whether it is right

_SMALL = 0.005  # weights below this are left out


def ranking(groups: Sequence[Sequence[Candidate]], strength: float) -> dict[str, float]:
    """Weights by feature of a conditional logit model (McFadden 1974).

    Each group has the candidates of one choice, at least one of them right. The probability of a
    candidate is the softmax of the sums of its weights within its group; what several right ones
    have adds up. `strength` is the inverse of an L2 penalty, as C in scikit-learn.
    """
    groups = [group for group in groups if any(right for _, right in group)]
    rows = [row for group in groups for row in group]
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(dict.fromkeys(features, 1.0) for features, _ in rows)
    right = np.array([row[1] for row in rows])
    sizes = np.array([len(group) for group in groups])
    starts = np.cumsum(sizes) - sizes
    number = np.repeat(np.arange(len(groups)), sizes)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[number])
        every = np.add.reduceat(powers, starts)
        good = np.maximum(np.add.reduceat(np.where(right, powers, 0.0), starts), 1e-300)
        gradient = powers / every[number] - np.where(right, powers, 0.0) / good[number]
        value = float(np.sum(np.log(every) - np.log(good)) + weights @ weights / (2 * strength))
        return value, matrix.T @ gradient + weights / strength

    found = minimize(
        loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200}
    )
    return {
        name: round(float(weight), 3)
        for name, weight in zip(vectorizer.feature_names_, found.x, strict=True)
        if abs(weight) > _SMALL
    }
