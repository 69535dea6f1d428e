"""Dates as newspapers write them: where they stand, and which day or month they mean.

"Wednesday", "Monday night", "March 3", "the 22nd", "last month", "earlier this year". What a
reader cannot pin to a day or a month ("last week", "in 2012", "a day earlier") stays unresolved.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from kcgraph.model import Span

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_FIXED = {
    "new year's day": (1, 1), "new year's eve": (12, 31), "valentine's day": (2, 14),
    "may day": (5, 1), "juneteenth": (6, 19), "canada day": (7, 1), "independence day": (7, 4),
    "the fourth of july": (7, 4), "halloween": (10, 31), "veterans day": (11, 11),
    "veteran's day": (11, 11), "remembrance day": (11, 11), "christmas eve": (12, 24),
    "christmas day": (12, 25), "boxing day": (12, 26), "anzac day": (4, 25),
}  # fmt: skip

_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_YEAR = r"(?:1[89]|20)\d\d"
_NUMBER = r"(?:\d{1,2}(?:st|nd|rd|th)?\b)"
_PART = r"(?:morning|afternoon|evening|night|lunchtime|noon|midnight)"
_UNIT = r"(?:week|month|year|spring|summer|fall|autumn|winter)"

_DATE = re.compile(
    rf"""(?<![\w-])(?:
      \d{{4}}-\d\d-\d\d
    | (?:(?:early|late|mid|later)[ ])?(?:{_DAY},[ ])?{_MONTH}[ ]{_NUMBER}(?:[-–]\d{{1,2}})?
        (?:,?[ ]{_YEAR})?
    | (?:{_DAY},?[ ])?{_NUMBER}[ ](?:of[ ])?{_MONTH}(?:,?[ ]{_YEAR})?
    | (?:(?:early|late|last|next|this|mid)[ -])*{_MONTH}(?:,?[ ](?:of[ ])?{_YEAR}|[ ]last)?
    | (?:(?:early|late|earlier|last|next|this|midnight[ ]on)[ ])*{_DAY}(?:[ ]{_PART})?
    | (?:early|late|later)[ ](?:last|next|this)[ ]{_UNIT}
    | earlier[ ]this[ ]{_UNIT}
    | (?:last|the[ ]next|next|this|that|the[ ]following|the[ ]previous|the[ ]same|that[ ]same)[ ]
        (?:weekend|{_UNIT}|day|{_PART})
    | the[ ](?:day|night|evening|week|month)[ ]before(?=[.,;]|$)
    | (?:the[ ]next|the[ ]following|a)[ ](?:day|week|month|year)(?:[ ](?:later|earlier|ago|before))?
    | (?:\d+|{"|".join(_NUMBERS)}|several|some)[ ](?:day|week|month|year)s?[ ](?:ago|earlier|later)
    | the[ ]\d{{1,2}}(?:st|nd|rd|th)\b
    | today|tonight|yesterday|tomorrow
    | (?:the[ ])?(?:spring|summer|fall|autumn|winter)[ ]of[ ]{_YEAR}
    | (?<=\bin[ ]){_YEAR}
    )(?![\w-])""",
    re.VERBOSE | re.IGNORECASE,
)
# "may", "march" and "sun" are words too: these need their capitals.
_CAPITALS = re.compile(r"(?i:may|march|mar|sat|sun|dec|jan)\b")


def find_dates(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Where dates stand in `text[start:end]`, in order, without their prepositions."""
    found = []
    for match in _DATE.finditer(text, start, len(text) if end is None else end):
        words = match.group()
        month = _CAPITALS.search(words)
        if month and month.group()[0].islower():
            continue
        if re.fullmatch(r"a (?:day|week|month|year)", words, re.IGNORECASE):
            continue  # "$4 a month"
        found.append(Span(*match.span()))
    return found


def resolve_date(
    written: str, article_date: str | None, *, future: bool | None = None
) -> str | None:
    """`written` as `YYYY-MM-DD` or `YYYY-MM`, or None where it is no definite day or month.

    `article_date` is ISO 8601; without it only dates with their year are resolved. `future` says
    whether the sentence looks ahead (True) or back (False); None takes, for a weekday, the last
    one, for a month or a day of the year the nearest.
    """
    words = " ".join(written.casefold().replace("’", "'").split()).removesuffix("'s")
    today = _iso_day(article_date) if article_date else None
    with_year = _with_year(words)
    if with_year:
        return with_year
    if today is None or not 1000 < today.year < 9000 or re.search(rf"\b{_YEAR}\b", words):
        return None
    for rule in (_relative_day, _fixed_day, _month_and_day, _ordinal_day, _weekday, _month):
        found = rule(words, today, future)
        if found:
            return found
    return None


