"""Lists of those who are named one after the other, by the words between them.

The parse breaks long lists of names ("the NAACP, Urban League, Operation Liberation, and Urban
Summit"); the commas do not.
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
        if len(run) >= LEAST and _ends(parse, run)
    ]


def _runs(parse: Columns, named: Sequence[Mention]) -> Iterator[list[Mention]]:
    run: list[Mention] = []
    end = 0
    for mention in named:
        start = mention.span.start
        if start < end:
            continue
        if run and _modifies(parse, end, start):
            end = mention.span.end
            continue
        if run and not _continues(parse, end, start):
            yield run
            run = []
        run.append(mention)
        end = mention.span.end
    if run:
        yield run


def _modifies(parse: Columns, end: int, start: int) -> bool:
    """Whether the mention at `start` only tells more of the one before: "the mayor of Denton"."""
    return start == end + 1 and parse.pos[end] == "ADP"


def _continues(parse: Columns, end: int, start: int) -> bool:
    between = range(end, start)
    return (
        0 < len(between) <= _FARTHEST
        and parse.sentence[end - 1] == parse.sentence[start]
        and any(parse.lower[i] in _AND or parse.lower[i] in {",", ";"} for i in between)
        and all(
            parse.pos[i] in _BETWEEN and (parse.pos[i] != "PUNCT" or parse.text[i] in _MARKS)
            for i in between
        )
    )


def _ends(parse: Columns, run: Sequence[Mention]) -> bool:
    return any(parse.lower[i] in _AND for i in range(run[-2].span.end, run[-1].span.start))
