"""GEXF 1.2: the network of positions, for Gephi, which shows its attributes and directions."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kcgraph.export.graphml import network_of
from kcgraph.network.formats import gexf

if TYPE_CHECKING:
    from kcgraph.claims import Claims


def write(claims: Claims, out: IO[bytes]) -> None:
    """Writes the network of `graphml.network_of`.

    Where the evidence stands is called `evidence_start` and `evidence_end`, since `start` and `end`
    are times in GEXF. The kind of a position is the label of its edge, too.
    """
    network = network_of(claims)
    for _, _, edge in network.edges(data=True):
        edge["evidence_start"], edge["evidence_end"] = edge.pop("start"), edge.pop("end")
        edge["label"] = edge["kind"]
    out.write(gexf(network).encode())
