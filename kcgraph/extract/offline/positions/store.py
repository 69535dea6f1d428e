"""The trained position model as one file of arrays."""

from __future__ import annotations

import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kcgraph.errors import WorkError
from kcgraph.extract.offline.positions.linear import BITS, Linear
from kcgraph.extract.offline.positions.reader import Model
from kcgraph.resources import data_dir

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FILE = "position.npz"
_LINEAR = ("anchor", "holder", "node", "belief")
_TREES = ("wording", "acceptance")
_LEAST_WEIGHT = 0.01  # smaller weights are not kept: they change no probability by a percent


class Forest:
    """Boosted trees of LightGBM, read from their text."""

    def __init__(self, text: str) -> None:
        import lightgbm

        self._booster = lightgbm.Booster(model_str=text)

    def predict(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """One probability a row."""
        import numpy as np

        return np.asarray(self._booster.predict(rows, num_threads=1), dtype=np.float64)


@cache
def load() -> Model | None:
    """The model that ships with the package; None when it is not there.

    Raises WorkError when its file is damaged.
    """
    path = data_dir() / "models" / FILE
    return read(path) if path.exists() else None


def read(path: Path) -> Model:
    """The model in the file `path`; raises WorkError when it is damaged."""
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as arrays:
            parts: dict[str, Any] = {name: _linear(arrays, name) for name in _LINEAR}
            for name in _TREES:
                parts[name] = Forest(bytes(arrays[f"{name}.text"]).decode("ascii"))
            return Model(
                **parts,
                threshold=float(arrays["threshold"]),
                calibration=tuple(map(tuple, arrays["calibration"].tolist())),
            )
    except (OSError, KeyError, ValueError, IndexError, zipfile.BadZipFile) as error:
        raise WorkError(
            f"{path}: the position model cannot be read ({error}); install kcgraph again"
        ) from error


def write(path: Path, model: Model, wording: str, acceptance: str) -> None:
    """Writes the model; trees are given as LightGBM's text."""
    import numpy as np

    arrays: dict[str, Any] = {
        "threshold": np.float64(model.threshold),
        "calibration": np.array(model.calibration, dtype=np.float64),
        "wording.text": np.frombuffer(wording.encode("ascii"), dtype=np.uint8),
        "acceptance.text": np.frombuffer(acceptance.encode("ascii"), dtype=np.uint8),
    }
    for name in _LINEAR:
        part: Linear = getattr(model, name)
        kept = np.flatnonzero(np.abs(part.weights).max(axis=1) > _LEAST_WEIGHT)
        arrays[f"{name}.places"] = kept.astype(np.uint32)
        arrays[f"{name}.weights"] = part.weights[kept].astype(np.float16)
        arrays[f"{name}.bias"] = part.bias
    np.savez_compressed(path, **arrays)


def _linear(arrays: Any, name: str) -> Linear:
    import numpy as np

    values = arrays[f"{name}.weights"].astype(np.float32)
    weights = np.zeros((1 << BITS, values.shape[1]), dtype=np.float32)
    weights[arrays[f"{name}.places"]] = values
    return Linear(weights, arrays[f"{name}.bias"].astype(np.float32))
