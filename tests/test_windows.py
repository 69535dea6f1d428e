"""Moving windows of time: every window by hand, or by a slow reading of DNA's definition."""

from __future__ import annotations

import csv
import io
import json
from datetime import date as Day
from datetime import timedelta
from pathlib import Path

import networkx
import pytest
from coded import Coded, Paper, write_dna
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from kcgraph.build import build_from_records
from kcgraph.claims import Ref
from kcgraph.cli import network as command
from kcgraph.cli.app import app
from kcgraph.dna import read_dna
from kcgraph.errors import InputError
from kcgraph.network import Choice, Statement, network, networks_over_time, statements, windows
from kcgraph.store import open_graph

ISSUE = Ref("x", "X", "issue")


def said(actor: str, day: str | None, yes: bool = True) -> Statement:
    who = Ref(actor, actor, "person")
    return Statement(f"{actor} {day} {yes}", who, ISSUE, yes, f"d {day}", day)


def inside(some: list[Statement], unit: str, size: int, **range: str) -> list[tuple[str, str, int]]:
    return [(w.start, w.end, len(w.statements)) for w in windows(some, unit, size, **range)]


SOME = [
    said("A", "2020-01-30"),
    said("B", "2020-01-31"),
    said("C", "2020-02-02"),
    said("A", None),
    said("B", "2020"),
]


def test_days() -> None:
    assert inside(SOME, "days", 1) == [
        ("2020-01-30", "2020-01-30", 1),
        ("2020-01-31", "2020-01-31", 1),
        ("2020-02-01", "2020-02-01", 0),
        ("2020-02-02", "2020-02-02", 1),
    ]
    three = [("2020-01-30", "2020-02-01", 2), ("2020-01-31", "2020-02-02", 2)]
    assert inside(SOME, "days", 2) == inside(SOME, "days", 3) == three
    assert inside(SOME, "days", 9) == []


def test_months_end_where_they_end() -> None:
    range = {"since": "2019-12-31", "until": "2020-03-31"}
    assert inside(SOME, "months", 3, **range) == [
        ("2019-12-31", "2020-02-29", 3),  # around January 31
        ("2020-01-29", "2020-03-29", 3),  # around February 29, to which the middle has moved
    ]


def test_years_and_weeks() -> None:
    range = {"since": "2019-01-01", "until": "2021-01-01"}
    assert inside(SOME, "years", 2, **range) == [("2019-01-01", "2021-01-01", 3)]
    weeks = {"since": "2020-01-24", "until": "2020-02-07"}
    assert inside(SOME, "weeks", 2, **weeks) == [("2020-01-24", "2020-02-07", 3)]


def test_events() -> None:
    some = [said(name, f"2020-01-0{n}") for n, name in enumerate("ABCDE", 1)]
    found = windows(some, "events", 3)
    assert ["".join(s.actor.label for s in w.statements) for w in found] == ["ABC", "BCD", "CDE"]
    assert [w.middle[-1] for w in found] == ["2", "3", "4"]
    assert len(windows(some, "events", 1)) == 5
    assert windows(some, "events", 6) == []


@given(
    st.lists(st.dates(Day(2020, 1, 1), Day(2020, 3, 1)), max_size=15),
    st.sampled_from(["days", "weeks"]),
    st.integers(1, 9),
)
@settings(deadline=None)
def test_days_and_weeks_are_those_of_dna(days: list[Day], unit: str, size: int) -> None:
    some = [said("A", day.isoformat()) for day in sorted(days)]
    step = timedelta(days=7 if unit == "weeks" else 1)
    half = int((size - 1) / 2 + 0.5) * step  # Java rounds halves up
    expected = []
    if days:
        middle, last = min(days), max(days)
        while middle <= last:
            if middle - half >= min(days) and middle + half <= last:
                count = sum(middle - half <= day <= middle + half for day in days)
                expected.append((str(middle - half), str(middle + half), count))
            middle += step
    assert inside(some, unit, size) == expected


def test_a_window_has_the_network_of_its_statements() -> None:
    some = [said("A", "2020-01-01"), said("B", "2020-01-02"), said("C", "2020-01-03", yes=False)]
    found = networks_over_time(some, Choice(mode="one", qualifier="subtract"), "days", 3)
    ((window, matrix),) = found
    whole = network(some, Choice(mode="one", qualifier="subtract"))
    assert (matrix.dense() == whole.dense()).all()
    assert window.middle == "2020-01-02"
    kept = networks_over_time(some, Choice(mode="one", isolates=True), "days", 1)
    assert [m.row_labels for _, m in kept] == [("A", "B", "C")] * 3


