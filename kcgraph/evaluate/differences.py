"""Where two records of one article agree and where they differ, by the match rules for gold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kcgraph.evaluate import compare
from kcgraph.evaluate.phenomena import Item
from kcgraph.evaluate.score import describe, score
from kcgraph.model import Article, Attribution, Extraction, Span, Stakeholder

LAYERS = ("stakeholders", "attributions", "positions", "events")


@dataclass(frozen=True, slots=True)
class Finding:
    """`item` in a line; `but` what of the other record's nearest item differs; the sentence."""

    item: str
    sentence: str
    but: str = ""


@dataclass(frozen=True, slots=True)
class LayerDifference:
    """Findings of one layer: in both records (in the first one's words), in one of them only."""

    agreed: tuple[Finding, ...]
    only_first: tuple[Finding, ...]
    only_second: tuple[Finding, ...]


def differences(
    article: Article, first: Extraction, second: Extraction
) -> Mapping[str, LayerDifference]:
    """By layer, what the two records of `article` share and what only one of them has."""
    found = score(first, second, article.text).differences
    layers = {}
    for layer in LAYERS:
        of_layer = [d for d in found if d.layer == layer]
        missed, spurious = (
            tuple(
                Finding(d.item, d.sentence, d.why if d.why.startswith("other ") else "")
                for d in of_layer
                if d.what == what
            )
            for what in ("missed", "spurious")
        )
        agreed = tuple(_agreed(article, first, layer, Counter(f.item for f in missed)))
        layers[layer] = LayerDifference(agreed, missed, spurious)
    return layers


def _agreed(
    article: Article, first: Extraction, layer: str, missed: Counter[str]
) -> Iterator[Finding]:
    """The items of the first record that the second one does not miss."""
    sentences = compare.Sentences(article.text)
    for item in getattr(first, layer):
        line = describe(item, first)
        if missed[line]:
            missed[line] -= 1
        else:
            place = _place(item)
            yield Finding(line, sentences.around(place) if place else "")


def _place(item: Item) -> Span | None:
    if isinstance(item, Stakeholder):
        return next(iter(item.mentions), None)
    if isinstance(item, Attribution):
        return next(iter(item.content_spans), None)
    return item.evidence_span
