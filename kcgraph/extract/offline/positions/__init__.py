"""Who demands, backs, rejects, promises or refuses what: positions of a parsed article."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from kcgraph.extract.offline.positions import phrases, rules
from kcgraph.extract.offline.positions.frames import KIND
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.types import Cast, Linked, chars
from kcgraph.model import Article, Position, Target

__all__ = ["read_positions"]

_RULE_CONFIDENCE = 0.35  # share of rule readings that were right on the training articles


def read_positions(
    doc: Doc, cast: Cast, links: Sequence[Linked], article: Article
) -> list[Position]:
    """The positions of `article`, in text order, each with its passage and a confidence."""
    scene = Scene(doc, cast, links)
    found = []
    for rule in rules.read(scene):
        target = _target(scene, rule.target)
        if target is None:
            continue
        kind, polarity = KIND[rule.label]
        span = chars(doc, scene.syntax.sentences[scene.syntax.sentence[rule.anchor]])
        for holder in rule.holders:
            if holder == target.stakeholder:
                continue
            found.append(
                Position(
                    kind=kind,
                    holder=holder,
                    polarity=polarity,
                    target=target,
                    evidence=article.text[span.start : span.end],
                    evidence_span=span,
                    confidence=_RULE_CONFIDENCE,
                )
            )
    return found


def _target(scene: Scene, head: int) -> Target | None:
    syntax = scene.syntax
    if head in scene.at:
        return Target(stakeholder=scene.at[head][1].id)
    if syntax.pos[head] in ("NOUN", "PROPN", "NUM"):
        options = list(phrases.of_noun(syntax, head))
    elif syntax.pos[head] in ("VERB", "AUX"):
        options = list(phrases.of_verb(syntax, head))
    else:
        return None
    labels = [phrases.text_of(syntax, option) for option in options]
    labels = [label for label in labels if any(c.isalpha() for c in label)]
    return Target(issue=tuple(dict.fromkeys(labels))) if labels else None
