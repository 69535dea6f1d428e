"""The trained position model as one file of arrays."""

from __future__ import annotations

import zipfile
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kcgraph.errors import WorkError
from kcgraph.extract.offline import encoder
from kcgraph.extract.offline.encoder import Encoder
from kcgraph.extract.offline.positions.heads import AnchorHead, PairHead
from kcgraph.extract.offline.positions.reader import Model, Stages
from kcgraph.resources import data_dir

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FILE = "position.npz"
_HEADS: dict[str, type[AnchorHead] | type[PairHead]] = {
    "anchor": AnchorHead,
    "holder": PairHead,
    "node": PairHead,
}
_TREES = ("wording", "acceptance")


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

    Raises WorkError when one of its files is damaged.
    """
    path = data_dir() / "models" / FILE
    reader = encoder.load()
    return read(path, reader) if reader is not None and path.exists() else None


def read(path: Path, reader: Encoder) -> Model:
    """The model in the file `path`; raises WorkError when it is damaged."""
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as arrays:
            parts = {name: Forest(bytes(arrays[f"{name}.text"]).decode("ascii")) for name in _TREES}
            heads = {
                name: kind(
                    **{f.name: arrays[f"{name}.{f.name}"].astype(np.float32) for f in fields(kind)}
                )
                for name, kind in _HEADS.items()
            }
            return Model(
                Stages(reader, **heads),  # type: ignore[arg-type]
                **parts,
                threshold=float(arrays["threshold"]),
                calibration=tuple(map(tuple, arrays["calibration"].tolist())),
            )
    except (OSError, EOFError, KeyError, ValueError, IndexError, zipfile.BadZipFile) as error:
        raise WorkError(
            f"{path}: the position model cannot be read ({error}); install kcgraph again"
        ) from error


def write(path: Path, model: Model, wording: str, acceptance: str) -> None:
    """Writes the model without its encoder; trees are given as LightGBM's text."""
    import numpy as np

    arrays: dict[str, Any] = {
        "threshold": np.float64(model.threshold),
        "calibration": np.array(model.calibration, dtype=np.float64),
        "wording.text": np.frombuffer(wording.encode("ascii"), dtype=np.uint8),
        "acceptance.text": np.frombuffer(acceptance.encode("ascii"), dtype=np.uint8),
    }
    for name, kind in _HEADS.items():
        head = getattr(model.stages, name)
        for f in fields(kind):
            arrays[f"{name}.{f.name}"] = getattr(head, f.name).astype(np.float16)
    np.savez_compressed(path, **arrays)
