"""Train the encoder: MiniLM's first layers, first on who says what and who backs whom, then on
positions.

    python -m training.encoder --minilm DIR --polnear DIR/train --directed FILE --out start.npz

is the first step, with your own copies of the weights (`model.safetensors` and `vocab.txt` of
all-MiniLM-L6-v2), of PolNeAR and of the directed sentences. The second is `fit`, which
`training/positions.py` calls; it may also go on from what ships (`shipped`). PyTorch on the CPU.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import re
import shutil
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from kcgraph.extract.offline.encoder.network import FILE, VOCABULARY
from kcgraph.extract.offline.encoder.pieces import END, PADDING, START, UNKNOWN, Pieces
from kcgraph.extract.offline.encoder.windows import SIZE
from kcgraph.extract.offline.positions.frames import LABELS
from kcgraph.extract.offline.positions.pairs import CODES, HOLDER_FACTS, NODE_FACTS, WORD_CODES

LAYERS = 3
VECTOR, HEADS, INNER = 384, 12, 1536
HIDDEN = 96  # of the heads of pairs
DROP = 0.1
MICROSOFT = "com.microsoft"  # the domain of ONNX Runtime's own operators
RATE, HEAD_RATE = 2e-4, 1e-3
WINDOWS = 24  # in one step
OWN_CAST = 0.67  # how often an article is read with the extractor's cast, else the annotation's
FIRST_BATCH, DIRECTED_BATCH = 16, 32
BETWEEN = 2  # steps on positions for one on directed sentences
_WORD = re.compile(r"\w+|[^\w\s]")
Params = dict[str, Any]
Tensor = torch.Tensor


# --- the network ----------------------------------------------------------------------------------


def minilm(folder: Path, kept: Sequence[int]) -> Params:
    """The first layers of MiniLM with the rows `kept` of its vocabulary."""
    raw = (folder / "model.safetensors").read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    entries = json.loads(raw[8 : 8 + size])

    def get(name: str) -> np.ndarray:
        start, end = entries[name]["data_offsets"]
        flat = np.frombuffer(raw[8 + size + start : 8 + size + end], np.float32)
        return flat.reshape(entries[name]["shape"])

    layers = []
    for n in range(LAYERS):
        own = f"encoder.layer.{n}."
        parts = [own + f"attention.self.{x}" for x in ("query", "key", "value")]
        layers.append(
            {
                "qkv": np.concatenate([get(p + ".weight").T for p in parts], 1),
                "qkv_bias": np.concatenate([get(p + ".bias") for p in parts]),
                "out": get(own + "attention.output.dense.weight").T,
                "out_bias": get(own + "attention.output.dense.bias"),
                "norm1": get(own + "attention.output.LayerNorm.weight"),
                "norm1_bias": get(own + "attention.output.LayerNorm.bias"),
                "up": get(own + "intermediate.dense.weight").T,
                "up_bias": get(own + "intermediate.dense.bias"),
                "down": get(own + "output.dense.weight").T,
                "down_bias": get(own + "output.dense.bias"),
                "norm2": get(own + "output.LayerNorm.weight"),
                "norm2_bias": get(own + "output.LayerNorm.bias"),
            }
        )
    return {
        "word": get("embeddings.word_embeddings.weight")[np.array(kept)],
        "place": get("embeddings.position_embeddings.weight")[:SIZE]
        + get("embeddings.token_type_embeddings.weight")[0],
        "norm": get("embeddings.LayerNorm.weight"),
        "norm_bias": get("embeddings.LayerNorm.bias"),
        "layers": layers,
    }


def _norm(x: Tensor, gain: Tensor, bias: Tensor) -> Tensor:
    return F.layer_norm(x, (VECTOR,), gain, bias, 1e-12)


def encode(
    encoder: Params, numbers: Tensor, extra: Tensor | float = 0.0, train: bool = False
) -> Tensor:
    """Pieces (windows, length) to vectors (windows, length, VECTOR); zeros where there is no piece.

    Only attention works on whole windows, everything else on the pieces that there are.
    """
    windows, length = numbers.shape
    x = F.embedding(numbers, encoder["word"]) + encoder["place"][:length] + extra
    there = numbers != 0
    at = there.flatten().nonzero()[:, 0]
    x = x.view(-1, VECTOR)[at]
    x = F.dropout(_norm(x, encoder["norm"], encoder["norm_bias"]), DROP, train)
    known = there[:, None, None, :]
    for layer in encoder["layers"]:
        qkv = _spread(x @ layer["qkv"] + layer["qkv_bias"], at, windows * length)
        q, k, v = qkv.view(windows, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, known)
        mixed = mixed.transpose(1, 2).reshape(-1, VECTOR)[at]
        mixed = F.dropout(mixed @ layer["out"] + layer["out_bias"], DROP, train)
        x = _norm(x + mixed, layer["norm1"], layer["norm1_bias"])
        inner = F.gelu(x @ layer["up"] + layer["up_bias"], approximate="tanh")
        inner = F.dropout(inner @ layer["down"] + layer["down_bias"], DROP, train)
        x = _norm(x + inner, layer["norm2"], layer["norm2_bias"])
    return _spread(x, at, windows * length).view(windows, length, VECTOR)


def _spread(rows: Tensor, at: Tensor, size: int) -> Tensor:
    """The rows at their places among `size`, zeros elsewhere."""
    return rows.new_zeros(size, rows.shape[1]).index_copy(0, at, rows)


def pace(step: int, steps: int, rising: int, last: float) -> float:
    """The share of the rate at a step: a straight line up, then half a cosine down to `last`."""
    top = max(1, rising)
    if step < top:
        return step / top
    done = min(1.0, (step - top) / max(1, steps - top))
    return last + (1 - last) * (1 + math.cos(math.pi * done)) / 2


class Learner:
    """Parameters that are being trained, with their optimizer.

    The vectors of pieces and places stay as they are: they see too little text here.
    """

    def __init__(self, params: Params, steps: int) -> None:
        self.params = tensors(params)
        sides: dict[bool, list[Tensor]] = {True: [], False: []}
        for name, value in _leaves(self.params):
            if name not in ("encoder.word", "encoder.place"):
                sides[name.startswith("encoder.")].append(value.requires_grad_())
        self._learnt = sides[True] + sides[False]
        groups = [
            {"params": sides[True], "lr": RATE},
            {"params": sides[False], "lr": HEAD_RATE},
        ]
        self._optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
        self._pace = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda step: pace(step, steps, steps // 16, 0.01)
        )

    def step(self, loss: Callable[..., Tensor], *data: Any) -> float:
        """Makes `loss(parameters, *data)` a little smaller; what it was."""
        self._optimizer.zero_grad()
        value = loss(self.params, *data)
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._learnt, 1.0)
        self._optimizer.step()
        self._pace.step()
        return float(value.detach())

    def arrays(self) -> Params:
        """The parameters as arrays."""
        return _mapped(self.params, lambda x: x.detach().numpy().copy())


def _mapped(params: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(params, dict):
        return {name: _mapped(value, change) for name, value in params.items()}
    if isinstance(params, list):
        return [_mapped(value, change) for value in params]
    return change(params)


def tensors(params: Any) -> Any:
    """The parameters, arrays in lists and dictionaries, as tensors."""
    return _mapped(params, lambda x: torch.from_numpy(np.array(x)))


def _leaves(params: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value with its name, such as `encoder.layers.0.qkv`."""
    if not isinstance(params, dict | list):
        yield name, params
        return
    for key, value in params.items() if isinstance(params, dict) else enumerate(params):
        yield from _leaves(value, f"{name}.{key}" if name else str(key))


