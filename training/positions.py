"""Train the position model: encoder and heads, wordings, acceptance.

    python -m training.positions --start FILE --directed FILE --fits DIR --articles data/training \
        --out data/models

Trees learn from what the encoder says about articles that it has not seen (two folds), and
everything learns from each article twice: with the cast that the extractor finds, and with that of
the annotation. `--records DIR --texts DIR` add annotated articles whose text lies elsewhere;
`--hold-out` leaves one article in five out, for choices, and reports on them. `--fits DIR` keeps
the encoder of each fold and takes it from there the next time. An article's fold depends on its
name alone, so what was unseen stays unseen. `training/encoder.py` makes the file that `--start`
names; `training/more.py` teaches what ships articles that have been added.
"""

from __future__ import annotations

import argparse
import math
import pickle
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
from sklearn.isotonic import IsotonicRegression

from kcgraph.evaluate import compare
from kcgraph.evaluate.score import Tally, count_matches
from kcgraph.extract.offline.encoder import Encoder, network
from kcgraph.extract.offline.encoder.pieces import Pieces
from kcgraph.extract.offline.positions import anchors, holders, pairs, reader, store, targets
from kcgraph.extract.offline.positions.decoding import corroborate, decode
from kcgraph.extract.offline.positions.frames import KIND, LABELS, frame_of
from kcgraph.extract.offline.positions.heads import AnchorHead, PairHead
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.types import chars
from kcgraph.model import Polarity, Position, Target
from training import encoder as teacher
from training import position_data as data

FOLDS = 2
EPOCHS, WHOLE_EPOCHS = 4, 3  # of the encoder; all articles are twice as many as those of a fold
SEED = 7
WAYS = ("exact", "any kind", "strict")  # of comparing, see `kcgraph.evaluate`
GOLD_CAST_WEIGHT = 0.5  # of the second reading of every article, with the annotation's cast
OTHER_WEIGHT = 0.6  # of articles that are not civic disputes
OPTIONAL_WEIGHT = 0.4  # of readings that match an optional position
RIVAL = 1.0  # words of a passage whose score is this near to the anchor's say the same
RIVAL_WEIGHT = 0.3  # of teaching that they say nothing
SLACK = 0.002  # of F1, for the acceptance from which readings are told
SOME = 0.4  # by how much worse than all the holders of a joint act a few of them are
ODDS_WEIGHT = 0.7  # of an encoder's odds beside the other reasons to take a word as anchor
LABEL_OF = {kind: n for n, kind in enumerate(KIND.values())}
TREES = {
    "num_leaves": 15,
    "learning_rate": 0.06,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "verbose": -1,
    "num_threads": 1,
    "seed": SEED,
    "deterministic": True,
}
Parts = Callable[[data.Example], tuple[Any, Any]]
Odds = dict[int, dict[int, list[float]]]  # id of a case -> anchor -> odds of each label
CASTS: dict[str, Parts] = {"own cast": data.predicted_parts, "gold cast": data.gold_parts}


@dataclass
class Case:
    """One article ready for training: its scene, who is who, where each position is said."""

    example: data.Example
    scene: Scene
    people: dict[str, str]  # entity id -> id of the annotated stakeholder
    sentences: compare.Sentences
    weight: float
    candidates: list[int]
    aligned: dict[int, int] = field(default_factory=dict)  # number of the position -> anchor
    rivals: set[tuple[int, int]] = field(default_factory=set)  # (anchor, label) almost as good
    gold_cast: bool = False

    @property
    def fold(self) -> int:
        """The part of the articles that it is in."""
        return self.example.number % FOLDS

    def said(self) -> dict[tuple[int, int], list[Position]]:
        """The annotated positions at each (anchor, label)."""
        found = defaultdict(list)
        for number, anchor in self.aligned.items():
            position = self.example.gold.positions[number]
            found[anchor, label_of(position)].append(position)
        return found


@dataclass
class Readings:
    """Every reading of one article with its numbers and how right it is."""

    case: Case
    facts: reader.Facts
    found: list[reader.Candidate]
    rows: list[list[float]]
    right: np.ndarray
    weight: np.ndarray


