"""Moving time windows over statements, as Discourse Network Analyzer 3 moves them.

The definition is that of `computeTimeWindowMatrices` in the class `export.Exporter` (without a
kernel): a window reaches from half its size before a point of time to half its size after it, the
point moves on by one unit, and only windows that lie within the whole range count.
"""

from __future__ import annotations

import calendar
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Day
from datetime import timedelta

from kcgraph.errors import InputError
from kcgraph.network.statements import Statement

UNITS = ("events", "days", "weeks", "months", "years")
_MOST = 20_000  # windows; more are a mistake in a date


@dataclass(frozen=True, slots=True)
class Window:
    """The statements from `start` to `end`, both inclusive, around `middle` (ISO 8601)."""

    start: str
    middle: str
    end: str
    statements: tuple[Statement, ...]


def windows(
    some: Sequence[Statement],
    unit: str,
    size: int,
    *,
    since: str | None = None,
    until: str | None = None,
) -> list[Window]:
    """The windows over `some` statements in the order of time, the undated and vaguely dated apart.

    `size` is a number of units; half of it, rounded down, lies on either side of the middle. The
    middle moves from `since` (or the first statement) to `until` (or the last); for "events" it is
    one statement after the other. Where several statements are of one day, DNA draws lots among
    them for the edge of a window of events; here their order decides.

    Raises InputError for another unit, a size below 1, or a range of too many windows.
    """
    if unit not in UNITS:
        raise InputError(f"window {unit!r}: choose one of: {', '.join(UNITS)}")
    if size < 1:
        raise InputError(f"window size {size}: must be at least 1")
    dated = sorted(
        (one for one in some if one.date and len(one.date) == 10), key=lambda one: one.date or ""
    )
    if unit == "events":
        return list(_of_events(dated, size // 2))
    days = [one.date or "" for one in dated]
    if not days and not (since and until):
        return []
    first, last = _day(since or days[0], 1), _day(until or days[-1], -1)
    return [
        Window(
            start.isoformat(),
            middle.isoformat(),
            end.isoformat(),
            tuple(
                dated[bisect_left(days, start.isoformat()) : bisect_right(days, end.isoformat())]
            ),
        )
        for start, middle, end in _spans(first, last, unit, size // 2)
    ]


def _of_events(dated: Sequence[Statement], half: int) -> Iterator[Window]:
    for middle in range(half, len(dated) - half):
        inside = tuple(dated[middle - half : middle + half + 1])
        first, at, last = (one.date or "" for one in (inside[0], dated[middle], inside[-1]))
        yield Window(first, at, last, inside)


def _spans(first: Day, last: Day, unit: str, half: int) -> Iterator[tuple[Day, Day, Day]]:
    """Start, middle and end of every window between the days `first` and `last`."""
    middle, number = first, 0
    while middle <= last:
        start, end = _moved(middle, unit, -half), _moved(middle, unit, half)
        if start is not None and end is not None and first <= start and end <= last:
            yield start, middle, end
            number += 1
        if number > _MOST:
            raise InputError(
                f"more than {_MOST} windows from {first} to {last}; choose larger units, or a range"
                " with --since and --until"
            )
        after = _moved(middle, unit, 1)
        if after is None:
            return
        middle = after


def _moved(day: Day, unit: str, number: int) -> Day | None:
    """The day so many units later; the last of its month where that has no such day."""
    try:
        if unit in ("days", "weeks"):
            return day + timedelta(days=number * (7 if unit == "weeks" else 1))
        months = day.year * 12 + day.month - 1 + number * (12 if unit == "years" else 1)
        year, month = months // 12, months % 12 + 1
        return Day(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        return None


def _day(date: str, edge: int) -> Day:
    """The day; of a month or a year the first (`edge` 1) or the last (-1)."""
    parts = [int(part) for part in date.split("-")]
    if len(parts) == 1:
        parts.append(1 if edge > 0 else 12)
    if len(parts) == 2:
        parts.append(1 if edge > 0 else calendar.monthrange(*parts)[1])
    return Day(*parts)
