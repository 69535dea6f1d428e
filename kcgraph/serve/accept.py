"""Content negotiation (RFC 9110, section 12.5.1), and the media types of answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """A `format` that can be given, and the media type under which."""

    format: str
    media: str

    @property
    def content_type(self) -> str:
        return f"{self.media}; charset=utf-8" if self.media.startswith("text/") else self.media


# in order of preference; a format's other media types come after all first ones
ROWS = (
    Offer("json", "application/sparql-results+json"),
    Offer("xml", "application/sparql-results+xml"),
    Offer("csv", "text/csv"),
    Offer("tsv", "text/tab-separated-values"),
    Offer("json", "application/json"),
    Offer("xml", "application/xml"),
    Offer("xml", "text/xml"),
)
GRAPH = (
    Offer("turtle", "text/turtle"),
    Offer("ntriples", "application/n-triples"),
    Offer("jsonld", "application/ld+json"),
    Offer("xml", "application/rdf+xml"),
    Offer("turtle", "application/x-turtle"),
    Offer("ntriples", "text/plain"),
    Offer("jsonld", "application/json"),
    Offer("xml", "application/xml"),
    Offer("xml", "text/xml"),
)
HTML = Offer("html", "text/html")


@dataclass(frozen=True, slots=True)
class _Range:
    kind: str
    subkind: str
    quality: float

    def fits(self, media: str) -> int:
        """0 if it does not fit `media`, else the more the more exactly it does."""
        kind, _, subkind = media.partition("/")
        if (self.kind, self.subkind) == (kind, subkind):
            return 3
        if self.kind == kind and self.subkind == "*":
            return 2
        return int(self.kind == self.subkind == "*")


_RANGE = re.compile(r"\s*([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*((?:;[^,]*)?)")


def choose(accept: str | None, offers: Sequence[Offer]) -> Offer | None:
    """The offer that `accept` asks for most, the earlier one of two; None if it takes none.

    No header, or one that cannot be read at all, takes everything.
    """
    ranges = list(_ranges(accept or ""))
    if not ranges:
        return offers[0]
    best, most = None, 0.0
    for offer in offers:
        fitting = max(ranges, key=lambda r: r.fits(offer.media))
        if fitting.fits(offer.media) and fitting.quality > most:
            best, most = offer, fitting.quality
    return best


def _ranges(accept: str) -> list[_Range]:
    found = []
    for part in accept[:2000].split(","):
        match = _RANGE.fullmatch(part)
        if match:
            quality = re.search(r";\s*q\s*=\s*(\d(?:\.\d*)?)", match[3], re.IGNORECASE)
            q = min(1.0, float(quality[1])) if quality else 1.0
            found.append(_Range(match[1].lower(), match[2].lower(), q))
    return found


def by_format(name: str, offers: Sequence[Offer]) -> Offer | None:
    """The first offer of the format `name`."""
    return next((offer for offer in offers if offer.format == name), None)
