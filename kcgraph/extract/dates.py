"""Dates as newspapers write them: where they stand, and which day or month they mean.

"Wednesday", "Monday night", "March 3", "the 22nd", "Tuesday of last week", "last month". Some count
from a day that the text named before ("the following Tuesday", "a day earlier", "that night"). What
a reader cannot pin to a day or a month ("last week", "in 2012", "every Friday") stays unresolved.
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
# month, weekday (Monday is 0), which one of the month
_FLOATING = {
    "martin luther king jr. day": (1, 0, 3), "martin luther king day": (1, 0, 3),
    "presidents day": (2, 0, 3), "presidents' day": (2, 0, 3), "memorial day": (5, 0, -1),
    "labor day": (9, 0, 1), "columbus day": (10, 0, 2), "indigenous peoples' day": (10, 0, 2),
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
_HOLIDAY = "|".join(
    re.escape(name).replace(r"\ ", "[ ]").replace("'", "['’]")
    for name in sorted((*_FIXED, *_FLOATING), key=len, reverse=True)
)

_DATE = re.compile(
    rf"""(?<![\w-])(?:
      \d{{4}}-\d\d-\d\d
    | {_HOLIDAY}
    | (?:every|each)[ ](?:other[ ])?(?:{_DAY}|{_PART}|day|week|month|year)(?:[ ]{_PART})?
    | (?:(?:early|late|mid|later)[ ])?(?:{_DAY},[ ])?{_MONTH}[ ]{_NUMBER}(?:[-–]\d{{1,2}})?
        (?:,?[ ]{_YEAR})?
    | (?:{_DAY},?[ ])?{_NUMBER}[ ](?:of[ ])?{_MONTH}(?:,?[ ]{_YEAR})?
    | (?:(?:early|late|last|next|this|mid)[ -])*{_MONTH}(?:,?[ ](?:of[ ])?{_YEAR}|[ ]last)?
    | a[ ]week[ ](?:ago|from)(?:[ ](?:last|next|this))?[ ]{_DAY}(?:[ ]{_PART})?
    | {_DAY}(?:[ ]{_PART})?[ ](?:(?:of|the)[ ])?(?:last|next|this|that|the[ ]following)[ ]week
    | (?:the[ ])?(?:following|previous|preceding)[ ]{_DAY}(?:[ ]{_PART})?
    | the[ ]{_DAY}(?:[ ]{_PART})?[ ](?:before|after)(?=[ ]?(?:[.,;:)]|$))
    | {_DAY}[ ]week(?=[ ]?(?:[.,;:)]|$))
    | (?:(?:early|late|earlier|last|next|this|past|coming|midnight[ ]on)[ ])*{_DAY}(?:[ ]{_PART})?
    | (?:early|late|later)[ ](?:last|next|this)[ ]{_UNIT}
    | earlier[ ]this[ ]{_UNIT}
    | (?:last|the[ ]next|next|this|that|the[ ]following|the[ ]previous|the[ ]same|that[ ]same)[ ]
        (?:weekend|{_UNIT}|day|{_PART})
    | the[ ](?:day|night|evening|week|month)[ ](?:before|after)(?=[ ]?(?:[.,;:)]|$))
    | the[ ](?:weekend|(?:following|previous)[ ]{_PART})
    | (?:the[ ]next|the[ ]following|a)[ ](?:day|week|month|year)(?:[ ](?:later|earlier|ago|before))?
    | (?:\d+|{"|".join(_NUMBERS)}|several|some)[ ](?:day|week|month|year)s?[ ](?:ago|earlier|later)
    | a[ ]fortnight[ ](?:ago|earlier|later)
    | the[ ]\d{{1,2}}(?:st|nd|rd|th)\b
    | (?:today|tonight|yesterday|tomorrow)(?:[ ]{_PART})?
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


def counts_from_another(written: str) -> bool:
    """Whether the date counts from one that the text named before ("the following Tuesday")."""
    return _steps(_plain(written)) is not None


