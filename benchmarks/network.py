"""`network` against plain networkx on stores of `benchmarks/synthetic.py`: time and memory.

    python -m benchmarks.network DIR|NUMBER ...

DIR is a store; NUMBER so many articles of `benchmarks.synthetic`, whose statements are taken
without a store. Each task in a process of its own: seconds of CPU, and the most memory above what
the statements take. `read` is the event list from the store, `two` the actor by issue matrix,
`one` the congruence of actors, as sparse matrices here and with networkx as its handbook has it: a
graph of actors and (issue, side), and its weighted projection.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks.synthetic import World
from kcgraph.claims import Ref
from kcgraph.model import Polarity
from kcgraph.network import Choice, Statement, network, statements
from kcgraph.store import open_graph

Task = Callable[[Sequence[Statement]], int]


def sparse_two(some: Sequence[Statement]) -> int:
    return int(network(some, Choice(mode="two")).values.nnz)


def sparse_one(some: Sequence[Statement]) -> int:
    return len(network(some, Choice(mode="one")).ties())


def networkx_two(some: Sequence[Statement]) -> int:
    import networkx

    made = networkx.Graph()
    for one in some:
        sign = 1 if one.agreement else -1
        if made.has_edge(one.actor.iri, one.issue.iri):
            made[one.actor.iri][one.issue.iri]["weight"] += sign
        else:
            made.add_edge(one.actor.iri, one.issue.iri, weight=sign)
    return sum(1 for *_, weight in made.edges(data="weight") if weight)


def networkx_one(some: Sequence[Statement]) -> int:
    import networkx

    sides = networkx.Graph()
    for one in some:
        side = (one.issue.iri, one.agreement)
        count = sides.get_edge_data(one.actor.iri, side, {"weight": 0})["weight"]
        sides.add_edge(one.actor.iri, side, weight=count + 1)
    made = networkx.Graph()
    for side in (node for node in sides if isinstance(node, tuple)):
        for a, b in combinations(sides[side], 2):
            weight = sides[side][a]["weight"] * sides[side][b]["weight"]
            before = made.get_edge_data(a, b, {"weight": 0})["weight"]
            made.add_edge(a, b, weight=before + weight)
    return int(made.number_of_edges())


TASKS: dict[str, Task] = {
    "two, here": sparse_two,
    "two, networkx": networkx_two,
    "one, here": sparse_one,
    "one, networkx": networkx_one,
}


def peak() -> float:
    """The most memory of this process so far, in MB.

    Where Linux tells it, since what `getrusage` says includes the parent's before the start.
    """
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def made_up(articles: int) -> list[Statement]:
    """The statements of a made-up corpus, each holder under its own name."""
    world = World(articles)
    return [
        Statement(
            id=f"{article.id} {n}",
            actor=Ref(position.holder, position.holder, "person"),
            issue=Ref(position.target.issue[0], position.target.issue[0], "issue"),
            agreement=position.polarity is Polarity.SUPPORT,
            article=article.id,
            date=article.date,
        )
        for dispute in world.disputes
        for article, record in world.items(dispute)
        for n, position in enumerate(record.positions)
    ]


def measured(source: str, answers: Any) -> None:
    """Puts rows of what, seconds, MB and size; each task runs in a fork that has the statements."""
    import scipy.sparse  # noqa: F401 - what every process has loaded does not count

    start = time.process_time()
    if source.isdecimal():
        some = made_up(int(source))
    else:
        some = statements(open_graph(Path(source)), evidence=False)
        answers.put(("read", time.process_time() - start, peak(), len(some)))
    for name, task in TASKS.items():
        fork = multiprocessing.get_context("fork").Process(
            target=run, args=(name, task, some, answers)
        )
        fork.start()
        fork.join()


def run(name: str, task: Task, some: Sequence[Statement], answers: Any) -> None:
    before, start = peak(), time.process_time()
    size = task(some)
    answers.put((name, time.process_time() - start, peak() - before, size))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("sources", nargs="+", metavar="DIR|NUMBER")
    print("corpus               what            CPU s       MB      size")
    for source in arguments.parse_args().sources:
        answers = multiprocessing.get_context("fork").Queue()
        process = multiprocessing.get_context("fork").Process(
            target=measured, args=(source, answers)
        )
        process.start()
        process.join()
        while not answers.empty():
            name, seconds, memory, size = answers.get()
            print(f"{Path(source).name:20} {name:14} {seconds:7.2f} {memory:8.0f} {size:9}")


if __name__ == "__main__":
    main()
