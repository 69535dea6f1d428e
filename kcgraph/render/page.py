"""One HTML page that shows a picture and asks nobody for anything.

Script and style are allowed by their hashes in a Content-Security-Policy that allows nothing
else, so that even text that slipped through escaping could neither run nor load. Data is an inert
JSON island. Positions are also a plain table, which needs no script.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from datetime import date
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import kcgraph
from kcgraph.grammar import agreed
from kcgraph.render.fold import fold, shown_at_first
from kcgraph.render.look import NODES, PAGE, TIES
from kcgraph.render.network import OPTIONS, font_size, network_data
from kcgraph.render.picture import (
    DERIVED,
    POSITIONS,
    SIDES,
    Edge,
    Node,
    NodeKind,
    Passage,
    Picture,
    TieKind,
)
from kcgraph.vocab import slug

Json = dict[str, Any]

MARK = '<meta name="generator" content="kcgraph '
SCRIPTS = (
    *("model.js", "fold.js", "canvas.js", "panel.js", "table.js", "timeline.js", "story.js"),
    *("filters.js", "address.js", "controls.js", "print.js", "main.js"),
)
PLAIN_ROWS = 1000  # positions that readers without script get; with script there are all
MOST_PRINTED = 200  # articles that are listed with their addresses on paper
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
VIS_NETWORK = "lib/vis-9.1.2/vis-network.min.js"


def render_page(picture: Picture) -> str:
    """The whole page. It holds no character that UTF-8 cannot encode; same picture, same page."""
    from jinja2 import Environment, PackageLoader
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("kcgraph.render", "assets"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    early, library, script = _asset("early.js"), _vis_network(), _viewer()
    style = _asset("style.css") + _theme_colours()
    policy = (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"script-src {_hash(early)} {_hash(library)} {_hash(script)}; style-src {_hash(style)}"
    )
    page = environment.get_template("page.html.j2").render(
        version=kcgraph.__version__,
        policy=policy,
        early=Markup(early),
        library=Markup(library),
        script=Markup(script),
        style=Markup(style),
        data=Markup(_island(page_data(picture))),
        title=plain(picture.title),
        covered=covered(picture),
        articles=[_cited(a) for a in picture.articles],
        most_printed=MOST_PRINTED,
        node_looks=_node_legend(picture),
        tie_looks=_tie_legend(picture),
        rows=_rows(picture)[:PLAIN_ROWS],
        rows_left_out=_left_out(picture),
        listed_as="positions" if _has_positions(picture) else "ties",
        table_title="Who wants what, in words" if _has_positions(picture) else "Ties, in words",
        sides=_side_legend(picture),
        derived=_derived(picture),
        folded=plain(folding(picture)),
        story=[
            {"title": plain(s.title), "text": [plain(p) for p in re.split(r"\n\s*\n", s.text)]}
            for s in picture.story
        ],
        counts=_counts(picture),
        extractors=", ".join(plain(e) for e in picture.extractors),
        quality=plain(picture.quality or ""),
        notices=[plain(n) for n in picture.notices],
    )
    return page if page.endswith("\n") else page + "\n"


# --- the JSON island -----------------------------------------------------------------------------


def page_data(picture: Picture) -> Json:
    """What the script works on. Passages are `[article, paragraph, start, end, mark start,
    mark end, confidence]`, with indexes into `articles` and `paragraphs` and places in UTF-16
    units, as JavaScript counts."""
    article_index = {a.id: n for n, a in enumerate(picture.articles)}
    node_index = {node.id: n for n, node in enumerate(picture.nodes)}
    paragraphs: dict[str, int] = {}

    def passage(p: Passage) -> list[int | float]:
        place = paragraphs.setdefault(p.paragraph, len(paragraphs))
        spots = (p.start, p.end, p.mark_start, p.mark_end)
        units = [_utf16(p.paragraph[:spot]) for spot in spots]
        return [article_index[p.article], place, *units, round(p.confidence, 3)]

    def edge(e: Edge) -> Json:
        found: Json = {"kind": e.kind, "ev": [passage(p) for p in e.evidence]}
        if e.addressees:
            found["of"] = [node_index[a] for a in e.addressees if a in node_index]
        if e.on_behalf_of:
            found["for"] = [node_index[b] for b in e.on_behalf_of if b in node_index]
        if e.note:
            found["note"] = e.note
        if e.status:
            found["status"] = e.status
        if e.derived:
            found["derived"] = True
        return found

    keys = _keys(picture.nodes)
    nodes: list[Json] = [
        {
            "key": key,
            "name": node.label,
            "kind": node.kind,
            **({"many": True} if node.many else {}),
            **({"aka": node.aliases} if node.aliases else {}),
            **({"roles": node.roles} if node.roles else {}),
            **({"date": node.date} if node.date else {}),
            **({"ev": [passage(p) for p in node.evidence]} if node.evidence else {}),
        }
        for key, node in zip(keys, picture.nodes, strict=True)
    ]
    edges = [edge(e) for e in picture.edges]
    owners = fold(picture)
    drawn = network_data(picture, owners)
    for node, label, radius in zip(nodes, drawn.labels, drawn.radii, strict=True):
        node.update(label=label, size=radius)
    return {
        "articles": [
            {"title": a.title, "date": a.date, "publisher": a.publisher, "href": web_link(a.url)}
            for a in picture.articles
        ],
        "nodes": nodes,
        "edges": edges,
        "paragraphs": list(paragraphs),
        "looks": {
            "page": PAGE,
            "listed": [] if _has_positions(picture) else sorted(DERIVED | {TieKind.RELATION}),
            "nodes": {
                k: {
                    "one": v.one,
                    "shape": v.shape,
                    "size": font_size(k),
                    "light": v.light,
                    "dark": v.dark,
                }
                for k, v in NODES.items()
            },
            "ties": {
                k: {
                    "label": v.label,
                    "verb": v.verb,
                    "passive": v.passive,
                    "plural": {w: agreed(w, True) for w in (v.verb, v.passive)},
                    "dashes": v.dashes or False,
                    "end": v.end,
                    "width": v.width,
                    "light": v.light,
                    "dark": v.dark,
                    "position": k in POSITIONS,
                }
                for k, v in TIES.items()
            },
        },
        "network": {"nodes": drawn.nodes, "edges": drawn.edges, "options": OPTIONS},
        "fold": owners,
        "opens": picture.opens,
        "columns": _columns(picture, drawn.nodes),
        "story": [
            {
                "title": step.title,
                "text": step.text,
                "nodes": [node_index[n] for n in step.nodes if n in node_index],
                "edges": [e for e in step.edges if e < len(edges)],
            }
            for step in picture.story
        ],
    }


def _columns(picture: Picture, drawn: list[Json]) -> list[Json]:
    """Middle and heading of each column that there is."""
    if not picture.columns:
        return []
    middles = {picture.columns[picture.nodes[n["id"]].id]: n["x"] for n in drawn}
    return [
        {"x": x, "label": picture.headings[c] if c < len(picture.headings) else ""}
        for c, x in sorted(middles.items())
    ]


def _island(data: Json) -> str:
    """JSON that no HTML parser can read as markup: ASCII, with `<`, `>` and `&` escaped."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return re.sub("[<>&]", lambda m: f"\\u{ord(m[0]):04x}", text)


