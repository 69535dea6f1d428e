"""Whole-process time of light commands, median of several runs.

python benchmarks/startup.py [--store DIR] [--runs 9]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

KCGRAPH = Path(sys.executable).with_name("kcgraph")


def seconds(command: list[str], runs: int) -> float:
    def once() -> float:
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    once()
    return statistics.median(once() for _ in range(runs))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--store", help="an existing store, to time a query on")
    arguments.add_argument("--runs", type=int, default=9)
    given = arguments.parse_args()

    commands = {"--help": ["--help"]}
    if given.store:
        ask = "SELECT ?p WHERE { ?p a kc:Demand } LIMIT 5"
        commands["query"] = ["query", ask, "--store", given.store]
    for name, command in commands.items():
        print(f"kcgraph {name:8} {seconds([str(KCGRAPH), *command], given.runs):.2f} s wall")


if __name__ == "__main__":
    main()
