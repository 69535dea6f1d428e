"""`kcgraph network`: discourse networks, their measures, and the sentences behind a cell."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kcgraph.cli.app import DEFAULT_STORE, StoreOption, app
from kcgraph.cli.shared import (
    Since,
    Until,
    check_file,
    check_range,
    complete_issue,
    complete_stakeholder,
    opened,
    print_text,
    say,
    terminal_width,
)
from kcgraph.errors import InputError

if TYPE_CHECKING:
    from kcgraph.names import NameIndex
    from kcgraph.network import Choice, Statement

_SUFFIXES = {f".{name}": name for name in ("csv", "json", "graphml", "gexf", "dl", "svg")} | {
    ".net": "pajek"
}
_MEASURED_IN = {"communities": "one", "centrality": "one"}  # the others are of the statements


@app.command()
def network(
    mode: Annotated[
        Literal["one", "two", "events"] | None,
        typer.Option(
            help="one: actor by actor; two: actor by issue; events: the list of statements. "
            "Default: two; one for communities and centrality."
        ),
    ] = None,
    actors: Annotated[
        Literal["person", "organization", "both"],
        typer.Option(
            help="Who the statements count for: persons; organizations, also for their members; "
            "or each holder under its own name."
        ),
    ] = "both",
    qualifier: Annotated[
        Literal["ignore", "combine", "congruence", "conflict", "subtract"] | None,
        typer.Option(
            help="What becomes of yes and no. Mode two: ignore, combine (1 yes, 2 no, 3 both), "
            "subtract (default). Mode one: ignore, congruence (default), conflict, subtract."
        ),
    ] = None,
    normalization: Annotated[
        Literal[
            "none",
            "activity",
            "prominence",
            "average",
            "jaccard",
            "cosine",
            "dna-jaccard",
            "dna-cosine",
        ],
        typer.Option(
            help="Mode two: activity, prominence. Mode one: average, jaccard, cosine; dna-jaccard "
            "and dna-cosine as Discourse Network Analyzer defines them."
        ),
    ] = "none",
    duplicates: Annotated[
        Literal["include", "document", "week", "month", "year", "acrossrange"],
        typer.Option(help="Count all statements, or one of each kind per document, week, ..."),
    ] = "include",
    since: Since = None,
    until: Until = None,
    exclude_issue: Annotated[
        list[str] | None,
        typer.Option(help="Leave this issue out; repeatable.", autocompletion=complete_issue),
    ] = None,
    exclude_actor: Annotated[
        list[str] | None,
        typer.Option(
            help="Leave what this one says out; repeatable.", autocompletion=complete_stakeholder
        ),
    ] = None,
    exclude_publisher: Annotated[
        list[str] | None, typer.Option(help="Leave this outlet out; repeatable.")
    ] = None,
    reprints: Annotated[
        Literal["include", "once"],
        typer.Option(help="once: what several articles have in the same words counts once."),
    ] = "include",
    isolates: Annotated[
        bool, typer.Option("--isolates", help="Keep actors and issues of which nothing counts.")
    ] = False,
    measure: Annotated[
        Literal["communities", "centrality", "polarization", "activity"] | None,
        typer.Option(help="Print this of the network, instead of the network."),
    ] = None,
    window: Annotated[
        Literal["events", "days", "weeks", "months", "years"] | None,
        typer.Option(
            help="A network for each of many overlapping windows of time, in these units."
        ),
    ] = None,
    window_size: Annotated[
        int, typer.Option(min=1, help="How many units a window of time has.")
    ] = 1,
    seed: Annotated[int, typer.Option(min=0, help="For communities and betweenness.")] = 0,
    cell: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="A B",
            help="Print the sentences behind a cell: actor A and issue B, or actor B in mode one.",
        ),
    ] = None,
    format: Annotated[
        Literal["table", "csv", "json", "graphml", "gexf", "dl", "pajek", "svg"] | None,
        typer.Option(
            help="Default: as the name of the file ends, else table. svg: the bars of activity."
        ),
    ] = None,
    out: Annotated[
        str,
        typer.Option(
            "--out",
            "-o",
            help="File to write; for windows in a format for graphs, the folder of their files."
            " `-` is standard output.",
        ),
    ] = "-",
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Print a discourse network: who says yes or no to what, or who agrees with whom.

    The definitions are those of Discourse Network Analyzer 3 (Leifeld); see docs/networks.md.

    Examples:

        kcgraph network --mode two --actors organization --format csv -o affiliation.csv

        kcgraph network --mode one --qualifier congruence --normalization average -o camps.graphml

        kcgraph network --measure communities --normalization average

        kcgraph network --mode one --cell "Quinton Lucas" "Rick Smith"

        kcgraph network --mode one --window months --window-size 3 --format csv
    """
    from kcgraph.names import kept_names
    from kcgraph.network import Choice, counted, statements
    from kcgraph.paths.kept import kept_claims

    format = format or _format_of(out)  # type: ignore[assignment]
    check_range(since, until)
    _check_together(measure, cell, mode, qualifier, normalization, str(format))
    if window and (measure or cell or mode == "events"):
        raise InputError("--window makes networks; it goes with --mode one or two, not with others")
    in_folder = window is not None and format not in ("table", "csv", "json")
    if in_folder and out == "-":
        raise InputError(
            f"--window gives a {format} file for each window; name a folder: -o FOLDER"
        )
    if out != "-" and not in_folder:
        check_file(out)
    if window and format == "table" and Path(out).is_file():
        raise InputError(f"{out}: is there; name a new file, or one that ends in .csv or .json")
    reader = opened(store)
    names = kept_names(reader)
    choice = Choice(
        mode=mode or _MEASURED_IN.get(measure or "", "two"),
        qualifier=qualifier,
        normalization=normalization,
        duplicates=duplicates,
        since=since,
        until=until,
        exclude_issues=_iris(names, exclude_issue, {"issue"}),
        exclude_actors=_iris(names, exclude_actor, None),
        exclude_publishers=frozenset(map(names.outlet, exclude_publisher or ())),
        isolates=isolates,
        reprints_once=reprints == "once",
    )
    # sentences are what takes time to read
    worded = choice.mode == "events" or cell is not None or choice.reprints_once
    corpus = statements(reader.graph, actors, evidence=worded, claims=kept_claims(reader, names))
    found = counted(corpus, choice)
    if window is not None:
        _write_windows(corpus, choice, window, window_size, str(format), out, in_folder)
        return
    if cell is not None:
        parts: Iterable[str] = [_cell(found, choice, cell, names, str(format))]
    elif measure is not None:
        parts = [_measured(corpus, found, choice, measure, seed, str(format))]
    else:
        parts = _network(corpus, found, choice, str(format))
    if not found:
        say("kcgraph: no statement on an issue counts here; the network is empty")
    _write(parts, out)


