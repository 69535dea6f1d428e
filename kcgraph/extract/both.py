"""Two extractors on the same articles: one's records are kept, and both are held up to a caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kcgraph.extract.protocol import Extractor, Unread
from kcgraph.model import Article, Extraction

# Called with an article, the record that is kept, and the other one or why there is none.
Compare = Callable[[Article, Extraction | Unread, Extraction | Unread], None]


class BothExtractor:
    """The records of `kept`, under its name; each is shown to `compare` beside that of `other`."""

    def __init__(self, kept: Extractor, other: Extractor, compare: Compare) -> None:
        self._kept, self._other, self._compare = kept, other, compare

    @property
    def name(self) -> str:
        return self._kept.name

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction | Unread]:
        """What `kept` gives for each article, in order."""
        listed = list(articles)
        results = zip(listed, self._kept.extract(listed), self._other.extract(listed), strict=True)
        for article, kept, other in results:
            self._compare(article, kept, other)
            yield kept
