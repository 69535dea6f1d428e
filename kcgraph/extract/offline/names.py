"""Names in the text: capitalised runs, cut into title and name, and typed.

A run may hold connectors ("Friends of Sable Creek"), a title before the name ("Jackson County
Prosecutor Jean Peters Baker") and several names ("Dale and Rhonda Summers").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.lexicon import table, words
from kcgraph.extract.offline.types import Tokens

_LINKS = frozenset({"of", "for", "and", "&", "on", "in", "to", "at", "with", "against"})
_PARTICLES = frozenset(
    ["de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van", "von", "der", "den", "ten", "ter", "y", "e", "bin", "ibn", "binti", "bint", "al", "el", "ap", "ab", "na", "wa", "ole", "arap", "nic", "mac", "mhic", "ní", "uí", "ó"]
)
_NOT_NAMES = frozenset(
    ["i", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "am", "pm", "mr", "mrs", "ms", "dr"]
)


class NameType(StrEnum):
    PERSON = "person"
    BODY = "body"
    PLACE = "place"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Name:
    """One name: `span` without title or article, `title` the tokens of a title right before it."""

    span: Tokens
    type: NameType
    title: Tokens | None = None

    @property
    def whole(self) -> Tokens:
        """Title and name together."""
        return Tokens(self.title.start if self.title else self.span.start, self.span.end)


def is_capital(token: Token) -> bool:
    """Whether the token could be part of a name by its letters."""
    return token.text[0].isupper() or (
        len(token.text) > 2
        and token.text[:2] in {"d'", "d’", "O'", "al"}
        and token.text[2:3].isupper()
    )


def find_names(doc: Doc) -> list[Name]:
    """All names of the article in text order."""
    lower = Counter(t.text for t in doc if t.text.islower())
    inside = Counter(
        t.lower_ for t in doc if is_capital(t) and not t.is_sent_start and t.pos_ == "PROPN"
    )
    found: list[Name] = []
    for start, end in doc.user_data["paragraphs"]:
        for run in _runs(doc, start, end, lower, inside):
            found.extend(_cut(doc, run))
    return found


def _runs(
    doc: Doc, start: int, end: int, lower: Counter[str], inside: Counter[str]
) -> Iterator[Tokens]:
    i = start
    while i < end:
        if not _opens(doc[i], lower, inside):
            i += 1
            continue
        j = i + 1
        while j < end:
            token = doc[j]
            if is_capital(token) and not _is_break(token):
                j += 1
            elif (k := _bridge(doc, i, j, end)) is not None:
                j = k
            else:
                break
        yield Tokens(i, j)
        i = j


def _opens(token: Token, lower: Counter[str], inside: Counter[str]) -> bool:
    if not is_capital(token) or _is_break(token):
        return False
    if not token.is_sent_start and not (token.i and token.nbor(-1).is_quote):
        return token.pos_ not in {"PRON", "DET", "ADP", "CCONJ", "SCONJ", "AUX", "PART"}
    if token.pos_ in {"PRON", "DET", "ADP", "CCONJ", "SCONJ", "AUX", "VERB", "ADV", "PART", "INTJ"}:
        return inside[token.lower_] > 0 and token.pos_ in {"VERB", "ADV"}
    if inside[token.lower_]:
        return True
    following = token.nbor(1) if token.i + 1 < len(token.doc) else None
    return token.pos_ == "PROPN" and (
        lower[token.lower_] == 0 or (following is not None and is_capital(following))
    )


def _is_break(token: Token) -> bool:
    return (token.lower_ in _NOT_NAMES and token.pos_ != "PROPN") or token.text == "I"


def _bridge(doc: Doc, start: int, j: int, end: int) -> int | None:
    """Where the run goes on after connectors at `j`, or None."""
    token = doc[j]
    k = j + 1
    if k >= end:
        return None
    if token.text in {"'s", "’s", "'", "’"}:
        if is_capital(doc[k]) and doc[k].lower_ in words("body-nouns") | {
            "college",
            "health",
            "hospital",
        }:
            return k + 1
        return None
    if token.text in {"-", "–", "/"} and is_capital(doc[k]) and not token.whitespace_:
        return k + 1
    if (
        token.text == "."
        and not doc[j - 1].whitespace_
        and is_capital(doc[k])
        and len(doc[j - 1]) <= 4
    ):
        return k + 1
    if token.lower_ in _PARTICLES and is_capital(doc[k]):
        return k + 1
    if (
        token.is_digit
        and j == k - 1
        and doc[j - 1].text in {"Local", "Ward", "District", "Lodge", "No."}
    ):
        return k
    if token.lower_ in _LINKS:
        if k < end and doc[k].lower_ in {"the", "a"}:
            k += 1
        if k >= end or not is_capital(doc[k]):
            return None
        headed = any(_is_body_word(t) for t in doc[start:j])
        if token.lower_ == "&" or token.text == "&":
            return k + 1
        if token.lower_ in {"of", "for", "on", "against", "to"}:
            return (
                k + 1
                if headed or (token.lower_ in {"of", "for"} and _plural_head(doc[j - 1]))
                else None
            )
        if token.lower_ == "and":
            return k + 1 if _and_joins(doc, start, j, k, end) else None
    return None


def _plural_head(token: Token) -> bool:
    return (
        token.text.endswith("s") and token.pos_ in {"PROPN", "NOUN"} and token.ent_type_ != "PERSON"
    )


def _and_joins(doc: Doc, start: int, j: int, k: int, end: int) -> bool:
    """Whether "and" stands inside one name: "Ministry of Health and Care", "Mines and Geosciences"."""
    if any(_is_body_word(t) for t in doc[start:j]) and _is_body_word(doc[j - 1]):
        return False
    m = k
    while m < end and is_capital(doc[m]):
        m += 1
    tail = doc[k:m]
    return bool(len(tail)) and _is_body_word(tail[-1]) and doc[k - 1].ent_type_ == "ORG"


def _is_body_word(token: Token) -> bool:
    return is_capital(token) and bool(
        {token.lower_, token.lemma_.lower(), token.lower_.removesuffix("s")} & words("body-nouns")
    )


def _cut(doc: Doc, run: Tokens) -> Iterator[Name]:
    """The names in a run: title stripped, coordinated first names left to the reader of mentions."""
    start, end = run
    while start < end and doc[start].lower_ in {"the", "a", "an"}:
        start += 1
    if start >= end:
        return
    cut = _title_end(doc, start, end)
    title = Tokens(start, cut) if cut > start else None
    span = Tokens(cut, end)
    kind = NameType.PERSON if title else _type(doc, span)
    if kind is NameType.OTHER and len(span) and _is_date(doc, span):
        return
    yield Name(span, kind, title)


def _is_date(doc: Doc, span: Tokens) -> bool:
    return all(
        t.lower_ in _NOT_NAMES or t.ent_type_ in {"DATE", "TIME"}
        for t in doc[span.start : span.end]
    )


def _title_end(doc: Doc, start: int, end: int) -> int:
    """Index after the last title word, if what follows can be a person's name; else `start`."""
    for i in range(end - 2, start - 1, -1):
        if _is_title_word(doc[i]):
            rest = doc[i + 1 : end]
            if rest[0].text in {".", "-"}:
                if len(rest) < 2:
                    continue
                rest = rest[1:]
            if _can_be_person(rest):
                return rest.start
            return start
    return start


