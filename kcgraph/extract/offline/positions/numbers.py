"""What the boosted trees look at: numbers about a wording, numbers about a whole reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from kcgraph.extract.offline.positions import anchors, targets
from kcgraph.extract.offline.positions.frames import LABELS, frame_of
from kcgraph.extract.offline.positions.holders import Holder
from kcgraph.extract.offline.positions.paths import paths_from
from kcgraph.extract.offline.positions.rules import verdict
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.positions.syntax import CLAUSES, Syntax
from kcgraph.extract.offline.positions.targets import Node, Option, Topic

LEAST_SECOND = 0.1  # score of a second or third holder below which it is not looked at


@dataclass(slots=True)
class Proposal:
    """One anchor under one label with the best of its holders and targets."""

    anchor: int
    label: int
    odds: list[float]  # of each label at this anchor
    holders: list[Holder] = field(default_factory=list)
    options: list[tuple[Option, Node, float]] = field(default_factory=list)


class Facts:
    """What all readings of one article share."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.candidates = anchors.candidates(scene.syntax)
        self.topics: list[Topic] = targets.topics(scene)
        self.lemmas = Counter(scene.syntax.lemma)
        self.words = Counter(scene.syntax.lower)
        self._options: dict[int, list[Option]] = {}
        self._after: dict[int, tuple[float, float, float]] = {}
        self._wordings: dict[Option, tuple[list[float], list[float]]] = {}
        self.topic_of = {h: t for t in self.topics for h in t.heads}

    def options(self, node: Node) -> list[Option]:
        """The ways to write the target at `node`."""
        known = self._options.get(node.token)
        if known is None:
            known = self._options[node.token] = targets.options(self.scene, node)
        return known

    def wording(self, option: Option) -> tuple[list[float], list[float]]:
        """Numbers about a wording that no anchor changes."""
        known = self._wordings.get(option)
        if known is None:
            known = self._wordings[option] = self._wording(option)
        return known

    def _wording(self, option: Option) -> tuple[list[float], list[float]]:
        s, i, content = self.scene.syntax, option.token, option.words
        counts = [self.words[w] for w in content]
        definite, prepositions, clauses = self.dependents(i)
        return (
            [targets.form_number(option.form), len(option.tokens), len(content)],
            [
                self.lemmas[s.lemma[i]],
                min(counts, default=0),
                sum(counts) / (len(counts) or 1),
                definite,
                len(option.tokens) / max(1, s.right[i] - s.left[i] + 1),
                float(option.stakeholder is not None),
                float(any(c.isdigit() for c in option.label)),
                prepositions,
                clauses,
                option.tokens[-1] - option.tokens[0] + 1 - len(option.tokens),
                float(s.tag[i] == "VBG"),
            ],
        )

    def dependents(self, i: int) -> tuple[float, float, float]:
        """Of token `i`: is it definite, how many prepositions and how many clauses hang on it."""
        known = self._after.get(i)
        if known is None:
            s = self.scene.syntax
            deps = [s.dep[c] for c in s.children[i]]
            words = {s.lower[c] for c in s.children[i]}
            known = self._after[i] = (
                float(not words.isdisjoint(_DEFINITE)),
                float(deps.count("prep")),
                float(deps.count("relcl") + deps.count("acl")),
            )
        return known


_DEFINITE = frozenset({"the", "this", "that", "these", "those"})


class Elsewhere:
    """What the other proposals of the article say about a holder and about a target, by label."""

    def __init__(self, proposals: list[Proposal]) -> None:
        self._holders: dict[str, list[float]] = {}
        self._targets: dict[str, list[float]] = {}
        self._holds: dict[int, list[tuple[str, int, float]]] = {}  # by anchor: who, label, weight
        self._aims: dict[int, list[tuple[str, int, float]]] = {}
        for p in proposals:
            odds, label = p.odds[p.label], p.label
            weight = odds * p.holders[0].score
            for who in p.holders[0].ids:
                self._holders.setdefault(who, [0.0] * len(LABELS))[label] += weight
                self._holds.setdefault(p.anchor, []).append((who, label, weight))
            option, _, value = p.options[0]
            weight = odds * value
            for key in _keys(option):
                self._targets.setdefault(key, [0.0] * len(LABELS))[label] += weight
                self._aims.setdefault(p.anchor, []).append((key, label, weight))

    def holder(self, p: Proposal, holder: Holder) -> list[float]:
        """How much the holder is thought to say under each label at other anchors."""
        sums = list(self._holders.get(holder.ids[0], [0.0] * len(LABELS)))
        for who, label, weight in self._holds.get(p.anchor, ()):
            if who == holder.ids[0]:
                sums[label] -= weight
        return sums

    def target(self, p: Proposal, option: Option) -> list[float]:
        """The same for the target: the mean over the words of its label."""
        keys = _keys(option)
        sums = [0.0] * len(LABELS)
        for key in keys:
            for n, weight in enumerate(self._targets.get(key, ())):
                sums[n] += weight
        for key, label, weight in self._aims.get(p.anchor, ()):
            if key in keys:
                sums[label] -= weight
        return [x / (len(keys) or 1) for x in sums]


