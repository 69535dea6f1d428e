"""From readings whose source is known to the attributions of a record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from kcgraph.extract.offline.types import Linked, chars
from kcgraph.model import Article, Attribution, Quotation, Span

_OPEN = re.compile(r"(?:[“\"‘]|''|``|'(?=\w))")
_CLOSE = re.compile(r"(?:[”\"’]|'')[,.;]?$|'$")
# A straight single quote is a mark only where a pair encloses words: "tenants' rights" has none.
_MARK = re.compile(r"[“”\"‘]|''|``|(?<!\w)'(?=\w)[^']*(?:\w'\w[^']*)*'(?!\w)")


def attributions_of(links: Sequence[Linked], doc: Doc, article: Article) -> Iterator[Attribution]:
    """The attributions in text order.

    `content` runs from the first piece to the last, so that a quotation interrupted by its cue
    comes out whole, cue included, as the guidelines ask.
    """
    for link in sorted(links, key=lambda one: one.reading.content[0].start):
        reading = link.reading
        pieces = tuple(chars(doc, piece) for piece in reading.content)
        whole = Span(pieces[0].start, pieces[-1].end)
        yield Attribution(
            sources=link.sources,
            also=link.also,
            quotation=quotation(article.text[whole.start : whole.end]),
            content=article.text[whole.start : whole.end],
            source_span=chars(doc, reading.source) if reading.source else None,
            cue_span=chars(doc, reading.cue) if reading.cue else None,
            content_spans=pieces,
            confidence=round(reading.confidence, 2),
        )


def quotation(content: str) -> Quotation:
    """Direct if `content` begins and ends with a quotation mark, indirect if it has none."""
    text = content.strip()
    if _OPEN.match(text) and _CLOSE.search(text):
        return Quotation.DIRECT
    return Quotation.MIXED if _MARK.search(content) else Quotation.INDIRECT
