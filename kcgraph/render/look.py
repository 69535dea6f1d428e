"""How things look: shapes, colours, lines, words. One truth for canvas, legend, panel and table.

Colours follow Okabe and Ito's palette for colour-blind eyes (Color Universal Design, 2008),
darkened or lightened until each stands out from the page by 3:1 (WCAG 2.2, 1.4.11). No two kinds
differ by colour alone: nodes differ by shape, ties by dashes and by what is at the end.
"""

from __future__ import annotations

from dataclasses import dataclass

from kcgraph.render.picture import NodeKind, TieKind

PAGE = {"light": "#fdfcf9", "dark": "#15181d"}


@dataclass(frozen=True, slots=True)
class NodeLook:
    """`shape` is vis-network's name; `light` and `dark` are (fill, border) in the two themes."""

    one: str
    many: str
    shape: str
    light: tuple[str, str]
    dark: tuple[str, str]


@dataclass(frozen=True, slots=True)
class TieLook:
    """`verb` reads "holder verb target", `passive` "target passive holder".

    `dashes` alternates stroke and gap in pixels, empty for a solid line; `end` is vis-network's
    name of what is drawn at the target, empty for nothing. `light` and `dark` are colours.
    """

    label: str
    verb: str
    passive: str
    dashes: tuple[int, ...]
    end: str
    width: float
    light: str
    dark: str


NODES: dict[NodeKind, NodeLook] = {
    NodeKind.PERSON: NodeLook(
        "Person", "People", "dot", ("#2f5d8c", "#1b3a5c"), ("#7db4ea", "#c3dcf6")
    ),
    NodeKind.ORGANIZATION: NodeLook(
        "Organization", "Organizations", "square", ("#46505f", "#272e39"), ("#a9b4c4", "#dde3ec")
    ),
    NodeKind.GROUP: NodeLook(
        "Group", "Groups", "triangle", ("#56b4e9", "#1d6a99"), ("#2f86bd", "#9bd3f5")
    ),
    NodeKind.ISSUE: NodeLook(
        "Issue", "Issues", "box", ("#fff4cc", "#a67c00"), ("#3b3419", "#e2b93b")
    ),
    NodeKind.EVENT: NodeLook(
        "Event", "Events", "diamond", ("#ffffff", "#6b6f76"), ("#2a2e35", "#a6abb3")
    ),
    NodeKind.OTHER: NodeLook(
        "Other", "Others", "hexagon", ("#e4dcea", "#6f5482"), ("#3d3247", "#c3a6d8")
    ),
}

TIES: dict[TieKind, TieLook] = {
    TieKind.DEMAND: TieLook("Demand", "demands", "demanded by", (), "vee", 3, "#a85f00", "#f0a830"),
    TieKind.COMMITMENT: TieLook(
        "Commitment", "commits to", "committed to by", (16, 4), "circle", 2.5, "#0069a8", "#5fb8f0"
    ),
    TieKind.SUPPORT: TieLook(
        "Support", "supports", "supported by", (), "arrow", 2, "#00805d", "#2cc79b"
    ),
    TieKind.MIXED: TieLook(
        "Mixed view",
        "is of two minds about",
        "seen with mixed feelings by",
        (12, 4, 2, 4),
        "diamond",
        2,
        "#7a6a4f",
        "#c9b891",
    ),
    TieKind.OPPOSITION: TieLook(
        "Opposition", "opposes", "opposed by", (8, 5), "bar", 2, "#c44500", "#ff7f45"
    ),
    TieKind.REFUSAL: TieLook(
        "Refusal", "refuses", "refused by", (2, 4), "box", 3, "#a03e78", "#e58fc0"
    ),
    TieKind.ASKED: TieLook(
        "Asks", "makes a demand of", "asked by", (1, 4), "vee", 1.5, "#a85f00", "#f0a830"
    ),
    TieKind.PARTICIPANT: TieLook(
        "Takes part", "takes part in", "with", (), "", 1, "#6a6e75", "#868b93"
    ),
    TieKind.RECIPIENT: TieLook(
        "Is addressed", "receives", "addressed to", (6, 3), "arrow", 1, "#6a6e75", "#868b93"
    ),
    TieKind.DECLINED: TieLook(
        "Stays away", "stays away from", "declined by", (3, 5), "bar", 1, "#6a6e75", "#868b93"
    ),
    TieKind.POST: TieLook(
        "Office", "holds an office of", "has in office", (10, 3, 2, 3), "", 1, "#6a6e75", "#868b93"
    ),
    TieKind.MEMBER: TieLook(
        "Membership", "belongs to", "has as member", (5, 3), "", 1, "#6a6e75", "#868b93"
    ),
    TieKind.AGREEMENT: TieLook(
        "Agreement", "agrees with", "agrees with", (24, 3), "", 2.5, "#00805d", "#2cc79b"
    ),
    TieKind.CONFLICT: TieLook(
        "Conflict", "disagrees with", "disagrees with", (3, 6), "", 2.5, "#c44500", "#ff7f45"
    ),
    TieKind.RELATION: TieLook(
        "Other relation",
        "is related to",
        "is related to",
        (14, 3, 2, 3, 2, 3),
        "arrow",
        1.5,
        "#6f5482",
        "#c3a6d8",
    ),
}
