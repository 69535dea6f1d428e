"""The encoder's network, run by ONNX Runtime on one core."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kcgraph.errors import WorkError
from kcgraph.extract.offline.encoder.pieces import END, START, Pieces
from kcgraph.extract.offline.encoder.windows import SIZE, Layout, layout
from kcgraph.extract.offline.types import Tokens
from kcgraph.resources import data_dir

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FILE = "encoder.onnx"
VOCABULARY = "encoder-pieces.txt"
_AT_ONCE = 16  # windows in one run: bounds the memory of long articles
_STEP = 16  # windows whose lengths agree up to this many pieces are run together


class Encoder:
    """Words to vectors."""

    def __init__(self, session: Any, pieces: Pieces) -> None:
        self._session, self._pieces = session, pieces

    def layout(
        self, words: Sequence[str | None], sentences: Sequence[Tokens], paragraphs: Sequence[int]
    ) -> Layout:
        """The windows of an article; `words` has None for white space."""
        known = self._pieces
        return layout(
            [() if word is None else known[word] for word in words],
            sentences,
            paragraphs,
            known.numbers[START],
            known.numbers[END],
        )

    def vectors(
        self,
        windows: Layout,
        codes: npt.NDArray[np.int64],
        wanted: Sequence[int] | None = None,
    ) -> npt.NDArray[np.float32]:
        """One vector a word; `codes` (words, kinds of code) says what else is known of each.

        `wanted` are the words that will be looked at, in text order: the last layer is worked out
        for them alone, the vectors of others are zero. None wants all.
        """
        import numpy as np

        width = self._session.get_outputs()[0].shape[-1]
        chosen = np.zeros((len(codes), width), dtype=np.float32)
        words = np.arange(len(codes)) if wanted is None else np.array(wanted, dtype=np.int64)
        if not len(words):
            return chosen
        window, piece = np.divmod(windows.places[words], SIZE)
        counts = np.bincount(window, minlength=len(windows.numbers))
        column = np.arange(len(words)) - (np.cumsum(counts) - counts)[window]
        places = np.zeros((len(counts), max(counts), 1), dtype=np.int64)
        places[window, column, 0] = piece
        found = np.zeros((*places.shape[:2], width), dtype=np.float32)
        spread = windows.spread(codes)
        lengths = -(-(windows.numbers > 0).sum(axis=1) // _STEP) * _STEP
        for length in np.unique(lengths).tolist():
            alike = np.flatnonzero((lengths == length) & (counts > 0))
            for n in range(0, len(alike), _AT_ONCE):
                rows = alike[n : n + _AT_ONCE]
                most = counts[rows].max()
                found[rows, :most] = self._session.run(
                    None,
                    {
                        "ids": windows.numbers[rows, :length],
                        "codes": spread[rows, :length],
                        "wanted": places[rows, :most],
                    },
                )[0]
        chosen[words] = found[window, column]
        return chosen


@cache
def load() -> Encoder | None:
    """The encoder that ships with the package; None when it is not there.

    Raises WorkError when its files are damaged.
    """
    folder = data_dir() / "models"
    return read(folder) if (folder / FILE).exists() else None


def read(folder: Path) -> Encoder:
    """The encoder in `folder`; raises WorkError when its files are damaged."""
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as states

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # weights are kept as bytes in the file and multiplied out once, when it is opened
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    try:
        vocabulary = (folder / VOCABULARY).read_text(encoding="utf-8").splitlines()
        session = onnxruntime.InferenceSession(
            str(folder / FILE), options, providers=["CPUExecutionProvider"]
        )
        return Encoder(session, Pieces(vocabulary))
    except (
        OSError,
        KeyError,
        ValueError,
        states.Fail,
        states.InvalidGraph,
        states.InvalidProtobuf,
        states.NoSuchFile,
    ) as error:
        raise WorkError(
            f"{folder / FILE}: the encoder cannot be read ({error}); install kcgraph again"
        ) from error
