"""Titles in the plural, which those who are named one after the other share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from kcgraph.extract.offline.names import Name, NameType
from kcgraph.extract.offline.title_words import is_plural, modifiers_start, part_of
from kcgraph.extract.offline.types import Tokens


def shared_titles(doc: Doc, names: Sequence[Name]) -> dict[Tokens, Tokens]:
    """Titles in the plural, by the names of those who share them.

    "Trustees Peg Rooney, the Rev. Alonzo Dix and ...", "two former mayors, Ann Brown and ...",
    "Ann Brown, Peg Rooney and Alonzo Dix, all professors".
    """
    found: dict[Tokens, Tokens] = {}
    for run in _runs(doc, [n for n in names if n.type is NameType.PERSON], names):
        title = _plural_title(doc, run[0]) or (_plural_apposed(doc, run) if len(run) > 1 else None)
        if title is not None:
            found.update({name.span: title for name in run if name.title != title})
    return found


def _runs(doc: Doc, persons: Sequence[Name], names: Sequence[Name]) -> Iterator[list[Name]]:
    """Persons who are named one after the other, perhaps each with a title or an "of" phrase."""
    bodies = {i for n in names if n.type is not NameType.PERSON for i in range(*n.span)}
    run: list[Name] = []
    for name in persons:
        if run:
            gap = [t for t in doc[run[-1].span.end : name.whole.start] if t.i not in bodies]
            marks = [t.lower_ for t in gap if not (t.like_num or t.lower_ in {"the", "of", "from"})]
            aged = any(t.like_num for t in gap)
            linked = 0 < len(marks) < 3 + aged and set(marks) <= {",", "and", "&"} and len(gap) < 6
            if not linked or _ends_plural(doc, name.title):
                yield run
                run = []
        run.append(name)
    if run:
        yield run


def _ends_plural(doc: Doc, title: Tokens | None) -> bool:
    return title is not None and is_plural(doc[title.end - 1])


def _plural_title(doc: Doc, first: Name) -> Tokens | None:
    """The plural title before a name, whether the tagger saw it or not."""
    if _ends_plural(doc, first.title):
        return first.title
    end = first.whole.start
    if first.title is not None or end == 0 or not is_plural(doc[end - 1]):
        return None
    return Tokens(modifiers_start(doc, end - 1), end)


def _plural_apposed(doc: Doc, run: Sequence[Name]) -> Tokens | None:
    """The plural noun that a list of names explains, or that sums it up."""
    i = run[0].whole.start - 1
    head = i - 1 if i > 0 and doc[i].text in {",", ":", "—", "–"} else -1
    if head < 0 or not is_plural(doc[head]):
        step = doc[run[0].span.start : run[0].span.end].root
        while step.dep_ == "conj" and step.head.i < step.i:
            step = step.head
        head = step.head.i if step.dep_ == "appos" and step.head.i < step.i else -1
    if head < 0 or not is_plural(doc[head]):
        found = _sum(doc, run[-1].span.end)
    else:
        found = Tokens(modifiers_start(doc, head), head + 1)
    return found if found is not None and part_of(doc[found.end - 1]) != "tie" else None


def _sum(doc: Doc, end: int) -> Tokens | None:
    """The title in ", all medical school professors" after a list."""
    if end + 2 >= len(doc) or doc[end].text != "," or doc[end + 1].lower_ not in {"all", "both"}:
        return None
    start = end + 2
    for i in range(start, min(end + 8, len(doc))):
        if is_plural(doc[i]) and doc[i].tag_ in {"NNS", "NNPS"}:
            return Tokens(start, i + 1)
        if doc[i].pos_ not in {"NOUN", "PROPN", "ADJ"}:
            break
    return None
