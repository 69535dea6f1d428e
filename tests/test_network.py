"""Discourse networks: every figure by hand or by a slow reading of the definition."""

from __future__ import annotations

import csv
import io
import json
import math
import shlex
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import networkx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Store
from toy import ToyExtractor
from typer.testing import CliRunner, Result

from kcgraph.build import build
from kcgraph.claims import Passage, Ref
from kcgraph.cli import network as command
from kcgraph.cli.app import app
from kcgraph.errors import InputError, NotFound
from kcgraph.model import Article
from kcgraph.network import (
    Choice,
    Matrix,
    Statement,
    counted,
    network,
    one_mode,
    statements,
    two_mode,
)
from kcgraph.network.between import betweenness
from kcgraph.network.cell import between, on_issue
from kcgraph.network.chart import activity_svg
from kcgraph.network.choice import NORMALIZATIONS, QUALIFIERS
from kcgraph.network.formats import as_networkx, events_text, network_text
from kcgraph.network.matrix import labels
from kcgraph.network.measures import activity, centrality, communities, polarization
from kcgraph.network.statements import ACTORS, DUPLICATES
from kcgraph.store import open_graph

# a loaded machine is no failure
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

SVG = "{http://www.w3.org/2000/svg}"
PAGE = Path(__file__).parent.parent / "docs" / "networks.md"


def says(
    actor: str,
    issue: str,
    yes: bool,
    article: str = "d1",
    date: str | None = "2020-01-06",
    words: str = "",
    id: str = "",
) -> Statement:
    passage = Passage(words, words, 0, len(words), article)
    return Statement(
        id=id or f"{actor} {issue} {yes} {article} {date} {words}",
        actor=Ref(quote(actor), actor, "person"),
        issue=Ref(quote(issue), issue, "issue"),
        agreement=yes,
        article=article,
        date=date,
        evidence=(passage,) if words else (),
    )


# x = number of statements   X yes  X no  Y yes  Y no
#                        A     3                   1
#                        B     1           1
#                        C           1             2
CORPUS = [
    says("A", "X", True, "d1", words="one"),
    says("A", "X", True, "d1", words="two"),
    says("A", "X", True, "d2", words="one"),
    says("A", "Y", False, "d2"),
    says("B", "X", True, "d1"),
    says("B", "Y", True, "d3"),
    says("C", "X", False, "d3"),
    says("C", "Y", False, "d3"),
    says("C", "Y", False, "d4"),
]


@pytest.mark.parametrize(
    ("qualifier", "normalization", "rows"),
    [
        ("ignore", "none", [[3, 1], [1, 1], [1, 2]]),
        ("subtract", "none", [[3, -1], [1, 1], [-1, -2]]),
        ("combine", "none", [[1, 2], [1, 1], [2, 2]]),
        ("ignore", "activity", [[3 / 4, 1 / 4], [1 / 2, 1 / 2], [1 / 3, 2 / 3]]),
        ("subtract", "activity", [[3 / 4, -1 / 4], [1 / 2, 1 / 2], [-1 / 3, -2 / 3]]),
        ("ignore", "prominence", [[3 / 5, 1 / 4], [1 / 5, 1 / 4], [1 / 5, 2 / 4]]),
        ("subtract", "prominence", [[3 / 5, -1 / 4], [1 / 5, 1 / 4], [-1 / 5, -2 / 4]]),
    ],
)
def test_two_mode(qualifier: str, normalization: str, rows: list[list[float]]) -> None:
    matrix = two_mode(CORPUS, qualifier=qualifier, normalization=normalization)
    assert (matrix.row_labels, matrix.column_labels) == (("A", "B", "C"), ("X", "Y"))
    np.testing.assert_allclose(matrix.dense(), rows)


def test_combine_says_both() -> None:
    matrix = two_mode([says("A", "X", True), says("A", "X", False)], qualifier="combine")
    assert matrix.dense().tolist() == [[3]]


# the ties A-B, A-C, B-C
IGNORE, CONGRUENCE, CONFLICT = (4, 5, 3), (3, 2, 0), (1, 3, 3)
RAW = {
    "ignore": IGNORE,
    "congruence": CONGRUENCE,
    "conflict": CONFLICT,
    "subtract": (2, -1, -3),
}
DIVISORS = {
    "none": (1, 1, 1),
    "average": ((4 + 2) / 2, (4 + 3) / 2, (2 + 3) / 2),
    "dna-cosine": (4 * 2, 4 * 3, 2 * 3),
    # statements on sides that the other never takes, and the congruence
    "dna-jaccard": (1 + 1 + 3, 3 + 1 + 2, 2 + 3 + 0),
    "cosine": (math.sqrt(10 * 2), math.sqrt(10 * 5), math.sqrt(2 * 5)),
}
JACCARD = {
    "ignore": (1, 1, 1),
    "congruence": (1 / 3, 1 / 3, 0),
    "conflict": (1 / 3, 1 / 3, 1),
    "subtract": (0, 0, -1),
}
ONE_MODE = [
    (qualifier, normalization, tuple(r / d for r, d in zip(raw, divisors, strict=True)))
    for qualifier, raw in RAW.items()
    for normalization, divisors in DIVISORS.items()
] + [(qualifier, "jaccard", ties) for qualifier, ties in JACCARD.items()]


