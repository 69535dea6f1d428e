"""Where an article's header ends and its prose begins: headline, byline, dateline, date.

Pure text, no language model. What counts is form: short lines without a final full stop, "By",
a date on a line of its own, and the dateline of the news agencies' style books
("KANSAS CITY, Mo. (AP) —", "LILONGWE, April 11 (Rift News Agency) -", "PERTH:").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kcgraph.model import Span
from kcgraph.read.dates import MONTH, WEEKDAY, iso_date
from kcgraph.read.frontmatter import front_matter_end


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of an article's header, as spans of its text; None where there is no such part.

    `dateline` runs from the place to the dash or colon, `place` covers "KANSAS CITY, Mo." in it.
    Prose begins at `body_start`, behind all of them. `date` is ISO 8601 and whole only if the
    header gives the year; `publisher` is as written ("AP").
    """

    title: Span | None = None
    byline: Span | None = None
    dateline: Span | None = None
    place: Span | None = None
    body_start: int = 0
    date: str | None = None
    publisher: str | None = None


class _Line(NamedTuple):
    """A line that is not blank, without the white space around it."""

    start: int
    end: int
    text: str
    alone: bool  # a blank line follows, or nothing


class _Dateline(NamedTuple):
    end: int
    place_end: int
    date: str | None
    publisher: str | None


_MAX_TITLE_WORDS = 32
_SHORT_TITLE_WORDS = 12
# characters: "Mayor: we will not pay" is a headline, "PERTH: ..." opens a paragraph
_SHORTEST_LEAD = 130
_MAX_DECKS = 4
_LONGEST_DATELINE = 160  # characters
_HEADER_LINES = 14

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_ENDS_SENTENCE = re.compile(r"[.…][\"'”’)\]]*$|[,.?!][\"”’']$")
_ABBREVIATION = re.compile(r"(?:\b[ap]\.m|\b[UN]\.[SKNZ]|\b(?:Inc|Co|Corp|Ltd|Jr|Sr|St|D\.C))\.$")
_BULLET = re.compile(r"[*•·‣▪–-]\s+\S")
_HEADING_MARK = re.compile(r"#{1,6}[ \t]+(?=\S)")  # of Markdown, in a file that is not named so
_QUOTE = re.compile(r"[\"“‘']")

_DATE_PREFIX = re.compile(r"date:?\s+(\d{4}-\d{2}(?:-\d{2})?)(?:\s+|$)", re.IGNORECASE)
_DATE_LABEL = re.compile(
    r"(?:(?:first |last )?(?:published|posted|updated|date|dated|issued)(?: on| at)?:?\s+)"
    r"(?:\d{1,2}[:.]\d{2}\s*[ap]\.?m\.?(?:\s+[A-Z]{2,4}\b)?,?\s+)?(?:on\s+)?",
    re.IGNORECASE,
)
_DATE_TAIL = re.compile(
    r"[\s,;|/•·(-]+(?:and\s+)?(?:last\s+)?(?:updated|modified)\b.*", re.IGNORECASE
)
_FIELD = re.compile(
    r"(?P<key>title|headline|date|published|publisher|source|newspaper|url|link|author|byline)"
    r"\s*:\s+(?P<value>\S.*)",
    re.IGNORECASE,
)

_BYLINE = re.compile(r"(?:(?:Story|Words|Report|Written|Reporting|Text)\s+)?(?:By|BY|by):?\s+\S")
_JOB = re.compile(
    r"(?:(?:our|a|an|special|staff|senior|chief|the)\s+)*(?:[\w’'-]+\s+){0,3}"
    r"(?:reporters?|writers?|correspondents?|bureau|desk|editor|agency|agencies|contributor)"
    r"(?:\s+and\s+agencies)?",
    re.IGNORECASE,
)
_OUTLET = re.compile(
    r"\b(?:Advertiser|Advocate|Argus|Beacon|Bee|Bugle|Chronicle|Courier|Daily|Dispatch|Echo|Enterprise"
    r"|Examiner|Express|Gazette|Globe|Guardian|Herald|Independent|Inquirer|Journal|Ledger|Mail|Mercury"
    r"|Mirror|News|Newspapers?|Observer|Post|Press|Radio|Record|Register|Reporter|Republic|Review"
    r"|Sentinel|Standard|Star|Sun|Telegraph|Telegram|Times|Tribune|TV|Voice|Weekly|Wire|World)\b"
)
_OUTLET_PREFIX = re.compile(r"(?:of|for)\s+", re.IGNORECASE)

