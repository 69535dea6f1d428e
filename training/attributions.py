"""Train the attribution model on PolNeAR and on civic articles with gold.

    python -m training.attributions POLNEAR_DIR [--civic data/training] [--out data/models]
        [--start data/models/attribution.npz] [--floor 0.5]

Stages, each trained on predictions of the one before for articles that it had not seen: which words
are cues (logistic regression), what belongs to a cue (linear-chain CRF), which readings to believe
(boosted trees), what the scores are worth (Platt scaling). All of them on both corpora, for
PolNeAR's convention; then on the civic articles alone for ours, where a second regression starts
from what the first one says. `--start` takes the first part from an earlier model; `--floor` sets
from which confidence a reading is told, in place of what is best for the articles learned from.

The gold of civic articles names contents and sources, but no cues: a first model, trained on
PolNeAR alone, finds for each content the cue whose reading comes nearest.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import lightgbm
import numpy as np
import pycrfsuite
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc

from benchmarks.polnear import Gold, jaccard, read_split, same_source, tokens_in, words
from kcgraph.extract.offline.attributions import arguments
from kcgraph.extract.offline.attributions.acceptance import Proposal, Trees, numbers
from kcgraph.extract.offline.attributions.arguments import LABELS, Scene, scene
from kcgraph.extract.offline.attributions.crf import Crf
from kcgraph.extract.offline.attributions.cues import (
    HASH_BITS,
    candidates,
    cue_features,
    hashed,
    prior_features,
    surroundings,
)
from kcgraph.extract.offline.attributions.decode import choose
from kcgraph.extract.offline.attributions.model import (
    FILE,
    LEAST_PRIOR,
    OWN_SHARE,
    Convention,
    label,
    pack_strings,
    read_model,
)
from kcgraph.extract.offline.attributions.parse import Parse, columns
from kcgraph.extract.offline.attributions.pieces import without_address
from kcgraph.extract.offline.nlp import load, parse, parse_all
from kcgraph.extract.offline.types import Tokens
from kcgraph.model import Article

FOLDS = 5
CUE_FLOORS = {"guidelines": 0.07, "polnear": 0.12}
CIVIC_WEIGHT = 2
NEAREST = 0.25  # likeness from which a reading's cue is that of a gold content
SLACK = 0.003  # of F1
ROUNDS = {"guidelines": 140, "polnear": 250}  # trees, by the size of the corpus
TREES = {
    "objective": "binary",
    "num_leaves": 15,
    "learning_rate": 0.05,
    "min_data_in_leaf": 40,
    "lambda_l2": 1.0,
    "verbose": -1,
    "num_threads": 1,
    "seed": 1,
    "deterministic": True,
}
_PREFERRED = ("VERB", "ADJ", "NOUN", "AUX", "ADP")
# A line of a dumped model: kind (0 state, 1 transition), feature or label, label, weight.
_DUMPED = re.compile(r"^  \(([01])\) (.*?) --> ([OQSC]): (-?[\d.]+)$", re.M | re.S)
Floats = NDArray[np.float64]


@dataclass
class Example:
    """One gold attribution in tokens; `head` is the cue's head."""

    content: set[int]
    source: set[int]
    cue: set[int]
    head: int


@dataclass
class Claim:
    """One attribution of a civic article's gold: `stretch` runs from first to last token."""

    stretch: set[int]
    direct: bool
    optional: bool
    names: frozenset[str]  # every name of the right sources, in lower case


@dataclass
class Sheet:
    """One annotated article; `claims` and `everybody`, all names, are for civic ones."""

    stem: str
    doc: Doc
    parse: Parse
    gold: list[Example]
    claims: list[Claim] = field(default_factory=list)
    everybody: frozenset[str] = frozenset()
    civic: bool = False
    ignore: set[int] = field(default_factory=set)  # tokens that are no evidence against a cue
    probability: list[float] = field(default_factory=list)  # of each token to be a cue, held out

    @property
    def fold(self) -> int:
        """The part of the data that the article belongs to, by its name."""
        return crc32(self.stem.encode()) % FOLDS

    @property
    def half(self) -> int:
        """0 or 1, independent of the fold."""
        return crc32(b"half " + self.stem.encode()) % 2

    def cue_heads(self) -> set[int]:
        """Heads of the gold cues."""
        return {example.head for example in self.gold}


