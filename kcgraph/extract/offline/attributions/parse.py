"""The parse as the reader of attributions sees it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from spacy.tokens import Doc

from kcgraph.extract.offline import columns as shared

MARKS = frozenset({"PUNCT", "SPACE"})  # what is no word


@dataclass(frozen=True)
class Parse(shared.Columns):
    """The columns with lemmas in lower case; white space between paragraphs, which was never
    tagged, is "SPACE"."""

    def __len__(self) -> int:
        return len(self.text)

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
    own: dict[str, Any] = {one.name: getattr(known, one.name) for one in fields(known)}
    own["lemma"] = [text.lower() for text in known.lemma]
    own["pos"] = [
        "SPACE" if word.isspace() else kind
        for word, kind in zip(known.text, known.pos, strict=True)
    ]
    return Parse(**own)
