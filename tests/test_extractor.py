"""Several articles through one extractor: each read as by itself, in order."""

import threading
from collections.abc import Iterator

import pytest
from spacy.tokens import Doc

from kcgraph.extract.offline import OfflineExtractor, extractor
from kcgraph.extract.offline.types import Reading
from kcgraph.extract.protocol import Unread
from kcgraph.model import Article, Extraction

TEXTS = (
    "Mayor Ann Reyes urged the council to reject the pipeline. She said it was unsafe.",
    "The Riverside Tenants Union demanded a rent freeze, and landlords opposed it.",
    "",
    "Councilman Paul Ortiz promised to vote against the stadium tax.",
)
ARTICLES = [Article(str(n), text) for n, text in enumerate(TEXTS)]


@pytest.fixture(scope="module")
def reader() -> OfflineExtractor:
    return OfflineExtractor()


def encoders() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name.startswith("encoder")]


def test_together_as_alone(reader: OfflineExtractor) -> None:
    together = list(reader.extract(ARTICLES))
    alone = [one for article in ARTICLES for one in reader.extract([article])]
    assert together == alone
    records = [one for one in together if isinstance(one, Extraction)]
    assert len(records) == len(ARTICLES)
    assert any(one.positions for one in records)
    assert not encoders()


def test_a_fault_stays_with_its_article(
    reader: OfflineExtractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = extractor.read_attributions

    def trips(doc: Doc) -> list[Reading]:
        if doc.text == TEXTS[1]:
            raise IndexError("no such token")
        return read(doc)

    monkeypatch.setattr(extractor, "read_attributions", trips)
    first, second, *others = reader.extract(ARTICLES)
    assert isinstance(second, Unread) and "no such token" in second.message
    assert [one.article for one in (first, *others)] == ["0", "2", "3"]
    assert all(isinstance(one, Extraction) for one in (first, *others))


def test_a_reader_that_stops_leaves_no_thread(reader: OfflineExtractor) -> None:
    given: Iterator[Article] = iter(ARTICLES)
    results = reader.extract(given)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert not encoders()
    assert len(list(given)) == 2  # read ahead by one, no further


def test_a_city_is_not_who_bears_its_name(reader: OfflineExtractor) -> None:
    text = (
        "Kansas City Police Set New Rules\n\n"
        "KANSAS CITY, Mo. (AP) — The Southern Leadership Council-Greater Kansas City rejected the"
        " rules on Thursday.\n\n"
        "Mayor Ann Boyle said Kansas City compares well with others."
    )
    (found,) = reader.extract([Article("x", text)])
    assert isinstance(found, Extraction)
    council = next(s for s in found.stakeholders if "Council" in s.name)
    assert "kansas city" not in {alias.casefold() for alias in council.aliases}
    mayor = next(s for s in found.stakeholders if s.name == "Ann Boyle")
    assert council.name not in {role.of for role in mayor.roles}
