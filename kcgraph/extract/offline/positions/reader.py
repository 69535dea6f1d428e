"""The learned reader: anchors, then holders, then targets, then which readings to believe.

    encoder ─▶ anchor (five labels) ─▶ holder, node of the target ─▶ wording (trees)
        ─▶ acceptance (trees) over anchor x label x holder x target ─▶ decoding

The trees were trained on what the encoder says about articles that it has not seen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kcgraph.extract.offline.encoder import Encoder, Layout
from kcgraph.extract.offline.positions import holders, targets
from kcgraph.extract.offline.positions.decoding import corroborate, decode, same_label
from kcgraph.extract.offline.positions.heads import AnchorHead, PairHead, shares
from kcgraph.extract.offline.positions.holders import Holder
from kcgraph.extract.offline.positions.numbers import (
    Elsewhere,
    Facts,
    Proposal,
    acceptance_rows,
    wording_row,
)
from kcgraph.extract.offline.positions.pairs import (
    anchor_codes,
    holder_codes,
    holder_place,
    node_codes,
    word_codes,
)
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.positions.syntax import Syntax
from kcgraph.extract.offline.positions.targets import Node, Option

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from kcgraph.extract.offline.positions.heads import Array

_TARGETS = frozenset({"NOUN", "PROPN", "VERB", "NUM"})
LEAST_ANCHOR = 0.12  # probability of a label below which an anchor is not looked at under it
MOST_HOLDERS = 3
LEAST_CONJUNCT = 0.5  # share, beside the likeliest one's, from which a conjunct is a target, too
MOST_NODES = 5
MOST_OPTIONS = 5


class Trees(Protocol):
    """Boosted trees: a row of numbers to a probability."""

    def predict(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """One probability a row."""


class Rival(Protocol):
    """One of several candidates."""

    score: float


@dataclass
class Stages:
    """The encoder and what is read off it."""

    encoder: Encoder
    anchor: AnchorHead
    holder: PairHead
    node: PairHead


@dataclass
class Model:
    """The trained stages and the acceptance from which a reading is told."""

    stages: Stages
    wording: Trees
    acceptance: Trees
    threshold: float
    calibration: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0))

    def confidence(self, score: float) -> float:
        """The share of readings of this score that are right, from the table of `calibration`."""
        below = self.calibration[0]
        for point in self.calibration:
            if score <= point[0]:
                width = point[0] - below[0]
                part = (score - below[0]) / width if width else 1.0
                return below[1] + part * (point[1] - below[1])
            below = point
        return below[1]


@dataclass(slots=True)
class Candidate:
    """A complete reading and how likely it is right."""

    proposal: Proposal
    holder: Holder
    option: Option
    node: Node
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """An article about to be read: what is known of it, and what the encoder is asked."""

    model: Model
    facts: Facts
    windows: Layout
    codes: npt.NDArray[np.int64]
    looked_at: list[int]

    def encode(self) -> Array:
        """The encoder's vectors of the tokens that are looked at, zeros for the others."""
        return self.model.stages.encoder.vectors(self.windows, self.codes, self.looked_at)

    def read(self, words: Array) -> list[Candidate]:
        """The article's readings, best first; `words` is what `encode` gave."""
        import numpy as np

        proposals = propose(self.facts, words, self.model.stages, self.model.wording)
        found, rows = complete(self.facts, proposals)
        if not found:
            return []
        scores = self.model.acceptance.predict(np.array(rows, dtype=np.float32)).tolist()
        for c, score in zip(found, scores, strict=True):
            c.score = score
        corroborate(self.facts, found)
        return decode(self.facts, found, self.model.threshold)


def plan(scene: Scene, model: Model, others: Collection[int] = ()) -> Plan:
    """What there is to do for the article's positions; `others` are more tokens to encode."""
    facts = Facts(scene)
    encoder = model.stages.encoder
    wanted = looked_at(facts, others)
    return Plan(model, facts, windows(scene, encoder), codes(facts), wanted)


