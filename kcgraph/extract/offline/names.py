"""Names in the text, with their type and the title before them.

A linear-chain CRF (Lafferty, McCallum, Pereira 2001) labels the tokens of each paragraph as title,
person, body or place; a second pass gives a name the same reading wherever the article writes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.lexicon import words
from kcgraph.extract.offline.name_features import ArticleForms, features
from kcgraph.extract.offline.types import Tokens

MODEL = "names.crf"
# Labels of the tagger: B-x begins a name of type x, I-x goes on, T is part of a title, O the rest.
TITLE = "T"


class NameType(StrEnum):
    PERSON = "P"
    BODY = "B"
    PLACE = "L"


@dataclass(frozen=True, slots=True)
class Name:
    """One name: `span` without title or article, `title` the tokens of a title right before it.

    `probability` is the tagger's for the first token of the span.
    """

    span: Tokens
    type: NameType
    title: Tokens | None = None
    probability: float = 1.0

    @property
    def whole(self) -> Tokens:
        """Title and name together."""
        return Tokens(self.title.start if self.title else self.span.start, self.span.end)


@cache
def _tagger(path: str) -> Any:
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open(path)
    return tagger


def find_names(doc: Doc, models: Path) -> list[Name]:
    """All names of the article in text order, without overlaps. `models`: folder of the tagger."""
    tagger = _tagger(str(models / MODEL))
    forms = ArticleForms(doc)
    found: list[Name] = []
    for start, end in doc.user_data["paragraphs"]:
        tagger.set(features(doc, start, end, forms))
        labels = tagger.tag()
        for name in _names(labels, start):
            if not any(t.is_alpha for t in doc[name.span.start : name.span.end]):
                continue
            label = f"B-{name.type}"
            sure = tagger.marginal(label, name.span.start - start)
            found.append(_mended(doc, Name(_trim(doc, name.span), name.type, name.title, sure)))
    return _everywhere(doc, _disjoint(found))


def _disjoint(names: Sequence[Name]) -> list[Name]:
    """The names without those that lie inside a later, longer one."""
    kept: list[Name] = []
    for name in names:
        while kept and kept[-1].span.start >= name.whole.start:
            kept.pop()
        kept.append(name)
    return kept


def _names(labels: Sequence[str], offset: int) -> Iterator[Name]:
    """Names by the labels of a paragraph that begins at token `offset`."""
    i, title = 0, None
    while i < len(labels):
        label = labels[i]
        j = i + 1
        if label == TITLE:
            while j < len(labels) and labels[j] == TITLE:
                j += 1
            title = Tokens(offset + i, offset + j)
        elif label.startswith("B-"):
            while j < len(labels) and labels[j] == f"I-{label[2:]}":
                j += 1
            kind = NameType(label[2:])
            before = (
                title if title and title.end == offset + i and kind == NameType.PERSON else None
            )
            yield Name(Tokens(offset + i, offset + j), kind, before)
        i = j


def _trim(doc: Doc, span: Tokens) -> Tokens:
    """The span without a possessive ending or stray punctuation at its ends."""
    start, end = span
    while end - start > 1 and (
        doc[end - 1].tag_ == "POS" or doc[end - 1].text in {",", "’s", "'s"}
    ):
        end -= 1
    while end - start > 1 and doc[start].lower_ in {"the", "a", "an"}:
        start += 1
    return Tokens(start, end)


def _mended(doc: Doc, name: Name) -> Name:
    """The name without a title that the tagger took into it, or with an acronym's missing words."""
    start, end = name.span
    cut = start
    while cut < end - 1 and _is_title_word(doc[cut]):
        cut += 1
    if cut > start and name.title is None and not is_company_word(doc[end - 1]):
        given = doc[cut].text in words("first-names")
        if given or (name.type is NameType.PERSON and cut == start + 1):
            title = Tokens(start, cut)
            return Name(Tokens(cut, end), NameType.PERSON, title, name.probability)
    if name.type is NameType.BODY:
        start = _after_description(doc, name.span)
        if start > name.span.start:
            return replace(name, span=Tokens(start, end))
    if end + 2 < len(doc) and doc[end].text == "(" and doc[end + 2].text == ")":
        wider = _spelled_out(doc, doc[end + 1].text, end)
        if wider is not None and wider.start < start:
            return Name(wider, NameType.BODY, None, name.probability)
    return name


