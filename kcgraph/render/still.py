"""Still pictures for print: the same places, shapes, lines and words as in the page, by matplotlib.

Everything is drawn in pixels of the page's drawing, y pointing down. Text is never read as markup:
matplotlib's own (`$...$`) is off.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from kcgraph.errors import InputError
from kcgraph.render.fold import fold
from kcgraph.render.look import NODES, PAGE, TIES, NodeLook, TieLook
from kcgraph.render.network import font_size, network_data, node_box
from kcgraph.render.page import covered, folding, plain
from kcgraph.render.picture import NodeKind, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Point = tuple[float, float]

MARGIN = 40.0
TITLE = 26  # font sizes in pixels
SMALL = 14
ENTRY = 190.0  # width of an entry of the legend
ROW = 26.0
MOST_INCHES = 40.0  # of a side; a larger picture is drawn smaller
DPI = 200
INK, SOFT = "#1c1f24", "#575d66"
FONTS = (
    *(
        "DejaVu Sans",
        "Noto Sans",
        "Liberation Sans",
        "Arial",
        "Noto Sans CJK JP",
        "Noto Sans Arabic",
    ),
    *("Noto Sans Hebrew", "Noto Color Emoji", "Noto Emoji", "Symbola"),
)
_MARKS = {"dot": "o", "square": "s", "triangle": "^", "diamond": "D", "hexagon": "h"}


def render_still(picture: Picture, format: Literal["png", "svg"]) -> bytes:
    """The picture as a PNG (200 dots per inch) or SVG file; same picture, same bytes.

    Of a picture that the page opens folded the nodes that it shows at first are drawn.
    Raises InputError if matplotlib is not there.
    """
    try:
        import matplotlib
        from matplotlib.figure import Figure
        from matplotlib.font_manager import fontManager
    except ImportError as error:
        raise InputError(
            "still pictures need matplotlib; install it: pip install 'kcgraph[stills]'"
        ) from error
    installed = {font.name for font in fontManager.ttflist}
    settings: Any = {
        "font.family": [name for name in FONTS if name in installed] or ["sans-serif"],
        "svg.fonttype": "none",
        "svg.hashsalt": "kcgraph",
        "path.simplify": False,
    }
    out = BytesIO()
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        figure = Figure()
        _Still(picture, figure.add_axes((0, 0, 1, 1))).draw(figure)
        about: dict[str, Any] = {"Title": plain(picture.title)}
        about |= {"Date": None, "Creator": "kcgraph"} if format == "svg" else {"Software": None}
        figure.savefig(out, format=format, dpi=DPI, metadata=about, facecolor=PAGE["light"])
    return out.getvalue()


class _Still:
    def __init__(self, picture: Picture, axes: Axes) -> None:
        self.picture = picture
        self.axes = axes
        self.scale = 1.0  # points per pixel of font sizes and line widths

    def draw(self, figure: Any) -> None:
        owners = fold(self.picture)
        drawn = network_data(self.picture, owners)
        places = {item["id"]: (float(item["x"]), float(item["y"])) for item in drawn.nodes}
        boxes = {
            n: node_box(self.picture.nodes[n].kind, drawn.labels[n], drawn.radii[n]) for n in places
        }
        left = min((x - boxes[n].width / 2 for n, (x, _) in places.items()), default=0.0)
        right = max((x + boxes[n].width / 2 for n, (x, _) in places.items()), default=600.0)
        top = min((y - drawn.radii[n] for n, (_, y) in places.items()), default=0.0)
        bottom = max(
            (y + boxes[n].drop + boxes[n].height / 2 for n, (_, y) in places.items()), default=100.0
        )
        wide = max(right - left, 3.2 * ENTRY)
        middle = (left + right) / 2
        left, right = middle - wide / 2 - MARGIN, middle + wide / 2 + MARGIN
        legend = self._legend_entries()
        across = max(int((wide + MARGIN) // ENTRY), 1)
        rows = math.ceil(len(legend) / across)
        footer = self._footer(wide)
        head = top - MARGIN - TITLE - 2.2 * SMALL
        foot = bottom + MARGIN + rows * ROW + (len(footer) + 1) * SMALL * 1.4
        self._frame(figure, left, right, head - MARGIN / 2, foot)

        self._text(
            left + MARGIN,
            head + TITLE,
            _short(self.picture.title, wide / TITLE * 1.7),
            TITLE,
            INK,
            "left",
            weight="bold",
        )
        self._text(
            left + MARGIN, head + TITLE + 1.6 * SMALL, covered(self.picture), SMALL, SOFT, "left"
        )
        for edge, item in zip(self.picture.edges, drawn.edges, strict=True):
            if item["from"] in places and item["to"] in places:
                self._tie(TIES[edge.kind], self._line(item, places, boxes, drawn.radii))
        for n, (x, y) in places.items():
            self._node(
                NODES[self.picture.nodes[n].kind],
                x,
                y,
                drawn.radii[n],
                drawn.labels[n],
                self.picture.nodes[n].kind,
            )
        for n, look in enumerate(legend):
            x = left + MARGIN + ENTRY * (n % across)
            y = bottom + MARGIN + ROW * (n // across)
            self._entry(look, x, y)
        for n, line in enumerate(footer):
            y = bottom + MARGIN + rows * ROW + (n + 0.6) * SMALL * 1.4
            self._text(left + MARGIN, y, line, SMALL * 0.9, SOFT, "left")

    def _frame(self, figure: Any, left: float, right: float, top: float, bottom: float) -> None:
        width, height = right - left, bottom - top
        inch = max(100.0, width / MOST_INCHES, height / MOST_INCHES)  # pixels
        figure.set_size_inches(width / inch, height / inch)
        self.scale = 72 / inch
        self.axes.set_xlim(left, right)
        self.axes.set_ylim(bottom, top)
        self.axes.axis("off")

    def _legend_entries(self) -> list[NodeLook | TieLook]:
        kinds = {n.kind for n in self.picture.nodes}
        ties = {e.kind for e in self.picture.edges}
        return [
            *(look for kind, look in NODES.items() if kind in kinds),
            *(look for kind, look in TIES.items() if kind in ties),
        ]

    def _footer(self, wide: float) -> list[str]:
        import textwrap

        said = [*self.picture.notices, folding(self.picture), self.picture.quality or ""]
        said.append("Every position can be checked against its passage in the interactive picture.")
        width = max(int(wide / SMALL * 1.9), 40)
        return [line for text in said if text for line in textwrap.wrap(plain(text)[:600], width)]

    def _entry(self, look: NodeLook | TieLook, x: float, y: float) -> None:
        if isinstance(look, TieLook):
            self._tie(look, [(x, y), (x + 44, y)])
            self._text(x + 54, y, look.label, SMALL, INK, "left", "center")
            return
        if look.shape == "box":
            self._box(look, x + 24, y, 30, 16)
        else:
            self._mark(look, x + 24, y, 8)
        self._text(x + 54, y, look.many, SMALL, INK, "left", "center")

    def _node(
        self, look: NodeLook, x: float, y: float, radius: float, label: str, kind: NodeKind
    ) -> None:
        size = font_size(kind)
        if look.shape == "box":
            box = node_box(kind, label, radius)
            self._box(look, x, y, box.width, box.height)
            self._text(x, y, label, size, INK, "center", "center")
            return
        self._mark(look, x, y, radius)
        self._text(x, y + radius + 5, label, size, INK, "center", "top", halo=True)

    def _box(self, look: NodeLook, x: float, y: float, width: float, height: float) -> None:
        from matplotlib.patches import FancyBboxPatch

        self.axes.add_patch(
            FancyBboxPatch(
                (x - width / 2 + 4, y - height / 2 + 4),
                width - 8,
                height - 8,
                boxstyle="round,pad=4,rounding_size=5",
                facecolor=look.light[0],
                edgecolor=look.light[1],
                linewidth=2 * self.scale,
                zorder=3,
            )
        )

    def _mark(self, look: NodeLook, x: float, y: float, radius: float) -> None:
        fill, border = look.light
        size = {"dot": 2.0, "square": 1.8, "triangle": 2.0, "diamond": 1.5, "hexagon": 2.0}
        self.axes.plot(
            [x],
            [y],
            marker=_MARKS[look.shape],
            markersize=radius * size[look.shape] * self.scale,
            markerfacecolor=fill,
            markeredgecolor=border,
            markeredgewidth=2 * self.scale,
            linestyle="",
            zorder=3,
        )

    def _line(
        self,
        item: dict[str, Any],
        places: dict[int, Point],
        boxes: dict[int, Any],
        radii: Sequence[float],
    ) -> list[Point]:
        """Points of a tie from rim to rim, bent as on the page."""
        start, end = places[item["from"]], places[item["to"]]
        if item["from"] == item["to"]:
            radius = radii[item["from"]]
            turns = [math.pi * (1.15 + 0.7 * n / 12) for n in range(13)]
            loop = 22.0
            return [
                (start[0] + loop * math.cos(t), start[1] - radius - 8 + loop * (1 + math.sin(t)))
                for t in turns
            ]
        bend = item.get("smooth") or {}
        side = {"curvedCW": 1.0, "curvedCCW": -1.0}.get(bend.get("type", ""), 0.0)
        dx, dy = end[0] - start[0], end[1] - start[1]
        push = side * bend.get("roundness", 0.0)
        control = ((start[0] + end[0]) / 2 + push * dy, (start[1] + end[1]) / 2 - push * dx)
        count = 24 if push else 2
        points = []
        for n in range(count + 1):
            t = n / count
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
            points.append(
                (
                    a * start[0] + b * control[0] + c * end[0],
                    a * start[1] + b * control[1] + c * end[1],
                )
            )
        first = self._rim(item["from"], start, points[1], boxes, radii, 1.0)
        last = self._rim(item["to"], end, points[-2], boxes, radii, 4.0)
        inner = [
            p
            for p in points[1:-1]
            if math.dist(p, start) > math.dist(first, start)
            and math.dist(p, end) > math.dist(last, end)
        ]
        return [first, *inner, last]

    def _rim(
        self,
        n: int,
        middle: Point,
        towards: Point,
        boxes: dict[int, Any],
        radii: Sequence[float],
        gap: float,
    ) -> Point:
        """Where a line from the middle of a node leaves it."""
        dx, dy = towards[0] - middle[0], towards[1] - middle[1]
        length = math.hypot(dx, dy)
        if not length:
            return middle
        if NODES[self.picture.nodes[n].kind].shape == "box":
            across = boxes[n].width / 2 / abs(dx) if dx else math.inf
            down = boxes[n].height / 2 / abs(dy) if dy else math.inf
            away = min(across, down) * length + gap
        else:
            away = radii[n] + gap
        away = min(away, length * 0.95)
        return (middle[0] + dx / length * away, middle[1] + dy / length * away)

    def _tie(self, look: TieLook, points: list[Point]) -> None:
        (x2, y2), (x1, y1) = points[-1], points[-2]
        length = math.dist((x1, y1), (x2, y2)) or 1.0
        ux, uy = (x2 - x1) / length, (y2 - y1) / length

        def at(along: float, aside: float) -> Point:
            return (x2 - ux * along - uy * aside, y2 - uy * along + ux * aside)

        ends: dict[str, list[Point]] = {
            "arrow": [at(0, 0), at(13, 5), at(13, -5)],
            "vee": [at(0, 0), at(14, 6), at(10, 0), at(14, -6)],
            "bar": [at(0, 8), at(4, 8), at(4, -8), at(0, -8)],
            "diamond": [at(0, 0), at(6, 5), at(12, 0), at(6, -5)],
            "box": [at(0, 5), at(10, 5), at(10, -5), at(0, -5)],
            "circle": [
                at(5 - 5 * math.cos(math.tau * n / 16), 5 * math.sin(math.tau * n / 16))
                for n in range(16)
            ],
        }
        shape = ends.get(look.end)
        line = [*points[:-1], at(min(8.0, length * 0.9), 0)] if shape else points
        dashes = tuple(d / look.width for d in look.dashes)  # matplotlib counts in line widths
        self.axes.plot(
            [p[0] for p in line],
            [p[1] for p in line],
            color=look.light,
            linewidth=look.width * self.scale,
            linestyle=(0, dashes) if dashes else "-",
            solid_capstyle="butt",
            zorder=2,
        )
        if shape:
            xs, ys = zip(*shape, strict=True)
            self.axes.fill(xs, ys, color=look.light, linewidth=0, zorder=2.5)

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: str,
        across: str,
        down: str = "baseline",
        *,
        weight: str = "normal",
        halo: bool = False,
    ) -> None:
        self.axes.text(
            x,
            y,
            plain(text),
            fontsize=size * self.scale,
            color=colour,
            ha=across,
            va=down,
            weight=weight,
            linespacing=1.1,
            parse_math=False,
            zorder=4,
            bbox={"facecolor": PAGE["light"], "alpha": 0.7, "linewidth": 0, "pad": 0.5}
            if halo
            else None,
        )


def _short(text: str, length: float) -> str:
    words = " ".join(plain(text).split())
    return words if len(words) <= length else words[: int(length) - 1].rstrip() + "…"
