"""A small transformer that reads an article once and gives a vector for every word.

MiniLM (Wang et al., NeurIPS 2020), its first layers, trained further for what kcgraph reads; the
model card is `data/models/encoder.md`. Knows words and what it is told about them as codes, nothing
of what the vectors are for.
"""

from kcgraph.extract.offline.encoder.network import Encoder, load
from kcgraph.extract.offline.encoder.windows import Layout, layout

__all__ = ["Encoder", "Layout", "layout", "load"]
