"""Who took part in an event: candidates near its trigger, with what their place says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.events.triggers import Trigger, governor
from kcgraph.extract.offline.types import Cast, Entity, Linked, Mention, MentionKind
from kcgraph.model import EventKind

_REACH = 2  # sentences to either side
_DECLINING = frozenset({"decline", "refuse", "skip", "boycott", "miss", "snub"})
_ATTENDING = frozenset({"attend", "come", "show", "appear", "participate", "join", "go", "turn"})


@dataclass(frozen=True, slots=True)
class Nearby:
    """An entity near a trigger: its nearest mention, and all features of its mentions there."""

    entity: Entity
    mention: Mention
    distance: int  # in sentences, negative before
    features: tuple[str, ...]


class Neighbourhood:
    """Sentences of a document with the mentions in each, to look around a trigger."""

    def __init__(self, doc: Doc, cast: Cast, links: Sequence[Linked]) -> None:
        self._doc = doc
        self._starts = [s.start for s in doc.sents]
        self._number = {t.i: n for n, s in enumerate(doc.sents) for t in s}
        self._mentions: dict[int, list[tuple[Mention, Entity]]] = {}
        for mention, entity in cast.mentions():
            self._mentions.setdefault(self._number[mention.head], []).append((mention, entity))
        self._speakers = {
            (self._number[link.reading.content[0].start], source)
            for link in links
            for source in link.sources
        }

    def around(self, trigger: Trigger) -> Iterator[Nearby]:
        """Everybody mentioned in the trigger's sentence or up to two sentences away."""
        here = self._number[trigger.at]
        seen: dict[str, list[tuple[int, Mention]]] = {}
        entities: dict[str, Entity] = {}
        for n in sorted(range(here - _REACH, here + _REACH + 1), key=lambda n: (abs(n - here), n)):
            for mention, entity in self._mentions.get(n, ()):
                seen.setdefault(entity.id, []).append((n - here, mention))
                entities[entity.id] = entity
        alone = len(seen) == 1
        for name, places in seen.items():
            features = self._features(trigger, entities[name], places, alone)
            distance, mention = places[0]
            yield Nearby(entities[name], mention, distance, tuple(features))

    def _features(
        self,
        trigger: Trigger,
        entity: Entity,
        places: Sequence[tuple[int, Mention]],
        alone: bool,
    ) -> list[str]:
        kind = trigger.kind.value
        nearest, first = places[0]
        found = [f"distance={nearest}", f"is {entity.kind.value}", f"as {first.kind.value}"]
        found += [f"sentences={len({d for d, _ in places})}"]
        found += [f"mentions={min(len(entity.mentions), 5)}"]
        if alone:
            found.append("alone")
        if (self._number[trigger.at] + nearest, entity.id) in self._speakers:
            found.append(f"speaks at {nearest}")
        last = (entity.name.split() or [""])[-1].casefold()
        found.append(f"{entity.kind.value} name ends {last}")
        token = self._doc[trigger.at]
        for distance, mention in places:
            if distance == 0:
                found.append(f"path={path(token, self._doc[mention.head])}")
                found.append(f"gap={min(abs(mention.head - trigger.at) // 4, 6)}")
            else:
                head = self._doc[mention.head]
                found.append(f"at {distance} dep={head.dep_} of {head.head.lemma_}")
                found.append(f"at {distance} dep={head.dep_}")
        trigger_path = [f"{trigger.lemma} {f}" for f in found if f.startswith("path=")]
        return ["", *dict.fromkeys(found), *(f"{kind} {f}" for f in found), *trigger_path]


def path(a: Token, b: Token) -> str:
    """The way through the parse from `a` to `b`: dependency labels, with words of prepositions."""
    up_a, up_b = [a, *a.ancestors], [b, *b.ancestors]
    numbers = [t.i for t in up_a]
    meet = next((t.i for t in up_b if t.i in numbers), None)
    if meet is None:
        return "none"
    down = [t for t in up_b if t.i in {x.i for x in up_b[: [t.i for t in up_b].index(meet)]}]
    up = up_a[: numbers.index(meet)]
    steps = [f"^{t.dep_}" for t in up] + [
        f"{t.dep_}:{t.lower_}" if t.dep_ in ("prep", "agent") else t.dep_ for t in reversed(down)
    ]
    return ">".join(step for step in steps if step != "conj") if len(steps) <= 7 else "far"


def is_recipient(trigger: Trigger, mention: Mention, doc: Doc) -> bool:
    """Whether a letter goes to them: "wrote to X", "a letter to X", "urged X", "sent X"."""
    if trigger.kind is not EventKind.LETTER:
        return False
    token = doc[mention.head]
    while token.dep_ in ("conj", "appos") and token.head.i != token.i:
        token = token.head
    if token.dep_ == "dative":
        return True
    if token.dep_ == "pobj" and token.head.lower_ == "to":
        carrier = token.head.head
        return carrier.pos_ in ("NOUN", "PROPN") or carrier.lemma_ in _SENDING
    verb = governor(doc[trigger.at])
    return token.dep_ == "dobj" and token.head.lemma_ in _ASKING and token.head.i != verb.i


_SENDING = frozenset({"write", "send", "deliver", "address", "submit", "present", "hand", "go"})
_ASKING = frozenset(
    {"urge", "ask", "call", "implore", "press", "demand", "beg", "tell", "petition"}
)


def declines(trigger: Trigger, mention: Mention, doc: Doc) -> bool:
    """Whether they were expected at the event but did not come."""
    token = doc[mention.head]
    while token.dep_ in ("conj", "appos") and token.head.i != token.i:
        token = token.head
    if token.dep_ not in ("nsubj", "nsubjpass") or mention.kind is MentionKind.PRONOUN:
        return False
    verb = token.head
    if verb.lemma_ == "choose" and any(c.dep_ == "neg" for c in verb.subtree):
        return True
    if verb.lemma_ in _DECLINING:
        below = {c.lemma_ for c in verb.children if c.dep_ in ("xcomp", "dobj")}
        return bool(below & (_ATTENDING | {"invitation", trigger.lemma}))
    negated = any(c.dep_ == "neg" for c in verb.children)
    return negated and verb.lemma_ in _ATTENDING
