"""Places for nodes, computed beforehand: deterministic, labels apart, components side by side.

Each connected component is laid out by stress majorization (Gansner, Koren and North 2004) from a
classical-scaling start, turned so that it is wider than high, and freed of overlaps; components
are then packed in rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEP = 100.0  # pixels that one tie should measure
GAP = 14.0  # pixels between neighbouring boxes
COMPONENT_GAP = 90.0
MOST_FILLED = 0.45  # share of the area that boxes may take before they are pushed apart
ASPECT = 1.5  # width to height that a page offers
SEED = 20_200_604


@dataclass(frozen=True, slots=True)
class Box:
    """The room that a node and its label take, in pixels; `drop` is how far the middle of this
    room lies below the middle of the node."""

    width: float
    height: float
    drop: float = 0.0


def arrange(boxes: Sequence[Box], ties: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The place (x, y) of each node's middle, in whole pixels, y pointing down.

    `ties` are pairs of indexes into `boxes`. The same input gives the same places.
    """
    import numpy as np
    import scipy.linalg  # noqa: F401 - its BLAS must be loaded to be limited
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from threadpoolctl import threadpool_limits

    count = len(boxes)
    if not count:
        return []
    pairs = np.array(sorted({(min(t), max(t)) for t in ties if t[0] != t[1]}), dtype=int)
    pairs = pairs.reshape(-1, 2)
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, member = connected_components(links, directed=False)
    sizes = np.array([(b.width + GAP, b.height + GAP) for b in boxes])
    drops = np.array([(0.0, b.drop) for b in boxes])
    middles = np.zeros((count, 2))
    parts = []
    # on a busy machine the threads of BLAS wait for each other ten times as long as they reckon
    with threadpool_limits(1, user_api="blas"):
        for part in range(member.max() + 1):
            own = np.flatnonzero(member == part)
            inside = pairs[member[pairs[:, 0]] == part]
            places = _component(sizes[own], np.searchsorted(own, inside))
            middles[own] = places
            parts.append(own)
    _pack(middles, sizes, parts)
    return [(int(x), int(y)) for x, y in np.rint(middles - drops)]


def arrange_columns(boxes: Sequence[Box], columns: Sequence[int]) -> list[tuple[int, int]]:
    """The place (x, y) of each node's middle, each in its column, in the order of `boxes`.

    Every column is centred on the same line; a taller one makes the others spread out.
    """
    tall = dict.fromkeys(sorted(set(columns)), 0.0)
    wide = dict.fromkeys(tall, 0.0)
    count = dict.fromkeys(tall, 0)
    for box, column in zip(boxes, columns, strict=True):
        tall[column] += box.height + 2 * GAP
        wide[column] = max(wide[column], box.width)
        count[column] += 1
    height = max(tall.values(), default=0.0)
    left = dict.fromkeys(tall, 0.0)
    x = 0.0
    for column in tall:
        left[column] = x
        x += wide[column] + 3 * STEP
    slack = {c: (height - tall[c]) / (count[c] + 1) for c in tall}
    y = dict(slack)
    places = []
    for box, column in zip(boxes, columns, strict=True):
        middle = y[column] + GAP + box.height / 2
        places.append((round(left[column] + wide[column] / 2), round(middle - box.drop)))
        y[column] += box.height + 2 * GAP + slack[column]
    return places


def _component(sizes: Floats, pairs: NDArray[np.int_]) -> Floats:
    """Middles of the boxes of one connected component, around the origin."""
    import numpy as np

    count = len(sizes)
    if count == 1:
        return np.zeros((1, 2))
    distances = _distances(count, pairs)
    places = _stress(distances, _scaling(distances)) * STEP
    return _apart(_turn(places), sizes)


