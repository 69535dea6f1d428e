"""From triggers that are believed to events: participants, date, passage; one per happening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from kcgraph.extract.dates import resolve_date
from kcgraph.extract.offline.columns import Columns, columns
from kcgraph.extract.offline.events.heads import Vectors
from kcgraph.extract.offline.events.model import KINDS, EventModel, Least, load_model, probability
from kcgraph.extract.offline.events.participants import (
    Nearby,
    Neighbourhood,
    declines,
    is_bystander,
    is_recipient,
    listed_after,
    parties,
)
from kcgraph.extract.offline.events.triggers import (
    Trigger,
    features,
    find_triggers,
    governor,
    is_deadline,
    looks_ahead,
)
from kcgraph.extract.offline.lists import named_lists
from kcgraph.extract.offline.types import Cast, Linked, Tokens, chars
from kcgraph.model import Article, Event, EventKind, Span

_NEAR = 3  # sentences from the trigger
_FAR = 1.5  # so much surer somebody has to be who is mentioned farther from a meeting than that
_LONGEST_EVIDENCE = 40  # tokens; of a longer sentence the clause around the trigger is kept


@dataclass(slots=True)
class _Happening:
    """What one trigger, or several of one event, tell."""

    trigger: Trigger
    probability: float
    participants: dict[str, float] = field(default_factory=dict)
    recipients: list[str] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    iso: str | None = None


def read_events(
    doc: Doc,
    cast: Cast,
    links: Sequence[Linked],
    article: Article,
    vectors: Vectors | None = None,
    model: EventModel | None = None,
) -> list[Event]:
    """The article's events in text order, each with at least one participant.

    `vectors` are the encoder's, a row for every token; without them fewer events are found.
    """
    return plan_events(doc, cast, links).read(vectors, article, model)


def plan_events(doc: Doc, cast: Cast, links: Sequence[Linked]) -> EventPlan:
    """The same in two steps, between which the encoder can be asked for vectors."""
    return EventPlan(doc, cast, links, find_triggers(doc))


@dataclass(frozen=True, slots=True)
class EventPlan:
    """An article whose events are about to be read."""

    doc: Doc
    cast: Cast
    links: Sequence[Linked]
    triggers: list[Trigger]

    @property
    def looked_at(self) -> set[int]:
        """Tokens whose vectors `read` looks at, beside those of mentions."""
        parse = columns(self.doc)
        words = {t.at for t in self.triggers}
        return words | {governor(parse, i) for i in words}

    def read(
        self, vectors: Vectors | None, article: Article, model: EventModel | None = None
    ) -> list[Event]:
        """The events in text order; `vectors` has a row for every token."""
        model = model or load_model()
        around = Neighbourhood(self.doc, self.cast, self.links, self.triggers)
        parse = columns(self.doc)
        told = list(_told(self, parse, vectors, model))
        takers = _takers(told, around, parse, vectors, model)
        believed = [
            _happening(t, p, takers[t], self.cast, parse, article, model.least[t.kind])
            for t, p in told
        ]
        letters = [h for h in believed if h.trigger.kind is EventKind.LETTER]
        lists = _lists(self.doc, self.cast) if letters else []
        for letter in letters:
            _complete(letter, lists)
        events = [
            _event(h, self.doc, self.cast, parse)
            for h in _one_each(believed, parse)
            if h.participants
        ]
        return sorted(events, key=lambda e: (e.evidence_span or Span(0, 0), e.kind))


def _told(
    plan: EventPlan, parse: Columns, vectors: Vectors | None, model: EventModel
) -> Iterator[tuple[Trigger, float]]:
    """The triggers that are believed, each with its probability."""
    triggers = plan.triggers
    scores = [model.event.total(features(t, plan.doc, plan.cast)) for t in triggers]
    if vectors is not None and model.telling is not None:
        words = [t.at for t in triggers]
        table = model.telling.scores(vectors, words, [governor(parse, i) for i in words])
        scores = _added(scores, table, triggers)
    for trigger, score in zip(triggers, scores, strict=True):
        chance = probability(score)
        if chance >= model.least[trigger.kind].event:
            yield trigger, chance


def _added(scores: Sequence[float], table: Vectors, triggers: Sequence[Trigger]) -> list[float]:
    """The scores with those of a head under each trigger's kind."""
    kinds = [KINDS.index(t.kind) for t in triggers]
    return [s + row[k] for s, row, k in zip(scores, table.tolist(), kinds, strict=True)]


