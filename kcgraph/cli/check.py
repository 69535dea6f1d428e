"""validate, export: whether a store keeps its promises, and what is in it in other formats."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from kcgraph.cli.app import DEFAULT_STORE, StoreOption, app
from kcgraph.cli.shared import check_file, opened, print_line, print_text, say
from kcgraph.errors import InputError

NO = 1  # exit status: the answer is "no"


@app.command()
def validate(
    store: StoreOption = DEFAULT_STORE,
    format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How to print it.")
    ] = "text",
) -> None:
    """Check that the store has the shape it promises and that every passage is in its article.

    Example: `kcgraph validate`

    Exit status 1 says that it does not.
    """
    from kcgraph.output import to_json
    from kcgraph.shapes import violations
    from kcgraph.store import open_graph

    found = violations(open_graph(store))
    if format == "json":
        print_text(to_json(found))
    elif not found:
        print_line(f"{store}: all shapes hold, every passage is in its article")
    else:
        for broken in found:
            print_line(f"{broken.node}: {broken.message} [{broken.rule}]")
        say(f"{store}: {len(found)} violations")
    if found:
        raise typer.Exit(NO)


@app.command()
def export(
    format: Annotated[
        Literal[
            "nquads",
            "trig",
            "turtle",
            "rdfxml",
            "jsonld",
            "nanopub",
            "graphml",
            "gexf",
            "cytoscape",
            "pajek",
            "csv",
            "neo4j",
            "ftm",
            "bibtex",
            "csl",
        ],
        typer.Option("--format", help="What to write; csv and neo4j are folders of files."),
    ] = "nquads",
    out: Annotated[
        str,
        typer.Option("--out", "-o", help="File or folder to write; `-` is standard output."),
    ] = "-",
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Write the store in another format.

    Example: `kcgraph export --format graphml -o positions.graphml`
    """
    from kcgraph.export import FOLDERS, OF_POSITIONS, export_folder
    from kcgraph.export import export as write
    from kcgraph.paths.kept import kept_claims
    from kcgraph.writing import write_file

    if format in FOLDERS and out == "-":
        raise InputError(f"{format} is several files; name a folder for them: -o FOLDER")
    if format not in FOLDERS and out != "-":
        check_file(out)
    reader = opened(store)
    graph, claims = reader.graph, kept_claims(reader) if format in OF_POSITIONS else None
    if format in FOLDERS:
        for file in export_folder(graph, format, Path(out), claims=claims):
            say(f"kcgraph: wrote {file}")
        return
    if out == "-":
        write(graph, format, sys.stdout.buffer, claims=claims)
        sys.stdout.buffer.flush()
        return
    write_file(lambda file: write(graph, format, file, claims=claims), Path(out))
    say(f"kcgraph: wrote {out}")
