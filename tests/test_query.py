"""kcgraph query: forms, formats, named queries, and what is said when it cannot be done."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, Store
from typer.testing import CliRunner, Result

from kcgraph.cli import ask
from kcgraph.cli.app import app
from kcgraph.errors import InputError, NotFound
from kcgraph.explain import explain
from kcgraph.names import NameIndex
from kcgraph.output import write_answer
from kcgraph.query import (
    Parameter,
    named_queries,
    named_query,
    read_named_query,
    run,
    term_of,
)
from kcgraph.store import open_graph
from kcgraph.vocab import PREFIXES


def no_names() -> NameIndex:
    return NameIndex([])


PEOPLE = "SELECT ?name { ?who a foaf:Person ; rdfs:label ?name } ORDER BY ?name"
FIVE = ["Eric Zahnd", "Henry Service", "Jean Peters Baker", "Quinton Lucas", "Rick Smith"]
SIGNATORIES = {
    "Black Rainbow",
    "NAACP",
    "National Black United Front",
    "Operation Liberation",
    "Southern Christian Leadership Council-Greater Kansas City",
    "Urban League",
    "Urban Summit",
}


@pytest.fixture(scope="module")
def two(two_articles: Path) -> Store:
    return open_graph(two_articles)


def query(store: Path, *arguments: str, stdin: str = "") -> Result:
    assert ask  # registers the commands
    return CliRunner().invoke(app, ["query", "--store", str(store), *arguments], input=stdin)


def process(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kcgraph", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
    )


# --- where a query comes from -------------------------------------------------------------------


def test_a_file_in_place_of_a_query_is_told_apart(two_articles: Path) -> None:
    done = process("query", "who-met.rq", "--store", str(two_articles))
    assert done.returncode == 2
    assert done.stderr == (
        "kcgraph: who-met.rq is a file, not a query; ask it with --file who-met.rq\n"
    )


def test_nothing_on_standard_input_is_no_query(two_articles: Path) -> None:
    done = process("query", "--store", str(two_articles), stdin=" \n")
    assert done.returncode == 2
    assert "standard input holds no query" in done.stderr
    assert "--list" in done.stderr


def test_inline(two_articles: Path) -> None:
    assert query(two_articles, PEOPLE).stdout.splitlines() == ["name", *FIVE]


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_standard_input(two_articles: Path, arguments: tuple[str, ...]) -> None:
    assert query(two_articles, *arguments, stdin=PEOPLE).stdout.splitlines() == ["name", *FIVE]


def test_file(two_articles: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.rq"
    file.write_text(PEOPLE, encoding="utf-8")
    assert query(two_articles, "--file", str(file)).stdout.splitlines() == ["name", *FIVE]


def test_a_file_with_a_byte_order_mark(two_articles: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.rq"
    file.write_text(PEOPLE, encoding="utf-8-sig")
    assert query(two_articles, "--file", str(file)).stdout.splitlines() == ["name", *FIVE]


def test_a_file_that_cannot_be_read_is_named_once(two_articles: Path, tmp_path: Path) -> None:
    (tmp_path / "latin.rq").write_bytes(b"# caf\xe9\nASK {}")
    for name, why in (("none.rq", "No such file"), (".", "Is a dir"), ("latin.rq", "UTF-8")):
        told = str(query(two_articles, "--file", str(tmp_path / name)).exception)
        assert why in told
        assert told.count(str(tmp_path)) == 1
        assert "Errno" not in told


def test_two_queries_at_once_are_refused(two_articles: Path) -> None:
    answer = query(two_articles, PEOPLE, "--name", "roles")
    assert isinstance(answer.exception, InputError)


def test_no_store(tmp_path: Path) -> None:
    done = process("query", "ASK {}", "--store", str(tmp_path / "none"))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no store here" in done.stderr


# --- formats ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile() -> Store:
    """A graph whose values try to break out of every format."""
    store = Store()
    texts = ['a,"b"\r\nc\td', "<script>&amp;</script>", "| `x` *y* |", "\\n '{}'", "日本 é 😀", ""]
    for n, text in enumerate(texts):
        store.add(Quad(NamedNode(f"http://s/{n}"), NamedNode("http://p"), Literal(text)))
    for value in (
        Literal("x", language="en"),
        Literal(7),
        Literal(True),
        NamedNode("http://o?a=b&c"),
    ):
        store.add(Quad(NamedNode("http://s/o"), NamedNode("http://p"), value))
    return store


ALL = "SELECT ?s ?o ?unbound { ?s ?p ?o } ORDER BY ?s STR(?o)"


@pytest.mark.parametrize("limit", [None, 100], ids=["engine", "limited"])
@pytest.mark.parametrize("format", ["json", "xml", "tsv"])
def test_result_formats_lose_nothing(hostile: Store, format: str, limit: int | None) -> None:
    out = io.BytesIO()
    write_answer(run(hostile, ALL), out, format=format, limit=limit)
    syntax = getattr(QueryResultsFormat, format.upper())
    parsed = pyoxigraph.parse_query_results(out.getvalue(), syntax)
    assert list(map(tuple, parsed)) == list(map(tuple, run(hostile, ALL)))


@pytest.mark.parametrize("limit", [None, 100], ids=["engine", "limited"])
def test_csv_is_read_by_a_csv_reader(hostile: Store, limit: int | None) -> None:
    out = io.BytesIO()
    write_answer(run(hostile, ALL), out, format="csv", limit=limit)
    header, *rows = csv.reader(io.StringIO(out.getvalue().decode(), newline=""))
    assert header == ["s", "o", "unbound"]
    assert rows == [[s.value, o.value, ""] for s, o, _ in run(hostile, ALL)]


@pytest.mark.parametrize("format", ["turtle", "ntriples", "jsonld", "xml"])
def test_graph_formats_lose_nothing(two_articles: Path, two: Store, format: str) -> None:
    construct = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a kc:Passage ; ?p ?o }"
    answer = query(two_articles, construct, "--format", format)
    rdflib_name = {"jsonld": "json-ld", "ntriples": "nt"}.get(format, format)
    read = rdflib.Graph().parse(data=answer.stdout_bytes, format=rdflib_name)
    passages = list(run(two, "SELECT ?exact { ?s a kc:Passage ; oa:exact ?exact }"))
    found = read.objects(None, rdflib.URIRef("http://www.w3.org/ns/oa#exact"))
    assert sorted(map(str, found)) == sorted(row[0].value for row in passages)


def test_turtle_is_the_same_each_time(two: Store) -> None:
    outs = [io.BytesIO() for _ in range(5)]
    for out in outs:
        write_answer(run(two, "DESCRIBE ?s { ?s a kc:Letter }"), out)
    assert len({out.getvalue() for out in outs}) == 1
    list(pyoxigraph.parse(outs[0].getvalue(), format=RdfFormat.TURTLE))


@pytest.mark.parametrize(
    ("format", "expected"),
    [("csv", "true"), ("table", "true"), ("tsv", "true"), ("markdown", "true")],
)
def test_ask(two_articles: Path, format: str, expected: str) -> None:
    answer = query(two_articles, "ASK { ?s a kc:Letter }", "--format", format)
    assert answer.stdout.strip() == expected


@pytest.mark.parametrize("format", ["json", "xml"])
def test_ask_in_standard_formats(two_articles: Path, format: str) -> None:
    answer = query(two_articles, "ASK { ?s a kc:Nothing }", "--format", format)
    syntax = getattr(QueryResultsFormat, format.upper())
    assert not pyoxigraph.parse_query_results(answer.stdout_bytes, syntax)


def test_table_shows_prefixed_names_and_fits_the_width(two: Store) -> None:
    out = io.BytesIO()
    answer = run(two, "SELECT ?kind ?words { ?p a ?kind ; kc:evidence/oa:exact ?words }")
    write_answer(answer, out, format="table", width=60)
    lines = out.getvalue().decode().splitlines()
    assert any("kc:Demand" in line for line in lines)
    assert max(map(len, lines)) <= 60


def test_markdown_has_one_line_for_each_row(hostile: Store) -> None:
    out = io.BytesIO()
    write_answer(run(hostile, ALL), out, format="markdown")
    lines = out.getvalue().decode().splitlines()
    assert len(lines) == 2 + 10
    assert not any("<script>" in line for line in lines)


def test_a_terminal_gets_no_control_characters() -> None:
    out = io.BytesIO()
    write_answer(run(Store(), "SELECT ('a\\u001b[31mb' AS ?x) {}"), out, format="table")
    assert b"\x1b" not in out.getvalue()


@pytest.mark.parametrize(
    ("sparql", "format", "fitting"),
    [
        ("SELECT * { ?s ?p ?o }", "turtle", "csv"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "csv", "turtle"),
        ("ASK {}", "yaml", "json"),
    ],
)
def test_a_format_that_does_not_fit(
    two_articles: Path, sparql: str, format: str, fitting: str
) -> None:
    done = process("query", sparql, "--format", format, "--store", str(two_articles))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert format in done.stderr and fitting in done.stderr
    assert not done.stdout


# --- limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "xml", "table", "markdown"])
def test_a_limit_cuts_and_says_so(two_articles: Path, format: str) -> None:
    cut = query(two_articles, PEOPLE, "--limit", "4", "--format", format)
    assert "cut after 4 rows" in cut.stderr
    assert FIVE[3] in cut.stdout and FIVE[4] not in cut.stdout
    whole = query(two_articles, PEOPLE, "--limit", "5", "--format", format)
    assert not whole.stderr
    assert FIVE[4] in whole.stdout


def test_a_runaway_query_is_stopped(two_articles: Path) -> None:
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    done = process("query", runaway, "--timeout", "0.5", "--store", str(two_articles))
    assert done.returncode == 3
    assert done.stderr.startswith("kcgraph: stopped after 0.5 s")
    assert done.stderr.count("\n") == 1


def test_a_closed_pipe_is_no_error(two_articles: Path) -> None:
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    program = [sys.executable, "-m", "kcgraph", "query", endless, "--store", str(two_articles)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout and running.stderr
        assert running.stdout.readline().strip() == b"a,b,c,d,e,f,g,h,i"
        running.stdout.close()
        assert running.wait(timeout=60) == 0
        assert running.stderr.read() == b""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="wants /proc")
def test_ten_million_rows_are_not_held_in_memory(two_articles: Path) -> None:
    digits = " ".join(map(str, range(10)))
    seven = " ".join(f"VALUES ?{name} {{ {digits} }}" for name in "abcdefg")
    for form, limit in (("csv", []), ("json", ["--limit", "10000000"])):
        call = ["query", f"SELECT * {{ {seven} }}", "--format", form, "--timeout", "0", *limit]
        program = [sys.executable, "-m", "kcgraph", *call, "--store", str(two_articles)]
        with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            assert running.stdout and running.stderr
            held = []
            for _ in range(2):
                for _ in range(5_000):
                    assert running.stdout.readline()
                status = Path(f"/proc/{running.pid}/status").read_text()
                held.append(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
            running.stdout.close()
            assert running.wait(timeout=60) == 0
            assert running.stderr.read() == b""
        assert held[1] - held[0] < 20, held  # MB


# --- explain ------------------------------------------------------------------------------------


def test_explain_puts_the_rarest_first_and_marks_what_joins_nothing(two: Store) -> None:
    steps = explain(two, "SELECT * { ?p ?any ?thing . ?who a foaf:Person ; rdfs:label ?n }")
    texts = [step.text for step in steps if step.matches is not None]
    assert [text.split("   <-")[0] for text in texts] == [
        "?who rdf:type foaf:Person",
        "?who rdfs:label ?n",
        "?p ?any ?thing",
    ]
    assert [("every row with every" in text) for text in texts] == [False, False, True]


def test_explain_counts_what_each_pattern_matches(two_articles: Path, two: Store) -> None:
    asked = "SELECT ?n { ?who a foaf:Person ; rdfs:label ?n OPTIONAL { ?who org:holds ?post } }"
    told = json.loads(query(two_articles, asked, "--explain", "--format", "json").stdout)
    assert told["seconds"] > 0
    assert told["rows"] == len(list(run(two, asked)))
    matches = {step["text"]: step["matches"] for step in told["steps"]}
    assert matches["?who rdf:type foaf:Person"] == len(FIVE)
    assert matches["columns ?n"] is None
    held = list(run(two, "SELECT * { ?who org:holds ?post }"))
    assert matches["?who org:holds ?post"] == len(held)


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("ASK { ?s a kc:Article }", "1 row"),
        ("CONSTRUCT { ?a a kc:Article } WHERE { ?a a kc:Article }", "2 rows"),
        ("SELECT ?a { ?a a kc:Article }", "2 rows"),
        ("SELECT ?a { ?a a kc:Nothing }", "0 rows"),
    ],
)
def test_explain_runs_the_query_and_tells_time_and_rows(
    two_articles: Path, asked: str, rows: str
) -> None:
    last = query(two_articles, asked, "--explain").stdout.splitlines()[-1]
    assert re.fullmatch(rf"run: \d+\.\d{{3}} s, {rows}", last)


def test_explain_of_every_shipped_query(two: Store) -> None:
    for named in named_queries().values():
        steps = explain(two, named.text)
        assert steps[0].text == "SELECT"
        assert any(step.matches for step in steps), named.name


def test_explain_looks_into_exists_and_binds_what_is_given(two_articles: Path) -> None:
    arguments = ("--name", "quotes", "--param", "who=zahnd", "--explain")
    text = query(two_articles, *arguments).stdout
    assert "VALUES ?who: 1 row" in text
    assert "NOT EXISTS" in query(two_articles, "--name", "talked-about", "--explain").stdout


@pytest.mark.parametrize(
    "arguments", [("SELECT * { ?s ?p }",), ("ASK {}", "--format", "csv"), ("DROP ALL",)]
)
def test_what_cannot_be_explained(two_articles: Path, arguments: tuple[str, ...]) -> None:
    assert isinstance(query(two_articles, *arguments, "--explain").exception, InputError)


# --- refusals and errors --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sparql",
    [
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "LOAD <http://127.0.0.1:9/>",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }",
        "SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { ?s ?p }",
    ],
)
def test_what_is_refused_exits_with_2_and_one_line(two_articles: Path, sparql: str) -> None:
    done = process("query", sparql, "--store", str(two_articles))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


def test_from_a_graph_of_the_store(two: Store) -> None:
    graph = next(
        row[0].value for row in run(two, "SELECT DISTINCT ?g { GRAPH ?g { ?s a kc:Letter } }")
    )
    everywhere = "SELECT (COUNT(DISTINCT ?article) AS ?n) { ?article a kc:Article }"
    there = everywhere.replace("{ ?", f"FROM <{graph}> {{ ?", 1)
    assert [row[0].value for row in run(two, everywhere)] == ["2"]
    assert [row[0].value for row in run(two, there)] == ["1"]


def test_own_prefixes_win(two: Store) -> None:
    own = "PREFIX foaf: <http://other/> SELECT ?s { ?s a foaf:Person }"
    assert list(run(two, own)) == []


def test_query_does_not_import_rdflib_or_spacy(two_articles: Path) -> None:
    program = (
        "import sys; from kcgraph.cli import main\n"
        f"sys.argv = ['kcgraph', 'query', 'ASK {{}}', '--store', {str(two_articles)!r}]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(sorted({'rdflib', 'spacy', 'networkx', 'numpy'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["true", "[]"], done.stderr


# --- named queries --------------------------------------------------------------------------------


def test_every_shipped_query_runs_by_itself_and_says_what_it_answers(two: Store) -> None:
    known = named_queries()
    assert len(known) >= 30
    for named in known.values():
        assert named.about.endswith("."), named.name
        assert run(two, named.text)
        bare = pyoxigraph.Store()
        list(bare.query(named.text))  # as it stands: its own prefixes, any engine


def test_every_shipped_query_has_its_rows_tested() -> None:
    elsewhere = {"graphs", "issues", "meetings", "most-quoted"}
    elsewhere |= {
        "reported-differently",
        "reprints",
        "speaking-for",
        "unsure",
    }  # test_named_queries
    assert set(named_queries()) == {case[0] for case in ROWS} | elsewhere


def rows(store: Store, name: str, **values: str) -> list[tuple[str, ...]]:
    named = named_query(name)
    bindings = named.bind(
        {key: [value] for key, value in values.items()}, lambda: NameIndex.of(store)
    )
    return [
        tuple("" if term is None else term.value.rpartition("#")[2] for term in row)
        for row in run(store, named.text, bindings=bindings)
    ]


def starts(store: Store, name: str, width: int, **values: str) -> set[tuple[str, ...]]:
    return {row[:width] for row in rows(store, name, **values)}


ROWS: list[tuple[str, dict[str, str], int, set[tuple[str, ...]]]] = [
    ("stakeholders", {"kind": "foaf:Person"}, 1, {(name,) for name in FIVE}),
    (
        "roles",
        {},
        3,
        {
            ("Quinton Lucas", "Mayor", "Kansas City"),
            ("Rick Smith", "Police Chief", "Kansas City Police Department"),
            ("Jean Peters Baker", "Prosecutor", "Jackson County"),
            ("Eric Zahnd", "Prosecuting Attorney", "Platte County"),
            ("Henry Service", "attorney", ""),
            ("Henry Service", "community activist", ""),
        },
    ),
    (
        "letters",
        {},
        2,
        {
            (signatory, recipient)
            for signatory in SIGNATORIES
            for recipient in ("Quinton Lucas", "Rick Smith", "Jean Peters Baker")
        },
    ),
    ("letters", {"signatory": "naacp", "recipient": "smith"}, 2, {("NAACP", "Rick Smith")}),
    (
        "positions-on-issue",
        {"issue": "body cameras"},
        4,
        {
            ("body cameras", "support", "people", "demand"),
            ("body cameras", "support", "community groups", "demand"),
            ("body cameras", "support", "Rick Smith", "stance"),
            ("body cameras", "support", "Eric Zahnd", "stance"),
            ("body cameras", "support", "Kansas City Police Department", "commitment"),
        },
    ),
    (
        "who-wants-what",
        {"who": "zahnd"},
        4,
        {("Eric Zahnd", "stance", "support", "body cameras")},
    ),
    (
        "demands",
        {"status": "kc:Refused"},
        3,
        {
            ("resignation of Smith", "civil rights organizations", "Refused"),
            ("resignation of Smith", "one participant", "Refused"),
        },
    ),
    (
        "open-demands",
        {"since": "2020-06-04"},
        3,
        {
            ("changes in use of force policies", "people", ""),
            ("police department reforms", "protesters", "Quinton Lucas"),
            ("weekly reports to city council", "Quinton Lucas", "chief of police"),
        },
    ),
    ("refusals", {"who": "Smith"}, 2, {("Rick Smith", "resignation of Smith")}),
    (
        "commitments",
        {"who": "Lucas"},
        3,
        {
            ("Quinton Lucas", "meeting with people", ""),
            ("Quinton Lucas", "series of changes coming to the department", "2020-06-04"),
            ("Quinton Lucas", "whistleblower protections", "2020-06-04"),
        },
    ),
    (
        "criticism",
        {},
        2,
        {("Quinton Lucas", name) for name in SIGNATORIES}
        | {
            ("Kansas City Police Department", "Henry Service"),
            ("Kansas City Police Department", "civil rights organizations"),
        },
    ),
    (
        "quotes",
        {"who": "Henry Service", "quoted": "kc:Indirect"},
        2,
        {("Henry Service", "Indirect")},
    ),
    ("acting-together", {"kind": "kc:Meeting"}, 3, {
        ("Quinton Lucas", "Rick Smith", "2"),
        ("Quinton Lucas", "community activists", "1"),
        ("Rick Smith", "community activists", "1"),
        ("Quinton Lucas", "board of police commissioners", "1"),
    }),
    ("talked-about", {}, 3, {
        ("Kansas City", "1", "Quinton Lucas"),
        ("chief of police", "1", "Quinton Lucas"),
    }),
    ("coverage", {}, 3, {("AP", "", "1"), ("KCTV", "2020-06", "1")}),
    ("unnamed-sources", {}, 1, {("civil rights organizations",), ("one participant",)}),
    ("changed-positions", {"who": "Lucas"}, 1, set()),
    (
        "changed-positions",
        {},
        3,
        {("civil rights organizations", "police department reforms", "Opposition")},
    ),
    (
        "told-by-one-outlet",
        {"who": "lucas", "outlet": "KCTV"},
        4,
        {
            ("Quinton Lucas", target, "KCTV", count)
            for target, count in (
                ("deployment of tear gas only under imminent threat", "1"),
                ("police department reforms", "2"),
                ("right to protest", "2"),
                ("series of changes coming to the department", "1"),
                ("weekly reports to city council", "1"),
                ("whistleblower protections", "1"),
            )
        },
    ),
    (
        "promises",
        {"who": "Lucas"},
        3,
        {
            ("Quinton Lucas", "meeting with people", ""),
            ("Quinton Lucas", "series of changes coming to the department", "2020-06-04"),
            ("Quinton Lucas", "whistleblower protections", "2020-06-04"),
        },
    ),
    (
        "timeline",
        {"who": "Lucas", "since": "2020-06-04", "until": "2020-06-04"},
        4,
        {
            ("2020-06-04", what, "Quinton Lucas", about)
            for what, about in (
                ("stance", "right to protest"),
                ("commitment", "series of changes coming to the department"),
                ("stance", "deployment of tear gas only under imminent threat"),
                ("commitment", "whistleblower protections"),
                ("demand", "weekly reports to city council"),
                ("stance", "police department reforms"),
            )
        },
    ),
    ("timeline", {"until": "2020-06-03"}, 1, set()),
    (
        "demanded-of",
        {"addressee": "Lucas"},
        5,
        {("Quinton Lucas", "police department reforms", "protesters", "2020-06-04", "Open")},
    ),
    (
        "owing-an-answer",
        {},
        4,
        {
            ("Quinton Lucas", "1", "2020-06-04", "police department reforms"),
            ("chief of police", "1", "2020-06-04", "weekly reports to city council"),
        },
    ),
    ("stayed-away", {}, 2, {("civil rights organizations", "Meeting")}),
    (
        "allies",
        {"who": "Zahnd"},
        4,
        {
            ("Eric Zahnd", name, "1", "body cameras")
            for name in (
                *("Kansas City Police Department", "Rick Smith"),
                *("community groups", "people"),
            )
        },
    ),
    (
        "opponents",
        {"who": "Smith"},
        4,
        {
            ("Rick Smith", name, "1", "resignation of Smith")
            for name in ("civil rights organizations", "one participant")
        },
    ),
    (
        "articles",
        {},
        6,
        {
            (
                *("", "AP", "Kansas City Police Set New Policies To Improve Interactions"),
                *("20", "14", "43"),
            ),
            ("2020-06-04", "KCTV", "", "6", "1", "15"),
        },
    ),
    ("articles", {"outlet": "KCTV"}, 2, {("2020-06-04", "KCTV")}),
    (
        "search",
        {"words": "SECURE justice"},
        4,
        {
            (
                *("Eric Zahnd", what),
                *("the cameras would help police and prosecutors secure justice", "AP"),
            )
            for what in ("position", "statement")
        },
    ),
    (
        "contested-issues",
        {},
        1,
        {
            ("meeting with people",),
            ("police department reforms",),
            ("resignation of Smith",),
        },
    ),
]  # fmt: skip


def test_contested_issues_name_both_sides(two: Store) -> None:
    sides = {row[0]: row[1:] for row in rows(two, "contested-issues")}
    assert sides["resignation of Smith"] == (
        "one participant; civil rights organizations",
        "Rick Smith",
    )


@pytest.mark.parametrize(("name", "values", "width", "expected"), ROWS)
def test_rows_of_named_queries(
    two: Store, name: str, values: dict[str, str], width: int, expected: set[tuple[str, ...]]
) -> None:
    assert starts(two, name, width, **values) == expected


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("issues", ("body cameras", "5", "0")),
        ("most-quoted", ("Quinton Lucas", "12", "3", "2")),
    ],
)
def test_rows_that_come_first_or_among_others(two: Store, name: str, row: tuple[str, ...]) -> None:
    assert row in rows(two, name)


def test_meetings_say_who_stayed_away(two: Store) -> None:
    found = {(frozenset(met.split("; ")), away) for met, away, *_ in rows(two, "meetings")}
    assert found == {
        (frozenset({"Quinton Lucas", "Rick Smith", "community activists"}), ""),
        (frozenset({"Henry Service"}), ""),
        (frozenset({"Quinton Lucas", "Rick Smith"}), "civil rights organizations"),
        (frozenset({"Quinton Lucas", "board of police commissioners"}), ""),
    }


def test_list_names_every_query_with_its_parameters(two_articles: Path) -> None:
    listed = json.loads(query(two_articles, "--list", "--format", "json").stdout)
    assert [q["name"] for q in listed] == sorted(named_queries())
    (roles,) = [q for q in listed if q["name"] == "roles"]
    assert [(p["name"], p["type"], p["default_shown"]) for p in roles["parameters"]] == [
        ("who", "stakeholder", "any")
    ]


def test_a_list_in_no_format_of_lists_is_refused(two_articles: Path) -> None:
    answer = query(two_articles, "--list", "--format", "csv")
    assert isinstance(answer.exception, InputError)


OWN = """# Who is called what.
# @param label  string   the name
# @param most   integer  how many
SELECT ?who { VALUES ?label { UNDEF } VALUES ?most { 10 } ?who rdfs:label ?label } LIMIT 5
"""


def test_own_queries_stand_beside_the_shipped_ones(
    two_articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "called.rq").write_text(OWN, encoding="utf-8")
    arguments = ("--name", "called", "--param", "label=NAACP")
    by_option = query(two_articles, "--queries", str(tmp_path), *arguments)
    assert by_option.stdout.splitlines()[1:] == ["https://w3id.org/kcgraph/id/stakeholder/naacp"]
    monkeypatch.setenv("KCGRAPH_QUERIES", str(tmp_path))
    assert query(two_articles, *arguments).stdout == by_option.stdout
    monkeypatch.delenv("KCGRAPH_QUERIES")
    folder = tmp_path / "config" / "kcgraph" / "queries"
    folder.mkdir(parents=True)
    (tmp_path / "called.rq").rename(folder / "called.rq")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert query(two_articles, *arguments).stdout == by_option.stdout


def test_a_user_without_a_home_has_the_shipped_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    assert "allies" in named_queries()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * {}", "first line must be a comment"),
        ("# @param x string\nSELECT * {}", "first line must be a comment"),
        ("# A.\n# @param x string\nSELECT * { ?x ?y ?z }", "no block VALUES"),
        ("# A.\n# @param x colour\nSELECT * { VALUES ?x { 1 } }", "type 'colour'"),
    ],
)
def test_a_named_query_that_is_not_well_formed(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "bad.rq"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_named_query(file)


def test_unknown_query_and_parameter_offer_the_known_ones(two: Store) -> None:
    with pytest.raises(NotFound, match="did you mean roles"):
        named_query("rols")
    with pytest.raises(NotFound, match="it has: who"):
        named_query("roles").bind({"whom": ["Smith"]}, lambda: NameIndex.of(two))


def test_a_folder_of_queries_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        named_queries(tmp_path / "none")


# --- values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        'a"b',
        "a'b",
        "} SERVICE <http://x/> {",
        "?x",
        "a\nb\r\tc",
        "\\",
        '"""',
        "<http://x>",
        "",
        "é😀",
    ],
)
def test_a_parameter_is_a_term_whatever_it_holds(two_articles: Path, value: str) -> None:
    answer = query(
        two_articles, "SELECT ?v { VALUES ?v { 1 } }", "--param", f"v={value}", "--format", "json"
    )
    (row,) = json.loads(answer.stdout)["results"]["bindings"]
    assert row["v"] == {"type": "literal", "value": value}


