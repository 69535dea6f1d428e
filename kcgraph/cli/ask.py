"""query, who, demands, path: the commands that ask a store."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kcgraph.cli.app import DEFAULT_STORE, StoreOption, app
from kcgraph.cli.shared import (
    Since,
    Until,
    check_range,
    complete_issue,
    complete_stakeholder,
    opened,
    print_text,
    say,
    terminal_width,
)
from kcgraph.errors import InputError, KcgraphError

if TYPE_CHECKING:
    from pyoxigraph import Store

    from kcgraph.boards import Page
    from kcgraph.query import NamedQuery
    from kcgraph.sparql import Term

PageFormat = Annotated[
    Literal["table", "markdown", "html", "json"], typer.Option("--format", help="How to print it.")
]


def _complete_query(incomplete: str) -> list[tuple[str, str]]:
    from kcgraph.query import named_queries

    try:
        known = named_queries().values()
    except KcgraphError:
        return []
    return [(query.name, query.about) for query in known if query.name.startswith(incomplete)]


# --- query --------------------------------------------------------------------------------------


@app.command()
def query(
    sparql: Annotated[
        str | None, typer.Argument(help="The query; '-' or nothing reads standard input.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="Read the query from this file.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", "-n", help="A named query.", autocompletion=_complete_query),
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param", "-p", help="NAME=VALUE, or NAME:TYPE=VALUE; repeat for more values."
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            help="table, csv, tsv, json, xml, markdown; of CONSTRUCT and DESCRIBE turtle, "
            "ntriples, jsonld, xml. Default: table on a terminal, else csv; turtle."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="Print at most so many rows, and say if it cut.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0, help="Seconds until the query is stopped; 0: never.")
    ] = 60.0,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Print its steps, how many triples match each pattern, its seconds and its"
            " number of rows, in place of the answer; as json {steps, seconds, rows}.",
        ),
    ] = False,
    queries: Annotated[
        list[Path] | None,
        typer.Option(
            help="A folder of own named queries, *.rq (also: KCGRAPH_QUERIES, and "
            "~/.config/kcgraph/queries)."
        ),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the named queries.")] = False,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Ask in SPARQL: SELECT, ASK, CONSTRUCT or DESCRIBE.

    Common prefixes (kc, org, foaf, skos, dcterms, oa, prov, ...) need no declaration, and the
    default graph is the union of all graphs. Nothing is ever changed or fetched: updates, LOAD and
    SERVICE are refused.

    Examples:

        kcgraph query 'SELECT ?name { ?who a kc:Stakeholder ; rdfs:label ?name }'

        kcgraph query --name positions-on-issue --param issue='body cameras'

        kcgraph query --list
    """
    if list_:
        _list_queries(queries or [], format)
        return
    from kcgraph.names import kept_names
    from kcgraph.output import write_answer
    from kcgraph.query import run

    text, named = _query_text(sparql, file, name, queries or [])
    values = _parameters(param or [])
    reader = opened(store)
    graph = reader.graph
    bindings = named.bind(values, lambda: kept_names(reader))
    if explain:
        with _stopped_after(timeout):
            _print_steps(graph, text, bindings, format)
        return
    with _stopped_after(timeout):
        cut = write_answer(
            run(graph, text, bindings=bindings),
            sys.stdout.buffer,
            format=format,
            limit=limit,
            terminal=sys.stdout.isatty(),
            width=terminal_width(),
        )
        sys.stdout.buffer.flush()
    if cut is not None:
        say(f"kcgraph: cut after {cut} rows; --limit N sets how many are printed")


def _print_steps(
    graph: Store, text: str, bindings: dict[str, list[Term]], format: str | None
) -> None:
    from kcgraph.explain import explain, measure
    from kcgraph.output import printable, to_json

    if format not in (None, "table", "json"):
        raise InputError(f"--explain prints a table or json, not {format!r}")
    steps = explain(graph, text, bindings=bindings)
    if format == "json":
        took = measure(graph, text, bindings=bindings)
        print_text(to_json({"steps": steps, "seconds": took.seconds, "rows": took.rows}))
        return
    lines = ["triples that match  step"]
    for step in steps:
        matches = "" if step.matches is None else f"{step.matches:,}"
        lines.append(f"{matches:>19}  {'  ' * step.depth}{step.text}")
    print_text(printable("\n".join(lines)) + "\n")
    sys.stdout.flush()  # if it is stopped, the steps say where it hung
    took = measure(graph, text, bindings=bindings)
    print_text(f"run: {took.seconds:.3f} s, {took.rows:,} row{'' if took.rows == 1 else 's'}\n")


