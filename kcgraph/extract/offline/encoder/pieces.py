"""Words cut into the pieces that the encoder knows.

WordPiece as in BERT (Devlin et al., NAACL 2019), uncased: the longest known piece first. The words
come from the parser, so nothing here splits a text into words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

PADDING, UNKNOWN, START, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
_LONGEST = 60  # characters; a longer run of letters is one unknown piece
_MOST_KNOWN = 100_000


class Pieces(dict[str, tuple[int, ...]]):
    """Word to the numbers of its pieces, at least one; words recur, so they are kept."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        super().__init__()
        self.numbers = {piece: n for n, piece in enumerate(vocabulary)}
        self._unknown = self.numbers[UNKNOWN]

    def __missing__(self, word: str) -> tuple[int, ...]:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        found = tuple(n for run in _runs(word) for n in self._cut(run))
        self[word] = found or (self._unknown,)
        return self[word]

    def _cut(self, run: str) -> list[int]:
        if len(run) > _LONGEST:
            return [self._unknown]
        found, start = [], 0
        while start < len(run):
            for end in range(len(run), start, -1):
                number = self.numbers.get(("##" if start else "") + run[start:end])
                if number is not None:
                    break
            else:
                return [self._unknown]
            found.append(number)
            start = end
        return found


def _runs(word: str) -> Iterator[str]:
    """Runs of letters and digits in lower case without accents; marks each by itself."""
    run = ""
    for c in unicodedata.normalize("NFD", word.lower()):
        category = unicodedata.category(c)
        if category == "Mn":
            continue
        if c.isspace() or category[0] in "PS":
            if run:
                yield run
            if not c.isspace():
                yield c
            run = ""
        else:
            run += c
    if run:
        yield run
