"""Anchors: the words that may say a position ("urged", "opposition", "against", "should")."""

from __future__ import annotations

from kcgraph.extract.offline.positions.frames import frame_of
from kcgraph.extract.offline.positions.syntax import Syntax

MODALS = frozenset({"should", "must", "ought"})
LIGHT = frozenset(
    [
        "be",
        "have",
        "do",
        "get",
        "say",
        "tell",
        "add",
        "note",
        "explain",
        "write",
        "state",
        "think",
        "believe",
        "know",
        "see",
    ]
)


def candidates(syntax: Syntax) -> list[int]:
    """Tokens that may be anchors: verbs, predicates, listed words of other kinds."""
    found = []
    for i in range(syntax.size):
        pos = syntax.pos[i]
        if pos == "VERB":
            found.append(i)
        elif pos in ("NOUN", "ADJ", "ADP", "ADV", "SCONJ", "INTJ"):
            if frame_of(syntax, i) is not None or (
                pos in ("NOUN", "ADJ") and syntax.dep[i] in ("attr", "acomp", "oprd", "ROOT")
            ):
                found.append(i)
        elif pos == "AUX" and (
            syntax.lower[i] in MODALS or syntax.dep[i] in ("ROOT", "ccomp", "conj", "advcl")
        ):
            found.append(i)
    return found
