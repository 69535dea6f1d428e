"""Front matter is metadata: no reader sees it, and every place in the text stays what it was."""

from collections.abc import Iterable, Iterator

import pytest

from kcgraph.extract.prose import ProseOnly, prose_of
from kcgraph.model import Article, Extraction

FRONT = "---\ntitle: Vote delayed\nauthor: Jo Lind\n---\n"
BODY = "The council voted on Monday.\n"


class Seen:
    """A reader that notes what it is shown."""

    name = "seen 1"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        for article in articles:
            self.texts.append(article.text)
            yield Extraction(article.id, None)


@pytest.mark.parametrize("front", [FRONT, FRONT.replace("\n", "\r\n"), "\n" + FRONT])
def test_front_matter_is_blank_and_the_rest_stands_where_it_stood(front: str) -> None:
    reader = Seen()
    (record,) = ProseOnly(reader).extract([Article("a", front + BODY)])
    (text,) = reader.texts
    assert record.article == "a"
    assert text.split() == BODY.split()
    assert text.index(BODY) == len(front)
    assert text.count("\n") == (front + BODY).count("\n")


@pytest.mark.parametrize("text", [BODY, "--- so he said ---\n" + BODY, ""])
def test_what_has_no_front_matter_is_read_as_it_is(text: str) -> None:
    article = Article("a", text)
    assert prose_of(article) is article
