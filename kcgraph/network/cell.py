"""A cell of a matrix, opened: the statements that its value is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kcgraph.claims import Ref
from kcgraph.network.statements import Statement


@dataclass(frozen=True, slots=True)
class Shared:
    """What two actors say on one issue: `a` and `b` are their statements, in the order of time.

    `congruence` and `conflict` are what the issue adds to the tie of that name, not normalised.
    """

    issue: Ref
    a: tuple[Statement, ...]
    b: tuple[Statement, ...]

    @property
    def congruence(self) -> int:
        return sum(one.agreement == other.agreement for one in self.a for other in self.b)

    @property
    def conflict(self) -> int:
        return len(self.a) * len(self.b) - self.congruence


def on_issue(some: Iterable[Statement], actor: str, issue: str) -> list[Statement]:
    """The statements behind the cell of `actor` and `issue` (IRIs) in a two-mode network."""
    return [one for one in some if one.actor.iri == actor and one.issue.iri == issue]


def between(some: Iterable[Statement], a: str, b: str) -> list[Shared]:
    """What the tie of actors `a` and `b` (IRIs) rests on in a one-mode network, issue by issue."""
    some = [one for one in some if one.actor.iri in (a, b)]
    issues = dict.fromkeys(one.issue for one in some)
    found = [
        Shared(i, tuple(on_issue(some, a, i.iri)), tuple(on_issue(some, b, i.iri))) for i in issues
    ]
    return sorted((s for s in found if s.a and s.b), key=lambda s: s.issue.label.casefold())
