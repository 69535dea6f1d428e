"""The two logistic models behind event reading: is there an event, did somebody take part.

Their weights are names of features with numbers, in one JSON file; `training/events.py` makes it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from kcgraph.errors import WorkError
from kcgraph.resources import data_dir

_FILE = "events.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """Weights by feature; the feature "" is always on."""

    weights: Mapping[str, float]

    def probability(self, features: Iterable[str]) -> float:
        """Of the positive class, 0 to 1."""
        total = sum(self.weights.get(feature, 0.0) for feature in features)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class EventModel:
    """Both models with the probabilities from which on they are believed."""

    event: Logistic
    participant: Logistic
    least_event: float
    least_participant: float


@cache
def load_model() -> EventModel:
    """The model that ships with the package; raises WorkError if its file is missing or damaged."""
    path = data_dir() / "models" / _FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return EventModel(
            Logistic(data["event"]),
            Logistic(data["participant"]),
            float(data["least_event"]),
            float(data["least_participant"]),
        )
    except (OSError, ValueError, KeyError) as error:
        raise WorkError(f"{path}: event model missing or damaged: install kcgraph again") from error