# --- first step: who says what, who backs whom ---------------------------------------------------


def pretrain(
    folder: Path, polnear: Path, directed: Path, seed: int, log: Callable[[str], None]
) -> tuple[Params, list[str]]:
    """Encoder and head of directed sentences after one pass over both, and the vocabulary kept."""
    texts = [p.read_text(encoding="utf-8") for p in sorted(polnear.glob("text/*.txt"))]
    texts.append(directed.read_text(encoding="utf-8"))
    kept, vocabulary = _vocabulary(folder, texts)
    pieces = Pieces(vocabulary)
    random.seed(seed)
    torch.manual_seed(seed)
    tagged = [w for p in sorted(polnear.glob("text/*.txt")) for w in _tagged(p, pieces)]
    pairs = list(directed_sentences(directed, pieces))
    rng = np.random.default_rng(seed)
    params = {
        "encoder": minilm(folder, kept),
        "tags": {"w": _normal(rng, VECTOR, 4), "b": _zeros(4)},
        "directed": {
            "p": _normal(rng, VECTOR, 128),
            "q": _normal(rng, VECTOR, 128),
            "both": _normal(rng, VECTOR, 128),
            "bias": _zeros(128),
            "out": _normal(rng, 128, 5, spread=0.05),
            "out_bias": _zeros(5),
        },
    }
    batches = [("tags", b) for b in _chunks(random.sample(tagged, len(tagged)), FIRST_BATCH)]
    by_length = sorted(pairs, key=lambda x: len(x[0]) + 8 * random.random())
    batches += [("directed", b) for b in _chunks(by_length, DIRECTED_BATCH)]
    random.shuffle(batches)
    learner = Learner(params, len(batches))
    losses = {"tags": _tag_loss, "directed": _directed_loss}
    mean = dict.fromkeys(losses, 1.0)
    for n, (kind, batch) in enumerate(batches, 1):
        arrays = _tag_arrays(batch) if kind == "tags" else _directed_arrays(batch)
        mean[kind] += 0.02 * (learner.step(losses[kind], *arrays) - mean[kind])
        if n % 50 == 0:
            log(f"{n} of {len(batches)} steps, losses {mean}")
    whole = learner.arrays()
    return {name: whole[name] for name in ("encoder", "directed")}, vocabulary


