"""Who took part in an event: candidates near its trigger, with what their place says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from kcgraph.extract.offline.columns import Columns, columns
from kcgraph.extract.offline.events.triggers import Trigger, governor
from kcgraph.extract.offline.types import Cast, Entity, Linked, Mention, MentionKind
from kcgraph.model import EventKind, StakeholderKind

_REACH = 2  # sentences to either side in which every mention counts
_DECIDERS = frozenset(
    {"council", "board", "commission", "committee", "senate", "house", "assembly", "parliament"}
    | {"congress", "legislature", "trustees", "commissioners", "supervisors", "aldermen", "court"}
    | {"authority", "tribunal", "panel", "selectmen", "councillors", "cabinet", "agency"}
)
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
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
        self._parse = columns(doc)
        self._number = self._parse.sentence
        self._speakers = {
            (self._number[link.reading.content[0].start], source)
            for link in links
            for source in link.sources
        }
        self._cast = [entity for entity in cast.entities if entity.mentions]
        self._profiles = {entity.id: self._profile(entity) for entity in self._cast}
        self._sentences = {e.id: {self._number[m.head] for m in e.mentions} for e in self._cast}
        self._told = self._tellers(triggers)
        bodies = sorted(
            (e for e in self._cast if e.kind is StakeholderKind.ORGANIZATION and _decides(e)),
            key=lambda e: (-len(e.mentions), e.id),
        )
        self._bodies = {entity.id: rank for rank, entity in enumerate(bodies)}

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
            if self._parse.dep[mention.head] in _SUBJECTS:
                found.append(f"does {self._parse.lemma[self._parse.head[mention.head]]}")
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
        together = self._sentences[entity.id] & self._told.get((trigger.kind, trigger.lemma), set())
        found.append(f"with the word {min(len(together), 3)}")
        found.append(f"sure {entity.confidence > 0.5}")
        if entity.id in self._bodies:
            found.append(f"body {min(self._bodies[entity.id], 2)}")
        if (self._number[trigger.at] + nearest, entity.id) in self._speakers:
            found.append(f"speaks at {_bucket(nearest)}")
        parse = self._parse
        paths = []
        for distance, mention in places:
            head = mention.head
            if distance == 0:
                way = path(parse, trigger.at, head)
                paths += [f"path={way}", f"path={way} {entity.kind.value}"]
                is_subject = _is_root_subject(parse, head)
                found.append("root subject" if is_subject else "not root subject")
                found.append(f"gap={min(abs(head - trigger.at) // 4, 6)}")
            elif abs(distance) <= _REACH:
                found.append(f"{distance} {parse.dep[head]} of {parse.lemma[parse.head[head]]}")
                found.append(f"{distance} {parse.dep[head]}")
        found += paths
        by_word = [f"{trigger.lemma} {p}" for p in paths]
        return ["", *dict.fromkeys([*found, *(f"{kind} {f}" for f in found), *by_word])]


def _first(parse: Columns, i: int) -> int:
    """The first of the coordination or apposition that the token stands in."""
    while parse.dep[i] in ("conj", "appos") and parse.head[i] != i:
        i = parse.head[i]
    return i


def _is_root_subject(parse: Columns, i: int) -> bool:
    i = _first(parse, i)
    return parse.dep[i] in _SUBJECTS and parse.dep[parse.head[i]] == "ROOT"


def _bucket(distance: int) -> str:
    if abs(distance) <= _REACH:
        return str(distance)
    return "far" if abs(distance) > 5 else ("after" if distance > 0 else "before")


def _decides(entity: Entity) -> bool:
    """Whether it is a body that meets and votes."""
    return any(word in _DECIDERS for word in entity.name.casefold().split())


def path(parse: Columns, a: int, b: int) -> str:
    """The way through the parse from `a` to `b`: dependency labels, with words of prepositions."""
    up, down = _upwards(parse, a), _upwards(parse, b)
    meet = next((i for i in down if i in up), None)
    if meet is None:
        return "none"
    dep = parse.dep
    steps = [f"^{dep[i]}" for i in up[: up.index(meet)]] + [
        f"{dep[i]}:{parse.lower[i]}" if dep[i] in ("prep", "agent") else dep[i]
        for i in reversed(down[: down.index(meet)])
    ]
    return ">".join(step for step in steps if step != "conj") if len(steps) <= 7 else "far"


def _upwards(parse: Columns, i: int) -> list[int]:
    """The token and those above it."""
    found = [i]
    while parse.head[i] != i:
        i = parse.head[i]
        found.append(i)
    return found


def is_recipient(trigger: Trigger, mention: Mention, parse: Columns) -> bool:
    """Whether a letter goes to them: "wrote to X", "a letter to X", "urged X", "sent X"."""
    if trigger.kind is not EventKind.LETTER:
        return False
    i = _first(parse, mention.head)
    dep, head = parse.dep[i], parse.head[i]
    if dep == "dative":
        return True
    if dep == "pobj" and parse.lower[head] == "to":
        carrier = parse.head[head]
        return parse.pos[carrier] in ("NOUN", "PROPN") or parse.lemma[carrier] in _SENDING
    verb = governor(parse, trigger.at)
    return dep == "dobj" and parse.lemma[head] in _ASKING and head != verb


def listed_after(first: Mention, others: Iterable[Mention], parse: Columns) -> Iterator[Mention]:
    """The mentions that stand in one list with `first`, to its right: "to Lee, Roy and Mayor Ng".

    Read from the text, since the parser takes the last of a list for the subject of what follows
    ("a letter to Lee, Roy and Mayor Ng saying"). A place within a title belongs to the title.
    """
    end = first.span.end
    waiting = []  # for the "and" that makes it a list: "in a letter to Lee, Roy said" is none
    for mention in sorted((m for m in others if m.span.start >= end), key=lambda m: m.span):
        between = parse.lower[end : mention.span.start]
        if _is_root_subject(parse, mention.head) or not _LIST_WORDS.issuperset(between):
            return
        end = mention.span.end
        if parse.dep[mention.head] != "compound":
            waiting.append(mention)
        if not _CLOSING.isdisjoint(between):
            yield from waiting
            waiting = []


_CLOSING = frozenset({"and", "&", "well"})
_LIST_WORDS = _CLOSING | {",", ";", "as", "to", "the"}
_SENDING = frozenset({"write", "send", "deliver", "address", "submit", "present", "hand", "go"})
_ASKING = frozenset(
    {"urge", "ask", "call", "implore", "press", "demand", "beg", "tell", "petition"}
)


def is_bystander(trigger: Trigger, entity: Entity, cast: Cast, parse: Columns) -> bool:
    """Whether the sentence names somebody, but only to say something of others.

    "The mayor's adviser met the union while the council rested": neither mayor nor council did.
    """
    start, end = trigger.sentence
    here = [m for m in entity.mentions if start <= m.head < end]
    return bool(here) and all(
        _owns_participant(trigger, mention, cast, parse) or _is_aside(trigger, mention, parse)
        for mention in here
    )


def _owns_participant(trigger: Trigger, mention: Mention, cast: Cast, parse: Columns) -> bool:
    """Whether the mention only says whose somebody else is: "the mayor's adviser"."""
    if trigger.kind not in _IN_PERSON or mention.kind is MentionKind.PRONOUN:
        return False
    noun = parse.head[mention.head]
    owned = cast.at(noun)
    return (
        parse.dep[mention.head] == "poss"
        and owned is not None
        and owned is not cast.at(mention.head)
        and governor(parse, noun) in _controllers(parse, governor(parse, trigger.at))
    )


def _is_aside(trigger: Trigger, mention: Mention, parse: Columns) -> bool:
    """Whether the mention stands in a clause below that of the trigger, with its own subject."""
    verb, above = governor(parse, trigger.at), _upwards(parse, trigger.at)
    way = _upwards(parse, mention.head)
    if verb not in way:
        return False
    return any(_is_clause(parse, i, trigger) for i in way[: way.index(verb)] if i not in above)


def _is_clause(parse: Columns, i: int, trigger: Trigger) -> bool:
    """Whether `i` heads a clause of its own, and not one that says who came."""
    absolute = parse.dep[i] == "pcomp" and parse.lower[parse.head[i]] == "with"
    return (
        parse.dep[i] in _ASIDES
        and parse.pos[i] in ("VERB", "AUX")
        and not absolute
        and parse.lemma[i] not in _ATTENDING
        and not (parse.head[i] == trigger.at and parse.dep[i] == "relcl")
        and any(parse.dep[c] in _SUBJECTS for c in parse.children[i])
    )


def parties(trigger: Trigger, cast: Cast, parse: Columns) -> set[str]:
    """Who met whom where the sentence says both: "Holm met with the union", "Holm and Lee met"."""
    verb = trigger.at
    if trigger.kind is not EventKind.MEETING or parse.pos[verb] != "VERB":
        return set()
    places = {
        mention.head: entity.id
        for mention, entity in cast.mentions(trigger.sentence)
        if mention.kind is not MentionKind.PRONOUN
    }
    met: set[str] = set()
    meeting: set[str] = set()
    for head, name in places.items():
        i = _first(parse, head)
        above = parse.head[i]
        with_whom = parse.dep[i] == "pobj" and parse.lower[above] == "with"
        if (parse.head[above] if with_whom else above) == verb and (
            with_whom or parse.dep[i] == "dobj"
        ):
            met.add(name)
        elif parse.dep[i] in _SUBJECTS and above in _controllers(parse, verb):
            meeting.add(name)
    both = met | meeting
    return both if meeting and len(both) > 1 else set()


def _controllers(parse: Columns, verb: int) -> list[int]:
    """The verb and those above it whose subject is its own: "plans to meet"."""
    found = [verb]
    while parse.dep[verb] in ("xcomp", "conj") and parse.head[verb] != verb:
        verb = parse.head[verb]
        found.append(verb)
    return found


# Of these a representative is there alone; a lawsuit or a letter is of whom they represent.
_IN_PERSON = frozenset(
    {EventKind.MEETING, EventKind.HEARING, EventKind.PROTEST}
    | {EventKind.NEWS_CONFERENCE, EventKind.VOTE}
)
_ASIDES = frozenset({"advcl", "relcl", "ccomp", "pcomp"})


def declines(trigger: Trigger, mention: Mention, parse: Columns) -> bool:
    """Whether they were expected at the event but did not come."""
    i = _first(parse, mention.head)
    if parse.dep[i] not in _SUBJECTS or mention.kind is MentionKind.PRONOUN:
        return False
    dep, lemma = parse.dep, parse.lemma
    verb = parse.head[i]
    if lemma[verb] == "choose":
        whole = range(parse.left[verb], parse.right[verb] + 1)
        if any(dep[c] == "neg" and verb in _upwards(parse, c) for c in whole):
            return True
    children = parse.children[verb]
    if lemma[verb] in _DECLINING:
        below = {lemma[c] for c in children if dep[c] in ("xcomp", "dobj")}
        return bool(below & (_ATTENDING | {"invitation", trigger.lemma}))
    return lemma[verb] in _ATTENDING and any(dep[c] == "neg" for c in children)