def _keys(nodes: tuple[Node, ...]) -> list[str]:
    """Short names of nodes for the address line: the end of the IRI, numbered where not unique."""
    seen: Counter[str] = Counter()
    keys = []
    for node in nodes:
        key = slug(re.split(r"[/#]", node.id)[-1] or node.label, 60)
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}.{seen[key]}")
    return keys


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# --- what the template shows ---------------------------------------------------------------------


def _rows(picture: Picture) -> list[Json]:
    """The table twin: one row per position, with everything that it says in words."""
    names = {n.id: plain(n.label) for n in picture.nodes}
    many = {n.id for n in picture.nodes if n.many}
    articles = {a.id: _cited(a) for a in picture.articles}
    return [
        {
            "kind": edge.kind.value,
            "holder": names[edge.source],
            "verb": plain(edge.note or agreed(TIES[edge.kind].verb, edge.source in many)),
            "status": edge.status,
            "target": names[edge.target],
            "addressees": [names[a] for a in edge.addressees if a in names],
            "behalf": [names[b] for b in edge.on_behalf_of if b in names],
            "passages": [
                {
                    "before": plain(p.paragraph[p.start : p.mark_start]),
                    "words": plain(p.paragraph[p.mark_start : p.mark_end]),
                    "after": plain(p.paragraph[p.mark_end : p.end]),
                    "article": articles[p.article],
                }
                for p in edge.evidence
            ],
            "date": min(
                (d for p in edge.evidence if (d := articles[p.article]["date"])), default=""
            ),
        }
        for edge in _listed(picture)
    ]


