"""Clusters of things taken for one, with pairs that must stay apart (union-find)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """Things number `left` and `right` look like one: why, and how sure that is (0 to 1)."""

    left: int
    right: int
    score: float
    reason: str


class Clusters:
    """A partition of `range(size)` that starts with everything alone."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))
        self._members: dict[int, list[int]] = {n: [n] for n in range(size)}
        self._apart: dict[int, set[int]] = {}

    def root(self, thing: int) -> int:
        """The thing that stands for the cluster of `thing`."""
        while self._parent[thing] != thing:
            self._parent[thing] = self._parent[self._parent[thing]]
            thing = self._parent[thing]
        return thing

    def members(self, thing: int) -> list[int]:
        """Everything in the cluster of `thing`, itself included."""
        return self._members[self.root(thing)]

    def keep_apart(self, a: int, b: int) -> None:
        """From now on `a` and `b` never get into one cluster; what is joined stays joined."""
        ra, rb = self.root(a), self.root(b)
        if ra != rb:
            self._apart.setdefault(ra, set()).add(rb)
            self._apart.setdefault(rb, set()).add(ra)

    def join(self, a: int, b: int) -> bool:
        """Makes the clusters of `a` and `b` one unless they must stay apart; whether it did."""
        ra, rb = sorted((self.root(a), self.root(b)))
        if ra == rb or rb in self._apart.get(ra, ()):
            return False
        self._parent[rb] = ra
        self._members[ra] += self._members.pop(rb)
        for enemy in self._apart.pop(rb, set()):
            self._apart[enemy].discard(rb)
            self._apart[enemy].add(ra)
            self._apart.setdefault(ra, set()).add(enemy)
        return True

    def all(self) -> list[list[int]]:
        """The clusters, each sorted, by their first members."""
        return sorted(sorted(members) for members in self._members.values())

    def join_matches(
        self, matches: Iterable[Match], may_join: Callable[[list[int], list[int]], bool]
    ) -> list[Match]:
        """Joins the best matches first, where `may_join` allows it; the matches that joined."""
        used = []
        for match in sorted(matches, key=lambda m: (-m.score, m.left, m.right, m.reason)):
            left, right = self.members(match.left), self.members(match.right)
            if left is not right and may_join(left, right) and self.join(match.left, match.right):
                used.append(match)
        return used
