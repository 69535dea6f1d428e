"""Titles that stand before a person's name, and the name without them."""

from __future__ import annotations

from pathlib import Path


def _read() -> frozenset[str]:
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    return frozenset(w for line in lines if not line.startswith("#") for w in line.split())


TITLES = _read()


def without_titles(parts: list[str]) -> list[str]:
    """The words of a person's name without leading titles; `parts` if they are all titles.

    Lower case, without stops: `["police", "chief", "rick", "smith"]` gives `["rick", "smith"]`.
    """
    for start, word in enumerate(parts):
        if word not in TITLES:
            return parts[start:]
    return parts
