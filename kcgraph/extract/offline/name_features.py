"""What the name tagger sees of each token: its own form and parse, its neighbours, and how the
article writes the same word elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.lexicon import table, words

_SHAPES = (
    (re.compile(r"[A-Z]\.?$"), "A"),
    (re.compile(r"(?:[A-Z]\.)+[A-Z]?\.?$"), "A.B"),
    (re.compile(r"[^\W\d_]+$"), ""),
    (re.compile(r"\d+$"), "9"),
)
_ROMAN = re.compile(r"[\w’'.-]*[^\W\d_]")


def shape(text: str) -> str:
    """A coarse class of the spelling: "Aa", "AA", "a", "9", "A.", "Aa-Aa", "." and so on."""
    if text.isdigit():
        return "9"
    if not any(c.isalpha() for c in text):
        return text if len(text) == 1 else "."
    if text.isupper():
        return "A" if len(text) == 1 else "A." if "." in text and len(text) < 4 else "AA"
    if text.islower():
        return "a"
    if "-" in text:
        return "-".join("A" if p[:1].isupper() else "a" for p in text.split("-"))
    return (
        "Aa" if text[0].isupper() and text[1:].islower() else "aA" if text[0].islower() else "AaA"
    )


class _Article:
    """How often the article writes each word in lower case, and capitalised within a sentence."""

    def __init__(self, doc: Doc) -> None:
        self.lower = Counter(t.text for t in doc if t.text.islower())
        self.capital: Counter[str] = Counter()
        self.after_title: Counter[str] = Counter()
        self.after_given: Counter[str] = Counter()
        self.types: dict[str, Counter[str]] = {}
        given, address = table("first-names"), words("honorifics")
        previous: Token | None = None
        for token in doc:
            if token.text[:1].isupper():
                low = token.lower_
                if not token.is_sent_start:
                    self.capital[low] += 1
                if token.ent_type_:
                    self.types.setdefault(low, Counter())[token.ent_type_] += 1
                if previous is not None:
                    if previous.lower_.rstrip(".") in address:
                        self.after_title[low] += 1
                    elif previous.text in given:
                        self.after_given[low] += 1
            previous = token

    def features(self, token: Token) -> Iterator[str]:
        low = token.lower_
        if not token.text[:1].isupper():
            return
        yield f"low{min(self.lower[low], 2)}"
        yield f"cap{min(self.capital[low], 3)}"
        if self.after_title[low]:
            yield "aftertitle"
        if self.after_given[low]:
            yield "aftergiven"
        types = self.types.get(low)
        if types:
            label, n = types.most_common(1)[0]
            yield f"types={label}"
            if n == types.total() and n > 1:
                yield f"alltypes={label}"


def features(doc: Doc, start: int, end: int, article: _Article | None = None) -> list[list[str]]:
    """One list of features per token of `doc[start:end]`, a paragraph."""
    article = article or _Article(doc)
    tokens = doc[start:end]
    letters = [t for t in tokens if t.is_alpha]
    heading = len(letters) > 2 and sum(t.text[0].isupper() for t in letters) > 0.7 * len(letters)
    own = [list(_own(token, article)) for token in tokens]
    rows = []
    for i, token in enumerate(tokens):
        row = [*own[i], "bias"]
        for distance in (-2, -1, 1, 2):
            j = i + distance
            if 0 <= j < len(own):
                row.extend(f"{distance}:{f}" for f in own[j][: 9 if abs(distance) == 1 else 5])
            else:
                row.append(f"{distance}:edge")
        row.append(f"dep={token.dep_}")
        row.append(f"head={token.head.lemma_}|{token.dep_}")
        if heading:
            row.append("heading")
            row.append(f"heading|{own[i][1]}")
        if token.is_sent_start:
            row.append("first")
            row.append(f"first|{token.pos_}")
        rows.append(row)
    return rows


def _own(token: Token, article: _Article) -> Iterator[str]:
    text, low = token.text, token.lower_
    yield f"w={low}"
    yield f"sh={shape(text)}"
    yield f"t={token.tag_}"
    yield f"e={token.ent_iob_}{token.ent_type_}"
    yield f"c={_class(token)}"
    yield from article.features(token)
    if text[:1].isupper():
        yield f"suf={low[-3:]}"
        yield f"pre={low[:2]}"


def _class(token: Token) -> str:
    low = token.lower_
    bare = low.rstrip(".")
    lemma = token.lemma_.lower()
    marks = ""
    if token.text in table("first-names"):
        marks += "g"
    if token.text in words("surnames"):
        marks += "s"
    if bare in words("honorifics"):
        marks += "h"
    if lemma in words("person-nouns") or low in words("person-nouns"):
        marks += "p"
    if lemma in words("body-nouns") or low in words("body-nouns"):
        marks += "b"
    return marks


ArticleForms = _Article
