"""Every command that reads a store, as a user calls it: seconds, CPU and memory of its process.

    python -m benchmarks.calls DIR [--limit 120] [--only who,demands,...]

`DIR` is a store of `benchmarks/synthetic.py`. What earlier calls left beside the RDF is taken away
before each first call, which so is what waits for a reader after a build. The busiest stakeholder
is the one with most positions, the quiet one has fewest; the path is between the busiest and
the quiet one. Named queries run with their defaults, which ask about everything; `search` looks
for "round 7". A call that needs more than the limit of CPU seconds is stopped.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.query import NEEDED
from kcgraph.export import FORMATS
from kcgraph.network.matrix import ONE_MODE_NORMALIZATIONS, TWO_MODE_NORMALIZATIONS
from kcgraph.query import named_queries
from kcgraph.store import open_reader
from kcgraph.vocab import PREFIXES

KEPT = ("names.json", "ties.arrays", "articles.arrays", "contents.json")
_HOLDERS = """SELECT ?who (COUNT(?position) AS ?n) { ?position kc:holder ?who }
  GROUP BY ?who ORDER BY DESC(?n) ?who"""


def calls(store: Path, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """What each call is named in the table, and its arguments."""
    answer: Any = open_reader(store).graph.query(
        _HOLDERS, prefixes=PREFIXES, use_default_graph_as_union=True
    )
    holders = [who.value for who, _ in answer]
    busiest, quiet = holders[0], holders[-1]
    yield "who (first call)", ["who", busiest]
    yield "who (the busiest)", ["who", busiest]
    yield "who (the quiet one)", ["who", quiet]
    yield "demands", ["demands"]
    yield "demands of the busiest", ["demands", "--addressee", busiest]
    yield "path", ["path", busiest, quiet]
    yield "network (events)", ["network", "--mode", "events", "--format", "csv"]
    yield "network (events for the eye)", ["network", "--mode", "events"]
    for mode, normalizations in (
        ("two", TWO_MODE_NORMALIZATIONS),
        ("one", ONE_MODE_NORMALIZATIONS),
    ):
        for normalization in normalizations:
            call = ["network", "--mode", mode, "--normalization", normalization]
            yield f"network ({mode}-mode {normalization})", [*call, "--format", "graphml"]
        yield f"network ({mode}-mode matrix)", ["network", "--mode", mode, "--format", "csv"]
        yield f"network ({mode}-mode for the eye)", ["network", "--mode", mode]
    for measure in ("activity", "polarization", "communities", "centrality"):
        yield f"network ({measure})", ["network", "--measure", measure]
    yield "info (first call)", ["info"]
    yield "info (again)", ["info"]
    yield "review", ["review"]
    yield "render", ["render", str(folder / "picture.html")]
    for format in FORMATS:
        out = str(folder / f"all.{format}")
        yield f"export ({format})", ["export", "--format", format, "--out", out]
    yield "validate", ["validate"]
    for query in named_queries():
        needed = [f"--param={name}={value}" for name, value in NEEDED.get(query, {}).items()]
        yield f"query {query}", ["query", "--timeout", "0", "--name", query, *needed]


def forget(store: Path) -> None:
    """Takes away what readers keep beside the RDF."""
    reader = open_reader(store)
    for name in KEPT:
        if (kept := reader.beside(name)) is not None:
            kept.unlink(missing_ok=True)


def measured(arguments: list[str], limit: int) -> tuple[str, float, float, float]:
    """How it ended, seconds by the clock and of CPU, and the most memory in MB."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "kcgraph", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1)),
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        taken = time.perf_counter() - start
        complaints.seek(0)
        said = complaints.read().decode("utf-8", "replace").strip().splitlines()
    if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        ended = f"stopped at {limit} s of CPU"
    else:
        ended = f"exit {process.returncode}: {said[-1][:99]}" if process.returncode and said else ""
    return ended, taken, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("store", type=Path)
    arguments.add_argument("--limit", type=int, default=120, help="CPU seconds")
    arguments.add_argument("--only", default="", help="beginnings of calls, with commas between")
    given = arguments.parse_args()
    only = tuple(given.only.split(","))
    print(f"{'call':40}{'s':>8}{'CPU s':>8}{'MB':>7}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, call in calls(given.store, Path(folder)):
            if name.startswith(only):
                if "first call" in name:
                    forget(given.store)
                one = [*call, "--store", str(given.store)]
                ended, taken, used, memory = measured(one, given.limit)
                print(f"{name:40}{taken:8.1f}{used:8.1f}{memory:7.0f}  {ended}", flush=True)


if __name__ == "__main__":
    main()