# --- articles -----------------------------------------------------------------------------------


def sheet(stem: str, doc: Doc, gold: Iterable[Gold]) -> Sheet:
    """An article of PolNeAR with its attributions in tokens; those without a cue are left out."""
    parse = columns(doc)
    examples = []
    for item in gold:
        cue = tokens_in(doc, item.cue)
        if cue:
            source = tokens_in(doc, item.source)
            content = tokens_in(doc, item.content)
            examples.append(Example(content, source, cue, cue_head(parse, cue)))
    return Sheet(stem, doc, parse, examples)


def cue_head(parse: Parse, cue: set[int]) -> int:
    """The word of the cue that the others hang on; for "be" and "have" what they are said of."""
    tops = [t for t in sorted(cue) if parse.head[t] == t or parse.head[t] not in cue]
    rank = {pos: n for n, pos in enumerate(_PREFERRED)}
    head = min(tops, key=lambda t: (rank.get(parse.pos[t], 9), t))
    if parse.lemma[head] in ("be", "have"):
        for child in parse.children[head]:
            if child in cue and parse.dep[child] in ("acomp", "attr", "dobj"):
                return child
    return head


def civic_sheet(stem: str, doc: Doc, record: dict) -> Sheet:
    """A civic article with its gold contents; they have no cues yet."""
    names = {
        one["id"]: {name.lower() for name in [one["name"], *one.get("aliases", [])]}
        for one in record["stakeholders"]
    }
    claims = []
    for item in record["attributions"]:
        start = doc.text.find(item["content"])
        if start < 0:
            continue
        stretch = tokens_in(doc, [(start, start + len(item["content"]))])
        right = [*item["sources"], *item.get("also", [])]
        claims.append(
            Claim(
                stretch,
                item["quotation"] == "direct",
                item.get("optional", False),
                frozenset().union(*(names.get(one, set()) for one in right)),
            )
        )
    everybody = frozenset().union(*names.values()) if names else frozenset()
    return Sheet(stem, doc, columns(doc), [], claims, everybody, civic=True)


def align(one: Sheet, proposals: Sequence[Proposal]) -> None:
    """Gives each gold content of a civic article the cue and source of the nearest reading."""
    one.gold, one.ignore = [], set()
    used: set[int] = set()
    for claim in one.claims:
        best, best_value = None, 0.0
        said = words(one.doc, claim.stretch)
        for proposal in proposals:
            value = jaccard(words(one.doc, stretch(one, proposal)), said)
            value *= 0.3 + proposal.expected
            if proposal.cue not in used and value > best_value:
                best, best_value = proposal, value
        near = {t for at in claim.stretch for t in _sentence(one.parse, at)}
        if best is None or best_value < NEAREST:
            one.ignore |= near - claim.stretch
            continue
        used.add(best.cue)
        source = set(range(*best.source)) if best.source else set()
        content = claim.stretch - source - set(best.marks)
        if claim.direct and any(one.parse.quote[t] >= 0 for t in content):
            content = {t for t in content if one.parse.quote[t] >= 0}
        if claim.optional:
            one.ignore.add(best.cue)
        else:
            one.gold.append(Example(content, source, set(best.marks), best.cue))


def _sentence(parse: Parse, token: int) -> range:
    return range(*parse.sentences[parse.sentence[token]])


def stretch(one: Sheet, proposal: Proposal) -> set[int]:
    """From the first token of the content to the last, cut as our guidelines cut it."""
    content = without_address(one.parse, proposal.cue, proposal.content)
    return set(range(min(content), max(content) + 1)) if content else set()


# --- cues ---------------------------------------------------------------------------------------


def cue_rates(sheets: Iterable[Sheet]) -> dict[str, float]:
    """How often each word was a cue head, smoothed, for the words that may be one."""
    seen: Counter[str] = Counter()
    cues: Counter[str] = Counter()
    for one in sheets:
        key = one.parse.key
        seen.update(key)
        cues.update(key[head] for head in one.cue_heads())
    rates = {key: (n - 0.4) / (seen[key] + 1) for key, n in cues.items()}
    rates = {k: r for k, r in rates.items() if r > 0.002 or k.endswith("|VERB")}
    # Frequent verbs never seen as a cue are known not to be one.
    return rates | {
        key: 0.0 for key, n in seen.items() if n > 10 and key.endswith("|VERB") and key not in cues
    }


