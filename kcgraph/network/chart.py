"""Who is active on what, as a bar chart: one SVG file, for a page or a slide."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from kcgraph.network.formats import in_xml
from kcgraph.network.measures import Activity

# blue and orange, which nearly everybody can tell apart
_YES, _NO = "#2166ac", "#d95f02"
_ROW, _BAR, _LONGEST = 22, 14, 320  # heights of a row and a bar, length of the longest side; pixels
_TOP, _CHARACTER, _MOST_LABEL = 40, 6.6, 60  # room for the key; width of a character; characters


def activity_svg(found: Sequence[Activity]) -> str:
    """Statements by issue as an SVG document: yes to the right of a line, no to the left of it."""
    most = max((max(a.yes, a.no) for a in found), default=1)
    unit = _LONGEST / max(most, 1)
    left = max((a.no for a in found), default=0) * unit + 30
    labels = [_shortened(in_xml(a.issue.label)) for a in found]
    names = max(map(len, labels), default=0) * _CHARACTER + 16
    middle = names + left
    width = middle + max((a.yes for a in found), default=0) * unit + 40
    height = _TOP + len(found) * _ROW + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}"'
        f' height="{height}" viewBox="0 0 {width:.0f} {height}"'
        ' font-family="sans-serif" font-size="12">',
        "<title>Statements by issue: yes and no</title>",
        f'<rect width="{width:.0f}" height="{height}" fill="white"/>',
        _text(middle - 8, 20, "no", "end", _NO),
        _text(middle + 8, 20, "yes", "start", _YES),
    ]
    for n, (one, label) in enumerate(zip(found, labels, strict=True)):
        y = _TOP + n * _ROW
        parts.append(_text(names, y + 11, label, "end", "#222222"))
        if one.no:
            parts.append(_bar(middle - one.no * unit, y, one.no * unit, _NO))
            parts.append(_text(middle - one.no * unit - 4, y + 11, str(one.no), "end", "#222222"))
        if one.yes:
            parts.append(_bar(middle, y, one.yes * unit, _YES))
            parts.append(
                _text(middle + one.yes * unit + 4, y + 11, str(one.yes), "start", "#222222")
            )
    end = height - 8
    parts.append(f'<path d="M{middle:.1f} 28V{end}" stroke="#222222"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _shortened(label: str) -> str:
    words = " ".join(label.split())
    return words if len(words) <= _MOST_LABEL else words[: _MOST_LABEL - 1].rstrip() + "…"


def _bar(x: float, y: float, length: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y}" width="{length:.1f}" height="{_BAR}" fill="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str) -> str:
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
