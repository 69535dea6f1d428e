"""The articles of a store, as a bibliography needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Store

_ARTICLES = """SELECT ?article ?title ?date ?publisher ?url { ?article a kc:Article
  OPTIONAL { ?article dcterms:title ?title } OPTIONAL { ?article dcterms:issued ?date }
  OPTIONAL { ?article dcterms:publisher ?publisher } OPTIONAL { ?article dcterms:source ?url }
} ORDER BY ?article"""


@dataclass(frozen=True, slots=True)
class Cited:
    """An article; `date` is ISO 8601, a day, a month or a year; None where unknown."""

    iri: str
    title: str | None
    date: str | None
    publisher: str | None
    url: str | None

    @property
    def key(self) -> str:
        """The article's id, which is unique in the store."""
        return self.iri.rpartition("/")[2]


def articles(graph: Store) -> list[Cited]:
    """All articles, by IRI."""
    rows: Any = graph.query(_ARTICLES, prefixes=PREFIXES, use_default_graph_as_union=True)
    return [
        Cited(iri.value, *(term.value if term else None for term in known)) for iri, *known in rows
    ]
