"""Which members of the cast are stakeholders: whoever speaks, holds, is aimed at or takes part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import median

from spacy.tokens import Doc

from kcgraph.extract.offline import stakeholder_model
from kcgraph.extract.offline.events.model import probability
from kcgraph.extract.offline.positions import Vectors
from kcgraph.extract.offline.stakeholder_features import described
from kcgraph.extract.offline.stakeholder_model import Selector
from kcgraph.extract.offline.types import Cast, Entity, Linked, MentionKind, chars
from kcgraph.model import Event, Position, Stakeholder, StakeholderKind


def select_stakeholders(
    cast: Cast,
    links: Sequence[Linked],
    positions: Sequence[Position],
    events: Sequence[Event],
    doc: Doc,
    *,
    vectors: Vectors | None = None,
    model: Selector | None = None,
) -> list[Stakeholder]:
    """The stakeholders in order of first mention.

    A logistic model over string features decides, together with a network over the encoder's
    `vectors`, a row for every token, of the mentions; without them the features alone.
    """
    model = model or stakeholder_model.load()
    members = list(described(cast, links, positions, events, doc))
    odds = dict(
        zip(
            (entity.id for entity, _ in members),
            model.log_odds(
                [features for _, features in members],
                [[m.head for m in entity.mentions] for entity, _ in members],
                vectors,
            ),
            strict=True,
        )
    )
    for ids in _lists(cast, doc):
        usual = median(odds[i] for i in ids)
        odds.update({i: max(odds[i], usual) for i in ids})
    return [
        _stakeholder(entity, doc, odds[entity.id])
        for entity, _ in members
        if odds[entity.id] > model.threshold
    ]


def _lists(cast: Cast, doc: Doc) -> Iterator[list[str]]:
    """Ids of bodies and persons that the article lists one after the other, three or more.

    What one of them does, all do: "The letter from Green Thumb, Legal Aid, Tenants Union ...".
    """
    run: list[str] = []
    end = -1
    for mention, entity in cast.mentions():
        if mention.kind is not MentionKind.NAME or entity.place:
            continue
        between = [t.lower_ for t in doc[end : mention.span.start]] if end >= 0 else ["."]
        if not (
            between and set(between) <= {",", "and", "the", "&"} and {",", "and"} & set(between)
        ):
            if len(run) > 2:
                yield run
            run = []
        run.append(entity.id)
        end = mention.span.end
    if len(run) > 2:
        yield run


def concerning(
    kept: Iterable[Stakeholder],
    links: Iterable[Linked],
    positions: Iterable[Position],
    events: Iterable[Event],
) -> tuple[list[Linked], list[Position], list[Event]]:
    """The links, positions and events with only those stakeholders in them.

    An item whose source, holder or target was not kept goes, as does an event without
    participants; from the rest, others are taken out.
    """
    ids = {one.id for one in kept}

    def known(some: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(x for x in some if x in ids)

    return (
        [
            replace(link, sources=known(link.sources), also=known(link.also))
            for link in links
            if known(link.sources)
        ],
        [
            replace(position, addressee=known(position.addressee))
            for position in positions
            if position.holder in ids
            and (position.target.stakeholder is None or position.target.stakeholder in ids)
        ],
        [
            replace(
                event,
                participants=known(event.participants),
                recipients=known(event.recipients),
                declined=known(event.declined),
            )
            for event in events
            if known(event.participants)
        ],
    )


def _stakeholder(entity: Entity, doc: Doc, log_odds: float) -> Stakeholder:
    return Stakeholder(
        id=entity.id,
        kind=StakeholderKind(entity.kind),
        name=entity.name,
        aliases=tuple(entity.aliases),
        roles=tuple(entity.roles),
        mentions=tuple(chars(doc, m.span) for m in entity.mentions),
        confidence=round(probability(log_odds), 2),
    )