def _takers(
    told: Sequence[tuple[Trigger, float]],
    around: Neighbourhood,
    parse: Columns,
    vectors: Vectors | None,
    model: EventModel,
) -> dict[Trigger, list[tuple[Nearby, float]]]:
    """Everybody in the article with the probability to have taken part, by trigger."""
    pairs = [(trigger, near) for trigger, _ in told for near in around.around(trigger)]
    scores = [model.participant.total(near.features) for _, near in pairs]
    if vectors is not None and model.taking is not None:
        table = model.taking.scores(
            vectors, [t.at for t, _ in pairs], [near.mention.head for _, near in pairs]
        )
        scores = _added(scores, table, [t for t, _ in pairs])
    found: dict[Trigger, list[tuple[Nearby, float]]] = {trigger: [] for trigger, _ in told}
    for (trigger, near), score in zip(pairs, scores, strict=True):
        found[trigger].append((near, probability(score)))
    return found


def _happening(
    trigger: Trigger,
    chance: float,
    everybody: Sequence[tuple[Nearby, float]],
    cast: Cast,
    parse: Columns,
    article: Article,
    least: Least,
) -> _Happening:
    happening = _Happening(trigger, chance)
    chances: dict[str, float] = {}
    named = parties(trigger, cast, parse)
    listed = _listed_recipients(trigger, [near for near, _ in everybody], parse)
    for near, taking in everybody:
        if near.distance == 0 and declines(trigger, near.mention, parse):
            happening.declined.append(near.entity.id)
        elif near.entity.id in listed or (
            near.distance == 0 and is_recipient(trigger, near.mention, parse)
        ):
            happening.recipients.append(near.entity.id)
        elif near.entity.place and parse.dep[near.mention.head] == "compound":
            continue  # "Harlow County Commissioner Boyle": the county did not take part
        elif (named and near.distance) or is_bystander(trigger, near.entity, cast, parse):
            continue
        else:
            chances[near.entity.id] = taking
    best = max(chances.values(), default=0.0)
    floor = max(least.participant, least.share * best)
    floors = {near.entity.id: max(floor, _elsewhere(near, least)) for near, _ in everybody}
    happening.participants = {
        name: p for name, p in chances.items() if p >= min(best, floors[name])
    }
    happening.iso = _iso(trigger, parse, article)
    return happening


def _lists(doc: Doc, cast: Cast) -> list[list[str]]:
    """Ids of those who are named one after the other, list by list."""
    runs = named_lists(doc, (mention for mention, _ in cast.mentions()))
    return [[one.id for head in run if (one := cast.at(head)) is not None] for run in runs]


def _complete(letter: _Happening, lists: Sequence[Sequence[str]]) -> None:
    """Adds the others of a list of whom most signed: the parse breaks lists of names."""
    for ids in lists:
        chances = [letter.participants[i] for i in ids if i in letter.participants]
        if len(chances) * 2 > len(ids) and {*letter.recipients, *letter.declined}.isdisjoint(ids):
            for i in ids:
                letter.participants.setdefault(i, min(chances))


def _elsewhere(near: Nearby, least: Least) -> float:
    """What is asked for who is not mentioned in the sentence of the event."""
    if near.distance == 0:
        return 0.0
    return least.elsewhere * (_FAR if abs(near.distance) > _NEAR else 1.0)


