"""What every extractor is: offline models, a language model, a person's annotations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from kcgraph.model import Article, Extraction


@dataclass(frozen=True, slots=True)
class Unread:
    """An article that could not be read this time, and why; it has no record."""

    article: str
    message: str


class Extractor(Protocol):
    """Reads articles. `name` includes the version; it is the provenance of all that is found."""

    @property
    def name(self) -> str: ...

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction | Unread]:
        """One result for each article, in their order, every passage verbatim at its place."""
        ...
