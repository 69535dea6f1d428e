"""The model behind the choice of stakeholders: weights of features, a network over vectors.

One file of arrays, which `training/stakeholders.py` makes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kcgraph.extract.offline.model_file import model_file
from kcgraph.resources import data_dir

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from kcgraph.extract.offline.positions import Vectors

FILE = "stakeholders.npz"


@dataclass(frozen=True)
class Head:
    """One hidden layer over what the encoder says at somebody's mentions.

    `first` (3 x vector, hidden), `bias` (hidden,), `out` (hidden,).
    """

    first: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    out: npt.NDArray[np.float32]

    def scores(self, vectors: Vectors, mentions: Sequence[Sequence[int]]) -> list[float]:
        """Log odds of everybody whose mentions are headed by these tokens."""
        import numpy as np

        if not mentions:
            return []
        rows = np.stack([pooled(vectors, heads) for heads in mentions])
        found: list[float] = (np.maximum(rows @ self.first + self.bias, 0) @ self.out).tolist()
        return found


def pooled(vectors: Vectors, heads: Sequence[int]) -> Vectors:
    """Mean, maximum and first of the vectors of those tokens, one after the other."""
    import numpy as np

    own = vectors[list(heads)]
    return np.concatenate([own.mean(axis=0), own.max(axis=0), own[0]])


@dataclass(frozen=True, slots=True)
class Selector:
    """Weights by feature, the head, and the log odds above which somebody is kept."""

    weights: Mapping[str, float]
    head: Head
    threshold: float

    def log_odds(
        self,
        features: Sequence[Sequence[str]],
        mentions: Sequence[Sequence[int]],
        vectors: Vectors | None,
    ) -> list[float]:
        """Of everybody, by the features and, if there are vectors, by the mentions' heads."""
        odds = [sum(self.weights.get(f, 0.0) for f in one) for one in features]
        if vectors is None:
            return odds
        return [a + b for a, b in zip(odds, self.head.scores(vectors, mentions), strict=True)]


@cache
def load() -> Selector:
    """The model that ships with the package; raises WorkError if its file is missing or damaged."""
    return read(data_dir() / "models" / "who" / FILE)


def read(path: Path) -> Selector:
    """The model in that file; raises WorkError if it is missing or damaged."""
    import numpy as np

    with model_file(path), np.load(path, allow_pickle=False) as stored:
        names = bytes(stored["features"]).decode("utf-8").split("\n")
        weights = stored["weights"].astype(np.float64).tolist()
        head = Head(*(stored[n].astype(np.float32) for n in ("first", "bias", "out")))
        return Selector(dict(zip(names, weights, strict=True)), head, float(stored["threshold"]))


def write(path: Path, model: Selector) -> None:
    """Writes the model for `read`, numbers of 16 bits."""
    import numpy as np

    names = sorted(model.weights)
    arrays: dict[str, Any] = {
        "features": np.frombuffer("\n".join(names).encode("utf-8"), np.uint8),
        "weights": np.array([model.weights[n] for n in names], np.float16),
        "threshold": np.array(model.threshold),
        "first": model.head.first.astype(np.float16),
        "bias": model.head.bias.astype(np.float16),
        "out": model.head.out.astype(np.float16),
    }
    np.savez_compressed(path, **arrays)
