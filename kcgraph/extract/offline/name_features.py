"""What the name tagger sees of each token: its own form and parse, its neighbours, and how the
article writes the same word elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.lexicon import table, words


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


# Neighbours that a token's features tell of, and how many of theirs.
_AROUND = ((-2, 5), (-1, 9), (1, 9), (2, 5))
# A word with no capitalised word among so many on either side is far from any name.
_REACH = 3


class ArticleForms:
    """How often the article writes each word in lower case, and capitalised within a sentence."""

    def __init__(self, doc: Doc) -> None:
        texts = [token.text for token in doc]
        self.lower = Counter(text for text in texts if text.islower())
        self.capital: Counter[str] = Counter()
        self.after_title: Counter[str] = Counter()
        self.after_given: Counter[str] = Counter()
        self.types: dict[str, Counter[str]] = {}
        given, address = table("first-names"), words("honorifics")
        for i, text in enumerate(texts):
            if not text[:1].isupper():
                continue
            token = doc[i]
            low = token.lower_
            if not token.is_sent_start:
                self.capital[low] += 1
            if token.ent_type_:
                self.types.setdefault(low, Counter())[token.ent_type_] += 1
            if i and texts[i - 1].lower().rstrip(".") in address:
                self.after_title[low] += 1
            elif i and texts[i - 1] in given:
                self.after_given[low] += 1

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


def features(doc: Doc, start: int, end: int, article: ArticleForms) -> list[list[str]]:
    """One list of features per token of `doc[start:end]`, a paragraph.

    Words far from any capital are part of no name, and only that is said of them.
    """
    tokens = list(doc[start:end])
    capital = [t.text[:1].isupper() for t in tokens]
    letters = [is_upper for t, is_upper in zip(tokens, capital, strict=True) if t.is_alpha]
    heading = len(letters) > 2 and sum(letters) > 0.7 * len(letters)
    near = [any(capital[max(0, i - _REACH) : i + _REACH + 1]) for i in range(len(tokens))]
    wanted = [any(near[max(0, i - 2) : i + 3]) for i in range(len(tokens))]
    own = [list(_own(t, article)) if w else [] for t, w in zip(tokens, wanted, strict=True)]
    rows = []
    for i, token in enumerate(tokens):
        if not near[i]:
            rows.append(["far"])
            continue
        row = [*own[i], "bias"]
        for distance, count in _AROUND:
            j = i + distance
            if 0 <= j < len(own):
                row += [f"{distance}:{f}" for f in own[j][:count]]
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


def _own(token: Token, article: ArticleForms) -> Iterator[str]:
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
    if low in words("facility-words"):
        marks += "f"
    return marks
