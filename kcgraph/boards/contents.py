"""What stands on the pages: dossiers, demand boards and paths in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from kcgraph.boards.page import Entry, Page, Section
from kcgraph.claims import AttributionClaim, EventClaim, Passage, PositionClaim, Ref
from kcgraph.demands import Demand
from kcgraph.dossier import Change, Dossier, Stand, Tenure
from kcgraph.grammar import agreed, is_many
from kcgraph.output import Table
from kcgraph.paths import NoPath, Path
from kcgraph.relations import Relation
from kcgraph.ties import MUTUAL, Tie


def demand_board(board: Sequence[Demand]) -> Page:
    """Who demands what of whom, grouped by issue, with the evidence of both sides."""
    counts = Counter(demand.status for demand in board)
    summary = ", ".join(f"{counts[s]} {s}" for s in ("open", "answered", "refused") if counts[s])
    title = f"{_number(len(board), 'demand')}: {summary}" if board else "No demands"
    by_issue: defaultdict[Ref, list[Demand]] = defaultdict(list)
    for demand in board:
        by_issue[demand.issue].append(demand)
    return Page(title, (), tuple(_issue(issue, some) for issue, some in by_issue.items()))


def _issue(issue: Ref, board: Sequence[Demand]) -> Section:
    """The demands on one issue; an answer that they have in common stands once, under them."""
    common = len(board) > 1 and len({d.answers for d in board}) == 1
    entries = [_demand(demand, answers=not common) for demand in board]
    if common:
        entries += map(_answer, board[0].answers)
    return Section(issue.label, tuple(entries))


def _demand(demand: Demand, *, answers: bool = True) -> Entry:
    asks = agreed("asks", is_many(demand.holder.label, demand.holder.kind))
    to = f" {asks} {_names(demand.addressees)}" if demand.addressees else ""
    since = f", since {demand.since}" if demand.since else ""
    return Entry(
        f"{demand.holder.label}{to}{since}",
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
        f"Member of: {_names(dossier.member_of)}" if dossier.member_of else "",
        f"Also called: {', '.join(who.aliases)}" if who.aliases else "",
    ]
    sections = [
        Section("Roles", tuple(map(_tenure, dossier.tenures))),
        Section("Positions", tuple(map(_stand, dossier.stands))),
        Section("Changes of mind", tuple(map(_change, dossier.changes))),
        Section("What they demand, and what came of it", tuple(map(_demanding, dossier.demanding))),
        Section("Demanded of them", tuple(_demanded(d) for d in dossier.demanded)),
        Section("Allies", _relations(dossier.allies, "allies")),
        Section("Opponents", _relations(dossier.opponents, "opponents")),
        Section("What others say of them", _about(dossier.opinions)),
        Section("Events", tuple(map(_event, dossier.events))),
        Section("Statements", tuple(map(_statement, dossier.statements))),
    ]
    return Page(
        f"{who.label} ({who.kind})",
        tuple(line for line in lines if line),
        tuple(section for section in sections if section.entries),
    )


def _tenure(tenure: Tenure) -> Entry:
    if not tenure.statements:
        return Entry(tenure.role)
    dates = dict.fromkeys(filter(None, (tenure.first, tenure.last)))
    when = f", told {' to '.join(dates)}" if dates else ""
    first, last = tenure.statements[0], tenure.statements[-1]
    return Entry(f"{tenure.role}{when}", "", _distinct((*first.evidence, *last.evidence)))


def _change(change: Change) -> Entry:
    before, after = _position(change.before), _position(change.after)
    words = f"first {before.badge}, then {after.badge}"
    if not change.ordered:
        words = f"{before.badge} and {after.badge}; which came first is not known"
    return Entry(f"{change.target.label}: {words}", "", (), (before, after))


def _demanding(demand: Demand) -> Entry:
    of = f", of {_names(demand.addressees)}" if demand.addressees else ""
    since = f", since {demand.since}" if demand.since else ""
    under = tuple(map(_answer, demand.answers))
    return Entry(f"{demand.issue.label}{of}{since}", demand.status.upper(), (), under)


def _stand(stand: Stand) -> Entry:
    changed = " (changed)" if stand.changed else ""
    return Entry(f"{stand.target.label}{changed}", "", (), tuple(map(_position, stand.told)))


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
    of = f", of {_names(demand.addressees)}" if len(demand.addressees) > 1 else ""
    since = f", since {demand.since}" if demand.since else ""
    text = f"{demand.issue.label}, by {demand.holder.label}{of}{since}"
    return Entry(text, entry.badge, entry.quotes, entry.under)


def _relations(relations: Iterable[Relation], what: str) -> tuple[Entry, ...]:
    """An entry for each group of others who have the same ties, word for word.

    Those whose sentences were not read are counted in the last one.
    """
    alike: defaultdict[tuple[int, tuple[tuple[str, tuple[Passage, ...]], ...]], list[Relation]]
    alike = defaultdict(list)
    untold = 0
    for relation in relations:
        if not relation.ties:
            untold += 1
            continue
        grounds = tuple(
            (agreed(_ground(tie, relation.other), True), tie.evidence) for tie in relation.ties
        )
        alike[relation.count - len(relation.ties), grounds].append(relation)
    entries = [
        Entry(
            _names(r.other for r in some),
            "",
            (),
            (
                *(
                    Entry(words if len(some) > 1 else _ground(tie, some[0].other), "", evidence)
                    for (words, evidence), tie in zip(grounds, some[0].ties, strict=True)
                ),
                *([Entry(f"and {_number(left, 'more tie')}")] if left else []),
            ),
        )
        for (left, grounds), some in alike.items()
    ]
    if untold:
        entries.append(Entry(f"and {untold:,} more {what} (--most 0 lists all)"))
    return tuple(entries)


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
