"""Words that may tell of an event, each with what its context says about that."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from spacy.tokens import Doc

from kcgraph.extract.dates import counts_from_another, find_dates
from kcgraph.extract.offline import lexicon
from kcgraph.extract.offline.columns import Columns, columns
from kcgraph.extract.offline.types import Cast, MentionKind, Tokens
from kcgraph.model import EventKind, Span

_TALLY = re.compile(
    r"(?<![\w$£€])(\d{1,3})(?:[-–]| to )(\d{1,3})(?![\w-]|[.,]\d| percent| years?| months?)"
)
_NEGATIONS = frozenset({"not", "n't", "never", "no", "without"})


@dataclass(frozen=True, slots=True)
class Trigger:
    """Token `at` may tell of an event of that kind; `sentence` is around it.

    `anchor` is the date named before `date`, from which that counts ("the following Tuesday").
    """

    at: int
    kind: EventKind
    lemma: str
    sentence: Tokens
    paragraph: int
    date: Span | None = None
    tally: str | None = None
    anchor: Span | None = None
    earlier: int = 0  # sentences before this one in which the same word may tell of the same


def find_triggers(doc: Doc) -> list[Trigger]:
    """Every trigger of the lexicon and every tally of votes, in text order, once per kind."""
    found: dict[tuple[int, EventKind], Trigger] = {}
    parse = columns(doc)
    named: list[Span] = []  # days and months in the text so far that count from no other
    for number, sentence in _sentences(parse):
        start, end = parse.start[sentence.start], _end(parse, sentence.end - 1)
        spans = find_dates(parse.whole, start, end)
        tallies = list(_TALLY.finditer(parse.whole, start, end))
        named += [d for d in spans if not counts_from_another(parse.whole[d.start : d.end])]
        dates = [_placed(date, doc, parse) for date in spans]
        for i in range(*sentence):
            for kind in _kinds(parse.lemma[i], parse.pos[i]):
                date = _date_of(i, dates, parse)
                found[i, kind] = Trigger(
                    i,
                    kind,
                    parse.lemma[i].casefold(),
                    sentence,
                    number,
                    date,
                    _tally(tallies) if kind is EventKind.VOTE else None,
                    _before(named, date),
                )
        for match in tallies:
            i = bisect_right(parse.start, match.start()) - 1
            date = _date_of(i, dates, parse)
            found.setdefault(
                (i, EventKind.VOTE),
                Trigger(
                    i,
                    EventKind.VOTE,
                    "tally",
                    sentence,
                    number,
                    date,
                    _tally([match]),
                    _before(named, date),
                ),
            )
    return _counted([found[key] for key in sorted(found)])


def _counted(triggers: Sequence[Trigger]) -> list[Trigger]:
    """The same with `earlier` filled in."""
    told: dict[tuple[EventKind, str], list[Tokens]] = {}
    counted = []
    for trigger in triggers:
        places = told.setdefault((trigger.kind, trigger.lemma), [])
        if trigger.sentence not in places:
            places.append(trigger.sentence)
        counted.append(replace(trigger, earlier=len(places) - 1))
    return counted


@cache
def _lexicon() -> dict[str, tuple[EventKind, ...]]:
    rows = lexicon.table("event-triggers")
    return {
        entry: tuple(EventKind(kind.replace("-", " ")) for kind in kinds.split())
        for entry, kinds in rows.items()
    }


def _kinds(lemma: str, pos: str) -> tuple[EventKind, ...]:
    part = _PARTS.get(pos)
    return _lexicon().get(f"{lemma.casefold()} {part}", ()) if part else ()


_PARTS = {"NOUN": "n", "PROPN": "n", "VERB": "v", "AUX": "v"}


def _sentences(parse: Columns) -> Iterator[tuple[int, Tokens]]:
    """Sentences with the number of their paragraph."""
    numbers = parse.sentence
    for number, (start, end) in enumerate(parse.paragraphs):
        inner = [i for i in range(start + 1, end) if numbers[i] != numbers[i - 1]]
        for first, last in pairwise([start, *inner, end]):
            yield number, Tokens(first, last)


def _end(parse: Columns, i: int) -> int:
    """Where the token ends in the text."""
    return parse.start[i] + len(parse.text[i])


@dataclass(frozen=True, slots=True)
class _Date:
    """A date in the text, the verb that it belongs to, and the word before it."""

    span: Span
    verb: int
    before: str


def _placed(date: Span, doc: Doc, parse: Columns) -> _Date | None:
    words = doc.char_span(date.start, date.end, alignment_mode="expand")
    if words is None:
        return None
    before = parse.lower[words.start - 1] if words.start else ""
    return _Date(date, governor(parse, words.root.i), before)


def _date_of(i: int, dates: Sequence[_Date | None], parse: Columns) -> Span | None:
    """The date of what token `i` tells: of the same clause if there is one, else the nearest.

    A deadline ("to resign by Friday") counts in its own clause only.
    """
    verb, place = governor(parse, i), parse.start[i]
    ranked = [
        (date.verb != verb, abs(date.span.start - place), date.span)
        for date in dates
        if date is not None and (date.verb == verb or date.before not in _DEADLINES)
    ]
    return min(ranked)[2] if ranked else None


_DEADLINES = frozenset({"by", "until", "till", "before"})
_PAST = frozenset({"VBD", "VBN"})


def _before(named: Sequence[Span], date: Span | None) -> Span | None:
    """The last of `named` that stands before `date`."""
    return next((n for n in reversed(named) if date and n.end <= date.start), None)


def _tally(matches: Sequence[re.Match[str]]) -> str | None:
    return "-".join(matches[0].groups()) if matches else None


# --- what the context says ----------------------------------------------------------------------


def governor(parse: Columns, i: int) -> int:
    """The verb that the trigger belongs to: itself, or the nearest one above it."""
    pos, head = parse.pos, parse.head
    while pos[i] not in ("VERB", "AUX") and head[i] != i:
        i = head[i]
    return i


def looks_ahead(parse: Columns, i: int) -> bool:
    """Whether the clause is about the future: will, is to, plans to, scheduled for."""
    verb = governor(parse, i)
    lemma, dep = parse.lemma, parse.dep
    aux = {lemma[c].casefold() for c in parse.children[verb] if dep[c] in ("aux", "auxpass")}
    above = lemma[parse.head[verb]] if dep[verb] in ("xcomp", "advcl") else ""
    return (
        bool(aux & {"will", "shall", "'ll"})
        or lemma[verb] in ("schedule", "set", "plan", "expect", "intend")
        or above in ("plan", "intend", "expect", "schedule", "set", "be", "go", "promise")
    )


def is_deadline(trigger: Trigger, parse: Columns) -> bool:
    """Whether the trigger's date is the last by which something is still to be done."""
    if trigger.date is None:
        return False
    first = bisect_left(parse.start, trigger.date.start)
    return (
        first > 0
        and parse.lower[first - 1] in _DEADLINES
        and parse.tag[governor(parse, trigger.at)] not in _PAST
    )