def _has_positions(picture: Picture) -> bool:
    return any(e.kind in POSITIONS for e in picture.edges) or not picture.edges


def _listed(picture: Picture) -> list[Edge]:
    """The ties that the table is about: positions; without any, the ties there are."""
    kinds = POSITIONS if _has_positions(picture) else POSITIONS | DERIVED | {TieKind.RELATION}
    return [e for e in picture.edges if e.kind in kinds]


def _left_out(picture: Picture) -> str:
    """How many positions there are, if not all are among the plain rows; else nothing."""
    count = len(_listed(picture))
    return f"{count:,}" if count > PLAIN_ROWS else ""


def _cited(article: Any) -> Json:
    return {
        "title": plain(article.title),
        "date": plain(article.date or ""),
        "when": long_date(article.date),
        "publisher": plain(article.publisher or ""),
        "href": web_link(article.url),
    }


def _node_legend(picture: Picture) -> list[Json]:
    counts = Counter(n.kind for n in picture.nodes)
    return [
        {"kind": kind.value, "label": look.many, "shape": look.shape, "count": counts[kind]}
        for kind, look in NODES.items()
        if counts[kind]
    ]


def _tie_legend(picture: Picture) -> list[Json]:
    counts = Counter(e.kind for e in picture.edges)
    return [
        {
            "kind": kind.value,
            "label": look.label,
            "end": look.end,
            "dashes": " ".join(map(str, look.dashes)),
            "width": look.width,
            "position": kind in POSITIONS,
            "count": counts[kind],
        }
        for kind, look in TIES.items()
        if counts[kind]
    ]


def _side_legend(picture: Picture) -> list[Json]:
    """The polarities that positions have; nothing if there is but one."""
    counts = Counter(SIDES[e.kind] for e in picture.edges if e.kind in POSITIONS)
    named = (("for", "For it"), ("against", "Against it"), ("mixed", "Of two minds"))
    found = [
        {"key": key, "label": label, "count": counts[key]} for key, label in named if counts[key]
    ]
    return found if len(found) > 1 else []


def _derived(picture: Picture) -> str:
    """What share of the ties was derived by rules instead of stated in an article."""
    derived = sum(e.derived for e in picture.edges)
    total = len(picture.edges)
    stated = "rests on a passage that is in its article, word for word"
    if not derived:
        return f"Every position {stated}; none of the {_many(total, 'tie')} is derived (0%)."
    share = f"{derived:,} of the {_many(total, 'tie')} ({derived / total:.0%})"
    return f"{share} are derived by rule from positions; every position {stated}."


def folding(picture: Picture) -> str:
    """What a large picture shows at first, and how to see the rest."""
    shown = shown_at_first(picture)
    if shown is None:
        return ""
    return (
        f"{len(picture.nodes):,} nodes are too many for one view. Drawn are the {shown:,} most "
        "connected; +12 under a name means that twelve more are folded in there. Click the name "
        "and unfold them, search for any other, or list all in the table."
    )


