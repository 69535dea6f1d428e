"""The lexicon of words that can say a position, and how to find one in the parse."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from kcgraph.extract.offline.lexicon import table
from kcgraph.extract.offline.positions.syntax import Syntax
from kcgraph.model import Polarity, PositionKind

LABELS = ("demand", "stance+", "stance-", "commitment", "refusal")
KIND = {
    "demand": (PositionKind.DEMAND, Polarity.SUPPORT),
    "stance+": (PositionKind.STANCE, Polarity.SUPPORT),
    "stance-": (PositionKind.STANCE, Polarity.OPPOSE),
    "commitment": (PositionKind.COMMITMENT, Polarity.SUPPORT),
    "refusal": (PositionKind.REFUSAL, Polarity.OPPOSE),
}


class Frame(NamedTuple):
    """What a listed word says, and in which slots its target is looked for (empty: the usual)."""

    label: str
    slots: tuple[str, ...] = ()


@cache
def frames() -> dict[tuple[str, str], Frame]:
    """(lemma with its particle, part of speech) to frame."""
    listed = {}
    for entry, value in table("position-frames").items():
        word, _, pos = entry.partition("|")
        label, _, slots = value.partition("\t")
        listed[word, pos] = Frame(label, tuple(s for s in slots.split(",") if s))
    return listed


def frame_of(syntax: Syntax, i: int) -> Frame | None:
    """The frame of token `i`; with a particle or preposition that makes a listed pair first."""
    if i not in syntax.frames:
        syntax.frames[i] = _frame_of(syntax, i)
    known: Frame | None = syntax.frames[i]
    return known


def _frame_of(syntax: Syntax, i: int) -> Frame | None:
    listed = frames()
    pos, lemma = syntax.pos[i], syntax.lemma[i]
    if pos == "VERB":
        for c in syntax.children[i]:
            if syntax.dep[c] in ("prt", "prep", "advmod"):
                pair = listed.get((f"{lemma} {syntax.lower[c]}", pos))
                if pair:
                    return pair
    if pos in ("SCONJ", "ADV") and (lemma, "ADP") in listed:
        pos = "ADP"
    return listed.get((lemma, pos))
