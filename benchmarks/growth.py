"""What one more article costs in a store, beside building it: CPU seconds of this process.

    python -m benchmarks.growth [--records data/training] [--articles 200]
    python -m benchmarks.growth --synthetic 1000

The records, or those of so many made-up articles (`benchmarks/synthetic.py`), are taken as they
are, so that no reading of language is in the figures: only storing, resolving who is who, RDF and
derived ties. The articles are chosen by lot, the same each time; the last is the one that is added,
then taken out again.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from benchmarks.synthetic import World
from kcgraph.annotations import Annotated, read_annotated
from kcgraph.build import Options, build_from_records
from kcgraph.store import open_graph


def made_up(number: int) -> list[Annotated]:
    world = World(number)
    return [Annotated(*item) for dispute in world.disputes for item in world.items(dispute)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--records", type=Path, default=Path("data/training"))
    arguments.add_argument("--articles", type=int, default=200)
    arguments.add_argument("--synthetic", type=int, metavar="NUMBER", help="made-up articles")
    given = arguments.parse_args()
    if given.synthetic:
        found, number = made_up(given.synthetic), given.synthetic
    else:
        some = read_annotated([given.records])
        found = [item for item in some if isinstance(item, Annotated)]
        number = min(given.articles, len(found))
    items = random.Random(0).sample(found, number)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"

        def told(what: str, some: list[Annotated], *, prune: bool = False) -> None:
            start = time.process_time()
            build_from_records(store, some, Options(prune=prune))
            taken = time.process_time() - start
            print(f"{what:28}{taken:8.2f}{len(open_graph(store)):12,} quads", flush=True)

        told(f"{len(items) - 1} articles", items[:-1])
        told("one more", items[-1:])
        told("one less, all given again", items[:-1], prune=True)


if __name__ == "__main__":
    main()
