"""Words that may tell of an event, each with what its context says about that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from spacy.tokens import Doc, Token

from kcgraph.extract.dates import counts_from_another, find_dates
from kcgraph.extract.offline import lexicon
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
    text = doc.text  # put together anew at every call
    named: list[Span] = []  # days and months in the text so far that count from no other
    for number, sentence in _sentences(doc):
        start, end = doc[sentence.start].idx, _end(doc, sentence)
        dates = find_dates(text, start, end)
        tallies = list(_TALLY.finditer(text, start, end))
        named += [d for d in dates if not counts_from_another(text[d.start : d.end])]
        for token in doc[sentence.start : sentence.end]:
            for kind in _kinds(token):
                date = _date_of(token, dates, doc)
                found[token.i, kind] = Trigger(
                    token.i,
                    kind,
                    token.lemma_.casefold(),
                    sentence,
                    number,
                    date,
                    _tally(tallies) if kind is EventKind.VOTE else None,
                    _before(named, date),
                )
        for match in tallies:
            token = _token_at(doc, sentence, match.start())
            date = _date_of(token, dates, doc)
            found.setdefault(
                (token.i, EventKind.VOTE),
                Trigger(
                    token.i,
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


def _kinds(token: Token) -> tuple[EventKind, ...]:
    part = {"NOUN": "n", "PROPN": "n", "VERB": "v", "AUX": "v"}.get(token.pos_)
    return _lexicon().get(f"{token.lemma_.casefold()} {part}", ()) if part else ()


def _sentences(doc: Doc) -> Iterator[tuple[int, Tokens]]:
    """Sentences with the number of their paragraph."""
    for number, (start, end) in enumerate(doc.user_data["paragraphs"]):
        starts = [t.i for t in doc[start:end] if t.is_sent_start or t.i == start]
        for first, last in pairwise([*starts, end]):
            yield number, Tokens(first, last)


def _end(doc: Doc, sentence: Tokens) -> int:
    last = doc[sentence.end - 1]
    return last.idx + len(last.text)


def _date_of(token: Token, dates: Sequence[Span], doc: Doc) -> Span | None:
    """The date of what `token` tells: of the same clause if there is one, else the nearest.

    A deadline ("to resign by Friday") counts in its own clause only.
    """
    ranked = []
    verb = governor(token).i
    for date in dates:
        words = doc.char_span(date.start, date.end, alignment_mode="expand")
        if words is None:
            continue
        same = governor(words.root).i == verb
        before = doc[words.start - 1].lower_ if words.start else ""
        if same or before not in _DEADLINES:
            ranked.append((not same, abs(date.start - token.idx), date))
    return min(ranked)[2] if ranked else None


_DEADLINES = frozenset({"by", "until", "till", "before"})


def _before(named: Sequence[Span], date: Span | None) -> Span | None:
    """The last of `named` that stands before `date`."""
    return next((n for n in reversed(named) if date and n.end <= date.start), None)


def _tally(matches: Sequence[re.Match[str]]) -> str | None:
    return "-".join(matches[0].groups()) if matches else None


def _token_at(doc: Doc, sentence: Tokens, place: int) -> Token:
    return max(
        (t for t in doc[sentence.start : sentence.end] if t.idx <= place), key=lambda t: t.idx
    )


# --- what the context says ----------------------------------------------------------------------


def governor(token: Token) -> Token:
    """The verb that the trigger belongs to: itself, or the nearest one above it."""
    while token.pos_ not in ("VERB", "AUX") and token.head.i != token.i:
        token = token.head
    return token


def looks_ahead(token: Token) -> bool:
    """Whether the clause is about the future: will, is to, plans to, scheduled for."""
    verb = governor(token)
    aux = {c.lemma_.casefold() for c in verb.children if c.dep_ in ("aux", "auxpass")}
    above = verb.head.lemma_ if verb.dep_ in ("xcomp", "advcl") else ""
    return (
        bool(aux & {"will", "shall", "'ll"})
        or verb.lemma_ in ("schedule", "set", "plan", "expect", "intend")
        or above in ("plan", "intend", "expect", "schedule", "set", "be", "go", "promise")
    )


def features(trigger: Trigger, doc: Doc, cast: Cast, quoted: Sequence[bool]) -> list[str]:
    """Names of what holds of the trigger, for the model that decides whether there is an event."""
    token, kind = doc[trigger.at], trigger.kind.value
    verb = governor(token)
    found = [f"lemma={trigger.lemma}", f"dep={token.dep_}", f"tag={token.tag_}"]
    found += [f"verb={verb.lemma_}", f"verb tag={verb.tag_}", f"verb dep={verb.dep_}"]
    aux = sorted(c.lemma_ for c in verb.children if c.dep_ in ("aux", "auxpass"))
    found += [f"aux={'+'.join(aux)}", f"paragraph={min(trigger.paragraph, 6)}"]
    found += _reality(verb)
    if any(c.lower_ in _NEGATIONS for t in (token, verb) for c in t.children):
        found.append("negated")
    if any(c.dep_ == "mark" for c in verb.children) or verb.dep_ in ("advcl", "relcl"):
        found.append("subordinate")
    if quoted[trigger.at]:
        found.append("quoted")
    if trigger.date is not None:
        near = abs(trigger.date.start - token.idx) < 40
        found += ["dated", f"dated near={near}", f"ahead={looks_ahead(token)}"]
        first = doc.char_span(trigger.date.start, trigger.date.end, alignment_mode="expand")
        if first is not None:
            found.append(f"date {first[0].lower_}")
            found.append(f"dated in clause={governor(first.root).i == verb.i}")
    if trigger.tally:
        found.append("tally")
    found.append(f"told before {min(trigger.earlier, 3)}")
    found += [f"det={c.lower_}" for c in token.children if c.dep_ in ("det", "poss")]
    found += [f"mod={c.lemma_.casefold()}" for c in token.children if c.dep_ in _MODIFIERS]
    found += [f"prep={c.lower_}" for c in token.children if c.dep_ in ("prep", "agent")]
    if token.dep_ == "pobj":
        found += [f"under={token.head.lower_}", f"under={token.head.head.lemma_}"]
    found += _objects(token)
    if verb.i != token.i:
        found += [f"beside {feature}" for feature in _objects(verb)]
    found += _people(trigger, doc, cast, verb)
    after = doc[trigger.at + 1].lower_ if trigger.at + 1 < trigger.sentence.end else ""
    before = doc[trigger.at - 1].lower_ if trigger.at > trigger.sentence.start else ""
    found += [f"next={after}", f"previous={before}"]
    window = doc[max(trigger.sentence.start, trigger.at - 4) : trigger.at + 5]
    found += [f"near {t.lemma_.casefold()}" for t in window if t.is_alpha and t.i != trigger.at]
    found = list(dict.fromkeys(found))
    by_word = [f"{trigger.lemma} {f}" for f in found if f.startswith(_WITH_WORD)]
    return ["", *found, f"kind={kind}", *(f"{kind} {f}" for f in [*found, *by_word])]


# What a word's place says differs from word to word: these count for each word apart, too.
_WITH_WORD = (
    *("dep=", "tag=", "verb=", "aux=", "above=", "under=", "next=", "previous=", "prep=", "told"),
    *("quoted", "dated", "negated", "unreal", "people=", "nsubj"),
)
_UNREAL = frozenset({"would", "could", "might", "may", "should", "must", "can"})


def _reality(verb: Token) -> list[str]:
    """Whether the clause and those above it tell of something that is done, or only wished for."""
    found = []
    for _ in range(4):
        for child in verb.children:
            if child.dep_ == "aux" and child.lemma_.casefold() in _UNREAL:
                found.append("unreal")
            if child.dep_ == "mark" and child.lower_ in ("if", "unless", "whether", "until"):
                found.append("conditional")
        if verb.dep_ not in _INSIDE or verb.head.i == verb.i:
            break
        verb = verb.head
        found.append(f"above={verb.lemma_.casefold()}")
    return found


_INSIDE = frozenset({"xcomp", "ccomp", "advcl", "relcl", "acl", "pcomp", "conj"})
_MODIFIERS = frozenset({"amod", "compound", "nummod"})


def _objects(token: Token) -> list[str]:
    return [
        f"{child.dep_}={child.lemma_.casefold()}"
        for child in token.children
        if child.dep_ in ("dobj", "nsubj", "nsubjpass", "attr", "prt", "acomp", "advmod")
    ]


def _people(trigger: Trigger, doc: Doc, cast: Cast, verb: Token) -> list[str]:
    """Who is in the sentence, and in which place."""
    found = []
    mentions = list(cast.mentions(trigger.sentence))
    found.append(f"people={min(len({e.id for _, e in mentions}), 4)}")
    for mention, entity in mentions:
        if doc[mention.head].head.i == verb.i and mention.kind is not MentionKind.PRONOUN:
            found.append(f"{doc[mention.head].dep_} is {entity.kind.value}")
    return found
