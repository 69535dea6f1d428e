"""Whose office a title is, where the words beside it do not say: "Mayor Ann Brown" of which city.

A ranking model over pairs of a title and a body or place of the cast, in the manner of the ranker
of antecedents; that the article names no such body is one of the candidates.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from spacy.tokens import Doc

from kcgraph.extract.offline.columns import columns
from kcgraph.extract.offline.datelines import dateline
from kcgraph.extract.offline.lexicon import table
from kcgraph.extract.offline.model_file import model_file
from kcgraph.extract.offline.types import Cast, Entity
from kcgraph.model import StakeholderKind

MODEL = "offices.json"
# How much less likely than none at all the likeliest body or place may be.
_ENOUGH = -0.5
# So many bodies and places named last, and so many of each named most often, are considered.
_RECENT, _FREQUENT = 8, 3
# Offices that voters fill, words of titles that only towns or forces give, and kinds of body that
# have none of them.
_ELECTED = frozenset({"mayor", "governor", "alderman", "councilman", "councilwoman"})
_OF_TOWNS = frozenset({"city", "town", "village", "borough", "council", "planning"})
_OF_FORCES = frozenset({"police", "fire", "sheriff"})
_PRIVATE = frozenset({"union", "voluntary", "company", "church", "club", "cooperative", "paper"})
_SMALL_WORDS = frozenset({"of", "the", "for", "and", "&", "in", "at"})

Choose = Callable[["Whereabouts", str, int], str | None]


class Whereabouts:
    """The bodies and places of an article, and where it mentions them."""

    def __init__(self, doc: Doc, cast: Cast) -> None:
        self.doc = doc
        self.bodies = [e for e in cast.entities if e.kind is StakeholderKind.ORGANIZATION]
        self.kinds = {e.id: _kinds(e) for e in self.bodies}
        self.often = sorted(self.bodies, key=lambda e: (-len(e.mentions), e.mentions[0].span))
        parse = columns(doc)
        self.sentence = parse.sentence
        self.paragraph = parse.paragraph
        self.dateline = dateline(doc).end
        names = [tuple(e.name.casefold().split()) for e in self.bodies]
        self.begins = [
            sum(len(other) > len(name) and other[: len(name)] == name for other in names)
            for name in names
        ]
        self.number = {entity.id: n for n, entity in enumerate(self.bodies)}


def chooser(models: Path) -> Choose:
    """The model in that folder: from a title at a token to the name of a body, or None."""
    weights = _weights(str(models / MODEL))

    def choose(where: Whereabouts, title: str, i: int) -> str | None:
        best: tuple[float, str | None] | None = None
        for entity, features in candidates(where, title, i):
            odds = sum(filter(None, map(weights.get, features)))
            if entity is None:
                odds += _ENOUGH
            if best is None or odds > best[0]:
                best = odds, entity.name if entity is not None else None
        return best[1] if best is not None else None

    return choose


@cache
def _weights(path: str) -> dict[str, float]:
    with model_file(path):
        loaded: dict[str, float] = json.loads(Path(path).read_text(encoding="utf-8"))
    return loaded


def candidates(where: Whereabouts, title: str, i: int) -> Iterator[tuple[Entity | None, list[str]]]:
    """Bodies and places that a title at token `i` may belong to, and None, with features."""
    last: list[tuple[int, int, Entity]] = []
    for n, entity in enumerate(where.bodies):
        before = max((m.head for m in entity.mentions if m.head < i), default=-1)
        last.append((-before, n, entity))
    last.sort()
    chosen = [entity for _, _, entity in last[:_RECENT]]
    for is_place in (False, True):
        usual = [entity for entity in where.often if entity.place is is_place][:_FREQUENT]
        chosen += [entity for entity in usual if entity not in chosen]
    without = _kinds_without(title)
    chosen = [entity for entity in chosen if without.isdisjoint(_all_kinds(where, entity))]
    recency = {entity.id: (rank, -before) for rank, (before, _, entity) in enumerate(last)}
    for entity in chosen:
        rank, before = recency[entity.id]
        yield entity, _features(where, title, i, entity, rank, before)
    yield None, _features_of_none(title)


def _all_kinds(where: Whereabouts, entity: Entity) -> set[str]:
    """The kinds of body that the names tell, by the last word of a company's name too."""
    ending = None if entity.place else table("company-words").get(entity.name.split()[-1].lower())
    return where.kinds[entity.id] | ({ending} if ending else set())


