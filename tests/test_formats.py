"""Formats of other fields: each is read back with its field's library, quotations and all."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path

import networkx
import pyoxigraph
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import RDF, Namespace
from toy import ToyExtractor
from typer.testing import CliRunner, Result

from kcgraph.build import build
from kcgraph.cli import check
from kcgraph.cli.app import app
from kcgraph.errors import InputError
from kcgraph.export import export, export_folder
from kcgraph.export.bibtex import ESCAPES
from kcgraph.export.graphml import clean
from kcgraph.model import Article
from kcgraph.store import open_graph
from kcgraph.vocab import KC, PREFIXES, Iris

NP = Namespace("http://www.nanopub.org/nschema#")
OA_EXACT = rdflib.URIRef(PREFIXES["oa"] + "exact")
IRIS = Iris()
TITLE = 'Buses {or} "trams": 50% of $1 & #2_a \\ ~^ é'
TEXTS = [
    Article("a", "Ann Lee backs trams. Bob Ray opposes trams. Ann Lee met Bob Ray.", TITLE,
            "2024-01-02", "P & Q", "https://p.example/?a=1&b_c=%20"),
    Article("b", "Bob Ray demands buses of Ann Lee. Ann Lee promises buses.", date="2024-02"),
    Article("c", "Nobody wants anything."),
]  # fmt: skip


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> pyoxigraph.Store:
    path = tmp_path_factory.mktemp("formats")
    build(path, TEXTS, ToyExtractor())
    return open_graph(path)


def written(graph: pyoxigraph.Store, format: str) -> bytes:
    out = io.BytesIO()
    export(graph, format, out)
    return out.getvalue()


def lines(graph: pyoxigraph.Store, format: str, folder: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of every file of a folder of CSV."""
    return {
        file.name: list(csv.DictReader(io.StringIO(file.read_bytes().decode(), newline="")))
        for file in export_folder(graph, format, folder)
    }


# --- nothing in a quotation changes -------------------------------------------------------------

NASTY = "\"'{}[]<>&;,\\|%$#_\n\r\t\u202e\u200f\u2028\ufeffé🌉👩‍🚒\x00\x08\x1b\x7f\x85\ufffe“”ab "
ISSUES = st.text(st.sampled_from(NASTY), min_size=1, max_size=30).filter(
    lambda text: re.search(r"[a-b]", text) is not None
)
_NUMBER = count()


def exact(graph: rdflib.Graph | rdflib.Dataset) -> set[str]:
    return {str(value) for value in graph.objects(None, OA_EXACT)}


def dataset(data: bytes, format: str) -> rdflib.Dataset:
    found = rdflib.Dataset(default_union=True)
    found.parse(data=data, format=format)
    return found


def edges(network: networkx.Graph, name: str = "evidence") -> set[str]:
    return {data[name] for *_, data in network.edges(data=True)}


BACK: dict[str, Callable[[bytes], set[str]]] = {
    "nquads": lambda data: exact(dataset(data, "nquads")),
    "trig": lambda data: exact(dataset(data, "trig")),
    "nanopub": lambda data: exact(dataset(data, "trig")),
    "jsonld": lambda data: exact(dataset(data, "json-ld")),
    "turtle": lambda data: exact(rdflib.Graph().parse(data=data, format="turtle")),
    "rdfxml": lambda data: exact(rdflib.Graph().parse(data=data, format="xml")),
    "graphml": lambda data: edges(networkx.read_graphml(io.BytesIO(data), force_multigraph=True)),
    "gexf": lambda data: edges(networkx.read_gexf(io.BytesIO(data))),
    "cytoscape": lambda data: edges(networkx.cytoscape_graph(json.loads(data))),
    "ftm": lambda data: {
        text
        for line in data.decode().split("\n")
        if line
        for text in json.loads(line)["properties"].get("description", [])
    },
}
IN_XML = {"rdfxml", "graphml", "gexf"}


