"""Lists of those who are named one after the other, by the words between them.

The parse breaks long lists of names ("the Tenants Union, Legal Aid, Operation Daylight, and Shelter
Now"); the commas do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Doc

from kcgraph.extract.offline.columns import Columns, columns
from kcgraph.extract.offline.types import Mention, MentionKind

LEAST = 3  # members: two with a comma between them are more often one with an apposition
_FARTHEST = 6  # tokens between two members: "and", an article, a title
_BETWEEN = frozenset({"DET", "NOUN", "PROPN", "ADJ", "NUM", "PUNCT", "CCONJ"})
_MARKS = frozenset({",", ";", "(", ")"})
_AND = frozenset({"and", "&", "or", "nor"})


def named_lists(doc: Doc, mentions: Iterable[Mention]) -> list[tuple[int, ...]]:
    """The heads of each list's members in text order, `LEAST` or more, the last after an "and"."""
    parse = columns(doc)
    named = (m for m in mentions if m.kind is not MentionKind.PRONOUN)
    return [
        tuple(m.head for m in run)
        for run in _runs(parse, sorted(named, key=lambda m: (m.span.start, -m.span.end)))
        if len(run) >= LEAST
    ]


def _runs(parse: Columns, named: Sequence[Mention]) -> Iterator[list[Mention]]:
    """Runs of members, each up to its last one that follows an "and"."""
    run: list[Mention] = []
    end = size = 0
    for mention in named:
        start = mention.span.start
        if start < end:
            continue
        if run and start == end:  # "the insurer Fidelis Blue"
            run[-1] = mention
        elif not (run and _modifies(parse, end, start)):
            if run and not _continues(parse, end, start):
                yield run[:size]
                run, size = [], 0
            run.append(mention)
            if len(run) > 1 and any(parse.lower[i] in _AND for i in range(end, start)):
                size = len(run)
        end = mention.span.end
    yield run[:size]


def _modifies(parse: Columns, end: int, start: int) -> bool:
    """Whether the mention at `start` only tells more of the one before: "the mayor of Denton"."""
    return start == end + 1 and parse.pos[end] == "ADP"


def _continues(parse: Columns, end: int, start: int) -> bool:
    between = range(end, start)
    return (
        0 < len(between) <= _FARTHEST
        and parse.sentence[end - 1] == parse.sentence[start]
        and any(parse.lower[i] in _AND or parse.lower[i] in {",", ";"} for i in between)
        and all(_describes(parse, i) for i in between)
    )


def _describes(parse: Columns, i: int) -> bool:
    """Whether the token may stand between two members; of a compound any part may."""
    if "-" in parse.text[i - 1 : i + 2]:  # "the left-leaning"
        return True
    return parse.pos[i] in _BETWEEN and (parse.pos[i] != "PUNCT" or parse.text[i] in _MARKS)