def _keys(option: Option) -> frozenset[str]:
    """What the target is known by: the stakeholder's id, or the words of the label."""
    return frozenset([option.stakeholder]) if option.stakeholder else option.words


def wording_row(
    facts: Facts, option: Option, node: Node, rank: int, best: float, label: int, anchor: int
) -> list[float]:
    """Numbers that tell a good wording from a bad one."""
    i = option.token
    topic = node.topic or facts.topic_of.get(i)
    size, own = facts.wording(option)
    return [
        node.score,
        rank,
        best - node.score,
        *size,
        label,
        _POS.get(facts.scene.syntax.pos[i], 0),
        _ROUTES[node.route],
        float(i == anchor),
        topic.rank if topic else 99,
        topic.count if topic else 0,
        *own,
        abs(i - anchor),
    ]


def acceptance_rows(
    facts: Facts, p: Proposal, near: list[Proposal], elsewhere: Elsewhere
) -> Iterator[tuple[Holder, Option, Node, list[float]]]:
    """Every holder of a proposal with every option, and numbers about that reading.

    `near` are the proposals of the same sentence.
    """
    anchor = _anchor_numbers(facts, p, near)
    of_option = [(*x, _option_numbers(facts, p, o, elsewhere)) for o, x in enumerate(p.options)]
    for h, holder in enumerate(p.holders):
        if h and holder.score < LEAST_SECOND:
            continue
        first, second, third = _holder_numbers(facts, p, h)
        last = elsewhere.holder(p, holder)
        for option, node, _, numbers in of_option:
            if option.stakeholder and option.stakeholder in holder.ids:
                continue
            row = anchor[0] + first + numbers[0] + anchor[1] + second + numbers[1] + anchor[2]
            yield holder, option, node, row + last + numbers[2] + anchor[3] + third + numbers[3]


def _anchor_numbers(facts: Facts, p: Proposal, near: list[Proposal]) -> list[list[float]]:
    scene = facts.scene
    s, i, odds = scene.syntax, p.anchor, p.odds
    label, frame = verdict(s, i)
    modal = next((s.lower[c] for c in s.children[i] if s.dep[c] == "aux"), "-")
    sentence = s.sentences[s.sentence[i]]
    others = [q for q in near if q.anchor != i]
    return [
        [
            odds[p.label],
            max(x for n, x in enumerate(odds) if n != p.label),
            max(q.odds[q.label] for q in near),
            p.label,
            sum(odds),
        ],
        [
            _ANCHOR_POS.get(s.pos[i], 0),
            _LISTED.get(frame.label if frame else "-", 0),
            _LISTED.get(label or "-", 0),
            float(s.is_negated(i)),
            _MODALS.get(modal, 0),
            float(s.quoted[i]),
            len(scene.covering[i]),
            float(i in scene.cued),
        ],
        [
            s.depth[i],
            sentence.end - sentence.start,
            s.sentence[i] / len(s.sentences),
            float(s.sentence[i] == 0),
            len(near),
            max((q.odds[q.label] for q in others), default=0.0),
            max((q.odds[q.label] for q in others if q.label == p.label), default=0.0),
            float(s.lower[sentence.end - 1] == "?"),
            facts.lemmas[s.lemma[i]],
        ],
        _clause_numbers(scene, i),
    ]


def _clause_numbers(scene: Scene, i: int) -> list[float]:
    """What kind of clause an anchor stands in, whose it is and under which word it is said."""
    s = scene.syntax
    own = s.child(i, "nsubj", "nsubjpass", "csubj")
    above = frame_of(s, s.head[i]) if s.head[i] != i else None
    cue = scene.covering[i][0].reading.cue if scene.covering[i] else None
    said = verdict(s, cue.start)[0] if cue else None
    return [
        _TAGS.get(s.tag[i], 0),
        _DEPS.get(s.dep[i], 0),
        float(s.is_passive(i)),
        _conditions(s, i),
        _subject_kind(scene, own),
        _subject_kind(scene, s.subject(i)) if own is None else -1.0,
        _LISTED.get(above.label if above else "-", 0),
        _LISTED.get(said or "-", 0),
    ]


def _conditions(s: Syntax, i: int) -> float:
    """How many clauses up a condition or question begins ("if", "unless", "whether"); 0 if none."""
    up = 1.0
    for j in (i, *s.ancestors(i)):
        if any(s.dep[c] == "mark" and s.lower[c] in _CONDITIONS for c in s.children[j]):
            return up
        if s.dep[j] in CLAUSES:
            up += 1
    return 0.0


