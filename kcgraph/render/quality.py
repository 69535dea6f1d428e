"""How well the shipped extractor reads, as it was measured, for the footer of a picture."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from kcgraph import resources

FILE = "quality.json"  # among the models; `benchmarks/quality.py` writes it


def stated_quality(extractors: Iterable[str], folder: Path | None = None) -> str | None:
    """A sentence on how well `extractors` (names with versions) read; None if that is not known.

    It is known if they are all the extractor that was measured, of whatever version.
    """
    try:
        file = (folder or resources.data_dir() / "models") / FILE
        found = json.loads(file.read_text(encoding="utf-8"))
        measured, corpus, date = (str(found[key]) for key in ("extractor", "corpus", "date"))
        *most, last = (f"{layer} {float(f1):.2f}" for layer, f1 in found["f1"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if {_name(e) for e in extractors} != {_name(measured)}:
        return None
    scores = f"{', '.join(most)} and {last}" if most else last
    return f"Measured on {corpus} ({date}), this extractor reaches an F1 of: {scores}."


def _name(extractor: str) -> str:
    return extractor.partition(" ")[0]
