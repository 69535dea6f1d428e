"""Extraction against the bare spaCy pass over the same text, in one run, round by round.

    python benchmarks/extraction.py [FOLDER] [--rounds 5]

Prints words per CPU second of both and the ratio of their CPU times, median over the rounds. The
bare pass is `nlp.pipe` over the same paragraphs; models are loaded before the clock starts.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from kcgraph.extract.offline import OfflineExtractor, nlp
from kcgraph.model import Article

ROOT = Path(__file__).resolve().parent.parent


def cpu_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


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
    pipeline = nlp.load()
    extractor = OfflineExtractor()

    def bare() -> None:
        for article in articles:
            lines = [line for line in article.text.split("\n") if line.strip()]
            list(pipeline.pipe(lines))

    def full() -> None:
        list(extractor.extract(articles))

    bare(), full()  # the first pass fills caches
    rounds = [(cpu_seconds(bare), cpu_seconds(full)) for _ in range(given.rounds)]
    print(f"{len(articles)} articles, {words} words, {given.rounds} rounds")
    print(f"bare parse  {words / statistics.median(b for b, _ in rounds):7.0f} words/CPU s")
    print(f"extraction  {words / statistics.median(f for _, f in rounds):7.0f} words/CPU s")
    print(f"ratio       {statistics.median(f / b for b, f in rounds):7.2f}")


if __name__ == "__main__":
    main()
