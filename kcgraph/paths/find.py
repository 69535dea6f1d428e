"""The nearest paths between two stakeholders of a store, from its columns of ties."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from kcgraph.claims import Claims, Ref
from kcgraph.paths.kept import KeptClaims
from kcgraph.paths.model import HUB_PENALTY, POOL, Found, Hop, NoPath, Path, best, checked, hop
from kcgraph.paths.search import Weighted, weighted
from kcgraph.paths.table import KIND_CODES, TieTable, columns, tie_table
from kcgraph.ties import KINDS, Tie, derived_ties, often_told, ties_between, ties_to_issues

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyoxigraph import Store

_COSTS = np.array([KINDS[kind] for kind in KIND_CODES])


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which ties count for a path.

    `through` "people" takes ties between stakeholders; "issues" goes from stakeholder to issue to
    stakeholder; "all" takes both, with shared issues in place of agreements. `kinds` (of
    `ties.KINDS`; none: all) restricts the ties; `since` and `until` (ISO 8601, inclusive) the dates
    of what they rest on, and leave out what has none. `min_articles`: so many articles must tell of
    a tie; of an agreement each side, of a tie to an issue the side.
    """

    through: str = "people"
    kinds: frozenset[str] = frozenset()
    since: str | None = None
    until: str | None = None
    min_articles: int = 1
    max_hops: int | None = None


def find_paths(
    store: Store,
    source: str,
    target: str,
    *,
    k: int = 3,
    wishes: Wishes | None = None,
    claims: Claims | None = None,
) -> Found:
    """Up to `k` paths between two stakeholders (IRIs), the nearest first, or why there is none.

    `claims` of the same store spare reading its names again, `KeptClaims` its columns too.

    Raises InputError for an unknown kind of tie or an unknown `through`.
    """
    wishes = wishes or Wishes()
    kinds = checked(wishes.kinds, wishes.through)
    table = tie_table(
        claims.columns if isinstance(claims, KeptClaims) else columns(store),
        through=wishes.through,
        kinds=kinds,
        since=wishes.since,
        until=wishes.until,
        min_articles=wishes.min_articles,
    )
    search = Search(table, claims or Claims(store), wishes, kinds)
    ends = search.claims.ref(source), search.claims.ref(target)
    numbers = [search.numbers.get(end.iri) for end in ends]
    if None in numbers or source == target:
        return Found((), search.why_none(*ends))
    found = search.paths(numbers[0] or 0, numbers[1] or 0, k)
    return Found(tuple(found), None if found else search.why_none(*ends))


@dataclass(frozen=True)
class Search:
    """Paths in the ties of `table`, whose sentences `claims` reads."""

    table: TieTable
    claims: Claims
    wishes: Wishes
    kinds: frozenset[str]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """IRI -> number, of everybody who has a tie."""
        tied = np.union1d(self.table.source, self.table.target)
        return {self._iri(n): int(n) for n in tied}

    @cached_property
    def weights(self) -> tuple[Weighted, NDArray[np.int64]]:
        table = self.table
        size = len(table.columns.nodes)
        return weighted(size, table.source, table.target, _COSTS[table.kind], HUB_PENALTY)

    def paths(self, source: int, target: int, k: int) -> list[Path]:
        network, _ = self.weights
        candidates = network.cheapest(source, target, k * POOL, self.wishes.max_hops)
        nearest = best(network, candidates, k)
        pairs = dict.fromkeys(pair for nodes, _ in nearest for pair in pairwise(nodes))
        hops = {pair: self._hop(*pair) for pair in pairs}
        return [Path(tuple(hops[p] for p in pairwise(nodes)), cost) for nodes, cost in nearest]

    def why_none(self, source: Ref, target: Ref) -> NoPath:
        from kcgraph.paths.model import why

        return why(
            self.weights[0], self.weights[1], self.numbers, source, target, self.wishes.max_hops,
            lambda n: self.claims.ref(self._iri(n)),
        )  # fmt: skip

    def _iri(self, number: int) -> str:
        return self.table.columns.nodes[number].decode()  # type: ignore[no-any-return]

    def _hop(self, one: int, other: int) -> Hop:
        """The ties between two, read from the store with their sentences."""
        ends = {self._iri(one), self._iri(other)}
        columns = self.table.columns
        rows = self._positions(one, other)
        events = self._events(one, other)
        positions = (
            self.claims.positions(claim=self._claims(columns.p_claim[rows])) if len(rows) else []
        )
        acts = (
            self.claims.events(claim=self._claims(columns.e_claim[events])) if len(events) else []
        )
        ties: list[Tie] = []
        if self.wishes.through != "issues":
            ties += ties_between(positions, acts)
        if self.wishes.through != "people":
            ties += ties_to_issues(positions)
        some = (t for t in ties if {t.source.iri, t.target.iri} == ends and t.kind in self.kinds)
        told = derived_ties(often_told(some, self.wishes.min_articles), self.claims.store)
        return hop(self._iri(one), list(told))

    def _claims(self, numbers: NDArray[np.int64]) -> list[str]:
        return [claim.decode() for claim in self.table.columns.claims[numbers].tolist()]

    def _positions(self, one: int, other: int) -> NDArray[np.int64]:
        """The rows of positions that ties between the two may rest on.

        Of those on a shared issue that are alike, the surest: it speaks for all.
        """
        columns, rows = self.table.columns, self.table.positions
        rows = rows[np.isin(columns.p_holder[rows], (one, other))]
        target = columns.p_target[rows]
        asked = np.isin(rows, columns.a_position[np.isin(columns.a_who, (one, other))])
        spoken = np.isin(target, (one, other)) | asked
        if self.wishes.through != "people":
            return rows[spoken]
        holder = columns.p_holder[rows]
        shared = np.intersect1d(target[holder == one], target[holder == other])
        surest: defaultdict[tuple[int, int, int], float] = defaultdict(float)
        opinions = rows[np.isin(target, shared)]
        sides = list(zip(columns.p_holder[opinions].tolist(), columns.p_target[opinions].tolist(),
                         columns.p_polarity[opinions].tolist(), strict=True))  # fmt: skip
        for side, sure in zip(sides, columns.p_sure[opinions].tolist(), strict=True):
            surest[side] = max(surest[side], sure)
        speaks = [
            sure == surest[side]
            for side, sure in zip(sides, columns.p_sure[opinions].tolist(), strict=True)
        ]
        return np.union1d(rows[spoken], opinions[np.array(speaks, dtype=bool)])

    def _events(self, one: int, other: int) -> NDArray[np.int64]:
        """The rows of events that both have a part in."""
        columns = self.table.columns
        both = np.intersect1d(
            columns.w_event[columns.w_who == one], columns.w_event[columns.w_who == other]
        )
        return np.intersect1d(both, self.table.events)
