"""Other formats of a store, one a module: `write(graph, out)` writes bytes, the same for the same.

To add a format, write its module and name it in FORMATS.
"""

from __future__ import annotations

from importlib import import_module
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Store

# format -> what it is; the module has the same name
FORMATS = {
    "nquads": "all quads, one a line, sorted",
    "trig": "all graphs, in Turtle's notation",
    "turtle": "the union of all graphs",
    "jsonld": "all graphs, as JSON",
    "graphml": "stakeholders and issues with positions between them, for Gephi and networkx",
}


def export(graph: Store, format: str, out: IO[bytes]) -> None:
    """Writes the store to `out` in one of FORMATS."""
    import_module(f"kcgraph.export.{format}").write(graph, out)
