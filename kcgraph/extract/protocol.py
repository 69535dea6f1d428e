"""What every extractor is: offline models, a language model, a person's annotations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from kcgraph.model import Article, Extraction


class Extractor(Protocol):
    """Reads articles. `name` includes the version; it is the provenance of all that is found."""

    @property
    def name(self) -> str: ...

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """One record for each article, in their order, every passage verbatim at its place."""
        ...
