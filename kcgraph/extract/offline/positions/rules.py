"""Positions by rules: a listed word, its holder by the parse, its target by the frame's slots.

What the learned model is measured against, its features' source, and what reads where no model is.
"""

from __future__ import annotations

from typing import NamedTuple

from kcgraph.extract.offline.positions.frames import Frame, frame_of
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.positions.syntax import OBJECTS, Syntax

USUAL_SLOTS = {
    label: tuple(slots.split())
    for label, slots in {
        "demand": "xcomp ccomp prep:for dobj acl prep:on prep:to prep:of prep:over",
        "stance+": (
            "dobj prep:of prep:for prep:to prep:with prep:in prep:by pobj prep:about prep:on "
            "ccomp xcomp acl relation nsubjpass"
        ),
        "stance-": (
            "dobj prep:to prep:against prep:of prep:about prep:at prep:with prep:over prep:by "
            "prep:for pobj ccomp xcomp relation nsubjpass"
        ),
        "commitment": "xcomp ccomp dobj acl prep:to prep:for prep:on nsubjpass",
        "refusal": "xcomp dobj acl prep:to prep:of nsubjpass ccomp",
    }.items()
}
FLIP = {
    "stance+": "stance-",
    "stance-": None,
    "demand": None,
    "commitment": "refusal",
    "refusal": None,
}
_INTENT = frozenset({"will", "'ll", "’ll", "would", "wo", "shall", "'d", "’d"})
# Verbs that are promises only when they say what will be done, or was done by an official body.
_STRONG = frozenset(
    {"adopt", "agree", "announce", "commit", "enact", "guarantee", "intend", "offer", "pledge"}
    | {
        "plan",
        "promise",
        "swear",
        "undertake",
        "unveil",
        "volunteer",
        "vow",
        "authorize",
        "authorise",
    }
    | {"approve", "ban", "impose", "ratify", "repeal", "rescind", "reinstate", "scrap", "resolve"}
)


class Rule(NamedTuple):
    """A reading by rule: anchor token, label, holder tokens' entity ids, target token."""

    anchor: int
    label: str
    holders: tuple[str, ...]
    target: int


def read(scene: Scene) -> list[Rule]:
    """Every rule reading of the article, in text order."""
    found = []
    for anchor in range(scene.syntax.size):
        label, frame = verdict(scene.syntax, anchor)
        if label is None or frame is None:
            continue
        holders = holders_of(scene, anchor)
        targets = targets_of(scene.syntax, anchor, label, frame)
        if holders and targets:
            found.append(Rule(anchor, label, tuple(holders), targets[0]))
    return found


def verdict(syntax: Syntax, i: int) -> tuple[str | None, Frame | None]:
    """The label that the lexicon and the negation around token `i` give, None for none."""
    if i not in syntax.verdicts:
        syntax.verdicts[i] = _verdict(syntax, i)
    known: tuple[str | None, Frame | None] = syntax.verdicts[i]
    return known


def _verdict(syntax: Syntax, i: int) -> tuple[str | None, Frame | None]:
    if syntax.pos[i] == "AUX" or syntax.tag[i] == "MD":
        if syntax.lower[i] in ("should", "must", "ought") and syntax.head[i] != i:
            return "demand", Frame("demand", ("main",))
        return None, None
    frame = frame_of(syntax, i)
    if frame is None or "-" in frame.slots:
        return None, None
    label: str | None = frame.label
    if syntax.lemma[i] == "agree" and label == "commitment" and _agrees_that(syntax, i):
        label, frame = "stance+", Frame("stance+", ("ccomp",))
    if syntax.pos[i] in ("VERB", "ADJ", "ADP", "ADV", "SCONJ"):
        if label == "commitment" and syntax.pos[i] == "VERB" and not _commits(syntax, i):
            return None, None
        if _negated(syntax, i):
            label = FLIP[frame.label]
    return label, frame


def _agrees_that(syntax: Syntax, i: int) -> bool:
    """Whether one agrees that something is so, and not to do it."""
    clause = syntax.child(i, "ccomp")
    return clause is not None and syntax.child(clause, "nsubj", "nsubjpass", "expl") is not None


def _commits(syntax: Syntax, i: int) -> bool:
    if syntax.lemma[i] in _STRONG:
        return True
    return any(syntax.dep[c] == "aux" and syntax.lower[c] in _INTENT for c in syntax.children[i])


def _negated(syntax: Syntax, i: int) -> bool:
    if syntax.is_negated(i):
        return True
    head = syntax.head[i]
    return syntax.dep[i] in ("acomp", "attr", "xcomp", "prep") and syntax.is_negated(head)


def holders_of(scene: Scene, i: int) -> list[str]:
    """Ids of those who hold what token `i` says: subject or owner, else the source around it."""
    syntax = scene.syntax
    token = syntax.owner(i) if syntax.pos[i] in ("NOUN", "PROPN") else None
    if token is None:
        if syntax.is_passive(i):
            token = syntax.preposition(i, "by")
        else:
            start = i
            if (
                syntax.pos[i] in ("ADJ", "ADP", "SCONJ", "ADV", "NOUN")
                and syntax.child(i, "nsubj") is None
            ):
                start = syntax.head[i] if syntax.dep[i] in ("acomp", "attr", "prep", "oprd") else i
            token = syntax.subject(start)
    if token is not None:
        found = scene.entities(token)
        if found:
            return found
    return scene.source(i)


def targets_of(syntax: Syntax, i: int, label: str, frame: Frame) -> list[int]:
    """Tokens that head the target by the frame's slots, the best slot first."""
    slots = frame.slots or USUAL_SLOTS[label]
    if syntax.child(i, "nsubjpass") is not None:
        slots = ("nsubjpass", *(s for s in slots if s != "prep:by"))
    found = []
    for slot in slots:
        for token in _slot(syntax, i, slot):
            if token not in found and token != i:
                found.append(token)
    return found


def _slot(syntax: Syntax, i: int, slot: str) -> list[int]:
    if slot.startswith("prep:"):
        token = syntax.preposition(i, slot[5:])
        return [] if token is None else syntax.conjuncts(token)
    if slot == "main":
        return [syntax.head[i]]
    if slot == "pobj":
        token = syntax.child(i, "pobj", "pcomp")
        return [] if token is None else syntax.conjuncts(token)
    if slot == "relation":
        return [syntax.head[i]] if syntax.dep[i] in ("relcl",) else []
    if slot == "dobj":
        return [c for c in syntax.children[i] if syntax.dep[c] in OBJECTS]
    token = syntax.child(i, slot)
    return [] if token is None else syntax.conjuncts(token)
