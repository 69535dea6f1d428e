"""The learned reader: anchors, then holders, then targets, then which readings to believe.

    anchor (linear, five labels) ─▶ holders (linear) ─▶ targets: node (linear), wording (trees)
        ─▶ acceptance (trees) over anchor x label x holder x target ─▶ decoding

Every stage was trained on what the stage before says about articles that it has not seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from kcgraph.extract.offline.positions import anchors, holders, targets
from kcgraph.extract.offline.positions.frames import LABELS, frame_of
from kcgraph.extract.offline.positions.holders import Holder
from kcgraph.extract.offline.positions.linear import Linear, shifted, slots
from kcgraph.extract.offline.positions.rules import verdict
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.positions.targets import Node, Option, Topic, View

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

BELIEF_SCALE = 0.1  # of every feature in the belief, instead of scaling rows to length 1
LEAST_ANCHOR = 0.07  # probability of a label below which an anchor is not looked at under it
MOST_HOLDERS = 3
MOST_NODES = 5
MOST_OPTIONS = 5
# Places in the belief's table are moved by this much for each label and role.
_SHIFT = 104_729
# Node features that are also counted separately under each label.
_BY_LABEL = (
    "pt=",
    "f1=",
    "f1l=",
    "f2=",
    "ru0=",
    "tr=",
    "ta=",
    "tg=",
    "ro=",
    "w=",
    "p=",
    "ptp=",
    "ba=",
    "k=",
)


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
class Proposal:
    """One anchor under one label with the best of its holders and targets."""

    anchor: int
    label: int
    odds: list[float]  # of each label at this anchor
    row: list[int] = field(default_factory=list)  # slots of the anchor's features, under the label
    holders: list[Holder] = field(default_factory=list)
    options: list[tuple[Option, Node, float]] = field(default_factory=list)


@dataclass(slots=True)
class Candidate:
    """A complete reading and how likely it is right."""

    proposal: Proposal
    holder: Holder
    option: Option
    node: Node
    score: float = 0.0


class Facts:
    """What all readings of one article share."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.topics: list[Topic] = targets.topics(scene)
        self.lemmas = Counter(scene.syntax.lemma)
        self.words = Counter(scene.syntax.lower)
        self.topic_of = {h: t for t in self.topics for h in t.heads}


# --- what the stages look at ----------------------------------------------------------------------


def holder_rows(scene: Scene, anchor: int, found: list[Holder], label: int) -> list[list[int]]:
    """One row of slots for each candidate holder."""
    frame = frame_of(scene.syntax, anchor)
    what = (LABELS[label], frame.label if frame else "-")
    return [slots(holders.features(scene, anchor, h, what)) for h in found]


def node_rows(view: View, found: list[Node]) -> list[list[str]]:
    """One list of feature strings for each node, without the label."""
    return [view.features(n) for n in found]


def with_label(features: list[str], label: int) -> list[int]:
    """Slots of the node's features together with the label."""
    mark = LABELS[label]
    extra = [mark + f for f in features if f.startswith(_BY_LABEL)]
    return slots(features + extra)


def wording_row(
    facts: Facts, option: Option, node: Node, rank: int, best: float, label: int, anchor: int
) -> list[float]:
    """Numbers that tell a good wording from a bad one."""
    s = facts.scene.syntax
    i = option.token
    content = option.words
    counts = [facts.words[w] for w in content]
    topic = node.topic or facts.topic_of.get(i)
    definite = any(s.lower[c] in ("the", "this", "that", "these", "those") for c in s.children[i])
    whole = max(1, s.right[i] - s.left[i] + 1)
    return [
        node.score,
        rank,
        best - node.score,
        targets.form_number(option.form),
        len(option.tokens),
        len(content),
        label,
        _POS.get(s.pos[i], 0),
        _ROUTES[node.route],
        float(i == anchor),
        topic.rank if topic else 99,
        topic.count if topic else 0,
        facts.lemmas[s.lemma[i]],
        min(counts, default=0),
        sum(counts) / (len(counts) or 1),
        float(definite),
        len(option.tokens) / whole,
        float(option.stakeholder is not None),
        float(any(c.isdigit() for c in option.label)),
        sum(1 for c in s.children[i] if s.dep[c] == "prep"),
        sum(1 for c in s.children[i] if s.dep[c] in ("relcl", "acl")),
        option.tokens[-1] - option.tokens[0] + 1 - len(option.tokens),
        float(s.tag[i] == "VBG"),
        abs(i - anchor),
    ]


_POS = {"NOUN": 1, "PROPN": 2, "VERB": 3, "AUX": 4, "NUM": 5, "PRON": 6, "ADJ": 7}
_ROUTES = {"here": 0, "before": 1, "topic": 2}
_ANCHOR_POS = {"VERB": 1, "NOUN": 2, "ADJ": 3, "AUX": 4, "ADP": 5, "ADV": 6, "SCONJ": 5, "PROPN": 7}