def _format_of(out: str) -> str:
    """The format that the ending of a file's name stands for; a name without one is of a table.

    Raises InputError for an ending that stands for none.
    """
    ending = Path(out).suffix.casefold()
    if ending in ("", ".txt"):
        return "table"
    if ending not in _SUFFIXES:
        known = ", ".join(sorted(_SUFFIXES))
        raise InputError(f"{out}: no format has that ending; give --format, or one of {known}")
    return _SUFFIXES[ending]


def _iris(names: NameIndex, asked: list[str] | None, kinds: set[str] | None) -> frozenset[str]:
    """The IRIs of what was asked for by name."""
    find = names.find if kinds is None else lambda name: names.find(name, kinds)
    return frozenset(find(name).iri for name in asked or ())


def _write_windows(
    corpus: list[Statement],
    choice: Choice,
    unit: str,
    size: int,
    format: str,
    out: str,
    in_folder: bool,
) -> None:
    from kcgraph.network import networks_over_time
    from kcgraph.network.formats import network_parts, windows_text

    found = networks_over_time(corpus, choice, unit, size)
    combined = choice.side_taking == "combine"
    if not found:
        say("kcgraph: no window of that size fits between the dates")
    if not in_folder:
        _write([windows_text(found, format, combined=combined, width=terminal_width())], out)
        return
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be a folder ({error.strerror})") from error
    for number, (window, matrix) in enumerate(found, 1):
        suffix = "net" if format == "pajek" else format
        name = f"{number:05}-{window.start}-{window.end}.{suffix}"
        _write(network_parts(matrix, format, combined=combined), str(folder / name))