def prepare(example: data.Example, parts: Parts) -> Case:
    """The case of an article under the cast and attributions that `parts` gives."""
    cast, links = parts(example)
    gold = parts is data.gold_parts
    people = {e.id: e.id for e in cast.entities} if gold else data.people(example, cast)
    scene = Scene(example.doc, cast, links)
    weight = 1.0 if example.group == "fictional" else OTHER_WEIGHT
    return Case(
        example,
        scene,
        people,
        compare.Sentences(example.article.text),
        weight * (GOLD_CAST_WEIGHT if gold else 1.0),
        anchors.candidates(scene.syntax),
        gold_cast=gold,
    )


def label_of(position: Position) -> int:
    """The number of the position's label; `mixed` is learnt as support."""
    if position.polarity is Polarity.MIXED:
        return LABELS.index("stance+")
    return LABEL_OF[position.kind, position.polarity]


# --- where a position is said ---------------------------------------------------------------------


def align(cases: Sequence[Case], odds: Odds | None = None, rounds: int = 3) -> None:
    """Finds the anchor of every annotated position, as in expectation maximization.

    Each round takes the best-scoring anchor in the passage; what words it chose under a label then
    counts in the next round. `odds` are those of encoders that have not seen the cases: of two
    words that say the same, the one that a reader would find.
    """
    association: dict[tuple[str, str, int], float] = {}
    for _ in range(rounds):
        chosen: Counter[tuple[str, str, int]] = Counter()
        of_label: Counter[int] = Counter()
        words: Counter[tuple[str, str]] = Counter()
        for case in cases:
            s = case.scene.syntax
            words.update((s.lemma[i], s.pos[i]) for i in case.candidates)
            case.aligned, case.rivals = {}, set()
            own = (odds or {}).get(id(case), {})
            for number, position in enumerate(case.example.gold.positions):
                label = label_of(position)
                scored = _scored_anchors(case, position, association, own)
                if scored:
                    best, anchor = max(scored, key=lambda x: (x[0], -x[1]))
                    case.aligned[number] = anchor
                    case.rivals |= {(i, label) for score, i in scored if score > best - RIVAL}
                    chosen[s.lemma[anchor], s.pos[anchor], label] += 1
                    of_label[label] += 1
        total = sum(words.values())
        association = {
            (lemma, pos, label): math.log(
                (count + 0.5) / (words[lemma, pos] + 4.0) / (of_label[label] / total)
            )
            for (lemma, pos, label), count in chosen.items()
        }


def _scored_anchors(
    case: Case,
    position: Position,
    association: dict[tuple[str, str, int], float],
    odds: dict[int, list[float]],
) -> list[tuple[float, int]]:
    known, label = set(case.candidates), label_of(position)
    passages = data.evidence_tokens(case.example, position)[:2]
    inside = [i for span in passages for i in range(*span) if i in known]
    wanted: set[str] = set()
    for phrase in position.target.issue:
        wanted |= set(compare.content_words(phrase))
    scored = []
    for i in inside:
        score = _anchor_score(case, i, position, wanted, association)
        if odds:
            score += ODDS_WEIGHT * math.log(max(odds[i][label], 0.005))
        scored.append((score, i))
    return scored


def _anchor_score(
    case: Case,
    i: int,
    position: Position,
    wanted: set[str],
    association: dict[tuple[str, str, int], float],
) -> float:
    s, label = case.scene.syntax, label_of(position)
    unseen = -0.5 if association else 0.0
    score = 0.6 * association.get((s.lemma[i], s.pos[i], label), unseen)
    frame = frame_of(s, i)
    if frame is not None:
        score += 1.2 if frame.label == LABELS[label] else 0.0
        score += 0.3 * (frame.label != LABELS[label] and frame.label[:6] == LABELS[label][:6])
    if s.lower[i] in anchors.MODALS:
        score += 1.0 if LABELS[label] == "demand" else -0.5
    score -= 1.0 * (s.lemma[i] in anchors.LIGHT)
    if wanted:
        below = {s.lower[j] for j in range(s.left[i], s.right[i] + 1) if j != i}
        score += 0.8 * len(wanted & below) / len(wanted)
        score -= 0.6 * (s.lower[i] in wanted and LABELS[label] != "commitment")
    noun = s.pos[i] in ("NOUN", "PROPN")
    actor = s.owner(i) if noun else s.subject(i)
    actors = [] if actor is None else case.scene.entities(actor)
    if position.holder in {case.people.get(x) for x in actors}:
        score += 0.9
    elif position.holder in {case.people.get(x) for x in case.scene.source(i)}:
        score += 0.5
    return score - 0.3 * noun - 0.08 * s.depth[i]