def _counts(picture: Picture) -> list[str]:
    """The figures of the footer, in words."""
    nodes = Counter(n.kind for n in picture.nodes)
    stakeholders = sum(nodes[k] for k in (NodeKind.PERSON, NodeKind.ORGANIZATION, NodeKind.GROUP))
    positions = [e for e in picture.edges if e.kind in POSITIONS]
    listed = _listed(picture)
    passages = {(p.article, p.paragraph, p.start, p.end) for e in listed for p in e.evidence}
    figures = [
        (stakeholders, "stakeholder"),
        (nodes[NodeKind.ISSUE], "issue"),
        (nodes[NodeKind.EVENT], "event"),
        (len(positions), "position"),
        (len(passages), "passage"),
    ]
    named = [_many(count, noun) for count, noun in figures if count]
    return [_many(len(picture.articles), "article"), *named]


def covered(picture: Picture) -> str:
    """Which articles and dates: "2 articles, 4 June 2020 to 1 March 2021 (1 without a date)"."""
    dates = sorted(a.date for a in picture.articles if a.date and re.match(r"\d{4}", a.date))
    text = _many(len(picture.articles), "article")
    undated = len(picture.articles) - len(dates)
    if dates:
        first, last = long_date(dates[0]), long_date(dates[-1])
        text += f", {first}" if first == last else f", {first} to {last}"
        if undated:
            text += f" ({undated} without a date)"
    elif undated:
        text += ", without a date" if undated == 1 else ", none with a date"
    return text


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def long_date(iso: str | None) -> str:
    """ "4 June 2020" for an ISO date; other text as it is, nothing for nothing."""
    try:
        day = date.fromisoformat(iso or "")
    except ValueError:
        return plain(iso or "")
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def web_link(url: str | None) -> str | None:
    """`url` if it leads to the web and nowhere else, else None."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return None
    return plain(parts.geturl())


def plain(text: str) -> str:
    """`text` without what HTML and UTF-8 forbid: white space of old becomes a space, control
    characters, lone surrogates and noncharacters become U+FFFD."""
    text = re.sub("[\r\x0b\x0c\x1c-\x1f\x85]", " ", text)
    return re.sub(
        "[\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]", "\ufffd", text
    )


# --- assets --------------------------------------------------------------------------------------


def _asset(name: str) -> str:
    return resources.files("kcgraph.render").joinpath("assets", name).read_text("utf-8")


def _viewer() -> str:
    body = "\n".join(_asset(name) for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{body}}})();\n'


def _theme_colours() -> str:
    """Style rules that give each kind its colours, `--fill` and `--edge`, in both themes."""

    def rules(theme: str, prefix: str) -> str:
        lines = []
        for kind, look in NODES.items():
            fill, border = getattr(look, theme)
            lines.append(f"{prefix} .k-{kind} {{ --fill: {fill}; --edge: {border}; }}")
        for tie, line in TIES.items():
            lines.append(f"{prefix} .k-{tie} {{ --edge: {getattr(line, theme)}; }}")
        return "\n".join(lines)

    system = rules("dark", ':root:not([data-theme="light"])')
    return (
        f"{rules('light', ':root')}\n{rules('dark', ':root[data-theme=dark]')}\n"
        f"@media (prefers-color-scheme: dark) {{\n{system}\n}}\n"
    )


def _vis_network() -> str:
    """The script of vis-network that pyvis brings, as an HTML page may hold it: line ends as a
    parser reads them, the control characters of its string literals escaped."""
    text = resources.files("pyvis").joinpath(VIS_NETWORK).read_text("utf-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"\n?//# sourceMappingURL=\S+", "", text)
    return re.sub("[\x7f-\x9f]", lambda m: f"\\x{ord(m[0]):02x}", text)


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
