"""What the steps of the offline extractor hand to each other.

All ranges here count tokens of the article's `Doc`, end exclusive; `Doc` offsets are the article's
offsets, so `chars(doc, span)` gives the place in the text.

    parse ─▶ quotes ─▶ readings ─▶ cast ─▶ attributions ─▶ positions, events ─▶ record
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from spacy.tokens import Doc

from kcgraph.model import Role, Span, StakeholderKind


class Tokens(NamedTuple):
    """Tokens `doc[start:end]`."""

    start: int
    end: int


def chars(doc: Doc, span: Tokens) -> Span:
    """The place of those tokens in the text, without the whitespace at either end."""
    start, end = span
    while start < end and doc[start].is_space:
        start += 1
    while end > start and doc[end - 1].is_space:
        end -= 1
    if start == end:
        return Span(doc[start].idx, doc[start].idx) if start < len(doc) else Span(0, 0)
    return Span(doc[start].idx, doc[end - 1].idx + len(doc[end - 1].text))


@dataclass(frozen=True, slots=True)
class Reading:
    """One reported expression before anybody knows who is who: source, cue, content.

    `content` may be in pieces, since a cue can interrupt a quotation; pieces are in text order.
    """

    content: tuple[Tokens, ...]
    source: Tokens | None = None
    cue: Tokens | None = None
    confidence: float = 1.0


class MentionKind(StrEnum):
    NAME = "name"  # "Quinton Lucas", "Lucas", "NAACP"
    NOMINAL = "nominal"  # "the mayor", "community activists"
    PRONOUN = "pronoun"  # "he", "their", "I", "who"


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that names or refers to somebody; `head` is the token that heads it in the parse."""

    span: Tokens
    head: int
    kind: MentionKind


@dataclass(slots=True)
class Entity:
    """Somebody, with every mention that refers to them. `id` is unique in the article."""

    id: str
    kind: StakeholderKind
    name: str
    aliases: list[str] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    members: tuple[str, ...] = ()  # ids: the signatories that "the groups who wrote" stands for
    place: bool = False  # a place by name, which is somebody only when it acts
    confidence: float = 1.0


class Cast:
    """Everybody in one article, and who each token refers to."""

    def __init__(self, entities: list[Entity]) -> None:
        self.entities = entities
        self.by_id = {entity.id: entity for entity in entities}
        self._by_head = {m.head: e for e in entities for m in e.mentions}
        self._mentions = sorted(
            ((m, e) for e in entities for m in e.mentions), key=lambda pair: pair[0].span
        )
        self._starts = [mention.span.start for mention, _ in self._mentions]

    def at(self, head: int) -> Entity | None:
        """Whom the mention headed by token `head` refers to."""
        return self._by_head.get(head)

    def each(self, ids: Iterable[str]) -> tuple[str, ...]:
        """The ids, those of a collective replaced by its members', each once."""
        return tuple(dict.fromkeys(m for i in ids for m in self.by_id[i].members or (i,)))

    def mentions(self, within: Tokens | None = None) -> Iterator[tuple[Mention, Entity]]:
        """Mentions with their entities in text order, all or those inside `within`."""
        if within is None:
            yield from self._mentions
            return
        first = bisect_left(self._starts, within.start)
        for mention, entity in self._mentions[first : bisect_left(self._starts, within.end)]:
            if mention.span.end <= within.end:
                yield mention, entity


@dataclass(frozen=True, slots=True)
class Linked:
    """A reading whose source is known: `sources` are entity ids (several for a joint letter)."""

    reading: Reading
    sources: tuple[str, ...]
    also: tuple[str, ...] = ()
