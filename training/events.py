#!/usr/bin/env python3
"""Trains the event model on articles with gold and writes `data/models/events.npz`.

    python -m training.events data/training --encoder data/models [--casts DIR] [--cache FILE]
        [--fits DIR]

Each folder holds STEM.json beside STEM.txt; `--encoder` is where the encoder lies whose vectors the
model will read: train again whenever that changes, or mentions and coreference change much.
`--casts` is the `--fits` of `training/who.py`: then each article is read by models of who is who
that have not seen it. `--cache` keeps parses. `--fits` is the folder in which
`training/positions.py` kept the encoders of two halves of the articles: then each half is read,
before everything is fitted, by a model of the other half on the encoder that has not seen it, and
figures are printed by the guidelines' rules.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kcgraph.evaluate import Tally, compare
from kcgraph.extract.offline.columns import columns
from kcgraph.extract.offline.encoder import Encoder, network
from kcgraph.extract.offline.events import model as store
from kcgraph.extract.offline.events.heads import Head
from kcgraph.extract.offline.events.model import (
    HASHES,
    KINDS,
    EventModel,
    Least,
    Weights,
    hashed,
)
from kcgraph.extract.offline.events.participants import Nearby, Neighbourhood
from kcgraph.extract.offline.events.reading import EventPlan, plan_events
from kcgraph.extract.offline.events.triggers import Trigger, features, governor
from kcgraph.extract.offline.positions import reader
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.types import Cast, Linked, chars
from kcgraph.model import Event, EventKind, Span
from training import position_data as data
from training.encoder import pace
from training.who import models_unseen

MODEL = Path(__file__).parents[1] / "data" / "models" / store.FILE
FOLDS = 2
VECTOR, HIDDEN = 384, 64
SEEDS = 3  # networks whose scores are averaged
RARE = 2  # features seen in fewer examples are left out
OPTIONAL_WEIGHT = 0.5
BATCH = 512
EVENT_EPOCHS, PARTICIPANT_EPOCHS = 6, 3
RATE, WEIGHT_RATE = 1e-3, 1e-2
LAST_RATE = 0.02  # of the highest
DROP_VECTOR, DROP_HIDDEN, DROP_HEAD = 0.1, 0.2, 0.3
DECAY = 0.01
EVENT_PENALTY, PARTICIPANT_PENALTY = 3e-5, 6e-5  # of the squares of features' weights

# When the model is believed, by cross-validation on the same articles. Thresholds of its own for
# each kind hardly gained on articles that they were not chosen on; but of meetings ties are
# derived, so who is not mentioned in the sentence has to be surer there.
LEAST = {
    **dict.fromkeys(EventKind, Least(0.45, 0.1, 0.25)),
    EventKind.MEETING: Least(0.45, 0.1, 0.25, 0.4),
}
Log = Callable[[str], None]
Pair = tuple[int, int, int, list[int], bool, float]  # as `Pairs`, one row


# --- articles -------------------------------------------------------------------------------------


@dataclass
class Sample:
    """An annotated article with its cast, and who in the cast is who in the annotation.

    `words` are the tokens of which `vectors` has a row, by name of the encoder.
    """

    example: data.Example
    cast: Cast
    links: list[Linked]
    people: dict[str, str]
    plan: EventPlan
    words: np.ndarray
    vectors: dict[str, np.ndarray]

    def whole(self, encoder: str) -> np.ndarray:
        """The vectors with a row for every token."""
        table = np.zeros((len(self.example.doc), VECTOR), np.float32)
        table[self.words] = self.vectors[encoder]
        return table


def sample(
    example: data.Example, encoders: dict[str, Encoder], casts: Path | None = None
) -> Sample:
    """The article under the extractor's own cast and attributions."""
    cast, links = data.predicted_parts(example, models_unseen(example, casts) if casts else None)
    plan = plan_events(example.doc, cast, links)
    facts = reader.Facts(Scene(example.doc, cast, links))
    words = np.array(reader.looked_at(facts, plan.looked_at), np.int64)
    vectors = {
        name: reader.vectors(facts, one, plan.looked_at)[words].astype(np.float16)
        for name, one in encoders.items()
    }
    return Sample(example, cast, links, data.people(example, cast), plan, words, vectors)


# --- examples -------------------------------------------------------------------------------------


@dataclass
class Pairs:
    """Pairs of words as rows of tensors: rows of their vectors, kind, features, label, weight."""

    first: Tensor
    second: Tensor
    kind: Tensor
    features: Tensor  # rows are filled up with `HASHES`
    label: Tensor
    weight: Tensor

    def take(self, rows: Tensor) -> Pairs:
        """Those rows of all tensors."""
        return Pairs(*(column[rows] for column in vars(self).values()))


