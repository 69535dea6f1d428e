"""What of a large picture is drawn at first: the most connected, with the rest folded into them.

Every other node is folded into the drawn one that the fewest ties lead to; of several into the most
connected. So nothing is left out: the page unfolds, finds and lists all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kcgraph.render.picture import Picture

MOST_WHOLE = 2000  # nodes of a picture that is drawn whole
SHOWN = 300  # nodes of a larger one that are drawn at first
MOST_TIES = 2500  # ties between these; of more, fewer nodes are drawn
MOST_APART = 60  # components that are drawn though none of their nodes is among the most connected

DRAWN, APART = -1, -2


def fold(picture: Picture) -> list[int] | None:
    """For each node the index of the one that it is folded into, or `DRAWN`, or `APART` if none of
    the drawn ones can be reached from it; None if the whole picture is drawn."""
    count = len(picture.nodes)
    if count <= MOST_WHOLE:
        return None
    index = {node.id: n for n, node in enumerate(picture.nodes)}
    ends = [(index[e.source], index[e.target]) for e in picture.edges]
    near: defaultdict[int, list[int]] = defaultdict(list)
    for a, b in ends:
        near[a].append(b)
        near[b].append(a)
    ranked = sorted(range(count), key=lambda n: (-len(near[n]), n))
    drawn = _busiest(ranked, ends)
    owners = [APART] * count
    _spread(drawn, near, owners)
    for node in ranked:
        if owners[node] == APART and near[node] and len(drawn) < SHOWN + MOST_APART:
            drawn.append(node)
            _spread([node], near, owners)
    return owners


def shown_at_first(picture: Picture) -> int | None:
    """How many nodes a picture that is folded shows at first; None for one that is not."""
    owners = fold(picture)
    return None if owners is None else owners.count(DRAWN)


def _busiest(ranked: Sequence[int], ends: Sequence[tuple[int, int]]) -> list[int]:
    for size in (SHOWN, 200, 120, 60):
        chosen = set(ranked[:size])
        if sum(a in chosen and b in chosen for a, b in ends) <= MOST_TIES:
            break
    return list(ranked[:size])


def _spread(starts: Sequence[int], near: dict[int, list[int]], owners: list[int]) -> None:
    """Fold all that can be reached from `starts` into the nearest of them."""
    owner = {start: start for start in starts}
    rim = list(starts)
    while rim:
        found = []
        for node in rim:
            for other in near[node]:
                if other not in owner:
                    owner[other] = owner[node]
                    found.append(other)
        rim = found
    for node, own in owner.items():
        owners[node] = DRAWN if node == own else own
