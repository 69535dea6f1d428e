"""What an item is like, by text and annotation alone: what errors are grouped by.

No parser is asked, so that the groups stay the same whatever reads. Where the wording decides (a
passive, a noun in place of a verb), the pattern is a rough one; see
`docs/evaluation.md`.
An item has all names that hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kcgraph.evaluate import compare
from kcgraph.model import Attribution, Event, Extraction, Position, Span, Stakeholder

Item = Stakeholder | Attribution | Position | Event

_PRONOUN = re.compile(
    r"\b(?:he|she|they|it|we|i|him|her|them|us|his|their|its|our|who)\b", re.IGNORECASE
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|nor|neither|without|cannot|nobody|nothing)\b|n[’']t\b", re.IGNORECASE
)
_CONDITION = re.compile(r"\b(?:if|unless|until|provided|as long as|only when)\b", re.IGNORECASE)
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+|not\s+)?"
    r"(?:\w{2,}ed|\w{2,}en|met|made|told|put|built|held|sent|cut|set|paid|sold|found|left)\b",
    re.IGNORECASE,
)
_NOUN = re.compile(
    r"\b(?:calls?|demands?|requests?|appeals?|support|backing|opposition|objections?|promises?"
    r"|pledges?|plans?|proposals?|refusals?|criticisms?|praise|endorsements?|pleas?|push|hopes?"
    r"|concerns?|motions?|petitions?|bans?|vetos?|vetoes)\s+(?:for|to|of|against|about|from)\b",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"[“”\"]|``|''")
_SENTENCE = re.compile(r"[.!?…]['\"”’)]*\s+\S|\n")


class Phenomena:
    """Names what holds of the items of one record; `text` is the record's article."""

    def __init__(self, record: Extraction, text: str, sentences: compare.Sentences) -> None:
        self._record, self._text, self._sentences = record, text, sentences
        self._people = {who.id: who for who in record.stakeholders}
        self._words = set(re.findall(r"\w+", text))

    def of(self, item: Item) -> tuple[str, ...]:
        """The names of all that holds of `item`, an item of the record."""
        if isinstance(item, Stakeholder):
            return tuple(self._stakeholder(item))
        if isinstance(item, Attribution):
            return tuple(self._attribution(item))
        if isinstance(item, Position):
            return tuple(self._position(item))
        return tuple(self._event(item))

    # --- by layer ---

    def _stakeholder(self, who: Stakeholder) -> Iterator[str]:
        yield f"{who.kind}"
        forms = (who.name, *who.aliases)
        places = {p.start for form in forms for p in self._sentences.places(form)}
        if len(places) <= 1:
            yield "named once"
        if any(re.fullmatch(r"[A-Z]{2,6}", form) for form in forms):
            yield "has an acronym"
        if who.roles:
            yield "has a role"
        last = who.name.split()[-1:]
        others = (o for o in self._record.stakeholders if o.id != who.id and o.kind is who.kind)
        if who.kind == "person" and any(o.name.split()[-1:] == last for o in others):
            yield "shares a surname"
        if who.kind == "person" and last and last[0].lower() in self._words:
            yield "name is also a word"

    def _attribution(self, item: Attribution) -> Iterator[str]:
        yield f"{item.quotation}"
        if len(item.sources) > 1:
            yield "several sources"
        if len(_SENTENCE.findall(item.content)) > 0:
            yield "over several sentences"
        kinds = {self._people[s].kind for s in item.sources if s in self._people}
        yield from (f"source: {kind}" for kind in sorted(kinds))
        spans = item.content_spans or self._sentences.places(item.content)[:1]
        if spans:
            around = Span(spans[0].start, spans[-1].end)
            yield self._nearness("source", item.sources, around)

    def _position(self, item: Position) -> Iterator[str]:
        yield f"{item.kind}"
        if item.kind == "stance":
            yield f"stance, {item.polarity}"
        if item.holder in self._people:
            yield f"holder: {self._people[item.holder].kind}"
        places = self._sentences.places(item.evidence, item.evidence_span)
        if places:
            yield self._nearness("holder", (item.holder,), places[0])
        if item.target.stakeholder is not None:
            yield "target: stakeholder"
        elif not _stands_in(item.target.issue, item.evidence):
            yield "target not in the passage"
        same = [
            other
            for other in self._record.positions
            if other is not item and other.evidence == item.evidence and other.kind is item.kind
        ]
        if any(o.target == item.target and o.holder != item.holder for o in same):
            yield "joint act"
        if any(o.holder == item.holder and o.target != item.target for o in same):
            yield "several measures"
        if places and self._is_quoted(places[0]):
            yield "quoted"
        for name, pattern in (
            ("negation", _NEGATION),
            ("condition", _CONDITION),
            ("passive", _PASSIVE),
            ("noun", _NOUN),
        ):
            if pattern.search(item.evidence):
                yield name

    def _event(self, item: Event) -> Iterator[str]:
        yield f"{item.kind}"
        if item.declined:
            yield "somebody declined"
        if item.recipients:
            yield "has recipients"
        yield "dated" if item.date else "undated"
        if len(item.participants) == 1:
            yield "one participant"

    # --- pieces ---

    def _nearness(self, role: str, ids: Iterable[str], place: Span) -> str:
        """How the sentences of `place` refer to somebody: by a name, by a pronoun or not at all."""
        around = self._sentences.around(place)
        people = [self._people[id] for id in ids if id in self._people]
        if any(_stands(form, around) for who in people for form in (who.name, *who.aliases)):
            return f"{role} named there"
        return f"{role} by pronoun" if _PRONOUN.search(around) else f"{role} elsewhere"

    def _is_quoted(self, place: Span) -> bool:
        """Whether the passage has a quotation mark, or stands between two in its paragraph."""
        if _QUOTE.search(self._text, place.start, place.end):
            return True
        start = self._text.rfind("\n", 0, place.start) + 1
        before = self._text[start : place.start]
        return before.count("“") > before.count("”") or len(re.findall('"', before)) % 2 == 1


def _stands(form: str, text: str) -> bool:
    return bool(form) and bool(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.IGNORECASE))


def _stands_in(phrases: Sequence[str], passage: str) -> bool:
    """Whether at least half of the content words of some phrase are in the passage."""
    there = set(compare.words(passage))
    for phrase in phrases:
        content = [w for w in compare.words(phrase) if w not in compare.STOP_WORDS]
        if content and 2 * sum(w in there for w in content) >= len(content):
            return True
    return False
