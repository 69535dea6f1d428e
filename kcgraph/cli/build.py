"""build, extract, info: the commands that make a store, read one article, and say what is there."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kcgraph.cli.app import DEFAULT_STORE, StoreOption, app
from kcgraph.cli.reader import Reader, takes_reader
from kcgraph.cli.shared import print_line, print_text, say
from kcgraph.errors import InputError

if TYPE_CHECKING:
    from kcgraph.annotations import Annotated as AnnotatedArticle
    from kcgraph.build import Progress, Summary
    from kcgraph.read import Metadata, Notice, Problem, Result

_READING = "Reading"
Date = Annotated[
    str | None,
    typer.Option(
        help="Date of the articles (YYYY-MM-DD), whatever they say themselves.",
        rich_help_panel=_READING,
    ),
]
Publisher = Annotated[
    str | None, typer.Option(help="Who published the articles.", rich_help_panel=_READING)
]
Url = Annotated[
    str | None, typer.Option(help="Where the article stands on the web.", rich_help_panel=_READING)
]
Field = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        metavar="NAME=KEY",
        help="Key of JSON records that holds an article's text, title, date, publisher, url or id,"
        " such as `text=fields.bodyText`; may be repeated.",
        rich_help_panel=_READING,
    ),
]
TextOrJson = Annotated[Literal["text", "json"], typer.Option("--format", help="How to print it.")]


@app.command()
@takes_reader
def build(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Files and folders of articles, or coded databases of Discourse Network Analyzer"
            " (.dna); `-` is standard input."
        ),
    ],
    store: StoreOption = DEFAULT_STORE,
    from_records: Annotated[
        bool,
        typer.Option(
            "--from-records",
            help="The paths hold records (NAME.json) beside their texts (NAME.txt); nothing is"
            " extracted.",
        ),
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove articles that are not among the paths.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Extract again what has not changed, too.")
    ] = False,
    date: Date = None,
    publisher: Publisher = None,
    url: Url = None,
    field: Field = None,
    min_confidence: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            max=1.0,
            help="Leave what is less sure out of the graph, from 0 to 1; as before if not given.",
            show_default=False,
        ),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(
            help="Folder with rules of your own (*.rq) for derived ties; give it at every build.",
            file_okay=False,
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(help="What the IRIs of a new store begin with.", show_default=False),
    ] = None,
    format: TextOrJson = "text",
    *,
    reader: Reader,
) -> None:
    """Read articles, find who wants what, and store it; what has not changed costs nothing.

    Example: `kcgraph build articles/ --prune`

    In folders, links to folders are followed, and files called README, LICENSE, NOTICE and the like
    are passed over. Exit status 2 says that some input could not be read; all the rest is stored.
    """
    from kcgraph.build import Options, build, build_from_records
    from kcgraph.contents import counts
    from kcgraph.derive import load_rules
    from kcgraph.dna import is_dna
    from kcgraph.store import open_graph

    load_rules(rules)  # wrong ones are told before hours of reading, not after
    options = Options(prune, force, min_confidence, base, rules)
    if from_records or any(map(is_dna, paths)):
        said = {"date": date, "publisher": publisher, "url": url, "field": field}
        another = reader.extractor != "offline"
        records = _records(paths, from_records, {**said, "extractor": another})
        with _progress() as progress:
            summary = build_from_records(store, records, options, progress=progress)
    else:
        articles = _read(paths, date, publisher, url, field)
        with reader.open() as extractor, _progress() as progress:
            summary = build(store, articles, extractor, options, progress=progress)
    built = counts(open_graph(store))
    for origin, message in (*summary.problems, *summary.remarks):
        say(f"{origin}: {message}")
    if format == "json":
        print_text(_as_json(summary, built) + "\n")
    else:
        print_line(_as_text(summary, built, store))
    if summary.problems:
        raise typer.Exit(InputError.exit_code)


@app.command()
@takes_reader
def extract(
    files: Annotated[list[str], typer.Argument(help="Articles; `-` is standard input.")],
    format: Annotated[
        Literal["json", "jsonl"],
        typer.Option("--format", help="One indented record, or one record a line for many."),
    ] = "json",
    date: Date = None,
    publisher: Publisher = None,
    url: Url = None,
    field: Field = None,
    *,
    reader: Reader,
) -> None:
    """Print what is found in an article, as JSON; nothing is stored.

    Example: `kcgraph extract article.txt`

    Exit status 2 says that some input could not be read; the rest is printed.
    """
    from kcgraph.model import Article, Extraction, to_json

    found = list(_read(files, date, publisher, url, field))
    articles = [item for item in found if isinstance(item, Article)]
    if len(articles) > 1 and format == "json":
        raise InputError(f"{len(articles)} articles; for more than one use --format jsonl")
    failed = _say_problems(found)
    if not articles:
        raise typer.Exit(InputError.exit_code)
    with reader.open() as extractor:
        for article, result in zip(articles, extractor.extract(articles), strict=True):
            if isinstance(result, Extraction):
                indent = 2 if format == "json" else None
                print_text(json.dumps(to_json(result), ensure_ascii=False, indent=indent) + "\n")
            else:
                say(f"{article.origin}: {result.message}")
                failed = True
    if failed:
        raise typer.Exit(InputError.exit_code)


@app.command()
def info(
    store: StoreOption = DEFAULT_STORE,
    format: TextOrJson = "text",
) -> None:
    """Say what is in the store: how much of what, from when, from whom.

    Example: `kcgraph info --format json`
    """
    from kcgraph.contents import contents
    from kcgraph.output import to_json

    found = contents(store)
    if format == "json":
        print_text(to_json(found))
        return
    lines = [f"{number:8,}  {name}" for name, number in found.counts.items()]
    lines.append(
        "counted   what is told counts in each article that tells it; who demands what counts once"
        f" in `kcgraph demands`: {found.board:,}"
    )
    if found.first:
        undated = f"; {found.undated} without a date" if found.undated else ""
        lines.append(f"dates     {found.first} to {found.last}{undated}")
    lines += [f"outlet    {name} ({number})" for name, number in found.outlets.items()]
    lines += [f"extractor {name} ({number})" for name, number in found.extractors.items()]
    lines.append(f"format    {found.format}, {found.quads:,} quads, nodes under {found.base}")
    if found.min_confidence:
        lines.append(f"          only what has a confidence of {found.min_confidence} or more")
    if found.pending:
        lines.append(
            f"pending   {found.pending} articles are read but not in the graph: run the build again"
        )
    print_line("\n".join(lines))


# --- reading and extracting ------------------------------------------------------------------


def _read(
    paths: list[str],
    date: str | None,
    publisher: str | None,
    url: str | None,
    field: list[str] | None,
) -> Iterable[Result]:
    from kcgraph.read import Metadata, read

    fields = dict(_pair(item) for item in field or ())
    said: Metadata = Metadata(date=date, publisher=publisher, url=url)
    return read(paths, overrides=said, fields=fields, stdin=sys.stdin.buffer)


def _pair(item: str) -> tuple[str, str]:
    name, _, key = item.partition("=")
    if not name or not key:
        raise InputError(f"--field {item!r}: write NAME=KEY, such as text=body")
    return name, key


def _records(
    paths: list[str], from_records: bool, options: dict[str, object]
) -> Iterator[AnnotatedArticle | Problem | Notice]:
    """What is coded already; `options` are those that only articles to be read can have."""
    from kcgraph.annotations import read_annotated
    from kcgraph.dna import is_dna, read_dna

    coded = [Path(path) for path in paths if is_dna(path)]
    if coded and (from_records or len(coded) < len(paths)):
        raise InputError(f"{coded[0]}: holds coded articles; build it in a call of its own")
    for name, value in options.items():
        if value and coded:
            raise InputError(f"--{name} does not go with {coded[0]}, which says it itself")
        if value:
            raise InputError(f"--{name} does not go with --from-records; write it in the record")
    return read_dna(coded) if coded else read_annotated(map(Path, paths))


def _say_problems(found: Iterable[Result]) -> bool:
    """Prints what reading has to say; whether an input gave no article."""
    from kcgraph.model import Article
    from kcgraph.read import Problem

    failed = False
    for item in found:
        if not isinstance(item, Article):
            say(f"{item.origin}: {item.message}")
            failed = failed or isinstance(item, Problem)
    return failed


# --- progress and summary --------------------------------------------------------------------


@contextmanager
def _progress() -> Iterator[Progress]:
    """A progress bar on standard error, if that is a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bars = Progress(
        *columns,
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    tasks = {}

    def show(what: str, done: int, total: int) -> None:
        # not before the first step is done: until then the extractor may have a question
        if done and not bars.live.is_started:
            bars.start()
        if what not in tasks:
            tasks[what] = bars.add_task(what, total=total)
        bars.update(tasks[what], completed=done, total=total)

    try:
        yield show
    finally:
        if bars.live.is_started:
            bars.stop()


def _as_json(summary: Summary, built: dict[str, int]) -> str:
    articles = {
        name: sorted(getattr(summary, name)) for name in ("new", "changed", "unchanged", "removed")
    }
    said = {
        name: [{"origin": origin, "message": message} for origin, message in getattr(summary, name)]
        for name in ("problems", "remarks")
    }
    dropped = dict(sorted(summary.dropped.items()))
    data = {"articles": articles, **said, "dropped": dropped, "store": built}
    return json.dumps(data, ensure_ascii=False, indent=2)


def _counted(number: int, plural: str) -> str:
    one = {"people": "person"}.get(plural, plural.removesuffix("s"))
    return f"{number:,} {one if number == 1 else plural}"


def _as_text(summary: Summary, built: dict[str, int], store: Path) -> str:
    numbers = {
        "new": len(summary.new),
        "changed": len(summary.changed),
        "unchanged": len(summary.unchanged),
        "removed": len(summary.removed),
        "not read": len(summary.problems),
    }
    said = ", ".join(f"{number} {name}" for name, number in numbers.items() if number)
    names = ("articles", "people", "organizations", "groups", "issues", "positions", "events")
    held = ", ".join(_counted(built[name], name) for name in names)
    lines = [f"articles: {said}", f"{store}: {held}"]
    if summary.dropped:
        why = ", ".join(f"{reason} ({n})" for reason, n in sorted(summary.dropped.items()))
        lines.append(f"left out, since the article does not say it: {why}")
    return "\n".join(lines)
