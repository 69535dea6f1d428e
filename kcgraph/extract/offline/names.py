"""Names in the text, with their type and the title before them.

A linear-chain CRF (Lafferty, McCallum, Pereira 2001) labels the tokens of each paragraph as title,
person, body or place; a second pass gives a name the same reading wherever the article writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from kcgraph.extract.offline.columns import columns
from kcgraph.extract.offline.model_file import model_file
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
    with model_file(path):
        tagger.open(path)
    return tagger


def find_names(doc: Doc, models: Path) -> list[Name]:
    """All names of the article in text order, without overlaps. `models`: folder of the tagger."""
    tagger = _tagger(str(models / MODEL))
    parse = columns(doc)
    forms = ArticleForms(parse)
    found: list[Name] = []
    for start, end in parse.paragraphs:
        tagger.set(features(parse, start, end, forms))
        labels = tagger.tag()
        for name in _names(labels, start):
            if not any(map(str.isalpha, parse.text[name.span.start : name.span.end])):
                continue
            label = f"B-{name.type}"
            sure = tagger.marginal(label, name.span.start - start)
            found.append(replace(name, probability=sure))
    return found


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
