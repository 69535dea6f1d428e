"""Reading SPARQL as text: what is refused, what is bound, where it is wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store

from kcgraph.errors import InputError
from kcgraph.query import run
from kcgraph.sparql import bind, form, graphs_named, parameters, refuse_unsafe, tokens

# --- tokens -----------------------------------------------------------------------------------


@given(st.text())
def test_tokens_joined_are_the_query_again(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * {}", "SELECT"),
        ("# SELECT\nask {}", "ASK"),
        ("PREFIX a: <http://a/> BASE <http://b/> CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT"),
        ("DESCRIBE <http://a>", "DESCRIBE"),
        ("DELETE WHERE { ?s ?p ?o }", None),
        ("", None),
    ],
)
def test_form(query: str, expected: str | None) -> None:
    assert form(query) == expected


def test_graphs_named_are_resolved() -> None:
    query = """BASE <http://b/x/> PREFIX e: <http://e/>
        SELECT * FROM <http://a/g> FROM NAMED e:h FROM <y> { ?s <FROM> 'FROM <no>' } # FROM <no>"""
    assert graphs_named(query) == ["http://a/g", "http://e/h", "http://b/x/y"]


# --- what is refused --------------------------------------------------------------------------

UNSAFE = [
    "SELECT * { SERVICE <http://x/> { ?a ?b ?c } }",
    "SELECT * { service silent <http://x/> { ?a ?b ?c } }",
    "SELECT * { SERVICE ?where { ?a ?b ?c } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <http://x/> { ?a ?b ?c } } } } }",
    "ASK { ?a ?b ?c FILTER EXISTS { SERVICE <http://x/> { ?a ?b ?c } } }",
    "CONSTRUCT { ?a ?b ?c } { SERVICE <http://x/> { ?a ?b ?c } }",
    # the engine needs no white space around the word
    "SELECT * { SERVICESILENT<http://x/>{ ?a ?b ?c } }",
    "SELECT * { ?s ?p 'x'SERVICE<http://x/>{ ?a ?b ?c } }",
    "PREFIX service: <http://x/> SELECT * { service:x { ?a ?b ?c } }",
    # neither strings nor comments are still open here
    "SELECT * { ?s ?p '#' . SERVICE <http://x/> { ?a ?b ?c } }",
    "SELECT * { ?s ?p '''it's''' . SERVICE <http://x/> { ?a ?b ?c } }",
    'SELECT * { ?s ?p "\\"" . SERVICE <http://x/> { ?a ?b ?c } }',
    "SELECT * { ?s <http://x/#y> ?o . SERVICE <http://x/> { ?a ?b ?c } }",
    "SELECT * { # comment\n SERVICE <http://x/> { ?a ?b ?c } }",
    "SELECT * { # comment\r SERVICE <http://x/> { ?a ?b ?c } }",
    "INSERT DATA { <a:a> <a:b> <a:c> }",
    "PREFIX a: <a:> insert { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "DELETE WHERE { ?s ?p ?o }",
    "LOAD <http://x/>",
    "CLEAR ALL",
    "WITH <g:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
]
SAFE = [
    "SELECT * { ?s ?p 'SERVICE <http://x/> { ?a ?b ?c }' }",
    'SELECT * { ?s ?p """a "quoted" SERVICE""" }',
    "SELECT * { ?s ?p ?o } # SERVICE <http://x/>",
    "SELECT ?service { ?service schema:serviceType <http://x/service> }",
    "SELECT * { ?s ?p 'x'@en-service ; kc:LOAD ?insert }",
    "SELECT * { ?s kc:insert 'DELETE' FILTER(?o<?p && ?p > 1) }",
    "ASK { _:service ?p ?o }",
]


@pytest.mark.parametrize("query", UNSAFE)
def test_unsafe_queries_are_refused(query: str) -> None:
    with pytest.raises(InputError, match="query refused at line"):
        refuse_unsafe(query)


@pytest.mark.parametrize("query", SAFE)
def test_harmless_queries_are_not_refused(query: str) -> None:
    refuse_unsafe(query)
    run(Store(), query)


@pytest.fixture(scope="module")
def listening() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine: its address, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    server.server_close()


PIECES = st.sampled_from(
    [
        *"{}().;,<>'\"#\\?:@^&|!=-+*/_ \n",
        *["SERVICE", "service", "SILENT", "SELECT", "*", "WHERE", "FILTER", "BIND(1 AS ?b)"],
        *["<URL>", "<URL#x>", "<URL>{?a ?b ?c}", "SERVICE<URL>{}", "service:x{}", ":x", "a:b"],
        *["?s ?p ?o", "?s", "'x'", '"y"', "'''", '"""', "true", "1", "1e", "@en", "\\u0053", "%53"],
        *["{SELECT * {", "}}", "OPTIONAL{", "UNION", "EXISTS{", "VALUES ?v {", "[]", "a", "GRAPH"],
    ]
)


