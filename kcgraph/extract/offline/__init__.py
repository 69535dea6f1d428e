"""The offline extractor: spaCy's parse and small models that ship with the package."""

from kcgraph.extract.offline.extractor import OfflineExtractor

__all__ = ["OfflineExtractor"]