def _list_queries(folders: list[Path], format: str | None) -> None:
    from kcgraph.output import Table, to_json
    from kcgraph.query import named_queries

    if format not in (None, "table", "json"):
        raise InputError(f"--list prints a table or json, not {format!r}")
    known = list(named_queries(*folders).values())
    if format == "json":
        print_text(to_json(known_query_rows(known)))
        return
    rows = [
        (
            q.name,
            q.about,
            "\n".join(f"{p.name}: {p.type} = {p.default_shown}" for p in q.parameters),
        )
        for q in known
    ]
    print_text(Table(("name", "what it answers", "parameters"), rows).text(terminal_width()))


def known_query_rows(known: list[NamedQuery]) -> list[dict[str, object]]:
    """Named queries as JSON objects: without their text and where it is kept."""
    return [{"name": q.name, "about": q.about, "parameters": list(q.parameters)} for q in known]


def _query_text(
    sparql: str | None, file: Path | None, name: str | None, folders: list[Path]
) -> tuple[str, NamedQuery]:
    """The text of the one query that was given, and its parameters."""
    from kcgraph.query import loose_query, named_query
    from kcgraph.resources import read_text

    if sum(given is not None for given in (sparql, file, name)) > 1:
        raise InputError("give one query: as an argument, with --file, or with --name")
    if name is not None:
        named = named_query(name, *folders)
        return named.text, named
    if file is not None:
        text = read_text(file)
    elif sparql is not None and sparql != "-":
        if sparql.endswith((".rq", ".sparql")) and not sparql.split()[1:]:
            raise InputError(f"{sparql} is a file, not a query; ask it with --file {sparql}")
        text = sparql
    elif sparql is None and sys.stdin.isatty():
        raise InputError("no query; give one as an argument, with --file or --name, or see --list")
    else:
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
        if not text.strip():
            raise InputError(
                "standard input holds no query; give one as an argument, with --file or --name, "
                "or see --list"
            )
    return text, loose_query(text)


