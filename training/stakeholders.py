"""Train the choice of stakeholders on what the stages before it find.

    python -m training.stakeholders --articles data/training [--records DIR --texts DIR]
        [--casts DIR] [--validation data/validation] [--out data/models/who]

The last stage to train: it looks at the encoder's vectors and at the positions and events that the
other shipped models tell. With `--casts`, the `--fits` of `training/who.py`, each article is read
by models of who is who that have not seen it. The log odds from which somebody is kept are those
that are best for the articles of `--validation`.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kcgraph.evaluate import Tally, compare
from kcgraph.extract.offline import stakeholder_model as store
from kcgraph.extract.offline.events import plan_events
from kcgraph.extract.offline.positions import Vectors, plan_positions
from kcgraph.extract.offline.stakeholder_features import described
from kcgraph.extract.offline.stakeholders import select_stakeholders
from kcgraph.extract.offline.types import Cast, Linked
from kcgraph.model import Event, Position
from training import position_data as data
from training.who import models_unseen

OUT = Path(__file__).parents[1] / "data" / "models" / "who"
VECTOR, HIDDEN = 3 * 384, 64
SEEDS = 3  # networks whose scores are averaged
RARE = 3  # features seen less often are left out
EPOCHS, BATCH = 6, 256
RATE, WEIGHT_RATE = 1e-3, 1e-2
LAST_RATE = 0.02  # of the highest
DROP_VECTOR, DROP_HIDDEN, DROP_HEAD = 0.1, 0.3, 0.3
DECAY, PENALTY = 0.02, 1e-4
THRESHOLDS = np.arange(-1.5, 1.5, 0.1)
Log = Callable[[str], None]


@dataclass(frozen=True)
class Found:
    """What the stages before it find in an article."""

    cast: Cast
    links: list[Linked]
    positions: list[Position]
    events: list[Event]
    vectors: Vectors


def read(example: data.Example, casts: Path | None = None) -> Found:
    """The article by the models that ship, its cast by others of `casts`."""
    models = models_unseen(example, casts) if casts else None
    cast, links = data.predicted_parts(example, models)
    events = plan_events(example.doc, cast, links)
    plan = plan_positions(example.doc, cast, links, others=events.looked_at)
    vectors = plan.encode()
    if vectors is None:
        raise SystemExit("the position model is missing: train it first")
    article = example.article
    return Found(cast, links, plan.read(vectors, article), events.read(vectors, article), vectors)


@dataclass(frozen=True)
class Row:
    """A member of an article's cast, and whether the annotation has it."""

    features: list[str]
    pooled: np.ndarray  # (VECTOR,)
    right: bool


def rows(example: data.Example, found: Found) -> Iterator[Row]:
    """The article's cast; those that the annotation leaves open are left out."""
    optional = {s.id for s in example.gold.stakeholders if s.optional}
    matched = data.people(example, found.cast)
    members = described(found.cast, found.links, found.positions, found.events, example.doc)
    for entity, features in members:
        who = matched.get(entity.id)
        if who not in optional:
            pooled = store.pooled(found.vectors, [m.head for m in entity.mentions])
            yield Row(features, pooled.astype(np.float16), who is not None)


# --- fitting --------------------------------------------------------------------------------------


