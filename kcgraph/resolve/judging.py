"""Clusters under judgements: matches join what looks the same, a person's word overrules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from kcgraph.resolve.clusters import Clusters, Match
from kcgraph.resolve.identity import Decision, Judgement

M = TypeVar("M")


class Thing(Protocol):
    """What can be the same as another: a record's stakeholder, an issue's wordings."""

    @property
    def ref(self) -> str:
        """How judgements and decisions call it."""


@dataclass(frozen=True)
class Task(Generic[M]):
    """What to put into clusters, and by what rules.

    `matches` are found before, `further` when those have joined; `may_join` sees the marks of two
    clusters; `keys` names all clusters.
    """

    what: str
    things: Sequence[Thing]
    marks: Sequence[frozenset[M]]
    matches: Sequence[Match]
    further: Callable[[Clusters[M]], list[Match]]
    may_join: Callable[[frozenset[M], frozenset[M]], bool]
    keys: Callable[[Clusters[M]], dict[str, list[int]]]


@dataclass(frozen=True, slots=True)
class _Settled:
    """A judgement with the things that its two sides were when it was read."""

    same: bool
    left: Sequence[int]
    right: Sequence[int]


def cluster(
    task: Task[M], judgements: Sequence[Judgement]
) -> tuple[dict[str, list[int]], list[Decision]]:
    """Members by key, and why they are together.

    A judgement may name keys, which depend on the judgements before it: so they are read in turn.
    """
    settled: list[_Settled] = []
    refs = {thing.ref: [n] for n, thing in enumerate(task.things)}
    for judgement in judgements:
        if judgement.what == task.what:
            sides = (judgement.left, judgement.right)
            known = {} if refs.keys() >= set(sides) else task.keys(_joined(task, settled)[0])
            left, right = (refs.get(side) or known.get(side, []) for side in sides)
            settled.append(_Settled(judgement.same, left, right))
    found, decisions = _joined(task, settled)
    return task.keys(found), decisions


def _joined(task: Task[M], settled: Sequence[_Settled]) -> tuple[Clusters[M], list[Decision]]:
    found = Clusters(task.marks)
    joined = _apply(found, settled)
    joined += found.join_matches(task.matches, task.may_join)
    joined += found.join_matches(task.further(found), task.may_join)
    decisions = [
        Decision(task.what, task.things[m.left].ref, task.things[m.right].ref, m.reason, m.score)
        for m in joined
    ]
    return found, decisions


def _apply(found: Clusters[M], settled: Sequence[_Settled]) -> list[Match]:
    """Joins and keeps apart what was judged; of contradicting judgements the later one holds."""
    last = {
        (min(a, b), max(a, b)): one.same for one in settled for a in one.left for b in one.right
    }
    for (a, b), same in last.items():
        if not same:
            found.keep_apart(a, b)
    return [
        Match(a, b, 1.0, "judged the same")
        for (a, b), same in last.items()
        if same and found.join(a, b)
    ]
