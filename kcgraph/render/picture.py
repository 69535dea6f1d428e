"""What a picture shows, as plain data: articles, nodes, ties, and the passages that ties rest on.

`narrow` cuts a picture down; nothing here knows of stores, layout or HTML.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kcgraph.grammar import is_many


class NodeKind(StrEnum):
    PERSON = "person"
    ORGANIZATION = "organization"
    GROUP = "group"
    ISSUE = "issue"
    EVENT = "event"
    OTHER = "other"


class TieKind(StrEnum):
    """What a line says; a stance is told apart by its polarity, which the others imply."""

    DEMAND = "demand"
    COMMITMENT = "commitment"
    SUPPORT = "support"
    MIXED = "mixed"
    OPPOSITION = "opposition"
    REFUSAL = "refusal"
    ASKED = "asked"
    PARTICIPANT = "participant"
    RECIPIENT = "recipient"
    DECLINED = "declined"
    POST = "post"
    MEMBER = "member"
    AGREEMENT = "agreement"
    CONFLICT = "conflict"
    RELATION = "relation"


POSITIONS = frozenset(
    {
        TieKind.DEMAND,
        TieKind.COMMITMENT,
        TieKind.SUPPORT,
        TieKind.MIXED,
        TieKind.OPPOSITION,
        TieKind.REFUSAL,
    }
)


SIDES = {  # which side of a matter a position takes
    TieKind.DEMAND: "for",
    TieKind.COMMITMENT: "for",
    TieKind.SUPPORT: "for",
    TieKind.MIXED: "mixed",
    TieKind.OPPOSITION: "against",
    TieKind.REFUSAL: "against",
}
DERIVED = frozenset({TieKind.AGREEMENT, TieKind.CONFLICT})


@dataclass(frozen=True, slots=True)
class Source:
    """An article as a reader would cite it; `date` is ISO 8601, `url` as given (unchecked)."""

    id: str
    title: str
    date: str | None = None
    publisher: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of an article in their surroundings.

    `paragraph[start:end]` (code points) is the sentence to show, and within it
    `paragraph[mark_start:mark_end]` are the words that the tie rests on.
    """

    article: str
    paragraph: str
    start: int
    end: int
    mark_start: int
    mark_end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Node:
    """A stakeholder, an issue or an event. `id` is its IRI; `date` is an event's, as known."""

    id: str
    label: str
    kind: NodeKind
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    date: str | None = None
    evidence: tuple[Passage, ...] = ()

    @property
    def many(self) -> bool:
        """Whether a verb after its name stands in the plural."""
        return is_many(self.label, self.kind.value)


@dataclass(frozen=True, slots=True)
class Edge:
    """A tie from `source` to `target` (ids of nodes) and all passages that say so.

    `note` is the title of a post, or what another relation is called; `addressees` are ids of those
    of whom a demand is made, `status` is what came of it. `derived` is what a rule says, not an
    article.
    """

    source: str
    target: str
    kind: TieKind
    evidence: tuple[Passage, ...] = ()
    addressees: tuple[str, ...] = ()
    on_behalf_of: tuple[str, ...] = ()
    note: str | None = None
    status: str | None = None
    derived: bool = False

    @property
    def confidence(self) -> float:
        """That of the surest passage; 1 for a tie that needs none (a post, a membership)."""
        return max((p.confidence for p in self.evidence), default=1.0)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a story: `nodes` are ids, `edges` indexes into the picture's edges."""

    title: str
    text: str
    nodes: tuple[str, ...] = ()
    edges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that the page needs. `extractors` name who read the articles; `quality` is a
    measured statement of how well, for the footer; `notices` say what was left out.

    `opens` is what the page shows at first, in the form of its address line; `columns` sets nodes
    (by id) in columns, the first on the left, which are called `headings`; without it they are laid
    out by their ties.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    articles: tuple[Source, ...] = ()
    extractors: tuple[str, ...] = ()
    quality: str | None = None
    notices: tuple[str, ...] = field(default=())
    story: tuple[Step, ...] = ()
    opens: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    headings: tuple[str, ...] = ()


