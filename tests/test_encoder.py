"""Pieces, windows and heads of the encoder, by their definitions."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kcgraph.errors import WorkError
from kcgraph.extract.offline import encoder
from kcgraph.extract.offline.encoder import network
from kcgraph.extract.offline.encoder.pieces import Pieces
from kcgraph.extract.offline.encoder.windows import SIZE, layout
from kcgraph.extract.offline.positions.heads import PairHead, shares
from kcgraph.extract.offline.positions.pairs import WORD_CODES
from kcgraph.extract.offline.types import Tokens

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "able", "don", "'", "t"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("able", ["able"]),
        ("UnAffable", ["un", "##aff", "##able"]),
        ("áblé", ["able"]),
        ("don't", ["don", "'", "t"]),
        ("xyz", ["[UNK]"]),
        ("unx", ["[UNK]"]),  # one piece unknown: the whole run is
        ("\u200d", ["[UNK]"]),
        ("un" * 40, ["[UNK]"]),
    ],
)
def test_words_are_cut_longest_piece_first(word: str, expected: list[str]) -> None:
    assert [VOCABULARY[n] for n in Pieces(VOCABULARY)[word]] == expected


@given(
    st.lists(
        st.lists(st.lists(st.integers(4, 99), max_size=200), min_size=1, max_size=40), max_size=8
    ),
)
def test_every_word_stands_in_a_window(article: list[list[list[int]]]) -> None:
    words = [word for sentence in article for word in sentence]
    ends = np.cumsum([0, *map(len, article)]).tolist()
    sentences = [Tokens(a, b) for a, b in pairwise(ends)]
    found = layout(words, sentences, [n // 3 for n in range(len(sentences))], 2, 3)
    flat, owners = found.numbers.ravel(), found.owners.ravel()
    for number, word in enumerate(words):
        if word:
            kept = word[: SIZE - 2]
            place = found.places[number]
            assert flat[place : place + len(kept)].tolist() == kept
            assert set(owners[place : place + len(kept)].tolist()) == {number}
    assert (owners >= 0).sum() == sum(min(len(w), SIZE - 2) for w in words)
    assert (found.numbers[:, 0] == 2).all()


def test_a_pair_scores_by_itself_as_among_others() -> None:
    rng = np.random.default_rng(3)

    def some(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    head = PairHead(
        some(8, 4), some(8, 4), some(8, 4), some(5, 4), some(50, 4), some(4), some(4), some(50)
    )
    words = some(10, 8)
    anchors, labels = [1, 1, 7, 3], [0, 4, 2, 2]
    candidates, codes = [2, 9, 7, 0], [[1, 2], [3, 3], [0, 49], [5, 6]]
    together = head.scores(words, anchors, labels, candidates, codes)
    alone = [
        head.scores(words, [a], [n], [c], [k])[0]
        for a, n, c, k in zip(anchors, labels, candidates, codes, strict=True)
    ]
    assert together == pytest.approx(alone, rel=1e-4)


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=20))
def test_shares_add_up(scores: list[float]) -> None:
    found = shares(scores)
    assert sum(found) == pytest.approx(1.0)
    assert found.index(max(found)) == scores.index(max(scores)) or max(found) == pytest.approx(
        found[scores.index(max(scores))]
    )


def test_a_word_has_a_vector_and_neighbours_count() -> None:
    reader = encoder.load()
    assert reader is not None

    def vectors(*words: str) -> np.ndarray:
        windows = reader.layout(words, [Tokens(0, len(words))], [0])
        return reader.vectors(windows, np.zeros((len(words), len(WORD_CODES)), dtype=np.int64))

    one, other = vectors("the", "river", "bank"), vectors("the", "savings", "bank")
    assert one.shape[0] == 3
    assert not np.allclose(one[2], other[2])
    assert np.allclose(one, vectors("the", "river", "bank"))


def test_wanted_words_get_the_vectors_that_all_get() -> None:
    reader = encoder.load()
    assert reader is not None
    words = ["The", "council", "rejected", "the", None, "plan", "."] * 60  # several windows
    windows = reader.layout(
        words, [Tokens(n, n + 7) for n in range(0, len(words), 7)], list(range(60))
    )
    codes = np.zeros((len(words), len(WORD_CODES)), dtype=np.int64)
    every = reader.vectors(windows, codes)
    wanted = [1, 2, 5, 200, 411]
    some = reader.vectors(windows, codes, wanted)
    assert np.allclose(some[wanted], every[wanted], atol=1e-4)
    assert not np.delete(some, wanted, axis=0).any()
    assert not reader.vectors(windows, codes, []).any()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / network.FILE).write_bytes(b"no network")
    (tmp_path / network.VOCABULARY).write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n")
    with pytest.raises(WorkError, match=network.FILE):
        network.read(tmp_path)