@dataclass
class CueRows:
    """Candidates with hashed features; `at` says whose article and which token."""

    features: list[list[int]] = field(default_factory=list)
    labels: list[bool] = field(default_factory=list)
    at: list[tuple[Sheet, int]] = field(default_factory=list)

    def add(self, one: Sheet, rates: dict[str, float], *, second: bool = False) -> None:
        """Appends the candidates of an article, for the second regression those it is asked about.

        Then the sheet has the first one's probabilities.
        """
        heads = one.cue_heads()
        shared = surroundings(one.parse, rates)
        for token in candidates(one.parse, rates):
            prior = one.probability[token] if second else 1.0
            if prior < LEAST_PRIOR:
                continue
            found = cue_features(one.parse, shared, token)
            if second:
                found += prior_features(one.parse, token, prior)
            self.features.append(sorted({hashed(feature) for feature in found}))
            self.labels.append(token in heads)
            self.at.append((one, token))

    def matrix(self) -> csr_matrix:
        """Candidates x hashed features."""
        ends = np.cumsum([0] + [len(row) for row in self.features])
        flat = np.fromiter((c for row in self.features for c in row), np.int32, int(ends[-1]))
        shape = (len(self.features), 1 << HASH_BITS)
        return csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=shape)


def fit_cues(table: csr_matrix, labels: NDArray, weight: NDArray) -> LogisticRegression:
    """The regression; candidates of weight 0 are left out."""
    keep = weight > 0
    model = LogisticRegression(solver="liblinear", C=0.1, tol=1e-3)
    return model.fit(table[keep], labels[keep], weight[keep])


def train_cues(
    sheets: Sequence[Sheet], civic_weight: float = CIVIC_WEIGHT
) -> tuple[dict[str, float], LogisticRegression]:
    """Rates and regression from all sheets; each sheet gets its held-out probabilities."""
    rows = CueRows()
    for fold in range(FOLDS):
        rates = cue_rates(one for one in sheets if one.fold != fold)
        for one in sheets:
            if one.fold == fold:
                rows.add(one, rates)
    table, labels = rows.matrix(), np.array(rows.labels)
    folds = np.array([one.fold for one, _ in rows.at])
    weight = np.array(
        [
            (civic_weight if one.civic else 1.0) * (positive or token not in one.ignore)
            for (one, token), positive in zip(rows.at, rows.labels, strict=True)
        ]
    )
    for one in sheets:
        one.probability = [0.0] * len(one.parse)
    for fold in range(FOLDS):
        part = fit_cues(table[folds != fold], labels[folds != fold], weight[folds != fold])
        chance = part.predict_proba(table[folds == fold])[:, 1]
        for n, p in zip(np.flatnonzero(folds == fold), chance, strict=True):
            one, token = rows.at[n]
            one.probability[token] = float(p)
    return cue_rates(sheets), fit_cues(table, labels, weight)


def train_second(sheets: Sequence[Sheet], rates: dict[str, float]) -> LogisticRegression:
    """The second regression; each sheet gets its probabilities from one of the other half."""
    rows = CueRows()
    for one in sheets:
        rows.add(one, rates, second=True)
    table, labels = rows.matrix(), np.array(rows.labels)
    halves = np.array([one.half for one, _ in rows.at])
    weight = np.array(
        [
            1.0 * (positive or token not in one.ignore)
            for (one, token), positive in zip(rows.at, rows.labels, strict=True)
        ]
    )
    for half in (0, 1):
        part = fit_cues(table[halves != half], labels[halves != half], weight[halves != half])
        chance = part.predict_proba(table[halves == half])[:, 1]
        for n, p in zip(np.flatnonzero(halves == half), chance, strict=True):
            one, token = rows.at[n]
            one.probability[token] = float(p)
    return fit_cues(table, labels, weight)


def predict_cues(one: Sheet, rates: dict[str, float], model: LogisticRegression) -> None:
    """Gives the sheet the probabilities of that model."""
    rows = CueRows()
    rows.add(one, rates)
    one.probability = [0.0] * len(one.parse)
    for (_, token), p in zip(rows.at, model.predict_proba(rows.matrix())[:, 1], strict=True):
        one.probability[token] = float(p)


