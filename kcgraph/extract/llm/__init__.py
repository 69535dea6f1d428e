"""A language model as reader, behind any endpoint that speaks the OpenAI chat protocol."""

from kcgraph.extract.llm.costs import Costs, Prices
from kcgraph.extract.llm.extractor import LlmExtractor
from kcgraph.extract.llm.plan import Plan
from kcgraph.extract.llm.settings import Settings

__all__ = ["Costs", "LlmExtractor", "Plan", "Prices", "Settings"]
