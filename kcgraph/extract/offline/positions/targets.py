"""Targets: what an anchor may be about, and which wording of it a person would choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from kcgraph.extract.offline.positions import phrases
from kcgraph.extract.offline.positions.paths import paths_from
from kcgraph.extract.offline.positions.phrases import Phrase
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.model import StakeholderKind

MOST_TOPICS = 6
_MOST_BEFORE = 4
_ANAPHORA = frozenset(
    {"it", "this", "that", "them", "they", "these", "those", "which", "so", "such"}
)
_FORMS = ("np", "np+1", "np+2", "vp", "vp+1", "vp+2", "clause", "who")
# Nouns that rarely name what a dispute is about.
_EMPTY = frozenset(
    [
        "year",
        "month",
        "week",
        "day",
        "time",
        "way",
        "thing",
        "people",
        "person",
        "man",
        "woman",
        "morning",
        "night",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "percent",
        "cent",
        "number",
        "lot",
        "part",
        "kind",
        "fact",
        "statement",
        "interview",
    ]
)


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that the article keeps coming back to; `heads` are the tokens that name it."""

    head: int
    count: int
    rank: int
    heads: tuple[int, ...]


@dataclass(slots=True)
class Node:
    """A token that may head a target of an anchor, and how it was reached."""

    token: int
    route: str  # "here", "before", "topic"
    topic: Topic | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Option:
    """A target as it would be written: a stakeholder's id, or a label in words."""

    token: int
    form: str
    stakeholder: str | None
    label: str
    tokens: tuple[int, ...]
    words: frozenset[str] = field(init=False, compare=False)  # content words of the label

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", content_words(self.label))


@lru_cache(maxsize=20_000)
def content_words(label: str) -> frozenset[str]:
    """Words of a label that carry content, case folded."""
    import re

    return frozenset(re.findall(r"[^\W_]+", label.casefold())) - _STOP


_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "has",
        "have",
        "her",
        "his",
        "in",
        "is",
        "it",
        "its",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "out",
        "s",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "those",
        "to",
        "was",
        "were",
        "will",
        "with",
    ]
)


def topics(scene: Scene) -> list[Topic]:
    """What the article is about: nouns by how often, how early, how prominently they stand."""
    s = scene.syntax
    heads: dict[str, list[int]] = {}
    for i in range(s.size):
        if s.pos[i] == "NOUN" and s.lemma[i] not in _EMPTY and i not in scene.at:
            heads.setdefault(s.lemma[i], []).append(i)
    weights: list[tuple[float, str]] = []
    for lemma, places in heads.items():
        weight = float(len(places))
        weight += 1.5 * (s.paragraph[places[0]] <= 0) + 0.7 * (s.paragraph[places[0]] in (1, 2))
        weight += sum(0.3 for i in places if s.dep[i] in ("dobj", "nsubj", "nsubjpass"))
        weight += sum(0.4 for i in places if any(s.lower[c] == "the" for c in s.children[i]))
        weights.append((-weight, lemma))
    weights.sort()
    found = []
    for rank, (_, lemma) in enumerate(weights[:MOST_TOPICS]):
        places = heads[lemma]
        best = min(places, key=lambda i: (-min(3, _richness(scene, i)), i))
        found.append(Topic(best, len(places), rank, tuple(places)))
    return found


def _richness(scene: Scene, i: int) -> int:
    """How many words tell which one is meant, without clauses."""
    s = scene.syntax
    return sum(
        1 for c in s.children[i] if s.dep[c] in ("amod", "compound", "nummod", "poss", "prep")
    )


def nodes(scene: Scene, anchor: int, about: list[Topic]) -> list[Node]:
    """Possible targets of `anchor`: in its sentence, in the sentence before, topics."""
    s = scene.syntax
    number = s.sentence[anchor]
    start, end = s.sentences[number]
    near = paths_from(scene, anchor)
    found = []
    for i in range(start, end):
        pos = s.pos[i]
        if (
            pos in ("NOUN", "PROPN", "VERB")
            or i in scene.at
            or (pos in ("NUM", "ADJ", "PRON") and s.dep[i] in ("pobj", "dobj") and pos == "NUM")
            or i == anchor
        ) and (i in near or abs(i - anchor) < 8):
            if pos == "PROPN" and s.dep[i] == "compound" and i not in scene.at:
                continue
            found.append(Node(i, "here"))
    if number > 0:
        start, end = s.sentences[number - 1]
        before = [i for i in range(start, end) if s.pos[i] == "NOUN" or i in scene.at]
        ranked = sorted(before, key=lambda i: (s.dep[i] not in ("nsubj", "dobj", "nsubjpass"), -i))
        found.extend(Node(i, "before") for i in ranked[:_MOST_BEFORE])
    found.extend(Node(topic.head, "topic", topic) for topic in about)
    return found


def anaphor(scene: Scene, anchor: int) -> str:
    """The pronoun near `anchor` that may stand for its target, with its path; "--" for none."""
    s = scene.syntax
    for i, path in paths_from(scene, anchor).items():
        if (
            s.lower[i] in _ANAPHORA
            and s.pos[i] == "PRON"
            and path.count(">") + path.count("^") < 4
            and i not in scene.at
        ):
            return s.lower[i] + path
    return "--"


def options(scene: Scene, node: Node) -> list[Option]:
    """The ways to write the target at `node`."""
    s, i = scene.syntax, node.token
    found = []
    if i in scene.at:
        entity = scene.at[i][1]
        found.append(Option(i, "who", entity.id, entity.name, (i,)))
        if entity.kind is StakeholderKind.PERSON or s.pos[i] == "PRON":
            return found
    found.extend(
        Option(i, p.form, None, phrases.text_of(s, p), p.tokens) for p in _phrases(scene, i)
    )
    return [o for o in found if o.stakeholder or any(c.isalpha() for c in o.label)]


def _phrases(scene: Scene, i: int) -> list[Phrase]:
    s = scene.syntax
    if s.pos[i] in ("VERB", "AUX"):
        return list(phrases.of_verb(s, i))
    return list(phrases.of_noun(s, i))


def form_number(form: str) -> int:
    """The place of a form of phrase in the list of forms."""
    return _FORMS.index(form)
