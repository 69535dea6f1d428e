"""What goes wrong with the file of a model is told with its name and the remedy."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kcgraph.errors import WorkError

_DAMAGE = (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile)


@contextmanager
def model_file(path: str | Path) -> Iterator[None]:
    """Within it the model in that file is read; WorkError if it is missing or damaged."""
    try:
        yield
    except _DAMAGE as error:
        raise WorkError(f"{path}: model missing or damaged: install kcgraph again") from error
