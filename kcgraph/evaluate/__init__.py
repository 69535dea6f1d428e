"""Extraction against gold, by section 6 of the annotation guidelines (`docs/guidelines.md`)."""

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
    "Report",
    "Score",
    "Tally",
    "evaluate",
    "read_gold",
    "read_records",
    "score",
]
