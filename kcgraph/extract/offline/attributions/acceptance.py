"""Which readings to believe: boosted trees over numbers that describe a cue with its labelling."""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p

import numpy as np
from numpy.typing import NDArray

from kcgraph.extract.offline.attributions.arguments import CONTENT, CUE, SOURCE, Scene
from kcgraph.extract.offline.attributions.crf import Labelling
from kcgraph.extract.offline.types import Tokens

_SOURCE_FLOOR = 0.08  # below it there is no source
_CONTENT_FLOOR = 0.3  # where the best labelling has no content, tokens above it are
_NEIGHBOURS = 60  # proposals on each side that can share a window with one
_POS = ("VERB", "NOUN", "ADJ", "AUX", "ADP", "PUNCT")
_DEPS = ("ROOT", "ccomp", "conj", "advcl", "acl", "relcl", "xcomp", "parataxis", "pcomp", "prep")
_TAGS = ("VBD", "VBZ", "VBP", "VBN", "VBG", "VB")
_HEADS = ("PRON", "PROPN", "NOUN", "VERB", "AUX", "ADJ")
_MODALS = frozenset({"can", "could", "may", "might", "must", "shall", "should", "will", "would"})

Floats = NDArray[np.float64]


@dataclass(slots=True)
class Proposal:
    """A cue with what the CRF gives it. `expected` is the expected Jaccard of its content."""

    cue: int
    tokens: list[int]
    labelling: Labelling
    content: set[int]
    source: Tokens | None
    marks: list[int]  # tokens labelled as cue
    expected: float


def propose(cue: int, tokens: list[int], labelling: Labelling) -> Proposal:
    """The content and source that a labelling amounts to."""
    spoken = labelling.marginals[:, CONTENT]
    chosen = labelling.labels == CONTENT
    if not chosen.any():
        chosen = spoken > _CONTENT_FLOOR
    inside = float(spoken[chosen].sum())
    union = int(chosen.sum()) + float(spoken[~chosen].sum())
    return Proposal(
        cue=cue,
        tokens=tokens,
        labelling=labelling,
        content={tokens[n] for n in np.flatnonzero(chosen).tolist()},
        source=_source(tokens, labelling.marginals[:, SOURCE]),
        marks=[tokens[n] for n in np.flatnonzero(labelling.labels == CUE).tolist()] or [cue],
        expected=inside / union if union else 0.0,
    )


def _source(tokens: list[int], weight: Floats) -> Tokens | None:
    """The heaviest run of tokens whose chance is over half of the highest."""
    top = float(weight.max(initial=0.0))
    if top <= _SOURCE_FLOOR:
        return None
    best, best_weight = None, 0.0
    start = None
    above = [*(weight > top / 2).tolist(), False]
    for n, inside in enumerate(above):
        joined = start is not None and n < len(tokens) and tokens[n] == tokens[n - 1] + 1
        if start is not None and not (inside and joined):
            mass = float(weight[start:n].sum())
            if mass > best_weight:
                best, best_weight = Tokens(tokens[start], tokens[n - 1] + 1), mass
            start = None
        if inside and start is None:
            start = n
    return best


def numbers(here: Scene, proposals: list[Proposal]) -> Floats:
    """One row of features for each proposal of an article."""
    rows = [_row(here, proposal) for proposal in proposals]
    rivals = [_rivals(here, proposals, n) for n in range(len(proposals))]
    return np.array([a + b for a, b in zip(rows, rivals, strict=True)], dtype=np.float64)


