"""The plain data that travels between the stages: Article, and Extraction with its items.

The JSON form is that of the annotation guidelines plus places. A place is a span `[start, end]` in
code points of the article's text, end exclusive. What each kind means: `docs/guidelines.md`.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from kcgraph.errors import InputError

Json = dict[str, Any]
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class Span(NamedTuple):
    """A stretch of an article's text: `text[start:end]`, in code points."""

    start: int
    end: int


class StakeholderKind(StrEnum):
    PERSON = "person"
    ORGANIZATION = "organization"
    GROUP = "group"


class Quotation(StrEnum):
    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class PositionKind(StrEnum):
    DEMAND = "demand"
    STANCE = "stance"
    COMMITMENT = "commitment"
    REFUSAL = "refusal"


class Polarity(StrEnum):
    SUPPORT = "support"
    OPPOSE = "oppose"
    MIXED = "mixed"


POLARITIES: Mapping[PositionKind, frozenset[Polarity]] = {
    PositionKind.DEMAND: frozenset({Polarity.SUPPORT}),
    PositionKind.STANCE: frozenset(Polarity),
    PositionKind.COMMITMENT: frozenset({Polarity.SUPPORT}),
    PositionKind.REFUSAL: frozenset({Polarity.OPPOSE}),
}


class EventKind(StrEnum):
    MEETING = "meeting"
    LETTER = "letter"
    NEWS_CONFERENCE = "news conference"
    ANNOUNCEMENT = "announcement"
    PROTEST = "protest"
    VOTE = "vote"
    LAWSUIT = "lawsuit"
    HEARING = "hearing"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Article:
    """One article as read. `text` is what every offset refers to; it is never changed later.

    `id` is a slug, unique in a store and independent of the machine. `date` is the article's own
    date (ISO 8601), None when neither the article nor its metadata gives one. `origin` is the file
    (and record) it came from, for messages only.
    """

    id: str
    text: str
    title: str | None = None
    date: str | None = None
    publisher: str | None = None
    url: str | None = None
    origin: str = ""

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the text in UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Role:
    """A title or occupation, and the organization or jurisdiction that it belongs to."""

    title: str
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """Who can hold a position. `id` is unique within the record only.

    One that is `coded` is an entry of a coder's list of names: it is who has exactly that name in
    the list, and its name need not stand in the article.
    """

    id: str
    kind: StakeholderKind
    name: str
    aliases: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    mentions: tuple[Span, ...] = ()
    confidence: float = 1.0
    optional: bool = False
    coded: bool = False


