"""`who` and `demands` on a store of `benchmarks/synthetic.py`: CPU seconds to read, and to draw.

    python -m benchmarks.boards DIR

The dossiers are those of whoever has most positions, of one in the middle and of one with a single
one. Names and columns are read from the files that a first call leaves beside the store; if that
call was made before, its row says what they take to read.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from kcgraph.boards import demand_board, dossier_page
from kcgraph.demands import demands
from kcgraph.dossier import dossier_from
from kcgraph.paths.kept import kept_claims
from kcgraph.store import open_reader
from kcgraph.vocab import PREFIXES

_HOLDERS = """SELECT ?who (COUNT(?position) AS ?n) { ?position kc:holder ?who }
  GROUP BY ?who ORDER BY DESC(?n) ?who"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("store", type=Path)
    reader = open_reader(arguments.parse_args().store)
    answer: Any = reader.graph.query(_HOLDERS, prefixes=PREFIXES, use_default_graph_as_union=True)
    holders = [(who.value, int(n.value)) for who, n in answer]
    print(f"{'what':32}{'read':>8}{'draw':>8}{'characters':>12}")
    start = time.process_time()
    kept_claims(reader)
    print(f"{'names and columns, a first time':32}{time.process_time() - start:8.2f}", flush=True)
    for who, count in (holders[0], holders[len(holders) // 2], holders[-1]):
        start = time.process_time()
        claims = kept_claims(reader)
        found = dossier_from(claims, claims.columns, who)
        _tell(f"who, {count} positions", start, time.process_time(), dossier_page(found).text())
    start = time.process_time()
    claims = kept_claims(reader)
    board = demands(reader.graph, claims=claims)
    _tell(f"demands, {len(board)}", start, time.process_time(), demand_board(board).text())


def _tell(what: str, start: float, read: float, text: str) -> None:
    drawn = time.process_time() - read
    print(f"{what:32}{read - start:8.2f}{drawn:8.2f}{len(text):12,}", flush=True)


if __name__ == "__main__":
    main()
