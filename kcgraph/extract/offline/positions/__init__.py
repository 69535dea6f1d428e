"""Who demands, backs, rejects, promises or refuses what: positions of a parsed article."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from spacy.tokens import Doc

from kcgraph.extract.offline.positions import phrases, reader, rules, store, targets
from kcgraph.extract.offline.positions.frames import KIND, LABELS
from kcgraph.extract.offline.positions.heads import Array as Vectors
from kcgraph.extract.offline.positions.passages import addressees, passage
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.positions.syntax import Syntax
from kcgraph.extract.offline.types import Cast, Linked, chars
from kcgraph.model import Article, Position, PositionKind, Target

__all__ = ["PositionPlan", "Vectors", "plan_positions", "read_positions"]

_RULE_CONFIDENCE = 0.35  # share of rule readings that were right on the training articles
_STOPPING = frozenset({"cease", "quit", "stop"})


def read_positions(
    doc: Doc, cast: Cast, links: Sequence[Linked], article: Article, *, rules_only: bool = False
) -> list[Position]:
    """The positions of `article`, in text order, each with its passage and a confidence.

    They come from the model that ships with the package, from rules if it is not there or if
    `rules_only`. Raises WorkError if the model's file is damaged.
    """
    plan = plan_positions(doc, cast, links, rules_only=rules_only)
    return plan.read(plan.encode(), article)


def plan_positions(
    doc: Doc,
    cast: Cast,
    links: Sequence[Linked],
    *,
    rules_only: bool = False,
    others: Collection[int] = (),
) -> PositionPlan:
    """The same in two steps, of which the first, `encode`, can be done in another thread.

    `others` are tokens whose vectors somebody else wants to look at.
    """
    scene = Scene(doc, cast, links)
    model = None if rules_only else store.load()
    return PositionPlan(scene, reader.plan(scene, model, others) if model else None)


@dataclass(frozen=True, slots=True)
class PositionPlan:
    """An article whose positions are about to be read."""

    scene: Scene
    learned: reader.Plan | None

    def encode(self) -> Vectors | None:
        """What the encoder says, the slow part; hardly any of it is in Python."""
        return self.learned.encode() if self.learned else None

    def read(self, vectors: Vectors | None, article: Article) -> list[Position]:
        """The positions in text order; `vectors` is what `encode` gave."""
        if self.learned and vectors is not None:
            found = _learned(self.scene, self.learned, vectors, article)
        else:
            found = _ruled(self.scene, article)
        return sorted(found, key=lambda p: p.evidence_span or (0, 0))


def _learned(
    scene: Scene, plan: reader.Plan, vectors: Vectors, article: Article
) -> Iterator[Position]:
    for c in plan.read(vectors):
        others = (*c.option.tokens, *([] if c.holder.token is None else [c.holder.token]))
        yield from _positions(
            scene,
            article,
            _label(scene.syntax, c),
            c.proposal.anchor,
            c.holder.ids,
            _target(plan, c),
            others,
            round(plan.model.confidence(c.score), 3),
        )


def _label(s: Syntax, c: reader.Candidate) -> str:
    """The label to tell: "will not stop marching" promises to march."""
    label, stopping = LABELS[c.proposal.label], _stopping(s, c)
    if stopping is None or not (s.is_negated(stopping) or s.is_negated(s.head[stopping])):
        return label
    return "commitment"


def _stopping(s: Syntax, c: reader.Candidate) -> int | None:
    """The verb of a refusal to stop doing what its target says, None if it is not such a one."""
    done = c.option.token
    gerund = s.dep[done] == "xcomp" and s.tag[done] == "VBG"
    refusal = LABELS[c.proposal.label] == "refusal"
    return s.head[done] if refusal and gerund and s.lemma[s.head[done]] in _STOPPING else None


def _target(plan: reader.Plan, c: reader.Candidate) -> Target:
    """The chosen wording first, then other wordings of the same place in the text."""
    if c.option.stakeholder:
        return Target(stakeholder=c.option.stakeholder)
    s = plan.facts.scene.syntax
    refused, stopping = _label(s, c) == "refusal", _stopping(s, c)
    labels = [c.option.label, *_wordings(plan, c.node)]
    if refused and stopping is not None:  # "refused to stop marching" is a refusal to stop it
        labels = _wordings(plan, targets.Node(stopping, c.node.route))[::-1]
    if refused:  # "would never sign it" is a refusal to sign it
        labels = [re.sub(r"\b(?:not|never) ", "", label, count=1) for label in labels]
    return Target(issue=tuple(dict.fromkeys(labels)))


def _wordings(plan: reader.Plan, node: targets.Node) -> list[str]:
    return [o.label for o in plan.facts.options(node) if o.stakeholder is None]


def _ruled(scene: Scene, article: Article) -> Iterator[Position]:
    for rule in rules.read(scene):
        target = _rule_target(scene, rule.target)
        if target is not None:
            yield from _positions(
                scene,
                article,
                rule.label,
                rule.anchor,
                rule.holders,
                target,
                (rule.target,),
                _RULE_CONFIDENCE,
            )


def _positions(
    scene: Scene,
    article: Article,
    label: str,
    anchor: int,
    holders: Sequence[str],
    target: Target,
    others: Sequence[int],
    confidence: float,
) -> Iterator[Position]:
    """One position for each of those who hold it together, on each of those who are its target."""
    kind, polarity = KIND[label]
    span = chars(scene.doc, passage(scene, anchor, *others))
    of_whom = addressees(scene, anchor, tuple(holders)) if kind is PositionKind.DEMAND else ()
    for holder, one in product(holders, _each(scene, target)):
        if holder != one.stakeholder:
            yield Position(
                kind=kind,
                holder=holder,
                polarity=polarity,
                target=one,
                evidence=article.text[span.start : span.end],
                addressee=of_whom,
                evidence_span=span,
                confidence=confidence,
            )


def _each(scene: Scene, target: Target) -> list[Target]:
    """The target, a collective as the named members that it stands for."""
    if target.stakeholder is None:
        return [target]
    return [Target(stakeholder=one) for one in scene.members(target.stakeholder)]


def _rule_target(scene: Scene, head: int) -> Target | None:
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