@given(ISSUES)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_quotation_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, issue: str
) -> None:
    path = tmp_path_factory.mktemp("quotation")
    build(path / "store", [Article("a", f"Ann Lee backs {issue}.")], ToyExtractor())
    graph = open_graph(path / "store")
    (claim,) = {
        q.object.value
        for q in graph.quads_for_pattern(None, pyoxigraph.NamedNode(KC + "evidence"), None, None)
        if "position" in q.subject.value
        for q in graph.quads_for_pattern(
            q.object, pyoxigraph.NamedNode(PREFIXES["oa"] + "exact"), None
        )
    }
    for format, read in BACK.items():
        said = clean(claim) if format in IN_XML else claim
        assert said in read(written(graph, format)), format
    for format, file in (("csv", "edges.csv"), ("neo4j", "relationships.csv")):
        (edge,) = lines(graph, format, path / format)[file]
        assert next(v for k, v in edge.items() if k.startswith("evidence")) == claim


# --- the formats one by one ---------------------------------------------------------------------


def test_rdfxml_has_the_union(graph: pyoxigraph.Store) -> None:
    back = rdflib.Graph().parse(data=written(graph, "rdfxml"), format="xml")
    assert len(back) == len({quad.triple for quad in graph})


def test_gexf_has_attributes_and_directions(graph: pyoxigraph.Store) -> None:
    network = networkx.read_gexf(io.BytesIO(written(graph, "gexf")))
    assert network.is_directed()
    ann, bob, buses = (
        IRIS.stakeholder("ann-lee"),
        IRIS.stakeholder("bob-ray"),
        IRIS.issue("buses"),
    )
    assert network.nodes[ann]["label"] == "Ann Lee"
    assert network.nodes[buses]["kind"] == "issue"
    assert not network.has_edge(buses, bob)
    demand = network.edges[bob, buses]
    text = TEXTS[1].text
    assert text[demand["evidence_start"] : demand["evidence_end"]] == demand["evidence"]
    assert (demand["kind"], demand["addressee"], demand["confidence"]) == ("demand", "Ann Lee", 1)


def test_cytoscape(graph: pyoxigraph.Store) -> None:
    network = networkx.cytoscape_graph(json.loads(written(graph, "cytoscape")))
    assert isinstance(network, networkx.MultiDiGraph)
    assert {data["label"] for _, data in network.nodes(data=True)} >= {"Ann Lee", "buses"}
    assert network.number_of_edges() == 4


def test_pajek(graph: pyoxigraph.Store, tmp_path: Path) -> None:
    file = tmp_path / "positions.net"
    file.write_bytes(written(graph, "pajek"))
    network = networkx.read_pajek(file)
    assert network.is_directed()
    signs = {(a, b): d["weight"] for a, b, d in network.edges(data=True)}
    assert signs == {
        ("Ann Lee", "trams"): 1,
        ("Bob Ray", "trams"): -1,
        ("Bob Ray", "buses"): 1,
        ("Ann Lee", "buses"): 1,
    }


def test_pajek_labels_are_told_apart(tmp_path: Path) -> None:
    text = "Ann Lee backs \"x\\. Ann Lee opposes 'x/."
    build(tmp_path / "store", [Article("a", text)], ToyExtractor())
    data = written(open_graph(tmp_path / "store"), "pajek")
    (tmp_path / "x.net").write_bytes(data)
    assert networkx.read_pajek(tmp_path / "x.net").number_of_nodes() == data.count(b'"') / 2


def test_csv_is_nodes_and_edges(graph: pyoxigraph.Store, tmp_path: Path) -> None:
    found = lines(graph, "csv", tmp_path / "new" / "folder")
    assert {row["Label"] for row in found["nodes.csv"]} >= {"Ann Lee", "Bob Ray", "buses", "trams"}
    ids = {row["Id"] for row in found["nodes.csv"]}
    assert all({row["Source"], row["Target"]} <= ids for row in found["edges.csv"])
    assert {row["Type"] for row in found["edges.csv"]} == {"Directed"}