def _after_description(doc: Doc, span: Tokens) -> int:
    """Where the name proper begins in "Dublin charity Doorstep", "Patients' lobby Afya Yetu"."""
    for i in range(span.end - 2, span.start, -1):
        token = doc[i]
        if token.text.islower() and token.lower_ in words("body-nouns"):
            rest = doc[i + 1 : span.end]
            if all(t.text[:1].isupper() or t.text in {"&", "-", "’", "'"} for t in rest):
                return i + 1
    return span.start


def _is_title_word(token: Token) -> bool:
    low = token.lower_.rstrip(".")
    if token.text in words("first-names"):
        return low in words("honorifics")
    ranks = {"first", "deputy", "vice", "acting", "assistant", "former", "chief", "senior", "state"}
    return low in words("person-nouns") or low in words("honorifics") or low in ranks


def _spelled_out(doc: Doc, acronym: str, end: int) -> Tokens | None:
    """The tokens before `end` whose initials are the acronym, small words skipped."""
    left = [c for c in acronym if c.isupper()]
    if len(left) < 2 or not acronym.isalpha():
        return None
    i = end
    while left and i > 0 and end - i < 12:
        i -= 1
        token = doc[i]
        if token.is_space or token.text in {",", ";", "."}:
            return None
        if token.text[:1] == left[-1]:
            left.pop()
        elif token.text[:1].isupper():
            return None
    return Tokens(i, end) if not left else None


def _everywhere(doc: Doc, names: list[Name]) -> list[Name]:
    """Adds the places where a name of the article stands without having been tagged."""
    kinds: dict[tuple[str, ...], Counter[NameType]] = {}
    for name in names:
        form = tuple(t.text for t in doc[name.span.start : name.span.end])
        kinds.setdefault(form, Counter())[name.type] += 1
    first: dict[str, list[tuple[str, ...]]] = {}
    for form in sorted(kinds, key=len, reverse=True):
        if form[0][:1].isupper() and len(form[0]) > 1:
            first.setdefault(form[0], []).append(form)
    taken = {i for name in names for i in range(*name.whole)}
    added = []
    for token in doc:
        if token.i in taken or token.text not in first:
            continue
        for form in first[token.text]:
            span = Tokens(token.i, token.i + len(form))
            if _stands(doc, span, form, taken):
                added.append(Name(span, kinds[form].most_common(1)[0][0], None, 0.5))
                taken.update(range(*span))
                break
    return sorted(names + added, key=lambda name: name.span)


def _stands(doc: Doc, span: Tokens, form: tuple[str, ...], taken: set[int]) -> bool:
    if span.end > len(doc) or any(i in taken for i in range(*span)):
        return False
    tokens = list(doc[span.start : span.end])
    if tuple(t.text for t in tokens) != form:
        return False
    if len(form) > 1:
        return True
    if _is_capital(doc, span.start - 1) or _is_capital(doc, span.end):
        return False
    return tokens[0].pos_ == "PROPN" and (
        not tokens[0].is_sent_start or tokens[0].lower_ not in words("body-nouns")
    )


def _is_capital(doc: Doc, i: int) -> bool:
    return 0 <= i < len(doc) and doc[i].text[:1].isupper() and not doc[i].is_sent_start


def is_company_word(token: Token) -> bool:
    """Whether the word can end the name of a body ("Council", "Holdings") but not of a person."""
    low = {token.lower_, token.lemma_.lower()}
    return bool(low & words("body-nouns")) or token.lower_ in words("company-words")