def read(scene: Scene, model: Model) -> list[Candidate]:
    """The article's readings, best first."""
    article = plan(scene, model)
    return article.read(article.encode())


# --- the stages in turn -----------------------------------------------------------------------


def codes(facts: Facts) -> npt.NDArray[np.int64]:
    """What the encoder is told about each token beside the word."""
    import numpy as np

    return np.array(word_codes(facts.scene, facts.candidates), dtype=np.int64)


def looked_at(facts: Facts, others: Collection[int] = ()) -> list[int]:
    """Tokens whose vectors `propose` may look at, and `others`."""
    s = facts.scene.syntax
    subjects = {s.subject(i) for i in facts.candidates}
    chosen = {*facts.candidates, *facts.scene.at, *subjects, *others}
    return [i for i in range(s.size) if i in chosen or s.pos[i] in _TARGETS]


def vectors(facts: Facts, encoder: Encoder, others: Collection[int] = ()) -> Array:
    """The encoder's vectors of the tokens that are looked at, and of `others`."""
    return encoder.vectors(windows(facts.scene, encoder), codes(facts), looked_at(facts, others))


def windows(scene: Scene, encoder: Encoder) -> Layout:
    """How the article is laid out for the encoder."""
    s = scene.syntax
    words = [None if pos == "SPACE" else word for word, pos in zip(s.lower, s.pos, strict=True)]
    return encoder.layout(words, s.sentences, [s.paragraph[start] for start, _ in s.sentences])


def propose(facts: Facts, words: Array, stages: Stages, wording: Trees) -> list[Proposal]:
    """Anchors under each label that is likely enough, with the best of their holders and targets.

    `words` has the vector of every token.
    """
    import numpy as np

    scene = facts.scene
    places = facts.candidates
    if not places:
        return []
    proposals: list[Proposal] = []
    who: list[list[Holder]] = []
    what: list[list[Node]] = []
    said = [anchor_codes(scene, i) for i in places]
    for anchor, odds in zip(places, stages.anchor.odds(words[places], said).tolist(), strict=True):
        labels = [n for n, p in enumerate(odds) if p >= LEAST_ANCHOR]
        if not labels:
            continue
        found = holders.candidates(scene, anchor)
        nodes = targets.nodes(scene, anchor, facts.topics)
        if not found or not nodes:
            continue
        for label in labels:
            proposals.append(Proposal(anchor, label, odds))
            who.append([Holder(h.ids, h.token, h.routes) for h in found])
            what.append([Node(n.token, n.route, n.topic) for n in nodes])
    _score_holders(scene, words, stages.holder, proposals, who)
    score_nodes(facts, words, stages.node, proposals, what)
    rows: list[list[float]] = []
    drafts: list[list[tuple[Option, Node]]] = []
    for p, found, nodes in zip(proposals, who, what, strict=True):
        p.holders = sorted(found, key=lambda h: -h.score)[:MOST_HOLDERS]
        draft, these = worded(facts, p, nodes)
        drafts.append(draft)
        rows.extend(these)
    values = iter(wording.predict(np.array(rows, dtype=np.float32)).tolist() if rows else [])
    for p, draft in zip(proposals, drafts, strict=True):
        scored = [(o, n, next(values)) for o, n in draft]
        scored.sort(key=lambda x: -x[2])
        p.options = _distinct(scored)[:MOST_OPTIONS]
    return [p for p in proposals if p.options and p.holders]


def _score_holders(
    scene: Scene,
    words: Array,
    head: PairHead,
    proposals: Sequence[Proposal],
    found: Sequence[Sequence[Holder]],
) -> None:
    pairs = [(p, h) for p, row in zip(proposals, found, strict=True) for h in row]
    codes: dict[tuple[int, tuple[str, ...]], list[int]] = {}
    for p, h in pairs:
        if (p.anchor, h.ids) not in codes:
            codes[p.anchor, h.ids] = holder_codes(scene, p.anchor, h)
    scores = head.scores(
        words,
        [p.anchor for p, _ in pairs],
        [p.label for p, _ in pairs],
        [holder_place(scene, p.anchor, h) for p, h in pairs],
        [codes[p.anchor, h.ids] for p, h in pairs],
    ).tolist()
    _share(scores, found)