def staged(one: Sheet, rates: dict[str, float]) -> Scene:
    """The scene of a sheet with the probabilities that it has."""
    return scene(one.parse, surroundings(one.parse, rates), one.probability)


# --- arguments ----------------------------------------------------------------------------------


def train_crf(
    sheets: Iterable[Sheet],
    rates: dict[str, float],
    c1: float = 0.4,
    c2: float = 0.2,
    civic_weight: int = CIVIC_WEIGHT,
) -> Crf:
    """The CRF from every gold cue of the sheets."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"c1": c1, "c2": c2, "max_iterations": 70, "feature.minfreq": 2})
    for one in sheets:
        here = staged(one, rates)
        own: dict[int, list[str]] = {}
        for example in one.gold:
            sentences = arguments.window(here, example.head)
            tokens = [t for number in sentences for t in range(*one.parse.sentences[number])]
            for t in tokens:
                if t not in own:
                    own[t] = arguments.token_features(here, t)
            tied = arguments.cue_features(here, example.head, sentences)
            features = [own[t] + more for t, more in zip(tokens, tied, strict=True)]
            labels = [_label(example, t) for t in tokens]
            for _ in range(civic_weight if one.civic else 1):
                trainer.append(features, labels)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "arguments.crfsuite"
        trainer.train(str(path))
        return read_crf(path)


def _label(example: Example, token: int) -> str:
    if token in example.content:
        return "C"
    if token in example.source:
        return "S"
    return "Q" if token in example.cue else "O"


def read_crf(path: Path) -> Crf:
    """The weights of a CRFsuite file."""
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    dump = path.with_suffix(".dump")
    tagger.dump(str(dump))
    text = dump.read_bytes().decode("utf-8", "surrogatepass")
    dump.unlink()
    rows: dict[str, int] = {}
    weights: list[list[float]] = []
    transitions = np.zeros((len(LABELS), len(LABELS)))
    for kind, before, after, weight in _DUMPED.findall(text):
        to = LABELS.index(after)
        if kind == "1":
            transitions[LABELS.index(before), to] = float(weight)
            continue
        row = rows.setdefault(before, len(rows))
        if row == len(weights):
            weights.append([0.0] * len(LABELS))
        weights[row][to] = float(weight)
    return Crf(rows, np.array(weights, np.float32), transitions)


# --- acceptance ---------------------------------------------------------------------------------


def is_right(one: Sheet, proposal: Proposal) -> bool | None:
    """Whether a reading agrees with the gold; None if the gold leaves it open."""
    if one.civic:
        return _is_right_civic(one, proposal)
    content = words(one.doc, proposal.content)
    source = set(range(*proposal.source)) if proposal.source else set()
    return any(
        jaccard(content, words(one.doc, example.content)) >= 0.5
        and same_source(one.doc, source, example.source)
        for example in one.gold
    )


def _is_right_civic(one: Sheet, proposal: Proposal) -> bool | None:
    content = words(one.doc, stretch(one, proposal))
    matched = [
        claim for claim in one.claims if jaccard(content, words(one.doc, claim.stretch)) >= 0.5
    ]
    if not matched:
        return False
    if all(claim.optional for claim in matched):
        return None
    if proposal.source is None:
        return False
    return any(not _names_another(one, proposal.source, claim) for claim in matched)


def _names_another(one: Sheet, source: Tokens, claim: Claim) -> bool:
    """Whether the source's words are a name of somebody else (a pronoun names nobody)."""
    text = one.doc[source.start : source.end].text.lower()
    return not any(name in text for name in claim.names) and any(
        name in text for name in one.everybody - claim.names
    )


