"""`who` and `demands` on a store of `benchmarks/synthetic.py`: CPU seconds to read, and to draw.

    python -m benchmarks.boards DIR

The dossiers are those of whoever has most positions, of one in the middle and of one with a single
one. Names and ties are read from the files that a first call leaves beside the store.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from kcgraph.boards import demand_board, dossier_page
from kcgraph.claims import Claims
from kcgraph.demands import demands
from kcgraph.dossier import dossier_from
from kcgraph.names import NameIndex
from kcgraph.paths.table import columns
from kcgraph.store import open_reader
from kcgraph.vocab import PREFIXES

_HOLDERS = """SELECT ?who (COUNT(?position) AS ?n) { ?position kc:holder ?who }
  GROUP BY ?who ORDER BY DESC(?n) ?who"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("store", type=Path)
    reader = open_reader(arguments.parse_args().store)
    names, ties = reader.beside("names.json"), reader.beside("ties.npz")
    answer: Any = reader.graph.query(_HOLDERS, prefixes=PREFIXES, use_default_graph_as_union=True)
    holders = [(who.value, int(n.value)) for who, n in answer]
    NameIndex.of(reader.graph, names)
    columns(reader.graph, ties)
    print(f"{'what':32}{'read':>8}{'draw':>8}{'characters':>12}")
    for who, count in (holders[0], holders[len(holders) // 2], holders[-1]):
        start = time.process_time()
        claims = Claims(reader.graph, NameIndex.of(reader.graph, names))
        found = dossier_from(claims, columns(reader.graph, ties), who)
        _tell(f"who, {count} positions", start, time.process_time(), dossier_page(found).text())
    start = time.process_time()
    claims = Claims(reader.graph, NameIndex.of(reader.graph, names))
    board = demands(reader.graph, claims=claims)
    _tell(f"demands, {len(board)}", start, time.process_time(), demand_board(board).text())


def _tell(what: str, start: float, read: float, text: str) -> None:
    drawn = time.process_time() - read
    print(f"{what:32}{read - start:8.2f}{drawn:8.2f}{len(text):12,}", flush=True)


if __name__ == "__main__":
    main()