def score_nodes(
    facts: Facts,
    words: Array,
    head: PairHead,
    proposals: Sequence[Proposal],
    found: Sequence[Sequence[Node]],
) -> None:
    """Gives every possible target of a proposal its share of the probability."""
    pairs = [(p, n) for p, row in zip(proposals, found, strict=True) for n in row]
    codes: dict[int, list[list[int]]] = {}
    rows = []
    for p, row in zip(proposals, found, strict=True):
        if p.anchor not in codes:
            codes[p.anchor] = nodes_codes(facts, p.anchor, row)
        rows += codes[p.anchor]
    scores = head.scores(
        words,
        [p.anchor for p, _ in pairs],
        [p.label for p, _ in pairs],
        [n.token for _, n in pairs],
        rows,
    ).tolist()
    _share(scores, found)
    for row in found:
        pool(facts.scene.syntax, row)


def pool(s: Syntax, nodes: Sequence[Node]) -> None:
    """Gives those who stand coordinated the share of all of them: none is another's rival."""
    groups: dict[int, list[Node]] = {}
    for node in nodes:
        if node.route == "here":
            groups.setdefault(s.first_conjunct(node.token), []).append(node)
    for group in groups.values():
        best = max(node.score for node in group)
        near = [node for node in group if node.score >= LEAST_CONJUNCT * best]
        whole = sum(node.score for node in near)
        for node in near:
            node.score = whole


def nodes_codes(facts: Facts, anchor: int, found: Sequence[Node]) -> list[list[int]]:
    """The codes of an anchor's possible targets."""
    anaphor = targets.anaphor(facts.scene, anchor)
    return [
        node_codes(facts.scene, anchor, n, n.topic or facts.topic_of.get(n.token), anaphor)
        for n in found
    ]


def _share(scores: Sequence[float], found: Sequence[Sequence[Rival]]) -> None:
    """Gives every candidate its share of the probability among its rivals."""
    start = 0
    for row in found:
        for one, share in zip(row, shares(scores[start : start + len(row)]), strict=True):
            one.score = share
        start += len(row)


def worded(
    facts: Facts, p: Proposal, found: list[Node]
) -> tuple[list[tuple[Option, Node]], list[list[float]]]:
    """The wordings of the best nodes, and their rows."""
    best = sorted(found, key=lambda n: -n.score)[:MOST_NODES]
    draft, rows = [], []
    for rank, node in enumerate(best):
        for option in facts.options(node):
            draft.append((option, node))
            rows.append(wording_row(facts, option, node, rank, best[0].score, p.label, p.anchor))
    return draft, rows


def _distinct(scored: list[tuple[Option, Node, float]]) -> list[tuple[Option, Node, float]]:
    """Without wordings that say the same as a better one."""
    kept: list[tuple[Option, Node, float]] = []
    for item in scored:
        option = item[0]
        if any(
            k.stakeholder == option.stakeholder if option.stakeholder else same_label(k, option)
            for k, _, _ in kept
        ):
            continue
        kept.append(item)
    return kept


def complete(facts: Facts, proposals: list[Proposal]) -> tuple[list[Candidate], list[list[float]]]:
    """Every reading that the proposals allow, with its row for the acceptance."""
    by_sentence: dict[int, list[Proposal]] = {}
    sentence = facts.scene.syntax.sentence
    for p in proposals:
        by_sentence.setdefault(sentence[p.anchor], []).append(p)
    found, rows = [], []
    elsewhere = Elsewhere(proposals)
    for p in proposals:
        for holder, option, node, row in acceptance_rows(
            facts, p, by_sentence[sentence[p.anchor]], elsewhere
        ):
            found.append(Candidate(p, holder, option, node))
            rows.append(row)
    return found, rows
