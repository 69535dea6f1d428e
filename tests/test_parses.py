"""Kept parses: the same as new ones, and never in the way."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.tokens import Doc

from kcgraph.extract.offline import OfflineExtractor, nlp
from kcgraph.extract.offline.parses import Parses
from kcgraph.model import Article, Extraction

TEXT = (
    "Council delays bridge vote\n\nMayor Ada Holm can't back the toll, she said Monday.\n"
    "“We want the union’s ferry,” said Bo Lee, who leads Ferry Workers United.  It rained. \n"
)
ARTICLE = Article("a", TEXT)
COLUMNS = "TAG POS MORPH LEMMA HEAD DEP ENT_IOB ENT_TYPE SENT_START NORM".split()


def columns(doc: Doc) -> list[list[int]]:
    rows: list[list[int]] = doc.to_array(COLUMNS).tolist()
    return rows


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the articles that were parsed, which fills while the test runs."""
    ids: list[str] = []
    really = nlp.parse

    def parse(article: Article, pipeline: object) -> Doc:
        ids.append(article.id)
        return really(article, pipeline)  # type: ignore[arg-type]

    monkeypatch.setattr(nlp, "parse", parse)
    return ids


@pytest.mark.parametrize("text", [TEXT, "", "\n", "One line.", " \n\n  x\n"])
def test_a_kept_parse_is_the_parse(tmp_path: Path, text: str, parsed: list[str]) -> None:
    article = Article("a", text)
    first = Parses(tmp_path, nlp.load()).parse(article)
    again = Parses(tmp_path, nlp.load()).parse(article)
    assert parsed == ["a"]
    assert again.text == text
    assert columns(again) == columns(first)
    assert again.user_data == first.user_data
    assert [str(e) for e in again.ents] == [str(e) for e in first.ents]
    assert [s.text for s in again.sents] == [s.text for s in first.sents]


def test_a_row_of_blanks_however_long_is_parsed() -> None:
    """Paragraphs are found in a time that grows with the text, not with its square."""
    text = f"Ada Holm backs{' ' * 300_000}the toll.\nIt rained."
    doc = nlp.parse(Article("a", text), nlp.load())
    assert doc.text == text
    assert len(doc.user_data["paragraphs"]) == 2


def test_records_are_the_same_with_and_without(tmp_path: Path, parsed: list[str]) -> None:
    extractor = OfflineExtractor(parses=tmp_path)
    first, again, without = (
        next(iter(e.extract([ARTICLE]))) for e in (extractor, extractor, OfflineExtractor())
    )
    assert isinstance(first, Extraction) and first.stakeholders
    assert first == again == without
    assert parsed == ["a", "a"]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _flip(path: Path) -> None:
    kept = bytearray(path.read_bytes())
    kept[len(kept) // 2] ^= 1
    path.write_bytes(kept)


@pytest.mark.parametrize(
    "damage",
    [
        _cut,
        _flip,
        lambda path: path.write_bytes(b""),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_damaged_files_count_as_not_there(
    tmp_path: Path, damage: Callable[[Path], object], parsed: list[str]
) -> None:
    parses = Parses(tmp_path, nlp.load())
    first = parses.parse(ARTICLE)
    (path,) = tmp_path.rglob("*.parse")
    damage(path)
    assert columns(parses.parse(ARTICLE)) == columns(first)
    assert parsed == ["a", "a"]
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "parses").write_text("a file where the folder should be")
    assert Parses(tmp_path, nlp.load()).parse(ARTICLE).text == TEXT


def test_a_kept_parse_that_may_only_be_read_is_used(
    tmp_path: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    Parses(tmp_path, nlp.load()).parse(ARTICLE)
    monkeypatch.setattr(os, "utime", refuse)
    Parses(tmp_path, nlp.load()).parse(ARTICLE)
    assert parsed == ["a"]


def test_another_text_is_another_entry(tmp_path: Path, parsed: list[str]) -> None:
    parses = Parses(tmp_path, nlp.load())
    for text in (TEXT, TEXT + ".", TEXT):
        parses.parse(Article("a", text))
    assert len(parsed) == len(list(tmp_path.rglob("*.parse"))) == 2


def test_the_folder_is_bounded_and_the_longest_unused_goes_first(
    tmp_path: Path, parsed: list[str]
) -> None:
    one = Parses(tmp_path, nlp.load())
    one.parse(ARTICLE)
    (oldest,) = tmp_path.rglob("*.parse")
    size = oldest.stat().st_size
    os.utime(oldest, (1, 1))
    Parses(tmp_path, nlp.load(), most=size + 1).parse(Article("b", TEXT.replace("Holm", "Hult")))
    (left,) = tmp_path.rglob("*.parse")
    assert left != oldest
