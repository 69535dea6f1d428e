"""What a reader gets to see: the article's prose, not the metadata that stand at its head."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kcgraph.extract.protocol import Extractor, Unread
from kcgraph.model import Article, Extraction
from kcgraph.read.frontmatter import front_matter_end


class ProseOnly:
    """An extractor that reads front matter as white space; every offset stays what it was."""

    def __init__(self, reader: Extractor) -> None:
        self._reader = reader

    @property
    def name(self) -> str:
        return self._reader.name

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction | Unread]:
        """As the extractor does that this one stands before."""
        return self._reader.extract(map(prose_of, articles))


def prose_of(article: Article) -> Article:
    """The article with its front matter blanked, so that its author is nobody who acts in it."""
    end = front_matter_end(article.text)
    if not end:
        return article
    blank = re.sub(r"[^\r\n]", " ", article.text[:end])
    return replace(article, text=blank + article.text[end:])
