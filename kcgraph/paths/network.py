"""Ties as a networkx network, each with its sentences, and paths in it.

The whole network is for those who compute with it; `find` finds paths in large stores sooner.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from kcgraph.claims import Claims, EventClaim, PositionClaim, Ref
from kcgraph.paths.model import HUB_PENALTY, POOL, NoPath, Path, best, checked, hop, why
from kcgraph.paths.search import Weighted, weighted
from kcgraph.ties import (
    KINDS,
    Tie,
    derived_ties,
    often_told,
    sides_told,
    ties_between,
    ties_to_issues,
)

if TYPE_CHECKING:
    import networkx as nx
    from numpy.typing import NDArray
    from pyoxigraph import Store


def ties(
    store: Store,
    *,
    through: str = "people",
    kinds: Iterable[str] = (),
    since: str | None = None,
    until: str | None = None,
    min_articles: int = 1,
) -> nx.MultiGraph:
    """The network of `store`: nodes are IRIs, edges are the ties that its rules derived.

    Node attributes: `label`, `kind` (person, organization, group, issue), `roles` (tuple).
    Edge attributes: `tie` (a `Tie`, with evidence and direction), `kind`, `words`, `issue` (label
    or None), `date`, `articles` (number), `source` and `target` (IRIs that `words` lead between).

    `through` "people" has ties between stakeholders; "issues" has stakeholders tied to the issues
    that they hold positions on; "all" has both, with shared issues in place of agreements. `kinds`
    (of `ties.KINDS`) restricts the ties; `since` and `until` (ISO 8601, inclusive) restrict the
    dates, and leave out what has none; `min_articles` is as in `find.Wishes`.

    Raises InputError for an unknown kind of tie or an unknown `through`.
    """
    import networkx as nx

    claims = Claims(store)
    positions = [p for p in claims.positions() if _within(p, since, until)]
    events = [e for e in claims.events() if _within(e, since, until)]
    wanted = checked(kinds, through)
    network = nx.MultiGraph()
    every = _all_ties(through, sides_told(positions, min_articles), events)
    some = often_told((t for t in every if t.kind in wanted), min_articles)
    for tie in derived_ties(some, store):
        for end in (tie.source, tie.target):
            if end.iri not in network:
                known = claims.names.by_iri.get(end.iri)
                roles = known.roles if known else ()
                network.add_node(end.iri, label=end.label, kind=end.kind, roles=roles)
        network.add_edge(
            tie.source.iri,
            tie.target.iri,
            tie=tie,
            kind=tie.kind,
            words=tie.words,
            issue=tie.issue.label if tie.issue else None,
            date=tie.date,
            articles=len(tie.articles),
            source=tie.source.iri,
            target=tie.target.iri,
        )
    return network


def paths(
    network: nx.MultiGraph, source: str, target: str, *, k: int = 3, max_hops: int | None = None
) -> list[Path]:
    """Up to `k` simple paths between two nodes, the nearest first; none if there is none.

    A hop costs what its nearest tie costs (`ties.KINDS`), plus a tenth for each doubling of the
    ties of its ends: whoever deals with everybody connects nobody. A path also costs one more for
    each two on it that a tie joins directly, past those between them. The network stays as it is.
    """
    numbers, weights, _ = _weighed(network)
    if source == target or source not in numbers or target not in numbers:
        return []
    nodes = list(numbers)
    candidates = weights.cheapest(numbers[source], numbers[target], k * POOL, max_hops)
    return [
        Path(
            tuple(
                hop(nodes[one], [edge["tie"] for edge in network[nodes[one]][nodes[two]].values()])
                for one, two in itertools.pairwise(path)
            ),
            cost,
        )
        for path, cost in best(weights, candidates, k)
    ]


def why_none(
    network: nx.MultiGraph, source: Ref, target: Ref, max_hops: int | None = None
) -> NoPath:
    """Why `paths` gave nothing for these two."""
    numbers, weights, degrees = _weighed(network)
    nodes = list(numbers)

    def ref(number: int) -> Ref:
        node = network.nodes[nodes[number]]
        return Ref(nodes[number], node["label"], node["kind"])

    return why(weights, degrees, numbers, source, target, max_hops, ref)


def _weighed(network: nx.MultiGraph) -> tuple[dict[str, int], Weighted, NDArray[np.int64]]:
    """Numbers of the nodes, those with equal ties by name; weights; number of ties of each."""
    ordered = sorted(network.nodes, key=lambda node: (network.nodes[node]["label"], node))
    numbers = {node: n for n, node in enumerate(ordered)}
    edges = list(network.edges(data="kind"))
    source, target = (
        np.array([numbers[edge[end]] for edge in edges], dtype=np.int64) for end in (0, 1)
    )
    costs = np.array([KINDS[kind] for *_, kind in edges], dtype=np.float64)
    weights, degrees = weighted(len(numbers), source, target, costs, HUB_PENALTY)
    return numbers, weights, degrees


def _within(claim: PositionClaim | EventClaim, since: str | None, until: str | None) -> bool:
    if not (since or until):
        return True
    return claim.date is not None and (since or "") <= claim.date <= (until or "9999-12-31")


def _all_ties(
    through: str, positions: list[PositionClaim], events: list[EventClaim]
) -> Iterator[Tie]:
    if through != "issues":
        yield from ties_between(positions, events)
    if through != "people":
        yield from ties_to_issues(positions)
