"""A store as an rdflib Dataset, for those who know rdflib and everything that speaks it."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import pyoxigraph
from oxrdflib import OxigraphStore
from rdflib import Dataset

from kcgraph.store import open_graph
from kcgraph.vocab import PREFIXES


class KnowledgeGraph(Dataset):
    """The RDF of a store, for reading: as of the build before it was opened.

    The default graph is the union of all named graphs. SPARQL is answered by Oxigraph;
    `oxigraph` is that store itself, which is faster where many rows come back.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path)
        self.oxigraph: pyoxigraph.Store = open_graph(self.path)
        super().__init__(OxigraphStore(store=self.oxigraph), default_union=True)
        for prefix, namespace in PREFIXES.items():
            self.bind(prefix, namespace)
