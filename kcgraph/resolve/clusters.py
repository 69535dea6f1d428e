"""Clusters of things taken for one, with pairs that must stay apart (union-find)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Match:
    """Things number `left` and `right` look like one: why, and how sure that is (0 to 1)."""

    left: int
    right: int
    score: float
    reason: str


class Clusters(Generic[M]):
    """A partition of things that starts with everything alone.

    `marks` are what of each thing decides whether clusters may be joined; a cluster has the marks
    of all its members.
    """

    def __init__(self, marks: Sequence[frozenset[M]]) -> None:
        self._parent = list(range(len(marks)))
        self._members: dict[int, list[int]] = {n: [n] for n in self._parent}
        self._marks: dict[int, frozenset[M]] = dict(enumerate(marks))
        self._apart: dict[int, set[int]] = {}

    def root(self, thing: int) -> int:
        """The thing that stands for the cluster of `thing`."""
        while self._parent[thing] != thing:
            self._parent[thing] = self._parent[self._parent[thing]]
            thing = self._parent[thing]
        return thing

    def keep_apart(self, a: int, b: int) -> None:
        """From now on `a` and `b` never get into one cluster; what is joined stays joined."""
        ra, rb = self.root(a), self.root(b)
        if ra != rb:
            self._apart.setdefault(ra, set()).add(rb)
            self._apart.setdefault(rb, set()).add(ra)

    def join(self, a: int, b: int) -> bool:
        """Makes the clusters of `a` and `b` one unless they must stay apart; whether it did."""
        ra, rb = self.root(a), self.root(b)
        if ra == rb or rb in self._apart.get(ra, ()):
            return False
        if len(self._members[ra]) < len(self._members[rb]):
            ra, rb = rb, ra
        self._parent[rb] = ra
        self._members[ra] += self._members.pop(rb)
        self._marks[ra] |= self._marks.pop(rb)
        for enemy in self._apart.pop(rb, set()):
            self._apart[enemy].discard(rb)
            self._apart[enemy].add(ra)
            self._apart.setdefault(ra, set()).add(enemy)
        return True

    def all(self) -> list[list[int]]:
        """The clusters, each sorted, by their first members."""
        return sorted(sorted(members) for members in self._members.values())

    def join_matches(
        self,
        matches: Iterable[Match],
        may_join: Callable[[frozenset[M], frozenset[M]], bool],
    ) -> list[Match]:
        """Joins the best matches first, where `may_join` allows it; the matches that joined."""
        used = []
        for match in sorted(matches, key=lambda m: (-m.score, m.left, m.right, m.reason)):
            left, right = self.root(match.left), self.root(match.right)
            if (
                left != right
                and may_join(self._marks[left], self._marks[right])
                and self.join(left, right)
            ):
                used.append(match)
        return used
