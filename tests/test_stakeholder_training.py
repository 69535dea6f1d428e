"""The choice of stakeholders learns from features and from vectors."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")  # CI does without it: training is done by hand

from training import stakeholders as teacher


def _rows(count: int, *, seed: int) -> list[teacher.Row]:
    """Every other is right, which the feature tells of one half and the vector of the other."""
    chance = np.random.default_rng(seed)
    rows = []
    for n in range(count):
        right, by_feature = n % 2 == 0, n % 4 < 2
        pooled = chance.normal(0, 0.1, teacher.VECTOR).astype(np.float16)
        pooled[:8] += 0 if by_feature else 1 if right else -1
        feature = ("acts" if right else "passes") if by_feature else "unclear"
        rows.append(teacher.Row([feature, f"only here {n}"], pooled, right))
    return rows


def test_features_and_vectors_add_up() -> None:
    model = teacher.fit(_rows(4096, seed=1), lambda message: None)
    assert set(model.weights) == {"acts", "passes", "unclear"}  # what is rare is left out
    unseen = _rows(64, seed=2)
    alone = model.log_odds([row.features for row in unseen], [[n] for n in range(64)], None)
    right = [row.right for row in unseen]
    told = [n for n in range(64) if n % 4 < 2]
    assert [alone[n] > 0 for n in told] == [right[n] for n in told]
    pooled = np.stack([row.pooled for row in unseen]).astype(np.float32)
    hidden = np.maximum(pooled @ model.head.first + model.head.bias, 0)
    both = np.array(alone) + hidden @ model.head.out
    assert np.mean((both > 0) == np.array(right)) > 0.95
