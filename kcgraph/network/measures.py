"""Measures of a discourse network: camps, centre, polarization, and who is active on what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kcgraph.claims import Ref
from kcgraph.errors import InputError
from kcgraph.network.between import betweenness
from kcgraph.network.matrix import Matrix, one_mode
from kcgraph.network.statements import Statement

if TYPE_CHECKING:
    from networkx import Graph
    from scipy.sparse import csr_array

    from kcgraph.network.matrix import Floats

_MOST_SOURCES = 200  # of a larger network, betweenness is estimated from so many nodes
_MOST_DENSE = 1000  # actors up to which all eigenvectors are computed at once


@dataclass(frozen=True, slots=True)
class Communities:
    """`groups` of actors, the largest first; `modularity` is None where there are no ties.

    Actors without a tie are in no group but `alone`.
    """

    groups: tuple[tuple[Ref, ...], ...]
    alone: tuple[Ref, ...]
    modularity: float | None
    seed: int


def communities(matrix: Matrix, *, seed: int = 0, resolution: float = 1.0) -> Communities:
    """Groups of actors who agree more with each other than chance would have it.

    Found by the method of Louvain (Blondel et al. 2008, J. Stat. Mech. P10008) on the positive ties
    of a one-mode network; the same `seed` gives the same groups. Modularity as Newman (2004).
    """
    from networkx import isolates
    from networkx.algorithms.community import louvain_communities, modularity

    ties = _positive(matrix)
    alone = sorted(isolates(ties))
    ties.remove_nodes_from(alone)
    if not ties:
        return Communities((), _refs(matrix, alone), None, seed)
    found = louvain_communities(ties, weight="weight", resolution=resolution, seed=seed)
    groups = sorted((_refs(matrix, group) for group in found), key=lambda g: (-len(g), g[0].label))
    value = modularity(ties, found, weight="weight", resolution=resolution)
    return Communities(tuple(groups), _refs(matrix, alone), float(value), seed)


def _positive(matrix: Matrix) -> Graph[int]:
    """The positive ties between actors; nodes are places in `matrix.rows`."""
    from networkx import Graph

    if not matrix.one_mode:
        raise InputError("this measure is of actors and actors; choose mode 'one'")
    ties: Graph[int] = Graph()
    ties.add_nodes_from(range(len(matrix.rows)))
    ties.add_weighted_edges_from(tie for tie in matrix.ties() if tie[2] > 0)
    return ties


def _refs(matrix: Matrix, places: Iterable[int]) -> tuple[Ref, ...]:
    return tuple(matrix.rows[n] for n in sorted(places))


# --- centrality ---------------------------------------------------------------------------------

CAUTIONS = {
    "degree": "how many actors it shares a tie with; who speaks on the most common issue leads",
    "strength": "sum of its ties; who is quoted most leads, unless the ties are normalised",
    "betweenness": (
        "share of shortest ways that lead over it, a strong tie being a short way; in a network of"
        " shared opinions nothing flows along them, so this shows brokers only if you know of them"
    ),
    "eigenvector": (
        "ties with those who have strong ties, 1 at most; only within the largest connected part,"
        " 0 elsewhere: compare no actors of different parts"
    ),
}


@dataclass(frozen=True, slots=True)
class Centrality:
    """How central an actor is, in the positive ties of a one-mode network; see CAUTIONS."""

    actor: Ref
    degree: int
    strength: float
    betweenness: float
    eigenvector: float


def centrality(matrix: Matrix, *, seed: int = 0) -> list[Centrality]:
    """Four centralities of every actor, the strongest first.

    In more than 200 actors betweenness is estimated from 200, drawn with `seed`.
    """
    from scipy.sparse import csr_array

    ties = _positive(matrix)
    positive = csr_array(matrix.values.maximum(0))
    positive.eliminate_zeros()
    distances = csr_array((1 / positive.data, positive.indices, positive.indptr), positive.shape)
    between = betweenness(distances, most_sources=_MOST_SOURCES, seed=seed)
    central = _eigenvector(ties)
    found = [
        Centrality(
            actor,
            int(ties.degree(n)),
            float(ties.degree(n, weight="weight")),
            float(between[n]),
            central.get(n, 0.0),
        )
        for n, actor in enumerate(matrix.rows)
    ]
    return sorted(found, key=lambda one: (-one.strength, one.actor.label.casefold()))


def _eigenvector(ties: Graph[int]) -> dict[int, float]:
    """Bonacich's (1972) centrality in the largest connected part, its largest value 1."""
    from networkx import connected_components, to_scipy_sparse_array

    parts = [sorted(part) for part in connected_components(ties)]
    largest = max(parts, key=lambda part: (len(part), -part[0]), default=[])
    if len(largest) < 2:
        return {}
    values = to_scipy_sparse_array(ties, nodelist=largest, weight="weight", format="csr")
    vector = np.abs(_leading_eigenvector(values))
    return dict(zip(largest, (vector / vector.max()).tolist(), strict=True))


# --- polarization -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Division:
    """How actors divide over an issue: `yes` and `no` count those who lean so, `torn` neither way.

    `balance` is 1 - |yes - no| / (yes + no): 0 if all are on one side, 1 if the sides are even.
    """

    issue: Ref
    yes: int
    no: int
    torn: int
    balance: float