@dataclass
class Lesson:
    """What an article teaches: each trigger with what it tells of, who may have taken part.

    `row` is where a word's vector stands in `Sample.vectors`.
    """

    one: Sample
    row: dict[int, int]
    triggers: list[tuple[Trigger, Event | None, list[int]]]
    nearby: list[tuple[Trigger, Event, Nearby]]


def lesson(one: Sample) -> Lesson:
    """Triggers of which it is not certain whether they tell of an event are left out."""
    doc, triggers = one.example.doc, one.plan.triggers
    around = Neighbourhood(doc, one.cast, one.links, triggers)
    kept, nearby = [], []
    for trigger in triggers:
        event, clear = told(trigger, triggers, one)
        if event is not None or clear:
            codes = [hashed(f) for f in features(trigger, doc, one.cast)]
            kept.append((trigger, event, codes))
        if event is not None:
            for near in around.around(trigger):
                who = one.people.get(near.entity.id)
                if who not in event.recipients and who not in event.declined:
                    nearby.append((trigger, event, near))
    row = {int(i): n for n, i in enumerate(one.words)}
    return Lesson(one, row, kept, nearby)


def told(trigger: Trigger, triggers: list[Trigger], one: Sample) -> tuple[Event | None, bool]:
    """The gold event that the trigger tells of, and whether that is certain."""
    doc = one.example.doc
    place = doc[trigger.at].idx
    sentence = chars(doc, trigger.sentence)
    maybe = False
    for event in sorted(one.example.gold.events, key=lambda e: e.optional):
        if event.kind is not trigger.kind:
            continue
        start = doc.text.find(event.evidence)
        span = Span(start, start + len(event.evidence))
        if span.start <= place < span.end:
            return event, True
        if span.start < sentence.end and sentence.start < span.end:
            inside = any(
                t.kind is trigger.kind and span.start <= doc[t.at].idx < span.end for t in triggers
            )
            if not inside:
                return event, True
            maybe = True
    return None, not maybe


def event_examples(lessons: Sequence[Lesson]) -> Pairs:
    """Triggers with their verbs: is an event told."""
    pairs: list[Pair] = []
    for start, x in zip(_starts(lessons), lessons, strict=True):
        parse = columns(x.one.example.doc)
        for trigger, event, codes in x.triggers:
            places = x.row[trigger.at], x.row[governor(parse, trigger.at)]
            pairs.append(_pair(start, places, trigger, codes, event, event is not None))
    return _pairs(pairs)


def participant_examples(lessons: Sequence[Lesson]) -> Pairs:
    """Everybody in the article for every trigger that tells of an event: did they take part."""
    pairs: list[Pair] = []
    for start, x in zip(_starts(lessons), lessons, strict=True):
        for trigger, event, near in x.nearby:
            places = x.row[trigger.at], x.row[near.mention.head]
            codes = [hashed(f) for f in near.features]
            took_part = x.one.people.get(near.entity.id) in event.participants
            pairs.append(_pair(start, places, trigger, codes, event, took_part))
    return _pairs(pairs)


def _pair(
    start: int,
    places: tuple[int, int],
    trigger: Trigger,
    codes: list[int],
    event: Event | None,
    label: bool,
) -> Pair:
    weight = OPTIONAL_WEIGHT if event is not None and event.optional else 1.0
    first, second = places
    return start + first, start + second, KINDS.index(trigger.kind), codes, label, weight


def _starts(lessons: Sequence[Lesson]) -> list[int]:
    return np.cumsum([0, *(len(x.one.words) for x in lessons)])[:-1].tolist()


def _pairs(rows: Sequence[Pair]) -> Pairs:
    first, second, kind, codes, label, weight = zip(*rows, strict=True)
    seen = np.bincount(np.concatenate([np.unique(c) for c in codes]), minlength=HASHES)
    table = np.full((len(codes), max(map(len, codes))), HASHES, np.int32)
    for n, row in enumerate(codes):
        kept = [c for c in row if seen[c] >= RARE]
        table[n, : len(kept)] = kept
    return Pairs(
        torch.tensor(first),
        torch.tensor(second),
        torch.tensor(kind),
        torch.from_numpy(table),
        torch.tensor(label, dtype=torch.float32),
        torch.tensor(weight, dtype=torch.float32),
    )


# --- fitting --------------------------------------------------------------------------------------