# --- the encoder ----------------------------------------------------------------------------------


def lesson(case: Case, encoder: Encoder) -> teacher.Lesson:
    """The case as arrays; of `encoder` only the vocabulary counts."""
    scene = case.scene
    windows = reader.windows(scene, encoder)
    codes = np.array(pairs.word_codes(scene, case.candidates), dtype=np.int64)
    places = windows.places
    said = case.said()
    facts = reader.Facts(scene)
    labels = np.array(
        [[float((i, n) in said) for n in range(len(LABELS))] for i in case.candidates], np.float32
    ).reshape(-1, len(LABELS))
    weights = np.array(
        [[_lesson_weight(case, said, (i, n)) for n in range(len(LABELS))] for i in case.candidates],
        np.float32,
    ).reshape(-1, len(LABELS))
    who, what = [], []
    for (anchor, label), positions in said.items():
        weight = case.weight * _importance(positions)
        found = holders.candidates(scene, anchor)
        good = [_agreement(case, h.ids, positions) for h in found]
        if any(good):
            where = [int(places[pairs.holder_place(scene, anchor, h)]) for h in found]
            facets = [pairs.holder_codes(scene, anchor, h) for h in found]
            at = int(places[anchor])
            who.append(teacher.Choice(at, label, where, facets, good, weight))
        nodes = targets.nodes(scene, anchor, facts.topics)
        best = [
            max((likeness(case, o, positions) for o in facts.options(n)), default=0.0)
            for n in nodes
        ]
        good = [x if x >= compare.ENOUGH else 0.0 for x in best]
        if any(good):
            where = [int(places[n.token]) for n in nodes]
            facets = reader.nodes_codes(facts, anchor, nodes)
            what.append(teacher.Choice(int(places[anchor]), label, where, facets, good, weight))
    return teacher.Lesson(
        windows.numbers.astype(np.int32),
        windows.spread(codes).astype(np.int32),
        places[case.candidates].astype(np.int32),
        np.array([pairs.anchor_codes(scene, i) for i in case.candidates], np.int32).reshape(
            -1, pairs.ANCHOR_FACTS
        ),
        labels,
        weights * case.weight,
        who,
        what,
    )


def _agreement(case: Case, ids: Sequence[str], positions: Sequence[Position]) -> float:
    """How well those who hold `positions` are met: 1 for all of them and nobody else."""
    gold = {p.holder for p in positions}
    required = {p.holder for p in positions if not p.optional}
    met = {case.people.get(x) for x in ids} & gold
    return len(met) / len(ids) * _completeness(len(met & required), len(required))


def _completeness(met: int, required: int) -> float:
    """Less than 1 if only some of those who hold something together are met."""
    return 1.0 - SOME + SOME * met / required if required else 1.0


def _lesson_weight(
    case: Case, said: dict[tuple[int, int], list[Position]], place: tuple[int, int]
) -> float:
    if place in case.rivals and place not in said:
        return RIVAL_WEIGHT
    return _importance(said.get(place, ()))


def _importance(positions: Sequence[Position]) -> float:
    return OPTIONAL_WEIGHT if positions and all(p.optional for p in positions) else 1.0


def stages(folder: Path, params: teacher.Params, vocabulary: Sequence[str]) -> reader.Stages:
    """Trained parameters as the reader uses them, by way of the files in `folder`."""
    teacher.export(folder, params, vocabulary)
    heads = {
        "anchor": AnchorHead(**params["anchor"]),
        "holder": PairHead(**params["holder"]),
        "node": PairHead(**params["node"]),
    }
    return reader.Stages(network.read(folder), **heads)


