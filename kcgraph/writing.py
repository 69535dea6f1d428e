"""Writes a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from kcgraph.errors import WorkError


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
        beside = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
        try:
            with beside.open("xb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkError(
            f"{path}: cannot be written ({reason}); free space or choose another place"
        ) from error
