"""The attribution model: its files, and how an article passes through it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kcgraph.extract.offline.attributions import arguments
from kcgraph.extract.offline.attributions.acceptance import Proposal, Trees, numbers, propose
from kcgraph.extract.offline.attributions.arguments import Scene, scene
from kcgraph.extract.offline.attributions.crf import Crf
from kcgraph.extract.offline.attributions.cues import (
    HashedWeights,
    candidates,
    cue_features,
    prior_features,
    surroundings,
)
from kcgraph.extract.offline.attributions.decode import (
    choose,
    complete,
    readings,
    with_quotations_apart,
)
from kcgraph.extract.offline.attributions.parse import Parse
from kcgraph.extract.offline.attributions.pieces import without_address
from kcgraph.extract.offline.model_file import model_file
from kcgraph.extract.offline.types import Reading
from kcgraph.resources import data_dir

FILE = "attribution.npz"
SEPARATOR = "\x00"
OWN_SHARE = 0.7  # of a convention's own CRF, the rest is the general one's
LEAST_PRIOR = 0.01  # below it the second regression is not asked
_TOGETHER = 64  # cues whose features are looked up in one go


class Convention(StrEnum):
    """By which guidelines a reading counts: ours, or PolNeAR's, which also take in attitudes."""

    GUIDELINES = "guidelines"
    POLNEAR = "polnear"


@dataclass(frozen=True)
class Standard:
    """What a convention asks: trees that judge, their scores' confidence, and the least of it.

    `cues`, if there, are a second regression, of which words this convention takes for cues, and
    `crf` labels for it.
    """

    trees: Trees
    scores: NDArray[np.float64]
    confidence: NDArray[np.float64]
    floor: float
    cues: HashedWeights | None
    crf: Crf
    cue_floor: float  # candidates below it get no labelling


@dataclass(frozen=True)
class Model:
    """The first regression, of cues by any convention, and what each convention adds."""

    rates: dict[str, float]
    cues: HashedWeights
    standards: dict[Convention, Standard]

    def scene(self, parse: Parse, second: HashedWeights | None = None) -> Scene:
        """The article with each word's probability to be a cue, by both regressions if given."""
        shared = surroundings(parse, self.rates)
        probability = [0.0] * len(parse)
        for token in candidates(parse, self.rates):
            found = cue_features(parse, shared, token)
            chance = self.cues.probability(found)
            if second is not None and chance >= LEAST_PRIOR:
                chance = second.probability(found + prior_features(parse, token, chance))
            probability[token] = chance
        return scene(parse, shared, probability)

    def read(self, parse: Parse, convention: Convention = Convention.GUIDELINES) -> list[Reading]:
        """The readings of one article in text order, with calibrated confidence."""
        standard = self.standards[convention]
        here = self.scene(parse, standard.cues)
        proposals = label(here, standard.crf, standard.cue_floor)
        if not proposals:
            return []
        scores = standard.trees.probability(numbers(here, proposals))
        confidence = np.interp(scores, standard.scores, standard.confidence)
        chosen = choose(proposals, confidence.tolist(), standard.floor)
        if convention is Convention.POLNEAR:
            return readings(parse, complete(parse, chosen))
        chosen = [(c, one, without_address(parse, one.cue, free)) for c, one, free in chosen]
        return with_quotations_apart(parse, readings(parse, complete(parse, chosen)))