# --- with a year --------------------------------------------------------------------------------


def _with_year(words: str) -> str | None:
    plain = re.search(r"\b(\d{4}-\d\d-\d\d)\b", words)
    if plain:
        return plain.group(1) if _iso_day(plain.group(1)) else None
    year = re.search(rf"\b({_YEAR})\b", words)
    month = _month_in(words)
    if not year or not month:
        return None
    day = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b", words.replace(year.group(1), ""))
    if not day:
        return f"{year.group(1)}-{month:02}"
    return _day(int(year.group(1)), month, int(day.group(1)))


# --- against the article's date -----------------------------------------------------------------


def _relative_day(words: str, today: date, future: bool | None) -> str | None:
    ago = re.fullmatch(rf"(\d+|{'|'.join(_NUMBERS)}) days? ago", words)
    if ago:
        number = ago.group(1)
        days = int(number) if number.isdigit() else _NUMBERS.index(number) + 1
        return str(today - timedelta(days=days))
    if re.match(r"(today|tonight|this (morning|afternoon|evening))", words):
        return str(today)
    if re.match(r"(yesterday|last (night|evening))", words):
        return str(today - timedelta(days=1))
    return str(today + timedelta(days=1)) if words.startswith("tomorrow") else None


def _fixed_day(words: str, today: date, future: bool | None) -> str | None:
    if words not in _FIXED:
        return None
    month, day = _FIXED[words]
    return _choose((date(today.year + n, month, day) for n in (-1, 0, 1)), today, future)


def _month_and_day(words: str, today: date, future: bool | None) -> str | None:
    month, day = _month_in(words), re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b", words)
    if not month or not day:
        return None
    years = (today.year + n for n in (-1, 0, 1))
    days = [_day(year, month, int(day.group(1))) for year in years]
    return _choose((date.fromisoformat(d) for d in days if d), today, future)


def _ordinal_day(words: str, today: date, future: bool | None) -> str | None:
    match = re.fullmatch(r"(?:the )?(\d{1,2})(?:st|nd|rd|th)", words)
    if not match:
        return None
    months = [_shift(today, n) for n in (-2, -1, 0, 1, 2)]
    days = [_day(year, month, int(match.group(1))) for year, month in months]
    return _choose((date.fromisoformat(d) for d in days if d), today, future)


def _weekday(words: str, today: date, future: bool | None) -> str | None:
    match = re.search(_DAY, words, re.IGNORECASE)
    if not match:
        return None
    ahead = (_DAYS.index(match.group()) - today.weekday()) % 7
    if words.startswith("next ") or future:
        return str(today + timedelta(days=ahead or (7 if words.startswith("next ") else 0)))
    back = (7 - ahead) % 7
    if words.startswith("last ") and back == 0:
        back = 7
    return str(today - timedelta(days=back))


def _month(words: str, today: date, future: bool | None) -> str | None:
    if re.search(r"\bmonth\b", words):
        for word, shift in (("this", 0), ("last", -1), ("next", 1)):
            if re.search(rf"\b{word} month$", words):
                year, month = _shift(today, shift)
                return f"{year}-{month:02}"
        return None
    number = _month_in(words)
    if not number or re.search(r"\d", words) or len(re.findall(_MONTH, words, re.IGNORECASE)) > 1:
        return None
    if re.search(r"\blast\b", words):
        future = False
    candidates = [date(today.year + n, number, 1) for n in (-1, 0, 1)]
    this_month = today.replace(day=1)
    if re.match(r"last ", words):
        candidates = [day for day in candidates if day != this_month]
    chosen = _choose(candidates, this_month, future)
    return chosen[:7] if chosen else None


def _choose(days: Iterable[date], today: date, future: bool | None) -> str | None:
    """The nearest day that is on the right side of `today`; of equals the earlier."""
    right = [day for day in days if future is None or (day >= today if future else day <= today)]
    return str(min(right, key=lambda day: (abs(day - today), day))) if right else None


def _shift(today: date, months: int) -> tuple[int, int]:
    count = today.year * 12 + today.month - 1 + months
    return count // 12, count % 12 + 1


def _month_in(words: str) -> int | None:
    match = re.search(_MONTH, words, re.IGNORECASE)
    if not match:
        return None
    start = match.group().rstrip(".").casefold()[:3]
    return next(n for n, name in enumerate(_MONTHS, start=1) if name.startswith(start))


def _day(year: int, month: int, day: int) -> str | None:
    return str(date(year, month, day)) if 1 <= day <= monthrange(year, month)[1] else None


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
