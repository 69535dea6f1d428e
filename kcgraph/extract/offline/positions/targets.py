"""Targets: what an anchor may be about, and which wording of it a person would choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from kcgraph.extract.offline.positions import phrases
from kcgraph.extract.offline.positions.frames import frame_of
from kcgraph.extract.offline.positions.paths import paths_from
from kcgraph.extract.offline.positions.phrases import Phrase
from kcgraph.extract.offline.positions.rules import targets_of, verdict
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
    row: list[int] = field(default_factory=list)  # slots of its features


@dataclass(frozen=True, slots=True)
class Option:
    """A target as it would be written: a stakeholder's id, or a label in words."""

    token: int
    form: str
    stakeholder: str | None
    label: str
    tokens: tuple[int, ...]

    @property
    def words(self) -> frozenset[str]:
        """Content words of the label."""
        return content_words(self.label)


@lru_cache(maxsize=20_000)
def content_words(label: str) -> frozenset[str]:
    """Words of a label that carry content, case folded."""
    import re

    return frozenset(re.findall(r"[^\W_]+", label.casefold())) - _STOP


# Names of the node features that also count separately under each label.
_BY_LABEL = frozenset("pt hr f1 f1l f2 ru0 tr ta tg ro w p ptp ba k".split())

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


class View:
    """What is asked of every target candidate of one anchor, computed once."""

    def __init__(self, scene: Scene, anchor: int, about: list[Topic]) -> None:
        s = scene.syntax
        self.scene, self.anchor = scene, anchor
        self.rank = {s.lemma[t.head]: t.rank for t in about}
        self.near = paths_from(scene, anchor)
        label, frame = verdict(s, anchor)
        self.listed = frame.label if frame else "-"
        self.ruled = targets_of(s, anchor, label, frame)[:2] if label and frame else []
        self.anaphor = "-"
        for i, path in self.near.items():
            if (
                s.lower[i] in _ANAPHORA
                and s.pos[i] == "PRON"
                and path.count(">") + path.count("^") < 4
            ):
                if i in scene.at:
                    continue
                self.anaphor = s.lower[i]
                self.anaphor_path = path
                break
        else:
            self.anaphor_path = "-"
        self.lemma = s.lemma[anchor]
        self.pos = s.pos[anchor]
        self.has_object = str(s.child(anchor, "dobj", "xcomp", "ccomp", "attr", "prep") is not None)

    def features(self, node: Node) -> tuple[list[str], list[str]]:
        """Feature strings of the pair (anchor, node), without the label of the position.

        Also those among them that count separately under each label.
        """
        found = self._features(node)
        return found, [f for f in found if f[: f.find("=")] in _BY_LABEL]

    def _features(self, node: Node) -> list[str]:
        s, i, anchor = self.scene.syntax, node.token, self.anchor
        pos, lemma = s.pos[i], s.lemma[i]
        who = "-"
        if i in self.scene.at:
            mention, entity = self.scene.at[i]
            who = entity.kind[:2] + mention.kind[:2]
        det = next((s.lower[c] for c in s.children[i] if s.dep[c] in ("det", "poss")), "-")
        if det not in ("the", "a", "an", "this", "that", "no", "any", "-", "these", "those"):
            det = "poss"
        f = ["b", "ro=" + node.route, "p=" + pos, "w=" + who, "k=" + lemma + pos, "dt=" + det + pos]
        if node.topic is None:
            rank = str(self.rank.get(lemma, "-"))
            f += ["hr=" + node.route + rank, "hd=" + rank + det]
        if node.topic is not None:
            t = node.topic
            behind = max((h for h in t.heads if h < anchor), default=-1)
            gap = "-" if behind < 0 else str(min(4, (s.sentence[anchor] - s.sentence[behind])))
            f += ["tr=" + str(t.rank), "tc=" + str(min(6, t.count)), "tg=" + gap]
            f += [
                "ta=" + self.anaphor,
                "tap=" + self.anaphor_path,
                "tar=" + self.anaphor + str(t.rank),
            ]
            f += ["tag=" + str(self.anaphor != "-") + gap, "th=" + self.has_object + self.pos]
            f += ["tl=" + self.listed + str(t.rank), "tla=" + self.listed + self.anaphor]
            return f
        if node.route == "before":
            dep = s.dep[i]
            f += [
                "bd=" + dep,
                "ba=" + self.anaphor,
                "bda=" + dep + self.anaphor,
                "bp=" + self.anaphor_path,
            ]
            f += ["bl=" + self.listed + self.has_object, "bw=" + who + self.anaphor]
            return f
        path = "self" if i == anchor else self.near.get(i, "far")
        side = "<" if i < anchor else ">"
        steps = path.replace("^", " ^").replace(">", " >").split()
        first = steps[0] if steps else "-"
        last = steps[-1] if steps else "-"
        f += ["pt=" + path, "ptl=" + path + self.lemma, "pts=" + path + self.listed]
        f += ["ptp=" + path + pos, "ptw=" + path + who, "f1=" + first, "f1l=" + first + self.lemma]
        f += ["f1p=" + first + pos + str(len(steps)), "la=" + last + str(len(steps)), "s=" + side]
        f += ["f2=" + "".join(steps[:2]), "f2l=" + "".join(steps[:2]) + self.lemma]
        f += ["n=" + str(len(steps)), "ds=" + side + str(min(8, abs(i - anchor) // 2))]
        f += ["ru=" + str(i in self.ruled), "ru0=" + str(bool(self.ruled) and i == self.ruled[0])]
        f += ["dp=" + s.dep[i] + pos, "qq=" + str(s.quoted[i]) + str(s.quoted[anchor])]
        f += ["wl=" + who + self.listed, "ap=" + self.pos + path, "em=" + str(lemma in _EMPTY)]
        framed = frame_of(s, i)
        f.append("nf=" + (framed.label if framed else "-") + pos)
        f.append("dd=" + det + path)
        if pos == "VERB":
            f += ["vt=" + s.tag[i] + path, "vo=" + str(s.child(i, "dobj") is not None)]
        return f


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