def trees_of(booster: lightgbm.Booster) -> Trees:
    """The booster as arrays."""
    nodes: list[list[tuple[int, float, int, int]]] = []
    leaves: list[list[float]] = []

    def grow(node: dict) -> int:
        if "leaf_value" in node:
            leaves[-1].append(node["leaf_value"])
            return ~(len(leaves[-1]) - 1)
        at = len(nodes[-1])
        nodes[-1].append((0, 0.0, 0, 0))
        left, right = grow(node["left_child"]), grow(node["right_child"])
        nodes[-1][at] = (node["split_feature"], node["threshold"], left, right)
        return at

    for tree in booster.dump_model()["tree_info"]:
        nodes.append([])
        leaves.append([])
        if grow(tree["tree_structure"]) < 0:  # a tree of one leaf still needs a first node
            nodes[-1].append((0, 0.0, ~0, ~0))
    table = np.zeros((len(nodes), max(map(len, nodes)), 4))
    values = np.zeros((len(leaves), max(map(len, leaves))))
    for n, (inner, outer) in enumerate(zip(nodes, leaves, strict=True)):
        table[n, : len(inner)] = inner
        values[n, : len(outer)] = outer
    feature, left, right = (table[:, :, n].astype(np.int64) for n in (0, 2, 3))
    return Trees(feature, table[:, :, 1], left, right, values)


@dataclass
class Pool:
    """The proposals of one article with their numbers and whether each is right."""

    sheet: Sheet
    proposals: list[Proposal]
    rows: Floats
    right: list[bool | None]


def pool(one: Sheet, here: Scene, crf: Crf, floor: float) -> Pool:
    """What the CRF proposes for an article."""
    found = label(here, crf, floor)
    return Pool(one, found, numbers(here, found), [is_right(one, item) for item in found])


def train_trees(pools: Iterable[Pool], rounds: int) -> lightgbm.Booster:
    """The acceptance model of one convention."""
    rows, labels = [], []
    for one in pools:
        for row, right in zip(one.rows, one.right, strict=True):
            if right is not None:
                rows.append(row)
                labels.append(right)
    data = lightgbm.Dataset(np.array(rows), np.array(labels, int))
    return lightgbm.train(TREES, data, num_boost_round=rounds)


@dataclass
class Held:
    """A pool with scores from trees that did not see its article."""

    pool: Pool
    scores: Floats


def held_out(pools: Sequence[Pool], rounds: int) -> list[Held]:
    """Every pool scored by trees trained on the other folds."""
    found = []
    for fold in range(FOLDS):
        trees = train_trees((one for one in pools if one.sheet.fold != fold), rounds)
        for one in pools:
            if one.sheet.fold == fold:
                empty = not one.proposals
                scores = np.zeros(0) if empty else np.asarray(trees.predict(one.rows))
                found.append(Held(one, scores))
    return found


def calibration(held: Sequence[Held]) -> tuple[Floats, Floats]:
    """Scores and the share that is right at each, by Platt scaling of what decoding keeps."""
    scores, labels = [], []
    for one in held:
        right = {id(p): r for p, r in zip(one.pool.proposals, one.pool.right, strict=True)}
        for score, proposal, _ in choose(one.pool.proposals, one.scores.tolist(), 0.05):
            if right[id(proposal)] is not None:
                scores.append(score)
                labels.append(right[id(proposal)])
    logit = LogisticRegression(C=1e6).fit(_log_odds(np.array(scores)), labels)
    grid = np.linspace(0.005, 0.995, 100)
    return grid, logit.predict_proba(_log_odds(grid))[:, 1]


def _log_odds(score: Floats) -> Floats:
    score = np.clip(score, 1e-4, 1 - 1e-4)
    return np.log(score / (1 - score)).reshape(-1, 1)


def best_threshold(held: Sequence[Held], curve: tuple[Floats, Floats]) -> tuple[float, float]:
    """The confidence to ask for, and the F1 end to end that it gives.

    F1 hardly changes over a wide range: of what comes within `SLACK` of the best, the highest,
    since a doubtful reading costs a graph more than a missing one.
    """
    found = [(threshold, _f1(held, curve, threshold)) for threshold in np.arange(0.2, 0.7, 0.02)]
    best = max(f1 for _, f1 in found)
    return max((float(threshold), f1) for threshold, f1 in found if f1 >= best - SLACK)


def _f1(held: Sequence[Held], curve: tuple[Floats, Floats], threshold: float) -> float:
    gold = found = right = 0
    for one in held:
        sheet_ = one.pool.sheet
        gold += sum(not c.optional for c in sheet_.claims) if sheet_.civic else len(sheet_.gold)
        kinds = {id(p): r for p, r in zip(one.pool.proposals, one.pool.right, strict=True)}
        confidence = np.interp(one.scores, *curve).tolist()
        kept = [kinds[id(p)] for _, p, _ in choose(one.pool.proposals, confidence, threshold)]
        found += sum(kind is not None for kind in kept)
        right += sum(kind is True for kind in kept)
    return 2 * right / max(found + gold, 1)


