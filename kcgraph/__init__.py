"""kcgraph turns newspaper articles about civic disputes into a graph of who wants what.

import kcgraph
graph = kcgraph.open("kcgraph-store")  # over what `kcgraph build` made
graph.who("Lucas").stands  # as on the command line: who, demands, paths, network, named, rows
graph.query("SELECT ?who { ?who a kc:Stakeholder }")  # it is an rdflib Dataset too
kcgraph.rows(graph.demands(status="open")).pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike
    from typing import Any

    from kcgraph.dataset import KnowledgeGraph
    from kcgraph.frames import Rows

__all__ = ["__version__", "open", "rows"]
__version__ = "0.1.0"


def open(path: str | PathLike[str]) -> KnowledgeGraph:
    """The store in the folder `path`, for reading: see `kcgraph.dataset.KnowledgeGraph`.

    Raises NotFound (an InputError) if there is no store, WorkError if it cannot be read.
    """
    from kcgraph.dataset import KnowledgeGraph

    return KnowledgeGraph(path)


def rows(items: Iterable[Any]) -> Rows:
    """Demands, positions, statements, ... as rows with `.pandas()` and `.polars()`.

    Raises InputError if `items` are no data classes.
    """
    from kcgraph.frames import rows

    return rows(items)
