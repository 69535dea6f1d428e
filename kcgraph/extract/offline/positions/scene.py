"""Who stands where: the parse of an article together with its cast and its attributions."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from kcgraph.extract.offline.lists import named_lists
from kcgraph.extract.offline.positions.syntax import Syntax
from kcgraph.extract.offline.types import Cast, Entity, Linked, Mention


class Scene:
    """One article as the position reader sees it.

    `covering[i]` lists the attributions whose content token `i` stands in, the innermost first.
    `at[i]` is the mention headed by token `i` and its entity. `lists` has the heads of each list of
    mentions, `listed[i]` those of the list that token `i` stands in.
    """

    def __init__(self, doc: Doc, cast: Cast, links: Sequence[Linked]) -> None:
        self.doc = doc
        self.cast = cast
        self.links = links
        self.syntax = Syntax(doc)
        self.at: dict[int, tuple[Mention, Entity]] = {}
        for mention, entity in cast.mentions():
            self.at[mention.head] = (mention, entity)
        self.lists = named_lists(doc, (m for m, _ in self.at.values()))
        self.listed = {i: heads for heads in self.lists for i in heads}
        self.paths: dict[int, dict[int, str]] = {}
        self._entities: dict[int, list[str]] = {}
        self._in_sentence: list[list[int]] = [[] for _ in self.syntax.sentences]
        for i in sorted(self.at):
            self._in_sentence[self.syntax.sentence[i]].append(i)
        self.speakers = {source for link in links for source in link.sources}
        self.covering: list[list[Linked]] = [[] for _ in range(self.syntax.size)]
        self.cued: dict[int, Linked] = {}
        for link in links:
            for piece in link.reading.content:
                for i in range(*piece):
                    self.covering[i].append(link)
            if link.reading.cue:
                for i in range(*link.reading.cue):
                    self.cued.setdefault(i, link)
        for stack in self.covering:
            if len(stack) > 1:
                stack.sort(key=lambda k: sum(e - s for s, e in k.reading.content))

    def mentions_in(self, sentence: int) -> list[int]:
        """Head tokens of the mentions in a sentence, in text order."""
        return self._in_sentence[sentence]

    def entities(self, token: int) -> list[str]:
        """Ids of those whom the noun phrase at `token` names, each conjunct by itself.

        A collective that stands for named members gives the members.
        """
        known = self._entities.get(token)
        if known is None:
            named = [self.at[i][1].id for i in self.syntax.conjuncts(token) if i in self.at]
            members = (member for one in named for member in self.members(one))
            known = self._entities[token] = list(dict.fromkeys(members))
        return known

    def lists_before(self, sentence: int) -> list[tuple[int, ...]]:
        """The lists in earlier sentences, in text order."""
        start = self.syntax.sentences[sentence][0]
        return [heads for heads in self.lists if heads[-1] < start]

    def together(self, token: int) -> list[str]:
        """Ids of all in the list that `token` stands in, whatever the parse makes of it."""
        members = (m for i in self.listed.get(token, ()) for m in self.members(self.at[i][1].id))
        return list(dict.fromkeys(members))

    def members(self, entity_id: str) -> list[str]:
        """The named members that a collective stands for, else itself."""
        entity = self.cast.by_id.get(entity_id)
        if entity is None:
            return []
        return [m for m in entity.members if m in self.cast.by_id] or [entity_id]

    def source(self, token: int) -> list[str]:
        """Sources of the innermost attribution around `token`."""
        for link in self.covering[token]:
            if link.sources:
                return list(link.sources)
        return []
