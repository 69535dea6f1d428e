"""`kcgraph.open` from Python: the questions of the command line, rows and frames."""

from __future__ import annotations

import datetime
from pathlib import Path

import networkx as nx
import pytest
import rdflib

import kcgraph
from kcgraph.dataset import KnowledgeGraph
from kcgraph.errors import InputError, NotFound
from kcgraph.frames import Rows


@pytest.fixture(scope="module")
def graph(two_articles: Path) -> KnowledgeGraph:
    return kcgraph.open(two_articles)


def test_rows_are_plain_values(graph: KnowledgeGraph) -> None:
    asked = """SELECT ?name ?date ?sure ?none ?start {
      ?p kc:holder/rdfs:label ?name ; dcterms:date ?date ; kc:confidence ?sure ;
        kc:evidence/oa:start ?start } ORDER BY ?start LIMIT 1"""
    (row,) = graph.rows(asked)
    assert row == ("Quinton Lucas", datetime.date(2020, 6, 4), 1.0, None, row[4])
    assert isinstance(row[4], int)
    assert graph.rows("ASK { ?s a kc:Letter }").dicts() == [{"answer": True}]
    triples = graph.rows("CONSTRUCT { ?s a kc:Letter } { ?s a kc:Letter }")
    assert triples.columns == ("subject", "predicate", "object") and len(triples) == 1


def test_values_are_bound_whatever_they_hold(graph: KnowledgeGraph) -> None:
    evil = 'a"b} SERVICE <http://x/> {'
    assert graph.rows("SELECT ?v { VALUES ?v { 1 } }", v=evil).rows == ((evil,),)


def test_named_queries_take_names(graph: KnowledgeGraph) -> None:
    found = graph.named("refusals", who="the police chief")
    assert [row["refused"] for row in found.dicts()] == ["resignation of Smith"]
    both = graph.named("quotes", who=["Zahnd", "Lucas"])
    assert {row[0] for row in both} == {"Eric Zahnd", "Quinton Lucas"}


def test_who_demands_paths(graph: KnowledgeGraph) -> None:
    assert graph.who("lucas").who.label == "Quinton Lucas"
    assert {d.holder.label for d in graph.demands(status="refused")} == {
        "civil rights organizations",
        "one participant",
    }
    assert [d.issue.label for d in graph.demands(addressee="lucas", issue="reforms")] == [
        "police department reforms"
    ]
    found = graph.paths("zahnd", "naacp", k=1)
    assert [hop.target.label for hop in found.paths[0].hops] == ["Rick Smith", "NAACP"]
    assert graph.paths("zahnd", "naacp", kinds=["met"]).none


def test_networks_are_networkx(graph: KnowledgeGraph) -> None:
    assert isinstance(graph.ties(), nx.MultiGraph)
    network = graph.network(mode="one", qualifier="congruence")
    labels = {node["label"] for _, node in network.nodes(data=True)}
    assert isinstance(network, nx.Graph) and "Quinton Lucas" in labels
    assert graph.matrix(mode="one").one_mode


def test_it_stays_an_rdflib_dataset(graph: KnowledgeGraph) -> None:
    assert isinstance(graph, rdflib.Dataset)
    (row,) = graph.query("SELECT (COUNT(*) AS ?n) { ?s a kc:Article }")
    assert int(row.n) == 2


def test_data_classes_become_rows(graph: KnowledgeGraph) -> None:
    board = graph.demands()
    found = kcgraph.rows(board)
    assert len(found) == len(board)
    first = found.dicts()[0]
    assert first["issue"] == board[0].issue.label and first["status"] == board[0].status
    assert board[0].evidence[0].text in str(first["evidence"])
    assert kcgraph.rows([]) == Rows((), ())
    with pytest.raises(InputError, match="no rows of int"):
        kcgraph.rows([1])


def test_frames(graph: KnowledgeGraph) -> None:
    found = kcgraph.rows(graph.demands())
    pandas = pytest.importorskip("pandas")
    assert isinstance(found.pandas(), pandas.DataFrame)
    assert dict(found.pandas()["status"].value_counts()) == {
        "open": 4,
        "answered": 4,
        "refused": 2,
    }
    polars = pytest.importorskip("polars")
    frame = found.polars()
    assert isinstance(frame, polars.DataFrame) and frame.shape == (10, len(found.columns))


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda g: g.who("Nobody"), NotFound),
        (lambda g: g.demands(issue="no such thing"), NotFound),
        (lambda g: g.named("rols"), NotFound),
        (lambda g: g.paths("zahnd", "naacp", through="walls"), InputError),
        (lambda g: g.rows("DROP ALL"), InputError),
        (lambda g: g.network(mode="three"), InputError),
    ],
)
def test_wrong_calls(graph: KnowledgeGraph, ask: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(graph)  # type: ignore[operator]