def _row(here: Scene, one: Proposal) -> list[float]:
    parse, shared = here.parse, here.shared
    cue, content, tokens = one.cue, one.content, one.tokens
    first, last = parse.sentences[parse.sentence[cue]]
    spoken = one.labelling.marginals[:, CONTENT]
    speaks = one.labelling.marginals[:, SOURCE]
    mask = np.fromiter((t in content for t in tokens), dtype=bool, count=len(tokens))
    held = spoken[mask]
    size = len(content)
    lowest, highest = (min(content), max(content)) if content else (cue, cue)
    near = sum(first <= t < last for t in content)
    quoted = sum(parse.quote[t] >= 0 for t in content)
    sentences = {parse.sentence[t] for t in content}
    runs = sum(t - 1 not in content for t in content)
    source = one.source
    said_by = range(source.start, source.end) if source else range(0)
    at = tokens.index(source.start) if source else 0
    who = next((t for t in said_by if parse.head[t] not in said_by), -1)
    tops = [t for t in content if parse.head[t] not in content or parse.head[t] == t]
    top = max(tops, key=lambda t: parse.right[t] - parse.left[t], default=cue)
    children = parse.children[cue]
    relations = {parse.dep[c] for c in children}
    ancestors = parse.ancestors(cue)
    rate = shared.rate[cue]
    return [
        here.probability[cue],
        float(rate or -1),
        one.expected,
        float(held.mean()) if size else 0.0,
        float(held.min()) if size else 0.0,
        one.labelling.log_probability,
        one.labelling.log_probability / len(tokens),
        log1p(size),
        runs,
        len(said_by),
        float(speaks.max(initial=0.0)),
        float(speaks[at : at + len(said_by)].mean()) if source else 0.0,
        float(speaks.sum()),
        source is not None,
        len(sentences),
        quoted / size if size else 0.0,
        near / size if size else 0.0,
        near / (last - first),
        lowest - cue,
        highest - cue,
        (source.start - cue) if source else 0,
        parse.quote[cue] >= 0,
        shared.quote_length[cue],
        *(parse.pos[cue] == pos for pos in _POS),
        *(parse.dep[cue] == dep for dep in _DEPS),
        *(parse.tag[cue] == tag for tag in _TAGS),
        *(parse.pos[top] == pos for pos in _HEADS),
        *(who >= 0 and parse.pos[who] == pos for pos in _HEADS),
        who >= 0 and parse.entity[who] in ("PERSON", "ORG"),
        who >= 0 and parse.dep[who] in ("nsubj", "nsubjpass"),
        len(ancestors),
        "neg" in relations,
        "nsubjpass" in relations or "auxpass" in relations,
        "ccomp" in relations,
        "xcomp" in relations,
        "dobj" in relations,
        any(parse.lower[c] in _MODALS for c in children),
        max((here.probability[t] for t in ancestors), default=0.0),
        max((here.probability[t] for t in range(first, last) if t != cue), default=0.0),
        max((here.probability[t] for t in content), default=0.0),
        parse.lower[lowest] == "that",
        parse.paragraph[cue] == 0,
        last - first,
        shared.to_left[cue],
        shared.to_right[cue],
        len(one.marks),
    ]


def _rivals(here: Scene, proposals: list[Proposal], n: int) -> list[float]:
    """How other readings stand to this one: those that contain its cue or share its content."""
    one = proposals[n]
    holds = shares = 0.0
    better = count = 0
    strength = here.probability[one.cue] * one.expected
    nearest = range(max(0, n - _NEIGHBOURS), min(len(proposals), n + _NEIGHBOURS + 1))
    for m in nearest:
        other = proposals[m]
        if m == n or other.tokens[-1] < one.tokens[0] or other.tokens[0] > one.tokens[-1]:
            continue
        score = here.probability[other.cue] * other.expected
        if one.cue in other.content:
            holds = max(holds, score)
        if one.content and not one.content.isdisjoint(other.content):
            shared = len(one.content & other.content) / len(one.content)
            shares = max(shares, score * shared)
            count += 1
            better += score > strength
    return [holds, shares, float(count), float(better), strength]


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees as arrays, trees x nodes; a child of `~leaf` is that leaf."""

    feature: NDArray[np.int64]
    threshold: Floats
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    leaves: Floats

    def probability(self, rows: Floats) -> Floats:
        """Of the positive class, for each row."""
        trees = np.arange(len(self.feature))
        at = np.zeros((len(rows), len(trees)), dtype=np.int64)
        samples = np.arange(len(rows))[:, None]
        while (at >= 0).any():
            inner = np.maximum(at, 0)
            value = rows[samples, self.feature[trees, inner]]
            down = np.where(
                value <= self.threshold[trees, inner],
                self.left[trees, inner],
                self.right[trees, inner],
            )
            at = np.where(at >= 0, down, at)
        total: Floats = self.leaves[trees, ~at].sum(axis=1)
        return 1.0 / (1.0 + np.exp(-total))