_WORD = r"[^\W\d_a-z][\w’'.\-]*"
_NAME = rf"(?:{_WORD})(?:[ /](?:{_WORD}|of|de|del|da|do|la|le|du|des|on|upon|the|and|y|in)){{0,5}}"
_DAY_MONTH = (
    rf"(?:{WEEKDAY},?\s+)?(?:{MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{MONTH})(?:,?\s+\d{{4}}\b)?"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}"
)
_DATELINE = re.compile(
    rf"(?P<place>{_NAME})"
    rf"(?P<region>(?:,\s*{_NAME}){{0,2}}?)"
    rf"(?:,?\s+(?P<date>{_DAY_MONTH}))?"
    r"(?:,?\s*(?:[(\[](?P<agency>[^()\[\]]{2,60})[)\]]|/(?P<wire>\w[^/]{1,40})/))?"
    r"(?P<mark>\s*(?:—|–|―)\s*|\s+(?:--+|-|_|\|)\s+|:\s+|(?<=[)\]])\s+(?=[“\"]?[A-Z]))(?=\S)"
)
_AGENCY_ALONE = re.compile(r"\((?P<agency>[A-Z][^()]{1,40})\)\s*(?:—|–|―|--+|-)\s+(?=\S)")
_PLACE_AND_DATE = re.compile(
    rf"(?P<place>{_NAME}(?:,\s*{_NAME}){{0,2}}?),\s+(?P<date>{_DAY_MONTH})"
)
# Labels that newspapers set before a colon or dash just as they set a place.
_LABEL_WORDS = """
advertisement alert analysis answer background breaking brief briefs comment commentary correction
corrections editorial exclusive explainer fact factbox feature live media news note notebook
obituary opinion photos podcast poll profile question reaction report review sport sports update
updated video warning watch weather q a by from source sources summary abstract interview letter
letters timeline roundup
"""
_LABELS = frozenset(_LABEL_WORDS.split())


def layout(text: str, *, title: str | None = None) -> Layout:
    """Tells the header of `text` from its prose.

    A `title` that is known from elsewhere (a web page's, a record's field) helps to tell the
    headline. A text with nothing but header lines has no header: its prose begins at its first
    character that is not white space.

    >>> found = layout("KANSAS CITY, Mo. (AP) — The police department has new policies.")
    >>> found.publisher, found.date, found.body_start
    ('AP', None, 24)
    """
    lines = list(_lines(text, front_matter_end(text)))
    if not lines:
        return Layout()
    found = _Header(text, lines, title).read()
    return found if found else Layout(body_start=lines[0].start)


def _lines(text: str, start: int) -> Iterator[_Line]:
    """The first lines, enough for any header (the last one only tells what follows)."""
    found: list[tuple[int, int]] = []
    for match in _LINE.finditer(text, start):
        stripped = match[0].strip()
        if stripped:
            begin = match.start() + match[0].index(stripped)
            found.append((begin, begin + len(stripped)))
        if len(found) > _HEADER_LINES:
            break
    for n, (begin, end) in enumerate(found):
        following = found[n + 1][0] if n + 1 < len(found) else len(text)
        gap = text[end:following].replace("\r\n", "\n")
        breaks = gap.count("\n") + gap.count("\r") + gap.count("\u2028") + 2 * gap.count("\u2029")
        yield _Line(begin, end, text[begin:end], n + 1 == len(found) or breaks > 1)