@pytest.mark.parametrize(("qualifier", "normalization", "ties"), ONE_MODE)
def test_one_mode(qualifier: str, normalization: str, ties: tuple[float, float, float]) -> None:
    matrix = one_mode(CORPUS, qualifier=qualifier, normalization=normalization)
    ab, ac, bc = ties
    np.testing.assert_allclose(matrix.dense(), [[0, ab, ac], [ab, 0, bc], [ac, bc, 0]])


def test_every_setting_of_one_mode_is_in_the_table() -> None:
    settings = {(q, n) for q in QUALIFIERS["one"] for n in NORMALIZATIONS["one"]}
    assert {(q, n) for q, n, _ in ONE_MODE} == settings


REPEATED = [
    says("A", "X", True, "d1", "2020-01-06", words="first"),
    says("A", "X", True, "d1", "2020-01-06", words="second"),
    says("A", "X", True, "d2", "2020-01-12"),  # Sunday of the same week
    says("A", "X", True, "d3", "2020-01-13"),  # Monday
    says("A", "X", True, "d4", "2020-05-13"),
    says("A", "X", True, "d5", "2021-01-13"),  # the month of another year is another month
    says("A", "X", False, "d5", "2021-01-13"),
    says("A", "Y", True, "d1", "2020-01-06"),
    says("B", "X", True, "d1", "2020-01-06"),
]


@pytest.mark.parametrize(
    ("duplicates", "on_x", "sides_ignored"),
    [
        ("include", 6, 7),
        ("document", 5, 5),
        ("week", 4, 4),
        ("month", 3, 3),
        ("year", 2, 2),
        ("acrossrange", 1, 1),
    ],
)
def test_duplicates(duplicates: str, on_x: int, sides_ignored: int) -> None:
    subtract = network(REPEATED, Choice(duplicates=duplicates)).dense()
    assert subtract.tolist() == [[on_x - 1, 1], [1, 0]]  # the one no stays beside the yeses
    ignore = network(REPEATED, Choice(duplicates=duplicates, qualifier="ignore")).dense()
    assert ignore.tolist() == [[sides_ignored, 1], [1, 0]]


def test_of_duplicates_the_first_counts() -> None:
    (kept,) = counted(REPEATED[:6], Choice(duplicates="acrossrange"))
    assert kept == REPEATED[0]


@pytest.mark.parametrize(("duplicates", "left"), [("document", 2), ("week", 2), ("year", 2)])
def test_undated_statements_share_no_week_only_an_article(duplicates: str, left: int) -> None:
    undated = [
        says("A", "X", True, d, None, words=w) for d, w in (("d1", "a"), ("d1", "b"), ("d2", "c"))
    ]
    assert len(counted(undated, Choice(duplicates=duplicates))) == left


def test_a_mixed_position_is_one_statement_where_sides_do_not_matter() -> None:
    mixed = [says("A", "X", True, id="p"), says("A", "X", False, id="p")]
    assert network(mixed, Choice(qualifier="ignore")).dense().tolist() == [[1]]
    assert network(mixed, Choice(qualifier="subtract")).dense().tolist() == [[0]]


def test_a_wire_story_counts_once_if_asked() -> None:
    printed = [
        says("A", "X", True, "herald", words="We  back it."),
        says("A", "X", True, "post", words="we back it."),
        says("A", "X", True, "post", words="We still do."),
    ]
    assert len(counted(printed, Choice())) == 3
    assert [s.article for s in counted(printed, Choice(reprints_once=True))] == ["herald", "post"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(since="2020-01-13"), {("A", "X"), ("A", "X")}),
        (Choice(until="2020-01-06"), {("A", "X"), ("A", "Y"), ("B", "X")}),
        (Choice(exclude_issues=frozenset("X")), {("A", "Y")}),
        (Choice(exclude_actors=frozenset("A")), {("B", "X")}),
        (Choice(exclude_publishers=frozenset(["Post"])), {("A", "X"), ("A", "Y"), ("B", "X")}),
    ],
)
def test_filters(choice: Choice, expected: set[tuple[str, str]]) -> None:
    assert {(s.actor.label, s.issue.label) for s in counted(REPEATED, choice)} == expected


def test_what_has_no_date_is_in_no_range() -> None:
    undated = says("A", "X", True, date=None)
    assert counted([undated], Choice()) == [undated]
    assert counted([undated], Choice(until="2099-01-01")) == []


def test_isolates_are_those_of_the_range() -> None:
    some = [says("A", "X", True, date="2020-01-01"), says("B", "Y", True, date="2021-01-01")]
    choice = {"since": "2021-01-01", "exclude_actors": frozenset("B"), "isolates": True}
    kept = network(some, Choice(**choice))
    assert (kept.row_labels, kept.column_labels) == (("B",), ("Y",))


