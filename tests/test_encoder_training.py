"""Training goes on from the model files as they are; needs the extra `train`."""

from pathlib import Path

import numpy as np
import pytest

from kcgraph.extract.offline.encoder import network
from kcgraph.extract.offline.types import Tokens
from kcgraph.resources import data_dir

torch = pytest.importorskip("torch")
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


def test_training_and_reading_see_the_same_vectors() -> None:
    encoder = network.read(data_dir() / "models")
    words = "the mayor said she would not sign the ordinance , which unions had asked for .".split()
    windows = encoder.layout(words * 12, [Tokens(n * 16, n * 16 + 16) for n in range(12)], [0] * 12)
    codes = np.random.default_rng(3).integers(0, 3, (len(words) * 12, len(teacher.WORD_CODES)))
    read = encoder.vectors(windows, codes)
    params, _ = teacher.shipped(data_dir() / "models")
    params = teacher.tensors(params)
    told = torch.tensor(windows.spread(codes))
    extra = sum(t[told[..., n]] for n, t in enumerate(params["extra"]))
    numbers = torch.tensor(windows.numbers.astype(np.int64))
    trained = teacher.encode(params["encoder"], numbers, extra).reshape(-1, read.shape[1])
    assert len(windows.numbers) > 1
    assert np.allclose(trained.numpy()[windows.places], read, atol=2e-3)
