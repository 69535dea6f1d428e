"""What several commands share: date range, completion of names, output whatever the locale is."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kcgraph.cli.app import DEFAULT_STORE
from kcgraph.errors import InputError, KcgraphError

if TYPE_CHECKING:
    from kcgraph.store import Reader

Since = Annotated[
    str | None, typer.Option(help="From this day on (YYYY-MM-DD); what has no date is left out.")
]
Until = Annotated[
    str | None, typer.Option(help="Up to this day (YYYY-MM-DD); what has no date is left out.")
]


def check_range(since: str | None, until: str | None) -> None:
    """Raises InputError if a date is malformed or the range ends before it begins."""
    from kcgraph.query import check_date

    for option, value in (("--since", since), ("--until", until)):
        if value is not None:
            check_date(value, option)
    if since and until and since > until:
        raise InputError(f"--since {since} is later than --until {until}")


def complete_stakeholder(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Stakeholders of the store whose name begins so."""
    return _completions(ctx, incomplete, "stakeholder")


def complete_issue(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Issues of the store whose label begins so."""
    return _completions(ctx, incomplete, "issue")


def _completions(ctx: typer.Context, incomplete: str, what: str) -> list[tuple[str, str]]:
    """Names that begin so, with their roles; none if there is no store to ask."""
    from kcgraph.names import STAKEHOLDERS, kept_names
    from kcgraph.store import open_reader

    kinds = frozenset(("issue",)) if what == "issue" else STAKEHOLDERS
    store = ctx.params.get("store") or os.environ.get("KCGRAPH_STORE") or DEFAULT_STORE
    try:
        found = kept_names(open_reader(Path(store))).completions(incomplete, kinds)
    except KcgraphError:
        return []
    return [(value, str(thing)) for value, thing in found]


def opened(store: Path) -> Reader:
    """The store at `store`, for reading; says so if articles wait to be built into it."""
    from kcgraph.store import open_reader, pending

    found = open_reader(store)
    waiting = pending(store)
    if waiting:
        some = "1 article is" if waiting == 1 else f"{waiting:,} articles are"
        say(
            f"kcgraph: {some} read but not in the graph, since a build was interrupted;"
            " run it again"
        )
    return found


def check_file(out: str) -> None:
    """Raises InputError if no file can be written to the path `out`."""
    if os.path.isdir(out):  # noqa: PTH112 - never raises, unlike is_dir
        raise InputError(f"{out}: is a folder; name a file in it")
    folder = os.path.dirname(out)  # noqa: PTH120
    if folder and not os.path.isdir(folder):  # noqa: PTH112
        raise InputError(f"{folder}: no such folder; make it first")


def terminal_width() -> int:
    """Columns of the terminal; 100 where standard output is none."""
    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100


def say(line: str) -> None:
    """To standard error: what is no data."""
    from kcgraph.output import printable

    sys.stderr.write(printable(line) + "\n")


def print_line(line: str) -> None:
    """To standard output, for the eye: without what a terminal would obey."""
    from kcgraph.output import printable

    print_text(printable(line) + "\n")


def print_text(text: str) -> None:
    """To standard output, in UTF-8 whatever the machine's encoding is."""
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