def _is_title_word(token: Token) -> bool:
    low = token.lower_.rstrip(".")
    return is_capital(token) and (low in words("honorifics") or low in words("person-nouns"))


def _can_be_person(rest: object) -> bool:
    tokens = list(rest)  # type: ignore[call-overload]
    if not tokens or len(tokens) > 5 or any(_is_body_word(t) for t in tokens[-1:]):
        return False
    return not any(t.lower_ in {"of", "for", "and", "&"} for t in tokens)


def _type(doc: Doc, span: Tokens) -> NameType:
    tokens = doc[span.start : span.end]
    labels = Counter(t.ent_type_ for t in tokens if t.ent_type_)
    label = labels.most_common(1)[0][0] if labels else ""
    last = tokens[-1]
    head = next(
        (tokens[i - 1] for i in range(1, len(tokens)) if tokens[i].lower_ in {"of", "for"}), last
    )
    if _is_body_word(head) or _is_body_word(last) or any(t.text == "&" for t in tokens):
        return NameType.BODY
    if (
        2 <= len(tokens) <= 4
        and tokens[0].text in table("first-names")
        and label not in {"GPE", "ORG", "LOC", "FAC"}
    ):
        return NameType.PERSON
    if re.fullmatch(r"[A-Z][A-Z&.-]+", last.text) and len(tokens) == 1 and len(last) <= 6:
        return NameType.BODY if label not in {"GPE", "DATE"} else NameType.PLACE
    if label == "PERSON":
        return NameType.PERSON
    if label in {"ORG", "NORP"}:
        return NameType.BODY
    if label in {"GPE", "LOC", "FAC"}:
        return NameType.PLACE
    if 2 <= len(tokens) <= 3 and tokens[0].text in table("first-names"):
        return NameType.PERSON
    return NameType.OTHER