def resolve_date(
    written: str,
    article_date: str | None,
    *,
    future: bool | None = None,
    anchor: str | None = None,
) -> str | None:
    """`written` as `YYYY-MM-DD` or `YYYY-MM`, or None where it is no definite day or month.

    `article_date` is ISO 8601; without it only dates with their year are resolved. `future` says
    whether the sentence looks ahead (True) or back (False); None takes, for a weekday, the last
    one, for a month or a day of the year the nearest. `anchor` is the day, `YYYY-MM-DD`, from which
    dates count that name no day of their own ("the next day"); without it they stay unresolved.
    """
    words = _plain(written)
    today = _iso_day(article_date) if article_date else None
    if (step := _steps(words)) is not None:
        start = _iso_day(anchor) if anchor else None
        return _step(start, *step) if start else None
    if re.match(r"(every|each)\b", words):
        return None
    with_year = _with_year(words)
    if with_year:
        return with_year
    if today is None or not 1000 < today.year < 9000 or re.search(rf"\b{_YEAR}\b", words):
        return None
    for rule in (
        _relative_day,
        _fixed_day,
        _floating_day,
        _month_and_day,
        _ordinal_day,
        _day_of_week,
        _weekday,
        _month,
    ):
        found = rule(words, today, future)
        if found:
            return found
    return None


def _plain(written: str) -> str:
    return " ".join(written.casefold().replace("’", "'").split()).removesuffix("'s")


# --- counted from a day that was named before ----------------------------------------------------


def _steps(words: str) -> tuple[int, int | None] | None:
    """Days to go and on which weekday to end, None for any; None when nothing is counted."""
    after = re.fullmatch(
        rf"(?:the )?following ({_DAY})(?: {_PART})?|the ({_DAY})(?: {_PART})? after",
        words,
        re.IGNORECASE,
    )
    before = re.fullmatch(
        rf"(?:the )?(?:previous|preceding) ({_DAY})(?: {_PART})?|the ({_DAY})(?: {_PART})? before",
        words,
        re.IGNORECASE,
    )
    if named := after or before:
        return (1 if after else -1), _DAYS.index(named.group(1) or named.group(2))
    for pattern, days in _COUNTED:
        if re.fullmatch(pattern, words):
            return days, None
    counted = re.fullmatch(rf"(\d{{1,2}}|{'|'.join(_NUMBERS)}) days? (earlier|later)", words)
    if not counted:
        return None
    return _number(counted.group(1)) * (1 if counted.group(2) == "later" else -1), None


_COUNTED = (
    (rf"the (?:next|following) (?:day|{_PART})|the (?:day|night|evening) after|a day later", 1),
    (
        rf"the previous (?:day|{_PART})|the (?:day|night|evening) before|a day (?:earlier|before)",
        -1,
    ),
    (rf"(?:that|the same|that same) (?:day|{_PART})", 0),
)


def _step(start: date, days: int, weekday: int | None) -> str | None:
    if not 1000 < start.year < 9000:
        return None
    if weekday is not None:
        days *= (days * (weekday - start.weekday())) % 7 or 7
    return str(start + timedelta(days=days))


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS.index(word) + 1


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
    ago = re.fullmatch(rf"(\d{{1,3}}|{'|'.join(_NUMBERS)}) days? ago", words)
    if ago:
        return str(today - timedelta(days=_number(ago.group(1))))
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


def _floating_day(words: str, today: date, future: bool | None) -> str | None:
    if words not in _FLOATING:
        return None
    month, weekday, which = _FLOATING[words]
    years = (today.year + n for n in (-1, 0, 1))
    return _choose((_nth(year, month, weekday, which) for year in years), today, future)


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    """The `which`-th such weekday of the month; -1 is the last."""
    days = (date(year, month, n) for n in range(1, monthrange(year, month)[1] + 1))
    return [day for day in days if day.weekday() == weekday][which - (which > 0)]


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


def _day_of_week(words: str, today: date, future: bool | None) -> str | None:
    """ "Tuesday of last week", "Tuesday week", "a week ago Tuesday"; weeks begin on Monday."""
    match = re.search(_DAY, words, re.IGNORECASE)
    if not match:
        return None
    weekday = _DAYS.index(match.group())
    if week := re.search(r" (last|this|next) week$", words):
        weeks = ("last", "this", "next").index(week.group(1)) - 1
        return str(today + timedelta(days=weekday - today.weekday() + 7 * weeks))
    if re.match(r"a week from ", words) or re.search(rf"{_DAY} week$", words, re.IGNORECASE):
        return str(today + timedelta(days=(weekday - today.weekday()) % 7 + 7))
    if re.match(r"a week ago ", words):
        return str(today - timedelta(days=(today.weekday() - weekday) % 7 + 7))
    return None


def _weekday(words: str, today: date, future: bool | None) -> str | None:
    match = re.search(_DAY, words, re.IGNORECASE)
    if not match or words.endswith(" week"):
        return None
    ahead = (_DAYS.index(match.group()) - today.weekday()) % 7
    if re.match(r"(this |the )?coming ", words) or (words.startswith("this ") and future is None):
        future = "past" not in words
    if re.match(r"(this |the )?past ", words):
        future = False
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
