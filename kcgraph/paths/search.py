"""The cheapest simple paths between two nodes of a large network.

Yen's algorithm, which networkx has, is exact but slow where a node has thousands of neighbours.
Two Dijkstra runs of scipy, from either end, tell for every tie what the cheapest walk over it
costs. Those over a bound are left out, and Yen's algorithm runs on the few that stay: whatever it
finds within the bound is what it would find in the whole. If that is not enough, the bound grows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

_FIRST_BOUND = 200  # ties of the cheapest walks that the first try looks at
_GROWTH = 8
_MOST_TRIED = 2_000  # simple paths looked at before giving up on a number of hops


@dataclass(frozen=True)
class Weighted:
    """An undirected network: pair `i` joins the nodes `left[i]` and `right[i]` at `cost[i]` > 0.

    Nodes are numbers below `size`. Every pair stands once, `left` below `right`, sorted by both.
    """

    size: int
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    cost: NDArray[np.float64]
    _keys: NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_keys", self.left * self.size + self.right)

    @cached_property
    def matrix(self) -> csr_array:
        """Costs, symmetric."""
        from scipy.sparse import csr_array

        ends = (np.r_[self.left, self.right], np.r_[self.right, self.left])
        return csr_array((np.r_[self.cost, self.cost], ends), shape=(self.size, self.size))

    def pair(self, one: int, other: int) -> int | None:
        """The number of the pair that joins two nodes, None if none does."""
        key = min(one, other) * self.size + max(one, other)
        at = int(np.searchsorted(self._keys, key))
        return at if at < len(self._keys) and self._keys[at] == key else None

    def hops(self, source: int) -> NDArray[np.float64]:
        """How many hops every node is away; infinite where no path leads."""
        from scipy.sparse.csgraph import dijkstra

        found: NDArray[np.float64] = dijkstra(self.matrix, indices=source, unweighted=True)
        return found

    def cheapest(
        self, source: int, target: int, count: int, max_hops: int | None = None
    ) -> list[list[int]]:
        """Up to `count` simple paths as lists of nodes, the cheapest first."""
        from scipy.sparse.csgraph import dijkstra

        if source == target:
            return []
        left, right, cost = self.left, self.right, self.cost
        if max_hops:
            near = self.hops(source) + self.hops(target) <= max_hops
            kept = near[left] & near[right]
            left, right, cost = left[kept], right[kept], cost[kept]
        here, there = dijkstra(self.matrix, indices=[source, target])
        if np.isinf(here[target]):
            return []
        walk = cost + np.minimum(here[left] + there[right], here[right] + there[left])
        order = np.argsort(walk, kind="stable")
        size = _FIRST_BOUND
        while True:
            whole = size >= len(order)
            bound = np.inf if whole else walk[order[size]]
            some = order if whole else order[walk[order] < bound]
            found = self._yen(left[some], right[some], cost[some], source, target, count, max_hops)
            certain = [path for path in found if self._cost(path) < bound]
            if whole or len(certain) >= count:
                return certain[:count]
            size *= _GROWTH

    def _yen(
        self,
        left: NDArray[np.int64],
        right: NDArray[np.int64],
        cost: NDArray[np.float64],
        source: int,
        target: int,
        count: int,
        max_hops: int | None,
    ) -> list[list[int]]:
        import networkx as nx

        graph = nx.Graph()
        graph.add_nodes_from((source, target))
        graph.add_weighted_edges_from(
            zip(left.tolist(), right.tolist(), cost.tolist(), strict=True)
        )
        found: Iterator[Any] = nx.shortest_simple_paths(graph, source, target, weight="weight")
        short = (p for p in islice(found, _MOST_TRIED) if not max_hops or len(p) <= max_hops + 1)
        try:
            return list(islice(short, count))
        except nx.NetworkXNoPath:
            return []

    def _cost(self, path: list[int]) -> float:
        pairs = (self.pair(*ends) for ends in pairwise(path))
        return sum(float(self.cost[at]) for at in pairs if at is not None)


def weighted(
    size: int,
    source: NDArray[np.int64],
    target: NDArray[np.int64],
    nearness: NDArray[np.float64],
    hub_penalty: float,
) -> tuple[Weighted, NDArray[np.int64]]:
    """The network of many ties between few nodes, and the number of ties of each node.

    Of two nodes the nearest tie counts. `hub_penalty` is what a hop costs more for each doubling of
    the ties of its ends (the mean of both).
    """
    degrees = np.bincount(np.r_[source, target], minlength=size)
    low, high = np.minimum(source, target), np.maximum(source, target)
    keys, pair_of = np.unique(low * size + high, return_inverse=True)
    nearest = np.full(len(keys), np.inf)
    np.minimum.at(nearest, pair_of, nearness)
    left, right = keys // max(size, 1), keys % max(size, 1)
    hubs = (np.log2(degrees[left]) + np.log2(degrees[right])) / 2
    return Weighted(size, left, right, nearest + hub_penalty * hubs), degrees
