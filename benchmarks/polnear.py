"""Score attributions on PolNeAR (Newell, Margolin and Ruths, LREC 2018).

    python benchmarks/polnear.py --data DIR --split dev [--predictions OUT.jsonl] [--rules]

DIR holds `train/` and `dev/` with `text/*.txt` and `attributions/*.ann` (brat standoff). The corpus
is not shipped: bring your own copy. Contents match one to one, best first, at a Jaccard of at least
0.5 over words; a source is right if it is absent in both, or if the two share a word that heads
either of them. An article with several annotations counts with the first.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spacy.tokens import Doc

from kcgraph.extract.offline.attributions import Convention, read_attributions
from kcgraph.extract.offline.nlp import load, parse
from kcgraph.extract.offline.types import Reading
from kcgraph.model import Article, Span

MATCH = 0.5


@dataclass(frozen=True)
class Gold:
    """One annotated attribution; places are in characters."""

    content: tuple[Span, ...]
    source: tuple[Span, ...] = ()
    cue: tuple[Span, ...] = ()


@dataclass
class Score:
    """Counts of one run: `right` of `found` and of `gold`, for contents and end to end."""

    gold: int = 0
    found: int = 0
    content: int = 0
    exact: int = 0
    both: int = 0
    pairs: list[tuple[float, bool]] = field(default_factory=list)  # confidence, right end to end

    def f1(self, right: int) -> tuple[float, float, float]:
        """Precision, recall and F1 in per cent."""
        precision = right / self.found if self.found else 0.0
        recall = right / self.gold if self.gold else 0.0
        total = precision + recall
        return 100 * precision, 100 * recall, 200 * precision * recall / total if total else 0.0


def read_split(folder: Path) -> Iterator[tuple[Article, list[Gold]]]:
    """Articles with their annotations, by file name; raises OSError if the folder is not there."""
    for path in sorted((folder / "text").glob("*.txt")):
        text = path.read_bytes().decode("utf-8")
        files = sorted((folder / "attributions").glob(f"{glob_escape(path.stem)}_*.ann"))
        yield Article(path.stem, text), read_annotations(files[0].read_text("utf-8"))


def glob_escape(stem: str) -> str:
    """The file stem with the special characters of file patterns made plain."""
    return re.sub(r"([*?[])", r"[\1]", stem)


def read_annotations(standoff: str) -> list[Gold]:
    """The attributions of a brat file in text order."""
    places: dict[str, tuple[Span, ...]] = {}
    events = []
    for line in standoff.splitlines():
        name, _, rest = line.partition("\t")
        if name.startswith("T"):
            _, _, offsets = rest.partition("\t")[0].partition(" ")
            if not offsets:
                continue  # a few lines of the corpus are broken
            places[name] = tuple(Span(*map(int, offset.split())) for offset in offsets.split(";"))
        elif name.startswith("E"):
            events.append(dict(part.split(":", 1) for part in rest.split() if ":" in part))
    found = [
        Gold(
            places[event["Content"]],
            places.get(event.get("Source", ""), ()),
            places.get(event.get("Cue", ""), ()),
        )
        for event in events
        if event.get("Content") in places
    ]
    return sorted(found, key=lambda gold: gold.content)


def tokens_in(doc: Doc, places: Iterable[Span]) -> set[int]:
    """The tokens that the places touch."""
    found = set()
    for start, end in places:
        span = doc.char_span(start, end, alignment_mode="expand") if start < end else None
        if span is not None:
            found.update(range(span.start, span.end))
    return found


def words(doc: Doc, tokens: Iterable[int]) -> set[int]:
    """Those of the tokens that hold a letter or a digit."""
    return {token for token in tokens if any(map(str.isalnum, doc[token].text))}


def heads(doc: Doc, tokens: set[int]) -> set[int]:
    """Tokens whose head lies outside."""
    return {t for t in tokens if doc[t].head.i == t or doc[t].head.i not in tokens}


def covered(pieces: Sequence[tuple[int, int]]) -> set[int]:
    """The tokens of some ranges."""
    return {token for start, end in pieces for token in range(start, end)}


def jaccard(one: set[int], other: set[int]) -> float:
    """Shared part of two sets, 0 to 1."""
    return len(one & other) / len(one | other) if one or other else 0.0


def same_source(doc: Doc, one: set[int], other: set[int]) -> bool:
    """Whether two source spans name the same: both empty, or a head of one is in the other."""
    if not one or not other:
        return not one and not other
    return bool(heads(doc, one) & other or heads(doc, other) & one)


def score_article(doc: Doc, gold: list[Gold], found: list[Reading], score: Score) -> None:
    """Adds one article to the score."""
    golds = [words(doc, tokens_in(doc, item.content)) for item in gold]
    finds = [words(doc, covered(item.content)) for item in found]
    ranked = sorted(
        ((jaccard(a, b), g, f) for g, a in enumerate(golds) for f, b in enumerate(finds) if a & b),
        reverse=True,
    )
    score.gold += len(golds)
    score.found += len(finds)
    used_gold: set[int] = set()
    right: dict[int, bool] = {}
    for value, g, f in ranked:
        if value < MATCH or g in used_gold or f in right:
            continue
        used_gold.add(g)
        source = covered([found[f].source]) if found[f].source else set()
        right[f] = same_source(doc, tokens_in(doc, gold[g].source), source)
        score.content += 1
        score.exact += value == 1.0
        score.both += right[f]
    score.pairs += [(r.confidence, right.get(f, False)) for f, r in enumerate(found)]


def report(score: Score) -> str:
    """The figures as a small table, then the reliability of the confidences."""
    lines = [f"gold {score.gold}, found {score.found}", "              P      R      F1"]
    for name, right in (
        ("end to end", score.both),
        ("content", score.content),
        ("exact", score.exact),
    ):
        lines.append(f"{name:10}" + "".join(f"{value:7.1f}" for value in score.f1(right)))
    lines.append(
        f"source right where content matches {100 * score.both / max(score.content, 1):.1f}"
    )
    lines.append("confidence: items, mean confidence, right")
    for low in range(0, 10):
        group = [(c, r) for c, r in score.pairs if low / 10 <= c < (low + 1) / 10 + (low == 9)]
        if group:
            mean, hit = (100 * sum(x[i] for x in group) / len(group) for i in (0, 1))
            lines.append(f"  {low / 10:.1f}: {len(group):5} {mean:6.1f} {hit:6.1f}")
    return "\n".join(lines)


def main() -> int:
    """Runs the benchmark; 2 if the data is not there."""
    parser = argparse.ArgumentParser(description="Score attributions on PolNeAR.")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--predictions", type=Path, help="write one JSON line an article")
    parser.add_argument("--rules", action="store_true", help="rules only, without the model")
    parser.add_argument(
        "--convention", default="polnear", choices=[*Convention], help="what counts as one"
    )
    options = parser.parse_args()
    folder = options.data / options.split
    if not (folder / "text").is_dir():
        print(f"{folder}: no folder 'text' there: give the PolNeAR folder", file=sys.stderr)
        return 2
    score, nlp, spent, parsed, size, lines = Score(), load(), 0.0, 0.0, 0, []
    for article, gold in read_split(folder):
        begun = time.perf_counter()
        doc = parse(article, nlp)
        half = time.perf_counter()
        found = read_attributions(
            doc, rules_only=options.rules, convention=Convention(options.convention)
        )
        spent, parsed = spent + time.perf_counter() - half, parsed + half - begun
        size += len(article.text.split())
        score_article(doc, gold, found, score)
        lines.append(json.dumps({"article": article.id, "attributions": predictions(doc, found)}))
    if options.predictions:
        options.predictions.write_text("\n".join(lines) + "\n", "utf-8")
    print(report(score))
    print(f"{size} words: parse {size / parsed:.0f} words/s, attributions {size / spent:.0f}")
    return 0


def predictions(doc: Doc, found: list[Reading]) -> list[dict[str, object]]:
    """Readings with places in characters."""

    def place(span: tuple[int, int] | None) -> list[int] | None:
        return [doc[span[0]].idx, doc[span[1] - 1].idx + len(doc[span[1] - 1])] if span else None

    return [
        {
            "source_span": place(item.source),
            "cue_span": place(item.cue),
            "content_spans": [place(piece) for piece in item.content],
            "confidence": round(item.confidence, 4),
        }
        for item in found
    ]


if __name__ == "__main__":
    sys.exit(main())
