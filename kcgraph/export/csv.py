"""CSV: the network of positions as a list of nodes and one of edges, for Gephi and spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kcgraph.export.graphml import network_of

if TYPE_CHECKING:
    from kcgraph.claims import Claims

_NODE = ("label", "kind", "aliases", "roles")
_EDGE = (
    "kind", "polarity", "confidence", "date", "addressee", "on_behalf_of", "evidence", "sentence",
    "article", "title", "publisher", "start", "end",
)  # fmt: skip


def files(claims: Claims) -> dict[str, bytes]:
    """nodes.csv and edges.csv, with the columns that Gephi looks for first."""
    network = network_of(claims, verbatim=True)
    nodes = [(iri, *_cells(data, _NODE)) for iri, data in network.nodes(data=True)]
    edges = [
        (holder, target, "Directed", key, *_cells(data, _EDGE))
        for holder, target, key, data in network.edges(keys=True, data=True)
    ]
    return {
        "nodes.csv": table(("Id", "Label", *_NODE[1:]), nodes),
        "edges.csv": table(("Source", "Target", "Type", "Id", *_EDGE), edges),
    }


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """RFC 4180 in UTF-8; whatever a cell holds comes back as it was."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(heads)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def _cells(data: Mapping[str, object], columns: Iterable[str]) -> list[object]:
    return [data.get(name, "") for name in columns]
