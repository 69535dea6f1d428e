"""Which members of the cast are stakeholders: whoever speaks, holds, is aimed at or takes part."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import median

from spacy.tokens import Doc, Token

from kcgraph import resources
from kcgraph.extract.offline.datelines import dateline
from kcgraph.extract.offline.lexicon import table, words
from kcgraph.extract.offline.types import Cast, Entity, Linked, Mention, MentionKind, chars
from kcgraph.model import Article, Event, Position, Stakeholder, StakeholderKind

MODEL = "stakeholders.json"
# How much less log odds suffice for whom the article lets speak, hold or be called upon.
_HEARD = 0.9
_HELD = 2.0  # for a position that is told with confidence 1, less for less
_LINKS = frozenset({"be", "remain", "stay", "seem", "become", "feel", "stand"})


def select_stakeholders(
    cast: Cast,
    links: Sequence[Linked],
    positions: Sequence[Position],
    events: Sequence[Event],
    doc: Doc,
    article: Article,
    *,
    models: Path | None = None,
) -> list[Stakeholder]:
    """The stakeholders in order of first mention.

    The log odds of a logistic model decide; who speaks, holds or is called upon needs less of
    them than others, who is a target or takes part no more.
    """
    weights, threshold = _weights(str(models or resources.data_dir() / "models" / "who"))
    named = {s for link in links for s in (*link.sources, *link.also)}
    for position in positions:
        named.update({position.holder, *position.addressee})
        named.update({position.on_behalf_of} if position.on_behalf_of else ())
    sure: dict[str, float] = {}
    for position in positions:
        sure[position.holder] = max(sure.get(position.holder, 0.0), position.confidence)
    members = list(described(cast, links, doc))
    odds = {e.id: sum(filter(None, map(weights.get, features))) for e, features in members}
    for ids in _lists(cast, doc):
        usual = median(odds[i] for i in ids)
        odds.update({i: max(odds[i], usual) for i in ids})
    return [
        _stakeholder(entity, doc, 1 / (1 + math.exp(-odds[entity.id])))
        for entity, _ in members
        if odds[entity.id]
        > (threshold - _HEARD if entity.id in named else threshold)
        - sure.get(entity.id, 0.0) * _HELD
    ]


def _lists(cast: Cast, doc: Doc) -> Iterator[list[str]]:
    """Ids of bodies and persons that the article lists one after the other, three or more.

    What one of them does, all do: "The letter from Black Rainbow, the NAACP, Urban League ...".
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


def described(cast: Cast, links: Sequence[Linked], doc: Doc) -> Iterator[tuple[Entity, list[str]]]:
    """Each member of the cast with its features, in order of first mention."""
    spoke = Counter(s for link in links for s in link.sources)
    inside = _reported(links, len(doc))
    opening = dateline(doc).end
    for entity in sorted(cast.entities, key=lambda e: e.mentions[0].span):
        if entity.members and all(m.kind is MentionKind.PRONOUN for m in entity.mentions):
            continue  # only those whom "they" means together are somebody
        found = dict.fromkeys(_features(entity, doc, spoke[entity.id], inside))
        if entity.mentions[-1].head < opening:
            found[f"dateline|{entity.place}"] = None
        yield entity, list(found)


def _reported(links: Iterable[Linked], n: int) -> list[bool]:
    inside = [False] * n
    for link in links:
        for piece in link.reading.content:
            for i in range(*piece):
                inside[i] = True
    return inside


def _features(entity: Entity, doc: Doc, spoke: int, inside: list[bool]) -> Iterator[str]:
    mentions = entity.mentions
    kinds = Counter(m.kind for m in mentions)
    place = entity.place
    named = kinds[MentionKind.NAME] > 0
    kind = f"{entity.kind.value}{'|place' if place else ''}{'' if named else '|unnamed'}"
    yield "bias"
    yield f"k={kind}"
    yield f"spoke={min(spoke, 2)}|{kind}"
    yield f"spoke={min(spoke, 2)}"
    yield f"n={_bucket(len(mentions))}|{kind}"
    for each in MentionKind:
        yield f"{each}={min(kinds[each], 3)}|{kind}"
    yield f"roles={bool(entity.roles)}|{kind}"
    yield f"inside={all(inside[m.head] for m in mentions)}|{kind}"
    first_paragraph = doc.user_data["paragraphs"][0][1] if doc.user_data["paragraphs"] else 0
    yield f"top={mentions[0].head < first_paragraph}|{kind}"
    yield f"onlytop={mentions[-1].head < first_paragraph}|{kind}"
    yield f"length={min(len(entity.name.split()), 4)}|{kind}"
    last = entity.name.split()[-1].lower()
    yield f"last={last}"
    if last in words("body-nouns"):
        yield f"bodyword|{kind}"
    if entity.name.isupper():
        yield f"capitals|{kind}"
    if entity.confidence < 1:
        yield f"tagger={int(entity.confidence * 5)}|{kind}"
    acts = False
    for mention in mentions:
        token = doc[mention.head]
        if mention.kind is not MentionKind.PRONOUN:
            for child in token.rights:
                if child.dep_ in {"relcl", "acl"}:
                    yield f"{child.dep_}~{table('verb-classes').get(child.lemma_, child.pos_)}"
                    yield from (f"{child.dep_}^{label}" for label in _stance_words(child))
        for feature in _context(mention, doc):
            yield f"{feature}"
            yield f"{feature}|{entity.kind.value}"
        acts = acts or token.dep_ in {"nsubj", "agent"}
    yield f"acts={acts}|{kind}|{_bucket(len(mentions))}"
    yield f"acts={acts}|{spoke > 0}|{kind}"
    if not named:
        span = doc[mentions[0].span.start : mentions[0].span.end]
        yield f"begins={span[0].lower_}"
        yield f"head={doc[mentions[0].head].lemma_.lower()}"
        yield f"words={min(len(span), 4)}|{kind}"
        yield f"tag={doc[mentions[0].head].tag_}|{span[0].tag_}"
        yield f"begins={span[0].dep_}|{kind}"