def _iso(trigger: Trigger, parse: Columns, article: Article) -> str | None:
    """The day or month that the trigger's date means."""
    if trigger.date is None:
        return None
    written = article.text[trigger.date.start : trigger.date.end]
    anchor = None
    if trigger.anchor is not None:
        before = article.text[trigger.anchor.start : trigger.anchor.end]
        anchor = resolve_date(before, article.date)
    ahead = looks_ahead(parse, trigger.at) or is_deadline(trigger, parse)
    return resolve_date(written, article.date, future=ahead, anchor=anchor)


def _listed_recipients(trigger: Trigger, everybody: Sequence[Nearby], parse: Columns) -> set[str]:
    """Who stands in one list with somebody to whom a letter goes."""
    here = {near.mention: near.entity.id for near in everybody if near.distance == 0}
    first = [mention for mention in here if is_recipient(trigger, mention, parse)]
    return {here[other] for one in first for other in listed_after(one, here, parse)}


def _one_each(believed: Sequence[_Happening], parse: Columns) -> list[_Happening]:
    """Happenings without those that tell of one already told; the most probable tells it."""
    kept: list[_Happening] = []
    for happening in sorted(believed, key=lambda h: (-h.probability, h.trigger.at)):
        same = next((k for k in kept if _same(k, happening, parse)), None)
        if same is None:
            kept.append(happening)
            continue
        for name, chance in happening.participants.items():
            same.participants[name] = max(chance, same.participants.get(name, 0.0))
        same.recipients += [r for r in happening.recipients if r not in same.recipients]
        same.declined += [d for d in happening.declined if d not in same.declined]
        if same.trigger.date is None:
            same.iso = happening.iso
    return kept


def _same(a: _Happening, b: _Happening, parse: Columns) -> bool:
    """Whether both tell of one event: same kind, nothing that tells them apart, somebody shared."""
    if a.trigger.kind is not b.trigger.kind:
        return False
    if a.trigger.tally and b.trigger.tally and a.trigger.tally != b.trigger.tally:
        return False
    if a.trigger.sentence == b.trigger.sentence:
        return True
    if a.iso and b.iso and a.iso != b.iso:
        return False
    if {_time(a, parse), _time(b, parse)} == {"over", "to come"}:
        return False
    return bool(set(a.participants) & set(b.participants)) or a.trigger.kind is EventKind.HEARING


def _time(happening: _Happening, parse: Columns) -> str | None:
    """Whether it is over or still to come, None where the verb does not say."""
    at = happening.trigger.at
    if looks_ahead(parse, at):
        return "to come"
    return "over" if parse.tag[governor(parse, at)] == "VBD" else None


def _event(happening: _Happening, doc: Doc, cast: Cast, parse: Columns) -> Event:
    trigger, text = happening.trigger, parse.whole
    evidence = chars(doc, _clause(trigger, parse))
    date = trigger.date
    participants = cast.each(happening.participants)
    declined, recipients = cast.each(happening.declined), cast.each(happening.recipients)
    others = {*declined, *recipients}
    return Event(
        kind=trigger.kind,
        participants=tuple(p for p in participants if p not in others) or participants,
        evidence=text[evidence.start : evidence.end],
        declined=declined,
        recipients=recipients,
        date=text[date.start : date.end] if date else None,
        iso=happening.iso,
        evidence_span=evidence,
        confidence=round(happening.probability, 3),
    )


def _clause(trigger: Trigger, parse: Columns) -> Tokens:
    """The sentence, or of a long one the clause of the trigger."""
    sentence = trigger.sentence
    if sentence.end - sentence.start <= _LONGEST_EVIDENCE:
        return sentence
    i = trigger.at
    while parse.head[i] != i and parse.right[i] - parse.left[i] < 8:
        i = parse.head[i]
    start, end = max(sentence.start, parse.left[i]), min(sentence.end, parse.right[i] + 1)
    return Tokens(min(start, trigger.at), max(end, trigger.at + 1))