def _check_together(
    measure: str | None,
    cell: tuple[str, str] | None,
    mode: str | None,
    qualifier: str | None,
    normalization: str,
    format: str,
) -> None:
    if measure and cell:
        raise InputError("give --measure or --cell, not both")
    if mode == "events" and (measure or cell):
        raise InputError("--mode events lists statements; --measure and --cell need a network")
    if format in ("graphml", "gexf", "dl", "pajek") and (measure or cell or mode == "events"):
        what = "--mode events" if mode == "events" else "--measure" if measure else "--cell"
        raise InputError(f"format {format!r} does not fit {what}; choose table, csv or json")
    if format == "svg" and measure != "activity":
        raise InputError("format 'svg' is a bar chart; use it with --measure activity")
    if measure in ("polarization", "activity") and (mode or qualifier or normalization != "none"):
        raise InputError(
            f"--measure {measure} is of the statements; leave out --mode, --qualifier and"
            " --normalization"
        )
    if _MEASURED_IN.get(measure or "") and mode == "two":
        raise InputError(f"--measure {measure} is of actors and actors; use --mode one")
    if measure == "communities" and qualifier == "conflict":
        raise InputError("communities agree; use --qualifier congruence, ignore or subtract")


def _network(
    corpus: list[Statement], found: list[Statement], choice: Choice, format: str
) -> Iterable[str]:
    from kcgraph.network import network as network_of
    from kcgraph.network.formats import events_text, network_parts

    if choice.mode == "events":
        return [events_text(found, format, width=terminal_width())]
    combined = choice.side_taking == "combine"
    return network_parts(
        network_of(corpus, choice), format, combined=combined, width=terminal_width()
    )


def _measured(
    corpus: list[Statement],
    found: list[Statement],
    choice: Choice,
    measure: str,
    seed: int,
    format: str,
) -> str:
    from kcgraph.network import measures, reports
    from kcgraph.network import network as network_of

    width = terminal_width()
    if format == "svg":
        from kcgraph.network.chart import activity_svg

        return activity_svg(measures.activity(found))
    if measure == "activity":
        return reports.activity_text(measures.activity(found), format, width)
    if measure == "polarization":
        return reports.polarization_text(measures.polarization(found), format, width)
    matrix = network_of(corpus, choice)
    if measure == "centrality":
        return reports.centrality_text(measures.centrality(matrix, seed=seed), format, width)
    return reports.communities_text(measures.communities(matrix, seed=seed), format, width)


def _cell(
    found: list[Statement],
    choice: Choice,
    cell: tuple[str, str],
    names: NameIndex,
    format: str,
) -> str:
    from kcgraph.claims import named_ref
    from kcgraph.network.cell import between, on_issue
    from kcgraph.network.reports import cell_text, tie_text

    a = named_ref(names.find(cell[0]))
    if choice.mode == "two":
        b = named_ref(names.find(cell[1], {"issue"}))
        return cell_text(a, b, on_issue(found, a.iri, b.iri), format, terminal_width())
    b = named_ref(names.find(cell[1]))
    if a == b:
        raise InputError(f"--cell: both names are {a.label}; an actor has no tie with itself")
    return tie_text(a, b, between(found, a.iri, b.iri), format, terminal_width())


def _write(parts: Iterable[str], out: str) -> None:
    if out == "-":
        for part in parts:
            print_text(part)
        return
    from kcgraph.writing import write_file

    write_file(
        lambda file: file.writelines(part.encode("utf-8", "replace") for part in parts), Path(out)
    )
    sys.stderr.write(f"kcgraph: wrote {out}\n")