def label(here: Scene, crf: Crf, floor: float) -> list[Proposal]:
    """What the CRF makes of every word with at least that chance to be a cue."""
    cues = [token for token, chance in enumerate(here.probability) if chance >= floor]
    windows = [arguments.window(here, cue) for cue in cues]
    tokens_of = [
        [t for number in window for t in range(*here.parse.sentences[number])] for window in windows
    ]
    # the scores of a token's features that no cue changes are worked out once
    tokens = sorted({t for some in tokens_of for t in some})
    own = np.zeros((len(here.parse), len(crf.transitions)))
    own[tokens] = crf.scores([arguments.token_features(here, t) for t in tokens])
    scores: list[NDArray[np.float64]] = []
    for start in range(0, len(cues), _TOGETHER):
        some = slice(start, start + _TOGETHER)
        pairs = zip(cues[some], windows[some], strict=True)
        tied = [arguments.cue_features(here, cue, window) for cue, window in pairs]
        table = crf.scores([features for one in tied for features in one])
        ends = np.cumsum([len(one) for one in tied])[:-1]
        parts = np.split(table, ends)
        scores += [part + own[t] for part, t in zip(parts, tokens_of[some], strict=True)]
    return [
        propose(cue, tokens, labelling)
        for cue, tokens, labelling in zip(cues, tokens_of, crf.label(scores), strict=True)
    ]


@lru_cache(maxsize=1)
def load_model() -> Model | None:
    """The model that ships with the package, None if it is not there; WorkError if unreadable."""
    path = data_dir() / "models" / FILE
    return read_model(path) if path.exists() else None


def read_model(path: Path) -> Model:
    """The model in that file; raises WorkError if it cannot be read."""
    with model_file(path), np.load(path, allow_pickle=False) as saved:
        return _assemble({name: saved[name] for name in saved.files})


def _assemble(stored: dict[str, NDArray[np.generic]]) -> Model:
    return Model(
        rates=dict(zip(_strings(stored["rate_words"]), stored["rates"].tolist(), strict=True)),
        cues=_cues(stored, "cue"),
        standards={one: _standard(stored, one) for one in Convention},
    )


def _standard(stored: dict[str, NDArray[np.generic]], one: Convention) -> Standard:
    crf = _crf(stored, "crf")
    own = f"{one}_cue_bias" in stored  # our guidelines have a second regression and a CRF
    if own:
        crf = _crf(stored, f"{one}_crf").pooled(crf, OWN_SHARE)
    return Standard(
        trees=_trees(stored, one),
        scores=stored[f"{one}_scores"].astype(np.float64),
        confidence=stored[f"{one}_confidence"].astype(np.float64),
        floor=float(stored[f"{one}_floor"][()]),
        cues=_cues(stored, f"{one}_cue") if own else None,
        crf=crf,
        cue_floor=float(stored[f"{one}_cue_floor"][()]),
    )


def _cues(stored: dict[str, NDArray[np.generic]], name: str) -> HashedWeights:
    columns, weights = stored[f"{name}_columns"].tolist(), stored[f"{name}_weights"].tolist()
    bias = float(stored[f"{name}_bias"][()])
    return HashedWeights(dict(zip(columns, weights, strict=True)), bias)


def _crf(stored: dict[str, NDArray[np.generic]], name: str) -> Crf:
    return Crf(
        rows={feature: n for n, feature in enumerate(_strings(stored[f"{name}_features"]))},
        weights=stored[f"{name}_weights"].astype(np.float32),
        transitions=stored[f"{name}_transitions"].astype(np.float64),
    )


def _trees(stored: dict[str, NDArray[np.generic]], convention: Convention) -> Trees:
    return Trees(
        feature=stored[f"{convention}_feature"].astype(np.int64),
        threshold=stored[f"{convention}_threshold"].astype(np.float64),
        left=stored[f"{convention}_left"].astype(np.int64),
        right=stored[f"{convention}_right"].astype(np.int64),
        leaves=stored[f"{convention}_leaves"].astype(np.float64),
    )


def _strings(packed: NDArray[np.generic]) -> list[str]:
    """The strings of an array of gzipped bytes."""
    text = gzip.decompress(packed.tobytes()).decode("utf-8", "surrogatepass")
    return text.split(SEPARATOR) if text else []


def pack_strings(strings: list[str]) -> NDArray[np.uint8]:
    """The array that `_strings` reads."""
    text = SEPARATOR.join(strings).encode("utf-8", "surrogatepass")
    return np.frombuffer(gzip.compress(text, 9, mtime=0), dtype=np.uint8)
