"""Whether confidence means what it says: of items at about 0.8, are about 80 in 100 right?

The reliability table of DeGroot and Fienberg (1983); the last figure is the expected calibration
error (Naeini, Cooper and Hauskrecht 2015): the mean distance of a tenth's share of right items from
its mean confidence, weighted by its number of items.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Judged:
    """One found item: how sure the extractor was, and whether gold has it."""

    layer: str
    confidence: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Tenth:
    """Items of one layer with a confidence from `low` to `low` + 0.1 (the last one with 1.0)."""

    layer: str
    low: float
    items: int
    confidence: float  # mean
    right: float  # share

    @property
    def gap(self) -> float:
        """How far the share of right ones is from what was claimed; above 0 is overconfident."""
        return self.confidence - self.right


def reliability(judged: Iterable[Judged]) -> list[Tenth]:
    """The tenths that have items, by layer in order of appearance, then by confidence."""
    groups: dict[str, dict[int, list[Judged]]] = {}
    for one in judged:
        tenth = min(9, int(one.confidence * 10 + 1e-9))
        groups.setdefault(one.layer, {}).setdefault(tenth, []).append(one)
    return [
        Tenth(
            layer,
            tenth / 10,
            len(items),
            sum(one.confidence for one in items) / len(items),
            sum(one.is_right for one in items) / len(items),
        )
        for layer, tenths in groups.items()
        for tenth, items in sorted(tenths.items())
    ]


def calibration_error(tenths: Iterable[Tenth]) -> float:
    """Expected calibration error over those tenths, 0 to 1; 0 if there are none."""
    listed = list(tenths)
    total = sum(tenth.items for tenth in listed)
    return sum(tenth.items * abs(tenth.gap) for tenth in listed) / total if total else 0.0