def test_isolates_keep_who_and_what_is_filtered_out() -> None:
    choice = {"exclude_issues": frozenset("X"), "exclude_actors": frozenset("A")}
    assert network(REPEATED, Choice(**choice)).dense().shape == (0, 0)
    kept = network(REPEATED, Choice(**choice, isolates=True))
    assert (kept.row_labels, kept.column_labels) == (("A", "B"), ("X", "Y"))
    assert not kept.dense().any()


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"mode": "one", "qualifier": "combine"}, "combine"),
        ({"mode": "two", "qualifier": "congruence"}, "congruence"),
        ({"mode": "two", "qualifier": "conflict"}, "conflict"),
        ({"mode": "two", "normalization": "average"}, "average"),
        ({"mode": "one", "normalization": "activity"}, "activity"),
        ({"mode": "one", "normalization": "prominence"}, "prominence"),
        ({"qualifier": "combine", "normalization": "activity"}, "combine"),
        ({"mode": "events", "qualifier": "subtract"}, "event list"),
        ({"mode": "events", "normalization": "cosine"}, "event list"),
        ({"mode": "events", "isolates": True}, "isolates"),
        ({"mode": "three"}, "three"),
        ({"duplicates": "day"}, "day"),
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, object], word: str) -> None:
    with pytest.raises(InputError, match=word):
        Choice(**settings)  # type: ignore[arg-type]


# --- what holds for any statements --------------------------------------------------------------

ANY = st.lists(
    st.builds(
        says,
        actor=st.sampled_from("ABCDE"),
        issue=st.sampled_from("XYZ"),
        yes=st.booleans(),
        article=st.sampled_from(["d1", "d2"]),
    ),
    max_size=30,
)


def slowly(some: list[Statement], qualifier: str, normalization: str) -> np.ndarray:
    """The one-mode matrix by the definition, a pair, an issue and a side at a time."""
    actors = sorted({s.actor.label for s in some})
    issues = sorted({s.issue.label for s in some})

    def x(a: str, i: str, side: bool) -> int:
        return sum((s.actor.label, s.issue.label, s.agreement) == (a, i, side) for s in some)

    def tie(a: str, b: str) -> float:
        same = sum(x(a, i, k) * x(b, i, k) for i in issues for k in (True, False))
        opposite = sum(x(a, i, k) * x(b, i, not k) for i in issues for k in (True, False))
        raw = {
            "congruence": same,
            "conflict": opposite,
            "subtract": same - opposite,
            "ignore": sum(
                (x(a, i, True) + x(a, i, False)) * (x(b, i, True) + x(b, i, False)) for i in issues
            ),
        }[qualifier]
        na, nb = (sum(x(who, i, k) for i in issues for k in (True, False)) for who in (a, b))
        sides = [(i, k) for i in issues for k in (True, False)]
        m10 = sum(x(a, *s) for s in sides if not x(b, *s))
        m01 = sum(x(b, *s) for s in sides if not x(a, *s))
        divisor = {
            "none": 1,
            "average": (na + nb) / 2,
            "dna-cosine": na * nb,
            "dna-jaccard": m10 + m01 + same,
        }[normalization]
        return raw / divisor

    return np.array([[tie(a, b) if a != b else 0.0 for b in actors] for a in actors])


@given(
    ANY,
    st.sampled_from(QUALIFIERS["one"]),
    st.sampled_from(["none", "average", "dna-cosine", "dna-jaccard"]),
)
def test_one_mode_is_as_defined(some: list[Statement], qualifier: str, normalization: str) -> None:
    found = one_mode(some, qualifier=qualifier, normalization=normalization).dense()
    expected = slowly(some, qualifier, normalization)
    np.testing.assert_allclose(found, expected.reshape(found.shape), atol=1e-12)


DATED = st.lists(
    st.builds(
        says,
        actor=st.sampled_from("ABC"),
        issue=st.sampled_from("XY"),
        yes=st.booleans(),
        article=st.sampled_from(["d1", "d2"]),
        date=st.sampled_from(
            ["2020-01-06", "2020-01-12", "2020-01-13", "2020-02-03", "2021-01-06"]
        ),
        words=st.sampled_from(["one", "two"]),
    ),
    max_size=14,
    unique_by=lambda one: one.id,
)
SETTINGS = [
    (mode, qualifier, normalization, duplicates)
    for mode in ("two", "one")
    for qualifier in QUALIFIERS[mode]
    for normalization in NORMALIZATIONS[mode]
    for duplicates in DUPLICATES
    if qualifier != "combine" or normalization == "none"
]


def distinct(some: list[Statement], duplicates: str, qualifier: str) -> list[Statement]:
    """What is left of duplicates, one statement after the other."""
    kept: list[Statement] = []
    for one in some:
        day = date.fromisoformat(one.date or "")
        period = {
            "include": one.id,
            "document": one.article,
            "week": day - timedelta(days=day.weekday()),
            "month": (day.year, day.month),
            "year": day.year,
            "acrossrange": "",
        }[duplicates]
        side = one.agreement if qualifier != "ignore" else None
        if (one.actor, one.issue, side, period) not in kept_keys(kept, duplicates, qualifier):
            kept.append(one)
    return kept


