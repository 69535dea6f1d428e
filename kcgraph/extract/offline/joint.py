"""Those who are named together and then meant together: "the union and the clinic ... They want".

A joint referent stands for its members. It begins as a coordination or list of mentions and is
only somebody once a plural pronoun or noun phrase goes back to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from kcgraph.extract.offline.columns import columns
from kcgraph.extract.offline.lists import named_lists
from kcgraph.extract.offline.mentions import Nominal, Sort
from kcgraph.extract.offline.referents import Referent
from kcgraph.extract.offline.types import Mention, MentionKind, Tokens

_NEAR = 3  # so many lists back a plural is looked up, besides those it has been used for


class Joints:
    """The lists of an article, made referents as reading comes to them."""

    def __init__(
        self, doc: Doc, referents: Iterable[Referent], nominals: Iterable[Nominal]
    ) -> None:
        names = (m for r in referents for m in r.mentions)
        named = named_lists(doc, [*names, *(n.mention for n in nominals)])
        whole = {i for one in named for i in one}
        parsed = (one for one in _coordinated(doc) if not whole.issuperset(one))
        self._lists = sorted([*named, *parsed])
        self._ready: list[Referent] = []
        self._next = 0

    def before(self, i: int, heads: Mapping[int, Referent]) -> Sequence[Referent]:
        """The joint referents that a plural at token `i` can mean, the last ones last."""
        while self._next < len(self._lists) and self._lists[self._next][-1] < i:
            self._add(self._lists[self._next], heads)
            self._next += 1
        used = [one for one in self._ready[:-_NEAR] if len(one.mentions) > 1]
        return [*used, *self._ready[-_NEAR:]]

    def used(self) -> Iterator[Referent]:
        """Those that something went back to, without the lists that they began as."""
        for one in self._ready:
            if len(one.mentions) > 1:
                yield replace(one, mentions=one.mentions[1:])

    def _add(self, tokens: Sequence[int], heads: Mapping[int, Referent]) -> None:
        members: list[Referent] = []
        for i in tokens:
            one = heads.get(i)
            if one is not None and not one.place and one not in members:
                members.extend(m for m in one.members or [one] if m not in members)
        if len(members) < 2:
            return
        again = next((j for j in self._ready if {*map(id, j.members)} == {*map(id, members)}), None)
        if again is not None:
            self._ready.remove(again)
            self._ready.append(again)
            return
        joint = Referent(Sort.PEOPLE, members=members)
        joint.titles = set.intersection(*(_called(one) for one in members))
        here = Tokens(tokens[0], tokens[-1] + 1)
        joint.mentions.append(Mention(here, tokens[0], MentionKind.NOMINAL))
        self._ready.append(joint)


def _called(one: Referent) -> set[str]:
    return one.titles | {n.lemma for n in one.nominals}


def _coordinated(doc: Doc) -> Iterator[tuple[int, ...]]:
    """Heads of what is coordinated, by the parse, two or more."""
    members: dict[int, list[int]] = defaultdict(list)
    parse = columns(doc)
    for i, dep in enumerate(parse.dep):
        if dep == "conj" and parse.pos[i] in {"NOUN", "PROPN"}:
            first = i
            while parse.dep[first] == "conj" and parse.head[first] < first:
                first = parse.head[first]
            if parse.pos[first] in {"NOUN", "PROPN"}:
                members[first].append(i)
    for head, others in members.items():
        yield (head, *sorted(others))