def _kinds_without(title: str) -> frozenset[str]:
    """Kinds of body that have no such office."""
    words = title.casefold().split()
    if not _PRIVATE.isdisjoint(map(table("noun-classes").get, words)):  # "police union president"
        return frozenset()
    if not _OF_FORCES.isdisjoint(words):
        return _PRIVATE | {"health"}
    if words[-1] in _ELECTED or not _OF_TOWNS.isdisjoint(words):
        return _PRIVATE | {"health", "force"}
    return frozenset()


def _names(entity: Entity) -> list[list[str]]:
    return [n.casefold().split() for n in (entity.name, *entity.aliases)]


def _words(entity: Entity) -> set[str]:
    """The words of the names of an entity, in the singular."""
    return {w.removesuffix("s") for n in _names(entity) for w in n} - _SMALL_WORDS


def _kinds(entity: Entity) -> set[str]:
    """The kinds of body that the names of an entity tell."""
    nouns = table("noun-classes")
    return {kind for word in _words(entity) if (kind := nouns.get(word))}


def _features_of_none(title: str) -> list[str]:
    words = [w.rstrip(".") for w in title.casefold().split()]
    parts = table("role-words")
    return [
        "none", f"none|t={words[-1]}", f"none|o={parts.get(words[-1], 'other')}",
        f"none|w={words[0]}", f"none|n={min(len(words), 3)}", f"none|big={title[:1].isupper()}",
    ]  # fmt: skip


def _features(
    where: Whereabouts, title: str, i: int, entity: Entity, rank: int, before: int
) -> list[str]:
    """`before`: the token of its last mention so far, -1 if none; `rank` of that among all."""
    words = [w.rstrip(".") for w in title.casefold().split()]
    head = words[-1]
    final = {n[-1].removesuffix("s") for n in _names(entity)}
    shared = {w.removesuffix("s") for w in words} & _words(entity)
    classes = sorted(where.kinds[entity.id])
    kind = "place" if entity.place else "+".join(classes[:2]) or "other"
    office = table("role-words").get(head) or head
    if before < 0:
        far = "later"
    elif where.sentence[before] == where.sentence[i]:
        far = "here"
    elif where.paragraph[before] == where.paragraph[i]:
        far = f"par{min(where.sentence[i] - where.sentence[before], 3)}"
    else:
        far = f"up{min(where.paragraph[i] - where.paragraph[before], 3)}"
    usual = where.often.index(entity)
    if entity.place:
        usual = sum(other.place for other in where.often[:usual])
    often = f"{min(usual, 3)}{'p' if entity.place else 'b'}"
    dep = where.doc[before].dep_ if before >= 0 else "none"
    out = [
        "bias", f"k={kind}", f"t={head}|{kind}", f"o={office}|{kind}", f"far={far}",
        f"far|k={far}|{kind}", f"rank={min(rank, 3)}", f"rank|o={min(rank, 3)}|{office}",
        f"often={often}", f"often|t={often}|{head}", f"often|o={often}|{office}",
        f"shared={bool(shared)}|{len(words) > 1}", f"shared={bool(shared & final)}|{kind}",
        f"n={min(len(entity.mentions), 5)}|{entity.place}", f"dep={dep}|{far}",
        f"far|o={far}|{office}", f"named={entity.name[:1].isupper()}|{entity.place}",
        f"often|far={often}|{far}",
    ]  # fmt: skip
    out += [f"t+f={head}|{f}" for f in sorted(final)]
    if len(words) > 1:
        out += [f"w={words[0]}|{kind}"]
    if entity.mentions[0].head < where.dateline:
        out += [f"dateline|{kind}", f"dateline|t={head}"]
    if where.begins[where.number[entity.id]]:
        out += [f"begins|{kind}", f"begins|t={head}"]
    return out
