"""What resolution needs of an article and its record, a small part of both, and a digest of all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kcgraph.model import Article, Extraction, Polarity, Position, PositionKind
from kcgraph.resolve.context import HEAD
from kcgraph.vocab import digest


@dataclass(frozen=True, slots=True)
class Outline:
    """`article` and `record` are such that `resolve` gives the same for them as for the whole.

    `content` is a digest of the whole: it changes whenever article or record do.
    """

    article: Article
    record: Extraction
    content: str


def outline(article: Article, record: Extraction) -> Outline:
    """The outline of a whole article with its whole record."""
    stakeholders = tuple(
        replace(who, mentions=(), confidence=1.0, optional=False) for who in record.stakeholders
    )
    # what is said on stakeholders matters for who coded it only
    targets = dict.fromkeys(
        (p.target, p.coder) for p in record.positions if p.target.issue or p.coder is not None
    )
    positions = tuple(
        Position(PositionKind.STANCE, "", Polarity.SUPPORT, target, "", coder=coder)
        for target, coder in targets
    )
    metadata = (article.id, article.sha256, article.title, article.date, article.publisher)
    return Outline(
        Article(article.id, article.text[:HEAD]),
        Extraction(article.id, None, stakeholders, (), positions, (), record.extractor),
        digest(*map(repr, (metadata, article.url, record)), length=32),
    )