def kept_keys(kept: list[Statement], duplicates: str, qualifier: str) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    for one in kept:
        year, week, _ = date.fromisoformat(one.date or "").isocalendar()
        monday = date.fromisocalendar(year, week, 1)
        periods = {
            "include": one.id,
            "document": one.article,
            "week": monday,
            "month": tuple(map(int, (one.date or "").split("-")[:2])),
            "year": int((one.date or "")[:4]),
            "acrossrange": "",
        }
        side = one.agreement if qualifier != "ignore" else None
        found.add((one.actor, one.issue, side, periods[duplicates]))
    return found


def slowly_two(some: list[Statement], qualifier: str, normalization: str) -> dict[object, float]:
    found: dict[object, float] = {}
    for one in some:
        said = [s for s in some if (s.actor, s.issue) == (one.actor, one.issue)]
        yes, no = (sum(s.agreement is side for s in said) for side in (True, False))
        value = {"ignore": yes + no, "subtract": yes - no, "combine": (yes > 0) + 2 * (no > 0)}
        divisor = {
            "none": 1,
            "activity": sum(s.actor == one.actor for s in some),
            "prominence": sum(s.issue == one.issue for s in some),
        }
        found[one.actor.label, one.issue.label] = value[qualifier] / divisor[normalization]
    return found


def slowly_one(some: list[Statement], qualifier: str, normalization: str) -> dict[object, float]:
    actors = sorted({s.actor.label for s in some})
    if normalization not in ("cosine", "jaccard"):
        values = slowly(some, qualifier, normalization)
        return {(a, b): values[n, m] for n, a in enumerate(actors) for m, b in enumerate(actors)}
    measure = {"cosine": cosine, "jaccard": jaccard}[normalization]

    def tie(a: str, b: str, qualifier: str) -> float:
        if qualifier == "subtract":
            return tie(a, b, "congruence") - tie(a, b, "conflict")
        if qualifier == "ignore":
            one, other = (
                Counter[object](s.issue.label for s in some if s.actor.label == who)
                for who in (a, b)
            )
            return measure(one, other)
        return measure(profile(some, a), profile(some, b, exchanged=qualifier == "conflict"))

    return {(a, b): tie(a, b, qualifier) if a != b else 0.0 for a in actors for b in actors}


@given(DATED, st.sampled_from(SETTINGS))
@settings(max_examples=400)
def test_every_combination_of_settings_is_as_defined(
    some: list[Statement], chosen: tuple[str, str, str, str]
) -> None:
    mode, qualifier, normalization, duplicates = chosen
    matrix = network(
        some,
        Choice(mode=mode, qualifier=qualifier, normalization=normalization, duplicates=duplicates),
    )
    left = distinct(some, duplicates, qualifier)
    expected = (slowly_two if mode == "two" else slowly_one)(left, qualifier, normalization)
    values = matrix.dense()
    for n, row in enumerate(matrix.row_labels):
        for m, column in enumerate(matrix.column_labels):
            assert values[n, m] == pytest.approx(expected.get((row, column), 0.0), abs=1e-12)


def profile(some: list[Statement], actor: str, *, exchanged: bool = False) -> Counter[object]:
    """How often `actor` takes each side of each issue, or the opposite ones."""
    return Counter(
        (s.issue.label, s.agreement != exchanged) for s in some if s.actor.label == actor
    )


def cosine(a: Counter[object], b: Counter[object]) -> float:
    def length(v: Counter[object]) -> float:
        return math.sqrt(sum(n * n for n in v.values()))

    return sum(n * b[key] for key, n in a.items()) / (length(a) * length(b))


def jaccard(a: Counter[object], b: Counter[object]) -> float:
    return len(set(a) & set(b)) / len(set(a) | set(b))


@given(ANY, st.sampled_from([cosine, jaccard]), st.booleans())
def test_cosine_and_jaccard_are_those_of_the_textbooks(
    some: list[Statement],
    measure: Callable[[Counter[object], Counter[object]], float],
    exchanged: bool,
) -> None:
    matrix = one_mode(
        some,
        qualifier="conflict" if exchanged else "congruence",
        normalization=measure.__name__,
    )
    values = matrix.dense()
    for n, a in enumerate(matrix.row_labels):
        for m, b in enumerate(matrix.row_labels):
            if n != m:
                expected = measure(profile(some, a), profile(some, b, exchanged=exchanged))
                assert values[n, m] == pytest.approx(expected)


@given(ANY, st.sampled_from(NORMALIZATIONS["one"]))
def test_one_mode_is_symmetric_with_a_diagonal_of_zeros(
    some: list[Statement], normalization: str
) -> None:
    made = {q: one_mode(some, qualifier=q, normalization=normalization).dense() for q in RAW}
    for values in made.values():
        np.testing.assert_allclose(values, values.T)
        assert not values.diagonal().any()
        assert np.isfinite(values).all()
    np.testing.assert_allclose(made["subtract"], made["congruence"] - made["conflict"], atol=1e-12)
    if normalization in ("jaccard", "cosine"):
        assert all(abs(values).max(initial=0) <= 1 for values in made.values())


@given(ANY)
def test_normalised_by_activity_every_actor_has_one(some: list[Statement]) -> None:
    rows = two_mode(some, qualifier="ignore", normalization="activity").dense()
    np.testing.assert_allclose(rows.sum(axis=1), 1)
    columns = two_mode(some, qualifier="ignore", normalization="prominence").dense()
    np.testing.assert_allclose(columns.sum(axis=0), 1)


