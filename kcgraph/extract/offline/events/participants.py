"""Who took part in an event: candidates near its trigger, with what their place says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.events.triggers import Trigger, governor
from kcgraph.extract.offline.types import Cast, Entity, Linked, Mention, MentionKind
from kcgraph.model import EventKind, StakeholderKind

_REACH = 2  # sentences to either side in which every mention counts
_DECIDERS = frozenset(
    {"council", "board", "commission", "committee", "senate", "house", "assembly", "parliament"}
    | {"congress", "legislature", "trustees", "commissioners", "supervisors", "aldermen", "court"}
    | {"authority", "tribunal", "panel", "selectmen", "councillors", "cabinet", "agency"}
)
_DECLINING = frozenset({"decline", "refuse", "skip", "boycott", "miss", "snub"})
_ATTENDING = frozenset({"attend", "come", "show", "appear", "participate", "join", "go", "turn"})


@dataclass(frozen=True, slots=True)
class Nearby:
    """An entity and its mention nearest to a trigger, with what speaks for its taking part."""

    entity: Entity
    mention: Mention
    distance: int  # in sentences, negative before
    features: tuple[str, ...]


class Neighbourhood:
    """Who is mentioned where in a document, to look around a trigger."""

    def __init__(
        self, doc: Doc, cast: Cast, links: Sequence[Linked], triggers: Sequence[Trigger]
    ) -> None:
        self._doc = doc
        self._number = {t.i: n for n, s in enumerate(doc.sents) for t in s}
        self._speakers = {
            (self._number[link.reading.content[0].start], source)
            for link in links
            for source in link.sources
        }
        self._cast = [entity for entity in cast.entities if entity.mentions]
        self._profiles = {entity.id: self._profile(entity) for entity in self._cast}
        self._sentences = {e.id: {self._number[m.head] for m in e.mentions} for e in self._cast}
        self._told = self._tellers(triggers)
        self._bodies = sorted(
            (e for e in self._cast if e.kind is StakeholderKind.ORGANIZATION and _decides(e)),
            key=lambda e: (-len(e.mentions), e.id),
        )

    def around(self, trigger: Trigger) -> Iterator[Nearby]:
        """Everybody in the article, those nearest to the trigger first."""
        here = self._number[trigger.at]
        found = []
        for entity in self._cast:
            places = sorted(
                ((self._number[m.head] - here, m) for m in entity.mentions),
                key=lambda place: (abs(place[0]), place[0], abs(place[1].head - trigger.at)),
            )
            near = [place for place in places if abs(place[0]) <= _REACH] or places[:1]
            features = tuple(self._features(trigger, entity, near))
            found.append(Nearby(entity, near[0][1], near[0][0], features))
        yield from sorted(found, key=lambda near: (abs(near.distance), near.distance))

    def _tellers(self, triggers: Sequence[Trigger]) -> dict[tuple[EventKind, str], set[int]]:
        """Sentences by kind of event and trigger word."""
        found: dict[tuple[EventKind, str], set[int]] = {}
        for trigger in triggers:
            found.setdefault((trigger.kind, trigger.lemma), set()).add(self._number[trigger.at])
        return found

    def _profile(self, entity: Entity) -> list[str]:
        """What is true of somebody in the whole article: what they do, what their office is."""
        found = [f"mentions={min(len(entity.mentions), 5)}", f"is {entity.kind.value}"]
        for mention in entity.mentions:
            token = self._doc[mention.head]
            if token.dep_ in ("nsubj", "nsubjpass"):
                found.append(f"does {token.head.lemma_}")
        titles = (word for role in entity.roles for word in role.title.casefold().split())
        found += [f"title {word}" for word in titles]
        last = (entity.name.split() or [""])[-1].casefold()
        if entity.kind is not StakeholderKind.PERSON:
            found.append(f"name ends {last}")
        return list(dict.fromkeys(found))

    def _features(
        self, trigger: Trigger, entity: Entity, places: Sequence[tuple[int, Mention]]
    ) -> list[str]:
        kind = trigger.kind.value
        nearest, first = places[0]
        found = [
            f"distance={_bucket(nearest)}",
            f"as {first.kind.value}",
            *self._profiles[entity.id],
        ]
        found += [f"{part} at {_bucket(nearest)}" for part in self._profiles[entity.id][1:2]]
        together = self._sentences[entity.id] & self._told[trigger.kind, trigger.lemma]
        found.append(f"with the word {min(len(together), 3)}")
        found.append(f"sure {entity.confidence > 0.5}")
        if entity in self._bodies:
            found.append(f"body {min(self._bodies.index(entity), 2)}")
        if (self._number[trigger.at] + nearest, entity.id) in self._speakers:
            found.append(f"speaks at {_bucket(nearest)}")
        token = self._doc[trigger.at]
        paths = []
        for distance, mention in places:
            head = self._doc[mention.head]
            if distance == 0:
                way = path(token, head)
                paths += [f"path={way}", f"path={way} {entity.kind.value}"]
                found.append("root subject" if _is_root_subject(head) else "not root subject")
                found.append(f"gap={min(abs(mention.head - trigger.at) // 4, 6)}")
            elif abs(distance) <= _REACH:
                found.append(f"{distance} {head.dep_} of {head.head.lemma_}")
                found.append(f"{distance} {head.dep_}")
        found += paths
        by_word = [f"{trigger.lemma} {p}" for p in paths]
        return ["", *dict.fromkeys([*found, *(f"{kind} {f}" for f in found), *by_word])]


def _is_root_subject(token: Token) -> bool:
    while token.dep_ in ("conj", "appos") and token.head.i != token.i:
        token = token.head
    return token.dep_ in ("nsubj", "nsubjpass") and token.head.dep_ == "ROOT"


def _bucket(distance: int) -> str:
    if abs(distance) <= _REACH:
        return str(distance)
    return "far" if abs(distance) > 5 else ("after" if distance > 0 else "before")


def _decides(entity: Entity) -> bool:
    """Whether it is a body that meets and votes."""
    return any(word in _DECIDERS for word in entity.name.casefold().split())


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


def listed_after(first: Mention, others: Iterable[Mention], doc: Doc) -> Iterator[Mention]:
    """The mentions that stand in one list with `first`, to its right: "to Lee, Roy and Mayor Ng".

    Read from the text, since the parser takes the last of a list for the subject of what follows
    ("a letter to Lee, Roy and Mayor Ng saying"). A place within a title belongs to the title.
    """
    end = first.span.end
    for mention in sorted((m for m in others if m.span.start >= end), key=lambda m: m.span):
        between = doc[end : mention.span.start]
        if any(t.lower_ not in _LIST_WORDS for t in between):
            return
        end = mention.span.end
        if doc[mention.head].dep_ != "compound":
            yield mention


_LIST_WORDS = frozenset({",", ";", "and", "&", "as", "well", "to", "the"})
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