class Network(nn.Module):
    """A head as in `Head`, and weights of hashed features; the row `HASHES` is of none."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__()

        def normal(*shape: int, spread: float = 0.02) -> nn.Parameter:
            return nn.Parameter(torch.tensor(rng.normal(0, spread, shape), dtype=torch.float32))

        self.first = normal(VECTOR, HIDDEN)
        self.second = normal(VECTOR, HIDDEN)
        self.gate = normal(VECTOR, HIDDEN)
        self.bias = nn.Parameter(torch.zeros(HIDDEN))
        self.out = normal(HIDDEN, len(KINDS), spread=0.1)
        self.straight = nn.Parameter(torch.zeros(VECTOR, len(KINDS)))
        self.base = nn.Parameter(torch.zeros(len(KINDS)))
        self.features = nn.Parameter(torch.zeros(HASHES + 1, 1))

    def head(self, a: Tensor, b: Tensor) -> Tensor:
        """Scores of pairs of vectors under each kind, with dropout."""
        a, b = F.dropout(a, DROP_VECTOR), F.dropout(b, DROP_VECTOR)
        other = b @ self.second
        hidden = a @ self.first + (a @ self.gate) * other + other + self.bias
        hidden = F.dropout(F.relu(hidden), DROP_HIDDEN)
        return hidden @ self.out + a @ self.straight + self.base

    def loss(self, vectors: Tensor, batch: Pairs, penalty: float) -> Tensor:
        """The cross-entropy of the batch, now and then without the head, and the penalty."""
        scores = self.head(vectors[batch.first].float(), vectors[batch.second].float())
        scores = scores.gather(1, batch.kind[:, None])
        scores = scores * torch.empty_like(scores).bernoulli_(1 - DROP_HEAD)
        scores = scores + F.embedding_bag(
            batch.features, self.features, mode="sum", padding_idx=HASHES
        )
        cost = F.binary_cross_entropy_with_logits(scores[:, 0], batch.label, batch.weight)
        return cost + penalty * self.features.square().sum()


def fit(
    vectors: Tensor, pairs: Pairs, epochs: int, penalty: float, log: Log
) -> tuple[Head, Weights]:
    """A head and weights of features that add up.

    Several networks are trained and become one, whose scores are the mean of theirs.
    """
    found = [_fit(vectors, pairs, epochs, penalty, seed) for seed in range(SEEDS)]
    log(f"{len(pairs.label)} pairs of words, {pairs.label.mean():.1%} of them right")

    def mean(name: str) -> np.ndarray:
        return np.mean([p[name] for p in found], axis=0)

    def beside(name: str) -> np.ndarray:
        return np.concatenate([p[name] for p in found], axis=-1)

    head = Head(
        beside("first"),
        beside("second"),
        beside("gate"),
        beside("bias"),
        np.concatenate([p["out"] for p in found]) / SEEDS,
        mean("straight"),
        mean("base"),
    )
    return head, Weights(mean("features")[:HASHES, 0])


def _fit(
    vectors: Tensor, pairs: Pairs, epochs: int, penalty: float, seed: int
) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    network = Network(rng)
    size = len(pairs.label)
    steps = epochs * (size // BATCH)
    optimizer = _optimizer(network)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: pace(step, steps, steps // 12, LAST_RATE)
    )
    for _ in range(epochs):
        order = torch.from_numpy(rng.permutation(size))
        for n in range(0, size - BATCH + 1, BATCH):
            optimizer.zero_grad()
            network.loss(vectors, pairs.take(order[n : n + BATCH]), penalty).backward()
            optimizer.step()
            rate.step()
    return {name: value.detach().numpy() for name, value in network.named_parameters()}


def _optimizer(network: Network) -> torch.optim.Optimizer:
    plain = [network.features, network.base]
    decayed = [p for name, p in network.named_parameters() if name not in {"features", "base"}]
    return torch.optim.AdamW(
        [
            {"params": plain, "lr": WEIGHT_RATE, "weight_decay": 0.0},
            {"params": decayed, "lr": RATE, "weight_decay": DECAY},
        ]
    )


def train(lessons: Sequence[Lesson], encoder: str, log: Log) -> EventModel:
    """The model, from vectors of that encoder."""
    vectors = torch.from_numpy(np.concatenate([x.one.vectors[encoder] for x in lessons]))
    telling, event = fit(vectors, event_examples(lessons), EVENT_EPOCHS, EVENT_PENALTY, log)
    pairs = participant_examples(lessons)
    taking, participant = fit(vectors, pairs, PARTICIPANT_EPOCHS, PARTICIPANT_PENALTY, log)
    return EventModel(event, participant, LEAST, telling, taking)


# --- measuring ------------------------------------------------------------------------------------


@dataclass
class Report:
    """Counts over articles: by the rules, by kind, of participants, and why events are missed."""

    total: Tally
    kinds: dict[EventKind, Tally]
    participants: Tally
    errors: Counter[str]

    @classmethod
    def none(cls) -> Report:
        return cls(Tally(), {}, Tally(), Counter())

    def lines(self) -> list[str]:
        """The report as text."""
        found = [f"all: {_line(self.total)}"]
        found += [f"{kind}: {_line(tally)}" for kind, tally in sorted(self.kinds.items())]
        found.append(f"participants of events that match: {_line(self.participants)}")
        return [*found, ", ".join(f"{n} {name}" for name, n in self.errors.most_common())]

    def add(self, one: Sample, found: Sequence[Event]) -> None:
        """Counts what was found in an article."""
        gold, people = one.example.gold.events, one.people
        sentences = compare.Sentences(one.example.article.text)
        pairs = compare.assign(
            gold, found, lambda g, f: compare.event_likeness(g, f, people, sentences)
        )
        matched = set(pairs.values())
        for number, event in enumerate(gold):
            told = [f for n, f in enumerate(found) if f.kind is event.kind]
            if event.optional:
                continue
            if number in pairs:
                self._count(event.kind, Tally(1, 0, 0))
                theirs, ours = set(event.participants), found[pairs[number]].participants
                right = len(theirs & {people.get(p, "") for p in ours})
                self.participants += Tally(right, len(theirs) - right, len(ours) - right)
                continue
            self._count(event.kind, Tally(0, 1, 0))
            here = [f for f in told if f not in [found[n] for n in matched]]
            self.errors["participants short" if _near(event, here, sentences) else "not found"] += 1
        for number, event in enumerate(found):
            if number not in matched:
                self._count(event.kind, Tally(0, 0, 1))
                same = [g for g in gold if g.kind is event.kind]
                told_there = _near(event, same, sentences)
                self.errors["spurious, one of its kind there" if told_there else "spurious"] += 1

    def _count(self, kind: EventKind, tally: Tally) -> None:
        self.total += tally
        self.kinds[kind] = self.kinds.get(kind, Tally()) + tally


def _near(event: Event, others: Sequence[Event], sentences: compare.Sentences) -> bool:
    """Whether one of the others is told in the same or a neighbouring sentence."""
    place = sentences.places(event.evidence, event.evidence_span)
    return any(
        sentences.neighbours(place, sentences.places(o.evidence, o.evidence_span)) for o in others
    )


def _line(t: Tally) -> str:
    return (
        f"P {t.precision:.3f} R {t.recall:.3f} F1 {t.f1:.3f} ({t.hits}, {t.missed}, {t.spurious})"
    )


def cross_validate(lessons: Sequence[Lesson], log: Log) -> Report:
    """Each half read by a model of the other on the encoder that has not seen it."""
    report = Report.none()
    for fold in range(FOLDS):
        model = train([x for x in lessons if fold_of(x) != fold], _fit_name(fold), log)
        for x in lessons:
            if fold_of(x) == fold:
                one = x.one
                report.add(
                    one, one.plan.read(one.whole(_fit_name(fold)), one.example.article, model)
                )
    return report


def fold_of(x: Lesson) -> int:
    """The half that the article is in, as in `training/positions.py`."""
    return x.one.example.number % FOLDS


def _fit_name(fold: int) -> str:
    return f"fold{fold}"


def main() -> None:
    """Reads the arguments, measures if there are fits, trains, writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--texts", type=Path, help="where texts are that lie elsewhere")
    parser.add_argument("--encoder", type=Path, required=True, help="folder of the encoder")
    parser.add_argument("--casts", type=Path, help="the --fits of training.who")
    parser.add_argument("--cache", type=Path, help="file for parses")
    parser.add_argument("--fits", type=Path, help="folder with fold0 and fold1, to measure")
    parser.add_argument("--out", type=Path, default=MODEL)
    args = parser.parse_args()
    begin = time.perf_counter()

    def log(message: str) -> None:
        print(f"{time.perf_counter() - begin:6.0f} s  {message}", flush=True)

    encoders = {"all": network.read(args.encoder)}
    if args.fits:
        encoders |= {_fit_name(n): network.read(args.fits / _fit_name(n)) for n in range(FOLDS)}
    examples = [
        e for folder in args.folders for e in data.load("civic", folder, args.texts, args.cache)
    ]
    log(f"{len(examples)} articles")
    lessons = [lesson(sample(e, encoders, args.casts)) for e in examples]
    log("vectors")
    if args.fits:
        for line in cross_validate(lessons, log).lines():
            log(line)
    store.write(args.out, train(lessons, "all", log))
    log(f"wrote {args.out}")


if __name__ == "__main__":
    main()
