"""What a store knows of its articles, in one file beside it, for whoever asks about many of them.

To look up an article in the store takes some fifty steps of the engine; here it takes none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kcgraph.claims import FACTS, ArticleFacts
from kcgraph.paths.arrays import kept_arrays
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyoxigraph import Store

_FORM = 1  # of the kept file; another one is not read
_ARTICLES = "SELECT ?article { ?article a kc:Article }"


@dataclass(frozen=True)
class Articles:
    """The facts of the articles `iris` (UTF-8), each as a list in JSON, one behind the other.

    `facts` are the bytes of all, in the order of `claims.FACTS`; those of an article end before
    the n-th of `ends`.
    """

    iris: NDArray[np.bytes_]
    ends: NDArray[np.int64]
    facts: NDArray[np.uint8]

    def __contains__(self, iri: str) -> bool:
        return iri in self._places

    def __getitem__(self, iri: str) -> ArticleFacts:
        """Raises KeyError for an article that the store does not have."""
        start, end = self._places[iri]
        return ArticleFacts(*json.loads(self.facts[start:end].tobytes()))

    @cached_property
    def _places(self) -> Mapping[str, tuple[int, int]]:
        ends = self.ends.tolist()
        places = zip([0, *ends[:-1]], ends, strict=True) if ends else ()
        return dict(zip((iri.decode() for iri in self.iris.tolist()), places, strict=True))


def articles(store: Store, kept: Path) -> Articles:
    """The articles of `store`; read from the file `kept` if it is there, else left there.

    The file is of this one generation of the store: who names it sees to that. One that cannot be
    read or written is done without.
    """
    return kept_arrays(Articles, _FORM, kept, lambda: _read(store), mapped="facts")


def _read(store: Store) -> Articles:
    """Reads all articles, a scan for each fact."""

    def rows(query: str) -> Any:
        return store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)

    found: dict[str, list[str | None]] = {
        article.value: [None] * len(FACTS) for (article,) in rows(_ARTICLES)
    }
    for n, term in enumerate(FACTS.values()):
        for article, value in rows(f"SELECT ?article ?value {{ ?article {term} ?value }}"):
            known = found.get(article.value)
            if known is not None and known[n] is None:
                known[n] = value.value
    texts = [json.dumps(facts, ensure_ascii=False).encode() for facts in found.values()]
    return Articles(
        np.array([iri.encode() for iri in found], dtype=np.bytes_),
        np.cumsum([len(text) for text in texts], dtype=np.int64),
        np.frombuffer(b"".join(texts), dtype=np.uint8),
    )