def test_neo4j_relates_known_nodes(graph: pyoxigraph.Store, tmp_path: Path) -> None:
    found = lines(graph, "neo4j", tmp_path)
    ids = [row["iri:ID"] for row in found["nodes.csv"]]
    assert len(ids) == len(set(ids))
    ends = {row[name] for row in found["relationships.csv"] for name in (":START_ID", ":END_ID")}
    assert ends <= set(ids)
    types = sorted(row[":TYPE"] for row in found["relationships.csv"])
    assert types == ["COMMITS_TO", "DEMANDS", "HAS_STANCE_ON", "HAS_STANCE_ON"]
    assert {row[":LABEL"] for row in found["nodes.csv"]} == {
        "Stakeholder;Person",
        "Issue",
        "Article",
    }


def test_nanopublications_are_whole(graph: pyoxigraph.Store) -> None:
    data = dataset(written(graph, "nanopub"), "trig")
    found = list(data.subjects(RDF.type, NP.Nanopublication))
    assert len(found) == 4
    for one in found:
        parts = [
            data.value(one, NP[f"has{name}"])
            for name in ("Assertion", "Provenance", "PublicationInfo")
        ]
        asserted, provenance, info = (data.graph(part) for part in parts)
        (position,) = asserted.subjects(rdflib.URIRef(KC + "holder"), None)
        assert str(position) in str(one)
        assert list(provenance.predicate_objects(parts[0]))
        assert list(info.predicate_objects(one))


def test_bibtex(graph: pyoxigraph.Store) -> None:
    bibtexparser = pytest.importorskip("bibtexparser")
    found = bibtexparser.loads(written(graph, "bibtex").decode()).entries_dict
    assert sorted(found) == ["a", "b", "c"]
    title = found["a"]["title"].removeprefix("{").removesuffix("}")
    for plain, escaped in sorted(ESCAPES.items(), key=lambda pair: -len(pair[1])):
        title = title.replace(escaped, plain if plain != "\\" else "\x00")
    assert title.replace("\x00", "\\") == TITLE
    assert found["a"]["url"] == "https://p.example/?a=1&b_c=%20"
    assert (found["a"]["year"], found["a"]["date"]) == ("2024", "2024-01-02")
    assert found["b"]["year"] == "2024"
    assert "year" not in found["c"]


def test_csl(graph: pyoxigraph.Store) -> None:
    first, second, third = json.loads(written(graph, "csl"))
    assert first == {
        "id": "a",
        "type": "article-newspaper",
        "title": TITLE,
        "container-title": "P & Q",
        "issued": {"date-parts": [[2024, 1, 2]]},
        "URL": "https://p.example/?a=1&b_c=%20",
    }
    assert second["issued"] == {"date-parts": [[2024, 2]]}
    assert third == {"id": "c", "type": "article-newspaper"}


def test_followthemoney_validates_its_entities(graph: pyoxigraph.Store, two_articles: Path) -> None:
    model = pytest.importorskip("followthemoney").model
    for store in (graph, open_graph(two_articles)):
        entities = [json.loads(line) for line in written(store, "ftm").decode().splitlines()]
        ids = {entity["id"] for entity in entities}
        for data in entities:
            entity = model.get_proxy(data)
            entity.schema.validate(data)
            for name, values in data["properties"].items():
                prop = entity.schema.get(name)
                assert prop is not None, (data["schema"], name)
                if prop.type.name == "entity":
                    assert set(values) <= ids
    schemata = [entity["schema"] for entity in entities]
    assert {"Person", "Organization", "Membership", "Article", "Event", "Note"} <= set(schemata)


# --- the command --------------------------------------------------------------------------------


def run(*arguments: object) -> Result:
    assert check  # registers it
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_several_files_want_a_folder(two_articles: Path, tmp_path: Path) -> None:
    done = run("export", "--format", "csv", "--store", two_articles)
    assert "name a folder for them" in str(done.exception)
    file = tmp_path / "taken"
    file.write_text("mine")
    done = run("export", "--format", "neo4j", "-o", file, "--store", two_articles)
    assert isinstance(done.exception, InputError)
    assert file.read_text() == "mine"
    folder = tmp_path / "new"
    done = run("export", "--format", "neo4j", "-o", folder, "--store", two_articles)
    assert done.exit_code == 0
    assert sorted(f.name for f in folder.iterdir()) == ["nodes.csv", "relationships.csv"]
