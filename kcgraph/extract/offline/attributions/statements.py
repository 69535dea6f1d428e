"""Statements in a row: a paragraph that says who, the next ones a quotation and nothing else.

"Harbour Guild President Tomás Arrington:" or a heading "THE HARBOUR TRUST", each followed by what
was said, as in roundups of reactions and editorials. One that does not end in a colon counts only
where there are several.
"""

from __future__ import annotations

from kcgraph.extract.offline.attributions.parse import MARKS, Parse
from kcgraph.extract.offline.attributions.runs import is_speech, stands_alone
from kcgraph.extract.offline.types import Reading, Tokens

_LONGEST = 40  # tokens of a heading that ends in a colon
_PLAIN = 12  # of one that does not
_CONFIDENCE = 0.75
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_ENDS_NAME = frozenset({",", "(", ":", ";", "–", "—", "--"})
_SAME_SHAPE = 2  # headings without a colon: so many make a row


def read_statements(parse: Parse) -> list[Reading]:
    """What is said under headings, in text order; the source is the heading to its first mark."""
    found: list[Reading] = []
    plain: list[Reading] = []
    for number in range(1, len(parse.paragraphs)):
        head = _words(parse, *parse.paragraphs[number - 1])
        said = _quotation(parse, number)
        if said is None or head is None:
            continue
        start, end = head
        colon = parse.text[end - 1] == ":"
        source = _name(parse, start, end)
        if source is None or end - start > (_LONGEST if colon else _PLAIN):
            continue
        cue = Tokens(end - 1, end) if colon else None
        if colon and not _tells(parse, source, end):
            found.append(Reading((said,), source, cue, _CONFIDENCE))
        elif not colon and _is_heading(parse, start, end):
            plain.append(Reading((said,), source, cue, _CONFIDENCE))
    if len(plain) >= _SAME_SHAPE:
        found += plain
    return sorted(found, key=lambda one: one.content[0])


def _words(parse: Parse, start: int, end: int) -> Tokens | None:
    """The paragraph without white space at its end, None if a quotation is in it."""
    while end > start and parse.pos[end - 1] == "SPACE":
        end -= 1
    if start == end or any(parse.quote[t] >= 0 for t in range(start, end)):
        return None
    return Tokens(start, end)


def _quotation(parse: Parse, number: int) -> Tokens | None:
    """The quotation that fills that paragraph, and the next ones if it runs on."""
    start, end = parse.paragraphs[number]
    quote = parse.quote[start]
    if quote < 0 or not is_speech(parse, quote):
        return None
    last = quote
    while parse.quotes[last].runs_on and last + 1 < len(parse.quotes):
        last += 1
    while last + 1 < len(parse.quotes) and parse.quotes[last + 1].tokens.start < end:
        last += 1
    stop = parse.paragraphs[parse.paragraph[parse.quotes[last].tokens.start]][1]
    places = [parse.quotes[n].tokens for n in range(quote, last + 1)]
    inside = {t for place in places for t in range(*place)}
    if any(t not in inside and parse.pos[t] not in MARKS for t in range(start, stop)):
        return None
    return Tokens(start, places[-1].end) if stands_alone(parse, places[0]) else None


def _name(parse: Parse, start: int, end: int) -> Tokens | None:
    """The heading up to its first mark."""
    stop = start
    while stop < end and parse.text[stop] not in _ENDS_NAME:
        stop += 1
    begins = parse.text[start][0].isupper() and parse.pos[start] != "ADP"
    return Tokens(start, stop) if stop > start and begins else None


def _tells(parse: Parse, source: Tokens, end: int) -> bool:
    """Whether the heading is a sentence about something: who leads it does something in it."""
    inside = [t for t in range(source.start, end) if parse.tag[t] in _FINITE]
    return any(parse.dep[t] in ("ROOT", "conj", "ccomp") for t in inside)


def _is_heading(parse: Parse, start: int, end: int) -> bool:
    """Whether it is no sentence: no finite verb, no mark at its end, capitals throughout."""
    tail = parse.text[end - 1]
    names = [t for t in range(start, end) if parse.text[t][0].isalpha() and len(parse.text[t]) > 3]
    return (
        (tail.isalnum() or tail == ")")
        and all(parse.text[t][0].isupper() for t in names)
        and not any(parse.tag[t] in _FINITE for t in range(start, end))
    )
