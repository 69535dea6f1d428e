"""The parse as plain lists: attributes of spaCy tokens are slow to reach one at a time.

Made once an article and kept as long as its `Doc`, since every step asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from spacy.attrs import (
    DEP,
    ENT_IOB,
    ENT_TYPE,
    HEAD,
    LEMMA,
    LOWER,
    ORTH,
    POS,
    SENT_START,
    SPACY,
    TAG,
)
from spacy.tokens import Doc

from kcgraph.extract.offline.quotes import Quote, find_quotes
from kcgraph.extract.offline.types import Tokens

_STRINGS = (ORTH, LOWER, LEMMA, POS, TAG, DEP, ENT_TYPE)
_NUMBERS = (ENT_IOB, HEAD, SENT_START, SPACY)


@dataclass(frozen=True, slots=True)
class Columns:
    """One article's tokens column by column; every list has one item a token.

    `whole` is the article's text, `start` a token's place in it. `left` and `right` are the first
    and last token of its subtree. `sentence`, `paragraph` and `quote` are numbers in text order,
    the last two -1 for none.
    Readers share these lists and leave them as they are.
    """

    whole: str
    text: list[str]
    lower: list[str]
    lemma: list[str]
    pos: list[str]
    tag: list[str]
    dep: list[str]
    entity: list[str]
    entity_iob: list[int]  # 1 inside, 2 outside, 3 begins
    head: list[int]
    children: list[list[int]]
    left: list[int]
    right: list[int]
    start: list[int]
    spaced: list[bool]  # a space follows
    opens: list[bool]  # a sentence, by the parser
    sentence: list[int]
    sentences: list[Tokens]
    paragraph: list[int]
    paragraphs: list[Tokens]
    quote: list[int]
    quotes: list[Quote]


_kept: WeakKeyDictionary[Doc, Columns] = WeakKeyDictionary()


def columns(doc: Doc) -> Columns:
    """The lists for one article as `nlp.parse` gives it."""
    known = _kept.get(doc)
    if known is None:
        known = _kept[doc] = _columns(doc)
    return known


def _columns(doc: Doc) -> Columns:
    size = len(doc)
    table = doc.to_array([*_STRINGS, *_NUMBERS])
    store = doc.vocab.strings
    texts = []
    for column in range(len(_STRINGS)):
        keys = table[:, column].tolist()
        known = {key: store[key] for key in set(keys)}
        texts.append([known[key] for key in keys])
    iob, offsets, starts, spaced = table[:, len(_STRINGS) :].astype(np.int64).T
    head = (np.arange(size) + offsets).tolist()
    lengths = np.fromiter(map(len, texts[0]), np.int64, size) + spaced  # with the space after
    children: list[list[int]] = [[] for _ in range(size)]
    for token, above in enumerate(head):
        if above != token:
            children[above].append(token)
    left, right = _edges(head)
    begins = [0, *(np.flatnonzero(starts[1:] == 1) + 1).tolist()] if size else []
    sentences = [Tokens(*pair) for pair in zip(begins, [*begins[1:], size], strict=False)]
    paragraphs = [Tokens(*pair) for pair in doc.user_data["paragraphs"]]
    quotes = find_quotes(doc)
    text, lower, lemma, pos, tag, dep, entity = texts
    return Columns(
        whole="".join(
            [word + " " if gap else word for word, gap in zip(text, spaced, strict=True)]
        ),
        text=text,
        lower=lower,
        lemma=lemma,
        pos=pos,
        tag=tag,
        dep=dep,
        entity=entity,
        entity_iob=iob.tolist(),
        head=head,
        children=children,
        left=left,
        right=right,
        start=(np.cumsum(lengths) - lengths).tolist(),
        spaced=spaced.astype(bool).tolist(),
        opens=(starts == 1).tolist(),
        sentence=_numbers(sentences, size),
        sentences=sentences,
        paragraph=_numbers(paragraphs, size),
        paragraphs=paragraphs,
        quote=_numbers([quote.tokens for quote in quotes], size),
        quotes=quotes,
    )


def _numbers(ranges: list[Tokens], size: int) -> list[int]:
    """For each token the number of the range that holds it, or -1."""
    numbers = [-1] * size
    for number, (start, end) in enumerate(ranges):
        numbers[start:end] = [number] * (end - start)
    return numbers


def _edges(head: list[int]) -> tuple[list[int], list[int]]:
    """First and last token of every subtree."""
    left, right = list(range(len(head))), list(range(len(head)))
    for token, above in enumerate(head):
        at = token
        while above != at and (token < left[above] or token > right[above]):
            if token < left[above]:
                left[above] = token
            else:
                right[above] = token
            at, above = above, head[above]
    return left, right
