"""Allies and opponents of one stakeholder: all of them, and the sentences of the nearest.

Who shares issues with hundreds shares thousands of ties, and each rests on two sentences. So the
ties are counted in columns (`paths.table`), and sentences are read for the first ones only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kcgraph.claims import Claims, EventClaim, PositionClaim, Ref, by_date_and_place
from kcgraph.paths.table import KIND_CODES, Columns, TieTable, tie_table
from kcgraph.ties import FRIENDLY, HOSTILE, Tie, derived_ties, ties_between

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

MOST = 20  # allies, opponents and ties of each whose sentences are read unasked


@dataclass(frozen=True, slots=True)
class Relation:
    """Another stakeholder and the ties that make an ally or an opponent of them.

    `issues` are the labels of all issues that it rests on, sorted; `count` is the number of all
    ties, `ties` those whose sentences were read.
    """

    other: Ref
    issues: tuple[str, ...]
    count: int
    ties: tuple[Tie, ...]


def relations(
    claims: Claims,
    columns: Columns,
    iri: str,
    known: Iterable[PositionClaim],
    events: Sequence[EventClaim],
    *,
    most: int = MOST,
) -> tuple[tuple[Relation, ...], tuple[Relation, ...]]:
    """Allies and opponents of the stakeholder `iri`, those with most ties first.

    `known` are positions that have been read already, all of theirs among them; `events` are those
    that they have a part in. Sentences are read of the first `most` allies and opponents, on the
    first `most` issues of each (by label); 0: of all.
    """
    here = np.flatnonzero(columns.nodes == iri.encode())
    if not len(here):
        return (), ()
    me = int(here[0])
    table = tie_table(
        columns,
        through="people",
        kinds=FRIENDLY | HOSTILE,
        since=None,
        until=None,
        min_articles=1,
        of=me,
    )
    lists = [_Counted(claims, table, me, kinds).ranked() for kinds in (FRIENDLY, HOSTILE)]
    told = [some[: most or None] for some in lists]
    issues = {
        (one.number, issue) for some in told for one in some for issue in one.issues[: most or None]
    }
    others = {one.number for some in told for one in some}
    positions = _positions(claims, table, me, others, issues, {p.iri: p for p in known})
    every = list(derived_ties(ties_between(positions, events, of=iri), claims.store))
    found = []
    for kinds, some in zip((FRIENDLY, HOSTILE), lists, strict=True):
        ties = _by_other(iri, (tie for tie in every if tie.kind in kinds))
        found.append(
            tuple(
                Relation(
                    one.ref,
                    one.labels,
                    one.count,
                    tuple(ties.get(one.ref.iri, ())) if n < most or not most else (),
                )
                for n, one in enumerate(some)
            )
        )
    return found[0], found[1]


@dataclass(frozen=True, slots=True)
class _Other:
    """Node number, and issues as node numbers in the order of their labels."""

    number: int
    ref: Ref
    count: int
    issues: tuple[int, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Counted:
    claims: Claims
    table: TieTable
    me: int
    kinds: frozenset[str]

    def ranked(self) -> list[_Other]:
        """Everybody who has such ties with `me`."""
        table = self.table
        some = np.isin(table.kind, [KIND_CODES[kind] for kind in self.kinds])
        other = np.where(table.source == self.me, table.target, table.source)[some].tolist()
        counts: defaultdict[int, int] = defaultdict(int)
        issues: defaultdict[int, set[int]] = defaultdict(set)
        for one, issue in zip(other, table.issue[some].tolist(), strict=True):
            counts[one] += 1
            if issue >= 0:
                issues[one].add(issue)
        found = [self._other(number, count, issues[number]) for number, count in counts.items()]
        return sorted(found, key=lambda o: (-o.count, o.ref.label.casefold(), o.ref.iri))

    def _other(self, number: int, count: int, issues: set[int]) -> _Other:
        labelled = sorted((self._ref(issue).label, issue) for issue in issues)
        return _Other(
            number,
            self._ref(number),
            count,
            tuple(issue for _, issue in labelled),
            tuple(dict.fromkeys(label for label, _ in labelled)),
        )

    def _ref(self, number: int) -> Ref:
        return self.claims.ref(self.table.columns.nodes[number].decode())


def _positions(
    claims: Claims,
    table: TieTable,
    me: int,
    others: set[int],
    issues: set[tuple[int, int]],
    known: Mapping[str, PositionClaim],
) -> list[PositionClaim]:
    """What the ties of `me` with `others` rest on: what one says of the other, and their sides.

    `issues` are the pairs of one of the others and an issue that count. Of the positions that make
    a side the surest are enough: one of them speaks for all.
    """
    columns, rows = table.columns, table.positions
    size = len(columns.nodes)
    holder, target = columns.p_holder[rows], columns.p_target[rows]
    some = np.array(sorted(others), dtype=np.int64)
    spoken = ((holder == me) & np.isin(target, some)) | ((target == me) & np.isin(holder, some))
    sides = [one * size + issue for one, issue in issues]
    sides += [me * size + issue for _, issue in issues]
    opinions = rows[np.isin(holder * size + target, np.array(sides, dtype=np.int64))]
    wanted = np.union1d(rows[spoken], opinions[_surest(columns, opinions)])
    iris = [claim.decode() for claim in columns.claims[columns.p_claim[wanted]].tolist()]
    unread = [iri for iri in iris if iri not in known]
    read = claims.positions(claim=unread) if unread else []
    found = {p.iri: p for p in (*known.values(), *read)}
    return sorted((found[iri] for iri in iris), key=by_date_and_place)


def _surest(columns: Columns, rows: Ints) -> NDArray[np.bool_]:
    """Which positions are as sure as the surest of the same holder, target and polarity."""
    if not len(rows):
        return np.zeros(0, dtype=bool)
    sides = np.stack([columns.p_holder[rows], columns.p_target[rows], columns.p_polarity[rows]])
    _, side = np.unique(sides, axis=1, return_inverse=True)
    side, sure = side.ravel(), columns.p_sure[rows]
    best = np.full(int(side.max()) + 1, -np.inf)
    np.maximum.at(best, side, sure)
    found: NDArray[np.bool_] = sure == best[side]
    return found


def _by_other(iri: str, ties: Iterable[Tie]) -> dict[str, list[Tie]]:
    found: defaultdict[str, list[Tie]] = defaultdict(list)
    for tie in ties:
        found[tie.target.iri if tie.source.iri == iri else tie.source.iri].append(tie)
    return found
