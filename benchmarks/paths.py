"""`path` against plain networkx on stores of `benchmarks/synthetic.py`: time and memory.

    python -m benchmarks.paths DIR ... [--pairs 5] [--limit 300]

Each task in a process of its own: seconds of CPU, and the most memory above what it began with.
`columns` reads all ties from the store, `kept` from the file that a first search leaves; `here` is
what the command does for each pair once it has these, sentences of every hop included; `networkx`
the graph of the same ties with the same costs, made once for all pairs, and as many of its
`shortest_simple_paths` as are weighed here, without sentences. A task that takes longer than the
limit of seconds is stopped.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.network import peak
from kcgraph.claims import Claims
from kcgraph.names import NameIndex
from kcgraph.paths import Wishes, find_paths
from kcgraph.paths.find import Search
from kcgraph.paths.kept import KeptClaims
from kcgraph.paths.model import POOL, checked
from kcgraph.paths.table import columns, tie_table
from kcgraph.store import open_graph

_K = 3
Pairs = list[tuple[str, str]]


class Subject:
    """A store and pairs of stakeholders, chosen by lot among those who have ties."""

    def __init__(self, path: Path, kept: Path, pairs: int) -> None:
        self.path, self.kept, self._pairs = path, kept, pairs

    def search(self) -> Search:
        graph = open_graph(self.path)
        kinds = checked((), "people")
        table = tie_table(
            columns(graph, self.kept),
            through="people",
            kinds=kinds,
            since=None,
            until=None,
            min_articles=1,
        )
        return Search(table, Claims(graph), Wishes(), kinds)

    def pairs(self, search: Search) -> Pairs:
        tied = sorted(search.numbers)
        chance = random.Random(0)
        return [(chance.choice(tied), chance.choice(tied)) for _ in range(self._pairs)]


def read(subject: Subject) -> tuple[float, int]:
    graph = open_graph(subject.path)
    start = time.process_time()
    found = columns(graph)
    return time.process_time() - start, len(found.d_kind)


def kept(subject: Subject) -> tuple[float, int]:
    graph = open_graph(subject.path)
    start = time.process_time()
    found = columns(graph, subject.kept)
    return time.process_time() - start, len(found.d_kind)


def here(subject: Subject) -> tuple[float, int]:
    graph = open_graph(subject.path)
    pairs = subject.pairs(subject.search())
    names = NameIndex.of(graph)
    start = time.process_time()
    claims = KeptClaims(graph, columns(graph, subject.kept), names)
    found = [find_paths(graph, *pair, k=_K, claims=claims) for pair in pairs]
    return (time.process_time() - start) / len(pairs), sum(len(f.paths) for f in found)


def with_networkx(subject: Subject) -> tuple[float, int]:
    import networkx

    search = subject.search()
    pairs = [(search.numbers[a], search.numbers[b]) for a, b in subject.pairs(search)]
    weighted, _ = search.weights
    start = time.process_time()
    graph = networkx.Graph()
    ties = zip(weighted.left.tolist(), weighted.right.tolist(), weighted.cost.tolist(), strict=True)
    graph.add_weighted_edges_from(ties)
    found = 0
    for one, other in pairs:
        try:
            paths = networkx.shortest_simple_paths(graph, one, other, weight="weight")
            found += len(list(islice(paths, _K * POOL))[:_K])
        except networkx.NetworkXNoPath:
            continue
    return (time.process_time() - start) / len(pairs), found


TASKS: dict[str, Callable[[Subject], tuple[float, int]]] = {
    "columns": read,
    "kept": kept,
    "here": here,
    "networkx": with_networkx,
}


def run(name: str, subject: Subject, answers: Any) -> None:
    import networkx  # noqa: F401 - what every process has loaded does not count
    import scipy.sparse.csgraph  # noqa: F401

    before = peak()
    seconds, size = TASKS[name](subject)
    answers.put((seconds, peak() - before, size))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("stores", nargs="+", type=Path, metavar="DIR")
    arguments.add_argument("--pairs", type=int, default=5)
    arguments.add_argument("--limit", type=float, default=300, help="seconds for each task")
    given = arguments.parse_args()
    context = multiprocessing.get_context("spawn")
    print("store                what        CPU s       MB      size   (here, networkx: per pair)")
    for path in given.stores:
        with tempfile.TemporaryDirectory() as folder:
            subject = Subject(path, Path(folder) / "ties.arrays", given.pairs)
            columns(open_graph(path), subject.kept)
            for name in TASKS:
                answers = context.Queue()
                process = context.Process(target=run, args=(name, subject, answers))
                process.start()
                process.join(given.limit)
                if process.is_alive():
                    process.kill()
                    print(f"{path.name:20} {name:10} over {given.limit:.0f} s")
                    continue
                seconds, memory, size = answers.get()
                print(f"{path.name:20} {name:10} {seconds:7.3f} {memory:8.0f} {size:9}", flush=True)


if __name__ == "__main__":
    main()