@pytest.mark.parametrize(
    ("value", "type", "expected"),
    [
        ("x", "string", Literal("x")),
        ("-7", "integer", Literal(-7)),
        ("true", "boolean", Literal(True)),
        ("kc:Open", "iri", NamedNode("https://w3id.org/kcgraph/ontology#Open")),
        ("http://x/", "iri", NamedNode("http://x/")),
        ("<http://x/>", "iri", NamedNode("http://x/")),
    ],
)
def test_typed_values(value: str, type: str, expected: object) -> None:
    assert term_of(value, Parameter("p", type, "", "UNDEF"), no_names) == expected


@pytest.mark.parametrize(
    ("value", "type"),
    [
        ("seven", "integer"),
        ("1.5", "integer"),
        ("yes", "boolean"),
        ("2020-02-30", "date"),
        ("last week", "date"),
        ("not an iri", "iri"),
        ("http://x/> } #", "iri"),
        ("\ud800", "string"),
        ("Nobody", "stakeholder"),
    ],
)
def test_values_that_are_not_of_their_type(value: str, type: str) -> None:
    with pytest.raises(InputError):
        term_of(value, Parameter("p", type, "", "UNDEF"), no_names)


def test_a_parameter_with_choices_takes_one_of_them(two_articles: Path) -> None:
    named = [query(two_articles, "--name", "stakeholders", "--param", f"kind={kind}").stdout
             for kind in ("foaf:Person", "person", PREFIXES["foaf"] + "Person")]  # fmt: skip
    assert named[0].count("\n") == len(FIVE) + 1
    assert named[0] == named[1] == named[2]
    for wrong in ("kind=foaf:Persn", "kind=Persn"):
        done = query(two_articles, "--name", "stakeholders", "--param", wrong)
        assert getattr(done.exception, "exit_code", None) == 2
        assert "choose one of: foaf:Person, org:Organization, foaf:Group" in str(done.exception)


