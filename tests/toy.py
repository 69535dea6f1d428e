"""A language that a test can write and a toy extractor reads: one act a line, every word grounded.

    Ann Lee demands more buses of Bob Ray.
    Bob Ray promises more buses.
    Ann Lee met Bob Ray.

Whoever is demanded from, met and written to is a person, as is everybody else.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator

from kcgraph.extract.grounding import ground
from kcgraph.model import (
    Article,
    Attribution,
    Event,
    EventKind,
    Extraction,
    Polarity,
    Position,
    PositionKind,
    Quotation,
    Span,
    Stakeholder,
    StakeholderKind,
    Target,
)

NAME = r"[A-Z][^\s.]* [A-Z][^\s.]*"
POSITION = re.compile(
    rf"({NAME}) (demands|backs|opposes|promises|refuses) (.+?)(?: of ({NAME}))?\.", re.DOTALL
)
EVENT = re.compile(rf"({NAME}) (met|wrote to) ({NAME})(?: on (\d{{4}}-\d\d-\d\d))?\.")
SPEECH = re.compile(rf"({NAME}) (said) (“[^”]+”)\.")
KINDS = {
    "demands": (PositionKind.DEMAND, Polarity.SUPPORT),
    "backs": (PositionKind.STANCE, Polarity.SUPPORT),
    "opposes": (PositionKind.STANCE, Polarity.OPPOSE),
    "promises": (PositionKind.COMMITMENT, Polarity.SUPPORT),
    "refuses": (PositionKind.REFUSAL, Polarity.OPPOSE),
}


class ToyExtractor:
    """Reads toy articles; `read` lists the ids of what it was given. `pause` is in seconds."""

    def __init__(self, name: str = "toy 1", *, confidence: float = 1.0, pause: float = 0.0) -> None:
        self.name = name
        self.confidence = confidence
        self.pause = pause
        self.read: list[str] = []

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        for article in articles:
            self.read.append(article.id)
            time.sleep(self.pause)
            yield toy_record(article, self.name, self.confidence)


def toy_record(article: Article, extractor: str = "toy 1", confidence: float = 1.0) -> Extraction:
    """The grounded record of a toy article."""
    names: dict[str, None] = {}
    positions, events, attributions = [], [], []
    for found in POSITION.finditer(article.text):
        holder, verb, issue, addressee = found.groups()
        names |= dict.fromkeys(filter(None, (holder, addressee)))
        kind, polarity = KINDS[verb]
        is_person = re.fullmatch(NAME, issue) is not None
        if is_person:
            names |= {issue: None}
        positions.append(
            Position(
                kind,
                holder,
                polarity,
                Target(stakeholder=issue) if is_person else Target(issue=(issue,)),
                found.group(),
                addressee=(addressee,) if addressee else (),
                evidence_span=Span(*found.span()),
                confidence=confidence,
            )
        )
    for found in EVENT.finditer(article.text):
        who, verb, whom, date = found.groups()
        names |= dict.fromkeys((who, whom))
        met = verb == "met"
        events.append(
            Event(
                EventKind.MEETING if met else EventKind.LETTER,
                (who, whom) if met else (who,),
                found.group(),
                recipients=() if met else (whom,),
                date=date,
                iso=date,
                evidence_span=Span(*found.span()),
                confidence=confidence,
            )
        )
    for found in SPEECH.finditer(article.text):
        names |= {found[1]: None}
        attributions.append(
            Attribution(
                (found[1],),
                Quotation.DIRECT,
                found[3],
                source_span=Span(*found.span(1)),
                cue_span=Span(*found.span(2)),
                content_spans=(Span(*found.span(3)),),
                confidence=confidence,
            )
        )
    stakeholders = tuple(Stakeholder(name, StakeholderKind.PERSON, name) for name in names)
    record = Extraction(
        article.id,
        article.date,
        stakeholders,
        tuple(attributions),
        tuple(positions),
        tuple(events),
        extractor=extractor,
    )
    return ground(article, record)
