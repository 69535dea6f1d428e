"""Who said it: from the source span of a reading to members of the cast."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.types import Cast, Entity, Linked, Reading, Tokens


def link_sources(doc: Doc, readings: Sequence[Reading], cast: Cast) -> list[Linked]:
    """One `Linked` per reading whose source is somebody in the cast."""
    links = []
    for reading in readings:
        if reading.source is None:
            continue
        sources = _sources(doc, reading.source, cast)
        if sources:
            links.append(Linked(reading, tuple(dict.fromkeys(e.id for e in sources))))
    return links


def _sources(doc: Doc, span: Tokens, cast: Cast) -> list[Entity]:
    root = doc[span.start : span.end].root
    found = [e for token in _coordinated(root, span) if (e := cast.at(token.i)) is not None]
    if found:
        return found
    inside = [(m, e) for m, e in cast.mentions(span)]
    return [inside[0][1]] if inside else []


def _coordinated(root: Token, span: Tokens) -> list[Token]:
    tokens = [root]
    for token in tokens:
        tokens.extend(
            c for c in token.children if c.dep_ == "conj" and span.start <= c.i < span.end
        )
    return tokens
