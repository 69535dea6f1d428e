"""Memory and words per second over many articles, in one process or several.

    python benchmarks/memory.py [FOLDER] [--articles 2000] [--paragraphs 3] [--workers 1]

The articles are paragraphs drawn from the texts in FOLDER with a fixed seed, so that names and
words come in ever new company. Prints the resident memory of all processes (Linux) after each
tenth, and words per second of the clock. What grows after the first tenths would grow without end.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

from kcgraph.extract.registry import offline_extractor
from kcgraph.model import Article

ROOT = Path(__file__).resolve().parent.parent


def articles(folder: Path, number: int, paragraphs: int) -> Iterator[Article]:
    """So many articles of so many paragraphs each, the same in every run."""
    texts = [path.read_bytes().decode("utf-8") for path in sorted(folder.glob("*.txt"))]
    lines = [line for text in texts for line in text.splitlines() if len(line.split()) > 5]
    draw = random.Random(7)
    for n in range(number):
        yield Article(f"{n:05}", "\n".join(draw.choices(lines, k=paragraphs)))


def resident() -> list[int]:
    """Megabytes of this process and of its children."""
    pids = [os.getpid(), *(child.pid for child in multiprocessing.active_children())]
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids]
    return [count * os.sysconf("SC_PAGE_SIZE") // 2**20 for count in pages]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("folder", nargs="?", type=Path, default=ROOT / "data" / "training")
    arguments.add_argument("--articles", type=int, default=2000)
    arguments.add_argument("--paragraphs", type=int, default=3)
    arguments.add_argument("--workers", type=int, default=1)
    given = arguments.parse_args()

    extractor = offline_extractor(workers=given.workers)
    words = sum(
        len(a.text.split()) for a in articles(given.folder, given.articles, given.paragraphs)
    )
    tenth = max(1, given.articles // 10)
    start = time.perf_counter()
    drawn = articles(given.folder, given.articles, given.paragraphs)
    for n, _ in enumerate(extractor.extract(drawn), start=1):
        if n % tenth == 0:
            print(f"{n:6} articles  {' + '.join(map(str, resident()))} MB", flush=True)
    seconds = time.perf_counter() - start
    print(f"{words} words in {seconds:.0f} s: {words / seconds:.0f} words/s")


if __name__ == "__main__":
    main()
