"""Measures and opened cells as tables for the eye, CSV and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kcgraph.claims import Ref
from kcgraph.network.cell import Shared
from kcgraph.network.formats import event_table, events_text, number
from kcgraph.network.measures import (
    CAUTIONS,
    Activity,
    Centrality,
    Communities,
    Debate,
    Division,
)
from kcgraph.network.statements import Statement
from kcgraph.output import Table, printable, to_json

_BAR = 20  # characters of the longest bar


def communities_text(found: Communities, format: str, width: int) -> str:
    """Who is in which group; for the eye with their number and modularity."""
    if format == "json":
        return to_json(found)
    rows = [
        (str(n), actor.label, actor.kind)
        for n, group in enumerate(found.groups, 1)
        for actor in group
    ]
    rows += [("", actor.label, actor.kind) for actor in found.alone]
    if format == "csv":
        return Table(("community", "actor", "kind"), rows).csv()
    value = "undefined" if found.modularity is None else _short(found.modularity)
    lines = [
        f"{len(found.groups)} communities, modularity {value} (Louvain, seed {found.seed});"
        f" {len(found.alone)} actors without a tie"
    ]
    for n, group in enumerate(found.groups, 1):
        lines += ["", f"{n}  {_names(group)}"]
    if found.alone:
        lines += ["", f"no tie: {_names(found.alone)}"]
    return _wrapped(lines, width)


def centrality_text(found: Sequence[Centrality], format: str, width: int) -> str:
    """Four centralities of every actor; for the eye and in JSON each with a word of caution."""
    if format == "json":
        return to_json({"cautions": CAUTIONS, "actors": list(found)})
    heads = ("actor", *CAUTIONS)
    shown = number if format == "csv" else _short
    rows = [
        (c.actor.label, str(c.degree), *map(shown, (c.strength, c.betweenness, c.eigenvector)))
        for c in found
    ]
    if format == "csv":
        return Table(heads, rows).csv()
    cautions = [f"{name}: {caution}" for name, caution in CAUTIONS.items()]
    return Table(heads, rows).text(width) + "\n" + _wrapped(cautions, width)


def polarization_text(found: Sequence[Debate], format: str, width: int) -> str:
    """The camps of every debate, how apart they are, and how each issue divides its actors."""
    if format == "json":
        return to_json(list(found))
    heads = ("issue", "yes", "no", "torn", "balance")
    if format == "csv":
        rows = [(str(n), *_division(d)) for n, one in enumerate(found, 1) for d in one.issues]
        return Table(("debate", *heads), rows).csv()
    parts = []
    for n, debate in enumerate(found, 1):
        lines = [
            f"debate {n}: modularity of the camps {_maybe(debate.modularity)}, E-I index"
            f" {_maybe(debate.ei_index)}, disagreement between the camps"
            f" {_maybe(debate.conflict_across)}",
            *(f"  camp {c}  {_names(camp)}" for c, camp in enumerate(debate.camps, 1)),
        ]
        issues = Table(heads, [_division(d) for d in debate.issues]).text(width)
        parts.append(_wrapped(lines, width) + "\n" + issues)
    return "\n".join(parts) or "no debates\n"


def _division(found: Division) -> tuple[str, ...]:
    sides = (str(found.yes), str(found.no), str(found.torn))
    return (found.issue.label, *sides, _short(found.balance))


def activity_text(found: Sequence[Activity], format: str, width: int) -> str:
    """Statements by issue; for the eye as bars, yes to the left (█) and no to the right (░)."""
    if format == "json":
        return to_json(list(found))
    heads = ("issue", "yes", "no", "actors")
    rows = [(a.issue.label, str(a.yes), str(a.no), str(a.actors)) for a in found]
    if format == "csv":
        return Table(heads, rows).csv()
    longest = max((a.total for a in found), default=0)
    scale = min(1.0, _BAR / longest) if longest else 1.0
    bars = [round(a.yes * scale) * "█" + round(a.no * scale) * "░" for a in found]
    drawn = [(*row, bar) for row, bar in zip(rows, bars, strict=True)]
    return Table((*heads, "█ yes ░ no"), drawn).text(width)


# --- an opened cell -----------------------------------------------------------------------------


def cell_text(actor: Ref, issue: Ref, some: Sequence[Statement], format: str, width: int) -> str:
    """What `actor` says on `issue`."""
    if format == "csv":
        return event_table(some).csv()
    if format == "json":
        return events_text(some, "json")
    yes = sum(one.agreement for one in some)
    title = f"{actor.label} on {issue.label}: {yes} yes, {len(some) - yes} no"
    return _wrapped([title, *_quotes(some)], width)


def tie_text(a: Ref, b: Ref, found: Sequence[Shared], format: str, width: int) -> str:
    """What the tie of `a` and `b` rests on, issue by issue, with every sentence."""
    if format == "csv":
        return event_table(one for shared in found for one in (*shared.a, *shared.b)).csv()
    if format == "json":
        return to_json(list(found))
    congruence, conflict = sum(s.congruence for s in found), sum(s.conflict for s in found)
    lines = [
        f"{a.label} and {b.label}: congruence {congruence}, conflict {conflict},"
        f" on {len(found)} {'issue' if len(found) == 1 else 'issues'}"
    ]
    for shared in found:
        lines += [
            "",
            f"{shared.issue.label}: congruence {shared.congruence}, conflict {shared.conflict}",
        ]
        lines += _quotes((*shared.a, *shared.b))
    return _wrapped(lines, width)


def _quotes(some: Iterable[Statement]) -> list[str]:
    lines = []
    for one in some:
        side = "yes" if one.agreement else "no"
        speaker = one.actor.label
        if one.person is not None and one.person != one.actor:
            speaker += f" ({one.person.label})"
        for passage in one.evidence:
            sentence = " ".join(passage.sentence.split())
            lines.append(f"  {side}  {speaker}: {sentence} ({passage.where})")
    return lines


def _names(refs: Iterable[Ref]) -> str:
    return ", ".join(ref.label for ref in refs)


def _short(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _maybe(value: float | None) -> str:
    return "undefined" if value is None else _short(value)


def _wrapped(lines: Iterable[str], width: int) -> str:
    """The lines, long ones folded and indented under their beginning."""
    import textwrap

    folded = []
    for line in map(printable, lines):
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        folded += textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) or [
            ""
        ]
    return "\n".join(folded) + "\n"
