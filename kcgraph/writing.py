"""Writes a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kcgraph.errors import WorkError


@contextmanager
def folder_beside(path: Path) -> Iterator[Path]:
    """A new folder beside `path`, to make in it what takes its place; gone at the end."""
    with tempfile.TemporaryDirectory(
        dir=path.parent, prefix=f".{path.name[:80]}.", suffix=".part", ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def write_file(write: Callable[[IO[bytes]], object], path: Path) -> None:
    """Have `write` fill a new file beside `path`, which then takes its place in one step.

    A link is followed, and a device or a pipe is written to, not replaced.
    Raises WorkError if that fails; `path` is then as it was.
    """
    try:
        if path.exists() and not path.is_file():  # a device or a pipe
            with path.open("wb") as file:
                write(file)
            return
        path = path.resolve()
        with folder_beside(path) as folder:
            whole = folder / "whole"
            with whole.open("xb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            whole.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkError(
            f"{path}: cannot be written ({reason}); free space or choose another place"
        ) from error
