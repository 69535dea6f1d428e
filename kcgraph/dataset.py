"""A store for Python: an rdflib Dataset that also answers the questions of the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph
from oxrdflib import OxigraphStore
from rdflib import Dataset

from kcgraph.claims import Claims
from kcgraph.frames import Rows, rows_of_answer
from kcgraph.names import STAKEHOLDERS, kept_names
from kcgraph.query import loose_query, named_query, run
from kcgraph.store import open_reader
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    import networkx as nx

    from kcgraph.demands import Demand
    from kcgraph.dossier import Dossier
    from kcgraph.network import Matrix, Statement
    from kcgraph.paths import Found
    from kcgraph.paths.kept import KeptClaims


class KnowledgeGraph(Dataset):
    """The RDF of a store, for reading: as of the build before it was opened.

    As an rdflib Dataset it has everything that rdflib offers, `query` included; its default graph
    is the union of all named graphs, and SPARQL is answered by Oxigraph. `oxigraph` is that store
    itself. `rows`, `named`, `who`, `demands`, `paths`, `ties`, `statements` and `network` answer as
    the commands do, in plain data classes; names are matched as forgivingly. Whatever is not
    understood raises InputError, an unknown name NotFound, which offers the nearest.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path)
        self._reader = open_reader(self.path)
        self.oxigraph: pyoxigraph.Store = self._reader.graph
        super().__init__(OxigraphStore(store=self.oxigraph), default_union=True)
        for prefix, namespace in PREFIXES.items():
            self.bind(prefix, namespace)

    @cached_property
    def claims(self) -> Claims:
        """The reader of positions, attributions, events and names of this store."""
        return Claims(self.oxigraph, kept_names(self._reader))

    def rows(self, sparql: str, **values: object) -> Rows:
        """What a query of your own answers, as plain values; frames by `.pandas()`, `.polars()`.

        `values` bind variables of the query to strings, whatever these hold.
        """
        query = loose_query(sparql)
        bindings = query.bind(_texts(values), lambda: self.claims.names)
        return rows_of_answer(run(self.oxigraph, query.text, bindings=bindings))

    def named(self, name: str, **values: object) -> Rows:
        """What a named query answers (`kcgraph query --list`), with values for its parameters."""
        query = named_query(name)
        bindings = query.bind(_texts(values), lambda: self.claims.names)
        return rows_of_answer(run(self.oxigraph, query.text, bindings=bindings))

    @cached_property
    def _kept(self) -> KeptClaims:
        from kcgraph.paths.kept import kept_claims

        return kept_claims(self._reader, self.claims.names)

    def who(self, name: str, most: int = 20) -> Dossier:
        """The dossier of a person, organization or group.

        `most`: of so many allies and opponents the sentences are read, on so many issues; 0: all.
        """
        from kcgraph.dossier import dossier_from

        return dossier_from(self._kept, self._kept.columns, self._stakeholder(name), most=most)

    def demands(
        self,
        *,
        issue: str | None = None,
        holder: str | None = None,
        addressee: str | None = None,
        status: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> list[Demand]:
        """The demand board, by names; `status` is open, answered or refused; dates are ISO 8601."""
        from kcgraph.demands import demands

        return demands(
            self.oxigraph,
            issue=self.claims.names.find(issue, {"issue"}).iri if issue is not None else None,
            holder=self._stakeholder(holder) if holder is not None else None,
            addressee=self._stakeholder(addressee) if addressee is not None else None,
            status=status,
            since=since,
            until=until,
            claims=self._kept,
        )

    def paths(
        self,
        source: str,
        target: str,
        k: int = 3,
        *,
        through: str = "people",
        kinds: Iterable[str] = (),
        since: str | None = None,
        until: str | None = None,
        min_articles: int = 1,
        max_hops: int | None = None,
    ) -> Found:
        """The `k` nearest paths between two names, every hop with its sentence; or why none."""
        from kcgraph.paths import Wishes, find_paths

        wishes = Wishes(through, frozenset(kinds), since, until, min_articles, max_hops)
        ends = self._stakeholder(source), self._stakeholder(target)
        return find_paths(self.oxigraph, *ends, k=k, wishes=wishes, claims=self._kept)

    def ties(self, **wishes: Any) -> nx.MultiGraph:
        """Who is tied to whom, every tie with its sentences: see `kcgraph.paths.ties`."""
        from kcgraph.paths import ties

        return ties(self.oxigraph, **wishes)

    def statements(self, actors: str = "both") -> list[Statement]:
        """The event list of discourse network analysis."""
        from kcgraph.network import statements

        return statements(self.oxigraph, actors, claims=self._kept)

    def matrix(self, actors: str = "both", **choice: Any) -> Matrix:
        """A discourse network as a matrix; the rest as in `kcgraph.network.Choice`."""
        from kcgraph.network import Choice, network

        return network(self.statements(actors), Choice(**choice))

    def network(self, actors: str = "both", **choice: Any) -> nx.Graph:
        """A discourse network as a networkx graph; arguments as of `matrix`."""
        from kcgraph.network.formats import as_networkx

        return as_networkx(
            self.matrix(actors, **choice), combined=choice.get("qualifier") == "combine"
        )

    def _stakeholder(self, name: str) -> str:
        return self.claims.names.find(name, STAKEHOLDERS).iri


def _texts(values: dict[str, object]) -> dict[str, Sequence[str]]:
    """Values as they would be typed; a list gives a parameter several."""
    lists = {n: v if isinstance(v, list | tuple) else [v] for n, v in values.items()}
    return {
        name: [str(v).lower() if isinstance(v, bool) else str(v) for v in some]
        for name, some in lists.items()
    }
