"""The extractors by name; each is loaded when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kcgraph.extract.both import BothExtractor

if TYPE_CHECKING:
    from kcgraph.extract.both import Compare
    from kcgraph.extract.llm import LlmExtractor
    from kcgraph.extract.protocol import Extractor

NAMES = ("offline", "llm", "both")


def offline_extractor(pipeline: str | None = None) -> Extractor:
    """Rules and small models on this machine. Raises InputError for an unknown pipeline."""
    from kcgraph.extract.offline import OfflineExtractor

    return OfflineExtractor(pipeline) if pipeline else OfflineExtractor()


def both_extractors(
    llm: LlmExtractor, compare: Compare, *, prefer: str, pipeline: str | None = None
) -> Extractor:
    """Offline and language model; the records of `prefer`, one of "offline" and "llm", are kept.

    `compare` gets the offline record first, whichever is kept.
    """
    offline = offline_extractor(pipeline)
    if prefer == "offline":
        return BothExtractor(offline, llm, compare)
    return BothExtractor(llm, offline, lambda article, kept, other: compare(article, other, kept))
