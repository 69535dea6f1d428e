"""Which members of the cast are stakeholders: whoever speaks, holds, is aimed at or takes part."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from kcgraph.extract.offline.types import Cast, Entity, Linked, MentionKind, chars
from kcgraph.model import Article, Event, Position, Stakeholder


def select_stakeholders(
    cast: Cast,
    links: Sequence[Linked],
    positions: Sequence[Position],
    events: Sequence[Event],
    doc: Doc,
    article: Article,
) -> list[Stakeholder]:
    """The stakeholders in order of first mention; whoever an item names is always among them."""
    wanted = {s for link in links for s in (*link.sources, *link.also)}
    for position in positions:
        wanted.update({position.holder, *position.addressee})
        wanted.update({x for x in (position.target.stakeholder, position.on_behalf_of) if x})
    for event in events:
        wanted.update((*event.participants, *event.recipients, *event.declined))
    return [
        _stakeholder(entity, doc)
        for entity in sorted(cast.entities, key=lambda e: e.mentions[0].span)
        if entity.id in wanted or _acts(entity, doc)
    ]


def _acts(entity: Entity, doc: Doc) -> bool:
    return any(
        doc[m.head].dep_ in {"nsubj", "nsubjpass", "agent"}
        and (m.kind is MentionKind.NAME or m.kind is MentionKind.PRONOUN)
        for m in entity.mentions
    )


def _stakeholder(entity: Entity, doc: Doc) -> Stakeholder:
    return Stakeholder(
        id=entity.id,
        kind=entity.kind,
        name=entity.name,
        aliases=tuple(entity.aliases),
        roles=tuple(entity.roles),
        mentions=tuple(chars(doc, m.span) for m in entity.mentions),
        confidence=entity.confidence,
    )