# --- formats ------------------------------------------------------------------------------------

NAMES = ['Ann "A" <b> & Co.', "Bob, Ray", "Žižek\x00\x0b ]]>", "B\ufffe\n b"]
HOSTILE = [
    says(NAMES[0], "buses, trams; 'all'", True),
    says(NAMES[1], "buses, trams; 'all'", False),
    says(NAMES[2], 'the "plan"', True),
    says(NAMES[3], 'the "plan"', True),
    says(NAMES[0], 'the "plan"', False),
]


def read_dl(text: str) -> tuple[list[str], list[str], list[list[float]]]:
    """Row labels, column labels and values of a full matrix in UCINET's DL."""
    head, _, data = text.partition("data:\n")
    assert head.startswith("dl n") and "\nformat = fullmatrix\n" in head
    labels, _, columns = head.partition("column labels:\n")
    names = [line.strip('"') for line in labels.splitlines()[3:]]
    others = [line.strip('"') for line in columns.splitlines()]
    return names, others, [[float(v) for v in line.split()] for line in data.splitlines()]


MATRICES = [
    two_mode(HOSTILE, normalization="activity"),
    one_mode(HOSTILE, qualifier="subtract", normalization="average"),
    two_mode([]),
    one_mode([]),
]


@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_networkx_reads_back_nodes_and_ties(matrix: Matrix, format: str) -> None:
    text = network_text(matrix, format).encode()
    read = networkx.read_graphml if format == "graphml" else networkx.read_gexf
    back = read(io.BytesIO(text))
    made = as_networkx(matrix)
    assert not back.is_directed()
    assert set(back) == set(made)
    labels = {data["label"] for _, data in made.nodes(data=True)}
    assert {data["label"] for _, data in back.nodes(data=True)} == labels
    weights = sorted(d["weight"] for *_, d in made.edges(data=True))
    assert sorted(d["weight"] for *_, d in back.edges(data=True)) == weights
    assert weights == sorted(value for *_, value in matrix.ties())


@pytest.mark.parametrize("matrix", MATRICES)
def test_dl_holds_the_matrix(matrix: Matrix) -> None:
    rows, columns, values = read_dl(network_text(matrix, "dl"))
    assert len(rows) == len(matrix.rows)
    assert len(columns) == (0 if matrix.one_mode else len(matrix.columns))
    assert values == matrix.dense().tolist()


@pytest.mark.parametrize("matrix", MATRICES)
def test_csv_and_json_hold_the_matrix(matrix: Matrix) -> None:
    head, *lines = csv.reader(io.StringIO(network_text(matrix, "csv"), newline=""))
    assert tuple(head) == ("", *matrix.column_labels)
    assert tuple(line[0] for line in lines) == matrix.row_labels
    values = matrix.dense().tolist()
    assert [[float(cell) for cell in line[1:]] for line in lines] == values
    loaded = json.loads(network_text(matrix, "json"))
    assert loaded["values"] == values
    assert [ref["iri"] for ref in loaded["rows"]] == [ref.iri for ref in matrix.rows]


def test_labels_that_are_alike_stay_apart() -> None:
    refs = (Ref("1", "Pat", "person"), Ref("2", "Pat", "person"), Ref("3", "Pat (2)", "group"))
    matrix = Matrix(refs, refs, one_mode([]).values, one_mode=True)
    assert len(set(matrix.row_labels)) == 3


@pytest.mark.parametrize("width", [60, 100])
def test_a_table_fits_the_width(ten: Store, width: int) -> None:
    for matrix in (two_mode(statements(ten)), one_mode(CORPUS), two_mode(CORPUS)):
        text = network_text(matrix, "table", width=width)
        assert max(map(len, text.splitlines())) <= width


def test_a_long_list_for_the_eye_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kcgraph.network.formats.HELD_ROWS", 2)
    matrix = two_mode(CORPUS)
    whole, told = network_text(matrix, "csv"), network_text(matrix, "table", width=30)
    more = len(matrix.ties()) - 2
    assert more > 0
    assert told.endswith(f"\nand {more} more ties: --format csv has all\n")
    assert len(list(csv.reader(io.StringIO(whole)))) == len(matrix.rows) + 1
    listed = events_text(CORPUS, "table", width=100)
    assert listed.endswith(f"and {len(CORPUS) - 2} more statements: --format csv has all\n")
    assert len(events_text(CORPUS, "csv").splitlines()) == len(CORPUS) + 1


# --- measures -----------------------------------------------------------------------------------

# two camps of two who agree within on X and disagree across; E is alone on Z
CAMPS = [says(a, "X", True) for a in "AB"] + [says(a, "X", False) for a in "CD"] + [
    says("E", "Z", True)
]  # fmt: skip


def names(refs: tuple[Ref, ...]) -> str:
    return "".join(ref.label for ref in refs)