def acceptance_row(
    facts: Facts, p: Proposal, h: int, o: int, strongest: float, near: list[Proposal]
) -> list[float]:
    """Numbers about a whole reading: proposal `p` with its holder number `h` and option `o`."""
    scene = facts.scene
    s, i = scene.syntax, p.anchor
    holder, (option, node, value) = p.holders[h], p.options[o]
    label, frame = verdict(s, i)
    odds = p.odds
    rest = max(x for n, x in enumerate(odds) if n != p.label)
    entity = scene.cast.by_id[holder.ids[0]]
    routes = set(holder.routes)
    modal = next((s.lower[c] for c in s.children[i] if s.dep[c] == "aux"), "-")
    sentence = s.sentences[s.sentence[i]]
    ht = holder.token
    covering = scene.covering[i]
    topic = node.topic or facts.topic_of.get(option.token)
    return [
        odds[p.label],
        rest,
        strongest,
        p.label,
        sum(odds),
        holder.score,
        h,
        p.holders[0].score - holder.score,
        p.holders[1].score if len(p.holders) > 1 and h == 0 else p.holders[0].score,
        len(holder.ids),
        value,
        o,
        p.options[0][2] - value,
        p.options[1][2] if len(p.options) > 1 and o == 0 else p.options[0][2],
        node.score,
        targets.form_number(option.form),
        len(option.words),
        _ROUTES[node.route],
        float(option.token == i),
        float(option.stakeholder is not None),
        float(option.stakeholder in holder.ids),
        _POS.get(s.pos[option.token], 0),
        _ANCHOR_POS.get(s.pos[i], 0),
        _LISTED.get(frame.label if frame else "-", 0),
        _LISTED.get(label or "-", 0),
        float(s.is_negated(i)),
        _MODALS.get(modal, 0),
        float(s.quoted[i]),
        len(covering),
        float(bool(covering) and bool(set(covering[0].sources) & set(holder.ids))),
        float(i in scene.cued),
        float("subject" in routes),
        float("inherited" in routes),
        float("rule" in routes),
        float(any(r.startswith("source") for r in routes)),
        float(any(r.startswith("before") for r in routes)),
        -99.0 if ht is None else ht - i,
        0.0 if ht is None or ht not in scene.at else _MENTIONS[scene.at[ht][0].kind],
        _KINDS[entity.kind],
        len(entity.mentions),
        entity.confidence,
        float(holder.ids[0] in scene.speakers),
        option.token - i if node.route == "here" else -99.0,
        topic.rank if topic else 99,
        topic.count if topic else 0,
        s.depth[i],
        sentence.end - sentence.start,
        s.sentence[i] / len(s.sentences),
        float(s.sentence[i] == 0),
        len(near),
        max((q.odds[q.label] for q in near if q.anchor != i), default=0.0),
        max((q.odds[q.label] for q in near if q.anchor != i and q.label == p.label), default=0.0),
        float(s.lower[sentence.end - 1] in ("?",)),
        facts.lemmas[s.lemma[i]],
    ]


_LISTED = {"-": 0, "demand": 1, "stance+": 2, "stance-": 3, "commitment": 4, "refusal": 5}
_MODALS = {"will": 1, "'ll": 1, "’ll": 1, "would": 2, "'d": 2, "’d": 2, "should": 3, "must": 3}
_MODALS |= {"can": 4, "could": 4, "may": 4, "might": 4, "to": 5, "has": 6, "have": 6, "had": 6}
_MODALS |= {"do": 7, "does": 7, "did": 7, "is": 8, "are": 8, "was": 8, "were": 8}
_MENTIONS = {"name": 1.0, "nominal": 2.0, "pronoun": 3.0}
_KINDS = {"person": 1.0, "organization": 2.0, "group": 3.0}


# --- the stages in turn -----------------------------------------------------------------------


def propose(
    facts: Facts,
    chosen: list[tuple[int, list[float]]],
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
        view = View(scene, anchor)
        found = targets.nodes(scene, anchor, facts.topics)
        strings = node_rows(view, found)
        who = holders.candidates(scene, anchor)
        if not who or not found:
            continue
        for label in labels:
            proposals.append(Proposal(anchor, label, odds, shifted(row, _SHIFT * (label + 1))))
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
        for option in targets.options(facts.scene, node):
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


def belief_rows(c: Candidate) -> tuple[list[int], list[int], list[int]]:
    """What the belief adds up for a reading: anchor, holder and target, each under its label."""
    return (
        c.proposal.row,
        shifted(c.holder.row, 7 * _SHIFT),
        shifted(c.node.row, 8 * _SHIFT),
    )


def believe(model: Linear, found: list[Candidate]) -> npt.NDArray[np.float32]:
    """Log-odds of each reading and their three parts, from sparse features: (n, 4)."""
    import numpy as np

    parts = []
    for role in range(3):
        places: dict[int, int] = {}
        rows: list[list[int]] = []
        index = []
        for c in found:
            owner = (c.proposal, c.holder, c.node)[role]
            if id(owner) not in places:
                places[id(owner)] = len(rows)
                rows.append(belief_rows(c)[role])
            index.append(places[id(owner)])
        parts.append(model.sums(rows)[:, 0][np.array(index, dtype=np.int64)] * BELIEF_SCALE)
    whole = parts[0] + parts[1] + parts[2] + model.bias[0]
    return np.stack([whole, *parts], axis=1)


def complete(facts: Facts, proposals: list[Proposal]) -> tuple[list[Candidate], list[list[float]]]:
    """Every reading that the proposals allow, with its row for the acceptance."""
    by_sentence: dict[int, list[Proposal]] = {}
    sentence = facts.scene.syntax.sentence
    for p in proposals:
        by_sentence.setdefault(sentence[p.anchor], []).append(p)
    found, rows = [], []
    for p in proposals:
        near = by_sentence[sentence[p.anchor]]
        strongest = max(q.odds[q.label] for q in near)
        for h, holder in enumerate(p.holders):
            if h and holder.score < 0.1:
                continue
            for o, (option, node, _) in enumerate(p.options):
                if option.stakeholder in holder.ids and option.stakeholder:
                    continue
                found.append(Candidate(p, holder, option, node))
                rows.append(acceptance_row(facts, p, h, o, strongest, near))
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


def _goes_with(first, k: Candidate, c: Candidate) -> bool:  # type: ignore[no-untyped-def]
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

    result: npt.NDArray[np.float32] = 1 / (1 + np.exp(-odds))
    return result


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
