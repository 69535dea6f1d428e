"""An article in one piece, or, when it is very long, in pieces that end where paragraphs end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kcgraph.model import Span

_BREAKS = (r"\n\s*\n", r"\n", r"(?<=[.!?”\"])\s", r"\s")


def pieces(text: str, most: int) -> Iterator[Span]:
    """Spans that cover `text`, none longer than `most` code points.

    They end after the last paragraph that fits; where one is longer, after a line, a sentence or a
    word.
    """
    start = 0
    while len(text) - start > most:
        end = _last_break(text, start, start + most)
        yield Span(start, end)
        start = end
    yield Span(start, len(text))


def _last_break(text: str, start: int, end: int) -> int:
    # a piece of less than half the size would be a waste of a request
    least = start + (end - start) // 2
    for pattern in _BREAKS:
        found = [m.end() for m in re.finditer(pattern, text[:end]) if m.end() > least]
        if found:
            return found[-1]
    return end
