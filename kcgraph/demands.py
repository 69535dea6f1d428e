"""The demand board: who demands what of whom, since when, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kcgraph.claims import Claims, Passage, PositionClaim, Ref
from kcgraph.vocab import KC

if TYPE_CHECKING:
    from pyoxigraph import Store

STATUSES = {KC + "Open": "open", KC + "Answered": "answered", KC + "Refused": "refused"}


@dataclass(frozen=True, slots=True)
class Demand:
    """What one stakeholder demands on one issue, in however many articles.

    `status` is open, answered or refused; `answers` are the commitments and refusals that made it
    so, the earliest first. `since` and `until` are the dates of the first and last telling, None
    where no article has a date. `claims` are the tellings, each with its evidence.
    """

    issue: Ref
    holder: Ref
    addressees: tuple[Ref, ...]
    since: str | None
    until: str | None
    status: str
    answers: tuple[PositionClaim, ...]
    claims: tuple[PositionClaim, ...]

    @property
    def evidence(self) -> tuple[Passage, ...]:
        """Every passage that states the demand, the earliest first."""
        return tuple(passage for claim in self.claims for passage in claim.evidence)


def demands(
    store: Store,
    *,
    issue: str | None = None,
    holder: str | None = None,
    addressee: str | None = None,
    status: str | None = None,
    since: str | None = None,
    until: str | None = None,
    claims: Claims | None = None,
) -> list[Demand]:
    """The demands of `store`, sorted by issue, those most often demanded first.

    `issue`, `holder` and `addressee` are IRIs. `since` and `until` (ISO 8601, inclusive) ask that
    a telling has a date in that range. `kc:status` and `kc:answeredBy` are those that the rules of
    the store derived; a demand about which the rules say nothing is open. `claims` of the same
    store spare reading names again.
    """
    where = {"target": issue, "holder": holder, "addressee": addressee}
    claims = claims or Claims(store)
    asked = {k: iri for k, iri in where.items() if iri is not None}
    board = demands_among(claims, claims.positions(kind=KC + "Demand", **asked))
    wanted = [
        d for d in board if (not status or d.status == status) and _told_within(d, since, until)
    ]
    return _by_issue(wanted)


def demands_among(claims: Claims, positions: Iterable[PositionClaim]) -> list[Demand]:
    """The demands among `positions` of the same store, in no order."""
    tellings: defaultdict[tuple[str, str], list[PositionClaim]] = defaultdict(list)
    for claim in positions:
        if claim.kind == "demand":
            tellings[claim.target.iri, claim.holder.iri].append(claim)
    told = [claim.iri for some in tellings.values() for claim in some]
    states, answers = claims.statuses(told), claims.answers(told)
    found = sorted({iri for some in answers.values() for iri in some})
    known = {p.iri: p for p in claims.positions(claim=found)} if found else {}
    return [
        _demand(
            some,
            [STATUSES[s] for claim in some for s in states[claim.iri] if s in STATUSES],
            [known[a] for claim in some for a in answers[claim.iri] if a in known],
        )
        for some in tellings.values()
    ]


def _demand(
    tellings: list[PositionClaim], states: list[str], answers: list[PositionClaim]
) -> Demand:
    first = tellings[0]
    dates = sorted(claim.date for claim in tellings if claim.date)
    addressees = {ref.iri: ref for claim in tellings for ref in claim.addressees}
    # told twice, once before and once after the answer: the answer holds
    status = next((s for s in ("answered", "refused") if s in states), "open")
    return Demand(
        issue=first.target,
        holder=first.holder,
        addressees=tuple(sorted(addressees.values(), key=lambda ref: ref.label.casefold())),
        since=dates[0] if dates else None,
        until=dates[-1] if dates else None,
        status=status,
        answers=tuple(sorted({a.iri: a for a in answers}.values(), key=lambda a: a.date or "")),
        claims=tuple(tellings),
    )


def _told_within(demand: Demand, since: str | None, until: str | None) -> bool:
    if not (since or until):
        return True
    dates = [claim.date for claim in demand.claims if claim.date]
    return any((since or "") <= date <= (until or "9999-12-31") for date in dates)


def _by_issue(board: Iterable[Demand]) -> list[Demand]:
    by_issue: defaultdict[str, list[Demand]] = defaultdict(list)
    for demand in sorted(board, key=lambda d: (d.since or "9999", d.holder.label.casefold())):
        by_issue[demand.issue.iri].append(demand)
    groups = sorted(by_issue.values(), key=lambda g: (-len(g), g[0].issue.label.casefold()))
    return [demand for group in groups for demand in group]
