"""GEXF 1.2: the network of positions, for Gephi, which shows its attributes and directions."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kcgraph.export.graphml import network_of

if TYPE_CHECKING:
    from pyoxigraph import Store


def write(graph: Store, out: IO[bytes]) -> None:
    """Writes the network of `graphml.network_of`.

    Where the evidence stands is called `evidence_start` and `evidence_end`, since `start` and `end`
    are times in GEXF. The kind of a position is the label of its edge, too.
    """
    from networkx import generate_gexf

    network = network_of(graph)
    for _, _, edge in network.edges(data=True):
        edge["evidence_start"], edge["evidence_end"] = edge.pop("start"), edge.pop("end")
        edge["label"] = edge["kind"]
    out.write(b"<?xml version='1.0' encoding='utf-8'?>\n")
    for line in generate_gexf(network):
        if "<meta " in line:  # the day of writing, and networkx's name
            line = "  <meta><creator>kcgraph</creator></meta>"
        elif "<creator>" in line or "</meta>" in line:
            continue
        out.write(line.encode() + b"\n")
