"""Word lists: what cannot match is not in them."""

from __future__ import annotations

import re

import pytest

from kcgraph.extract.offline.lexicon import table
from kcgraph.extract.offline.nlp import load


@pytest.mark.parametrize("name", ["event-triggers", "position-frames"])
def test_what_is_looked_up_word_by_word_is_one_word(name: str) -> None:
    tokenizer = load().tokenizer
    entries = {entry: re.split(r"[ |]", entry)[0] for entry in table(name)}
    assert [entry for entry, word in entries.items() if len(tokenizer(word)) > 1] == []
