"""Set from which acceptance positions are told, and what their confidence is.

    python -m training.threshold data/validation [--cache FILE] [--out data/models]

On articles from which no model learns, and which are no harder than what newspapers print: those of
`data/training` were written to be full of positions, and on them a lower acceptance would pay. The
model is the one that ships.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from kcgraph import resources
from kcgraph.extract.offline.encoder import network
from kcgraph.extract.offline.positions import reader, store
from training import position_data as data
from training import positions

SHIPPED = resources.data_dir() / "models"


def shipped() -> reader.Model:
    """The model that ships."""
    return store.read(SHIPPED / store.FILE, network.read(SHIPPED))


def scored(examples: Sequence[data.Example], model: reader.Model) -> list[positions.Readings]:
    """Everything that the model could tell of the articles, with how likely it thinks it."""
    found = []
    for example in examples:
        case = positions.prepare(example, data.predicted_parts)
        words = reader.vectors(reader.Facts(case.scene), model.stages.encoder)
        one = positions.readings(case, words, model.stages, model.wording)
        positions.believe(one, model.acceptance)
        found.append(one)
    return found


def write(out: Path, model: reader.Model) -> None:
    """The model without its encoder, into the folder `out`; its trees are those that ship."""
    out.mkdir(parents=True, exist_ok=True)
    with np.load(SHIPPED / store.FILE) as arrays:
        wording, acceptance = (
            bytes(arrays[f"{name}.text"]).decode("ascii") for name in ("wording", "acceptance")
        )
    store.write(out / store.FILE, model, wording, acceptance)


def main() -> None:
    """Reads the arguments, measures, writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=Path, help="folder with gold that nothing learned from")
    parser.add_argument("--cache", type=Path, help="file for parses")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    args = parser.parse_args()
    model = shipped()
    these = scored(data.load("civic", args.articles, cache=args.cache), model)
    least = positions.best_threshold(these, print)
    write(args.out, replace(model, threshold=least, calibration=positions.calibrate(these, least)))
    print(f"told from {least:.2f}; wrote {args.out / store.FILE}")


if __name__ == "__main__":
    main()