@dataclass(frozen=True, slots=True)
class Attribution:
    """`sources` (ids) are reported to have expressed `content`; `also` are right as sources too."""

    sources: tuple[str, ...]
    quotation: Quotation
    content: str
    also: tuple[str, ...] = ()
    source_span: Span | None = None
    cue_span: Span | None = None
    content_spans: tuple[Span, ...] = ()
    confidence: float = 1.0
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """What a position is about: a stakeholder's id, or an issue in one or more wordings."""

    stakeholder: str | None = None
    issue: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """What `holder` wants, backs or rejects. `on_behalf_of` is an organization's id.

    One with a `coder` was coded by that person, as `statement` number so-and-so of a database; its
    issue is an entry of the coder's list, and is what has exactly that wording there.
    """

    kind: PositionKind
    holder: str
    polarity: Polarity
    target: Target
    evidence: str
    addressee: tuple[str, ...] = ()
    on_behalf_of: str | None = None
    evidence_span: Span | None = None
    confidence: float = 1.0
    optional: bool = False
    coder: str | None = None
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that took place or is scheduled. `date` as written, `iso` resolved."""

    kind: EventKind
    participants: tuple[str, ...]
    evidence: str
    declined: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    date: str | None = None
    iso: str | None = None
    evidence_span: Span | None = None
    confidence: float = 1.0
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything found in one article, by one extractor (`name version`, for provenance).

    `dropped` counts, by reason, what the grounding check threw out.
    """

    article: str
    date: str | None
    stakeholders: tuple[Stakeholder, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    positions: tuple[Position, ...] = ()
    events: tuple[Event, ...] = ()
    extractor: str = ""
    dropped: Mapping[str, int] = field(default_factory=dict)


# --- JSON ---------------------------------------------------------------------------------------


def to_json(record: Extraction) -> Json:
    """The record in the form of the guidelines, with places and confidences."""
    return {
        "article": record.article,
        "date": record.date,
        "extractor": record.extractor,
        "stakeholders": [
            {
                "id": s.id,
                "kind": s.kind.value,
                "name": s.name,
                "aliases": list(s.aliases),
                "roles": [{"title": r.title, "of": r.of} for r in s.roles],
                "mentions": [list(m) for m in s.mentions],
                "confidence": s.confidence,
                **_optional(s),
                **({"coded": True} if s.coded else {}),
            }
            for s in record.stakeholders
        ],
        "attributions": [
            {
                "sources": list(a.sources),
                "also": list(a.also),
                "quotation": a.quotation.value,
                "content": a.content,
                "source_span": _pair(a.source_span),
                "cue_span": _pair(a.cue_span),
                "content_spans": [list(s) for s in a.content_spans],
                "confidence": a.confidence,
                **_optional(a),
            }
            for a in record.attributions
        ],
        "positions": [
            {
                "kind": p.kind.value,
                "holder": p.holder,
                "polarity": p.polarity.value,
                "target": {"issue": list(p.target.issue)}
                if p.target.stakeholder is None
                else {"stakeholder": p.target.stakeholder},
                **({"addressee": list(p.addressee)} if p.addressee else {}),
                **({"on_behalf_of": p.on_behalf_of} if p.on_behalf_of else {}),
                "evidence": p.evidence,
                "evidence_span": _pair(p.evidence_span),
                "confidence": p.confidence,
                **_optional(p),
                **({"coder": p.coder} if p.coder is not None else {}),
                **({"statement": p.statement} if p.statement is not None else {}),
            }
            for p in record.positions
        ],
        "events": [
            {
                "kind": e.kind.value,
                "participants": list(e.participants),
                "declined": list(e.declined),
                "recipients": list(e.recipients),
                "date": e.date,
                **({"iso": e.iso} if e.iso else {}),
                "evidence": e.evidence,
                "evidence_span": _pair(e.evidence_span),
                "confidence": e.confidence,
                **_optional(e),
            }
            for e in record.events
        ],
        "dropped": dict(sorted(record.dropped.items())),
    }


def from_json(data: Json, *, where: str = "record") -> Extraction:
    """The record that `data` describes, be it ours or a person's gold file without places.

    Raises InputError that names `where`, the item and the fault.
    """
    if not isinstance(data, dict):
        raise InputError(f"{where}: not a record: expected a JSON object")
    return Extraction(
        article=_need(data, "article", str, where),
        date=_maybe_date(data, "date", where),
        stakeholders=_items(data, "stakeholders", _stakeholder, where),
        attributions=_items(data, "attributions", _attribution, where),
        positions=_items(data, "positions", _position, where),
        events=_items(data, "events", _event, where),
        extractor=_maybe(data, "extractor", str, where) or "",
        dropped=_maybe(data, "dropped", dict, where) or {},
    )


def _stakeholder(item: Json, where: str) -> Stakeholder:
    return Stakeholder(
        id=_need(item, "id", str, where),
        kind=_enum(item, "kind", StakeholderKind, where),
        name=_need(item, "name", str, where),
        aliases=_strings(item, "aliases", where),
        roles=tuple(
            Role(_need(r, "title", str, f"{where} role"), _maybe(r, "of", str, f"{where} role"))
            for r in _maybe(item, "roles", list, where) or ()
        ),
        mentions=tuple(_span(m, where) for m in _maybe(item, "mentions", list, where) or ()),
        coded=bool(item.get("coded", False)),
        **_common(item, where),
    )


def _attribution(item: Json, where: str) -> Attribution:
    return Attribution(
        sources=_strings(item, "sources", where),
        also=_strings(item, "also", where),
        quotation=_enum(item, "quotation", Quotation, where),
        content=_need(item, "content", str, where),
        source_span=_maybe_span(item, "source_span", where),
        cue_span=_maybe_span(item, "cue_span", where),
        content_spans=tuple(
            _span(s, where) for s in _maybe(item, "content_spans", list, where) or ()
        ),
        **_common(item, where),
    )


def _position(item: Json, where: str) -> Position:
    target = _need(item, "target", dict, where)
    stakeholder, issue = target.get("stakeholder"), target.get("issue")
    if (stakeholder is None) == (not issue):
        raise InputError(f"{where}: 'target' needs either 'stakeholder' or 'issue'")
    return Position(
        kind=_enum(item, "kind", PositionKind, where),
        holder=_need(item, "holder", str, where),
        polarity=_enum(item, "polarity", Polarity, where),
        target=Target(stakeholder, _strings(target, "issue", where)),
        addressee=_strings(item, "addressee", where),
        on_behalf_of=_maybe(item, "on_behalf_of", str, where),
        coder=_maybe(item, "coder", str, where),
        statement=_maybe(item, "statement", str, where),
        evidence=_need(item, "evidence", str, where),
        evidence_span=_maybe_span(item, "evidence_span", where),
        **_common(item, where),
    )


def _event(item: Json, where: str) -> Event:
    return Event(
        kind=_enum(item, "kind", EventKind, where),
        participants=_strings(item, "participants", where),
        declined=_strings(item, "declined", where),
        recipients=_strings(item, "recipients", where),
        date=_maybe(item, "date", str, where),
        iso=_maybe(item, "iso", str, where),
        evidence=_need(item, "evidence", str, where),
        evidence_span=_maybe_span(item, "evidence_span", where),
        **_common(item, where),
    )


def _optional(item: Stakeholder | Attribution | Position | Event) -> Json:
    return {"optional": True} if item.optional else {}


def _pair(span: Span | None) -> list[int] | None:
    return list(span) if span else None


def _common(item: Json, where: str) -> Json:
    confidence = item.get("confidence", 1.0)
    if isinstance(confidence, bool) or not isinstance(confidence, int | float):
        raise InputError(f"{where}: 'confidence' must be a number from 0 to 1")
    if not 0 <= confidence <= 1:
        raise InputError(f"{where}: 'confidence' is {confidence}, must be from 0 to 1")
    return {"confidence": float(confidence), "optional": bool(item.get("optional", False))}


def _items(data: Json, key: str, parse: Callable[[Json, str], T], where: str) -> tuple[T, ...]:
    items = _maybe(data, key, list, where) or []
    return tuple(parse(item, f"{where}: {key}[{n}]") for n, item in enumerate(items))


def _need(item: Json, key: str, kind: type, where: str) -> Any:
    value = _maybe(item, key, kind, where)
    if value is None:
        raise InputError(f"{where}: {key!r} is missing")
    return value


def _maybe(item: Json, key: str, kind: type, where: str) -> Any:
    if not isinstance(item, dict):
        raise InputError(f"{where}: expected a JSON object")
    value = item.get(key)
    if value is not None and not isinstance(value, kind):
        raise InputError(f"{where}: {key!r} must be of type {kind.__name__}")
    return value


def _maybe_date(item: Json, key: str, where: str) -> str | None:
    value: str | None = _maybe(item, key, str, where)
    try:
        if value is not None:
            (full,) = re.findall(r"\A\d{4}(?:-\d\d){0,2}\Z", value, re.ASCII)
            datetime.date.fromisoformat(f"{full}-01-01"[:10])
    except ValueError:
        raise InputError(f"{where}: {key!r} is {value!r}, must be YYYY-MM-DD") from None
    return value


def _strings(item: Json, key: str, where: str) -> tuple[str, ...]:
    value = item.get(key)
    values = [value] if isinstance(value, str) else value or []
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise InputError(f"{where}: {key!r} must be a list of strings")
    return tuple(values)


def _enum(item: Json, key: str, kind: type[E], where: str) -> E:
    value = _need(item, key, str, where)
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        raise InputError(f"{where}: {key!r} is {value!r}, must be one of: {known}") from None


def _span(value: Any, where: str) -> Span:
    if (
        not isinstance(value, list | tuple)
        or len(value) != 2
        or not all(isinstance(v, int) and not isinstance(v, bool) for v in value)
        or not 0 <= value[0] <= value[1]
    ):
        raise InputError(f"{where}: a place must be [start, end], not {value!r}")
    return Span(*value)


def _maybe_span(item: Json, key: str, where: str) -> Span | None:
    value = item.get(key)
    return None if value is None else _span(value, where)
