"""Short texts through the first steps of the offline extractor, for tests."""

from __future__ import annotations

from functools import cache

from spacy.tokens import Doc

from kcgraph.extract.offline import nlp
from kcgraph.extract.offline.attributions import read_attributions
from kcgraph.extract.offline.cast import build_cast
from kcgraph.extract.offline.sources import link_sources
from kcgraph.extract.offline.types import Cast, Entity, Linked
from kcgraph.model import Article


@cache
def parse(text: str) -> Doc:
    return nlp.parse(Article(id="a", text=text), nlp.load())


@cache
def cast_of(text: str) -> Cast:
    doc = parse(text)
    return build_cast(doc, read_attributions(doc), Article(id="a", text=text))


def links_of(text: str) -> list[Linked]:
    doc = parse(text)
    return link_sources(doc, read_attributions(doc), cast_of(text))


def named(text: str, name: str) -> Entity:
    """The member of the cast of that name or alias."""
    found = [e for e in cast_of(text).entities if name in {e.name, *e.aliases}]
    assert found, f"{name!r} is not among {[e.name for e in cast_of(text).entities]}"
    return found[0]


def at(text: str, words: str, occurrence: int = 0) -> str | None:
    """Name of whom the mention that ends with `words` refers to, at its nth occurrence."""
    start = -1
    for _ in range(occurrence + 1):
        start = text.index(words, start + 1)
    doc = parse(text)
    last = next(t for t in doc if t.idx + len(t.text) == start + len(words))
    entity = cast_of(text).at(last.i)
    return entity.name if entity else None
