"""Paths as plain data, which of them is nearest, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from kcgraph.claims import Passage, Ref
from kcgraph.errors import InputError
from kcgraph.ties import KINDS, Tie

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kcgraph.paths.search import Weighted

THROUGH = ("people", "issues", "all")
HUB_PENALTY = 0.1  # what a hop costs more for each doubling of the ties of its ends
POOL = 10  # simple paths that are weighed for each one that is asked for
_DETOUR_PENALTY = 1.0  # what a path costs more for each two on it that a tie joins past the others
_NEAREST = 5  # how many are named who are near to an end


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: `tie` is the nearest tie of the two, `also` their other ones."""

    source: Ref
    target: Ref
    tie: Tie
    also: tuple[Tie, ...] = ()

    @property
    def words(self) -> str:
        """The tie as a sentence, told from the side of `source`."""
        return self.tie.told_from(self.source.iri)

    @property
    def evidence(self) -> tuple[Passage, ...]:
        """The passages of the tie; of an agreement first the source's, then the target's."""
        return self.tie.evidence_from(self.source.iri)


@dataclass(frozen=True, slots=True)
class Path:
    """A chain of hops from one stakeholder to another; a lower `cost` is a nearer relation."""

    hops: tuple[Hop, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class NoPath:
    """Why there is none, in a sentence, and who is nearest to each end by number of hops."""

    reason: str
    near_source: tuple[Ref, ...]
    near_target: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The paths, the nearest first; `none` says why where there is none."""

    paths: tuple[Path, ...]
    none: NoPath | None


def checked(kinds: Iterable[str], through: str) -> frozenset[str]:
    """The kinds of tie that count for these wishes; all that `through` allows if none is named.

    Raises InputError for an unknown kind or an unknown `through`.
    """
    if through not in THROUGH:
        raise InputError(f"--through {through!r}: choose one of: {', '.join(THROUGH)}")
    wanted = frozenset(kinds)
    unknown = wanted - KINDS.keys()
    if unknown:
        raise InputError(
            f"unknown kind of tie {min(unknown)!r}; choose from: {', '.join(sorted(KINDS))}"
        )
    # where issues stand between, a shared issue is two ties and no agreement
    apart = {"holds"} if through == "people" else {"agrees", "disagrees"}
    allowed = frozenset(KINDS) - apart if through != "issues" else frozenset(("holds",))
    return (wanted or frozenset(KINDS)) & allowed


def best(network: Weighted, candidates: list[list[int]], k: int) -> list[tuple[list[int], float]]:
    """The `k` nearest of the paths, each with its cost, which a detour makes higher."""
    found = []
    for nodes in candidates:
        joined = [network.pair(*ends) for ends in combinations(nodes, 2)]
        steps = [network.pair(*ends) for ends in pairwise(nodes)]
        cost = sum(float(network.cost[at]) for at in steps if at is not None)
        detours = sum(at is not None for at in joined) - len(steps)
        found.append((nodes, round(cost + _DETOUR_PENALTY * detours, 3)))
    return sorted(found, key=lambda path: path[1])[:k]


def hop(source: str, ties: Iterable[Tie]) -> Hop:
    """The hop from `source` (an IRI) along the nearest of its ties with another."""
    found = sorted(ties, key=lambda t: (KINDS[t.kind], t.date or "9999", t.words, t.claims))
    first = found[0]
    here, there = first.source, first.target
    if here.iri != source:
        here, there = there, here
    return Hop(here, there, first, tuple(found[1:]))


def why(
    network: Weighted,
    degrees: NDArray[np.int64],
    numbers: Mapping[str, int],
    source: Ref,
    target: Ref,
    max_hops: int | None,
    ref: Callable[[int], Ref],
) -> NoPath:
    """Why no path joins the two; `numbers` has everybody who has a tie."""
    if source.iri == target.iri:
        return NoPath(f"{source.label} is the same at both ends", (), ())
    away = {
        end.iri: network.hops(numbers[end.iri]) for end in (source, target) if end.iri in numbers
    }
    near = [
        _nearest(away[end.iri], degrees, ref) if end.iri in away else () for end in (source, target)
    ]
    for end in (source, target):
        if end.iri not in away:
            return NoPath(f"{end.label} has no tie of these kinds to anybody", near[0], near[1])
    hops = away[source.iri][numbers[target.iri]]
    if np.isfinite(hops):
        reason = f"the shortest path has {int(hops)} hops, more than --max-hops {max_hops} allows"
        return NoPath(reason, near[0], near[1])
    sizes = [int(np.isfinite(away[end.iri]).sum()) - 1 for end in (source, target)]
    reason = (
        f"no chain of ties leads from one to the other: {source.label} is connected with "
        f"{sizes[0]} {'other' if sizes[0] == 1 else 'others'}, {target.label} with {sizes[1]}, "
        "and nobody is in both circles"
    )
    return NoPath(reason, near[0], near[1])


def _nearest(
    hops: NDArray[np.float64], degrees: NDArray[np.int64], ref: Callable[[int], Ref]
) -> tuple[Ref, ...]:
    """Whom an end reaches in at most two hops, the fewest first, then who has most ties."""
    near = np.flatnonzero((hops > 0) & (hops <= 2))
    ranks = np.stack([hops[near], -degrees[near]], axis=1)
    order = np.lexsort((ranks[:, 1], ranks[:, 0]))
    last = ranks[order[:_NEAREST]][-1:]  # whoever is as near as the last one named is compared
    some = [n for n in order.tolist() if tuple(ranks[n]) <= tuple(last[0])] if len(last) else []
    refs = ((tuple(ranks[n]), ref(int(near[n]))) for n in some)
    named = sorted(refs, key=lambda pair: (pair[0], pair[1].label, pair[1].iri))
    return tuple(found for _, found in named[:_NEAREST])
