"""kcgraph turns newspaper articles about civic disputes into a graph of who wants what.

import kcgraph
graph = kcgraph.open("kcgraph-store")  # an rdflib Dataset over what `kcgraph build` made
for who, label in graph.query("SELECT ?who ?label { ?who a kc:Stakeholder ; rdfs:label ?label }"):
    ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from kcgraph.dataset import KnowledgeGraph

__all__ = ["__version__", "open"]
__version__ = "0.1.0"


def open(path: str | PathLike[str]) -> KnowledgeGraph:
    """The store in the folder `path`, as an rdflib Dataset that can only be read.

    Raises NotFound (an InputError) if there is no store, WorkError if it cannot be read.
    """
    from kcgraph.dataset import KnowledgeGraph

    return KnowledgeGraph(path)
