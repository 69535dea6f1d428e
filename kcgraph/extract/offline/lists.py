"""Lists of those who are named one after the other, by the words between them.

The parse breaks long lists of names ("the NAACP, Urban League, Operation Liberation, and Urban
Summit"); the commas do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Doc

from kcgraph.extract.offline.types import Mention, MentionKind

LEAST = 3  # members: two with a comma between them are more often one with an apposition
_FARTHEST = 6  # tokens between two members: "and", an article, a title
_BETWEEN = frozenset({"DET", "NOUN", "PROPN", "ADJ", "NUM", "PUNCT", "CCONJ"})
_MARKS = frozenset({",", ";", "(", ")"})
_AND = frozenset({"and", "&", "or", "nor"})


def named_lists(doc: Doc, mentions: Iterable[Mention]) -> list[tuple[int, ...]]:
    """The heads of each list's members in text order, `LEAST` or more, the last after an "and"."""
    named = (m for m in mentions if m.kind is not MentionKind.PRONOUN)
    return [
        tuple(m.head for m in run)
        for run in _runs(doc, sorted(named, key=lambda m: (m.span.start, -m.span.end)))
        if len(run) >= LEAST and _ends(doc, run)
    ]


def _runs(doc: Doc, named: Sequence[Mention]) -> Iterator[list[Mention]]:
    run: list[Mention] = []
    end = 0
    for mention in named:
        if mention.span.start < end:
            continue
        if run and _modifies(doc, end, mention):
            end = mention.span.end
            continue
        if run and not _continues(doc, end, mention.span.start):
            yield run
            run = []
        run.append(mention)
        end = mention.span.end
    if run:
        yield run


def _modifies(doc: Doc, end: int, mention: Mention) -> bool:
    """Whether the mention only tells more of the one before: "the mayor of Denton"."""
    between = doc[end : mention.span.start]
    return len(between) == 1 and between[0].pos_ == "ADP"


def _continues(doc: Doc, end: int, start: int) -> bool:
    between = doc[end:start]
    words = {t.lower_ for t in between}
    return (
        0 < len(between) <= _FARTHEST
        and bool(words & (_AND | {",", ";"}))
        and all(
            t.pos_ in _BETWEEN and (t.pos_ != "PUNCT" or t.text in _MARKS) and not t.is_sent_start
            for t in between
        )
        and not doc[start].is_sent_start
    )


def _ends(doc: Doc, run: Sequence[Mention]) -> bool:
    last = doc[run[-2].span.end : run[-1].span.start]
    return any(t.lower_ in _AND for t in last)
