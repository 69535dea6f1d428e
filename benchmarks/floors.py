"""The quality gate: extraction against gold may not fall below its floors, which only move up.

    python benchmarks/floors.py             # exit status 1: below a floor, or a floor was lowered
    python benchmarks/floors.py --raise     # floors up to what is measured now, less a margin

The floors are F1, in `benchmarks/floors.json`, with a digest of the gold that they hold for. Each
is compared with all its earlier values in the history of that file (git) for the same gold. When
the gold itself was mended, `--repin` measures and sets floors and digest anew: a change for a
reviewer to see. Where there is no history, as in an unpacked archive, the floors alone are checked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kcgraph.evaluate import evaluate, read_records
from kcgraph.extract.registry import offline_extractor

ROOT = Path(__file__).resolve().parent.parent
MARGIN = 0.02  # that a floor stays below what was measured: the gold is small


def digest(gold: Path) -> str:
    """SHA-256 over names and contents of the gold records and their texts."""
    whole = hashlib.sha256()
    for path in sorted(p for p in gold.iterdir() if p.suffix in {".json", ".txt"}):
        content = path.read_bytes()
        whole.update(f"{path.name} {len(content)}\n".encode() + content)
    return whole.hexdigest()


def history(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Earlier versions of that file with their commits, the newest first; none without git."""
    folder = path.resolve().parent

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), *arguments]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            return ""
        return done.stdout if done.returncode == 0 else ""

    for commit in git("log", "--format=%h", "--", path.name).split():
        kept = git("show", f"{commit}:./{path.name}")
        if kept:
            yield commit, json.loads(kept)


def lowered(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, float]:
    """Floors of `before` that `now` undercuts or no longer has; none for another gold."""
    if before["gold"] != now["gold"]:
        return {}
    floors: dict[str, float] = now["floors"]
    return {
        layer: floor for layer, floor in before["floors"].items() if floors.get(layer, -1.0) < floor
    }


def main() -> None:
    """Reads the arguments, measures, and says what is wrong."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("gold", nargs="?", type=Path, default=ROOT / "data" / "gold")
    arguments.add_argument("--floors", type=Path, default=ROOT / "benchmarks" / "floors.json")
    arguments.add_argument("--records", type=Path, help="score these instead of extracting")
    arguments.add_argument("--raise", dest="up", action="store_true")
    arguments.add_argument("--repin", action="store_true", help="the gold was mended")
    given = arguments.parse_args()

    kept = json.loads(given.floors.read_text(encoding="utf-8"))
    report = evaluate(
        given.gold, read_records(given.records) if given.records else offline_extractor()
    )
    measured = {layer: report.layers[layer].f1 for layer in kept["floors"]}
    pinned = digest(given.gold)
    if given.up or given.repin:
        reached = {layer: math.floor((f1 - MARGIN) * 100) / 100 for layer, f1 in measured.items()}
        if given.up:
            reached = {layer: max(f, kept["floors"][layer]) for layer, f in reached.items()}
        kept = {"gold": pinned if given.repin else kept["gold"], "floors": reached}
        given.floors.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")

    wrong = []
    if kept["gold"] != pinned:
        wrong.append(f"{given.gold}: not the gold that the floors hold for; see --repin")
    for layer, floor in kept["floors"].items():
        print(f"{layer:14} F1 {measured[layer]:.3f}  floor {floor:.2f}")
        if measured[layer] < floor:
            wrong.append(f"{layer}: F1 {measured[layer]:.3f} is below the floor, {floor:.2f}")
    for commit, before in history(given.floors):
        for layer, floor in lowered(kept, before).items():
            wrong.append(f"{layer}: the floor was {floor:.2f} in {commit}; floors only move up")
    for line in dict.fromkeys(wrong):
        print(line, file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