def _subject_kind(scene: Scene, token: int | None) -> float:
    s = scene.syntax
    if token is None:
        return 0.0
    if s.lower[token] in ("i", "we"):
        return 1.0
    if token in scene.at:
        return 1 + _MENTIONS[scene.at[token][0].kind]
    return 5.0 if s.pos[token] == "PRON" else 6.0


def _holder_numbers(
    facts: Facts, p: Proposal, h: int
) -> tuple[list[float], list[float], list[float]]:
    scene, i, holder = facts.scene, p.anchor, p.holders[h]
    entity = scene.cast.by_id[holder.ids[0]]
    routes = set(holder.routes)
    covering, token = scene.covering[i], holder.token
    rival = p.holders[1] if len(p.holders) > 1 and h == 0 else p.holders[0]
    kind = 0.0
    if token is not None and token in scene.at:
        kind = _MENTIONS[scene.at[token][0].kind]
    return (
        [holder.score, h, p.holders[0].score - holder.score, rival.score, len(holder.ids)],
        [
            float(bool(covering) and not set(covering[0].sources).isdisjoint(holder.ids)),
            float("subject" in routes),
            float("inherited" in routes),
            float("rule" in routes),
            float(any(r.startswith("source") for r in routes)),
            float(any(r.startswith("before") for r in routes)),
            -99.0 if token is None else token - i,
            kind,
            _KINDS[entity.kind],
            len(entity.mentions),
            entity.confidence,
            float(holder.ids[0] in scene.speakers),
        ],
        [
            _DEPS.get(scene.syntax.dep[token], 0) if token is not None else -1,
            *_steps(scene, i, token),
            min((int(r[6]) for r in routes if r.startswith("before")), default=0),
            float("list" in routes),
        ],
    )


def _steps(scene: Scene, anchor: int, token: int | None) -> list[float]:
    """Steps up and down in the parse from the anchor to a word near it; -1 if there is none."""
    path = paths_from(scene, anchor).get(token) if token is not None else None
    return [-1.0, -1.0] if path is None else [path.count("^"), path.count(">")]


def _option_numbers(facts: Facts, p: Proposal, o: int, elsewhere: Elsewhere) -> list[list[float]]:
    s, (option, node, value) = facts.scene.syntax, p.options[o]
    rival = p.options[1] if len(p.options) > 1 and o == 0 else p.options[0]
    topic = node.topic or facts.topic_of.get(option.token)
    return [
        [
            value,
            o,
            p.options[0][2] - value,
            rival[2],
            node.score,
            targets.form_number(option.form),
            len(option.words),
            _ROUTES[node.route],
            float(option.token == p.anchor),
            float(option.stakeholder is not None),
            _POS.get(s.pos[option.token], 0),
        ],
        [
            option.token - p.anchor if node.route == "here" else -99.0,
            topic.rank if topic else 99,
            topic.count if topic else 0,
        ],
        elsewhere.target(p, option),
        [_DEPS.get(s.dep[option.token], 0), *_steps(facts.scene, p.anchor, option.token)],
    ]


_POS = {"NOUN": 1, "PROPN": 2, "VERB": 3, "AUX": 4, "NUM": 5, "PRON": 6, "ADJ": 7}
_ROUTES = {"here": 0, "before": 1, "topic": 2}
_ANCHOR_POS = {"VERB": 1, "NOUN": 2, "ADJ": 3, "AUX": 4, "ADP": 5, "ADV": 6, "SCONJ": 5}
_LISTED = {"-": 0, "demand": 1, "stance+": 2, "stance-": 3, "commitment": 4, "refusal": 5}
_MODALS = {"will": 1, "'ll": 1, "’ll": 1, "would": 2, "'d": 2, "’d": 2, "should": 3, "must": 3}
_MODALS |= {"can": 4, "could": 4, "may": 4, "might": 4, "to": 5, "has": 6, "have": 6, "had": 6}
_MODALS |= {"do": 7, "does": 7, "did": 7, "is": 8, "are": 8, "was": 8, "were": 8}
_MENTIONS = {"name": 1.0, "nominal": 2.0, "pronoun": 3.0}
_CONDITIONS = frozenset({"if", "unless", "whether", "should"})
_TAGS = {"VB": 1, "VBP": 2, "VBZ": 2, "VBD": 3, "VBN": 4, "VBG": 5, "NN": 6, "NNS": 7, "JJ": 8}
_DEPS = {
    dep: n
    for n, dep in enumerate(
        "ROOT conj ccomp xcomp advcl pcomp acl relcl nsubj nsubjpass dobj attr acomp oprd pobj"
        " poss appos amod agent prep".split(),
        1,
    )
}
_KINDS = {"person": 1.0, "organization": 2.0, "group": 3.0}