# --- the whole ----------------------------------------------------------------------------------


def train(
    polnear: Sequence[Sheet], civic: Sequence[Sheet], twice: Sequence[Sheet]
) -> dict[str, NDArray]:
    """All stages; what comes back is what the model's file holds.

    `twice` are articles of PolNeAR once more, with gold by our guidelines: for the last stage.
    """
    say("first model, on PolNeAR alone")
    rates, cues = train_cues(polnear)
    crf = train_crf(polnear, rates)
    for one in civic:
        predict_cues(one, rates, cues)
        align(one, label(staged(one, rates), crf, 0.02))
    say("second model, on both, to find the cues again")
    rates, cues = train_cues([*polnear, *civic])
    crf = train_crf([*polnear, *civic], rates)
    for one in civic:
        align(one, label(staged(one, rates), crf, 0.01))
    sheets = [*polnear, *civic]
    say(f"cues, on {sum(len(one.gold) for one in sheets)} attributions")
    rates, cues = train_cues(sheets)
    say("arguments, each half for the other")
    halves = [train_crf([one for one in sheets if one.half != half], rates) for half in (0, 1)]
    pools = [
        pool(one, staged(one, rates), halves[one.half], CUE_FLOORS["polnear"]) for one in polnear
    ]
    say("arguments, on all")
    crf = train_crf(sheets, rates)
    say("acceptance")
    stored = pack(rates, cues, crf) | train_standard("polnear", pools)
    held = {one.stem: one.probability for one in polnear}
    for one in twice:
        one.probability = list(held[one.stem])
        align(one, label(staged(one, rates), crf, 0.01))
    return stored | train_guidelines([*civic, *twice], rates, crf)


def start(path: Path, civic: Sequence[Sheet], twice: Sequence[Sheet]) -> dict[str, NDArray]:
    """The same with the part that both conventions share, and PolNeAR's, taken from a model."""
    model = read_model(path)
    general = model.standards[Convention.POLNEAR].crf
    sheets = [*civic, *twice]
    for one in sheets:
        here = model.scene(one.parse)
        one.probability = here.probability
        align(one, label(here, general, 0.01))
    with np.load(path, allow_pickle=False) as saved:
        shared = {k: saved[k] for k in saved.files if not k.startswith("guidelines_")}
    shared["polnear_cue_floor"] = np.array(CUE_FLOORS["polnear"])
    shared.pop("cue_floor", None)
    return shared | train_guidelines(sheets, model.rates, general)


def train_guidelines(
    sheets: Sequence[Sheet], rates: dict[str, float], general: Crf
) -> dict[str, NDArray]:
    """The stages of our convention; the sheets have cues and the first regression's chances."""
    say(f"our guidelines, on {sum(len(one.gold) for one in sheets)} attributions")
    second = train_second(sheets, rates)
    say("arguments, each half for the other")
    halves = [
        train_crf([one for one in sheets if one.half != half], rates, civic_weight=1)
        for half in (0, 1)
    ]
    pooled = [half.pooled(general, OWN_SHARE) for half in halves]
    floor = CUE_FLOORS["guidelines"]
    pools = [pool(one, staged(one, rates), pooled[one.half], floor) for one in sheets]
    say("arguments, on all")
    crf = train_crf(sheets, rates, civic_weight=1)
    stored = pack_cues(second, "guidelines_cue") | pack_crf(crf, "guidelines_crf")
    return stored | train_standard("guidelines", pools)