class _Header:
    """Reads line after line until one is prose; holds what was found on the way."""

    def __init__(self, text: str, lines: list[_Line], title: str | None) -> None:
        self.text = text
        self.lines = lines
        self.known_title = _plain(title) if title else None
        self.title: Span | None = None
        self.byline: Span | None = None
        self.dateline: Span | None = None
        self.place: Span | None = None
        self.date: str | None = None
        self.publisher: str | None = None
        self.decks = 0

    def read(self) -> Layout | None:
        """The layout, or None when the lines ended before any prose came."""
        for n, line in enumerate(self.lines[:_HEADER_LINES]):
            if (start := self._body_in(n, line)) is not None:
                return Layout(
                    self.title,
                    self.byline,
                    self.dateline,
                    self.place,
                    start,
                    self.date,
                    self.publisher,
                )
        return None

    def _body_in(self, n: int, line: _Line) -> int | None:
        """Where prose starts in this line; None when all of it belongs to the header."""
        start = line.start
        if dated := _DATE_PREFIX.match(line.text):
            self.date = self.date or iso_date(dated[1])
            start += dated.end()
            if start >= line.end:
                return None
        rest = self.text[start : line.end]
        if self._is_title(n, line, rest):
            self.title = self._title_span(n, line)
            return None
        if self.title and line.end <= self.title.end:
            return None
        if self._is_dateline(start, rest):
            return None if self.dateline is None or self.dateline.end >= line.end else self._after()
        if (
            self._is_field(n, line)
            or self._is_date(rest)
            or self._is_place_and_date(line)
            or self._is_byline(n, line)
            or self._is_deck(n, line)
        ):
            return None
        return start

    def _after(self) -> int:
        assert self.dateline is not None
        end = self.dateline.end
        return end + len(self.text[end:]) - len(self.text[end:].lstrip())

    # --- headline ---------------------------------------------------------------------------

    def _is_title(self, n: int, line: _Line, rest: str) -> bool:
        if self.title or self.byline or self.dateline or len(rest) < line.end - line.start:
            return False
        if self.known_title is not None and _plain(rest) == self.known_title:
            return n + 1 < len(self.lines)
        if n + 1 >= len(self.lines) or _BULLET.match(rest):
            return False
        if not _headline_form(rest) and not self._is_title_with_stop(n, line):
            return False
        if _dateline_at(rest, self.text) and len(rest.split()) > _SHORT_TITLE_WORDS:
            return False
        if _iso_of_line(rest) or _BYLINE.match(rest) or _PLACE_AND_DATE.fullmatch(rest):
            return False
        if _FIELD.fullmatch(rest):
            return False
        return line.alone or self._next_is_no_continuation(n, line)

    def _is_title_with_stop(self, n: int, line: _Line) -> bool:
        """A headline in spite of its full stop: Set in Capitals, or right above the dateline."""
        words = line.text.split()
        if not line.alone or not 3 <= len(words) <= _MAX_TITLE_WORDS:
            return False
        long = [word.lstrip("“‘\"'([$") for word in words if len(word) > 4]
        title_case = len(long) > 3 and all(not word[:1].islower() for word in long)
        below = self.lines[n + 1].text
        return title_case or bool(_dateline_at(below, self.text) or _BYLINE.match(below))

    def _next_is_no_continuation(self, n: int, line: _Line) -> bool:
        """A line right below a headline is not the second line of one wrapped paragraph."""
        below = self.lines[n + 1]
        header = (
            _iso_of_line(below.text)
            or _BYLINE.match(below.text)
            or _dateline_at(below.text, self.text)
        )
        width = len(line.text)
        paragraph = len(below.text) > max(100, 1.4 * width) and not below.text[0].islower()
        block_of_headings = below.alone and _headline_form(below.text) and n + 2 < len(self.lines)
        return bool(header) or paragraph or block_of_headings

    def _title_span(self, n: int, line: _Line) -> Span:
        below = self.lines[n + 1] if n + 1 < len(self.lines) else None
        wrapped = (
            below is not None
            and not line.alone
            and (line.text[-1] in ",;:–—-" or below.text[0].islower())
            and _headline_form(below.text)
        )
        mark = _HEADING_MARK.match(line.text)
        start = line.start + (mark.end() if mark else 0)
        return Span(start, below.end if wrapped and below else line.end)

    def _is_deck(self, n: int, line: _Line) -> bool:
        """A line between the headline and the prose: a second headline or a bulleted summary."""
        if self.decks >= _MAX_DECKS or n + 1 >= len(self.lines):
            return False
        ahead = any(_dateline_at(later.text, self.text) for later in self.lines[n + 1 :][:5])
        bullet = bool(_BULLET.match(line.text)) and ahead
        heading = (
            self.title is not None
            and self.dateline is None
            and _headline_form(line.text)
            and not _QUOTE.match(line.text)
            and (line.alone or self._next_is_no_continuation(n, line))
            and len(line.text.split()) > 1
        )
        words = line.text.split()
        if heading and len(words) <= 3 and _OUTLET.fullmatch(words[-1]) and line.text.istitle():
            self._take_outlet(line.text)
        self.decks += bullet or heading
        return bullet or heading

    # --- byline, dates, fields ----------------------------------------------------------------

    def _is_byline(self, n: int, line: _Line) -> bool:
        words = line.text.split()
        if len(words) > 16 or self.dateline:
            return False
        job = _JOB.fullmatch(line.text.rsplit(",", 1)[-1].strip())
        first = self.byline is None and (
            (bool(_BYLINE.match(line.text)) and not _ENDS_SENTENCE.search(line.text))
            or bool(job and self.title)
        )
        above = self.lines[n - 1] if n else None
        second = (
            self.byline is not None
            and above is not None
            and not above.alone
            and above.end == self.byline.end
            and len(words) <= 8
            and not _ENDS_SENTENCE.search(line.text)
        )
        if not first and not second:
            return False
        self.byline = Span(self.byline.start if self.byline else line.start, line.end)
        if second and line.text.isupper() and not _OUTLET.search(line.text.title()):
            self.dateline = self.place = Span(line.start, line.end)
        else:
            said = line.text if second else re.split(r"[,|•·]", f"{line.text},", maxsplit=1)[1]
            self._take_outlet(said.strip(" ,"))
        return True

    def _take_outlet(self, words: str) -> None:
        if _OUTLET.search(words.title()) and not _JOB.fullmatch(words):
            self.publisher = self.publisher or _OUTLET_PREFIX.sub("", words, count=1)

    def _is_date(self, rest: str) -> bool:
        written = _iso_of_line(rest)
        self.date = self.date or written
        return written is not None

    def _is_field(self, n: int, line: _Line) -> bool:
        """A header of "Key: value" lines, as archives export them: two of them at least."""
        match = _FIELD.fullmatch(line.text)
        neighbours = self.lines[max(0, n - 1) : n] + self.lines[n + 1 : n + 2]
        if match is None or not any(_FIELD.fullmatch(other.text) for other in neighbours):
            return False
        key, place = match["key"].lower(), Span(line.start + match.start("value"), line.end)
        if key in ("title", "headline"):
            self.title = self.title or place
        elif key in ("author", "byline"):
            self.byline = self.byline or place
        elif key in ("date", "published"):
            self.date = self.date or iso_date(match["value"])
        elif key in ("publisher", "source", "newspaper"):
            self.publisher = self.publisher or match["value"]
        return True

    # --- dateline -----------------------------------------------------------------------------

    def _is_place_and_date(self, line: _Line) -> bool:
        match = _PLACE_AND_DATE.fullmatch(line.text)
        if match is None:
            return False
        self.dateline = Span(line.start, line.end)
        self.place = Span(line.start, line.start + match.end("place"))
        self.date = self.date or iso_date(match["date"])
        return True

    def _is_dateline(self, start: int, rest: str) -> bool:
        found = _dateline_at(rest, self.text)
        if found is None:
            return False
        self.dateline = Span(start, start + found.end)
        self.place = Span(start, start + found.place_end) if found.place_end else None
        self.date = self.date or found.date
        self.publisher = self.publisher or found.publisher
        return True


