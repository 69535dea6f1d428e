"""The one check that every extractor's output passes: what the article does not say is thrown out.

A passage counts as verbatim when its characters stand in the text, runs of whitespace and the shape
of quotation marks and dashes aside; what is kept is then the article's own characters. Items that
fail are dropped and counted by reason in `Extraction.dropped`; a detail that fails (a date, an
alias, one of several sources) is dropped from its item and counted too. Who comes from a coder's
list of names need not be named in the article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import TypeVar

from kcgraph.grammar import singular
from kcgraph.model import (
    POLARITIES,
    Article,
    Attribution,
    Event,
    Extraction,
    Position,
    Quotation,
    Role,
    Span,
    Stakeholder,
    StakeholderKind,
)

T = TypeVar("T")

# Characters that typesetting exchanges for one another, each string one class of a pattern.
_ALIKE = ("'’‘‛`´", '"“”„‟«»', "-–—‐‑−")
_OPENING, _CLOSING = '“"«„', '”"»'
_ISO = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_WORD = re.compile(r"\w")


def ground(article: Article, extraction: Extraction) -> Extraction:
    """`extraction` with only what `article` bears out, every passage and name with its place.

    Grounding twice changes nothing more.
    """
    check = _Check(article.text)
    people = tuple(check.stakeholders(extraction.stakeholders))
    check.known = {who.id for who in people}
    return replace(
        extraction,
        article=article.id,
        date=article.date,
        stakeholders=people,
        attributions=tuple(check.attributions(extraction.attributions)),
        positions=tuple(check.positions(extraction.positions)),
        events=tuple(check.events(extraction.events)),
        dropped=dict(sorted((Counter(extraction.dropped) + check.dropped).items())),
    )


def find_verbatim(text: str, passage: str, *, near: int = 0) -> Span | None:
    """The occurrence of `passage` in `text` that begins nearest to `near`; None if there is none.

    An exact one wins over one that differs in whitespace, quotation marks or dashes.
    """
    if not passage.strip():
        return None
    for pattern in (re.escape(passage), _pattern(passage)):
        found = [Span(*m.span(1)) for m in re.finditer(f"(?=({pattern}))", text)]
        if found:
            return min(found, key=lambda span: (abs(span.start - near), span))
    return None


class _Check:
    """The text to check against, whom it is known to mention, and what was dropped so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = set(map(singular, _words(text)))
        self.known: set[str] = set()
        self.dropped: Counter[str] = Counter()

    # --- stakeholders ---

    def stakeholders(self, items: Iterable[Stakeholder]) -> Iterator[Stakeholder]:
        seen: set[str] = set()
        for who in items:
            aliases = who.aliases
            if not who.coded:
                aliases = self._keep(aliases, self._says, "alias not in the article")
            mentions = self._keep(who.mentions, self._inside, "mention outside the article")
            mentions = mentions or self._places((who.name, *aliases)) or self._shared(who)
            if not _is_share(who.confidence):
                self.dropped["stakeholder: confidence not from 0 to 1"] += 1
            elif who.id in seen:
                self.dropped["stakeholder: id given twice"] += 1
            elif not mentions and not who.coded:
                self.dropped["stakeholder: not mentioned in the article"] += 1
            else:
                seen.add(who.id)
                roles = self._keep(who.roles, self._says_role, "role not in the article")
                yield replace(who, aliases=aliases, roles=roles, mentions=mentions)

    def _says(self, name: str) -> bool:
        return _stands(name, self.text) or bool(self._places([name]))

    def _places(self, names: Iterable[str]) -> tuple[Span, ...]:
        """Where any of `names` stands as whole words, in upper or lower case; the longest wins."""
        patterns = [
            _pattern(n) for n in sorted(set(names), key=lambda n: (-len(n), n)) if n.strip()
        ]
        if not patterns:
            return ()
        whole = rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)"
        return tuple(Span(*m.span()) for m in re.finditer(whole, self.text, re.IGNORECASE))

    def _shared(self, who: Stakeholder) -> tuple[Span, ...]:
        """Where the words of a person's name stand apart, as in "Dale and Rhonda Summers"."""
        parts = who.name.split()
        if who.kind is not StakeholderKind.PERSON or len(parts) < 2:
            return ()
        name = r"(?:\W+\w+){0,4}?\W+".join(map(re.escape, parts))
        apart = rf"(?<!\w){name}(?!\w)"
        return tuple(Span(*m.span()) for m in re.finditer(apart, self.text))

    def _says_role(self, role: Role) -> bool:
        """Whether the words of the title are in the text, in singular or plural."""
        return all(singular(word) in self.words for word in _words(role.title))

    # --- what they said, want and did ---

    def attributions(self, items: Iterable[Attribution]) -> Iterator[Attribution]:
        for item in items:
            content, spans = self._content(item)
            sources = self._people(item.sources, "source")
            if spans and self._sound(item, "attribution", sources, needed="source"):
                yield replace(
                    item,
                    sources=sources,
                    also=self._people(item.also, "further source"),
                    content=content,
                    content_spans=spans,
                    source_span=self._place(item.source_span, "source"),
                    cue_span=self._place(item.cue_span, "cue"),
                )

    def positions(self, items: Iterable[Position]) -> Iterator[Position]:
        for item in items:
            span = self._evidence(item, "position")
            holder = self._people([item.holder], "holder")
            if not self._has_target(item):
                self.dropped["position: without target"] += 1
            elif item.polarity not in POLARITIES[item.kind]:
                self.dropped["position: polarity that its kind cannot have"] += 1
            elif span and self._sound(item, "position", holder, needed="holder"):
                behalf = [item.on_behalf_of] if item.on_behalf_of else []
                spoken_for = self._people(behalf, "whom the holder speaks for")
                yield replace(
                    item,
                    addressee=self._people(item.addressee, "addressee"),
                    on_behalf_of=next(iter(spoken_for), None),
                    evidence=self.text[span.start : span.end],
                    evidence_span=span,
                )

    def events(self, items: Iterable[Event]) -> Iterator[Event]:
        for item in items:
            span = self._evidence(item, "event")
            people = self._people(item.participants, "participant")
            declined = self._people(item.declined, "who declined")
            recipients = self._people(item.recipients, "recipient")
            anybody = (*people, *declined, *recipients)
            if span and self._sound(item, "event", anybody, needed="participant"):
                written, iso = self._date(item)
                yield replace(
                    item,
                    participants=people,
                    declined=declined,
                    recipients=recipients,
                    date=written,
                    iso=iso,
                    evidence=self.text[span.start : span.end],
                    evidence_span=span,
                )

    # --- pieces ---

    def _sound(
        self, item: Attribution | Position | Event, what: str, people: tuple[str, ...], needed: str
    ) -> bool:
        if not people:
            self.dropped[f"{what}: without {needed}"] += 1
        elif not _is_share(item.confidence):
            self.dropped[f"{what}: confidence not from 0 to 1"] += 1
        else:
            return True
        return False

    def _has_target(self, item: Position) -> bool:
        who = item.target.stakeholder
        if who is not None:
            return bool(self._people([who], "target"))
        return any(label.strip() for label in item.target.issue)

    def _people(self, ids: Iterable[str], role: str) -> tuple[str, ...]:
        return self._keep(ids, self.known.__contains__, f"{role} not known")

    def _keep(self, items: Iterable[T], passes: Callable[[T], bool], reason: str) -> tuple[T, ...]:
        """Items that pass, each once; the others are counted."""
        unique = dict.fromkeys(items)
        kept = tuple(item for item in unique if passes(item))
        if len(kept) < len(unique):
            self.dropped[reason] += len(unique) - len(kept)
        return kept

    def _date(self, item: Event) -> tuple[str | None, str | None]:
        """The date as the article writes it, and in ISO 8601."""
        if item.date is None:
            return None, None
        place = self._find(item.date)
        if place is None:
            self.dropped["date not in the article"] += 1
            return None, None
        iso = item.iso
        if iso is not None and not _is_iso(iso):
            self.dropped["date not ISO 8601"] += 1
            iso = None
        return self.text[place.start : place.end], iso

    def _place(self, span: Span | None, what: str) -> Span | None:
        if span is not None and not self._inside(span):
            self.dropped[f"{what} outside the article"] += 1
            return None
        return span

    def _evidence(self, item: Position | Event, what: str) -> Span | None:
        span = self._verbatim(item.evidence, item.evidence_span)
        if span is None:
            self.dropped[f"{what}: evidence not in the article"] += 1
        return span

    def _content(self, item: Attribution) -> tuple[str, tuple[Span, ...]]:
        """The content in the article's characters and its pieces in text order, or "" and ().

        A content may run from its first piece to its last, with the cue that interrupts it, or be
        the pieces alone.
        """
        pieces = item.content_spans
        if pieces and self._ordered(pieces):
            whole = self.text[pieces[0].start : pieces[-1].end]
            joined = " ".join(self.text[s.start : s.end].strip() for s in pieces)
            for wording in (whole, joined):
                if _letters(wording) == _letters(item.content) != "":
                    return wording, pieces
        found = self._verbatim(item.content, pieces[0] if pieces else None)
        if found is None:
            self.dropped["attribution: content not in the article"] += 1
            return "", ()
        direct = item.quotation is Quotation.DIRECT
        spans = tuple(_quoted_pieces(self.text, found)) if direct else (found,)
        return self.text[found.start : found.end], spans

    def _ordered(self, spans: tuple[Span, ...]) -> bool:
        ends = (0, *(span.end for span in spans))
        return all(map(self._inside, spans)) and all(
            before <= span.start for before, span in zip(ends, spans, strict=False)
        )

    def _verbatim(self, passage: str, claimed: Span | None) -> Span | None:
        """Where `passage` stands: at the claimed place, else at the nearest one to it."""
        if claimed and self._inside(claimed) and self.text[claimed.start : claimed.end] == passage:
            return claimed if passage.strip() else None
        return self._find(passage, near=claimed.start if claimed else 0)

    def _find(self, passage: str, *, near: int = 0) -> Span | None:
        return find_verbatim(self.text, passage, near=near)

    def _inside(self, span: Span) -> bool:
        return 0 <= span.start < span.end <= len(self.text)


