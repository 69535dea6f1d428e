"""`kcgraph query` beside its engine called directly and beside rdflib in memory, in one run.

    python -m benchmarks.synthetic --articles 1000 --store DIR
    python -m benchmarks.query DIR [--rdflib]
    python -m benchmarks.query DIR --named allies,opponents [--param who=NAME]

Times are CPU seconds of this process, the best of several runs that take turns, from the text of
the query to the last byte of the answer (CSV). `query` is what the command does once Python has
started: refusals, prefixes, output. `--rdflib` copies the store into rdflib's own memory first,
which takes minutes for a large one. `--named` asks named queries instead, once each, with their
defaults or with what is given; "" means all of them. `search` looks for "round 7".
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyoxigraph import QueryResultsFormat, Store

from kcgraph.names import NameIndex
from kcgraph.output import write_answer
from kcgraph.query import named_queries, run
from kcgraph.store import open_graph
from kcgraph.vocab import PREFIXES

# What a named query has to be given: words that the synthetic articles have.
NEEDED = {"search": {"words": "round 7"}}
QUERIES = {
    "names": "SELECT ?who ?name { ?who a kc:Stakeholder ; rdfs:label ?name }",
    "positions": "SELECT ?holder ?target ?polarity "
    "{ ?p kc:holder ?holder ; kc:target ?target ; kc:polarity ?polarity }",
    "sentences": "SELECT ?name ?words "
    "{ ?p a kc:Demand ; kc:holder/rdfs:label ?name ; kc:evidence/oa:exact ?words }",
    "count": "SELECT ?issue (COUNT(DISTINCT ?who) AS ?n) "
    "{ ?p kc:target ?issue ; kc:holder ?who } GROUP BY ?issue ORDER BY DESC(?n)",
    "all triples": "SELECT ?s ?p ?o { ?s ?p ?o }",
}


def best(calls: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """The least CPU seconds of each call; they take turns, so that all meet the same machine."""
    found: dict[str, float] = {}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.process_time()
            call()
            taken = time.process_time() - start
            found[name] = min(taken, found.get(name, taken))
    return found


def directly(store: Store, text: str) -> None:
    answer: Any = store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
    answer.serialize(io.BytesIO(), QueryResultsFormat.CSV)


def as_the_command_does(store: Store, text: str) -> None:
    write_answer(run(store, text), io.BytesIO(), format="csv")


def named(store: Store, only: str, given: list[str]) -> None:
    """Asks named queries, for everything but what `given` ("name=value") narrows down."""
    print(f"{'named query':24}{'CPU s':>8}{'bytes':>12}")
    narrowed = dict(one.split("=", 1) for one in given)
    for name, query in named_queries().items():
        if only and name not in only.split(","):
            continue
        some = {**NEEDED.get(name, {}), **narrowed}
        bindings = query.bind(
            {key: [value] for key, value in some.items()}, lambda: NameIndex.of(store)
        )
        start, out = time.process_time(), io.BytesIO()
        write_answer(run(store, query.text, bindings=bindings), out, format="csv")
        print(f"{name:24}{time.process_time() - start:8.2f}{out.tell():12,}", flush=True)


def in_rdflib(path: Path) -> Any:
    import rdflib

    import kcgraph

    memory = rdflib.Graph()
    for prefix, iri in PREFIXES.items():
        memory.bind(prefix, iri)
    for s, p, o, _ in kcgraph.open(path).quads():
        memory.add((s, p, o))
    return memory


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("store", type=Path)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--rdflib", action="store_true", help="also in rdflib's memory")
    arguments.add_argument("--named", help="ask these named queries, with commas between")
    arguments.add_argument("--param", action="append", default=[], help="NAME=VALUE, for --named")
    given = arguments.parse_args()
    store = open_graph(given.store)
    if given.named is not None:
        named(store, given.named, given.param)
        return
    memory = in_rdflib(given.store) if given.rdflib else None
    print(f"{'query':14}{'pyoxigraph':>12}{'query':>10}{'ratio':>8}{'rdflib':>10}  (CPU seconds)")
    for name, text in QUERIES.items():
        calls: dict[str, Callable[[], Any]] = {
            "direct": lambda text=text: directly(store, text),
            "query": lambda text=text: as_the_command_does(store, text),
        }
        times = best(calls, given.rounds)
        other = ""
        if memory is not None:
            slow = best({"rdflib": lambda text=text: memory.query(text).serialize(format="csv")}, 1)
            other = f"{slow['rdflib']:.3f}"
        ratio = times["query"] / times["direct"] if times["direct"] else 1.0
        print(
            f"{name:14}{times['direct']:12.3f}{times['query']:10.3f}{ratio:8.2f}{other:>10}",
            flush=True,
        )


if __name__ == "__main__":
    main()
