"""Cuts a text at the ends of spans, so that spans which overlap can be shown in HTML.

HTML elements nest and spans need not: every piece between two neighbouring ends is shown on its
own and knows all spans that cover it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Piece:
    """`text` stands at [start, end) code points; `covered` and `begins` are indexes of spans."""

    text: str
    start: int
    end: int
    covered: tuple[int, ...]
    begins: tuple[int, ...]


def paragraphs(text: str, spans: Iterable[tuple[int, int]]) -> list[list[Piece]]:
    """The lines of `text` that are not blank, each as pieces that give the line again.

    A span is [start, end) in code points; what reaches out of the text is cut off, and a span that
    covers nothing is nowhere.
    """
    known = [(max(0, start), min(end, len(text))) for start, end in spans]
    begun: set[int] = set()
    found = []
    for first, last in _lines(text):
        inside = [n for n, (start, end) in enumerate(known) if start < last and first < end]
        cuts = {first, last}
        for n in inside:
            cuts |= {place for place in known[n] if first < place < last}
        pieces = []
        for start, end in pairwise(sorted(cuts)):
            covered = tuple(n for n in inside if known[n][0] <= start < known[n][1])
            begins = tuple(n for n in covered if n not in begun)
            begun.update(begins)
            pieces.append(Piece(text[start:end], start, end, covered, begins))
        found.append(pieces)
    return found


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1
