"""Identity across articles: who and what is the same, decided apart from the records."""

from kcgraph.resolve.identity import (
    Decision,
    Identity,
    Judgement,
    KnownIssue,
    KnownStakeholder,
    Post,
)
from kcgraph.resolve.outline import Outline, outline
from kcgraph.resolve.resolution import resolve

__all__ = [
    "Decision",
    "Identity",
    "Judgement",
    "KnownIssue",
    "KnownStakeholder",
    "Outline",
    "Post",
    "outline",
    "resolve",
]
