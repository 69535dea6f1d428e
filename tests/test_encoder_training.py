"""Training goes on from the model files as they are; needs the extra `train`."""

from pathlib import Path

import numpy as np
import pytest

from kcgraph.resources import data_dir

pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from training import encoder as teacher  # noqa: E402


def stored(folder: Path) -> list[np.ndarray]:
    graph = onnx.load(str(folder / teacher.FILE)).graph
    return [onnx.numpy_helper.to_array(value) for value in graph.initializer]


def test_the_shipped_encoder_is_exported_as_it_was_read(tmp_path: Path) -> None:
    params, vocabulary = teacher.shipped(data_dir() / "models")
    teacher.export(tmp_path, params, vocabulary)
    before, after = stored(data_dir() / "models"), stored(tmp_path)
    assert [x.shape for x in after] == [x.shape for x in before]
    assert all(np.allclose(x, y, rtol=1e-5) for x, y in zip(after, before, strict=True))
    assert len(vocabulary) == len(params["encoder"]["word"])
