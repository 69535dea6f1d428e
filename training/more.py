"""Teach the position model that ships the articles that have been added since.

    python -m training.more --directed FILE --articles data/training [--records DIR --texts DIR] \
        --fits DIR --out data/models

Encoder and heads go on from the shipped weights: in each of two passes come all articles of
`--articles` and `--records` that `--learned` does not name, and half of those that it names. Where
a position is said is chosen by the shipped encoder's odds, which for the new ones are those of an
encoder that has not seen them. What was fitted is kept in `--fits`, and taken from there the next
time. Trees, the acceptance from which positions are told, and confidence stay as they are.
`--hold-out` leaves out one in ten of the new articles and reports on them, before and after.
`--learned` is written anew with what ships; for another `--out` the names go there. Afterwards set
the acceptance (`training/threshold.py`) and train the event model, which reads the encoder's
vectors.
"""

from __future__ import annotations

import argparse
import pickle
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from kcgraph.extract.offline.encoder.pieces import Pieces
from kcgraph.extract.offline.positions import pairs, reader
from training import encoder as teacher
from training import position_data as data
from training import positions, threshold

LEARNED = Path(__file__).with_name("learned.txt")
SEED = 7
PASSES = 2
AGAIN = 0.5  # how often in each of them an article comes that the encoder knows
HELD_OUT = 10  # of so many new articles one
Lessons = dict[str, list[teacher.Lesson]]  # by article: the own cast's, the annotation's
Log = Callable[[str], None]


def lessons(examples: Sequence[data.Example], stages: reader.Stages) -> Lessons:
    """What the articles teach, positions where these stages would find them."""
    cases = [positions.prepare(e, parts) for parts in positions.CASTS.values() for e in examples]
    positions.align(cases, {id(c): _odds(c, stages) for c in cases})
    found: Lessons = defaultdict(list)
    for case in cases:
        found[case.example.article.id].append(positions.lesson(case, stages.encoder))
    return found


def _odds(case: positions.Case, stages: reader.Stages) -> dict[int, list[float]]:
    if not case.candidates:
        return {}
    words = reader.vectors(reader.Facts(case.scene), stages.encoder)
    codes = [pairs.anchor_codes(case.scene, i) for i in case.candidates]
    odds = stages.anchor.odds(words[case.candidates], codes).tolist()
    return dict(zip(case.candidates, odds, strict=True))


def fit(
    taught: Lessons, known: set[str], directed: Path, log: Log
) -> tuple[teacher.Params, list[str]]:
    """Parameters and vocabulary of the shipped model after it has gone on."""
    start, vocabulary = teacher.shipped(threshold.SHIPPED)
    sentences = list(teacher.directed_sentences(directed, Pieces(vocabulary)))
    shares = [AGAIN if one in known else 1.0 for one in taught]
    rows = list(taught.values())
    return teacher.fit(start, rows, sentences, PASSES, SEED, log, shares), vocabulary


def write(out: Path, folder: Path, model: reader.Model, directed: teacher.Params) -> None:
    """The files of the model whose encoder lies in `folder`; its trees are those that ship."""
    threshold.write(out, model)
    teacher.ship(out, folder, directed)


def main() -> None:
    """Reads the arguments, trains, reports, writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--directed", type=Path, required=True, help="file of directed sentences")
    data.add_arguments(parser)
    parser.add_argument("--learned", type=Path, default=LEARNED, help="names of known articles")
    parser.add_argument("--fits", type=Path, required=True, help="folder for what was fitted")
    parser.add_argument("--hold-out", action="store_true")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    begin = time.perf_counter()

    def log(message: str) -> None:
        print(f"{time.perf_counter() - begin:6.0f} s  {message}", flush=True)

    examples = data.chosen(args)
    known = set(args.learned.read_text(encoding="utf-8").split())
    held = [
        e
        for e in examples
        if args.hold_out and e.article.id not in known and e.number % HELD_OUT == 0
    ]
    learnt = [e for e in examples if e not in held]
    new = sum(e.article.id not in known for e in learnt)
    log(f"{len(learnt)} articles to learn from, {new} of them new")
    before = threshold.shipped()
    names = {e.article.id for e in learnt}
    kept = args.fits / "more.pkl"  # `training/positions.py` keeps an `all.pkl`
    if not kept.exists():
        args.fits.mkdir(parents=True, exist_ok=True)
        fitted = fit(lessons(learnt, before.stages), known, args.directed, log)
        kept.write_bytes(pickle.dumps((*fitted, names)))
    params, vocabulary, taught = pickle.loads(kept.read_bytes())
    if taught != names:
        parser.error(f"{kept} was fitted to other articles; name another folder with --fits")
    folder = args.fits / "more"
    model = replace(before, stages=positions.stages(folder, params, vocabulary))
    cases = [positions.prepare(e, data.predicted_parts) for e in held]
    for name, one in (("before", before), ("after", model)):
        for way, tally in positions.evaluate(cases, one).items() if cases else ():
            log(f"held out, {name}: {positions.line({way: tally})}")
    if args.out:
        write(args.out, folder, model, params["directed"])
        ships = args.out.resolve() == threshold.SHIPPED
        listed = args.learned if ships else args.out / LEARNED.name
        listed.write_text("".join(f"{n}\n" for n in sorted(known | names)), encoding="utf-8")
        log(f"wrote {args.out}")


if __name__ == "__main__":
    main()
