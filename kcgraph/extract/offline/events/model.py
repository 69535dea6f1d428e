"""The model behind event reading: is there an event, did somebody take part.

Two stages of the same form. Each adds up what a head makes of the encoder's vectors and the weights
of what the parse and the cast say, as hashed string features. One file of arrays, which
`training/events.py` makes.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from kcgraph.errors import WorkError
from kcgraph.extract.offline.events.heads import Head
from kcgraph.model import EventKind
from kcgraph.resources import data_dir

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FILE = "events.npz"
KINDS = tuple(EventKind)
HASHES = 1 << 16
_MOST_KNOWN = 200_000


class Weights(dict[str, float]):
    """Weight by feature, looked up by hash once and then remembered."""

    def __init__(self, table: npt.NDArray[np.float32]) -> None:
        super().__init__()
        self.table = table  # (HASHES,)

    def __missing__(self, feature: str) -> float:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        self[feature] = weight = float(self.table[hashed(feature)])
        return weight

    def total(self, features: Iterable[str]) -> float:
        """The weights of the features added up, in their order."""
        return sum(map(self.__getitem__, features), 0.0)


def hashed(feature: str) -> int:
    """The feature's place in the table, the same on every machine."""
    return crc32(feature.encode("utf-8", "surrogatepass")) % HASHES


def probability(score: float) -> float:
    """Of the logarithm of odds, 0 to 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


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
    """Weights and heads of both stages and, by kind of event, when they are believed.

    `telling` and `event` say whether a word tells of an event, with its verb as the second word;
    `taking` and `participant` whether somebody took part.
    """

    event: Weights
    participant: Weights
    least: Mapping[EventKind, Least]
    telling: Head | None = None
    taking: Head | None = None


@cache
def load_model() -> EventModel:
    """The model that ships with the package; raises WorkError if its file is missing or damaged."""
    return read(data_dir() / "models" / FILE)


def read(path: Path) -> EventModel:
    """The model in that file; raises WorkError if it is missing or damaged."""
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as arrays:
            stored = {name: arrays[name].astype(np.float32) for name in arrays.files}
        telling, taking = (
            Head(**{f.name: stored[f"{name}.{f.name}"] for f in fields(Head)})
            for name in ("telling", "taking")
        )
        least = zip(KINDS, stored["least"].tolist(), strict=True)
        return EventModel(
            Weights(stored["event"]),
            Weights(stored["participant"]),
            {kind: Least(*(round(x, 3) for x in row)) for kind, row in least},
            telling,
            taking,
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise WorkError(f"{path}: event model missing or damaged: install kcgraph again") from error


def write(path: Path, model: EventModel) -> None:
    """Writes the model for `read`, numbers of 16 bits."""
    import numpy as np

    arrays = {
        "event": model.event.table,
        "participant": model.participant.table,
        "least": np.array([astuple(model.least[kind]) for kind in KINDS]),
    }
    for name, head in (("telling", model.telling), ("taking", model.taking)):
        arrays |= {f"{name}.{f.name}": getattr(head, f.name) for f in fields(Head)}
    small: dict[str, Any] = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(path, **small)