class School:
    """Fits the encoder to cases, once for each set of them."""

    def __init__(
        self,
        start: Path,
        directed: Path,
        fits: Path,
        log: Callable[[str], None],
    ) -> None:
        self.start, self.vocabulary = teacher.restore(start)
        self.fits, self.log = fits, log
        pieces = Pieces(self.vocabulary)
        self.blank = Encoder(None, pieces)
        self.directed = list(teacher.directed_sentences(directed, pieces))
        self._lessons: dict[int, teacher.Lesson] = {}

    def folds(self, cases: Sequence[Case]) -> list[reader.Stages]:
        """For each fold the stages taught by the others."""
        return [self.stages([c for c in cases if c.fold != k], f"fold{k}") for k in range(FOLDS)]

    def stages(self, cases: Sequence[Case], name: str, whole: bool = False) -> reader.Stages:
        """The stages taught by the cases, which are the `whole` or a part; kept under `name`."""
        known = self.fits / f"{name}.pkl"
        if not known.exists():
            articles: dict[str, list[teacher.Lesson]] = defaultdict(list)
            for case in sorted(cases, key=lambda c: c.gold_cast):
                if id(case) not in self._lessons:
                    self._lessons[id(case)] = lesson(case, self.blank)
                articles[case.example.article.id].append(self._lessons[id(case)])
            epochs = WHOLE_EPOCHS if whole else EPOCHS
            taught = list(articles.values())
            params = teacher.fit(self.start, taught, self.directed, epochs, SEED, self.log)
            self.fits.mkdir(parents=True, exist_ok=True)
            known.write_bytes(pickle.dumps(params))
        return stages(self.fits / name, pickle.loads(known.read_bytes()), self.vocabulary)


def likeness(case: Case, option: targets.Option, positions: Sequence[Position]) -> float:
    """The best Jaccard of the option's words with a gold wording; 1 for the right stakeholder."""
    if option.stakeholder:
        who = case.people.get(option.stakeholder)
        return float(who is not None and any(p.target.stakeholder == who for p in positions))
    ours = compare.content_words(option.label)
    wordings = (phrase for p in positions for phrase in p.target.issue)
    return max((compare.jaccard(ours, compare.content_words(w)) for w in wordings), default=0.0)


# --- wordings, readings, acceptance ---------------------------------------------------------------


def train_wording(
    cases: Sequence[Case], words: dict[int, np.ndarray], folds: Sequence[reader.Stages]
) -> lgb.Booster:
    """Which wording a person would write; each case under the stages that have not seen it."""
    rows, y, weights = [], [], []
    for case in cases:
        facts = reader.Facts(case.scene)
        proposals, nodes = [], []
        said = case.said()
        for anchor, label in said:
            proposals.append(reader.Proposal(anchor, label, []))
            nodes.append(targets.nodes(case.scene, anchor, facts.topics))
        if not proposals:
            continue
        reader.score_nodes(facts, words[id(case)], folds[case.fold].node, proposals, nodes)
        for p, found in zip(proposals, nodes, strict=True):
            draft, numbers = reader.worded(facts, p, found)
            rows += numbers
            for option, _ in draft:
                good = likeness(case, option, said[p.anchor, p.label])
                y.append(0.6 + 0.4 * good if good >= compare.ENOUGH else 0.3 * good)
                weights.append(case.weight)
    train = lgb.Dataset(np.array(rows, np.float32), np.array(y), weight=weights)
    return lgb.train({**TREES, "objective": "cross_entropy"}, train, 120)


def readings(case: Case, words: np.ndarray, own: reader.Stages, wording: Any) -> Readings:
    """What the stages propose for a case, judged by the annotation."""
    facts = reader.Facts(case.scene)
    found, rows = reader.complete(facts, reader.propose(facts, words, own, wording))
    judged = [truth(case, c) for c in found]
    return Readings(
        case,
        facts,
        found,
        rows,
        np.array([right for right, _ in judged]),
        np.array([weight * case.weight for _, weight in judged]),
    )


def as_positions(case: Case, c: reader.Candidate) -> list[Position]:
    """The reading in the form that the scorer compares."""
    s = case.scene.syntax
    kind, polarity = KIND[LABELS[c.proposal.label]]
    span = chars(case.scene.doc, s.sentences[s.sentence[c.proposal.anchor]])
    label = () if c.option.stakeholder else (c.option.label,)
    target = Target(c.option.stakeholder, label)
    text = case.example.article.text[span.start : span.end]
    return [
        Position(kind, h, polarity, target, text, evidence_span=span, confidence=c.score)
        for h in c.holder.ids
    ]


