"""Word lists that ship with the package: an entry a line, `#` for comments, tabs for columns."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "lexicon"


@cache
def table(name: str) -> dict[str, str]:
    """Entries of `lexicon/<name>.txt` with their second column (empty where there is none)."""
    rows = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pairs = (row.partition("\t") for row in rows if row and not row.startswith("#"))
    return {entry: value for entry, _, value in pairs}


@cache
def words(name: str) -> frozenset[str]:
    """Entries of `lexicon/<name>.txt`."""
    return frozenset(table(name))
