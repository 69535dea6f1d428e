"""Other ways to look at a picture: who demands what of whom, who agrees, what came when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import combinations

from kcgraph.grammar import agreed
from kcgraph.render.picture import (
    POSITIONS,
    SIDES,
    Edge,
    Node,
    NodeKind,
    Passage,
    Picture,
    TieKind,
)

MOST_TIES = 5000  # of a congruence network; of more, those that rest on the most issues stay
HEADINGS = ("Who demands", "What", "Asked or answering")  # of the view of demands
NAMED_ISSUES = 2  # issues that the word on a line names


class View(StrEnum):
    NETWORK = "network"
    DEMANDS = "demands"
    TIMELINE = "timeline"
    CONGRUENCE = "congruence"


def seen_as(picture: Picture, view: View) -> Picture:
    """`picture` as `view` shows it."""
    if view is View.DEMANDS:
        return demand_view(picture)
    if view is View.CONGRUENCE:
        return congruence_view(picture)
    if view is View.TIMELINE:
        return replace(picture, opens="view=timeline")
    return picture


# --- demands -------------------------------------------------------------------------------------


def demand_view(picture: Picture) -> Picture:
    """In three columns who demands, what is demanded, and who is asked or has answered."""
    demands = [e for e in picture.edges if e.kind is TieKind.DEMAND]
    demanded = {e.target for e in demands}
    asked = {a for e in demands for a in e.addressees}
    answers = [
        e
        for e in picture.edges
        if e.kind in (TieKind.COMMITMENT, TieKind.REFUSAL) and e.target in demanded
    ]
    calls = [e for e in picture.edges if e.kind is TieKind.ASKED and e.target in asked]
    columns = dict.fromkeys((a for e in demands for a in e.addressees), 2)
    columns |= dict.fromkeys((e.source for e in answers), 2)
    columns |= dict.fromkeys(demanded, 1)
    columns |= dict.fromkeys((e.source for e in demands), 0)
    edges = (*demands, *answers, *calls)
    nodes = _ordered([n for n in picture.nodes if n.id in columns], edges, columns)
    return replace(_of(picture, nodes, edges, columns), headings=HEADINGS)


def _ordered(
    nodes: Sequence[Node], edges: Iterable[Edge], columns: dict[str, int]
) -> tuple[Node, ...]:
    """The nodes so that ties between columns cross little: each near the mean of its neighbours
    (the barycentre method of Sugiyama, Tagawa and Toda 1981)."""
    neighbours = defaultdict(list)
    for edge in edges:
        if columns[edge.source] != columns[edge.target]:
            neighbours[edge.source].append(edge.target)
            neighbours[edge.target].append(edge.source)
    lanes = {c: [n.id for n in nodes if columns[n.id] == c] for c in sorted(set(columns.values()))}
    place: dict[str, float] = {}
    for lane in lanes.values():
        place |= {node: (n + 0.5) / len(lane) for n, node in enumerate(lane)}
    for _ in range(8):
        for lane in lanes.values():
            mean = {
                node: sum(place[o] for o in near) / len(near)
                if (near := neighbours[node])
                else place[node]
                for node in lane
            }
            lane.sort(key=lambda node: mean[node])
            place |= {node: (n + 0.5) / len(lane) for n, node in enumerate(lane)}
    by_id = {n.id: n for n in nodes}
    return tuple(by_id[node] for lane in lanes.values() for node in lane)


# --- congruence ----------------------------------------------------------------------------------


def congruence_view(picture: Picture) -> Picture:
    """Who takes the same side of an issue as whom, and who the other.

    A mixed view is on no side, and praise or blame of a person is on no issue; each tie rests on
    the passages of both.
    """
    issues = {n.id: n.label for n in picture.nodes if n.kind is NodeKind.ISSUE}
    many = {n.id: n.many for n in picture.nodes}
    sides: defaultdict[str, defaultdict[tuple[str, str], list[Passage]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for edge in picture.edges:
        if edge.kind in POSITIONS and edge.target in issues and SIDES[edge.kind] != "mixed":
            sides[edge.target][edge.source, SIDES[edge.kind]] += edge.evidence
    shared: defaultdict[tuple[str, str, TieKind], dict[str, tuple[Passage, ...]]] = defaultdict(
        dict
    )
    for issue, camp in sides.items():
        for (one, here), (other, there) in combinations(sorted(camp), 2):
            if one != other:
                kind = TieKind.AGREEMENT if here == there else TieKind.CONFLICT
                both = (*camp[one, here], *camp[other, there])
                shared[one, other, kind][issue] = shared[one, other, kind].get(issue, ()) + both
    ranked = sorted(shared.items(), key=lambda item: -len(item[1]))
    edges = tuple(
        Edge(
            one,
            other,
            kind,
            tuple(dict.fromkeys(p for passages in on.values() for p in passages)),
            note=agreed(_words(kind, [issues[i] for i in on]), many[one]),
            derived=True,
        )
        for (one, other, kind), on in ranked[:MOST_TIES]
    )
    tied = {end for e in edges for end in (e.source, e.target)}
    found = _of(picture, tuple(n for n in picture.nodes if n.id in tied), edges)
    if len(ranked) > MOST_TIES:
        notice = (
            f"Of {len(ranked):,} agreements and conflicts the {MOST_TIES:,} that rest on the most "
            "issues are drawn."
        )
        found = replace(found, notices=(*found.notices, notice))
    return found


def _words(kind: TieKind, labels: Sequence[str]) -> str:
    """ "agrees on body cameras with", said between two names."""
    verb = "agrees" if kind is TieKind.AGREEMENT else "disagrees"
    named = ", ".join(f"“{label}”" for label in labels[:NAMED_ISSUES])
    more = f" and {len(labels) - NAMED_ISSUES} more" if len(labels) > NAMED_ISSUES else ""
    return f"{verb} on {named}{more} with"


def _of(
    picture: Picture,
    nodes: tuple[Node, ...],
    edges: tuple[Edge, ...],
    columns: dict[str, int] | None = None,
) -> Picture:
    used = {p.article for e in edges for p in e.evidence}
    articles = tuple(a for a in picture.articles if a.id in used)
    return replace(picture, nodes=nodes, edges=edges, articles=articles, columns=columns or {})
