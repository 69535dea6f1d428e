"""validate, export: whether a store keeps its promises, and what is in it in other formats."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from kcgraph.cli.app import DEFAULT_STORE, StoreOption, app

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
        typer.echo(to_json(found), nl=False)
    elif not found:
        typer.echo(f"{store}: all shapes hold, every passage is in its article")
    else:
        for broken in found:
            typer.echo(f"{broken.node}: {broken.message} [{broken.rule}]")
        typer.echo(f"{store}: {len(found)} violations", err=True)
    if found:
        raise typer.Exit(NO)


@app.command()
def export(
    format: Annotated[
        Literal["nquads", "trig", "turtle", "jsonld", "graphml"],
        typer.Option("--format", help="What to write."),
    ] = "nquads",
    out: Annotated[
        str, typer.Option("--out", "-o", help="File to write; `-` is standard output.")
    ] = "-",
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Write the store in another format.

    Example: `kcgraph export --format graphml -o positions.graphml`
    """
    from kcgraph.export import export as write
    from kcgraph.store import open_graph
    from kcgraph.writing import write_file

    graph = open_graph(store)
    if out == "-":
        write(graph, format, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    write_file(lambda file: write(graph, format, file), Path(out))
