"""Dossiers, demand boards and paths for the eye: terminal text and Markdown.

Each becomes a `Page` of sections and entries, and a page is drawn in two ways.
"""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kcgraph.claims import AttributionClaim, EventClaim, Passage, PositionClaim, Ref
from kcgraph.demands import Demand
from kcgraph.dossier import Dossier, Relation, Stand
from kcgraph.output import Table, markdown_cell, printable
from kcgraph.paths import NoPath, Path
from kcgraph.ties import MUTUAL, Tie


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with a short `badge` before it, the passages it rests on, and entries under it."""

    text: str
    badge: str = ""
    quotes: tuple[Passage, ...] = ()
    under: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A title, lines under it, and sections."""

    title: str
    lines: tuple[str, ...] = ()
    sections: tuple[Section, ...] = field(default=())

    def text(self, width: int = 100, *, colour: bool = False) -> str:
        """The page for a terminal of `width` columns; `colour` adds ANSI colours."""
        return "\n".join(_Text(width, colour).page(self)) + "\n"

    def markdown(self) -> str:
        """The page as Markdown, the words of the evidence in bold within their sentence."""
        return "\n".join(_markdown_page(self)) + "\n"


# --- what stands on the pages ---------------------------------------------------------------


def demand_board(board: Sequence[Demand]) -> Page:
    """Who demands what of whom, grouped by issue, with the evidence of both sides."""
    counts = Counter(demand.status for demand in board)
    summary = ", ".join(f"{counts[s]} {s}" for s in ("open", "answered", "refused") if counts[s])
    title = f"{_number(len(board), 'demand')}: {summary}" if board else "No demands"
    issues = dict.fromkeys(demand.issue for demand in board)
    sections = (_issue(issue, [d for d in board if d.issue == issue]) for issue in issues)
    return Page(title, (), tuple(sections))


def _issue(issue: Ref, board: Sequence[Demand]) -> Section:
    """The demands on one issue; an answer that they have in common stands once, under them."""
    common = len(board) > 1 and len({d.answers for d in board}) == 1
    entries = [_demand(demand, answers=not common) for demand in board]
    if common:
        entries += map(_answer, board[0].answers)
    return Section(issue.label, tuple(entries))


def _demand(demand: Demand, *, answers: bool = True) -> Entry:
    of = f" of {_names(demand.addressees)}" if demand.addressees else ""
    since = f", since {demand.since}" if demand.since else ""
    return Entry(
        f"{demand.holder.label}{of}{since}",
        demand.status.upper(),
        _distinct(demand.evidence),
        tuple(map(_answer, demand.answers)) if answers else (),
    )


def _answer(answer: PositionClaim) -> Entry:
    return Entry(
        f"{answer.holder.label}{_on(answer.date)}",
        f"{_DONE.get(answer.kind, 'met')} by",
        answer.evidence[:1],
    )