def features(trigger: Trigger, doc: Doc, cast: Cast) -> list[str]:
    """Names of what holds of the trigger, for the model that decides whether there is an event."""
    parse, i, kind = columns(doc), trigger.at, trigger.kind.value
    lower, lemma, dep, tag = parse.lower, parse.lemma, parse.dep, parse.tag
    verb = governor(parse, i)
    below, beside = parse.children[i], parse.children[verb]
    found = [f"lemma={trigger.lemma}", f"dep={dep[i]}", f"tag={tag[i]}"]
    found += [f"verb={lemma[verb]}", f"verb tag={tag[verb]}", f"verb dep={dep[verb]}"]
    aux = sorted(lemma[c] for c in beside if dep[c] in ("aux", "auxpass"))
    found += [f"aux={'+'.join(aux)}", f"paragraph={min(trigger.paragraph, 6)}"]
    found += _reality(parse, verb)
    if any(lower[c] in _NEGATIONS for c in (*below, *beside)):
        found.append("negated")
    if any(dep[c] == "mark" for c in beside) or dep[verb] in ("advcl", "relcl"):
        found.append("subordinate")
    if parse.quote[i] >= 0:
        found.append("quoted")
    if trigger.date is not None:
        near = abs(trigger.date.start - parse.start[i]) < 40
        found += ["dated", f"dated near={near}", f"ahead={looks_ahead(parse, i)}"]
        first = doc.char_span(trigger.date.start, trigger.date.end, alignment_mode="expand")
        if first is not None:
            found.append(f"date {lower[first.start]}")
            found.append(f"dated in clause={governor(parse, first.root.i) == verb}")
    if trigger.tally:
        found.append("tally")
    found.append(f"told before {min(trigger.earlier, 3)}")
    found += [f"det={lower[c]}" for c in below if dep[c] in ("det", "poss")]
    found += [f"mod={lemma[c].casefold()}" for c in below if dep[c] in _MODIFIERS]
    found += [f"prep={lower[c]}" for c in below if dep[c] in ("prep", "agent")]
    if dep[i] == "pobj":
        head = parse.head[i]
        found += [f"under={lower[head]}", f"under={lemma[parse.head[head]]}"]
    found += _objects(parse, i)
    if verb != i:
        found += [f"beside {feature}" for feature in _objects(parse, verb)]
    found += _people(trigger, parse, cast, verb)
    start, end = trigger.sentence
    after = lower[i + 1] if i + 1 < end else ""
    before = lower[i - 1] if i > start else ""
    found += [f"next={after}", f"previous={before}"]
    window = range(max(start, i - 4), min(i + 5, len(lower)))
    found += [f"near {lemma[t].casefold()}" for t in window if t != i and parse.text[t].isalpha()]
    found = list(dict.fromkeys(found))
    by_word = [f"{trigger.lemma} {f}" for f in found if f.startswith(_WITH_WORD)]
    return ["", *found, f"kind={kind}", *(f"{kind} {f}" for f in [*found, *by_word])]


