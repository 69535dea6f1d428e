"""Cytoscape JSON (cyjs): the network of positions, for Cytoscape and Cytoscape.js."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING

from kcgraph.export.graphml import network_of

if TYPE_CHECKING:
    from kcgraph.claims import Claims


def write(claims: Claims, out: IO[bytes]) -> None:
    """Writes the network of `graphml.network_of`, every text verbatim.

    `value` and `key` are what networkx's reader goes by.
    """
    network = network_of(claims, verbatim=True)
    nodes = [
        {"data": {"id": iri, "value": iri, "name": data["label"], **data}}
        for iri, data in network.nodes(data=True)
    ]
    edges = [
        {"data": {"id": key, "key": key, "source": holder, "target": target, **data}}
        for holder, target, key, data in network.edges(keys=True, data=True)
    ]
    document = {
        "data": {"name": "positions"},
        "directed": True,
        "multigraph": True,
        "elements": {"nodes": nodes, "edges": edges},
    }
    out.write(json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")
