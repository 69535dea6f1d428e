"""The drawing itself: a picture as a pyvis network with places, shapes and curves."""

from __future__ import annotations

import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kcgraph.render.fold import DRAWN
from kcgraph.render.layout import Box, arrange, arrange_columns
from kcgraph.render.look import NODES
from kcgraph.render.picture import Node, NodeKind, Picture

Json = dict[str, Any]

FONT_SIZE = {NodeKind.ISSUE: 14, NodeKind.EVENT: 12}
DEFAULT_FONT_SIZE = 15
LINE_HEIGHT = 1.2
BOX_MARGIN = 8
LABEL_GAP = 6  # vis-network leaves this much between a shape and the label below it

OPTIONS: Json = {
    "autoResize": True,
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "physics": {
        "enabled": False,
        "solver": "forceAtlas2Based",
        "forceAtlas2Based": {
            "gravitationalConstant": -90,
            "springLength": 130,
            "avoidOverlap": 0.6,
            "damping": 0.6,
        },
        "stabilization": {"enabled": False},
    },
    "interaction": {
        "hover": True,
        "hoverConnectedEdges": False,
        "selectConnectedEdges": False,
        "keyboard": {"enabled": False},
        "hideEdgesOnDrag": False,
    },
    "nodes": {"borderWidth": 2, "borderWidthSelected": 4, "labelHighlightBold": False},
    "edges": {
        "smooth": False,
        "selectionWidth": 2,
        "hoverWidth": 1,
        "labelHighlightBold": False,
        "arrowStrikethrough": False,
        "selfReference": {"size": 22},
        "font": {"size": 11, "strokeWidth": 4, "align": "horizontal"},
    },
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """`nodes` (those drawn at first) and `edges` as pyvis hands them to vis-network; of every node
    of the picture its label as drawn, and its radius in pixels."""

    nodes: list[Json]
    edges: list[Json]
    labels: list[str]
    radii: list[float]


def network_data(picture: Picture, owners: Sequence[int] | None = None) -> Drawn:
    """The picture drawn: a node's and an edge's `id` is its index in it; the page adds colours.

    Given `owners` (see `kcgraph.render.fold`), only those folded into no other get one.
    """
    from pyvis.network import Network

    index = {node.id: n for n, node in enumerate(picture.nodes)}
    ends = [(index[e.source], index[e.target]) for e in picture.edges]
    degree = Counter(end for pair in ends for end in pair)
    labels = [short_label(node) for node in picture.nodes]
    radii = [round(min(8.0 + 3.0 * degree[n] ** 0.5, 26.0), 1) for n in range(len(picture.nodes))]
    shown = [n for n in range(len(picture.nodes)) if owners is None or owners[n] == DRAWN]
    boxes = [node_box(picture.nodes[n].kind, labels[n], radii[n]) for n in shown]
    if picture.columns:
        places = arrange_columns(boxes, [picture.columns[picture.nodes[n].id] for n in shown])
    else:
        place = {n: p for p, n in enumerate(shown)}
        ties = [(place[a], place[b]) for a, b in ends if a in place and b in place]
        places = arrange(boxes, ties)

    net = Network(directed=True)
    net.options = OPTIONS
    for n, (x, y) in zip(shown, places, strict=True):
        kind = picture.nodes[n].kind
        net.add_node(
            n,
            label=labels[n],
            shape=NODES[kind].shape,
            color=None,
            x=x,
            y=y,
            size=radii[n],
            font={"size": font_size(kind)},
        )
    net.edges = [
        {"id": e, "from": source, "to": target, **({"smooth": bend} if bend else {})}
        for e, ((source, target), bend) in enumerate(zip(ends, _bends(ends), strict=True))
    ]
    nodes, edges, *_ = net.get_network_data()
    for drawn in nodes:
        del drawn["color"]
    return Drawn(nodes, edges, labels, radii)


def short_label(node: Node) -> str:
    """The label as drawn: without direction marks, in at most three lines of some 20 letters."""
    text = re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", node.label)
    text = " ".join(text[:400].split())
    width = 22 if node.kind is NodeKind.ISSUE else 18
    lines = textwrap.wrap(text, width, break_on_hyphens=False) or ["?"]
    if len(lines) > 3:
        lines = [*lines[:2], lines[2][: width - 1].rstrip() + "…"]
    return "\n".join(lines)


def node_box(kind: NodeKind, label: str, radius: float) -> Box:
    """The room of a node in pixels, label included."""
    size = font_size(kind)
    lines = label.split("\n")
    width = max(_text_width(line) for line in lines) * size
    height = len(lines) * size * LINE_HEIGHT
    if NODES[kind].shape == "box":
        return Box(width + 2 * BOX_MARGIN, height + 2 * BOX_MARGIN)
    below = height + LABEL_GAP
    return Box(max(width, 2 * radius), 2 * radius + below, below / 2)


def font_size(kind: NodeKind) -> int:
    """Of the label of a node, in pixels."""
    return FONT_SIZE.get(kind, DEFAULT_FONT_SIZE)


def _text_width(text: str) -> float:
    """A generous width of `text` in a sans-serif font, in font sizes; the reader's is unknown."""
    return sum(
        0.34
        if c in "ijlftrI.,:;'’|()[] -"
        else 0.9
        if c in "mwMW@%—…"
        else 0.7
        if c.isupper()
        else 1.05
        if ord(c) > 0x2E80
        else 0.58
        for c in text
    )


def _bends(ends: Sequence[tuple[int, int]]) -> list[Json | None]:
    """How to bend each tie so that ties between the same two nodes stay apart; None is straight."""
    together: dict[tuple[int, int], list[int]] = defaultdict(list)
    for e, (source, target) in enumerate(ends):
        together[min(source, target), max(source, target)].append(e)
    bends: list[Json | None] = [None] * len(ends)
    for (low, high), group in together.items():
        if len(group) == 1 or low == high:
            continue
        for n, e in enumerate(group):
            bend = (n - (len(group) - 1) / 2) * 0.3
            if not bend:
                continue
            clockwise = (bend > 0) == (ends[e][0] == low)
            bends[e] = {
                "enabled": True,
                "type": "curvedCW" if clockwise else "curvedCCW",
                "roundness": round(abs(bend), 2),
            }
    return bends
