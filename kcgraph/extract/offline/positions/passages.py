"""The passage that a position rests on, and of whom a demand is made."""

from __future__ import annotations

from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.positions.syntax import Syntax
from kcgraph.extract.offline.types import Tokens

_LONGEST = 60  # words
_KEPT = frozenset({")", "%"})


def passage(scene: Scene, anchor: int, *others: int) -> Tokens:
    """The clause around `anchor`, widened to those of `others` that stand in its sentence."""
    s = scene.syntax
    sentence = s.sentences[s.sentence[anchor]]
    clause = anchor
    while s.pos[clause] not in ("VERB", "AUX") and s.head[clause] != clause:
        clause = s.head[clause]
    inside = [anchor, *(i for i in others if sentence.start <= i < sentence.end)]
    start = max(min(s.left[clause], *inside), sentence.start)
    end = min(max(s.right[clause], *inside) + 1, sentence.end)
    if end - start > _LONGEST:
        start, end = min(inside), max(inside) + 1
    return _trimmed(s, start, end, sentence.end)


def _trimmed(s: Syntax, start: int, end: int, last: int) -> Tokens:
    """Without punctuation around it, but for quotation marks that open or close within.

    A quotation that is open at the end and closes right after it, before `last`, is closed.
    """

    def loose(i: int) -> bool:
        if s.pos[i] not in ("PUNCT", "SPACE") or s.lower[i] in _KEPT:
            return False
        before, after = s.lower[start:i], s.lower[i + 1 : end]
        match s.lower[i]:
            case "“":
                return "”" not in after
            case "”":
                return "“" not in before
            case '"':
                return (before + after).count('"') % 2 == 0
        return True

    while end - start > 1 and loose(end - 1):
        end -= 1
    while end - start > 1 and (s.pos[start] == "CCONJ" or loose(start)):
        start += 1
    words = s.lower[start:end]
    if words.count("“") > words.count("”") or words.count('"') % 2:
        for i in range(end, min(end + 2, last)):
            if s.lower[i] in ("”", '"'):
                return Tokens(start, i + 1)
            if s.pos[i] != "PUNCT":
                break
    return Tokens(start, end)


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