def _parameters(given: list[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise InputError(f"--param {one!r}: expected NAME=VALUE")
        values.setdefault(name.lstrip("?$"), []).append(value)
    return values


@contextlib.contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """Ends the process if the block takes longer, with exit status 3.

    The engine can be neither interrupted nor cancelled, but it works without Python's lock: another
    thread can end the process, and so can Ctrl-C if Python leaves the signal alone. Nothing is
    being written that this could spoil.
    """

    def stop() -> None:
        sys.stderr.write(
            f"kcgraph: stopped after {seconds:g} s; narrow the query or raise --timeout\n"
        )
        sys.stderr.flush()
        os._exit(3)

    watchdog = threading.Timer(seconds, stop)
    watchdog.daemon = True
    if seconds:
        watchdog.start()
    before = None
    if threading.current_thread() is threading.main_thread():
        before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        watchdog.cancel()
        if before is not None:
            signal.signal(signal.SIGINT, before)


# --- who, demands, path -------------------------------------------------------------------------


@app.command()
def who(
    name: Annotated[
        str,
        typer.Argument(help="Any form of the name.", autocompletion=complete_stakeholder),
    ],
    most: Annotated[
        int,
        typer.Option(
            min=0,
            help="Allies and opponents to tell with their sentences, and issues of each; 0: all.",
        ),
    ] = 20,
    format: PageFormat = "table",
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Print the dossier of a person, organization or group, every line with its sentence.

    Examples:

        kcgraph who Lucas

        kcgraph who "the police chief" --format html > chief.html
    """
    from kcgraph.boards import dossier_page
    from kcgraph.dossier import dossier_from
    from kcgraph.output import to_json
    from kcgraph.paths.kept import kept_claims

    claims = kept_claims(opened(store))
    one = claims.names.find(name).iri
    found = dossier_from(claims, claims.columns, one, most=most)
    print_text(to_json(found) if format == "json" else _drawn(dossier_page(found), format))


@app.command()
def demands(
    issue: Annotated[
        str | None, typer.Option(help="On this issue only.", autocompletion=complete_issue)
    ] = None,
    holder: Annotated[
        str | None, typer.Option(help="Made by these only.", autocompletion=complete_stakeholder)
    ] = None,
    addressee: Annotated[
        str | None, typer.Option(help="Made of these only.", autocompletion=complete_stakeholder)
    ] = None,
    status: Annotated[
        Literal["open", "answered", "refused"] | None, typer.Option(help="In this state only.")
    ] = None,
    since: Since = None,
    until: Until = None,
    format: Annotated[
        Literal["table", "markdown", "html", "json", "csv"], typer.Option(help="How to print it.")
    ] = "table",
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Print every demand: by whom, of whom, since when, and who answered or refused it.

    Examples:

        kcgraph demands --status open

        kcgraph demands --issue "body cameras" --format html > cameras.html
    """
    from kcgraph.boards import demand_board, demand_table
    from kcgraph.demands import demands as board_of
    from kcgraph.output import to_json
    from kcgraph.paths.kept import kept_claims

    check_range(since, until)
    claims = kept_claims(opened(store))
    names = claims.names
    board = board_of(
        claims.store,
        issue=names.find(issue, {"issue"}).iri if issue is not None else None,
        holder=names.find(holder).iri if holder is not None else None,
        addressee=names.find(addressee).iri if addressee is not None else None,
        status=status,
        since=since,
        until=until,
        claims=claims,
    )
    if format == "json":
        print_text(to_json(board))
    elif format == "csv":
        print_text(demand_table(board).csv())
    else:
        print_text(_drawn(demand_board(board), format))


@app.command()
def path(
    source: Annotated[
        str, typer.Argument(metavar="A", help="A name.", autocompletion=complete_stakeholder)
    ],
    target: Annotated[
        str, typer.Argument(metavar="B", help="A name.", autocompletion=complete_stakeholder)
    ],
    k: Annotated[int, typer.Option("--k", "-k", min=1, help="How many paths.")] = 3,
    through: Annotated[
        Literal["people", "issues", "all"],
        typer.Option(help="What may lie between: stakeholders, shared issues, or both."),
    ] = "people",
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Only ties of this kind (met, co-signed, criticizes, ...); repeatable."),
    ] = None,
    allies: Annotated[
        bool,
        typer.Option("--allies", help="Only ties of allies: co-signed, backs, agrees."),
    ] = False,
    min_articles: Annotated[
        int,
        typer.Option(
            min=1, help="Only ties that so many articles tell; of an agreement, each side."
        ),
    ] = 1,
    max_hops: Annotated[int | None, typer.Option(min=1, help="At most so many hops.")] = None,
    since: Since = None,
    until: Until = None,
    format: PageFormat = "table",
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Print how A is connected with B, every hop with the sentence it rests on.

    A hop is something that an article says of two: they met, signed one letter, one criticized the
    other or demanded something of them, both back the same measure. Exit status 1 if there is none.

    Examples:

        kcgraph path "Eric Zahnd" NAACP

        kcgraph path Lucas Smith --kind met --format json
    """
    from kcgraph.boards import no_path_line, path_page
    from kcgraph.claims import named_ref
    from kcgraph.output import to_json
    from kcgraph.paths import Wishes, find_paths
    from kcgraph.paths.kept import kept_claims
    from kcgraph.ties import FRIENDLY

    check_range(since, until)
    if allies and kind:
        raise InputError("give --allies or --kind, not both: --allies is a choice of kinds")
    claims = kept_claims(opened(store))
    one, other = (named_ref(claims.names.find(name)) for name in (source, target))
    found = find_paths(
        claims.store,
        one.iri,
        other.iri,
        k=k,
        wishes=Wishes(
            through,
            frozenset(FRIENDLY if allies else kind or ()),
            since,
            until,
            min_articles,
            max_hops,
        ),
        claims=claims,
    )
    if format == "json":
        print_text(
            to_json({"source": one, "target": other, "paths": found.paths, "none": found.none})
        )
    elif found.paths:
        print_text(_drawn(path_page(one, other, found.paths), format))
    if found.none:
        undated = "; --since and --until leave out what has no date" if since or until else ""
        say(f"kcgraph: {no_path_line(one, other, found.none)}{undated}")
        raise typer.Exit(1)


def _drawn(page: Page, format: str) -> str:
    if format == "markdown":
        return page.markdown()
    if format == "html":
        from kcgraph.boards import html

        return html(page)
    return page.text(terminal_width(), colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ)
