"""Extraction against the bare spaCy pass over the same text, in one run, round by round.

    python benchmarks/extraction.py [FOLDER] [--rounds 5]

Prints words per second and the ratio to the bare pass, median over the rounds, for the pass itself,
for kcgraph's parse (the same annotations) and for the whole of extraction: first in CPU time, which
counts all the work, then by the clock, where the encoder works beside the rest if there are two
cores and nothing else wants them. The bare pass is `spacy.load(...).pipe` over the same paragraphs,
on one core; models are loaded before the clock starts.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import spacy

from kcgraph.extract.offline import OfflineExtractor, nlp
from kcgraph.model import Article

ROOT = Path(__file__).resolve().parent.parent


def seconds(work: Callable[[], object]) -> dict[str, float]:
    """Of the CPU and of the clock."""
    cpu, clock = time.process_time(), time.perf_counter()
    work()
    return {"CPU": time.process_time() - cpu, "clock": time.perf_counter() - clock}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("folder", nargs="?", type=Path, default=ROOT / "data" / "gold")
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()

    articles = [
        Article(path.stem, path.read_bytes().decode("utf-8"))
        for path in sorted(given.folder.glob("*.txt"))
    ]
    words = sum(len(article.text.split()) for article in articles)
    stock, pipeline = spacy.load(nlp.DEFAULT_PIPELINE), nlp.load()
    extractor = OfflineExtractor()

    def bare() -> None:
        for article in articles:
            lines = [line for line in article.text.split("\n") if line.strip()]
            with nlp.one_thread():
                list(stock.pipe(lines))

    def parse() -> None:
        for article in articles:
            with nlp.one_thread():
                nlp.parse(article, pipeline)

    def full() -> None:
        list(extractor.extract(articles))

    passes = {"bare parse": bare, "our parse": parse, "extraction": full}
    for work in passes.values():
        work()  # the first pass fills caches
    rounds = [{name: seconds(work) for name, work in passes.items()} for _ in range(given.rounds)]
    print(f"{len(articles)} articles, {words} words, {given.rounds} rounds")
    for kind in ("CPU", "clock"):
        for name in passes:
            speed = words / statistics.median(one[name][kind] for one in rounds)
            ratio = statistics.median(one[name][kind] / one["bare parse"][kind] for one in rounds)
            print(f"{name:10}  {speed:7.0f} words/s {kind:5}  {ratio:5.2f} of the bare parse")


if __name__ == "__main__":
    main()