def train_standard(name: str, pools: Sequence[Pool]) -> dict[str, NDArray]:
    """Trees, calibration and threshold of one convention as arrays of the model's file."""
    held = held_out(pools, ROUNDS[name])
    curve = calibration(held)
    floor, f1 = best_threshold(held, curve)
    say(f"{name}: end to end F1 {100 * f1:.1f} held out, at confidence {floor:.2f}")
    trees = trees_of(train_trees(pools, ROUNDS[name]))
    return {
        f"{name}_scores": curve[0],
        f"{name}_confidence": curve[1],
        f"{name}_floor": np.array(floor),
        f"{name}_cue_floor": np.array(CUE_FLOORS[name]),
        f"{name}_feature": trees.feature.astype(np.int16),
        f"{name}_threshold": trees.threshold,
        f"{name}_left": trees.left.astype(np.int16),
        f"{name}_right": trees.right.astype(np.int16),
        f"{name}_leaves": trees.leaves.astype(np.float32),
    }


def pack(rates: dict[str, float], cues: LogisticRegression, crf: Crf) -> dict[str, NDArray]:
    """The weights as the arrays of the model's file."""
    words_ = sorted(rates)
    return {
        "rate_words": pack_strings(words_),
        "rates": np.array([rates[word] for word in words_], np.float32),
        **pack_cues(cues, "cue"),
        **pack_crf(crf, "crf"),
    }


def pack_cues(cues: LogisticRegression, name: str) -> dict[str, NDArray]:
    """A regression; small weights are dropped."""
    weights = cues.coef_[0]
    kept = np.flatnonzero(np.abs(weights) > 0.02)
    return {
        f"{name}_columns": kept.astype(np.int32),
        f"{name}_weights": weights[kept].astype(np.float16),
        f"{name}_bias": np.array(cues.intercept_[0]),
    }


def pack_crf(crf: Crf, name: str) -> dict[str, NDArray]:
    """A CRF with weights of half precision."""
    return {
        f"{name}_features": pack_strings(list(crf.rows)),
        f"{name}_weights": crf.weights.astype(np.float16),
        f"{name}_transitions": crf.transitions,
    }


def say(text: str) -> None:
    """Progress with the time of day, on standard error."""
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


def read_sheets(
    polnear: Path, civic: Sequence[Path], *, only_civic: bool
) -> tuple[list[Sheet], list[Sheet], list[Sheet]]:
    """The corpora, parsed: PolNeAR, civic articles, and those of PolNeAR that have civic gold.

    With `only_civic` the first has only the articles of the third.
    """
    nlp = load()
    stems = {path.stem for folder in civic for path in folder.glob("*.json")}
    pairs = [
        (article, gold)
        for article, gold in read_split(polnear / "train")
        if not only_civic or article.id in stems
    ]
    docs = list(parse_all((article for article, _ in pairs), nlp))
    first = [sheet(a.id, doc, gold) for (a, gold), doc in zip(pairs, docs, strict=True)]
    by_stem = {article.id: doc for (article, _), doc in zip(pairs, docs, strict=True)}
    second, third = [], []
    for folder in civic:
        for path in sorted(folder.glob("*.json")):
            record = json.loads(path.read_text("utf-8"))
            text = path.with_suffix(".txt")
            if text.exists():
                article = Article(path.stem, text.read_bytes().decode("utf-8"))
                second.append(civic_sheet(path.stem, parse(article, nlp), record))
            elif path.stem in by_stem:
                third.append(civic_sheet(path.stem, by_stem[path.stem], record))
    return first, second, third


def main() -> int:
    """Trains and writes the model."""
    parser = argparse.ArgumentParser(description="Train the attribution model.")
    parser.add_argument("polnear", type=Path, help="PolNeAR folder with train/text and .ann files")
    parser.add_argument("--civic", type=Path, nargs="*", default=[Path("data/training")])
    parser.add_argument("--start", type=Path, help="model that has the part for both conventions")
    parser.add_argument("--floor", type=float, help="confidence to ask for under our guidelines")
    parser.add_argument("--out", type=Path, default=Path("data/models"))
    options = parser.parse_args()
    if not (options.polnear / "train" / "text").is_dir():
        print(f"{options.polnear}: no train/text there: give the PolNeAR folder", file=sys.stderr)
        return 2
    say("reading and parsing")
    polnear, civic, twice = read_sheets(
        options.polnear, options.civic, only_civic=bool(options.start)
    )
    stored = start(options.start, civic, twice) if options.start else train(polnear, civic, twice)
    if options.floor is not None:
        stored["guidelines_floor"] = np.array(options.floor)
    np.savez_compressed(options.out / FILE, **stored)
    say(f"wrote {options.out / FILE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