def test_communities() -> None:
    found = communities(one_mode(CAMPS))
    assert [names(group) for group in found.groups] == ["AB", "CD"]
    assert names(found.alone) == "E"
    assert found.modularity == pytest.approx(0.5)  # two parts of one size: 2 * (1/2 - 1/4)
    assert communities(one_mode(CAMPS), seed=0) == found


def test_communities_of_nothing() -> None:
    assert communities(one_mode([])).modularity is None


def test_measures_of_ties_want_actors_and_actors() -> None:
    with pytest.raises(InputError, match="mode 'one'"):
        communities(two_mode(CAMPS))


def test_centrality() -> None:
    # A agrees with B twice as strongly as B with C; A and C share nothing
    some = [says("A", "X", True), says("A", "X", True, "d2"), says("B", "X", True)]
    some += [says("B", "Y", True), says("C", "Y", True)]
    by_name = {c.actor.label: c for c in centrality(one_mode(some))}
    assert {n: c.degree for n, c in by_name.items()} == {"A": 1, "B": 2, "C": 1}
    assert {n: c.strength for n, c in by_name.items()} == {"A": 2, "B": 3, "C": 1}
    assert {n: c.betweenness for n, c in by_name.items()} == {"A": 0, "B": 1, "C": 0}
    # the leading eigenvector of ties 2 and 1 around B is (2, root 5, 1)
    assert by_name["A"].eigenvector == pytest.approx(2 / math.sqrt(5))
    assert by_name["B"].eigenvector == pytest.approx(1)
    assert centrality(one_mode([])) == []


@given(
    st.integers(1, 12).flatmap(
        lambda size: st.tuples(
            st.just(size),
            st.dictionaries(
                st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)),
                st.sampled_from([1.0, 0.5, 1 / 3, 0.25, 2.0]),
                max_size=40,
            ),
            st.sampled_from([3, 200]),
            st.integers(0, 5),
        )
    )
)
def test_betweenness_is_that_of_networkx(
    drawn: tuple[int, dict[tuple[int, int], float], int, int],
) -> None:
    size, ties, most, seed = drawn
    graph = networkx.Graph()
    graph.add_nodes_from(range(size))
    graph.add_weighted_edges_from((a, b, w) for (a, b), w in ties.items() if a != b)
    told = networkx.betweenness_centrality(
        graph, k=most if size > most else None, weight="weight", seed=seed
    )
    distances = networkx.to_scipy_sparse_array(graph, nodelist=range(size), dtype=float)
    found = betweenness(distances, most_sources=most, seed=seed)
    assert found == pytest.approx([told[n] for n in range(size)])


def test_polarization_of_two_camps() -> None:
    (debate,) = polarization(CAMPS)
    assert [names(camp) for camp in debate.camps] == ["AB", "CD"]
    assert debate.modularity == pytest.approx(0.5)
    assert debate.ei_index == pytest.approx(-1)
    assert debate.conflict_across == pytest.approx(1)
    (division,) = debate.issues
    assert (division.yes, division.no, division.torn, division.balance) == (2, 2, 0, 1)


def test_polarization_of_one_mind() -> None:
    (debate,) = polarization([says(a, "X", True) for a in "ABC"])
    assert [names(camp) for camp in debate.camps] == ["ABC"]
    assert debate.conflict_across is None
    assert debate.issues[0].balance == 0


def test_every_dispute_is_a_debate_of_its_own() -> None:
    other = [says("F", "W", True), says("G", "W", False)]
    assert [len(d.camps) for d in polarization([*CAMPS, *other])] == [2, 2]
    assert polarization([]) == []


def test_who_says_yes_as_often_as_no_is_torn() -> None:
    some = [says("A", "X", True), says("A", "X", False), says("B", "X", True)]
    found = polarization([*some, says("B", "Y", True), says("A", "Y", True)])
    (division,) = (d for d in found[0].issues if d.issue.label == "X")
    assert (division.yes, division.no, division.torn) == (1, 0, 1)


def test_activity_counts_statements_by_issue() -> None:
    found = [(a.issue.label, a.yes, a.no, a.actors) for a in activity(CORPUS)]
    assert found == [("X", 4, 1, 3), ("Y", 1, 3, 3)]


def test_the_chart_has_bars_as_long_as_there_are_statements() -> None:
    some = [*CORPUS, says("A", "<Z> & \x00" + "z" * 100, True)]
    root = ElementTree.fromstring(activity_svg(activity(some)))
    bars = [float(bar.attrib["width"]) for bar in root.iter(f"{SVG}rect")][1:]
    assert [bar / bars[1] for bar in bars] == pytest.approx([1 / 4, 1, 3 / 4, 1 / 4, 1 / 4])
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert any(word.startswith("<Z> & ") for word in words)
    assert ElementTree.fromstring(activity_svg([])) is not None


# --- a store ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ten(ten_articles: Path) -> Store:
    return open_graph(ten_articles)


def call(store: Path, *arguments: str) -> Result:
    assert command  # registers the command
    return CliRunner().invoke(app, ["network", "--store", str(store), *arguments])


