"""Pajek's .net: the network of positions; an arc for each, 1 for and -1 against its target."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from kcgraph.export.graphml import network_of

if TYPE_CHECKING:
    from kcgraph.claims import Claims

_VALUES = {"support": (1,), "oppose": (-1,), "mixed": (1, -1)}


def write(claims: Claims, out: IO[bytes]) -> None:
    """Writes vertices with their labels and arcs with values; two of one name get a number."""
    network = network_of(claims, verbatim=True)
    number = {iri: n for n, iri in enumerate(network, 1)}
    names = pajek_names([data["label"] for _, data in network.nodes(data=True)])
    lines = [f"*Vertices {len(number)}", *(f"{n} {name}" for n, name in enumerate(names, 1))]
    lines.append("*Arcs")
    lines += [
        f"{number[holder]} {number[target]} {value}"
        for holder, target, data in network.edges(data=True)
        for value in _VALUES[data["polarity"]]
    ]
    out.write("\n".join([*lines, ""]).encode())


def pajek_names(labels: list[str]) -> list[str]:
    """The labels in quotation marks, each once; Pajek knows no way to write one in a label."""
    seen: set[str] = set()
    found = []
    for label in labels:
        plain = " ".join(label.replace('"', "'").replace("\\", "/").split())
        name, n = plain, 1
        while name in seen:
            n += 1
            name = f"{plain} ({n})"
        seen.add(name)
        found.append(f'"{name}"')
    return found