def _plain(line: str) -> str:
    return " ".join(re.findall(r"\w+", line)).casefold()


def _headline_form(line: str) -> bool:
    words = len(line.split())
    if words <= _SHORT_TITLE_WORDS and _ABBREVIATION.search(line):
        return True
    return words <= _MAX_TITLE_WORDS and not _ENDS_SENTENCE.search(line)


def _iso_of_line(line: str) -> str | None:
    """The date of a line that says nothing but when the article appeared."""
    if len(line) > _LONGEST_DATELINE:
        return None
    return iso_date(_DATE_LABEL.sub("", _DATE_TAIL.sub("", line), count=1))


def _dateline_at(line: str, text: str) -> _Dateline | None:
    """The dateline that `line` begins with, if it has the form and something vouches for it."""
    if alone := _AGENCY_ALONE.match(line):
        return _Dateline(len(alone[0].rstrip()), 0, None, " ".join(alone["agency"].split()))
    match = _DATELINE.match(line, 0, _LONGEST_DATELINE)
    if match is None:
        return None
    place, region, day = match.group("place", "region", "date")
    agency = match["agency"] or match["wire"]
    words = re.findall(r"\w+", place)
    if any(word.casefold() in _LABELS for word in words):
        return None
    capitals = place.isupper() or bool(re.fullmatch(r"(?:Ma?c)?[^a-z]+", place))
    long_enough = sum(char.isalpha() for char in place) >= 3
    if match["mark"].startswith(":"):
        # "Bengaluru: Two days after ..." but not "Question: ...": no common word of this text.
        vouched = capitals or bool(region) or (len(words) <= 2 and not _common(words, text))
        vouched = bool(day) or (vouched and len(line) > _SHORTEST_LEAD)
        vouched = vouched and bool(_ENDS_SENTENCE.search(line))
    elif not match["mark"].strip():  # "New Delhi, June 4 (PTI) The ..."
        vouched = bool(agency and day)
    else:
        vouched = capitals or bool(agency or day) or (bool(region) and len(words) <= 4)
    if not (vouched and long_enough):
        return None
    return _Dateline(
        end=len(match[0].rstrip()),
        place_end=match.end("region"),
        date=iso_date(day) if day else None,
        publisher=" ".join(agency.split()) if agency and not iso_date(agency) else None,
    )


def _common(words: list[str], text: str) -> bool:
    return any(re.search(rf"\b{re.escape(word.lower())}\b", text) for word in words)
