"""The line with place and agency that opens a news report: "ASHBY, Minn. (AP) —"."""

from __future__ import annotations

from spacy.tokens import Doc

from kcgraph.extract.offline.types import Tokens

_DASHES = frozenset({"—", "–", "-", "--"})
_LONGEST = 12  # tokens
_FIRST = 6  # paragraphs: headline, byline, date and paper may come before


def dateline(doc: Doc) -> Tokens:
    """The tokens before its dash, in one of the first paragraphs; empty without one."""
    for start, end in doc.user_data["paragraphs"][:_FIRST]:
        if not doc[start].is_upper or len(doc[start]) < 2:
            continue
        for token in doc[start : min(end, start + _LONGEST)]:
            if token.text in _DASHES and token.i > start:
                return Tokens(start, token.i)
    return Tokens(0, 0)


def dateline_place(doc: Doc) -> Tokens:
    """The words in capitals that begin the dateline: the place; empty without one."""
    start, end = dateline(doc)
    i = start
    while i < end and doc[i].is_upper and (doc[i].is_alpha or doc[i].text.endswith(".")):
        i += 1
    return Tokens(start, i if i - start <= 4 else start)
