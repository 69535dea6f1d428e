"""The typer application and the options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import kcgraph

app = typer.Typer(
    name="kcgraph",
    help="Newspaper articles about civic disputes in; who wants what, and where it says so, out.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

StoreOption = Annotated[
    Path,
    typer.Option(
        "--store",
        envvar="KCGRAPH_STORE",
        help="Folder of the store.",
        show_default=True,
        file_okay=False,
    ),
]
DEFAULT_STORE = Path("kcgraph-store")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"kcgraph {kcgraph.__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass
