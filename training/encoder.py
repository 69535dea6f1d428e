"""Train the encoder: MiniLM's first layers, first on who says what and who backs whom, then on
positions.

    python -m training.encoder --minilm DIR --polnear DIR/train --directed FILE --out start.npz

is the first step, with your own copies of the weights (`model.safetensors` and `vocab.txt` of
all-MiniLM-L6-v2), of PolNeAR and of the directed sentences. The second is `fit`, which
`training/positions.py` calls for each fold. JAX on the CPU.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from kcgraph.extract.offline.encoder.network import FILE, VOCABULARY
from kcgraph.extract.offline.encoder.pieces import END, PADDING, START, UNKNOWN, Pieces
from kcgraph.extract.offline.encoder.windows import SIZE
from kcgraph.extract.offline.positions.frames import LABELS
from kcgraph.extract.offline.positions.pairs import CODES, HOLDER_FACTS, NODE_FACTS, WORD_CODES

jax.config.update("jax_default_prng_impl", "rbg")  # the default is slow on a CPU

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


def _norm(x: Any, gain: Any, bias: Any) -> Any:
    mean = x.mean(-1, keepdims=True)
    spread = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(spread + 1e-12) * gain + bias


def _drop(key: Any, x: Any, rate: float) -> Any:
    return x if key is None else x * jax.random.bernoulli(key, 1 - rate, x.shape) / (1 - rate)


def encode(encoder: Params, numbers: Any, extra: Any = 0.0, key: Any = None) -> Any:
    """Pieces (windows, length) to vectors (windows, length, VECTOR)."""
    windows, length = numbers.shape
    keys = iter([None] * 99 if key is None else jax.random.split(key, 1 + 2 * LAYERS))
    x = encoder["word"][numbers] + encoder["place"][None, :length] + extra
    x = _drop(next(keys), _norm(x, encoder["norm"], encoder["norm_bias"]), DROP)
    hidden = jnp.where(numbers == 0, -1e4, 0.0)[:, None, None, :]
    for layer in encoder["layers"]:
        qkv = (x @ layer["qkv"] + layer["qkv_bias"]).reshape(windows, length, 3, HEADS, -1)
        q, k, v = qkv[:, :, 0], qkv[:, :, 1], qkv[:, :, 2]
        weights = jnp.einsum("wqhd,wkhd->whqk", q, k) / np.sqrt(VECTOR / HEADS) + hidden
        mixed = jnp.einsum("whqk,wkhd->wqhd", jax.nn.softmax(weights, -1), v)
        mixed = mixed.reshape(windows, length, VECTOR) @ layer["out"] + layer["out_bias"]
        x = _norm(x + _drop(next(keys), mixed, DROP), layer["norm1"], layer["norm1_bias"])
        inner = jax.nn.gelu(x @ layer["up"] + layer["up_bias"], approximate=True)
        inner = inner @ layer["down"] + layer["down_bias"]
        x = _norm(x + _drop(next(keys), inner, DROP), layer["norm2"], layer["norm2_bias"])
    return x


def _thaw(encoder: Params) -> tuple[Params, Params]:
    """What is trained, and what stays: the vectors of pieces, which see too little text here."""
    frozen = {name: encoder[name] for name in ("word", "place")}
    return {k: v for k, v in encoder.items() if k not in frozen}, frozen


def _optimizer(steps: int) -> optax.GradientTransformation:
    ramp = optax.warmup_cosine_decay_schedule(0.0, 1.0, max(1, steps // 16), steps, 0.01)

    def side(rate: float) -> optax.GradientTransformation:
        return optax.adamw(lambda step: rate * ramp(step), weight_decay=0.01)

    def sides(params: Params) -> Params:
        return {k: jax.tree.map(lambda _, k=k: k == "encoder", v) for k, v in params.items()}

    return optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.multi_transform({True: side(RATE), False: side(HEAD_RATE)}, sides),
    )


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
    tagged = [w for p in sorted(polnear.glob("text/*.txt")) for w in _tagged(p, pieces)]
    pairs = list(directed_sentences(directed, pieces))
    rng = np.random.default_rng(seed)
    encoder, frozen = _thaw(jax.tree.map(jnp.asarray, minilm(folder, kept)))
    params = {
        "encoder": encoder,
        "tags": {"w": _normal(rng, VECTOR, 4), "b": jnp.zeros(4)},
        "directed": {
            "p": _normal(rng, VECTOR, 128),
            "q": _normal(rng, VECTOR, 128),
            "both": _normal(rng, VECTOR, 128),
            "bias": jnp.zeros(128),
            "out": _normal(rng, 128, 5, spread=0.05),
            "out_bias": jnp.zeros(5),
        },
    }
    batches = [("tags", b) for b in _chunks(random.sample(tagged, len(tagged)), FIRST_BATCH)]
    by_length = sorted(pairs, key=lambda x: len(x[0]) + 8 * random.random())
    batches += [("directed", b) for b in _chunks(by_length, DIRECTED_BATCH)]
    random.shuffle(batches)
    optimizer = _optimizer(len(batches))
    state = optimizer.init(params)

    def tag_loss(p: Params, numbers: Any, tags: Any, key: Any) -> Any:
        x = encode({**p["encoder"], **frozen}, numbers, key=key)
        odds = jax.nn.log_softmax(x @ p["tags"]["w"] + p["tags"]["b"])
        right = jnp.take_along_axis(odds, jnp.maximum(tags, 0)[..., None], -1)[..., 0]
        return -(right * (tags >= 0)).sum() / (tags >= 0).sum()

    steps = {
        "tags": _step(tag_loss, optimizer),
        "directed": _step(partial(_directed_loss, frozen), optimizer),
    }
    key, mean = jax.random.PRNGKey(seed), dict.fromkeys(steps, 1.0)
    for n, (kind, batch) in enumerate(batches, 1):
        key, own = jax.random.split(key)
        params, state, loss = steps[kind](params, state, *_first_arrays(kind, batch), own)
        mean[kind] += 0.02 * (float(loss) - mean[kind])
        if n % 50 == 0:
            log(f"{n} of {len(batches)} steps, losses {mean}")
    whole = {"encoder": {**params["encoder"], **frozen}, "directed": params["directed"]}
    return whole, vocabulary


def _directed_loss(
    frozen: Params, params: Params, numbers: Any, places: Any, label: Any, key: Any
) -> Any:
    x = encode({**params["encoder"], **frozen}, numbers, key=key)
    rows, own = jnp.arange(len(numbers)), params["directed"]
    p, q = x[rows, places[:, 0]], x[rows, places[:, 1]]
    hidden = p @ own["p"] + q @ own["q"] + (p * q) @ own["both"] + own["bias"]
    odds = jax.nn.gelu(hidden, approximate=True) @ own["out"] + own["out_bias"]
    return -jnp.take_along_axis(jax.nn.log_softmax(odds), label[:, None], -1).mean()


def _step(loss: Callable[..., Any], optimizer: optax.GradientTransformation) -> Callable[..., Any]:
    @jax.jit
    def step(params: Params, state: Any, *data: Any) -> tuple[Params, Any, Any]:
        value, slope = jax.value_and_grad(loss)(params, *data)
        change, state = optimizer.update(slope, state, params)
        return optax.apply_updates(params, change), state, value

    return step


def _normal(rng: np.random.Generator, *shape: int, spread: float = 0.02) -> Any:
    return jnp.asarray(rng.normal(0, spread, shape), jnp.float32)


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


def _first_arrays(kind: str, batch: Sequence[Any]) -> tuple[np.ndarray, ...]:
    longest = max(len(row[0]) for row in batch)
    length = next(n for n in (48, 80, SIZE) if longest <= n)
    if kind == "tags":
        return _padded([r[0] for r in batch], SIZE, 0), _padded([r[1] for r in batch], SIZE, -1)
    return (
        _padded([r[0] for r in batch], length, 0),
        np.array([r[1] for r in batch]),
        np.array([r[2] for r in batch]),
    )


def _padded(rows: Sequence[Sequence[int]], length: int, fill: int) -> np.ndarray:
    table = np.full((len(rows), length), fill, np.int32)
    for n, row in enumerate(rows):
        table[n, : len(row)] = row
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
    start = jax.tree.map(jnp.asarray, start)
    encoder, frozen = _thaw(start["encoder"])
    params: Params = {**_fresh_heads(seed), **start, "encoder": encoder}
    total = sum(
        share * len(article[0].numbers) for share, article in zip(shares, lessons, strict=True)
    )
    own = int(epochs * total / (WINDOWS - 3)) + 1
    optimizer = _optimizer(own + own // BETWEEN * bool(directed))
    state = optimizer.init(params)
    step = _step(partial(_loss, frozen), optimizer)
    aside = _step(partial(_directed_loss, frozen), optimizer)
    key, done = jax.random.PRNGKey(seed), 0
    for epoch in range(epochs):
        mean = 0.0
        for batch in _batches(lessons, shares, choose):
            key, own = jax.random.split(key)
            params, state, loss = step(params, state, batch, own)
            done += 1
            if directed and done % BETWEEN == 0:
                key, own_key = jax.random.split(key)
                sentences = _first_arrays("directed", choose.sample(directed, DIRECTED_BATCH))
                params, state, _ = aside(params, state, *sentences, own_key)
            mean += 0.05 * (float(loss) - mean) if mean else float(loss)
        log(f"epoch {epoch + 1}: {done} steps, loss {mean:.3f}")
    whole = jax.tree.map(np.asarray, params)
    whole["encoder"] |= jax.tree.map(np.asarray, frozen)
    return whole


def _fresh_heads(seed: int) -> Params:
    rng = np.random.default_rng(seed)
    return {
        "extra": [_normal(rng, size, VECTOR, spread=0.005) for size in WORD_CODES],
        "anchor": {
            "weights": _normal(rng, VECTOR, len(LABELS)),
            "code": jnp.zeros((CODES, len(LABELS))),
            "bias": jnp.full(len(LABELS), -3.0),
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
        "bias": jnp.zeros(HIDDEN),
        "out": _normal(rng, HIDDEN, spread=0.1),
        "shortcut": jnp.zeros(CODES),
    }


def _pair_scores(head: Params, x: Any, b: Params, key: Any) -> Any:
    anchor, candidate = x[b["anchor"]], x[b["place"]]
    hidden = anchor @ head["anchor"] + candidate @ head["candidate"] + head["bias"]
    hidden += (anchor @ head["gate"]) * (candidate @ head["candidate"])
    hidden += head["label"][b["label"]] + head["code"][b["codes"]].sum(1)
    hidden = _drop(key, jax.nn.gelu(hidden, approximate=True), 0.2)
    return hidden @ head["out"] + head["shortcut"][b["codes"]].sum(1)


def _choice_loss(scores: Any, b: Params) -> Any:
    """Minus the logarithm of the share that the right candidates have, added up."""
    size, of = len(b["weight"]), b["choice"]
    scores -= jax.ops.segment_max(scores, of, size)[of]
    mass = jnp.exp(scores)
    whole = jax.ops.segment_sum(mass, of, size)
    right = jax.ops.segment_sum(mass * b["good"], of, size)
    return -(b["weight"] * jnp.log(jnp.maximum(right, 1e-9) / jnp.maximum(whole, 1e-9))).sum()


def _loss(frozen: Params, params: Params, b: Params, key: Any) -> Any:
    keys = jax.random.split(key, 4)
    extra = sum(t[b["codes"][..., n]] for n, t in enumerate(params["extra"]))
    x = encode({**params["encoder"], **frozen}, b["numbers"], extra, keys[0]).reshape(-1, VECTOR)
    said = _drop(keys[3], x[b["anchors"]], DROP) @ params["anchor"]["weights"]
    odds = said + params["anchor"]["code"][b["facts"]].sum(1) + params["anchor"]["bias"]
    cost = jnp.maximum(odds, 0) - odds * b["labels"] + jnp.log1p(jnp.exp(-jnp.abs(odds)))
    loss = (cost * b["weights"]).sum()
    for n, name in enumerate(("holder", "node"), 1):
        scores = _pair_scores(params[name], x, b[name], keys[n])
        loss += 0.7 * _choice_loss(scores, b[name])
    return loss / jnp.maximum(b["holder"]["weight"].sum(), 10.0)


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
    """The lessons one after another, filled up to sizes that recur, so that JAX compiles seldom."""
    shifts = np.cumsum([0] + [x.numbers.size for x in batch[:-1]])
    placed = list(zip(batch, shifts.tolist(), strict=True))
    filled = _filled(WINDOWS)
    return {
        "numbers": filled(np.concatenate([x.numbers for x in batch])),
        "codes": filled(np.concatenate([x.codes for x in batch])),
        **{
            name: _filled(512)(array)
            for name, array in {
                "anchors": np.concatenate([x.anchors + s for x, s in placed]),
                "facts": np.concatenate([x.facts for x in batch]),
                "labels": np.concatenate([x.labels for x in batch]),
                "weights": np.concatenate([x.weights for x in batch]),
            }.items()
        },
        "holder": _choices([(c, s) for x, s in placed for c in x.holders], 1024, HOLDER_FACTS),
        "node": _choices([(c, s) for x, s in placed for c in x.nodes], 3072, NODE_FACTS),
    }


def _filled(step: int) -> Callable[[np.ndarray], np.ndarray]:
    def fill(x: np.ndarray) -> np.ndarray:
        more = -len(x) % step if len(x) else step
        return np.concatenate([x, np.zeros((more, *x.shape[1:]), x.dtype)])

    return fill


def _choices(these: Sequence[tuple[Choice, int]], step: int, facts: int) -> Params:
    sizes = [len(c.places) for c, _ in these]
    fill = _filled(step)
    weight = np.array([c.weight for c, _ in these] + [0.0], np.float32)
    weight = _filled(128)(weight)
    choice = np.repeat(np.arange(len(these)), sizes)
    more = -len(choice) % step if len(choice) else step
    codes = np.array([row for c, _ in these for row in c.codes], np.int32).reshape(-1, facts)
    return {
        "anchor": fill(np.repeat([c.anchor + s for c, s in these], sizes).astype(np.int32)),
        "label": fill(np.repeat([c.label for c, _ in these], sizes).astype(np.int32)),
        "place": fill(np.array([p + s for c, s in these for p in c.places], np.int32)),
        "codes": fill(codes),
        "good": fill(np.array([g for c, _ in these for g in c.good], np.float32)),
        "choice": np.concatenate([choice, np.full(more, len(weight) - 1)]).astype(np.int32),
        "weight": weight,
    }


# --- the files ------------------------------------------------------------------------------------


def save(path: Path, params: Params, vocabulary: Sequence[str]) -> None:
    """Parameters and a vocabulary as plain arrays."""
    leaves = {jax.tree_util.keystr(k): v for k, v in jax.tree_util.tree_leaves_with_path(params)}
    words = np.frombuffer("\n".join(vocabulary).encode(), np.uint8)
    np.savez(path, vocabulary=words, **{k: np.asarray(v) for k, v in leaves.items()})


def restore(path: Path) -> tuple[Params, list[str]]:
    """What `save` wrote."""
    with np.load(path) as arrays:
        params: Params = {"encoder": {"layers": [{} for _ in range(LAYERS)]}, "directed": {}}
        for name in arrays.files:
            match re.findall(r"\['?(\w+)'?\]", name):
                case ["encoder", "layers", number, part]:
                    params["encoder"]["layers"][int(number)][part] = arrays[name]
                case [owner, part]:
                    params[owner][part] = arrays[name]
        return params, bytes(arrays["vocabulary"]).decode().split("\n")


def export(folder: Path, params: Params, vocabulary: Sequence[str]) -> None:
    """Writes the network for ONNX Runtime, weights as bytes, and its vocabulary."""
    import onnx

    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_Graph(params).model(), str(folder / FILE))
    (folder / VOCABULARY).write_text("\n".join(vocabulary) + "\n", encoding="utf-8")


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
