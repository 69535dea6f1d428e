"""The two logistic models behind event reading: is there an event, did somebody take part.

Their weights are names of features with numbers, in one JSON file; `training/events.py` makes it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import repeat

from kcgraph.errors import WorkError
from kcgraph.model import EventKind
from kcgraph.resources import data_dir

_FILE = "events.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """Weights by feature; the feature "" is always on."""

    weights: Mapping[str, float]

    def probability(self, features: Iterable[str]) -> float:
        """Of the positive class, 0 to 1."""
        total = sum(map(self.weights.get, features, repeat(0.0)))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Least:
    """From which probability on an event of a kind is believed, and that somebody took part.

    A participant needs `participant` and, so that a clear case does not drag others in, `share` of
    the probability of the surest one; who is mentioned in other sentences only needs `elsewhere`.
    """

    event: float
    participant: float
    share: float
    elsewhere: float = 0.0


@dataclass(frozen=True, slots=True)
class EventModel:
    """Both models and, by kind of event, when they are believed."""

    event: Logistic
    participant: Logistic
    least: Mapping[EventKind, Least]


@cache
def load_model() -> EventModel:
    """The model that ships with the package; raises WorkError if its file is missing or damaged."""
    path = data_dir() / "models" / _FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return EventModel(
            Logistic(data["event"]),
            Logistic(data["participant"]),
            {kind: Least(*data["least"][kind.value]) for kind in EventKind},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorkError(f"{path}: event model missing or damaged: install kcgraph again") from error