class Network(nn.Module):
    """A head as in `store.Head`, and weights of features; the first row is of none."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.first = nn.Linear(VECTOR, HIDDEN)
        self.out = nn.Linear(HIDDEN, 1, bias=False)
        self.weights = nn.Parameter(torch.zeros(features + 1, 1))

    def loss(self, features: Tensor, vectors: Tensor, right: Tensor) -> Tensor:
        """The cross-entropy of the batch, now and then without the head, and the penalty."""
        hidden = F.relu(self.first(F.dropout(vectors, DROP_VECTOR)))
        head = self.out(F.dropout(hidden, DROP_HIDDEN))
        head = head * torch.empty_like(head).bernoulli_(1 - DROP_HEAD)
        scores = head + F.embedding_bag(features, self.weights, mode="sum", padding_idx=0)
        cost = F.binary_cross_entropy_with_logits(scores[:, 0], right)
        return cost + PENALTY * self.weights.square().sum()


def fit(examples: Sequence[Row], log: Log) -> store.Selector:
    """Weights and head; several networks become one, whose scores are the mean of theirs."""
    often = Counter(f for row in examples for f in row.features)
    names = sorted(f for f, n in often.items() if n >= RARE)
    place = {name: n for n, name in enumerate(names, 1)}
    known = [[place[f] for f in row.features if f in place] for row in examples]
    widest = max(map(len, known))
    features = torch.tensor([row + [0] * (widest - len(row)) for row in known])
    vectors = torch.from_numpy(np.stack([row.pooled for row in examples]))
    right = torch.tensor([float(row.right) for row in examples])
    log(f"{len(examples)} members of casts, {right.mean():.1%} of them right")
    found = [_fit(len(names), features, vectors, right, seed) for seed in range(SEEDS)]
    head = store.Head(
        np.concatenate([n.first.weight.detach().numpy().T for n in found], axis=1),
        np.concatenate([n.first.bias.detach().numpy() for n in found]),
        np.concatenate([n.out.weight.detach().numpy()[0] for n in found]) / SEEDS,
    )
    weights = torch.stack([n.weights.detach()[1:, 0] for n in found]).mean(0).tolist()
    return store.Selector(dict(zip(names, weights, strict=True)), head, 0.0)


def _fit(width: int, features: Tensor, vectors: Tensor, right: Tensor, seed: int) -> Network:
    torch.manual_seed(seed)
    network = Network(width)
    optimizer = torch.optim.AdamW(
        [
            {"params": [network.weights], "lr": WEIGHT_RATE, "weight_decay": 0.0},
            {"params": [*network.first.parameters(), *network.out.parameters()]},
        ],
        lr=RATE,
        weight_decay=DECAY,
    )
    steps = EPOCHS * (len(right) // BATCH)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: max(LAST_RATE, 1 - step / steps)
    )
    for _ in range(EPOCHS):
        order = torch.randperm(len(right))
        for n in range(0, len(right) - BATCH + 1, BATCH):
            batch = order[n : n + BATCH]
            optimizer.zero_grad()
            network.loss(features[batch], vectors[batch].float(), right[batch]).backward()
            optimizer.step()
            rate.step()
    return network


# --- threshold ------------------------------------------------------------------------------------


def score(examples: Sequence[data.Example], model: store.Selector, log: Log) -> dict[float, Tally]:
    """How stakeholders are told from each threshold, under the models that ship."""
    tallies: dict[float, Tally] = defaultdict(Tally)
    for example in examples:
        found, gold = read(example), example.gold.stakeholders
        required = {n for n, who in enumerate(gold) if not who.optional}
        for threshold in map(float, THRESHOLDS):
            kept = select_stakeholders(
                found.cast,
                found.links,
                found.positions,
                found.events,
                example.doc,
                vectors=found.vectors,
                model=replace(model, threshold=threshold),
            )
            matched = compare.assign(gold, kept, compare.stakeholder_likeness)
            hits = len(required & matched.keys())
            tallies[threshold] += Tally(hits, len(required) - hits, len(kept) - len(matched))
    for threshold, tally in tallies.items():
        log(f"above {threshold:.1f}: {tally.precision:.3f} {tally.recall:.3f} {tally.f1:.3f}")
    return tallies


def main() -> None:
    """Reads the arguments, trains, chooses, writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    data.add_arguments(parser)
    parser.add_argument("--casts", type=Path, help="the --fits of training.who")
    parser.add_argument("--validation", type=Path, default=Path("data/validation"))
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    begin = time.perf_counter()

    def log(message: str) -> None:
        print(f"{time.perf_counter() - begin:6.0f} s  {message}", flush=True)

    learned = [row for e in data.chosen(args) for row in rows(e, read(e, args.casts))]
    model = fit(learned, log)
    tallies = score(data.load("validation", args.validation), model, log)
    best = max(tallies, key=lambda threshold: tallies[threshold].f1)
    args.out.mkdir(parents=True, exist_ok=True)
    store.write(args.out / store.FILE, replace(model, threshold=round(best, 1)))
    log(f"wrote {args.out / store.FILE}")


if __name__ == "__main__":
    main()