def _context(mention: Mention, doc: Doc) -> Iterator[str]:
    """How the mention stands in its sentence."""
    token = doc[mention.head]
    coordinated = False
    while token.dep_ == "conj" and token.head.i != token.i:
        token, coordinated = token.head, True
    dep, head = token.dep_, token.head
    if dep == "appos":
        yield "appos"
        return
    if coordinated:
        yield "conj"
    yield f"dep={dep}"
    if dep in {"nsubj", "nsubjpass", "dobj", "dative"}:
        yield f"{dep}|{head.lemma_}"
        yield f"{dep}~{table('verb-classes').get(head.lemma_, head.pos_)}"
        yield from (f"{dep}^{label}" for label in _stance_words(head))
        if dep == "nsubj":
            yield from _said_of_subject(token, head)
        if dep == "dobj" and any(c.dep_ in {"xcomp", "ccomp"} for c in head.children):
            yield "dobj+clause"
    elif dep == "pobj":
        yield f"pobj|{head.lower_}"
        yield f"pobj|{head.lower_}|{head.head.lemma_}"
        yield from (f"pobj|{head.lower_}^{label}" for label in _stance_words(head.head))
        if head.head.pos_ == "VERB":
            verb = table("verb-classes").get(head.head.lemma_, "VERB")
            yield f"pobj|{head.lower_}~{verb}"
    elif dep in {"poss", "compound"}:
        yield f"{dep}|{head.lemma_}"


def _said_of_subject(subject: Token, verb: Token) -> Iterator[str]:
    """What else the clause says of its subject: "are against", "have spent ... campaigning"."""
    is_link = verb.lemma_ in _LINKS
    if subject.i > verb.i:
        yield f"inverted|{verb.lemma_}"
        first = next(iter(verb.lefts), None)
        if first is not None:
            yield f"inverted|{first.lower_}"
    for child in verb.children:
        if is_link and child.dep_ in {"acomp", "attr", "prep", "advmod"}:
            yield f"is|{child.lemma_.lower()}"
            yield from (f"is^{label}" for label in _stance_words(child))
            for thing in child.children:
                if child.dep_ == "prep" and thing.dep_ == "pobj":
                    yield f"is|{child.lower_}|{thing.lemma_.lower()}"
        elif child.dep_ in {"conj", "xcomp"} and child.pos_ == "VERB":
            yield f"also~{table('verb-classes').get(child.lemma_, 'VERB')}"
            yield from (f"nsubj^{label}" for label in _stance_words(child))
        elif child.dep_ == "neg":
            yield "not"


def _stance_words(token: Token) -> Iterator[str]:
    """The position that a word can say ("demand", "stance-"), by the list of such words."""
    label = table("position-frames").get(f"{token.lemma_}|{token.pos_}")
    if label is not None:
        yield label.split("\t")[0]


def _bucket(n: int) -> int:
    return sum(n > edge for edge in (1, 2, 3, 5, 8))


def _stakeholder(entity: Entity, doc: Doc, confidence: float) -> Stakeholder:
    return Stakeholder(
        id=entity.id,
        kind=StakeholderKind(entity.kind),
        name=entity.name,
        aliases=tuple(entity.aliases),
        roles=tuple(entity.roles),
        mentions=tuple(chars(doc, m.span) for m in entity.mentions),
        confidence=round(confidence, 2),
    )


@cache
def _weights(folder: str) -> tuple[dict[str, float], float]:
    """Weights of the features, and the log odds above which somebody is kept."""
    loaded = json.loads((Path(folder) / MODEL).read_text(encoding="utf-8"))
    return loaded["weights"], loaded["threshold"]
