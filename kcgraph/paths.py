"""Relationship paths between two stakeholders, every hop with the sentence it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations, islice, pairwise
from typing import TYPE_CHECKING, Any

from kcgraph.claims import Claims, EventClaim, Passage, PositionClaim, Ref
from kcgraph.errors import InputError
from kcgraph.ties import KINDS, Tie, derived_ties, ties_between, ties_to_issues

if TYPE_CHECKING:
    import networkx as nx
    from pyoxigraph import Store

THROUGH = ("people", "issues", "all")
_HUB_PENALTY = 0.1  # what a hop costs more for each doubling of the ties of its ends
_DETOUR_PENALTY = 1.0  # what a path costs more for each two on it that a tie joins past the others
_POOL = 10  # simple paths that are weighed for each one that is asked for
_MOST_TRIED = 2_000  # simple paths looked at before giving up on `max_hops`


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


def ties(
    store: Store,
    *,
    through: str = "people",
    kinds: Iterable[str] = (),
    since: str | None = None,
    until: str | None = None,
) -> nx.MultiGraph:
    """The network of `store`: nodes are IRIs, edges are the ties that its rules derived.

    Node attributes: `label`, `kind` (person, organization, group, issue), `roles` (tuple).
    Edge attributes: `tie` (a `Tie`, with evidence and direction), `kind`, `words`, `issue` (label
    or None), `date`, `articles` (number), `source` and `target` (IRIs that `words` lead between).

    `through` "people" has ties between stakeholders; "issues" has stakeholders tied to the issues
    that they hold positions on; "all" has both, with shared issues in place of agreements. `kinds`
    (of `ties.KINDS`) restricts the ties; `since` and `until` (ISO 8601, inclusive) restrict the
    dates, and leave out what has none.
    """
    import networkx as nx

    claims = Claims(store)
    positions = [p for p in claims.positions() if _within(p, since, until)]
    events = [e for e in claims.events() if _within(e, since, until)]
    wanted = _checked_kinds(kinds)
    network = nx.MultiGraph()
    some = (t for t in _all_ties(through, positions, events) if t.kind in wanted)
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
    """The `k` nearest paths from `source` to `target` (IRIs) in a network of `ties`.

    Near is: few hops, acts rather than shared opinions, no hubs that everybody has ties with (a
    hop costs more by `log2` of the ties of its ends), and no detour past a direct tie. Two paths
    differ in whom they pass. Candidates come from Yen's algorithm (1971), as networkx has it. An
    empty list if there is none.
    """
    import networkx as nx

    if source == target or source not in network or target not in network:
        return []
    weight = partial(_cost, dict(network.degree()), network)
    try:
        simple = nx.Graph(_near_both(network, source, target, max_hops) if max_hops else network)
        found = nx.shortest_simple_paths(simple, source, target, weight=weight)
        short = (p for p in islice(found, _MOST_TRIED) if not max_hops or len(p) <= max_hops + 1)
        candidates = [_path(network, weight, nodes) for nodes in islice(short, k * _POOL)]
    except nx.NetworkXNoPath:
        return []
    return sorted(candidates, key=lambda path: path.cost)[:k]


def _near_both(network: nx.MultiGraph, source: str, target: str, hops: int) -> nx.MultiGraph:
    """The part of the network that a path of at most `hops` can pass."""
    import networkx as nx

    here = nx.single_source_shortest_path_length(network, source, cutoff=hops)
    there = nx.single_source_shortest_path_length(network, target, cutoff=hops)
    near = {node for node in here.keys() & there.keys() if here[node] + there[node] <= hops}
    return network.subgraph({source, target} | near)


def why_none(
    network: nx.MultiGraph, source: Ref, target: Ref, max_hops: int | None = None
) -> NoPath:
    """Why `paths` gave nothing for these two."""
    import networkx as nx

    if source.iri == target.iri:
        return NoPath(f"{source.label} is the same at both ends", (), ())
    near_source, near_target = _nearest(network, source.iri), _nearest(network, target.iri)
    for end in (source, target):
        if end.iri not in network:
            reason = f"{end.label} has no tie of these kinds to anybody"
            return NoPath(reason, near_source, near_target)
    if max_hops and nx.has_path(network, source.iri, target.iri):
        hops = nx.shortest_path_length(network, source.iri, target.iri)
        reason = f"the shortest path has {hops} hops, more than --max-hops {max_hops} allows"
        return NoPath(reason, near_source, near_target)
    sizes = [len(nx.node_connected_component(network, end.iri)) - 1 for end in (source, target)]
    reason = (
        f"no chain of ties leads from one to the other: {source.label} is connected with "
        f"{sizes[0]} others, {target.label} with {sizes[1]}, and nobody is in both circles"
    )
    return NoPath(reason, near_source, near_target)


def _within(claim: PositionClaim | EventClaim, since: str | None, until: str | None) -> bool:
    if not (since or until):
        return True
    return claim.date is not None and (since or "") <= claim.date <= (until or "9999-12-31")


def _checked_kinds(kinds: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(kinds)
    unknown = wanted - KINDS.keys()
    if unknown:
        raise InputError(
            f"unknown kind of tie {min(unknown)!r}; choose from: {', '.join(sorted(KINDS))}"
        )
    return wanted or frozenset(KINDS)


def _all_ties(
    through: str, positions: list[PositionClaim], events: list[EventClaim]
) -> Iterator[Tie]:
    if through not in THROUGH:
        raise InputError(f"--through {through!r}: choose one of: {', '.join(THROUGH)}")
    if through == "people":
        yield from ties_between(positions, events)
        return
    yield from ties_to_issues(positions)
    if through == "all":
        shared = ("agrees", "disagrees")
        yield from (t for t in ties_between(positions, events) if t.kind not in shared)


def _cost(
    degrees: dict[str, int], network: nx.MultiGraph, one: str, other: str, _: dict[str, Any]
) -> float:
    nearest = min(KINDS[edge["kind"]] for edge in network[one][other].values())
    return nearest + _HUB_PENALTY * (math.log2(degrees[one]) + math.log2(degrees[other])) / 2


def _path(network: nx.MultiGraph, weight: Any, nodes: list[str]) -> Path:
    pairs = list(pairwise(nodes))
    joined = sum(network.has_edge(one, other) for one, other in combinations(nodes, 2))
    detours = _DETOUR_PENALTY * (joined - len(pairs))
    return Path(
        hops=tuple(_hop(network, one, other) for one, other in pairs),
        cost=round(sum(weight(one, other, {}) for one, other in pairs) + detours, 3),
    )


def _hop(network: nx.MultiGraph, one: str, other: str) -> Hop:
    found = [edge["tie"] for edge in network[one][other].values()]
    found.sort(key=lambda t: (KINDS[t.kind], _undated_last(t), t.words, t.claims))
    first = found[0]
    ends = {first.source.iri: first.source, first.target.iri: first.target}
    return Hop(ends[one], ends[other], first, tuple(found[1:]))


def _undated_last(tie: Tie) -> str:
    return tie.date or "9999"


def _nearest(network: nx.MultiGraph, end: str, limit: int = 5) -> tuple[Ref, ...]:
    """Whom `end` reaches in the fewest hops, best connected first."""
    import networkx as nx

    if end not in network:
        return ()
    hops = nx.single_source_shortest_path_length(network, end, cutoff=2)
    hops.pop(end)
    order = sorted(hops, key=lambda n: (hops[n], -network.degree(n), network.nodes[n]["label"]))
    return tuple(Ref(n, network.nodes[n]["label"], network.nodes[n]["kind"]) for n in order[:limit])