# What a word's place says differs from word to word: these count for each word apart, too.
_WITH_WORD = (
    *("dep=", "tag=", "verb=", "aux=", "above=", "under=", "next=", "previous=", "prep=", "told"),
    *("quoted", "dated", "negated", "unreal", "people=", "nsubj"),
)
_UNREAL = frozenset({"would", "could", "might", "may", "should", "must", "can"})


def _reality(parse: Columns, verb: int) -> list[str]:
    """Whether the clause and those above it tell of something that is done, or only wished for."""
    found = []
    for _ in range(4):
        for child in parse.children[verb]:
            dep = parse.dep[child]
            if dep == "aux" and parse.lemma[child].casefold() in _UNREAL:
                found.append("unreal")
            if dep == "mark" and parse.lower[child] in ("if", "unless", "whether", "until"):
                found.append("conditional")
        if parse.dep[verb] not in _INSIDE or parse.head[verb] == verb:
            break
        verb = parse.head[verb]
        found.append(f"above={parse.lemma[verb].casefold()}")
    return found


_INSIDE = frozenset({"xcomp", "ccomp", "advcl", "relcl", "acl", "pcomp", "conj"})
_MODIFIERS = frozenset({"amod", "compound", "nummod"})
_OBJECTS = frozenset({"dobj", "nsubj", "nsubjpass", "attr", "prt", "acomp", "advmod"})


def _objects(parse: Columns, i: int) -> list[str]:
    return [
        f"{parse.dep[child]}={parse.lemma[child].casefold()}"
        for child in parse.children[i]
        if parse.dep[child] in _OBJECTS
    ]


def _people(trigger: Trigger, parse: Columns, cast: Cast, verb: int) -> list[str]:
    """Who is in the sentence, and in which place."""
    found = []
    mentions = list(cast.mentions(trigger.sentence))
    found.append(f"people={min(len({e.id for _, e in mentions}), 4)}")
    for mention, entity in mentions:
        if parse.head[mention.head] == verb and mention.kind is not MentionKind.PRONOUN:
            found.append(f"{parse.dep[mention.head]} is {entity.kind.value}")
    return found
