"""The demand board: what is on it, what came of it, and how it reads."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Store
from typer.testing import CliRunner, Result

from kcgraph.boards import demand_board
from kcgraph.cli import ask
from kcgraph.cli.app import app
from kcgraph.demands import Demand, demands
from kcgraph.errors import InputError, NotFound
from kcgraph.output import printable
from kcgraph.store import open_graph


@pytest.fixture(scope="module")
def two(two_articles: Path) -> Store:
    return open_graph(two_articles)


def call(store: Path, *arguments: str) -> Result:
    assert ask  # registers the commands
    return CliRunner().invoke(app, ["demands", "--store", str(store), *arguments])


def keys(board: list[Demand]) -> set[tuple[str, str, str]]:
    return {(d.issue.label, d.holder.label, d.status) for d in board}


BOARD = {
    ("body cameras", "people", "answered"),
    ("body cameras", "community groups", "answered"),
    ("changes in use of force policies", "people", "open"),
    ("legislation", "Henry Service", "open"),
    ("police department reforms", "civil rights organizations", "answered"),
    ("police department reforms", "protesters", "answered"),
    ("resignation of Smith", "civil rights organizations", "refused"),
    ("resignation of Smith", "one participant", "refused"),
    ("stronger action", "community activists", "open"),
    ("weekly reports to city council", "Quinton Lucas", "open"),
}


def test_the_whole_board(two: Store) -> None:
    assert keys(demands(two)) == BOARD


def test_a_demand_has_who_of_whom_since_when_and_both_sides(two: Store) -> None:
    (demand,) = demands(two, holder=iri("people"), issue=iri("body-cameras", "issue"))
    assert (demand.since, demand.until, demand.addressees) == ("2020-06-04", "2020-06-04", ())
    (words,) = demand.evidence
    assert words.text.startswith("People have been demanding everything from body cameras")
    assert words.publisher == "KCTV"
    (answer,) = demand.answers
    assert (answer.holder.label, answer.kind) == ("Kansas City Police Department", "commitment")
    assert "now equipped with body cameras" in answer.evidence[0].text


def iri(slug: str, what: str = "stakeholder") -> str:
    return f"https://w3id.org/kcgraph/id/{what}/{slug}"


def test_issues_stay_together_those_most_demanded_first(ten_articles: Path) -> None:
    board = demands(open_graph(ten_articles))
    runs = [d.issue for n, d in enumerate(board) if not n or board[n - 1].issue != d.issue]
    assert len(runs) == len(set(runs))
    sizes = [sum(d.issue == issue for d in board) for issue in runs]
    assert sizes == sorted(sizes, reverse=True)


def test_every_demand_of_the_corpus_carries_its_evidence(ten_articles: Path) -> None:
    board = demands(open_graph(ten_articles))
    assert len(board) > 40
    for demand in board:
        assert demand.evidence
        assert all(p.text in p.sentence for p in demand.evidence)
        assert (demand.status == "open") == (not demand.answers)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--status", "refused"], {k for k in BOARD if k[2] == "refused"}),
        (["--issue", "body camera"], {k for k in BOARD if k[0] == "body cameras"}),
        (["--holder", "the mayor"], {k for k in BOARD if k[1] == "Quinton Lucas"}),
        (["--addressee", "Lucas"], {("police department reforms", "protesters", "open")}),
        (["--since", "2020-06-04"], {k for k in BOARD if k[1] in ("people", "protesters")}
         | {("weekly reports to city council", "Quinton Lucas", "open")}),
        (["--until", "2020-06-03"], set()),
        (["--holder", "people", "--status", "open"], {
            ("changes in use of force policies", "people", "open")}),
    ],
)  # fmt: skip
def test_filters(
    two_articles: Path, options: list[str], expected: set[tuple[str, str, str]]
) -> None:
    board = json.loads(call(two_articles, *options, "--format", "json").stdout)
    found = {(d["issue"]["label"], d["holder"]["label"], d["status"]) for d in board}
    assert found == expected


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--issue", "nothing of the kind"], NotFound),
        (["--holder", "Nobody"], NotFound),
        (["--since", "yesterday"], InputError),
        (["--since", "2021-01-02", "--until", "2021-01-01"], InputError),
    ],
)
def test_wrong_filters(two_articles: Path, options: list[str], error: type[Exception]) -> None:
    answer = call(two_articles, *options)
    assert isinstance(answer.exception, error)


@pytest.mark.parametrize("width", [60, 100, 140])
def test_the_board_fits_the_width(ten_articles: Path, width: int) -> None:
    text = demand_board(demands(open_graph(ten_articles))).text(width)
    assert max(map(len, text.splitlines())) <= width


def test_the_board_in_text_has_every_demand_under_its_issue(two: Store) -> None:
    board = demands(two)
    text = demand_board(board).text()
    assert text.startswith("10 demands: 4 open, 4 answered, 2 refused\n")
    for block in text.split("\n\n")[1:]:
        issue, *lines = block.splitlines()
        for demand in (d for d in board if d.issue.label == issue):
            assert any(
                line.startswith(f"  {demand.status.upper()} {demand.holder.label}")
                for line in lines
            )
    assert "answered by Kansas City Police Department" in text
    assert "refused by Rick Smith" in text


def test_many_ask_and_one_asks(two: Store) -> None:
    by = {demand.holder.label: demand for demand in demands(two)}
    lucas, protesters = by["Quinton Lucas"], by["protesters"]
    asked = [replace(lucas, addressees=(protesters.holder,))]
    asked += [replace(protesters, addressees=(lucas.holder,))]
    text = demand_board(asked).text()
    assert "Quinton Lucas asks protesters" in text
    assert "protesters ask Quinton Lucas" in text


def test_an_answer_that_demands_share_stands_once(two: Store) -> None:
    cameras = demands(two, issue=iri("body-cameras", "issue"))
    assert len(cameras) == 2
    assert demand_board(cameras).text().count("answered by") == 1


def test_colours_only_where_they_are_asked_for(two: Store) -> None:
    page = demand_board(demands(two))
    assert "\x1b" not in page.text()
    assert "\x1b[32mANSWERED" in page.text(colour=True)


def test_no_demands(two: Store) -> None:
    assert demand_board(demands(two, until="1999-01-01")).text() == "No demands\n"


def test_csv(two_articles: Path, two: Store) -> None:
    text = call(two_articles, "--format", "csv").stdout_bytes.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {(r["issue"], r["holder"], r["status"]) for r in rows} == BOARD
    assert all(r["evidence"] for r in rows)
    (refused,) = [r for r in rows if r["holder"] == "one participant"]
    assert refused["answered_by"] == "Rick Smith"
    assert "does not intend to resign" in refused["answer_evidence"]


def test_markdown_quotes_the_sentence_with_the_words_in_bold(two_articles: Path) -> None:
    text = call(two_articles, "--format", "markdown", "--status", "refused").stdout
    assert "## resignation of Smith" in text
    assert "**REFUSED** civil rights organizations" in text
    assert "**he does not intend to resign**" in text


def test_html_has_every_demand_with_its_status(two_articles: Path, two: Store) -> None:
    page = call(two_articles, "--format", "html", "--status", "refused").stdout_bytes.decode()
    assert page.count('<span class="badge bad">REFUSED</span>') == 2
    assert "<mark>he does not intend to resign</mark>" in page
    whole = call(two_articles, "--format", "html").stdout_bytes.decode()
    assert all(f"<bdi>{d.issue.label}</bdi>" in whole for d in demands(two))


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    assert printable("a\x1b[2Jb\u202ec\u2066d\te\r\nf") == "a\ufffd[2Jb\ufffdc\ufffdd\te\nf"
