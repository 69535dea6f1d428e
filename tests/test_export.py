"""Every format is read back with the library of its field, and nothing is lost on the way."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import networkx
import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat
from rdflib.compare import isomorphic
from toy import ToyExtractor
from typer.testing import CliRunner

from kcgraph.build import build
from kcgraph.cli import check
from kcgraph.cli.app import app
from kcgraph.errors import WorkError
from kcgraph.export import FORMATS, export
from kcgraph.export.ordered import sorted_lines
from kcgraph.model import Article
from kcgraph.output import write_sorted_prefixes
from kcgraph.store import open_graph
from kcgraph.vocab import Iris

IRIS = Iris()
HOSTILE = (
    'Ann Lee backs "buses" & <script>alert(1)</script>\\ {of} \x00\x0b\ud7ff🌉\ufffe]]> all.\r\n'
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> pyoxigraph.Store:
    path = tmp_path_factory.mktemp("export")
    articles = [
        Article("a", HOSTILE, 'A "title" <b>\n', "2024-01-02", "P & Q", "https://p.example/?a=1&b"),
        Article("b", "Bob Ray demands trams of Ann Lee. Ann Lee opposes Bob Ray."),
    ]
    build(path, articles, ToyExtractor())
    return open_graph(path)


def written(graph: pyoxigraph.Store, format: str) -> bytes:
    out = io.BytesIO()
    export(graph, format, out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("format", "syntax"),
    [
        ("nquads", RdfFormat.N_QUADS),
        ("trig", RdfFormat.TRIG),
        ("jsonld", RdfFormat.JSON_LD),
    ],
)
def test_all_quads_come_back(hostile: pyoxigraph.Store, format: str, syntax: RdfFormat) -> None:
    back = set(pyoxigraph.parse(written(hostile, format), syntax))
    assert back == set(hostile)


def test_turtle_has_the_union(hostile: pyoxigraph.Store) -> None:
    back = set(pyoxigraph.parse(written(hostile, "turtle"), RdfFormat.TURTLE))
    assert {quad.triple for quad in back} == {quad.triple for quad in hostile}


@pytest.mark.parametrize("format", ["nquads", "trig", "json-ld"])
def test_rdflib_reads_the_same(two_articles: Path, format: str) -> None:
    graph = open_graph(two_articles)
    back = rdflib.Dataset()
    back.parse(data=written(graph, format.replace("-", "")), format=format)
    assert len(list(back.quads())) == len(graph)
    turtle = rdflib.Graph().parse(data=written(graph, "turtle"), format="turtle")
    union = rdflib.Graph()
    for s, p, o, _ in back.quads():
        union.add((s, p, o))
    assert isomorphic(union, turtle)


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_store_gives_the_same_bytes(two_articles: Path, format: str) -> None:
    first, second = (written(open_graph(two_articles), format) for _ in range(2))
    assert first == second


@given(st.lists(st.text('ab\n\u00e9\U0001f309"\\', max_size=4), max_size=12), st.integers(1, 5))
def test_what_is_sorted_in_files_is_sorted(texts: list[str], at_once: int) -> None:
    value = pyoxigraph.NamedNode("https://example.org/value")
    triples = [pyoxigraph.Triple(value, value, pyoxigraph.Literal(text)) for text in texts]
    found = list(sorted_lines(triples, at_once))
    assert found == sorted(f"{triple} .\n".encode() for triple in triples)


@given(st.integers(1, 40))
def test_unused_prefixes_go_wherever_a_block_ends(block: int) -> None:
    head = b"@prefix kc: <https://a/> .\n@prefix b: <https://b/> .\n@prefix no: <https://c/> .\n"
    body = b"@base <x:> .\nb:one b:two kc:three .\n"
    out = io.BytesIO()
    write_sorted_prefixes(io.BytesIO(head + body), out, block)
    kept = sorted(line for line in head.splitlines(keepends=True) if b"no:" not in line)
    assert out.getvalue() == b"".join([*kept, body])


def test_no_room_to_sort_is_said(
    two_articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    done = CliRunner().invoke(app, ["export", "--format", "trig", "--store", str(two_articles)])
    assert isinstance(done.exception, WorkError)
    assert "no room to sort the store" in str(done.exception)


def test_networkx_reads_the_network(hostile: pyoxigraph.Store) -> None:
    network = networkx.read_graphml(io.BytesIO(written(hostile, "graphml")), force_multigraph=True)
    ann, bob = IRIS.stakeholder("ann-lee"), IRIS.stakeholder("bob-ray")
    assert isinstance(network, networkx.MultiDiGraph)
    assert network.nodes[ann]["kind"] == "person"
    assert network.nodes[bob]["label"] == "Bob Ray"
    (demand,) = [d for *_, d in network.edges(bob, data=True)]
    assert (demand["kind"], demand["addressee"]) == ("demand", "Ann Lee")
    (against,) = network.get_edge_data(ann, bob).values()
    assert (against["kind"], against["polarity"], against["confidence"]) == ("stance", "oppose", 1)
    (backs,) = [d for *_, d in network.edges(ann, data=True) if d["article"] == IRIS.article("a")]
    unholdable = str.maketrans(dict.fromkeys("\x00\x0b\ufffe", "\ufffd"))
    assert backs["evidence"] == HOSTILE.strip().translate(unholdable)
    assert (backs["date"], backs["publisher"]) == ("2024-01-02", "P & Q")


def test_every_position_is_an_edge(ten_articles: Path) -> None:
    graph = open_graph(ten_articles)
    network = networkx.read_graphml(io.BytesIO(written(graph, "graphml")), force_multigraph=True)
    positions = [
        q
        for q in graph.quads_for_pattern(None, None, None, None)
        if q.predicate.value.endswith("#holder")
    ]
    assert network.number_of_edges() == len(positions)
    assert all(data["label"] for _, data in network.nodes(data=True))


def test_the_command_writes_a_file_whole_or_not_at_all(two_articles: Path, tmp_path: Path) -> None:
    assert check  # registers it
    arguments = ["export", "--store", str(two_articles), "--format", "nquads", "-o"]
    target = tmp_path / "out.nq"
    assert CliRunner().invoke(app, [*arguments, str(target)]).exit_code == 0
    assert target.read_bytes() == written(open_graph(two_articles), "nquads")
    assert [f.name for f in tmp_path.iterdir()] == ["out.nq"]
    done = CliRunner().invoke(app, [*arguments, str(tmp_path / "no" / "out.nq")])
    assert getattr(done.exception, "exit_code", None) == 2
    link = tmp_path / "link.nq"
    link.symlink_to(target)
    assert CliRunner().invoke(app, [*arguments, str(link)]).exit_code == 0
    assert link.is_symlink()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's folders")
def test_a_pipe_is_written_to_and_not_replaced(two_articles: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    arguments = ["export", "--store", str(two_articles), "-o", str(pipe)]
    with subprocess.Popen([sys.executable, "-m", "kcgraph", *arguments]) as writer:
        assert pipe.read_bytes() == written(open_graph(two_articles), "nquads")
    assert writer.returncode == 0
    assert pipe.is_fifo()


def test_the_command_writes_to_standard_output(two_articles: Path) -> None:
    done = CliRunner().invoke(app, ["export", "--store", str(two_articles), "--format", "turtle"])
    assert done.stdout_bytes == written(open_graph(two_articles), "turtle")
