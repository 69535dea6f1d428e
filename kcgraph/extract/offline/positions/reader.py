"""The learned reader: anchors, then holders, then targets, then which readings to believe.

    anchor (linear, five labels) ─▶ holders (linear) ─▶ targets: node (linear), wording (trees)
        ─▶ acceptance (trees) over anchor x label x holder x target ─▶ decoding

Every stage was trained on what the stage before says about articles that it has not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kcgraph.extract.offline.positions import anchors, holders, targets
from kcgraph.extract.offline.positions.frames import LABELS, frame_of
from kcgraph.extract.offline.positions.holders import Holder
from kcgraph.extract.offline.positions.linear import Linear, slots
from kcgraph.extract.offline.positions.numbers import (
    Elsewhere,
    Facts,
    Proposal,
    acceptance_rows,
    wording_row,
)
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.positions.targets import Node, Option, View

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

BELIEF_SCALE = 0.1  # of every feature in the belief, instead of scaling rows to length 1
LEAST_ANCHOR = 0.12  # probability of a label below which an anchor is not looked at under it
MOST_HOLDERS = 3
MOST_NODES = 5
MOST_OPTIONS = 5
# Places in the belief's table are moved by this much for each label and role.
_SHIFT = 104_729


class Trees(Protocol):
    """Boosted trees: a row of numbers to a probability."""

    def predict(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """One probability a row."""


@dataclass
class Model:
    """The trained stages and the acceptance from which a reading is told."""

    anchor: Linear
    holder: Linear
    node: Linear
    wording: Trees
    belief: Linear
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


# --- what the stages look at ----------------------------------------------------------------------


def holder_rows(scene: Scene, anchor: int, found: list[Holder], label: int) -> list[list[int]]:
    """One row of slots for each candidate holder."""
    frame = frame_of(scene.syntax, anchor)
    what = (LABELS[label], frame.label if frame else "-")
    return [slots(holders.features(scene, anchor, h, what)) for h in found]


def node_rows(view: View, found: list[Node]) -> list[tuple[list[int], list[str]]]:
    """For each node the slots of its features, and the features that count under each label."""
    features = [view.features(n) for n in found]
    return [(slots(every), labelled) for every, labelled in features]


def with_label(row: tuple[list[int], list[str]], label: int) -> list[int]:
    """Slots of the node's features together with the label."""
    mark = LABELS[label]
    return row[0] + slots([mark + f for f in row[1]])


# --- the stages in turn -----------------------------------------------------------------------


def propose(
    facts: Facts,
    chosen: list[tuple[int, list[float], list[int]]],
    holder_model: Linear,
    node_model: Linear,
    wording: Trees,
) -> list[Proposal]:
    """Proposals for anchors with their label probabilities."""
    import numpy as np

    scene = facts.scene
    proposals: list[Proposal] = []
    holder_lists: list[list[Holder]] = []
    node_lists: list[list[Node]] = []
    h_rows: list[list[int]] = []
    n_rows: list[list[int]] = []
    for anchor, odds, row in chosen:
        labels = [n for n, p in enumerate(odds) if p >= LEAST_ANCHOR]
        if not labels:
            continue
        view = View(scene, anchor, facts.topics)
        found = targets.nodes(scene, anchor, facts.topics)
        strings = node_rows(view, found)
        who = holders.candidates(scene, anchor)
        if not who or not found:
            continue
        words = slots(scene.sentence_words(scene.syntax.sentence[anchor]))
        for label in labels:
            proposals.append(Proposal(anchor, label, odds, row + words))
            holder_lists.append([Holder(h.ids, h.token, h.routes) for h in who])
            node_lists.append([Node(n.token, n.route, n.topic) for n in found])
            h_rows.extend(holder_rows(scene, anchor, who, label))
            n_rows.extend(with_label(f, label) for f in strings)
    h_scores = iter(_probability(holder_model.scores(h_rows)[:, 0]).tolist())
    n_scores = iter(_probability(node_model.scores(n_rows)[:, 0]).tolist())
    rows: list[list[float]] = []
    drafts: list[list[tuple[Option, Node]]] = []
    h_taken, n_taken = iter(h_rows), iter(n_rows)
    for p, who, found in zip(proposals, holder_lists, node_lists, strict=True):
        for h in who:
            h.score, h.row = next(h_scores), next(h_taken)
        for n in found:
            n.score, n.row = next(n_scores), next(n_taken)
        p.holders = sorted(who, key=lambda h: -h.score)[:MOST_HOLDERS]
        draft, these = worded(facts, p, found)
        drafts.append(draft)
        rows.extend(these)
    values = iter(wording.predict(np.array(rows, dtype=np.float32)).tolist() if rows else [])
    for p, draft in zip(proposals, drafts, strict=True):
        scored = [(o, n, next(values)) for o, n in draft]
        scored.sort(key=lambda x: -x[2])
        p.options = _distinct(scored)[:MOST_OPTIONS]
    return [p for p in proposals if p.options and p.holders]


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