@dataclass(frozen=True, slots=True)
class Debate:
    """A part of the actors, who agree or disagree with each other, in two camps, the larger first.

    `ei_index` is (external - internal) / (external + internal) ties of agreement: -1 if nobody
    agrees across the camps. `conflict_across` is the share of disagreement that is between the
    camps: 1 if nobody disagrees within them. `modularity` of the camps in the congruence network is
    near 0.5 for two camps of one size that share nothing. None where there is no such tie.
    """

    camps: tuple[tuple[Ref, ...], ...]
    modularity: float | None
    ei_index: float | None
    conflict_across: float | None
    issues: tuple[Division, ...]


def polarization(some: Iterable[Statement]) -> list[Debate]:
    """How far the actors of each debate fall into two camps, the largest debate first.

    A debate is a connected part of the subtract network, normalised by average activity; actors
    without a tie in it are in none. The camps are those of the signs of its leading eigenvector,
    improved by moving one actor at a time as long as that brings agreement within and disagreement
    between the camps (after Newman 2006, PNAS 103: 8577; Doreian & Mrvar 1996, Social Networks 18:
    149). `dna_polarization` of rDNA asks for camps of equal size instead. The E-I index is that of
    Krackhardt & Stern (1988, Social Psychology Quarterly 51: 123).
    """
    from networkx import Graph, connected_components

    some = list(some)
    signed = one_mode(some, qualifier="subtract", normalization="average")
    agree = one_mode(some, qualifier="congruence", normalization="average")
    disagree = one_mode(some, qualifier="conflict", normalization="average")
    ties: Graph[int] = Graph()
    ties.add_weighted_edges_from(signed.ties())
    debates = []
    for part in connected_components(ties):
        camps = _camps(signed, sorted(part))
        actors = {signed.rows[n].iri for n in part}
        inside, across = _sums(agree, camps)
        within, between = _sums(disagree, camps)
        debates.append(
            Debate(
                camps=tuple(_refs(signed, camp) for camp in camps if camp),
                modularity=_modularity(agree, camps),
                ei_index=_share(across - inside, across + inside),
                conflict_across=_share(between, within + between),
                issues=tuple(divisions(s for s in some if s.actor.iri in actors)),
            )
        )
    return sorted(debates, key=lambda d: (-sum(map(len, d.camps)), d.camps[0][0].label.casefold()))


def _camps(signed: Matrix, actors: list[int]) -> list[list[int]]:
    """The two camps of connected `actors`, the larger first; the second can be empty."""
    ties = signed.values[actors][:, actors]
    side = np.where(_leading_eigenvector(ties) >= 0, 1.0, -1.0)
    for _ in range(len(actors)):
        gain = -side * (ties @ side)  # of moving each to the other camp
        if gain.max() <= 1e-12:
            break
        side[gain.argmax()] *= -1
    found = [[n for n, s in zip(actors, side, strict=True) if s == sign] for sign in (1, -1)]
    return sorted(found, key=lambda camp: (-len(camp), camp))


def _leading_eigenvector(ties: csr_array) -> Floats:
    """Of the largest eigenvalue of a symmetric matrix; the largest of its values is positive."""
    from scipy.sparse.linalg import eigsh

    size = ties.shape[0]
    if size <= _MOST_DENSE:
        vector = np.linalg.eigh(ties.toarray())[1][:, -1]
    else:
        vector = eigsh(ties, k=1, which="LA", v0=np.ones(size))[1][:, 0]
    signed: Floats = vector * np.sign(vector[np.abs(vector).argmax()])
    return signed


def _modularity(agree: Matrix, camps: list[list[int]]) -> float | None:
    from networkx.algorithms.community import modularity

    ties = _positive(agree).subgraph([n for camp in camps for n in camp])
    return float(modularity(ties, camps, weight="weight")) if ties.size() else None


def _sums(matrix: Matrix, camps: list[list[int]]) -> tuple[float, float]:
    """The sums of the ties within the camps and between them."""
    one, other = (np.zeros(len(matrix.rows)) for _ in range(2))
    one[camps[0]], other[camps[1]] = 1, 1
    inside = one @ (matrix.values @ one) + other @ (matrix.values @ other)
    return float(inside) / 2, float(one @ (matrix.values @ other))


def divisions(some: Iterable[Statement]) -> list[Division]:
    """How the actors of `some` statements divide over each issue, the most divided first."""
    leaning: defaultdict[Ref, Counter[Ref]] = defaultdict(Counter)
    for one in some:
        leaning[one.issue][one.actor] += 1 if one.agreement else -1
    found = []
    for issue, actors in leaning.items():
        yes = sum(lean > 0 for lean in actors.values())
        no = sum(lean < 0 for lean in actors.values())
        balance = 1 - abs(yes - no) / (yes + no) if yes + no else 0.0
        found.append(Division(issue, yes, no, len(actors) - yes - no, balance))
    return sorted(found, key=lambda d: (-min(d.yes, d.no), -d.balance, d.issue.label.casefold()))


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


# --- activity -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Activity:
    """The statements on an issue: `yes` and `no`, and how many actors made them."""

    issue: Ref
    yes: int
    no: int
    actors: int

    @property
    def total(self) -> int:
        return self.yes + self.no


def activity(some: Iterable[Statement]) -> list[Activity]:
    """The statements issue by issue, the most discussed first (rDNA's `dna_barplot`)."""
    sides: defaultdict[Ref, Counter[bool]] = defaultdict(Counter)
    actors: defaultdict[Ref, set[str]] = defaultdict(set)
    for one in some:
        sides[one.issue][one.agreement] += 1
        actors[one.issue].add(one.actor.iri)
    found = [Activity(i, n[True], n[False], len(actors[i])) for i, n in sides.items()]
    return sorted(found, key=lambda a: (-a.total, a.issue.label.casefold()))