def _tag_loss(params: Params, numbers: Tensor, tags: Tensor) -> Tensor:
    x = encode(params["encoder"], numbers, train=True)
    odds = x @ params["tags"]["w"] + params["tags"]["b"]
    return F.cross_entropy(odds.flatten(0, 1), tags.flatten(), ignore_index=-1)


def _directed_loss(params: Params, numbers: Tensor, places: Tensor, label: Tensor) -> Tensor:
    x = encode(params["encoder"], numbers, train=True)
    rows, own = torch.arange(len(numbers)), params["directed"]
    p, q = x[rows, places[:, 0]], x[rows, places[:, 1]]
    hidden = p @ own["p"] + q @ own["q"] + (p * q) @ own["both"] + own["bias"]
    odds = F.gelu(hidden, approximate="tanh") @ own["out"] + own["out_bias"]
    return F.cross_entropy(odds, label)


def _normal(rng: np.random.Generator, *shape: int, spread: float = 0.02) -> np.ndarray:
    return rng.normal(0, spread, shape).astype(np.float32)


def _zeros(*shape: int) -> np.ndarray:
    return np.zeros(shape, np.float32)


def _chunks(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [rows[n : n + size] for n in range(0, len(rows) - size + 1, size)]


def _vocabulary(folder: Path, texts: Sequence[str]) -> tuple[list[int], list[str]]:
    """Common pieces and those that the texts use."""
    whole = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    pieces = Pieces(whole)
    seen: Counter[int] = Counter()
    for text in texts:
        for word in _WORD.findall(text):
            seen.update(pieces[word])
    special = {PADDING, UNKNOWN, START, END}
    kept = [
        n
        for n, piece in enumerate(whole)
        if piece in special
        or (
            not piece.startswith("[unused")
            and (1996 <= n < 9000 or seen[n] >= 4 or len(piece.removeprefix("##")) == 1)
        )
    ]
    return kept, [whole[n] for n in kept]


def _tagged(path: Path, pieces: Pieces) -> Iterator[tuple[list[int], list[int]]]:
    """Windows of an article: pieces, and 1 source, 2 cue, 3 content, 0 none, -1 inside a word."""
    text = path.read_bytes().decode("utf-8")
    marks = path.parent.parent / "attributions" / f"{path.stem}.ann"
    found = [marks] if marks.exists() else sorted(marks.parent.glob(f"{path.stem}*.ann"))
    if not found:
        return
    tags = np.zeros(len(text) + 1, int)
    for kind, places in re.findall(
        r"^T\d+\t(Source|Cue|Content) ([\d ;]+)\t", found[0].read_text("utf-8"), re.MULTILINE
    ):
        for place in places.split(";"):
            start, end = map(int, place.split())
            tags[start:end] = ("Source", "Cue", "Content").index(kind) + 1
    opening, closing = pieces.numbers[START], pieces.numbers[END]
    window: list[tuple[int, int]] = []
    for paragraph in re.finditer(r"[^\n]+", text):
        own: list[tuple[int, int]] = []
        for word in _WORD.finditer(paragraph.group()):
            tag = int(tags[paragraph.start() + word.start()])
            own += [(n, -1 if k else tag) for k, n in enumerate(pieces[word.group()])]
        for part in [own[n : n + SIZE - 2] for n in range(0, len(own), SIZE - 2)]:
            if len(window) + len(part) > SIZE - 2:
                yield _window(window, opening, closing)
                window = []
            window += part
    if window:
        yield _window(window, opening, closing)


def _window(pairs: list[tuple[int, int]], start: int, end: int) -> tuple[list[int], list[int]]:
    return [start, *(n for n, _ in pairs), end], [-1, *(tag for _, tag in pairs), -1]


def directed_sentences(
    path: Path, pieces: Pieces
) -> Iterator[tuple[list[int], tuple[int, int], int]]:
    """Sentences with the places of both who are named, and the label 0 to 4."""
    with path.open(encoding="utf-8", newline="") as lines:
        for sentence, _, _, label in csv.reader(lines, delimiter="\t"):
            numbers, places = [pieces.numbers[START]], []
            for part in re.finditer(r"\[([^\[\]]*)\]|\w+|[^\w\s]", sentence):
                if part.group(1) is not None:
                    places.append(len(numbers))
                for word in _WORD.findall(part.group(1) or part.group()):
                    numbers += pieces[word]
            if len(places) >= 2 and places[1] < SIZE - 1:
                yield (
                    [*numbers[: SIZE - 1], pieces.numbers[END]],
                    (places[0], places[1]),
                    int(label),
                )


def _tag_arrays(batch: Sequence[Any]) -> tuple[Tensor, Tensor]:
    return _padded([r[0] for r in batch], 0), _padded([r[1] for r in batch], -1)


def _directed_arrays(batch: Sequence[Any]) -> tuple[Tensor, Tensor, Tensor]:
    places, labels = (torch.tensor([row[n] for row in batch]) for n in (1, 2))
    return _padded([r[0] for r in batch], 0), places, labels


def _padded(rows: Sequence[Sequence[int]], fill: int) -> Tensor:
    table = torch.full((len(rows), max(map(len, rows))), fill)
    for n, row in enumerate(rows):
        table[n, : len(row)] = torch.tensor(row)
    return table


# --- second step: positions -----------------------------------------------------------------------


@dataclass
class Choice:
    """Rival candidates for an anchor under a label; `good` is how right each is, 0 to 1."""

    anchor: int
    label: int
    places: list[int]
    codes: list[list[int]]
    good: list[float]
    weight: float


@dataclass
class Lesson:
    """One article under one cast, as arrays; words by their places in the flattened windows."""

    numbers: np.ndarray
    codes: np.ndarray
    anchors: np.ndarray
    facts: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    holders: list[Choice]
    nodes: list[Choice]


def fit(
    start: Params,
    lessons: Sequence[Sequence[Lesson]],
    directed: Sequence[Any],
    epochs: int,
    seed: int,
    log: Callable[[str], None],
    shares: Sequence[float] | None = None,
) -> Params:
    """The encoder with its heads after `epochs` passes over the lessons.

    `start` is what `pretrain` gave, or what an earlier fit gave, whose heads then are trained on.
    `lessons` has for each article its lesson under the extractor's cast and, where there is one,
    under the annotation's. `directed` sentences come in between, so that they are not forgotten.
    `shares` says for each article in what share of the passes it comes; in all if not given.
    """
    shares = shares or [1.0] * len(lessons)
    choose = random.Random(seed)
    torch.manual_seed(seed)
    total = sum(
        share * len(article[0].numbers) for share, article in zip(shares, lessons, strict=True)
    )
    own = int(epochs * total / (WINDOWS - 3)) + 1
    learner = Learner({**_fresh_heads(seed), **start}, own + own // BETWEEN * bool(directed))
    done = 0
    for epoch in range(epochs):
        mean = 0.0
        for batch in _batches(lessons, shares, choose):
            loss = learner.step(_loss, batch)
            done += 1
            if directed and done % BETWEEN == 0:
                some = choose.sample(directed, DIRECTED_BATCH)
                learner.step(_directed_loss, *_directed_arrays(some))
            mean += 0.05 * (loss - mean) if mean else loss
            if done % 25 == 0:
                log(f"{done} of about {own} steps, loss {mean:.3f}")
        log(f"epoch {epoch + 1}: {done} steps, loss {mean:.3f}")
    return learner.arrays()


def _fresh_heads(seed: int) -> Params:
    rng = np.random.default_rng(seed)
    return {
        "extra": [_normal(rng, size, VECTOR, spread=0.005) for size in WORD_CODES],
        "anchor": {
            "weights": _normal(rng, VECTOR, len(LABELS)),
            "code": _zeros(CODES, len(LABELS)),
            "bias": np.full(len(LABELS), -3.0, np.float32),
        },
        "holder": _pair_head(rng),
        "node": _pair_head(rng),
    }


def _pair_head(rng: np.random.Generator) -> Params:
    return {
        "anchor": _normal(rng, VECTOR, HIDDEN),
        "candidate": _normal(rng, VECTOR, HIDDEN),
        "gate": _normal(rng, VECTOR, HIDDEN),
        "label": _normal(rng, len(LABELS), HIDDEN),
        "code": _normal(rng, CODES, HIDDEN),
        "bias": _zeros(HIDDEN),
        "out": _normal(rng, HIDDEN, spread=0.1),
        "shortcut": _zeros(CODES),
    }


def _pair_scores(head: Params, x: Tensor, b: Params) -> Tensor:
    candidate = (x @ head["candidate"])[b["place"]]
    hidden = (x @ head["anchor"])[b["anchor"]] + candidate + head["bias"]
    hidden = hidden + (x @ head["gate"])[b["anchor"]] * candidate + head["label"][b["label"]]
    hidden = hidden + _summed(b["codes"], head["code"])
    hidden = F.dropout(F.gelu(hidden, approximate="tanh"), 0.2)
    return hidden @ head["out"] + _summed(b["codes"], head["shortcut"][:, None])[:, 0]


def _summed(codes: Tensor, table: Tensor) -> Tensor:
    """For each row of codes the sum of their vectors."""
    return F.embedding_bag(codes, table, mode="sum")


def _choice_loss(scores: Tensor, b: Params) -> Tensor:
    """Minus the logarithm of the share that the right candidates have, added up."""
    size, of = len(b["weight"]), b["choice"]
    top = torch.full((size,), -torch.inf).scatter_reduce(0, of, scores.detach(), "amax")
    mass = torch.exp(scores - top[of])
    whole = torch.zeros(size).index_add(0, of, mass)
    right = torch.zeros(size).index_add(0, of, mass * b["good"])
    return -(b["weight"] * torch.log(right.clamp(min=1e-9) / whole)).sum()


def _loss(params: Params, b: Params) -> Tensor:
    extra = sum(F.embedding(b["codes"][..., n], t) for n, t in enumerate(params["extra"]))
    x = encode(params["encoder"], b["numbers"], extra, train=True).reshape(-1, VECTOR)
    said = F.dropout(x[b["anchors"]], DROP) @ params["anchor"]["weights"]
    odds = said + _summed(b["facts"], params["anchor"]["code"]) + params["anchor"]["bias"]
    loss = F.binary_cross_entropy_with_logits(odds, b["labels"], b["weights"], reduction="sum")
    for name in ("holder", "node"):
        loss = loss + 0.7 * _choice_loss(_pair_scores(params[name], x, b[name]), b[name])
    return loss / b["holder"]["weight"].sum().clamp(min=10.0)


def _batches(
    lessons: Sequence[Sequence[Lesson]], shares: Sequence[float], choose: random.Random
) -> Iterator[Params]:
    batch: list[Lesson] = []
    these = [a for a, share in zip(lessons, shares, strict=True) if choose.random() < share]
    for article in choose.sample(these, len(these)):
        lesson = article[0] if choose.random() < OWN_CAST else article[-1]
        if batch and sum(len(x.numbers) for x in (*batch, lesson)) > WINDOWS:
            yield _arrays(batch)
            batch = []
        batch.append(lesson)
    yield _arrays(batch)


def _arrays(batch: Sequence[Lesson]) -> Params:
    """The lessons one after another."""
    shifts = np.cumsum([0] + [x.numbers.size for x in batch[:-1]])
    placed = list(zip(batch, shifts.tolist(), strict=True))
    together = {
        name: np.concatenate([getattr(x, name) for x in batch])
        for name in ("numbers", "codes", "facts", "labels", "weights")
    }
    arrays = {
        **together,
        "anchors": np.concatenate([x.anchors + s for x, s in placed]),
        "holder": _choices([(c, s) for x, s in placed for c in x.holders], HOLDER_FACTS),
        "node": _choices([(c, s) for x, s in placed for c in x.nodes], NODE_FACTS),
    }
    return tensors(arrays)


def _choices(these: Sequence[tuple[Choice, int]], facts: int) -> Params:
    sizes = [len(c.places) for c, _ in these]

    def each(values: Sequence[int]) -> np.ndarray:
        """The values, each once for every candidate."""
        return np.repeat(np.array(values, np.int64), sizes)

    return {
        "anchor": each([c.anchor + s for c, s in these]),
        "label": each([c.label for c, _ in these]),
        "choice": each(range(len(these))),
        "place": np.array([p + s for c, s in these for p in c.places], np.int64),
        "codes": np.array([row for c, _ in these for row in c.codes], np.int64).reshape(-1, facts),
        "good": np.array([g for c, _ in these for g in c.good], np.float32),
        "weight": np.array([c.weight for c, _ in these], np.float32),
    }


# --- the files ------------------------------------------------------------------------------------


def save(path: Path, params: Params, vocabulary: Sequence[str]) -> None:
    """Parameters and a vocabulary as plain arrays."""
    words = np.frombuffer("\n".join(vocabulary).encode(), np.uint8)
    np.savez(path, vocabulary=words, **dict(_leaves(params)))


def restore(path: Path) -> tuple[Params, list[str]]:
    """What `save` wrote."""
    with np.load(path) as arrays:
        params: Params = {"encoder": {"layers": [{} for _ in range(LAYERS)]}, "directed": {}}
        for name in arrays.files:
            match name.split("."):
                case ["encoder", "layers", number, part]:
                    params["encoder"]["layers"][int(number)][part] = arrays[name]
                case [owner, part]:
                    params[owner][part] = arrays[name]
        return params, bytes(arrays["vocabulary"]).decode().split("\n")


def shipped(folder: Path) -> tuple[Params, list[str]]:
    """Parameters and vocabulary of the model files in `folder`, to go on from.

    Weights of the encoder are those that `export` rounded to bytes.
    """
    import onnx
    from onnx import numpy_helper

    stored = iter(onnx.load(str(folder / FILE)).graph.initializer)

    def value() -> np.ndarray:
        return np.array(numpy_helper.to_array(next(stored)), np.float32)

    def table(axis: int) -> np.ndarray:
        small, scale = value(), value()
        return small * np.expand_dims(scale, 1 - axis)

    # in the order in which `_Graph` keeps them
    encoder: Params = {"word": table(0)}
    value()  # where the places begin
    encoder["place"] = value()
    extra = []
    for _ in WORD_CODES:
        extra.append(value()[:-1])
        value()  # its number
    encoder |= {"norm": value(), "norm_bias": value()}
    value()  # the number of the piece that fills up
    encoder["layers"] = [_shipped_layer(value, table) for _ in range(LAYERS)]
    params: Params = {"encoder": encoder, "extra": extra}
    with np.load(folder / "position.npz") as arrays:
        for owner in ("anchor", "holder", "node"):
            own = [name for name in arrays.files if name.startswith(f"{owner}.")]
            params[owner] = {n.partition(".")[2]: arrays[n].astype(np.float32) for n in own}
    with np.load(folder / "directed.npz") as arrays:
        params["directed"] = {name: arrays[name].astype(np.float32) for name in arrays.files}
    return params, (folder / VOCABULARY).read_text(encoding="utf-8").splitlines()


def _shipped_layer(value: Callable[[], np.ndarray], table: Callable[[int], np.ndarray]) -> Params:
    keys, values, bias, queries = table(1), table(1), value(), table(1)
    layer = {"qkv": np.concatenate([queries, keys, values], 1), "qkv_bias": bias, "out": table(1)}
    layer |= {name: value() for name in ("norm1", "norm1_bias", "out_bias")}
    layer |= {"up": table(1), "up_bias": value(), "down": table(1)}
    return layer | {name: value() for name in ("norm2", "norm2_bias", "down_bias")}


def export(folder: Path, params: Params, vocabulary: Sequence[str]) -> None:
    """Writes the network for ONNX Runtime, weights as bytes, and its vocabulary."""
    import onnx

    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_Graph(params).model(), str(folder / FILE))
    (folder / VOCABULARY).write_text("\n".join(vocabulary) + "\n", encoding="utf-8")


def ship(out: Path, folder: Path, directed: Params) -> None:
    """Puts the encoder that lies in `folder`, and the head of directed sentences, into `out`."""
    for name in (FILE, VOCABULARY):
        shutil.copy(folder / name, out / name)
    small = {name: values.astype(np.float16) for name, values in directed.items()}
    np.savez_compressed(out / "directed.npz", **small)


class _Graph:
    """The network in the operators of ONNX, opset 20, and in those of ONNX Runtime.

    The last layer is worked out for the pieces `wanted` only: their places in the window.
    """

    def __init__(self, params: Params) -> None:
        self.nodes: list[Any] = []
        self.stored: list[Any] = []
        self.params = params

    def keep(self, value: Any, dtype: Any = np.float32) -> str:
        """A stored value; its name."""
        from onnx import numpy_helper

        name = f"v{len(self.stored)}"
        self.stored.append(numpy_helper.from_array(np.array(value, dtype, order="C"), name))
        return name

    def weights(self, table: np.ndarray, axis: int) -> str:
        """A matrix as bytes with a scale for every row or column."""
        top = np.abs(table).max(axis=1 - axis, keepdims=True)
        scale = np.maximum(top, 1e-8) / 127
        small = np.round(table / scale).astype(np.int8)
        return self.do(
            "DequantizeLinear", self.keep(small, np.int8), self.keep(scale.ravel()), axis=axis
        )

    def do(self, operator: str, *inputs: str, domain: str = "", **options: Any) -> str:
        """An operation; the name of its result."""
        from onnx import helper

        name = f"t{len(self.nodes)}"
        node = helper.make_node(operator, list(inputs), [name], domain=domain, **options)
        self.nodes.append(node)
        return name

    def fused(self, operator: str, *inputs: str, **options: Any) -> str:
        """One of ONNX Runtime's own operations, which do several steps in one."""
        return self.do(operator, *inputs, domain=MICROSOFT, **options)

    def times(self, x: str, weights: np.ndarray) -> str:
        return self.do("MatMul", x, self.weights(weights, 1))

    def norm(self, x: str, change: str, *values: np.ndarray) -> str:
        """Adds the change and its bias to `x`; `values` are gain, bias and that bias."""
        kept = map(self.keep, values)
        return self.fused("SkipLayerNormalization", x, change, *kept, epsilon=1e-12)

    def layer(self, x: str, known: str, layer: Params, wanted: str | None) -> str:
        """One layer over the pieces `x` of which `known` is 1, for the places `wanted` or all."""
        queries, *others = np.split(layer["qkv"], 3, axis=1)
        k, v = (self.times(x, weights) for weights in others)
        if wanted:
            x = self.do("GatherND", x, wanted, batch_dims=1)
        bias = self.keep(layer["qkv_bias"])
        inputs = (self.times(x, queries), k, v, bias, known)
        mixed = self.fused("MultiHeadAttention", *inputs, num_heads=HEADS)
        mixed = self.times(mixed, layer["out"])
        x = self.norm(x, mixed, layer["norm1"], layer["norm1_bias"], layer["out_bias"])
        inner = self.times(x, layer["up"])
        inner = self.fused("FastGelu", inner, self.keep(layer["up_bias"]))
        inner = self.times(inner, layer["down"])
        return self.norm(x, inner, layer["norm2"], layer["norm2_bias"], layer["down_bias"])

    def model(self) -> Any:
        from onnx import TensorProto, checker, helper

        encoder = self.params["encoder"]
        x = self.do("Gather", self.weights(encoder["word"], 0), "ids")
        length = self.do("Shape", "ids", start=1, end=2)
        first = self.keep([0], np.int64)
        x = self.do("Add", x, self.do("Slice", self.keep(encoder["place"]), first, length, first))
        for n, table in enumerate(self.params["extra"]):
            silent = np.vstack([table, np.zeros_like(table[:1])])  # a last code says nothing
            own = self.do(
                "Gather",
                self.keep(silent),
                self.do("Gather", "codes", self.keep(n, np.int64), axis=2),
            )
            x = self.do("Add", x, own)
        named = self.keep(encoder["norm"]), self.keep(encoder["norm_bias"])
        x = self.do("LayerNormalization", x, *named, axis=-1, epsilon=1e-12)
        empty = self.do("Equal", "ids", self.keep(0, np.int64))
        known = self.do("Cast", self.do("Not", empty), to=TensorProto.INT32)
        for layer in encoder["layers"]:
            last = layer is encoder["layers"][-1]
            x = self.layer(x, known, layer, "wanted" if last else None)
        graph = helper.make_graph(
            self.nodes,
            "encoder",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT64, ["windows", "pieces"]),
                helper.make_tensor_value_info(
                    "codes", TensorProto.INT64, ["windows", "pieces", len(WORD_CODES)]
                ),
                helper.make_tensor_value_info("wanted", TensorProto.INT64, ["windows", "some", 1]),
            ],
            [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["windows", "some", VECTOR])],
            self.stored,
        )
        versions = [helper.make_opsetid("", 20), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=versions)
        model.ir_version = 9
        checker.check_model(model)
        return model


def main() -> None:
    """Reads the arguments, trains the first step, writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minilm", type=Path, required=True)
    parser.add_argument("--polnear", type=Path, required=True, help="a part: text, attributions")
    parser.add_argument("--directed", type=Path, required=True, help="file of directed sentences")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    begin = time.perf_counter()

    def log(message: str) -> None:
        print(f"{time.perf_counter() - begin:6.0f} s  {message}", flush=True)

    save(args.out, *pretrain(args.minilm, args.polnear, args.directed, 7, log))


if __name__ == "__main__":
    main()
