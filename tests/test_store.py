"""The folder of a store: what opens, what does not, and what is said about it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad
from toy import ToyExtractor, toy_record

import kcgraph
from kcgraph.build import Options, build
from kcgraph.errors import InputError, NotFound, WorkError
from kcgraph.model import Article
from kcgraph.records import Records
from kcgraph.resolve import Judgement
from kcgraph.store import Writer, nquads, open_graph, open_records, replace_graph
from kcgraph.vocab import PREFIXES

ARTICLE = Article(
    "x", "Ann Lee demands buses.", "Buses", "2024-01-01", "Post", "https://p.e/x", "f"
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    build(tmp_path / "store", [ARTICLE], ToyExtractor())
    return tmp_path / "store"


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch, lambda path: None])
def test_where_no_store_is_the_remedy_is_named(tmp_path: Path, make: object) -> None:
    path = tmp_path / "store"
    make(path)  # type: ignore[operator]
    for opens in (open_graph, open_records, kcgraph.open):
        with pytest.raises(NotFound, match="kcgraph build"):
            opens(path)


def test_a_store_of_a_newer_version_is_left_alone(store: Path) -> None:
    manifest = json.loads((store / "store.json").read_text(encoding="utf-8"))
    (store / "store.json").write_text(json.dumps(manifest | {"format": 2}), encoding="utf-8")
    for opens in (open_graph, open_records, Writer):
        with pytest.raises(InputError, match="newer"):
            opens(store)
    with pytest.raises(InputError, match="newer"):
        build(store, [ARTICLE], ToyExtractor())


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"format": "one"}',
        "null",
        '{"format": 1, "graph": 7, "base": "https://e.org/"}',
        '{"format": 1, "graph": "../other/graph-000001", "base": "https://e.org/"}',
    ],
)
def test_a_damaged_manifest_is_named(store: Path, content: str) -> None:
    (store / "store.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"store\.json: damaged"):
        open_graph(store)


@pytest.mark.parametrize("mine", ["notes.txt", "graph-paper/plan.txt", "records.sqlite"])
def test_no_store_is_made_among_other_files(tmp_path: Path, mine: str) -> None:
    file = tmp_path / mine
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="name another folder"):
        build(tmp_path, [ARTICLE], ToyExtractor())
    assert [f for f in tmp_path.rglob("*") if f.is_file()] == [file]


def test_a_build_removes_nothing_that_is_not_its_own(store: Path) -> None:
    notes = store / "graph-paper" / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("mine", encoding="utf-8")
    build(store, [ARTICLE], ToyExtractor(), Options(force=True, min_confidence=0.5))
    assert notes.read_text(encoding="utf-8") == "mine"


def test_damaged_files_are_named(store: Path) -> None:
    (rdf,) = store.glob("graph-*/rdf")
    (rdf / "CURRENT").write_text("nonsense", encoding="utf-8")
    with pytest.raises(WorkError, match="cannot be read"):
        open_graph(store)
    (store / "records.sqlite").write_text("nonsense" * 1000, encoding="utf-8")
    with pytest.raises(WorkError, match=r"records\.sqlite"), open_records(store) as records:
        records.rows()


@pytest.mark.parametrize("lost", ["graph-*/made-from.json", "graph-*/rdf/CURRENT", "graph-*"])
def test_a_lost_graph_is_made_again_from_the_records(store: Path, lost: str) -> None:
    before = list(nquads(open_graph(store)))
    (gone,) = store.glob(lost)
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    extractor = ToyExtractor()
    build(store, [ARTICLE], extractor)
    assert extractor.read == []
    assert list(nquads(open_graph(store))) == before


def test_leftovers_of_interrupted_builds_are_cleared_away(store: Path) -> None:
    (store / "graph-000099").mkdir()
    build(store, [Article("y", "Ann Lee demands trams.")], ToyExtractor())
    assert not (store / "graph-000099").exists()
    build(store, [Article("z", "Ann Lee demands ships.")], ToyExtractor())
    assert len(list(store.glob("graph-*"))) <= 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(WorkError, match="Permission"):
        build(tmp_path / "store", [ARTICLE], ToyExtractor())


def test_a_store_in_the_way_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "store").touch()
    with pytest.raises(WorkError):
        build(tmp_path / "store", [ARTICLE], ToyExtractor())


@pytest.mark.parametrize(
    "base", ["not an iri", "https://x.example/ y<>/", "ids/", "https://x.e/id"]
)
def test_a_base_that_makes_no_iris_is_refused(tmp_path: Path, base: str) -> None:
    with pytest.raises(InputError, match="base"):
        build(tmp_path / "store", [ARTICLE], ToyExtractor(), Options(base=base))
    build(tmp_path / "store", [ARTICLE], ToyExtractor())


def test_iris_begin_as_asked_for_and_stay_so(tmp_path: Path) -> None:
    base = "https://news.example/id/"
    build(tmp_path, [ARTICLE], ToyExtractor(), Options(base=base))
    build(tmp_path, [Article("y", "Bob Ray backs buses.")], ToyExtractor())
    subjects = {q.subject.value for q in open_graph(tmp_path)}
    assert all(iri.startswith(base) for iri in subjects)
    with pytest.raises(InputError, match="another store"):
        build(tmp_path, [ARTICLE], ToyExtractor(), Options(base="https://else.example/"))


# --- rdflib ---------------------------------------------------------------------------------------


def test_open_gives_a_dataset_that_knows_the_prefixes(two_articles: Path) -> None:
    graph = kcgraph.open(two_articles)
    assert isinstance(graph, rdflib.Dataset)
    rows = graph.query("SELECT ?n { ?s a kc:Stakeholder, foaf:Person ; rdfs:label ?n } ORDER BY ?n")
    assert [str(row.n) for row in rows] == [
        "Eric Zahnd",
        "Henry Service",
        "Jean Peters Baker",
        "Quinton Lucas",
        "Rick Smith",
    ]


def test_the_dataset_and_the_engine_count_the_same(two_articles: Path) -> None:
    graph = kcgraph.open(two_articles)
    # in memory, rdflib's own engine merges a triple that stands in two graphs; Oxigraph does not
    memory = rdflib.Graph()
    for s, p, o, _ in graph.quads():
        memory.add((s, p, o))
    assert len(memory) == len(graph.oxigraph)
    kinds = "SELECT ?k (COUNT(*) AS ?n) { ?s a ?k } GROUP BY ?k"
    assert {tuple(map(str, row)) for row in memory.query(kinds)} == {
        tuple(map(str, row)) for row in graph.query(kinds)
    }


def test_an_open_store_cannot_be_changed(two_articles: Path) -> None:
    graph = kcgraph.open(two_articles)
    size = len(graph)
    node = rdflib.URIRef(PREFIXES["kc"] + "Position")
    with pytest.raises(RuntimeError):
        graph.add((node, node, node))
    with pytest.raises(RuntimeError):
        graph.update("CLEAR ALL")
    assert len(kcgraph.open(two_articles)) == size


# --- records --------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@settings(deadline=None)
@given(text=TEXTS, title=st.none() | TEXTS)
def test_articles_come_back_as_they_went_in(
    tmp_path_factory: pytest.TempPathFactory, text: str, title: str | None
) -> None:
    article = Article("x", text + " Ann Lee demands buses.", title, origin="f")
    record = toy_record(article)
    with Records(tmp_path_factory.mktemp("r") / "r.sqlite", writable=True) as records:
        records.put(article, record)
        assert list(records.items()) == [(article, record)]
        (row,) = records.rows()
        assert row.is_of(article)


def test_a_later_judgement_on_the_same_two_replaces_the_earlier(tmp_path: Path) -> None:
    with Records(tmp_path / "r.sqlite", writable=True) as records:
        records.put_judgement(Judgement("stakeholder", "a", "b", same=True))
        records.put_judgement(Judgement("stakeholder", "b", "a", same=False))
        assert records.judgements() == [Judgement("stakeholder", "a", "b", same=False)]


def test_readers_of_records_cannot_write(store: Path) -> None:
    with open_records(store) as records, pytest.raises(WorkError, match="readonly"):
        records.drop(["x"])


# --- one graph ------------------------------------------------------------------------------------

OBJECTS = st.sets(TEXTS.map(Literal), max_size=6)


@settings(deadline=None)
@given(before=OBJECTS, after=OBJECTS)
def test_replacing_a_graph_leaves_exactly_the_new_one(
    before: set[Literal], after: set[Literal]
) -> None:
    graph = pyoxigraph.Store()
    name, other = NamedNode("x:g"), NamedNode("x:other")
    node = NamedNode("x:s")
    graph.add(Quad(node, node, Literal("stays"), other))
    for wanted in (before, after):
        replace_graph(graph, name.value, [Quad(node, node, o, name) for o in wanted])
        assert {q.object for q in graph.quads_for_pattern(None, None, None, name)} == wanted
    assert len(graph) == len(after) + 1
    assert graph.contains_named_graph(name) == bool(after) or not before
