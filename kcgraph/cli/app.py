"""The typer application and the options that commands share."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

import kcgraph


class _OneLineErrors(TyperGroup):
    """Says what is wrong with a call in one line, as of all other errors, not in a box."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        with _one_line():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        with _one_line():
            return super().invoke(ctx)


@contextlib.contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except TyperException as error:
        from kcgraph.output import printable

        message = " ".join(error.format_message().replace("Value error, ", "").split())
        context = getattr(error, "ctx", None)
        if not message or context is None or type(error).__name__ == "NoArgsIsHelpError":
            raise
        command = f"kcgraph {context.info_name}" if context.parent else "kcgraph"
        message = message[0].lower() + message[1:].rstrip(".")
        sys.stderr.write(printable(f"kcgraph: {message}; see {command} --help") + "\n")
        sys.exit(error.exit_code)


app = typer.Typer(
    name="kcgraph",
    cls=_OneLineErrors,
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