def truth(case: Case, c: reader.Candidate) -> tuple[float, float]:
    """How right the reading is, and the example's weight.

    1 for the positions that are annotated and no others; less when only some of those who hold it
    together are met; 0 when fewer than half of its positions are annotated.
    """
    positions = as_positions(case, c)
    holders_of: dict[bool, set[str]] = {False: set(), True: set()}  # optional, required
    for gold in case.example.gold.positions:
        faults = compare.position_faults(
            gold, positions[0], case.people, case.sentences, strict=True
        )
        if not faults - {"holder"}:
            holders_of[not gold.optional].add(gold.holder)
    found = [case.people.get(p.holder) for p in positions]
    required = sum(who in holders_of[True] for who in found)
    either = sum(who in holders_of[True] | holders_of[False] for who in found)
    complete = _completeness(required, len(holders_of[True]))
    if 2 * required >= len(found):
        return required / len(found) * complete, 1.0
    if 2 * either >= len(found):
        return either / len(found) * complete, OPTIONAL_WEIGHT
    return 0.0, 1.0


def train_acceptance(these: Sequence[Readings]) -> lgb.Booster:
    """Which readings are right, by everything that is known."""
    these = [r for r in these if r.found]
    train = lgb.Dataset(
        np.vstack([np.array(r.rows, np.float32) for r in these]),
        np.concatenate([r.right for r in these]),
        weight=np.concatenate([r.weight for r in these]),
    )
    return lgb.train({**TREES, "objective": "cross_entropy"}, train, 200)


def believe(one: Readings, trees: Any) -> None:
    """Gives every reading the acceptance that the trees predict."""
    if one.found:
        scores = trees.predict(np.array(one.rows, np.float32)).tolist()
        for c, acceptance in zip(one.found, scores, strict=True):
            c.score = acceptance
        corroborate(one.facts, one.found)


# --- the whole ------------------------------------------------------------------------------------


def read_unseen(
    cases: Sequence[Case], school: School, log: Callable[[str], None]
) -> tuple[list[Readings], list[reader.Stages], dict[int, np.ndarray]]:
    """Readings of every case by stages taught by the other folds, scored likewise.

    Also the stages of each fold, and the vectors of each case's words.
    """
    align(cases)
    folds = school.folds(cases)
    words = {id(c): reader.vectors(reader.Facts(c.scene), folds[c.fold].encoder) for c in cases}
    log("encoders")
    wordings = [
        train_wording([c for c in cases if c.fold != k], words, folds) for k in range(FOLDS)
    ]
    log("wordings")
    these = [readings(c, words[id(c)], folds[c.fold], wordings[c.fold]) for c in cases]
    log(f"{sum(len(r.found) for r in these)} readings")
    for k in range(FOLDS):
        trees = train_acceptance([r for r in these if r.case.fold != k])
        for r in these:
            if r.case.fold == k:
                believe(r, trees)
    log("acceptance")
    return these, folds, words


def train(
    cases: Sequence[Case], school: School, log: Callable[[str], None]
) -> tuple[reader.Model, str, str]:
    """The model, and its trees as text.

    Threshold and calibration come from readings of unseen civic articles under the extractor's own
    cast.
    """
    these, folds, words = read_unseen(cases, school, log)
    civic = [r for r in these if r.case.example.group == "fictional" and not r.case.gold_cast]
    threshold = best_threshold(civic, log)
    wording = train_wording(cases, words, folds)
    trees = train_acceptance(these)
    whole = school.stages(cases, "all", whole=True)
    model = reader.Model(whole, wording, trees, threshold, calibrate(civic, threshold))
    return model, wording.model_to_string(), trees.model_to_string()


def best_threshold(these: Sequence[Readings], log: Callable[[str], None]) -> float:
    """The least acceptance whose F1, as `kcgraph evaluate` scores, is near to the best.

    The curve is flat there; who wants fewer and surer positions can ask for confidence.
    """
    curve = {}
    for threshold in np.arange(0.2, 0.47, 0.02):
        tally = sum((score(r, threshold, ("exact",))["exact"] for r in these), start=Tally())
        log(f"threshold {threshold:.2f}: {line({'exact': tally})}")
        curve[float(threshold)] = tally.f1
    return min(t for t, f1 in curve.items() if f1 >= max(curve.values()) - SLACK)


def score(r: Readings, threshold: float, ways: Sequence[str] = WAYS) -> dict[str, Tally]:
    """Tallies of one article's decoded readings, by way of comparing."""
    kept = decode(r.facts, r.found, threshold)
    found = [p for c in kept for p in as_positions(r.case, c)]
    return tallies(r.case, found, ways)


