"""Relationship paths between two stakeholders, every hop with the sentence it rests on."""

from kcgraph.paths.find import Wishes, find_paths
from kcgraph.paths.model import THROUGH, Found, Hop, NoPath, Path
from kcgraph.paths.network import paths, ties, why_none

__all__ = [
    "THROUGH",
    "Found",
    "Hop",
    "NoPath",
    "Path",
    "Wishes",
    "find_paths",
    "paths",
    "ties",
    "why_none",
]
