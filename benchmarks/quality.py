"""How well the offline extractor reads the gold articles, kept for the footer of pictures.

    python benchmarks/quality.py [GOLD_DIR] [--out data/models/quality.json]

Writes the F1 of stakeholders, attributions, positions and events, micro-averaged over the articles,
as `kcgraph evaluate` scores them. Run it after every change of the extractor or its models.
"""

from __future__ import annotations

import argparse
import datetime
import json
from pathlib import Path

from kcgraph.evaluate import evaluate
from kcgraph.extract.registry import offline_extractor
from kcgraph.render.quality import FILE

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("stakeholders", "attributions", "positions", "events")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("folder", nargs="?", type=Path, default=ROOT / "data" / "gold")
    arguments.add_argument("--out", type=Path, default=ROOT / "data" / "models" / FILE)
    given = arguments.parse_args()

    report = evaluate(given.folder, offline_extractor(None))
    folder = given.folder.resolve()
    shown = folder.relative_to(ROOT).as_posix() if folder.is_relative_to(ROOT) else folder.name
    quality = {
        "extractor": report.extractor,
        "corpus": f"{len(report.scores)} articles in {shown}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "f1": {layer: round(report.layers[layer].f1, 4) for layer in LAYERS},
    }
    text = json.dumps(quality, indent=1) + "\n"
    given.out.write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
