"""What was asked for: which statements count, and how they become a network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kcgraph.errors import InputError
from kcgraph.network import matrix
from kcgraph.network.matrix import Matrix
from kcgraph.network.statements import (
    DUPLICATES,
    Statement,
    chosen,
    without_duplicates,
    without_reprints,
)
from kcgraph.network.windows import Window, windows

QUALIFIERS = {
    "two": matrix.TWO_MODE_QUALIFIERS,
    "one": matrix.ONE_MODE_QUALIFIERS,
    "events": ("ignore",),
}
NORMALIZATIONS = {
    "two": matrix.TWO_MODE_NORMALIZATIONS,
    "one": matrix.ONE_MODE_NORMALIZATIONS,
    "events": ("none",),
}
_DEFAULT_QUALIFIERS = {"two": "subtract", "one": "congruence", "events": None}
_CALLED = {"two": "a two-mode network", "one": "a one-mode network", "events": "an event list"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The settings of a discourse network, checked.

    `mode` is "two" (actor by issue), "one" (actor by actor) or "events" (the statements as such).
    `qualifier` and `normalization` as in `two_mode` and `one_mode` (without a qualifier: subtract,
    congruence), `duplicates` as in `without_duplicates`, the filters as in `chosen`. `isolates`
    keeps actors and issues without a statement that counts, as far as they have one in the range of
    dates and publishers (as in DNA); `reprints_once` counts a wire story once.

    Raises InputError if the settings do not fit together.
    """

    mode: str = "two"
    qualifier: str | None = None
    normalization: str = "none"
    duplicates: str = "include"
    since: str | None = None
    until: str | None = None
    exclude_issues: frozenset[str] = frozenset()
    exclude_actors: frozenset[str] = frozenset()
    exclude_publishers: frozenset[str] = frozenset()
    isolates: bool = False
    reprints_once: bool = False

    def __post_init__(self) -> None:
        _one_of("mode", self.mode, QUALIFIERS)
        _one_of("duplicates", self.duplicates, DUPLICATES)
        for name, fitting in (("qualifier", QUALIFIERS), ("normalization", NORMALIZATIONS)):
            value = getattr(self, name)
            if value is not None and value not in fitting[self.mode]:
                raise InputError(
                    f"{name} {value!r} does not fit {_CALLED[self.mode]}; choose one of: "
                    + ", ".join(fitting[self.mode])
                )
        if self.side_taking == "combine" and self.normalization != "none":
            raise InputError(
                f"normalization {self.normalization!r} makes no sense of qualifier 'combine', whose"
                " values are names of sides; use qualifier 'ignore' or 'subtract'"
            )
        if self.mode == "events" and self.isolates:
            raise InputError("an event list has no isolates; choose mode 'one' or 'two'")

    @property
    def side_taking(self) -> str | None:
        """The qualifier in force: the one asked for, else that of the mode."""
        return self.qualifier or _DEFAULT_QUALIFIERS[self.mode]


def counted(some: Iterable[Statement], choice: Choice) -> list[Statement]:
    """Those of `some` statements (in the order of time) that count under `choice`."""
    found = chosen(
        some,
        since=choice.since,
        until=choice.until,
        exclude_issues=choice.exclude_issues,
        exclude_actors=choice.exclude_actors,
        exclude_publishers=choice.exclude_publishers,
    )
    if choice.reprints_once:
        found = without_reprints(found)
    return without_duplicates(found, choice.duplicates, agreement=choice.side_taking != "ignore")


def network(some: Iterable[Statement], choice: Choice) -> Matrix:
    """The matrix that `choice` asks for, of all statements of the corpus.

    Raises InputError for an event list, which has no matrix.
    """
    some = list(some)
    return _matrix(counted(some, choice), choice, _isolates(some, choice))


def networks_over_time(
    some: Iterable[Statement], choice: Choice, unit: str, size: int
) -> list[tuple[Window, Matrix]]:
    """The matrix of each of the moving windows of `windows`.

    Duplicates are left out before: of the whole range, as DNA does it.

    Raises InputError as `windows` and `network` do.
    """
    some = list(some)
    isolates = _isolates(some, choice)
    found = windows(counted(some, choice), unit, size, since=choice.since, until=choice.until)
    return [(one, _matrix(one.statements, choice, isolates)) for one in found]


def _isolates(some: Iterable[Statement], choice: Choice) -> list[Statement]:
    if not choice.isolates:
        return []
    publishers = choice.exclude_publishers
    return chosen(some, since=choice.since, until=choice.until, exclude_publishers=publishers)


def _matrix(some: Iterable[Statement], choice: Choice, isolates: Iterable[Statement]) -> Matrix:
    if choice.mode == "events" or choice.side_taking is None:
        raise InputError("an event list is no matrix; choose mode 'one' or 'two'")
    make = matrix.two_mode if choice.mode == "two" else matrix.one_mode
    return make(
        some,
        qualifier=choice.side_taking,
        normalization=choice.normalization,
        isolates=isolates,
    )


def _one_of(name: str, value: str, fitting: Iterable[str]) -> None:
    if value not in fitting:
        raise InputError(f"{name} {value!r}: choose one of: {', '.join(fitting)}")