@settings(max_examples=600, deadline=None)
@given(pieces=st.lists(PIECES, max_size=14))
def test_nothing_that_passes_reaches_the_network(
    listening: tuple[str, list[str]], pieces: list[str]
) -> None:
    url, asked = listening
    store = Store()
    inner = "".join(pieces).replace("URL", url)
    calls = (
        f"SELECT * {{ {inner} }}",
        f"SELECT * {{ {inner} SERVICE SILENT <{url}> {{ ?a ?b ?c }} }}",
        f"SELECT * {{ {inner}SERVICE SILENT <{url}> {{ ?a ?b ?c }} # '\"\n }}",
        f"PREFIX service: <{url}> PREFIX : <{url}> SELECT * {{ SERVICE{inner} {{ ?a ?b ?c }} }}",
    )
    for query in calls:
        try:
            refuse_unsafe(query)
            list(store.query(query))
        except (InputError, SyntaxError, OSError, RuntimeError):
            pass
        assert not asked, query


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(value=WORDS)
def test_words_in_strings_and_comments_are_never_refused(value: str) -> None:
    comment = " ".join(value.splitlines())
    literal = str(Literal(value + " SERVICE " + value))
    refuse_unsafe(f"SELECT * {{ ?s ?p {literal} }} # {comment} SERVICE <x>\n")


# --- parameters -------------------------------------------------------------------------------


@given(value=st.text(st.characters(exclude_categories=["Cs"])))
@settings(deadline=None)
def test_a_bound_text_comes_back_as_it_went_in(value: str) -> None:
    for query in (
        "SELECT ?v { VALUES ?v { UNDEF } }",
        "SELECT ?v { { SELECT ?v { VALUES ?v { 'default' } } } FILTER(BOUND(?v)) }",
        "SELECT (?v AS ?w) { BIND(1 AS ?one) }",
    ):
        rows = [row[0] for row in run(Store(), query, bindings={"v": [Literal(value)]})]
        assert rows == [Literal(value)]


def test_several_values_are_alternatives() -> None:
    values = [Literal("a"), NamedNode("http://b/")]
    rows = run(Store(), "SELECT ?v { VALUES ?v { UNDEF } }", bindings={"v": values})
    assert [row[0] for row in rows] == values


@pytest.mark.parametrize(
    "query",
    [
        "ASK { FILTER(?v = 1) }",
        "ASK FROM NAMED <g:g> WHERE { FILTER(?v = 1) }",
        "SELECT ?v (EXISTS { ?v ?p ?o } AS ?there) { }",
        "CONSTRUCT { ?v a kc:Issue } WHERE { }",
        "CONSTRUCT { ?v a kc:Issue . ?v kc:x [ a ?v ] } { }",
        "CONSTRUCT WHERE { ?v a kc:Issue }",
        "DESCRIBE ?v WHERE { }",
    ],
)
def test_a_value_is_bound_in_the_where_clause_of_every_form(query: str) -> None:
    bound = bind(query, {"v": [NamedNode("http://x/")]})
    before, _, after = bound.partition("\nVALUES ?v { <http://x/> }\n")
    assert before + after == query
    assert before.endswith("{") == (query != "CONSTRUCT WHERE { ?v a kc:Issue }")
    Store().query(bound, prefixes={"kc": "http://kc/"})


def test_values_blocks_are_the_parameters() -> None:
    query = (
        "SELECT * { VALUES ?a { 1 'x } y' } VALUES (?b) { (1) } VALUES ?c {} # VALUES ?d { 1 }\n}"
    )
    assert parameters(query) == {"a": "1 'x } y'", "c": ""}


def test_a_name_that_is_no_variable_cannot_be_bound() -> None:
    with pytest.raises(InputError, match="no parameter or variable"):
        bind("SELECT * { ?s ?p ?o }", {"x": [Literal("1")]})


# --- syntax errors ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "empty"),
        ("SELECT * { ?a ?b ?c", "line 1, column 10: this '{' is not closed"),
        ("SELECT ?x WHERE { ?x ?y }", "line 1, column 25: '}'"),
        ("SELCT ?x { ?x ?y ?z }", "line 1, column 1: 'SELCT'"),
        ("SELECT *\nWHERE {\n  ?s ?p ?o .\n  FILTER(?o = )\n}", "line 4, column 15: ')'"),
        ("SELECT ?é { ?é ?p '日本' ; ?q }", "line 1, column 29: '}'"),
        ("SELECT * { ?s ?p 'open }", "line 1, column 18: this quotation mark"),
        ("SELECT * { ?s\r\n?p (1 ] }", "line 2, column 7: ']'"),
        ("SELECT * { ?s ex:y ?o }", "line 1, column 15: prefix 'ex:' is not declared"),
        ("SELECT ?x { ?x ?y ?z } LIMIT many", "line 1, column 30: 'many'"),
        ("SELECT ?x { ?x ?y ?z } ORDER BY", "line 1, column 32: the query ends too early"),
        ("SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y }", "variable that is unbound"),
        ("SELECT * { # {\n ?s ?p '}' ?o }", "line 2, column 12: '?o'"),
    ],
)
def test_syntax_errors_have_line_and_column(query: str, expected: str) -> None:
    with pytest.raises(InputError) as raised:
        run(Store(), query)
    assert expected in str(raised.value)
    assert "\n" not in str(raised.value)


@given(pieces=st.lists(PIECES, max_size=14))
@settings(deadline=None)
def test_whatever_is_wrong_is_one_short_line(pieces: list[str]) -> None:
    query = "SELECT * { " + "".join(pieces) + " }"
    try:
        run(Store(), query)
    except InputError as error:
        assert str(error).count("\n") <= query.count("\n") + 1
        assert len(str(error)) < 400
