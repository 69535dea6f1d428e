"""Score who backs or attacks whom on directed sentences (Park, Pan and Joo, Findings of ACL 2021).

    python -m benchmarks.directed_sentiment --data FILE [--train FILE] [--predictions OUT.jsonl]

FILE has a sentence a line, tab-separated: the sentence with both names in brackets, both names and
a label: 0 neutral, 1 the first backs the second, 2 the second the first, 3 and 4 the same for
attacks. The data are not shipped: bring your own copy and cite the paper. Directed F1 counts a line
as right if polarity and direction are; neutral lines count only where something else is told.
`--train` names the file that was trained on: then lines whose sentence is also in there are scored
apart, since a model may have learned them by heart.

Read by the encoder that the position reader uses and by a head of its own, which was trained beside
the heads of the positions (`data/models/encoder.md`).
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kcgraph.extract.offline import encoder
from kcgraph.extract.offline.positions.pairs import WORD_CODES
from kcgraph.extract.offline.types import Tokens
from kcgraph.resources import data_dir

LABELS = ("neutral", "p backs q", "q backs p", "p attacks q", "q attacks p")
# How much likelier than neutral something else must be to be told; set on the validation part.
NEUTRAL = 1.25
_PART = re.compile(r"\[([^\[\]]*)\]|\w+|[^\w\s]")
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Line:
    """A sentence in words, the first words of both names, and the label."""

    sentence: str
    words: tuple[str, ...]
    places: tuple[int, int]
    label: int


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a file; one without two names in brackets counts as if nobody were named."""
    with path.open(encoding="utf-8", newline="") as rows:
        for sentence, _, _, label in csv.reader(rows, delimiter="\t"):
            words: list[str] = []
            places: list[int] = []
            for part in _PART.finditer(sentence):
                if part.group(1) is not None:
                    places.append(len(words))
                words += _WORD.findall(part.group(1) or part.group())
            first, second = (*places, 0, 0)[:2]
            plain = sentence.replace("[", "").replace("]", "")
            yield Line(plain, tuple(words), (first, second), int(label))


def predict(
    lines: Sequence[Line], reader: encoder.Encoder, head: dict[str, np.ndarray]
) -> np.ndarray:
    """Log-odds (lines, labels)."""
    rows = []
    for line in lines:
        windows = reader.layout(line.words, [Tokens(0, len(line.words))], [0])
        words = reader.vectors(windows, np.tile(WORD_CODES, (len(line.words), 1)))
        p, q = words[list(line.places)]
        hidden = p @ head["p"] + q @ head["q"] + (p * q) @ head["both"] + head["bias"]
        hidden = 0.5 * hidden * (1 + np.tanh(0.7978845608 * (hidden + 0.044715 * hidden**3)))
        rows.append(hidden @ head["out"] + head["out_bias"])
    return np.array(rows)


def figures(gold: np.ndarray, found: np.ndarray) -> str:
    """Share right, and precision, recall and F1 of what is not neutral, in per cent."""
    right = int(((gold == found) & (gold > 0)).sum())
    told, wanted = int((found > 0).sum()), int((gold > 0).sum())
    precision, recall = right / max(1, told), right / max(1, wanted)
    f1 = 2 * right / max(1, told + wanted)
    return (
        f"{len(gold):6} lines  all labels right {100 * (gold == found).mean():.1f}  directed "
        f"P {100 * precision:.1f} R {100 * recall:.1f} F1 {100 * f1:.1f}"
    )


def main() -> None:
    """Reads the arguments, scores, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--train", type=Path)
    parser.add_argument("--predictions", type=Path)
    args = parser.parse_args()
    reader = encoder.load()
    with np.load(data_dir() / "models" / "directed.npz") as arrays:
        head = {name: arrays[name].astype(np.float32) for name in arrays.files}
    lines = list(read_lines(args.data))
    odds = predict(lines, reader, head)
    odds[:, 0] -= NEUTRAL
    gold, found = np.array([line.label for line in lines]), odds.argmax(axis=1)
    print("all     ", figures(gold, found))
    if args.train:
        known = {line.sentence for line in read_lines(args.train)}
        unseen = np.array([line.sentence not in known for line in lines])
        print("unseen  ", figures(gold[unseen], found[unseen]))
    if args.predictions:
        with args.predictions.open("w", encoding="utf-8") as out:
            for line, label in zip(lines, found.tolist(), strict=True):
                row = {"sentence": line.sentence, "found": LABELS[label]}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