def narrow(
    picture: Picture,
    *,
    issues: Iterable[str] = (),
    around: Iterable[str] = (),
    hops: int = 1,
    since: str | None = None,
    until: str | None = None,
    min_confidence: float = 0.0,
    max_nodes: int | None = None,
) -> Picture:
    """The part of `picture` that is asked for, with a notice for what the limits left out.

    `issues` keeps what is within one step of these nodes, `around` what is within `hops` steps of
    those; both are ids. `since` and `until` (ISO 8601, inclusive) keep what articles of these days
    say; what has no date is left out. Of more than `max_nodes` nodes the most connected stay.
    """
    if since or until:
        picture = _told_between(picture, since or "", until or "9999-12-31")
    if min_confidence > 0:
        notice = f"ties below a confidence of {min_confidence:g} are left out."
        picture = _resting_on(picture, lambda p: p.confidence >= min_confidence, notice)
    issues, around = set(issues), set(around)
    if issues:
        notice = f"Shown is what touches {_listed(picture, issues)}."
        picture = _noted(_induced(picture, _within(picture, issues, 1)), notice)
    if around:
        steps = "one step" if hops == 1 else f"{hops} steps"
        notice = f"Shown is what lies within {steps} of {_listed(picture, around)}."
        picture = _noted(_induced(picture, _within(picture, around, hops)), notice)
    if max_nodes is not None and len(picture.nodes) > max_nodes:
        picture = _most_connected(picture, max_nodes, keep=issues | around)
    return picture


def _told_between(picture: Picture, since: str, until: str) -> Picture:
    """What the articles from `since` to `until` say, both included."""
    told = {a.id for a in picture.articles if a.date and since <= a.date[:10] <= until}
    days = (
        f"from {since}"
        if until.startswith("9999")
        else f"from {since} to {until}"
        if since
        else f"up to {until}"
    )
    picture = _noted(picture, f"Shown is what articles {days} say.")
    notice = "ties of other days, or without a date, are left out."
    picture = _resting_on(picture, lambda p: p.article in told, notice)
    return replace(picture, articles=tuple(a for a in picture.articles if a.id in told))


def _resting_on(picture: Picture, counts: Callable[[Passage], bool], notice: str) -> Picture:
    """Without the passages that do not count, and without the ties that rested on them alone."""
    edges = []
    for edge in picture.edges:
        kept = tuple(p for p in edge.evidence if counts(p))
        if kept or not edge.evidence:
            edges.append(replace(edge, evidence=kept))
    left_out = len(picture.edges) - len(edges)
    nodes = tuple(
        replace(n, evidence=tuple(p for p in n.evidence if counts(p))) for n in picture.nodes
    )
    if not left_out:
        return replace(picture, nodes=nodes, edges=tuple(edges))
    # a membership rests on no passage, and alone brings nobody into a picture
    touched = {end for e in edges if e.evidence for end in (e.source, e.target)}
    edges = [e for e in edges if e.source in touched and e.target in touched]
    untied = {end for e in picture.edges for end in (e.source, e.target)} - touched
    nodes = tuple(n for n in nodes if n.id not in untied)
    return _noted(replace(picture, nodes=nodes, edges=tuple(edges)), f"{left_out:,} {notice}")


def _within(picture: Picture, start: set[str], hops: int) -> set[str]:
    neighbours: dict[str, set[str]] = {}
    for edge in picture.edges:
        neighbours.setdefault(edge.source, set()).add(edge.target)
        neighbours.setdefault(edge.target, set()).add(edge.source)
    steps = dict.fromkeys(start, 0)
    queue = deque(start)
    while queue:
        here = queue.popleft()
        if steps[here] == hops:
            continue
        for there in neighbours.get(here, ()):
            if there not in steps:
                steps[there] = steps[here] + 1
                queue.append(there)
    return set(steps)


def _most_connected(picture: Picture, limit: int, keep: set[str]) -> Picture:
    degree = Counter(end for e in picture.edges for end in (e.source, e.target))

    def rank(node: Node) -> tuple[bool, int, str]:
        return node.id not in keep, -degree[node.id], node.id

    kept = {n.id for n in sorted(picture.nodes, key=rank)[:limit]}
    notice = (
        f"Shown are the {limit:,} most connected of {len(picture.nodes):,} stakeholders, "
        "issues and events."
    )
    return _noted(_induced(picture, kept), notice)


def _noted(picture: Picture, notice: str) -> Picture:
    return replace(picture, notices=(*picture.notices, notice))


def _listed(picture: Picture, ids: set[str]) -> str:
    return " or ".join(f"“{n.label}”" for n in picture.nodes if n.id in ids)


def _induced(picture: Picture, kept: set[str]) -> Picture:
    """The nodes in `kept`, the ties between them, and the articles that these ties rest on."""
    nodes = tuple(n for n in picture.nodes if n.id in kept)
    edges = tuple(e for e in picture.edges if e.source in kept and e.target in kept)
    used = {p.article for e in edges for p in e.evidence}
    used |= {p.article for n in nodes for p in n.evidence}
    articles = tuple(a for a in picture.articles if a.id in used)
    return replace(picture, nodes=nodes, edges=edges, articles=articles)
