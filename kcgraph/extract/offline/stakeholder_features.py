"""What speaks for and against a member of the cast being a stakeholder, as string features."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.datelines import dateline
from kcgraph.extract.offline.lexicon import table, words
from kcgraph.extract.offline.types import Cast, Entity, Linked, Mention, MentionKind
from kcgraph.model import Event, Position

_LINKS = frozenset({"be", "remain", "stay", "seem", "become", "feel", "stand"})


def described(
    cast: Cast,
    links: Sequence[Linked],
    positions: Iterable[Position],
    events: Iterable[Event],
    doc: Doc,
) -> Iterator[tuple[Entity, list[str]]]:
    """Each member of the cast with its features, in order of first mention."""
    parts = _parts(links, positions, events)
    spoke = Counter(s for link in links for s in link.sources)
    inside = _reported(links, len(doc))
    opening = dateline(doc).end
    for entity in sorted(cast.entities, key=lambda e: e.mentions[0].span):
        if entity.members and all(m.kind is MentionKind.PRONOUN for m in entity.mentions):
            continue  # only those whom "they" means together are somebody
        found = dict.fromkeys(_features(entity, doc, spoke[entity.id], inside))
        if entity.mentions[-1].head < opening:
            found[f"dateline|{entity.place}"] = None
        found.update(dict.fromkeys(_part_features(parts[entity.id], entity)))
        yield entity, list(found)


def _parts(
    links: Iterable[Linked], positions: Iterable[Position], events: Iterable[Event]
) -> defaultdict[str, dict[str, float]]:
    """What each has a part in, by id: holding, being a target ..., each as sure as it is told."""
    parts: defaultdict[str, dict[str, float]] = defaultdict(dict)

    def add(who: Iterable[str], part: str, confidence: float) -> None:
        for one in who:
            parts[one][part] = max(confidence, parts[one].get(part, 0.0))

    for link in links:
        add((*link.sources, *link.also), "speaks", 1.0)
    for position in positions:
        behalf = (position.on_behalf_of,) if position.on_behalf_of else ()
        target = (position.target.stakeholder,) if position.target.stakeholder else ()
        add((position.holder,), "holds", position.confidence)
        add(behalf, "behalf", position.confidence)
        add(target, "target", position.confidence)
        add(position.addressee, "addressee", position.confidence)
    for event in events:
        add(event.participants, "takes part", event.confidence)
        add((*event.recipients, *event.declined), "invited", event.confidence)
    return parts


_PARTS = ("speaks", "holds", "behalf", "target", "addressee", "takes part", "invited")


def _part_features(parts: dict[str, float], entity: Entity) -> Iterator[str]:
    for part in _PARTS:
        how = min(int(parts[part] * 5), 4) if part in parts else "no"
        yield f"{part}={how}"
        yield f"{part}={how}|{entity.kind.value}"
    yield f"part={bool(parts)}|{entity.kind.value}"


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
