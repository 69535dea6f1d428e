"""Extraction against gold, by section 6 of the annotation guidelines (`docs/guidelines.md`)."""

from kcgraph.evaluate.reliability import Judged, Tenth, calibration_error, reliability
from kcgraph.evaluate.score import (
    LAYERS,
    LISTED,
    Difference,
    GoldArticle,
    Report,
    Score,
    Tally,
    evaluate,
    read_gold,
    read_records,
    score,
)

__all__ = [
    "LAYERS",
    "LISTED",
    "Difference",
    "GoldArticle",
    "Judged",
    "Report",
    "Score",
    "Tally",
    "Tenth",
    "calibration_error",
    "evaluate",
    "read_gold",
    "read_records",
    "reliability",
    "score",
]
