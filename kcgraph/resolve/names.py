"""What names look like, and when two could name one person or one body. Strings only."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

from kcgraph.resolve.titles import without_titles

_ARTICLES = frozenset({"the", "a", "an"})
_DETERMINERS = (
    _ARTICLES
    | {"some", "many", "several", "other", "these", "those", "its", "their", "her", "his", "our"}
    | {"my", "your", "most", "all", "more", "dozens", "hundreds", "of", "about"}
)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_LEGAL_FORMS = frozenset({"inc", "llc", "ltd", "limited", "co", "corp", "corporation", "plc", "lp"})
_SMALL_WORDS = frozenset({"of", "the", "for", "and", "in", "on", "to", "at", "&", "de", "la"})


def _lines(name: str) -> list[list[str]]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


_GENERIC = frozenset(word for line in _lines("generic.txt") for word in line)
_NICKNAMES: dict[str, set[int]] = {}
for _number, _line in enumerate(_lines("nicknames.txt")):
    for _name in _line:
        _NICKNAMES.setdefault(_name, set()).add(_number)


@lru_cache(maxsize=65536)
def plain(text: str) -> tuple[str, ...]:
    """Words of `text` without case, accents and marks: "Núñez’s U.S." gives nunez's, us."""
    folded = unicodedata.normalize("NFKD", text.replace("’", "'"))
    ascii_only = "".join(c for c in folded if not unicodedata.combining(c)).casefold()
    dotless = re.sub(r"(?<=\b\w)\.(?=\w\b|\s|$)", "", ascii_only)
    return tuple(re.findall(r"\w+(?:'\w+)?|&", dotless))


# --- persons ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in its parts, plain. `given` is empty for a surname alone."""

    given: tuple[str, ...]
    last: str
    suffix: str = ""


class Fit(Enum):
    """How far two person names agree."""

    SAME = "same name"
    SHORTER = "one leaves out a middle name or suffix"
    INITIAL = "one has initials"
    NICKNAME = "a short form of the given name"
    SPELLING = "spelled differently by a letter"
    SURNAME = "surname alone"
    NONE = "different names"
    CONFLICT = "same surname, other given name"


@lru_cache(maxsize=65536)
def person_name(name: str) -> PersonName:
    """The parts of a person's name, titles dropped."""
    parts = list(plain(name)) or [name.casefold()]
    parts = without_titles(parts[1:] if parts[0] in _ARTICLES and len(parts) > 1 else parts)
    suffix = ""
    if len(parts) > 1 and parts[-1] in _SUFFIXES:
        suffix, parts = parts[-1], parts[:-1]
    return PersonName(tuple(parts[:-1]), parts[-1], suffix)


def fit_persons(a: PersonName, b: PersonName) -> Fit:
    """How far the names agree; CONFLICT says that they cannot be one person's."""
    if a.last != b.last:
        near = (
            a.given == b.given and a.given and len(a.last) > 4 and _one_letter_off(a.last, b.last)
        )
        return Fit.SPELLING if near else Fit.NONE
    if a.suffix and b.suffix and a.suffix != b.suffix:
        return Fit.CONFLICT
    if not a.given or not b.given:
        return Fit.SAME if a.given == b.given else Fit.SURNAME
    first = _fit_given(a.given[0], b.given[0])
    middle = [_fit_given(x, y) for x, y in zip_longest(a.given[1:], b.given[1:], fillvalue="")]
    if Fit.CONFLICT in (first, *middle):
        return Fit.CONFLICT
    for fit in (Fit.SPELLING, Fit.NICKNAME, Fit.INITIAL, Fit.SHORTER):
        if fit in (first, *middle):
            return fit
    return Fit.SAME if a.suffix == b.suffix else Fit.SHORTER


def _fit_given(a: str, b: str) -> Fit:
    if a == b:
        return Fit.SAME
    if not a or not b:
        return Fit.SHORTER
    if min(len(a), len(b)) == 1 and a[0] == b[0]:
        return Fit.INITIAL
    if _NICKNAMES.get(a, set()) & _NICKNAMES.get(b, set()):
        return Fit.NICKNAME
    if min(len(a), len(b)) > 4 and _one_letter_off(a, b):
        return Fit.SPELLING
    return Fit.CONFLICT


def _one_letter_off(a: str, b: str) -> bool:
    from rapidfuzz.distance import DamerauLevenshtein

    return DamerauLevenshtein.distance(a, b, score_cutoff=1) == 1


# --- organizations and groups -------------------------------------------------------------------


@lru_cache(maxsize=65536)
def body_name(name: str) -> tuple[str, ...]:
    """An organization's name, plain, without leading article and legal form."""
    parts = [p.removesuffix("'s") if p != "'s" else p for p in plain(name) if p != "&"]
    parts = ["and" if p == "&" else p for p in parts]
    while len(parts) > 1 and parts[0] in _ARTICLES:
        parts = parts[1:]
    while len(parts) > 1 and parts[-1] in _LEGAL_FORMS:
        parts = parts[:-1]
    return tuple(parts)


def is_generic(name: str) -> bool:
    """Whether a body's name says only what kind it is ("City Council", "the department")."""
    if not re.search(r"[^\W\d_]", name):
        return True
    return name == name.lower() or all(is_kind_word(p) for p in body_name(name))


def is_kind_word(word: str) -> bool:
    """Whether a plain word says what kind a body is ("council"), or is a small word ("of")."""
    return word in _GENERIC or word in _SMALL_WORDS


def is_acronym(name: str) -> bool:
    """Whether `name` looks like one: two to seven capitals ("KCPD", "N.A.A.C.P.")."""
    letters = re.sub(r"[.\s&]", "", name.removeprefix("the ").removeprefix("The "))
    return bool(re.fullmatch(r"[A-Z]{2,7}", letters))


def initials(name: str) -> set[str]:
    """An acronym's letters, or the first letters of a name's words with and without small words."""
    if is_acronym(name):
        return {"".join(plain(re.sub(r"[.&\s]", "", name.removeprefix("the "))))}
    parts = [w for p in body_name(name) for w in p.split("-")]
    if len(parts) < 2 or is_generic(name):
        return set()
    every = "".join(p[0] for p in parts)
    return {every, "".join(p[0] for p in parts if p not in _SMALL_WORDS)}


def abbreviates(short: str, long: str) -> bool:
    """Whether `short` is an acronym of `long`."""
    return is_acronym(short) and not is_acronym(long) and bool(initials(short) & initials(long))


def group_label(name: str) -> tuple[str, ...]:
    """An unnamed group's label, plain, without determiners and numbers."""
    parts = list(plain(name))
    while len(parts) > 1 and (parts[0] in _DETERMINERS or parts[0].isdigit()):
        parts = parts[1:]
    return tuple(parts)


def is_description(name: str) -> bool:
    """Whether it only describes in this article's context: "the mayor", "our own council"."""
    first = name.split(maxsplit=1)[0].casefold() if name.strip() else ""
    return name == name.lower() or (
        first in _DETERMINERS and name[len(first) :] == name[len(first) :].lower()
    )