def same_label(a: Option, b: Option) -> bool:
    """Whether two labels share half of their content words."""
    if a.stakeholder or b.stakeholder:
        return a.stakeholder is not None and a.stakeholder == b.stakeholder
    shared, union = a.words & b.words, a.words | b.words
    return bool(union) and len(shared) / len(union) >= 0.5


def belief_rows(c: Candidate) -> tuple[tuple[list[int], int], ...]:
    """What the belief adds up for a reading: slots and their shift for anchor, holder, target."""
    return (
        (c.proposal.row, _SHIFT * (c.proposal.label + 1)),
        (c.holder.row, _SHIFT * 7),
        (c.node.row, _SHIFT * 8),
    )


def believe(model: Linear, found: list[Candidate]) -> npt.NDArray[np.float32]:
    """Log-odds of each reading and their three parts, from sparse features: (n, 4)."""
    import numpy as np

    parts = []
    for role in range(3):
        places: dict[int, int] = {}
        rows: list[list[int]] = []
        shifts: list[int] = []
        index = []
        for c in found:
            owner = (c.proposal, c.holder, c.node)[role]
            if id(owner) not in places:
                places[id(owner)] = len(rows)
                row, shift = belief_rows(c)[role]
                rows.append(row)
                shifts.append(shift)
            index.append(places[id(owner)])
        sums = model.sums(rows, shifts)[:, 0]
        parts.append(sums[np.array(index, dtype=np.int64)] * BELIEF_SCALE)
    whole = parts[0] + parts[1] + parts[2] + model.bias[0]
    return np.stack([whole, *parts], axis=1)


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


def decode(facts: Facts, found: list[Candidate], threshold: float) -> Iterator[Candidate]:
    """The readings to tell, the best first.

    One target for each anchor, label and holder unless coordinated with it; no holder says the same
    twice; no anchor both backs and rejects.
    """
    s = facts.scene.syntax
    kept: list[Candidate] = []
    for c in sorted(found, key=lambda c: -c.score):
        if c.score < threshold:
            break
        if all(_goes_with(s.first_conjunct, k, c) for k in kept):
            kept.append(c)
            yield c


def _goes_with(first: Callable[[int], int], k: Candidate, c: Candidate) -> bool:
    """Whether both readings can be told; `first` gives the first conjunct of a token."""
    a, b = k.proposal, c.proposal
    shared = set(k.holder.ids) & set(c.holder.ids)
    if a.anchor == b.anchor:
        if not shared and a.label == b.label:
            return False  # one holder (or joint holders) for one anchor
        if (
            shared
            and a.label != b.label
            and {LABELS[a.label], LABELS[b.label]} == {"stance+", "stance-"}
        ):
            return False
        if a.label == b.label and first(k.option.token) != first(c.option.token):
            return False
        if a.label != b.label and same_label(k.option, c.option):
            return False
    if shared and a.label == b.label:
        return not same_label(k.option, c.option)
    return True


def _probability(odds: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    import numpy as np

    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float32)


def anchor_odds(model: Linear, scene: Scene) -> list[tuple[int, list[float], list[int]]]:
    """Anchors with the probability of each label and the slots of their features."""
    found = anchors.candidates(scene.syntax)
    rows = [slots(anchors.features(scene, i)) for i in found]
    scores = _probability(model.scores(rows)).tolist()
    return list(zip(found, scores, rows, strict=True))


def read(scene: Scene, model: Model) -> list[Candidate]:
    """The article's readings, best first."""
    import numpy as np

    facts = Facts(scene)
    chosen = [a for a in anchor_odds(model.anchor, scene) if max(a[1]) >= LEAST_ANCHOR]
    proposals = propose(facts, chosen, model.holder, model.node, model.wording)
    found, rows = complete(facts, proposals)
    if not found:
        return []
    inputs = np.hstack([np.array(rows, dtype=np.float32), believe(model.belief, found)])
    for c, score in zip(found, model.acceptance.predict(inputs).tolist(), strict=True):
        c.score = score
    return list(decode(facts, found, model.threshold))