def _distances(count: int, pairs: NDArray[np.int_]) -> Floats:
    """Wanted distances, in steps: along the shortest way, ties of busy nodes being longer."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import shortest_path

    degree = np.bincount(pairs.ravel(), minlength=count)
    ends = degree[pairs]
    lengths = 1.0 + 0.12 * np.sqrt(ends.max(axis=1)) + 0.1 * np.sqrt(ends.min(axis=1) - 1)
    links = coo_array((lengths, (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(shortest_path(links.tocsr(), directed=False), dtype=float)


def _scaling(distances: Floats) -> Floats:
    """Classical scaling (Torgerson 1952) by power iteration, with a little seeded noise that
    parts nodes of equal distances."""
    import numpy as np

    rng = np.random.default_rng(SEED)
    count = len(distances)
    squares = distances**2
    centred = -0.5 * (squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None])
    centred -= 0.5 * squares.mean()
    basis = rng.standard_normal((count, 2))
    for _ in range(60):
        basis, _ = np.linalg.qr(centred @ basis)
    spread = np.sqrt(np.abs(np.einsum("ij,ij->j", basis, centred @ basis)))
    start: Floats = basis * spread + rng.normal(scale=0.15, size=(count, 2))
    return start


def _stress(distances: Floats, places: Floats, rounds: int = 120) -> Floats:
    """Places whose distances come close to the wanted ones, near pairs counting most.

    The matrices of all pairs are written over in each round: to make new ones would cost more than
    to reckon with them.
    """
    import numpy as np
    from scipy.linalg import cho_factor, cho_solve

    count = len(distances)
    if count > 600:
        rounds = 50
    weights = 1.0 / np.maximum(distances, 1e-9) ** 2
    np.fill_diagonal(weights, 0.0)
    pull = weights * distances
    laplacian = np.negative(weights, out=weights)
    np.fill_diagonal(laplacian, -laplacian.sum(axis=1))
    laplacian += 1.0 / count  # what it cannot tell, where the middle is, is then decided: at 0
    factor = cho_factor(laplacian, overwrite_a=True, check_finite=False)
    guttman = np.empty_like(pull)
    for _ in range(rounds):
        norms = (places**2).sum(axis=1)
        np.matmul(places, -2.0 * places.T, out=guttman)
        guttman += norms
        guttman += norms[:, None]
        np.maximum(guttman, 1e-12, out=guttman)
        np.sqrt(guttman, out=guttman)
        np.divide(pull, guttman, out=guttman)
        pulled = guttman.sum(axis=1)[:, None] * places - guttman @ places
        moved: Floats = cho_solve(factor, pulled, check_finite=False)
        if np.abs(moved - places).max() < 1e-3:
            return moved
        places = moved
    return places


def _turn(places: Floats) -> Floats:
    """The same picture with its longest extent level, and a fixed choice of left and top."""
    import numpy as np

    places = places - places.mean(axis=0)
    _, axes = np.linalg.eigh(places.T @ places)
    turned: Floats = places @ axes[:, ::-1]
    signs = np.sign((turned**3).sum(axis=0))
    signs[signs == 0] = 1.0
    level: Floats = turned * signs
    return level


def _apart(places: Floats, sizes: Floats, rounds: int = 600) -> Floats:
    """Places at which no two boxes overlap: each overlapping pair parts along its shorter way.

    First all is spread out if there is too little room, and again where small moves do not suffice.
    """
    import numpy as np
    from scipy.spatial import cKDTree

    count = len(places)
    room = float(np.prod(np.ptp(places, axis=0) + sizes.mean(axis=0))) * MOST_FILLED
    needed = float(sizes.prod(axis=1).sum())
    places = places * (max(1.0, needed / room) ** 0.5 if count > 30 else 1.0)
    reach = float(sizes.max())
    for turn in range(1, rounds + 1):
        near = cKDTree(places).query_pairs(reach, p=np.inf, output_type="ndarray")
        first, second = np.sort(near, axis=1)[np.lexsort(np.sort(near, axis=1).T[::-1])].T
        offset = places[first] - places[second]
        over = (sizes[first] + sizes[second]) / 2 - np.abs(offset)
        hit = (over > 0.5).all(axis=1)
        if not hit.any():
            break
        if turn % 60 == 0:
            places *= 1.1
            continue
        first, second, offset, over = first[hit], second[hit], offset[hit], over[hit]
        rows, axis = np.arange(len(first)), over.argmin(axis=1)
        side = np.where(offset[rows, axis] < 0, -1.0, 1.0)
        move = np.zeros_like(over)
        move[rows, axis] = over[rows, axis] * side * 0.5
        busy = np.maximum(np.bincount(np.concatenate([first, second]), minlength=count), 1)
        step = np.zeros_like(places)
        np.add.at(step, first, move)
        np.add.at(step, second, -move)
        places += step / np.sqrt(busy)[:, None]
    return places


def _pack(middles: Floats, sizes: Floats, parts: list[NDArray[np.int_]]) -> None:
    """Move the components, the largest first, into rows of about equal width; in place."""

    frames = []
    for own in parts:
        low = (middles[own] - sizes[own] / 2).min(axis=0)
        high = (middles[own] + sizes[own] / 2).max(axis=0)
        middles[own] -= low
        frames.append(high - low + (COMPONENT_GAP if len(own) > 1 else 0.0))
    order = sorted(range(len(parts)), key=lambda p: (-len(parts[p]), -frames[p][1], parts[p][0]))
    area = sum(float(w * h) for w, h in frames)
    least = max(float(w) for w, _ in frames)
    widths = [max(least, (area * ASPECT) ** 0.5 * (0.8 + 0.1 * n)) for n in range(12)]
    rows = min((_rows(frames, order, width) for width in widths), key=lambda r: r.cost)
    for part, corner in zip(order, rows.corners, strict=True):
        middles[parts[part]] += corner


@dataclass(frozen=True, slots=True)
class _Rows:
    """Upper left corners of frames set in rows; `cost` is the room they need on a page."""

    corners: list[tuple[float, float]]
    cost: float


def _rows(frames: Sequence[Floats], order: Sequence[int], row_width: float) -> _Rows:
    corners = []
    x = y = tallest = widest = 0.0
    for part in order:
        width, height = map(float, frames[part])
        if x and x + width > row_width:
            x, y, tallest = 0.0, y + tallest, 0.0
        corners.append((x, y))
        x, tallest = x + width, max(tallest, height)
        widest = max(widest, x)
    return _Rows(corners, max(widest, (y + tallest) * ASPECT))
