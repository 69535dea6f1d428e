"""Betweenness in weighted networks of any size.

    Brandes, U. (2001). A faster algorithm for betweenness centrality. Journal of Mathematical
    Sociology 25: 163-177. Estimated from some nodes as in Brandes, U. & Pich, C. (2007). Centrality
    estimation in large networks. Int. J. Bifurcation and Chaos 17: 2303-2318.

networkx has the same, which takes minutes where there are hundreds of thousands of ties. Here the
shortest ways from a node are a sparse matrix, and sums over all of them are products with it.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from kcgraph.network.matrix import Floats


def betweenness(distances: csr_array, *, most_sources: int, seed: int) -> Floats:
    """The share of shortest ways between two others that lead over each node of a network.

    `distances` are the lengths of its ties, positive, in a symmetric matrix. In a network of more
    nodes than `most_sources` only the ways that begin at so many count, drawn with `seed`.
    """
    size = distances.shape[0]
    sources = list(range(size))
    if size > most_sources:
        sources = random.Random(seed).sample(sources, most_sources)
    found = np.zeros(size)
    for source in sources:
        found += _dependencies(distances, source)
    if size < 3:
        return found
    scale = np.full(size, 1.0 / len(sources))
    scale[sources] = 1.0 / (len(sources) - 1)  # no way over a node begins there
    found *= scale / (size - 2)
    return found


def _dependencies(distances: csr_array, source: int) -> Floats:
    """For each node the sum, over all others, of the share of shortest ways from `source` to that
    other that lead over it."""
    from scipy.sparse import coo_array, csr_array
    from scipy.sparse.csgraph import dijkstra

    ties = coo_array(distances)
    far = dijkstra(distances, indices=source)
    last = np.isfinite(far[ties.col]) & (far[ties.row] + ties.data == far[ties.col])
    before, after = ties.row[last], ties.col[last]  # the steps of all shortest ways
    steps = csr_array((np.ones(len(before)), (after, before)), shape=distances.shape)
    start = np.zeros(len(far))
    start[source] = 1
    ways = _sum_of_powers(steps, start)
    shares = csr_array((ways[before] / ways[after], (before, after)), shape=distances.shape)
    found = _sum_of_powers(shares, shares.sum(axis=1))
    found[source] = 0
    return found


def _sum_of_powers(matrix: Any, vector: Floats) -> Floats:
    """The sum of `vector`, `matrix` times it, and so on to the power that is 0."""
    found = vector.copy()
    while vector.any():
        vector = matrix @ vector
        found += vector
    return found