def test_statements_of_the_corpus(ten: Store) -> None:
    both = statements(ten)
    assert len(both) > 300
    assert all(s.issue.kind == "issue" and s.evidence for s in both)
    dated = [s.date for s in both if s.date]
    assert dated == sorted(dated)
    assert all(s.date is None for s in both[len(dated) :])
    persons = {s.id for s in statements(ten, "person")}
    assert persons == {s.id for s in both if s.actor.kind == "person"}
    assert all(s.actor.kind in ("organization", "group") for s in statements(ten, "organization"))


def test_whoever_speaks_for_an_organization_counts_for_it(two_articles: Path) -> None:
    found = statements(open_graph(two_articles), "organization")
    chief = [s for s in found if s.person and s.person.label == "Rick Smith"]
    assert chief
    assert {s.actor.label for s in chief} == {"Kansas City Police Department"}


def test_a_refusal_is_a_no_and_a_mixed_stance_both(ten: Store) -> None:
    sides: dict[str, set[bool]] = {}
    for s in statements(ten):
        sides.setdefault(s.id, set()).add(s.agreement)
        assert s.agreement or s.kind not in ("demand", "commitment")
        assert not s.agreement or s.kind != "refusal"
    assert {True, False} in sides.values()


@pytest.mark.parametrize("actors", ACTORS)
def test_every_statement_is_in_a_cell_and_every_cell_opens(ten: Store, actors: str) -> None:
    some = statements(ten, actors)
    matrix = network(some, Choice())
    assert abs(matrix.values).sum() <= len(some)
    for r, c, value in matrix.ties():
        opened = on_issue(some, matrix.rows[r].iri, matrix.columns[c].iri)
        assert sum(1 if s.agreement else -1 for s in opened) == value
        assert all(p.text in p.sentence for s in opened for p in s.evidence)


@pytest.mark.parametrize("qualifier", ["congruence", "conflict"])
def test_every_tie_opens_to_what_makes_it(ten: Store, qualifier: str) -> None:
    some = statements(ten)
    matrix = network(some, Choice(mode="one", qualifier=qualifier))
    for a, b, value in matrix.ties()[:100]:
        opened = between(some, matrix.rows[a].iri, matrix.rows[b].iri)
        assert sum(getattr(shared, qualifier) for shared in opened) == value


def test_dates_of_duplicates_in_the_corpus(ten: Store) -> None:
    some = statements(ten)
    sizes = [len(counted(some, Choice(duplicates=d))) for d in DUPLICATES]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == len(some) > sizes[-1]


@pytest.mark.parametrize(
    "options",
    [
        ["--mode", "two", "--qualifier", "ignore", "--normalization", "activity"],
        ["--mode", "one", "--normalization", "dna-jaccard", "--duplicates", "document"],
        ["--mode", "two", "--qualifier", "combine", "--isolates", "--since", "2020-06-01"],
        ["--mode", "one", "--actors", "organization", "--exclude-issue", "body cameras"],
    ],
)
def test_the_command_prints_what_python_gives(
    ten_articles: Path, tmp_path: Path, options: list[str]
) -> None:
    printed = call(ten_articles, *options, "--format", "csv")
    assert printed.exit_code == 0
    file = tmp_path / "network.csv"
    assert call(ten_articles, *options, "-o", str(file)).exit_code == 0
    assert file.read_bytes() == printed.stdout_bytes
    rows = list(csv.reader(io.StringIO(printed.stdout_bytes.decode(), newline="")))
    loaded = json.loads(call(ten_articles, *options, "--format", "json").stdout_bytes)
    found = [Ref(**ref) for ref in loaded["rows"]]
    assert tuple(row[0] for row in rows[1:]) == labels(found)
    assert [[float(v) for v in row[1:]] for row in rows[1:]] == loaded["values"]


def test_what_is_excluded_by_name_is_not_there(ten_articles: Path) -> None:
    options = ["--exclude-issue", "body camera", "--exclude-actor", "the NAACP", "--format", "json"]
    before = json.loads(call(ten_articles, "--format", "json").stdout_bytes)
    after = json.loads(call(ten_articles, *options).stdout_bytes)
    gone = {
        side: {r["label"] for r in before[side]} - {r["label"] for r in after[side]}
        for side in ("rows", "columns")
    }
    assert "NAACP" in gone["rows"]
    assert "body cameras" in gone["columns"]


def test_the_event_list(two_articles: Path) -> None:
    printed = call(two_articles, "--mode", "events", "--format", "csv").stdout_bytes.decode()
    rows = list(csv.DictReader(io.StringIO(printed, newline="")))
    assert len(rows) == len(statements(open_graph(two_articles)))
    assert {row["agreement"] for row in rows} == {"yes", "no"}
    (lucas, *_) = (row for row in rows if row["person"] == "Quinton Lucas")
    assert lucas["organization"] == "Kansas City"
    assert lucas["publisher"] == "KCTV"


def test_a_cell_opens_to_its_sentences(two_articles: Path) -> None:
    text = " ".join(call(two_articles, "--cell", "protesters", "police reforms").stdout.split())
    assert "protesters on police department reforms" in text
    assert "He also responded to protesters demanding accountability" in text
    rows = json.loads(
        call(two_articles, "--cell", "Lucas", "police reforms", "--format", "json").stdout_bytes
    )
    assert rows
    assert {row["actor"]["label"] for row in rows} == {"Quinton Lucas"}
    tie = call(two_articles, "--mode", "one", "--cell", "Lucas", "NAACP", "--format", "json")
    (shared,) = json.loads(tie.stdout_bytes)
    assert shared["issue"]["label"] == "police department reforms"
    assert shared["congruence"] == 0 < shared["conflict"]