@pytest.mark.parametrize(
    ("unit", "size", "word"), [("hours", 1, "hours"), ("days", 0, "size"), ("days", 1, "windows")]
)
def test_windows_that_make_no_sense(unit: str, size: int, word: str) -> None:
    with pytest.raises(InputError, match=word):
        windows([said("A", "0001-01-01"), said("B", "2020-01-01")], unit, size)


# --- the command --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("windows")
    papers = [Paper(f"We {n} say so.", day=f"2005-01-{20 + n}") for n in range(4)]
    coded = [
        Coded(n + 1, f"We {n}", organization="EPA" if n % 2 else "Senate", concept="Buses")
        for n in range(4)
    ]
    build_from_records(path / "store", read_dna([write_dna(path / "x.dna", papers, coded)]))
    return path / "store"


def run(store: Path, *options: str) -> Result:
    assert command  # registers it
    return CliRunner().invoke(app, ["network", "--store", str(store), *options])


def test_ties_over_time(store: Path) -> None:
    options = ["--mode", "one", "--window", "days", "--window-size", "3"]
    rows = list(csv.DictReader(io.StringIO(run(store, *options, "--format", "csv").stdout)))
    assert [(r["start"], r["middle"], r["end"], r["statements"], r["tie"]) for r in rows] == [
        ("2005-01-20", "2005-01-21", "2005-01-22", "3", "2"),
        ("2005-01-21", "2005-01-22", "2005-01-23", "3", "2"),
    ]
    loaded = json.loads(run(store, *options, "--format", "json").stdout)
    assert [one["values"] for one in loaded] == [[[0, 2], [2, 0]]] * 2
    assert "EPA" in run(store, *options).stdout


@pytest.mark.parametrize("format", ["graphml", "gexf", "dl", "pajek"])
def test_a_file_for_each_window(store: Path, tmp_path: Path, format: str) -> None:
    options = ["--window", "days", "--window-size", "3", "--format", format]
    assert "name a folder" in str(run(store, *options).exception)
    assert run(store, *options, "-o", str(tmp_path / "out")).exit_code == 0
    names = sorted(file.name for file in (tmp_path / "out").iterdir())
    suffix = "net" if format == "pajek" else format
    assert names == [
        f"00001-2005-01-20-2005-01-22.{suffix}",
        f"00002-2005-01-21-2005-01-23.{suffix}",
    ]


def test_pajek_has_two_modes(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "two.net"
    assert run(store, "--mode", "two", "-o", str(file)).exit_code == 0
    text = file.read_text()
    assert text.startswith("*Vertices 3 2\n")
    # networkx knows Pajek's vertices of one mode only
    found = networkx.parse_pajek(text.replace("*Vertices 3 2", "*Vertices 3", 1))
    weights = {(a, b): d["weight"] for a, b, d in found.edges(data=True)}
    assert weights == {("EPA", "Buses"): 2, ("Senate", "Buses"): 2}
    file = tmp_path / "one.net"
    assert run(store, "--mode", "one", "-o", str(file)).exit_code == 0
    ((a, b, data),) = networkx.read_pajek(file).edges(data=True)
    assert ({a, b}, data["weight"]) == ({"EPA", "Senate"}, 4)


@pytest.mark.parametrize(
    "options", [["--mode", "events"], ["--measure", "activity"], ["--cell", "EPA", "Buses"]]
)
def test_windows_of_what_is_no_network(store: Path, options: list[str]) -> None:
    done = run(store, "--window", "days", *options)
    assert getattr(done.exception, "exit_code", None) == 2


def bones(one: Statement) -> tuple[object, ...]:
    return one.id, one.actor, one.issue, one.agreement, one.article, one.date, one.publisher


def test_networks_need_no_evidence(ten_articles: Path) -> None:
    graph = open_graph(ten_articles)
    for actors in ("person", "organization", "both"):
        whole, bare = statements(graph, actors), statements(graph, actors, evidence=False)
        assert sorted(map(bones, whole), key=str) == sorted(map(bones, bare), key=str)
        assert (network(whole, Choice()).dense() == network(bare, Choice()).dense()).all()