def tallies(case: Case, found: Sequence[Position], ways: Sequence[str] = WAYS) -> dict[str, Tally]:
    """Tallies of positions against the annotation: as scored, any kind, strict; and by kind."""
    gold, result = case.example.gold.positions, {}
    for name in ways:
        way = {"any kind": {"any_kind": True}, "strict": {"strict": True}}.get(name, {})

        def like(g: Position, f: Position, way: dict[str, bool] = way) -> float:
            return compare.position_likeness(g, f, case.people, case.sentences, **way)

        pairs = compare.assign(gold, found, like)
        result[name] = count_matches(gold, found, pairs)
        if name == "exact":
            for label, (kind, polarity) in KIND.items():
                hits = sum(
                    not gold[g].optional and (gold[g].kind, gold[g].polarity) == (kind, polarity)
                    for g in pairs
                )
                wanted = sum(
                    not g.optional and (g.kind, g.polarity) == (kind, polarity) for g in gold
                )
                used = set(pairs.values())
                extra = sum(
                    n not in used and (f.kind, f.polarity) == (kind, polarity)
                    for n, f in enumerate(found)
                )
                result[f"  {label}"] = Tally(hits, wanted - hits, extra)
    return result


def calibrate(these: Sequence[Readings], threshold: float) -> tuple[tuple[float, float], ...]:
    """Points (mean score, share right) of ten equal parts of the decoded readings, made monotone.

    Readings that match an optional position count as right.
    """
    kept = sorted(
        (c.score, truth(r.case, c)[0]) for r in these for c in decode(r.facts, r.found, threshold)
    )
    bins = np.array_split(np.array(kept), 10)
    scores, right = [b[:, 0].mean() for b in bins], [b[:, 1].mean() for b in bins]
    curve = IsotonicRegression(out_of_bounds="clip").fit(scores, right).predict(scores)
    return tuple((float(x), round(float(y), 3)) for x, y in zip(scores, curve, strict=True))


def line(totals: dict[str, Tally]) -> str:
    """Precision, recall and F1 in percent."""
    return " | ".join(
        f"{name} P {t.precision:.1%} R {t.recall:.1%} F1 {t.f1:.1%}" for name, t in totals.items()
    )


def evaluate(cases: Sequence[Case], model: reader.Model) -> dict[str, Tally]:
    """Tallies of the model's readings over cases that it has not seen."""
    totals: dict[str, Tally] = {}
    for case in cases:
        found = [p for c in reader.read(case.scene, model) for p in as_positions(case, c)]
        for name, tally in tallies(case, found).items():
            totals[name] = totals.get(name, Tally()) + tally
    return totals


def main() -> None:
    """Reads the arguments, trains, reports, writes."""
    import time

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--start", type=Path, required=True, help="what training.encoder wrote")
    parser.add_argument("--directed", type=Path, required=True, help="file of directed sentences")
    parser.add_argument("--fits", type=Path, required=True, help="folder for encoders of the folds")
    data.add_arguments(parser)
    parser.add_argument("--hold-out", action="store_true")
    parser.add_argument("--evaluate", type=Path, help="folder with gold records to report on")
    parser.add_argument(
        "--share", type=float, default=1.0, help="share of the articles to learn from"
    )
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    begin = time.perf_counter()

    def log(message: str) -> None:
        print(f"{time.perf_counter() - begin:6.0f} s  {message}", flush=True)

    examples = data.chosen(args)
    held = [e for e in examples if args.hold_out and e.group == "fictional" and e.is_dev]
    learnt = [e for e in examples if e not in held]
    learnt = learnt[:: max(1, round(1 / args.share))]
    cases = [prepare(e, parts) for parts in CASTS.values() for e in learnt]
    log(f"{len(learnt)} articles to learn from")
    school = School(args.start, args.directed, args.fits, log)
    model, wording, acceptance = train(cases, school, log)
    measured = {"held out": held}
    if args.evaluate:
        measured["gold"] = data.load("gold", args.evaluate, cache=data.cached(args, "gold"))
    for name, some in measured.items():
        for cast, parts in CASTS.items():
            for way, tally in evaluate([prepare(e, parts) for e in some], model).items():
                log(f"{name}, {cast}: {line({way: tally})}")
    if args.out:
        store.write(args.out / store.FILE, model, wording, acceptance)
        params = pickle.loads((args.fits / "all.pkl").read_bytes())
        teacher.ship(args.out, args.fits / "all", params["directed"])
        log(f"wrote {args.out}")


if __name__ == "__main__":
    main()