def test_an_outlet_is_asked_back(two_articles: Path) -> None:
    found = query(two_articles, "--name", "articles", "--param", "outlet=kctv")
    assert "KCTV" in found.stdout
    done = query(two_articles, "--name", "articles", "--param", "outlet=KCTW")
    assert getattr(done.exception, "exit_code", None) == 2
    assert "did you mean 'KCTV'?" in str(done.exception)


def test_names_are_looked_up_for_parameters(two_articles: Path) -> None:
    answer = query(
        two_articles,
        "SELECT ?role { ?who org:holds/rdfs:label ?role }",
        "--param",
        "who:stakeholder=the police chief",
    )
    assert answer.stdout.splitlines() == ["role", "Police Chief"]


# --- completion -----------------------------------------------------------------------------------


def completions(words: str, store: Path | None) -> str:
    environment = os.environ | {
        "_KCGRAPH_COMPLETE": "complete_zsh",
        "_TYPER_COMPLETE_ARGS": words,
        "KCGRAPH_STORE": str(store or "nowhere"),
    }
    program = "from kcgraph.cli import main; import sys; sys.argv = ['kcgraph']; main()"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment
    )
    assert done.stderr == ""
    return done.stdout


def test_the_shell_completes_names_of_the_store(two_articles: Path) -> None:
    assert "zahnd" in completions("kcgraph who zah", two_articles)
    assert "body cameras" in completions("kcgraph demands --issue bod", two_articles)
    assert "positions-on-issue" in completions("kcgraph query --name posi", two_articles)


def test_completion_is_silent_without_a_store() -> None:
    assert "ahnd" not in completions("kcgraph who zah", None)
