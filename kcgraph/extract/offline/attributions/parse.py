"""The parse as plain lists: attributes of spaCy tokens are slow to reach one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from spacy.attrs import DEP, ENT_TYPE, HEAD, LEMMA, LOWER, ORTH, POS, SENT_START, TAG
from spacy.tokens import Doc

from kcgraph.extract.offline.quotes import Quote, find_quotes

MARKS = frozenset({"PUNCT", "SPACE"})  # what is no word
_STRINGS = (ORTH, LOWER, LEMMA, POS, TAG, DEP, ENT_TYPE)


@dataclass(slots=False)
class Parse:
    """One article's tokens column by column; every list has one item a token.

    `quote` is the number of the quotation that holds the token, or -1; `sentence` and `paragraph`
    are numbers in text order (whitespace between paragraphs belongs to paragraph -1).
    """

    words: list[str]
    lower: list[str]
    lemma: list[str]
    pos: list[str]
    tag: list[str]
    dep: list[str]
    entity: list[str]
    head: list[int]
    children: list[list[int]]
    left: list[int]  # first token of the subtree
    right: list[int]  # last token of the subtree
    sentence: list[int]
    sentences: list[tuple[int, int]]
    paragraph: list[int]
    paragraphs: list[tuple[int, int]]
    quote: list[int]
    quotes: list[Quote]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def key(self) -> list[str]:
        """Lemma and part of speech, `say|VERB`."""
        return [f"{lemma}|{pos}" for lemma, pos in zip(self.lemma, self.pos, strict=True)]

    def ancestors(self, token: int) -> list[int]:
        """The heads above a token, nearest first."""
        found = []
        while self.head[token] != token:
            token = self.head[token]
            found.append(token)
        return found

    def subtree(self, token: int) -> set[int]:
        """The token and everything below it."""
        found, stack = set(), [token]
        while stack:
            at = stack.pop()
            found.add(at)
            stack.extend(self.children[at])
        return found


def columns(doc: Doc) -> Parse:
    """The lists for one article as `nlp.parse` gives it."""
    size = len(doc)
    table = doc.to_array([*_STRINGS, HEAD, SENT_START])
    store = doc.vocab.strings
    texts = []
    for column in range(len(_STRINGS)):
        keys = table[:, column].tolist()
        known = {key: store[key] for key in set(keys)}
        texts.append([known[key] for key in keys])
    head = (np.arange(size) + table[:, -2].astype(np.int64)).tolist()
    starts = [i for i, flag in enumerate(table[:, -1].astype(np.int64).tolist()) if flag == 1]
    sentences, sentence = _ranges(starts, size)
    children: list[list[int]] = [[] for _ in range(size)]
    for token, above in enumerate(head):
        if above != token:
            children[above].append(token)
    left, right = _edges(head)
    paragraph = [-1] * size
    for number, (start, end) in enumerate(doc.user_data["paragraphs"]):
        paragraph[start:end] = [number] * (end - start)
    quotes = find_quotes(doc)
    quote = [-1] * size
    for number, found in enumerate(quotes):
        start, end = found.tokens
        quote[start:end] = [number] * (end - start)
    words, lower, lemma, pos, tag, dep, entity = texts
    # The white space between paragraphs was never tagged.
    pos = ["SPACE" if word.isspace() else kind for word, kind in zip(words, pos, strict=True)]
    return Parse(
        words=words,
        lower=lower,
        lemma=[text.lower() for text in lemma],
        pos=pos,
        tag=tag,
        dep=dep,
        entity=entity,
        head=head,
        children=children,
        left=left,
        right=right,
        sentence=sentence,
        sentences=sentences,
        paragraph=paragraph,
        paragraphs=list(doc.user_data["paragraphs"]),
        quote=quote,
        quotes=quotes,
    )


def _ranges(starts: list[int], size: int) -> tuple[list[tuple[int, int]], list[int]]:
    if not size:
        return [], []
    starts = [0, *(start for start in starts if start > 0)]
    ranges = list(zip(starts, [*starts[1:], size], strict=True))
    numbers = [0] * size
    for number, (start, end) in enumerate(ranges):
        numbers[start:end] = [number] * (end - start)
    return ranges, numbers


def _edges(head: list[int]) -> tuple[list[int], list[int]]:
    """First and last token of every subtree."""
    left, right = list(range(len(head))), list(range(len(head)))
    for token, above in enumerate(head):
        at = token
        while above != at and (token < left[above] or token > right[above]):
            left[above] = min(left[above], token)
            right[above] = max(right[above], token)
            at, above = above, head[above]
    return left, right
