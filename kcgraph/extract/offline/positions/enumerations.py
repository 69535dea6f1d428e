"""Lists of things: "a raise, shields on all buses and an end to overtime"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kcgraph.extract.offline.positions.syntax import SUBJECTS, Syntax

_NOUNS = frozenset({"NOUN", "PROPN", "NUM"})
_EVERYTHING = frozenset({"everything", "anything"})


def listed_with(s: Syntax, first: int) -> list[int]:
    """Tokens that head what stands in a list after `first`, or in a range with it, in text order.

    None if no "and" closes the list. The parse makes its members conjuncts, appositions of each
    other, or objects of one verb; an apposition alone is no list, only another name. A range is
    "everything from cameras to an end of patrols".
    """
    if ends := list(_other_end(s, first)):
        return ends
    found = sorted({*_after(s, first), *_more_objects(s, first)})
    if not found or "and" not in s.lower[first : found[-1]]:
        return []
    if len(found) == 1 and s.dep[found[0]] == "appos":
        return []
    return found


def _other_end(s: Syntax, one: int) -> Iterator[int]:
    """The other end of the range that begins or ends with `one`."""
    if s.dep[one] != "pobj" or s.lower[s.head[one]] not in ("from", "to"):
        return
    start, end = s.sentences[s.sentence[one]]
    for begin in range(start + 1, end):
        if s.lower[begin] == "from" and s.lower[begin - 1] in _EVERYTHING:
            to = (i for i in range(begin, end) if s.lower[i] == "to" and s.dep[i] == "prep")
            ends = [s.child(i, "pobj") for i in (begin, *islice(to, 1))]
            if one in ends:
                yield from (i for i in ends if i not in (one, None))


def _after(s: Syntax, first: int) -> Iterator[int]:
    """Conjuncts and appositions of `first`, and theirs, that are of its kind."""
    for c in s.children[first]:
        if c > first and s.dep[c] in ("conj", "appos") and _alike(s, first, c):
            yield c
            yield from _after(s, c)


def _alike(s: Syntax, a: int, b: int) -> bool:
    if s.pos[a] in _NOUNS:
        return s.pos[b] in _NOUNS
    clause = any(
        s.dep[c] in SUBJECTS or (s.dep[c] == "aux" and s.tag[c] == "MD") for c in s.children[b]
    )
    return s.pos[a] == s.pos[b] and s.tag[a] == s.tag[b] and not clause


def _more_objects(s: Syntax, first: int) -> Iterator[int]:
    """Objects of the same verb after a comma, with what is listed after them."""
    verb = s.head[first]
    if s.dep[first] == "pobj":
        verb = s.head[verb]
    elif s.dep[first] != "dobj":
        return
    for c in s.children[verb]:
        if c > first and s.dep[c] == "dobj" and "," in s.lower[first:c] and _alike(s, first, c):
            yield c
            yield from _after(s, c)
