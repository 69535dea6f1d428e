"""What the name tagger sees of each token: its own form and parse, its neighbours, and how the
article writes the same word elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kcgraph.extract.offline.columns import Columns
from kcgraph.extract.offline.lexicon import table, words


@lru_cache(maxsize=20_000)
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
_AROUND = {-2: 5, -1: 9, 1: 9, 2: 5}
# A word with no capitalised word among so many on either side is far from any name.
_REACH = 3


@dataclass(frozen=True, slots=True)
class Word:
    """What the tagger sees of a word by itself, and what its neighbours see of it, by distance."""

    own: list[str]
    beside: dict[int, list[str]]


class ArticleForms:
    """How often the article writes each word in lower case, and capitalised within a sentence."""

    def __init__(self, parse: Columns) -> None:
        texts = parse.text
        self.lower = Counter(text for text in texts if text.islower())
        self.capital: Counter[str] = Counter()
        self.after_title: Counter[str] = Counter()
        self.after_given: Counter[str] = Counter()
        self.types: dict[str, Counter[str]] = {}
        self._features: dict[str, list[str]] = {}
        self.words: dict[tuple[str, ...], Word] = {}
        given, address = table("first-names"), words("honorifics")
        for i, text in enumerate(texts):
            if not text[:1].isupper():
                continue
            low = parse.lower[i]
            if not parse.opens[i]:
                self.capital[low] += 1
            if parse.entity[i]:
                self.types.setdefault(low, Counter())[parse.entity[i]] += 1
            if i and texts[i - 1].lower().rstrip(".") in address:
                self.after_title[low] += 1
            elif i and texts[i - 1] in given:
                self.after_given[low] += 1

    def features(self, low: str) -> list[str]:
        """Of a capitalised word, given in lower case."""
        if low not in self._features:
            self._features[low] = list(self._features_of(low))
        return self._features[low]

    def _features_of(self, low: str) -> Iterator[str]:
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


def features(parse: Columns, start: int, end: int, article: ArticleForms) -> list[list[str]]:
    """One list of features per token `start:end`, a paragraph.

    Words far from any capital are part of no name, and only that is said of them.
    """
    texts, size = parse.text[start:end], end - start
    capital = [text[:1].isupper() for text in texts]
    letters = [is_upper for text, is_upper in zip(texts, capital, strict=True) if text.isalpha()]
    heading = len(letters) > 2 and sum(letters) > 0.7 * len(letters)
    near = [any(capital[max(0, i - _REACH) : i + _REACH + 1]) for i in range(size)]
    wanted = [any(near[max(0, i - 2) : i + 3]) for i in range(size)]
    seen = [_word(parse, i, article) if w else None for i, w in enumerate(wanted, start)]
    rows = []
    for i in range(size):
        word = seen[i]
        if word is None or not near[i]:
            rows.append(["far"])
            continue
        row = [*word.own, "bias"]
        for distance in _AROUND:
            j = i + distance
            other = seen[j] if 0 <= j < size else None
            row += other.beside[distance] if other else [f"{distance}:edge"]
        at = start + i
        dep = parse.dep[at]
        row.append(f"dep={dep}")
        row.append(f"head={parse.lemma[parse.head[at]]}|{dep}")
        if heading:
            row.append("heading")
            row.append(f"heading|{word.own[1]}")
        if parse.opens[at]:
            row.append("first")
            row.append(f"first|{parse.pos[at]}")
        rows.append(row)
    return rows


def _word(parse: Columns, i: int, article: ArticleForms) -> Word:
    """The word at token `i`; kept, since an article repeats its words."""
    entity = f"{_IOB[parse.entity_iob[i]]}{parse.entity[i]}"
    key = parse.text[i], parse.lower[i], parse.lemma[i], parse.tag[i], entity
    known = article.words.get(key)
    if known is None:
        own = _own(*key, article)
        beside = {at: [f"{at}:{f}" for f in own[:count]] for at, count in _AROUND.items()}
        known = article.words[key] = Word(own, beside)
    return known


def _own(
    text: str, low: str, lemma: str, tag: str, entity: str, article: ArticleForms
) -> list[str]:
    found = [
        f"w={low}",
        f"sh={shape(text)}",
        f"t={tag}",
        f"e={entity}",
        f"c={_class(text, low, lemma.lower())}",
    ]
    if text[:1].isupper():
        found += article.features(low)
        found += [f"suf={low[-3:]}", f"pre={low[:2]}"]
    return found


_IOB = ("", "I", "O", "B")


@lru_cache(maxsize=20_000)
def _class(text: str, low: str, lemma: str) -> str:
    bare = low.rstrip(".")
    marks = ""
    if text in table("first-names"):
        marks += "g"
    if text in words("surnames"):
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
