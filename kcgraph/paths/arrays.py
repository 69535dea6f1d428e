"""A data class of arrays in a file beside the store, made once for all who read that generation."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import numpy as np

from kcgraph.errors import WorkError
from kcgraph.writing import write_file

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from numpy.typing import NDArray

    A = TypeVar("A", bound=DataclassInstance)


def kept_arrays(
    kind: type[A], form: int, file: Path, make: Callable[[], A], *, mapped: str = ""
) -> A:
    """What stands in `file` in that `form`; else what `make` gives, left there for the next time.

    The array `mapped`, of bytes, is not read but mapped: only what is looked at of it comes into
    memory. A file that cannot be read or written is done without.
    """
    names = sorted((f.name for f in fields(kind)), key=mapped.__eq__)  # `mapped` stands last
    with contextlib.suppress(OSError, ValueError, EOFError):
        return kind(**_load(form, file, names, mapped))
    found = make()
    arrays = [np.array(form), *(getattr(found, name) for name in names)]
    with contextlib.suppress(WorkError):
        write_file(lambda opened: _save(opened, arrays), file)
    return found


def _load(form: int, file: Path, names: list[str], mapped: str) -> dict[str, Any]:
    """The arrays of a file, which stand one behind the other as `numpy.save` writes each."""
    with file.open("rb") as opened:
        if np.load(opened) != form:
            raise ValueError(file)
        return {n: _mapped(opened) if n == mapped else np.load(opened) for n in names}


def _mapped(opened: IO[bytes]) -> NDArray[np.uint8]:
    """The array of bytes that stands here in a file, behind its header (`numpy.lib.format`)."""
    np.lib.format.read_magic(opened)
    shape, _, _ = np.lib.format.read_array_header_1_0(opened)
    if not shape[0]:  # of nothing there is no map
        return np.zeros(0, np.uint8)
    return np.memmap(opened, np.uint8, "r", opened.tell(), shape)


def _save(opened: IO[bytes], arrays: list[NDArray[Any]]) -> None:
    for array in arrays:
        np.save(opened, array)
