"""The passage that a position rests on, and of whom a demand is made."""

from __future__ import annotations

from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.types import Tokens

_LONGEST = 60  # words


def passage(scene: Scene, anchor: int, *others: int) -> Tokens:
    """The clause around `anchor`, widened to those of `others` that stand in its sentence."""
    s = scene.syntax
    sentence = s.sentences[s.sentence[anchor]]
    clause = anchor
    while s.pos[clause] not in ("VERB", "AUX") and s.head[clause] != clause:
        clause = s.head[clause]
    inside = [i for i in others if sentence.start <= i < sentence.end]
    start = min(s.left[clause], anchor, *inside) if inside else min(s.left[clause], anchor)
    end = max(s.right[clause], anchor, *inside) if inside else max(s.right[clause], anchor)
    start, end = max(start, sentence.start), min(end + 1, sentence.end)
    if end - start > _LONGEST:
        start, end = min(anchor, *inside, anchor), max(anchor, *inside, anchor) + 1
    while (
        end - start > 1 and s.pos[end - 1] in ("PUNCT", "SPACE") and not _closes(s.lower[end - 1])
    ):
        end -= 1
    while end - start > 1 and s.pos[start] in ("PUNCT", "SPACE", "CCONJ"):
        start += 1
    return Tokens(start, end)


def _closes(mark: str) -> bool:
    return mark in {"”", ")", "%"}


def addressees(scene: Scene, anchor: int, holders: tuple[str, ...]) -> tuple[str, ...]:
    """Ids of those of whom the demand at `anchor` is made, where the clause says so."""
    s = scene.syntax
    places = [c for c in s.children[anchor] if s.dep[c] in ("dobj", "dative")]
    if s.lower[anchor] in ("should", "must", "ought"):
        subject = s.subject(s.head[anchor])
        places = [] if subject is None else [subject]
    elif not places:
        for word in ("on", "upon", "to", "of", "from", "with"):
            token = s.preposition(anchor, word)
            if token is not None:
                places.append(token)
        clause = s.child(anchor, "ccomp")
        subject = None if clause is None else s.child(clause, "nsubj")
        if subject is not None:
            places.append(subject)
    for place in places:
        named = tuple(x for x in scene.entities(place) if x not in holders)
        if named:
            return named
    return ()