def _distinct(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """One passage of each sentence."""
    return tuple({(p.article, p.sentence): p for p in reversed(tuple(passages))}.values())[::-1]


_DONE = {"commitment": "answered", "refusal": "refused"}


def dossier_page(dossier: Dossier) -> Page:
    """Everything about one stakeholder."""
    who = dossier.who
    lines = [
        f"Roles: {'; '.join(who.roles)}" if who.roles else "",
        f"Member of: {_names(dossier.member_of)}" if dossier.member_of else "",
        f"Also called: {', '.join(who.aliases)}" if who.aliases else "",
    ]
    sections = [
        Section("Positions", tuple(map(_stand, dossier.stands))),
        Section("Demanded of them", tuple(_demanded(d) for d in dossier.demanded)),
        Section("Allies", _relations(dossier.allies)),
        Section("Opponents", _relations(dossier.opponents)),
        Section("What others say of them", _about(dossier.about)),
        Section("Events", tuple(map(_event, dossier.events))),
        Section("Statements", tuple(map(_statement, dossier.statements))),
    ]
    return Page(
        f"{who.label} ({who.kind})",
        tuple(line for line in lines if line),
        tuple(section for section in sections if section.entries),
    )


def _stand(stand: Stand) -> Entry:
    changed = " (changed)" if stand.changed else ""
    return Entry(f"{stand.target.label}{changed}", "", (), tuple(map(_position, stand.positions)))


def _position(position: PositionClaim) -> Entry:
    behalf = f", for {_names(position.on_behalf_of)}" if position.on_behalf_of else ""
    to = f" of {_names(position.addressees)}" if position.addressees else ""
    sure = "" if position.confidence is None else f", confidence {position.confidence:.2f}"
    return Entry(
        f"{position.kind}{to}{behalf}{_on(position.date)}{sure}",
        _POLARITY[position.polarity],
        position.evidence,
    )


_POLARITY = {"support": "for", "oppose": "against", "mixed": "mixed"}


def _demanded(demand: Demand) -> Entry:
    entry = _demand(demand)
    return Entry(f"{demand.issue.label}, by {entry.text}", entry.badge, entry.quotes, entry.under)


def _relations(relations: Iterable[Relation]) -> tuple[Entry, ...]:
    """An entry for each group of others who have the same ties, word for word."""
    alike: defaultdict[tuple[tuple[str, tuple[Passage, ...]], ...], list[Ref]] = defaultdict(list)
    for relation in relations:
        grounds = tuple((_ground(tie, relation.other), tie.evidence) for tie in relation.ties)
        alike[grounds].append(relation.other)
    return tuple(
        Entry(_names(others), "", (), tuple(Entry(words, "", ev) for words, ev in grounds))
        for grounds, others in alike.items()
    )


def _ground(tie: Tie, other: Ref) -> str:
    """The tie in words that follow the name of `other`."""
    if tie.kind in MUTUAL:
        return tie.words
    from_other = tie.source == other
    words, to = (tie.words, tie.target) if from_other else (tie.words_back, tie.source)
    return f"{words} {to.label}"


def _about(positions: Iterable[PositionClaim]) -> tuple[Entry, ...]:
    """An entry for each group of others who are reported with the same words."""
    alike: defaultdict[tuple[str, str, tuple[Passage, ...]], list[Ref]] = defaultdict(list)
    for p in positions:
        alike[_POLARITY[p.polarity], f"{p.kind}{_on(p.date)}", p.evidence].append(p.holder)
    return tuple(
        Entry(f"{_names(sorted(holders, key=_label))}, {words}", badge, evidence)
        for (badge, words, evidence), holders in alike.items()
    )


def _event(event: EventClaim) -> Entry:
    when = event.when or event.date
    parts = [
        f"{event.kind}{f' ({when})' if when else ''}: {_names(event.participants)}",
        f"to {_names(event.recipients)}" if event.recipients else "",
        f"without {_names(event.declined)}" if event.declined else "",
    ]
    return Entry("; ".join(p for p in parts if p), "", event.evidence)


def _statement(said: AttributionClaim) -> Entry:
    others = f" by {_names(said.sources)}" if len(said.sources) > 1 else ""
    return Entry(f"{said.quotation}{others}{_on(said.date)}", "", said.evidence)


def path_page(source: Ref, target: Ref, found: Sequence[Path]) -> Page:
    """The paths from `source` to `target`, a section each, an entry for each hop."""
    sections = (
        Section(
            f"{n}. {_number(len(path.hops), 'hop')}: "
            + " – ".join([path.hops[0].source.label, *(h.target.label for h in path.hops)]),
            tuple(
                Entry(
                    hop.words + (f" ({hop.tie.when})" if hop.tie.when else ""),
                    "",
                    hop.evidence,
                )
                for hop in path.hops
            ),
        )
        for n, path in enumerate(found, 1)
    )
    return Page(f"From {source.label} to {target.label}", (), tuple(sections))


def no_path_line(source: Ref, target: Ref, why: NoPath) -> str:
    """One line: that there is no path, why, and who is near."""
    parts = [f"no path from {source.label} to {target.label}: {why.reason}"]
    for end, near in ((source, why.near_source), (target, why.near_target)):
        if near:
            parts.append(f"nearest to {end.label}: {_names(near)}")
    return "; ".join(parts)


def demand_table(board: Sequence[Demand]) -> Table:
    """The board as flat rows, one for each demand, for CSV."""
    columns = ("issue", "holder", "addressees", "since", "until", "status", "answered_by")
    rows = [
        (
            demand.issue.label,
            demand.holder.label,
            "; ".join(ref.label for ref in demand.addressees),
            demand.since or "",
            demand.until or "",
            demand.status,
            "; ".join(dict.fromkeys(a.holder.label for a in demand.answers)),
            " … ".join(p.text for p in demand.evidence),
            " … ".join(p.text for a in demand.answers for p in a.evidence),
            "; ".join(dict.fromkeys(p.where for p in demand.evidence)),
        )
        for demand in board
    ]
    return Table((*columns, "evidence", "answer_evidence", "articles"), rows)


def _label(ref: Ref) -> str:
    return ref.label.casefold()


def _names(refs: Iterable[Ref]) -> str:
    return ", ".join(ref.label for ref in refs)


def _on(date: str | None) -> str:
    return f", {date}" if date else ""


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


# --- drawing ---------------------------------------------------------------------------------

_COLOURS = {"ANSWERED": "32", "REFUSED": "31", "OPEN": "33", "for": "32", "against": "31"}


@dataclass(frozen=True, slots=True)
class _Text:
    width: int
    colour: bool

    def page(self, page: Page) -> Iterator[str]:
        yield self._styled("1", printable(page.title))
        for line in page.lines:
            yield from self._wrapped(printable(line), "")
        for section in page.sections:
            yield ""
            yield from (self._styled("1", line) for line in self._wrapped(section.title, ""))
            for entry in section.entries:
                yield from self._entry(entry, "  ")

    def _entry(self, entry: Entry, indent: str) -> Iterator[str]:
        badge = f"{entry.badge} " if entry.badge else ""
        first, *rest = self._wrapped(badge + printable(entry.text), indent)
        at = len(indent) + len(entry.badge)
        colour = _COLOURS.get(entry.badge, "1" if entry.badge else "0")
        yield indent + self._styled(colour, entry.badge) + first[at:]
        yield from rest
        for quote in entry.quotes:
            yield from self._quote(quote, indent + "    ")
        for child in entry.under:
            yield from self._entry(child, indent + "  ")

    def _quote(self, passage: Passage, indent: str) -> Iterator[str]:
        sentence = " ".join(printable(passage.sentence).split())
        lines = self._wrapped(f"| {sentence}", indent, "| ")
        source = f"— {printable(passage.where)}"
        if len(lines[-1]) + len(source) + 1 <= self.width:
            yield from lines[:-1]
            yield f"{lines[-1]} {self._styled('2', source)}"
        else:
            yield from lines
            yield from (self._styled("2", line) for line in self._wrapped(source, indent + "  "))

    def _wrapped(self, text: str, indent: str, hang: str = "") -> list[str]:
        return textwrap.wrap(
            " ".join(text.split()),
            max(self.width, len(indent) + 20),
            initial_indent=indent,
            subsequent_indent=indent + (hang or "  "),
            break_on_hyphens=False,
        ) or [indent]

    def _styled(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text and code != "0" else text


def _markdown_page(page: Page) -> Iterator[str]:
    yield f"# {markdown_cell(page.title)}"
    for line in page.lines:
        yield f"\n{markdown_cell(line)}"
    for section in page.sections:
        yield f"\n## {markdown_cell(section.title)}\n"
        for entry in section.entries:
            yield from _markdown_entry(entry, "")


def _markdown_entry(entry: Entry, indent: str) -> Iterator[str]:
    badge = f"**{entry.badge}** " if entry.badge else ""
    yield f"{indent}- {badge}{markdown_cell(entry.text)}"
    for quote in entry.quotes:
        yield f"\n{indent}  > {_marked(quote)}  \n{indent}  > — {_linked(quote)}\n"
    for child in entry.under:
        yield from _markdown_entry(child, indent + "  ")


def _marked(passage: Passage) -> str:
    before, exact, after = passage.sentence.partition(passage.text)
    if not exact or not (before or after):
        return markdown_cell(passage.sentence)
    parts = [markdown_cell(before), f"**{markdown_cell(exact)}**", markdown_cell(after)]
    joined = parts[0] + (" " if before[-1:].isspace() else "") + parts[1]
    return joined + (" " if after[:1].isspace() else "") + parts[2]


def _linked(passage: Passage) -> str:
    where = markdown_cell(passage.where)
    safe = passage.url and passage.url.startswith(("http://", "https://"))
    return f"[{where}](<{passage.url}>)" if safe else where