def _quoted_pieces(text: str, whole: Span) -> Iterator[Span]:
    """`whole` cut where a cue interrupts the quotation: “...,” she said. “...” gives two pieces.

    What does not begin with a quotation mark is not cut.
    """
    start = closed = whole.start
    inside = False
    for place in range(whole.start, whole.end):
        if text[place] in _CLOSING and inside:
            inside, closed = False, place + 1
        elif text[place] in _OPENING and not inside:
            inside = True
            if closed > start and re.search(r"\w", text[closed:place]):
                yield Span(start, closed)
                start = place
        elif place == whole.start:
            break
    yield Span(start, whole.end)


def _stands(name: str, text: str) -> bool:
    """Whether `name` stands in `text` just so, as whole words; sooner told than by a pattern."""
    start = text.find(name) if name.strip() else -1
    while start >= 0:
        end = start + len(name)
        if not _WORD.search(text[max(0, start - 1) : start] + text[end : end + 1]):
            return True
        start = text.find(name, end)
    return False


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _letters(text: str) -> str:
    return "".join(_words(text))


def _pattern(passage: str) -> str:
    """A pattern for `passage` with any whitespace and any shape of quotation marks and dashes."""

    def one(char: str) -> str:
        alike = next((group for group in _ALIKE if char in group), None)
        return f"[{re.escape(alike)}]" if alike else re.escape(char)

    return r"\s+".join("".join(map(one, part)) for part in passage.split())


def _is_share(value: float) -> bool:
    return 0 <= value <= 1  # false for not-a-number too


def _is_iso(value: str) -> bool:
    if not _ISO.fullmatch(value):
        return False
    try:
        date.fromisoformat(value if len(value) == 10 else f"{value}-01")
    except ValueError:
        return False
    return True
