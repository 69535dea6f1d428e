"""The parse as the reader of attributions sees it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Doc

from kcgraph.extract.offline import columns as shared
from kcgraph.extract.offline.quotes import Quote
from kcgraph.extract.offline.types import Tokens

MARKS = frozenset({"PUNCT", "SPACE"})  # what is no word


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
    sentences: list[Tokens]
    paragraph: list[int]
    paragraphs: list[Tokens]
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
    known = shared.columns(doc)
    # The white space between paragraphs was never tagged.
    pos = [
        "SPACE" if word.isspace() else kind
        for word, kind in zip(known.text, known.pos, strict=True)
    ]
    return Parse(
        words=known.text,
        lower=known.lower,
        lemma=[text.lower() for text in known.lemma],
        pos=pos,
        tag=known.tag,
        dep=known.dep,
        entity=known.entity,
        head=known.head,
        children=known.children,
        left=known.left,
        right=known.right,
        sentence=known.sentence,
        sentences=known.sentences,
        paragraph=known.paragraph,
        paragraphs=known.paragraphs,
        quote=known.quote,
        quotes=known.quotes,
    )
