"""`kcgraph evaluate`: extraction against gold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from kcgraph.cli.app import app
from kcgraph.cli.reader import Reader, takes_reader
from kcgraph.cli.shared import print_line, print_text, say
from kcgraph.errors import InputError

if TYPE_CHECKING:
    from kcgraph.evaluate import Difference, Report, Tally


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
    phenomena: Annotated[
        bool,
        typer.Option(
            "--phenomena",
            help="Also score by phenomenon: kinds, pronouns, quotations, passives, negation ...",
        ),
    ] = False,
    reliability: Annotated[
        bool,
        typer.Option(
            "--reliability", help="Also show, by tenths of confidence, how many items are right."
        ),
    ] = False,
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

    What the phenomena are, and how to read the tables: `docs/evaluation.md`.

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
        data = _as_json(report, shown if show else None)
        if phenomena:
            data["phenomena"] = _phenomena_json(report)
        if reliability:
            data["reliability"] = _reliability_json(report)
        print_text(json.dumps(data, ensure_ascii=False) + "\n")
    else:
        _print_table(report)
        if phenomena:
            _print_phenomena(report)
        if reliability:
            _print_reliability(report)
        _print_differences(shown)
    below = [
        f"{layer} {report.layers[layer].f1:.3f} < {floor}"
        for layer, floor in floors.items()
        if report.layers[layer].f1 < floor
    ]
    if below:
        say(f"kcgraph: below the asked F1: {', '.join(below)}")
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
        return {name: _tally_json(t) for name, t in tallies.items()}

    data: dict[str, Any] = {
        "extractor": report.extractor,
        "layers": layers(report.layers),
        "articles": {s.article: layers(s.layers) for s in report.scores},
    }
    if shown is not None:
        data["differences"] = [asdict(d) for d in shown]
    return data


def _tally_json(tally: Tally) -> dict[str, Any]:
    from dataclasses import asdict

    shares = {"precision": tally.precision, "recall": tally.recall, "f1": tally.f1}
    return {**{name: round(value, 4) for name, value in shares.items()}, **asdict(tally)}


def _phenomena_json(report: Report) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for (layer, name), tally in report.phenomena.items():
        found.setdefault(layer, {})[name] = _tally_json(tally)
    return found


def _reliability_json(report: Report) -> dict[str, Any]:
    from kcgraph.evaluate import calibration_error, reliability

    found: dict[str, Any] = {}
    tenths = reliability(report.judged)
    for layer in dict.fromkeys(tenth.layer for tenth in tenths):
        own = [tenth for tenth in tenths if tenth.layer == layer]
        rows = [
            {"from": t.low, "items": t.items}
            | {"confidence": round(t.confidence, 4), "right": round(t.right, 4)}
            for t in own
        ]
        found[layer] = {"tenths": rows, "error": round(calibration_error(own), 4)}
    return found


def _print_phenomena(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="by phenomenon", title_justify="left")
    for column in ("layer", "phenomenon"):
        table.add_column(column)
    for column in ("in gold", "recall", "precision", "missed", "spurious"):
        table.add_column(column, justify="right")
    before = ""
    for (layer, name), t in report.phenomena.items():
        shares = (f"{t.recall:.2f}", f"{t.precision:.2f}")
        shown = layer if layer != before else ""
        counts = (str(t.missed), str(t.spurious))
        table.add_row(shown, name, str(t.hits + t.missed), *shares, *counts)
        before = layer
    Console().print(table)


def _print_reliability(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table

    from kcgraph.evaluate import calibration_error, reliability

    table = Table(title="reliability of confidence", title_justify="left")
    table.add_column("layer")
    for column in ("confidence", "items", "mean", "right", "error"):
        table.add_column(column, justify="right")
    tenths = reliability(report.judged)
    before = ""
    for t in tenths:
        first = t.layer != before
        error = calibration_error(o for o in tenths if o.layer == t.layer)
        table.add_row(
            t.layer if first else "",
            f"{t.low:.1f} to {t.low + 0.1:.1f}",
            str(t.items),
            f"{t.confidence:.2f}",
            f"{t.right:.2f}",
            f"{error:.3f}" if first else "",
        )
        before = t.layer
    Console().print(table)


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
            print_line(f"\n{layer.upper()}")
        print_line(f"{d.what} in {d.article} ({d.why})\n    {d.item}")
        if d.sentence:
            print_line(f"    in: {d.sentence}")