def test_a_file_of_an_ending_that_no_format_has_is_not_written(
    ten_articles: Path, tmp_path: Path
) -> None:
    answer = call(ten_articles, "-o", str(tmp_path / "camps.xlsx"))
    assert isinstance(answer.exception, InputError)
    assert ".graphml" in str(answer.exception)
    assert not list(tmp_path.iterdir())
    assert call(ten_articles, "-o", str(tmp_path / "camps.txt")).exit_code == 0


@pytest.mark.parametrize("measure", ["communities", "centrality", "polarization", "activity"])
@pytest.mark.parametrize("format", ["table", "csv", "json"])
def test_measures_of_the_corpus(ten_articles: Path, measure: str, format: str) -> None:
    answer = call(ten_articles, "--measure", measure, "--format", format)
    assert answer.exit_code == 0
    if format == "table":
        assert max(map(len, answer.stdout.splitlines())) <= 100
        if measure != "activity":
            assert "Quinton Lucas" in " ".join(answer.stdout.split())
    elif format == "json":
        assert json.loads(answer.stdout_bytes)
    else:
        head, *rows = csv.reader(io.StringIO(answer.stdout_bytes.decode(), newline=""))
        assert rows and all(len(row) == len(head) for row in rows)


@pytest.mark.parametrize(
    "options",
    [
        ["--mode", "two", "--format", "csv"],
        ["--mode", "one", "--format", "graphml"],
        ["--mode", "events", "--format", "csv"],
        ["--measure", "communities"],
        ["--measure", "centrality"],
        ["--measure", "polarization"],
        ["--measure", "activity"],
    ],
)
def test_an_empty_network_is_done_and_says_so(ten_articles: Path, options: list[str]) -> None:
    answer = call(ten_articles, "--until", "1999-01-01", *options)
    assert answer.exit_code == 0
    assert "empty" in answer.stderr


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--mode", "one", "--qualifier", "combine"], InputError),
        (["--mode", "two", "--normalization", "cosine"], InputError),
        (["--mode", "events", "--format", "dl"], InputError),
        (["--mode", "events", "--measure", "activity"], InputError),
        (["--mode", "two", "--measure", "communities"], InputError),
        (["--measure", "communities", "--qualifier", "conflict"], InputError),
        (["--measure", "polarization", "--normalization", "average"], InputError),
        (["--measure", "activity", "--format", "gexf"], InputError),
        (["--measure", "centrality", "--format", "svg"], InputError),
        (["--format", "svg"], InputError),
        (["--measure", "activity", "--cell", "Lucas", "NAACP"], InputError),
        (["--mode", "one", "--cell", "Lucas", "the mayor of Kansas City"], InputError),
        (["--cell", "Lucas", "nothing of the kind"], NotFound),
        (["--exclude-issue", "nothing of the kind"], NotFound),
        (["--exclude-actor", "Nobody"], NotFound),
        (["--exclude-publisher", "KCTW"], NotFound),
        (["--since", "yesterday"], InputError),
        (["--since", "2021-01-02", "--until", "2021-01-01"], InputError),
        (["-o", "."], InputError),
        (["-o", "no/such/folder/x.csv"], InputError),
    ],
)
def test_wrong_calls(two_articles: Path, options: list[str], error: type[Exception]) -> None:
    answer = call(two_articles, *options)
    assert isinstance(answer.exception, error)
    assert answer.stdout == ""


def test_an_outlet_is_known_in_any_case(tmp_path: Path) -> None:
    build(tmp_path, [Article("a", "Ann Lee demands trams.", publisher="KCTV5")], ToyExtractor())
    whole, without = (call(tmp_path, *some) for some in ((), ("--exclude-publisher", "kctv5")))
    assert (whole.exit_code, without.exit_code) == (0, 0)
    assert "Ann Lee" in whole.stdout and "Ann Lee" not in without.stdout


def test_a_store_without_positions(tmp_path: Path) -> None:
    build(tmp_path, [Article("a", "Nothing happened.")], ToyExtractor())
    answer = call(tmp_path, "--format", "gexf")
    assert answer.exit_code == 0
    assert networkx.read_gexf(io.BytesIO(answer.stdout_bytes)).number_of_nodes() == 0


def commands() -> list[str]:
    """The commands of the page, without their comments."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("kcgraph network")]


@pytest.mark.parametrize("line", commands())
def test_the_commands_of_the_page_work(
    two_articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call(two_articles, *shlex.split(line, comments=True)[2:])
    assert answer.exit_code == 0
    assert answer.stdout or any(tmp_path.iterdir())


def test_the_python_of_the_page_works(two_articles: Path) -> None:
    code = PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    names: dict[str, object] = {"path": two_articles}
    exec(code, names)
    matrix = names["matrix"]
    assert isinstance(matrix, Matrix)
    assert matrix.ties()
