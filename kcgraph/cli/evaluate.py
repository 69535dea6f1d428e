"""`kcgraph evaluate`: extraction against gold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from kcgraph.cli.app import app
from kcgraph.cli.reader import Reader, takes_reader
from kcgraph.errors import InputError

if TYPE_CHECKING:
    from kcgraph.evaluate import Difference, Report


@app.command()
@takes_reader
def evaluate(
    gold_dir: Annotated[
        Path, typer.Argument(help="Folder of gold records, STEM.json beside STEM.txt.")
    ],
    records: Annotated[
        Path | None,
        typer.Option(help="Score these records (folder, .json or .jsonl) instead of extracting."),
    ] = None,
    show: Annotated[
        Literal["missed", "spurious", "all"] | None,
        typer.Option(help="List the differences, each with its sentence.", show_default=False),
    ] = None,
    fail_under: Annotated[
        str | None,
        typer.Option(
            help="Exit with 1 if an F1 is lower: a number for every layer, or LAYER=F1,...",
            metavar="F1",
        ),
    ] = None,
    format: Annotated[Literal["table", "json"], typer.Option(help="Output format.")] = "table",
    *,
    reader: Reader,
) -> None:
    """Scores extraction against gold records: precision, recall and F1 of every layer.

    The match rules are those of section 6 of the annotation guidelines.

    Example: `kcgraph evaluate data/gold --show missed --fail-under stakeholders=0.9`
    """
    from kcgraph.evaluate import evaluate as score_folder
    from kcgraph.evaluate import read_records

    floors = _floors(fail_under)
    if records:
        report = score_folder(gold_dir, read_records(records))
    else:
        with reader.open() as extractor:
            report = score_folder(gold_dir, extractor)
    shown = [d for d in report.differences if show == "all" or d.what == show]
    if format == "json":
        typer.echo(json.dumps(_as_json(report, shown if show else None), ensure_ascii=False))
    else:
        _print_table(report)
        _print_differences(shown)
    below = [
        f"{layer} {report.layers[layer].f1:.3f} < {floor}"
        for layer, floor in floors.items()
        if report.layers[layer].f1 < floor
    ]
    if below:
        typer.echo(f"kcgraph: below the asked F1: {', '.join(below)}", err=True)
        raise typer.Exit(1)


def _floors(text: str | None) -> dict[str, float]:
    """`"0.5"` for every main layer, or `"stakeholders=0.9,positions=0.5"`, as numbers."""
    from kcgraph.evaluate import LAYERS, LISTED

    floors: dict[str, float] = {}
    for part in text.split(",") if text else ():
        name, given, value = part.strip().rpartition("=")
        try:
            floor = float(value)
        except ValueError:
            raise InputError(f"--fail-under: {value!r} is not a number from 0 to 1") from None
        if not 0 <= floor <= 1:
            raise InputError(f"--fail-under: {value} is not a number from 0 to 1")
        if given and name.strip() not in LAYERS:
            raise InputError(f"--fail-under: no layer {name!r}; there are: {'; '.join(LAYERS)}")
        floors.update(dict.fromkeys([name.strip()] if given else LISTED, floor))
    return floors


def _as_json(report: Report, shown: list[Difference] | None) -> dict[str, Any]:
    from dataclasses import asdict

    def layers(tallies: Any) -> dict[str, Any]:
        return {
            name: {
                "precision": round(t.precision, 4),
                "recall": round(t.recall, 4),
                "f1": round(t.f1, 4),
                **asdict(t),
            }
            for name, t in tallies.items()
        }

    data: dict[str, Any] = {
        "extractor": report.extractor,
        "layers": layers(report.layers),
        "articles": {s.article: layers(s.layers) for s in report.scores},
    }
    if shown is not None:
        data["differences"] = [asdict(d) for d in shown]
    return data


def _print_table(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{len(report.scores)} articles, {report.extractor}", title_justify="left")
    table.add_column("layer")
    for column in ("precision", "recall", "F1", "right", "missed", "spurious"):
        table.add_column(column, justify="right")
    for layer, t in report.layers.items():
        shares = (f"{value:.3f}" for value in (t.precision, t.recall, t.f1))
        table.add_row(layer, *shares, str(t.hits), str(t.missed), str(t.spurious))
    Console().print(table)


def _print_differences(shown: list[Difference]) -> None:
    layer = ""
    for d in shown:
        if d.layer != layer:
            layer = d.layer
            typer.echo(f"\n{layer.upper()}")
        typer.echo(f"{d.what} in {d.article} ({d.why})\n    {d.item}")
        if d.sentence:
            typer.echo(f"    in: {d.sentence}")
