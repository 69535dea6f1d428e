"""The extractors by name; each is loaded when it is asked for."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kcgraph.extract.both import BothExtractor

if TYPE_CHECKING:
    from kcgraph.extract.both import Compare
    from kcgraph.extract.llm import LlmExtractor
    from kcgraph.extract.protocol import Extractor


def offline_extractor(
    pipeline: str | None = None, *, workers: int = 1, parses: Path | None = None
) -> Extractor:
    """Rules and small models on this machine, in `workers` processes.

    `parses` is a folder to keep parses in. Raises InputError for an unknown pipeline.
    """
    load = partial(_offline, pipeline, parses)
    if workers == 1:
        return load()
    from kcgraph.extract.parallel import ParallelExtractor

    return ParallelExtractor(load, workers)


def _offline(pipeline: str | None, parses: Path | None) -> Extractor:
    from kcgraph.extract.offline import OfflineExtractor

    if pipeline:
        return OfflineExtractor(pipeline, parses=parses)
    return OfflineExtractor(parses=parses)


def both_extractors(
    llm: LlmExtractor, compare: Compare, *, prefer: str, offline: Extractor
) -> Extractor:
    """Offline and language model; the records of `prefer`, one of "offline" and "llm", are kept.

    `compare` gets the offline record first, whichever is kept.
    """
    if prefer == "offline":
        return BothExtractor(offline, llm, compare)
    return BothExtractor(llm, offline, lambda article, kept, other: compare(article, other, kept))
