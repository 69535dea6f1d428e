"""The packages of the extra `llm`, imported when a model is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kcgraph.errors import InputError


def optional(package: str) -> Any:
    """The module `package`. Raises InputError, which names the extra, if it is not installed."""
    try:
        return import_module(package)
    except ImportError:
        raise InputError(
            f"--extractor llm needs the package {package}: pip install 'kcgraph[llm]'"
        ) from None
