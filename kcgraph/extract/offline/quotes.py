"""Quotations: where the text stands between quotation marks.

Marks are read from the characters, since `'` is an apostrophe more often than a mark, and a
straight `"` does not say whether it opens or closes. A quotation inside another is not reported.
By convention each paragraph of a long quotation opens again and only the last one closes.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.attrs import IDX
from spacy.tokens import Doc

from kcgraph.extract.offline.types import Tokens


@dataclass(frozen=True, slots=True)
class Quote:
    """One paragraph's stretch of a quotation, marks included.

    `closed`: its closing mark is there. `runs_on`: it goes on in the next paragraph.
    `reopens`: it goes on from the paragraph before.
    """

    tokens: Tokens
    closed: bool = True
    runs_on: bool = False
    reopens: bool = False


_MARK = re.compile(r"``|''|[\"“”„«»‘’'`]")
_DOUBLE = frozenset({"``", "''", '"', "“", "”", "„", "«", "»"})
_OPENING = frozenset({"``", "“", "„", "«", "‘", "`"})
_CLOSING = frozenset({"”", "»"})
_CLIPPED = re.compile(r"(?:\d\ds?\b|em\b|til\b|tis\b|twas\b|cause\b|n\b|bout\b|round\b)", re.I)


@dataclass(frozen=True, slots=True)
class _Mark:
    text: str
    start: int
    end: int
    opens: bool
    closes: bool
    possessive: bool = False  # "the drivers' pay": closes only if no better mark follows

    @property
    def double(self) -> bool:
        return self.text in _DOUBLE


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Characters `start:end` of a paragraph between marks, before it is known what runs on."""

    start: int
    end: int
    double: bool
    closed: bool


def find_quotes(doc: Doc) -> list[Quote]:
    """Every quotation in text order; the ranges do not overlap and stay within paragraphs."""
    starts = doc.to_array(IDX).tolist()
    found: list[Quote] = []
    pending: _Stretch | None = None  # what the paragraph before left open
    for first, last in doc.user_data["paragraphs"]:
        offset = starts[first]
        text = doc[first:last].text
        stretches = list(_stretches(text, pending))
        reopens = bool(pending and stretches and not text[: stretches[0].start].strip())
        if reopens:
            found[-1] = replace(found[-1], runs_on=True)
        for number, stretch in enumerate(stretches):
            start = bisect_right(starts, offset + stretch.start) - 1
            end = bisect_left(starts, offset + stretch.end)
            if found and start < found[-1].tokens.end:
                continue  # two quotations that share a token, as in 'x'/'y'
            found.append(Quote(Tokens(start, end), stretch.closed, False, reopens and not number))
        pending = stretches[-1] if stretches and not stretches[-1].closed else None
    return found


def _stretches(text: str, pending: _Stretch | None) -> Iterator[_Stretch]:
    """The quotations of one paragraph; `pending` is one that the paragraph before left open."""
    marks = list(_marks(text))
    if pending and marks and marks[0].double and marks[0].closes and not marks[0].opens:
        yield _Stretch(0, marks[0].end, True, True)
        del marks[0]
    # With an even number of straight marks they alternate, however carelessly they are spaced.
    alternate = sum(mark.text == '"' for mark in marks) % 2 == 0
    opened: _Mark | None = None
    for number, mark in enumerate(marks):
        if opened is None:
            if mark.opens and (mark.double or _has_partner(marks, number)):
                opened = mark
        elif mark.double != opened.double or (mark.possessive and _has_partner(marks, number)):
            continue
        elif mark.closes or (alternate and mark.text == '"') or opened.text + mark.text == "„“":
            yield _Stretch(opened.start, mark.end, opened.double, True)
            opened = None
    if opened:
        yield _Stretch(opened.start, len(text), opened.double, False)


def _marks(text: str) -> Iterator[_Mark]:
    for match in _MARK.finditer(text):
        mark, start, end = match.group(), *match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        at_start = not before or not (before.isalnum() or before in ".,!?;:%)]…")
        at_end = not after or not after.isalnum()
        after_text = bool(before.strip())
        if mark in _DOUBLE:
            opens, closes = mark in _OPENING, mark in _CLOSING
            if not (opens or closes):  # straight: its neighbours decide, 6" is a measure
                opens = at_start and (not after_text or bool(after.strip()))
                closes = after_text and (at_end or not at_start)
        else:
            clipped = bool(_CLIPPED.match(text, end))
            starts_word = after.isalnum() or (bool(after) and after in '“"$£€…[')
            opens = mark != "’" and at_start and starts_word and not clipped
            closes = mark in "’'" and after_text and at_end
        possessive = before in ("s", "S") and bool(re.match(r"\s+[a-z]", text[end : end + 3]))
        yield _Mark(mark, start, end, opens, closes, not mark.strip("’'") and possessive)


def _has_partner(marks: list[_Mark], number: int) -> bool:
    """Whether a later single mark closes: an opening one without it is an apostrophe."""
    for mark in marks[number + 1 :]:
        if not mark.double:
            if mark.opens:
                return False
            if mark.closes and not mark.possessive:
                return True
    return False
