"""Dates as newspapers and metadata write them, to ISO 8601.

General date parsers complete a missing year or day from today's date. An article's date must come
from the article, so a date that is not complete stays as short as it is, or is none.
"""

from __future__ import annotations

import re
from datetime import date

_MONTHS = "january february march april may june july august september october november december"
MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?"
    r"|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?)"
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?"

_ISO = r"(?P<y1>\d{4})(?:[-/.](?P<m1>\d{1,2})(?:[-/.](?P<d1>\d{1,2}))?)?(?![\d-])"
_MONTH_FIRST = rf"(?P<m2>{MONTH})\s+(?:{_DAY.format('d2')},?\s+)?(?P<y2>\d{{4}})(?!\d)"
_DAY_FIRST = rf"{_DAY.format('d3')}\s+(?:of\s+)?(?P<m3>{MONTH}),?\s+(?P<y3>\d{{4}})(?!\d)"
_COMPACT = r"(?P<y4>(?:19|20)\d{2})(?P<m4>[01]\d)(?P<d4>[0-3]\d)(?!\d)"
_NUMERIC = r"(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<y5>\d{4})(?!\d)"
_ANY = rf"(?:{_MONTH_FIRST}|{_DAY_FIRST}|{_COMPACT}|{_NUMERIC}|{_ISO})"
_CLOCK = r"(?:(?:[T\s,|/]|\bat\b|@|-|–|·)*\d{1,2}[:.]\d{2}[^\n]{0,40})?"
_WRITTEN = re.compile(rf"\s*(?:{WEEKDAY},?\s+)?{_ANY}{_CLOCK}\s*\.?\s*", re.IGNORECASE)
# 20200604T101500Z and the like: a compact date goes on with a time.
_COMPACT_TIME = re.compile(r"\s*((?:19|20)\d{6})T\d{4,6}.{0,6}")


def iso_date(written: str) -> str | None:
    """`written` as YYYY-MM-DD, YYYY-MM or YYYY, or None when it is not a date of its own.

    A time of day is dropped and the day taken as written, whatever the time zone. Of dates in
    figures such as 3/4/2020 only those are taken whose day is past 12; the rest has two readings.

    >>> iso_date("Oct. 8, 2024"), iso_date("8 October 2023"), iso_date("June 2020")
    ('2024-10-08', '2023-10-08', '2020-06')
    >>> iso_date("March 3") is None, iso_date("3/4/2020") is None
    (True, True)
    """
    if len(written) > 80:
        return None
    if compact := _COMPACT_TIME.fullmatch(written):
        written = compact[1]
    match = _WRITTEN.fullmatch(written)
    if match is None:
        return None
    found = match.groupdict()
    if found["y5"]:
        first, second = int(found["a"]), int(found["b"])
        if first > 12 >= second:
            return _iso(found["y5"], second, first)
        return _iso(found["y5"], first, second) if second > 12 >= first else None
    for n in "1234":
        if year := found[f"y{n}"]:
            day = found[f"d{n}"]
            return _iso(year, _month(found[f"m{n}"]), int(day) if day else None)
    return None


def _month(written: str | None) -> int | None:
    if written is None:
        return None
    if written.isdigit():
        return int(written)
    start = written.rstrip(".").lower()[:3]
    return next(n for n, name in enumerate(_MONTHS.split(), 1) if name.startswith(start))


def _iso(year: str, month: int | None, day: int | None) -> str | None:
    try:
        whole = date(int(year), 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    return whole.isoformat()[: 10 if day is not None else 7 if month is not None else 4]
