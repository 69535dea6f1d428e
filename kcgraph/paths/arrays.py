"""A data class of arrays in a file beside the store, made once for all who read that generation."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar
from zipfile import BadZipFile, ZipFile

import numpy as np

from kcgraph.errors import WorkError
from kcgraph.writing import write_file

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from numpy.typing import NDArray

    A = TypeVar("A", bound=DataclassInstance)


_ENTRY = struct.Struct("<26x2H")  # of a zip file: its last fields are the lengths of what follows


def kept_arrays(
    kind: type[A], form: int, file: Path, make: Callable[[], A], *, mapped: str = ""
) -> A:
    """What stands in `file` in that `form`; else what `make` gives, left there for the next time.

    The array `mapped`, of bytes, is not read but mapped: only what is looked at of it comes into
    memory. A file that cannot be read or written is done without.
    """
    with contextlib.suppress(OSError, ValueError, KeyError, EOFError, BadZipFile, struct.error):
        return _load(kind, form, file, mapped)
    found = make()
    arrays = {f.name: getattr(found, f.name) for f in fields(found)}
    with contextlib.suppress(WorkError):
        write_file(lambda opened: _save(opened, form, arrays), file)
    return found


def _load(kind: type[A], form: int, file: Path, mapped: str) -> A:
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
        if int(kept["form"]) != form:
            raise ValueError(file)
        arrays = {f.name: kept[f.name] for f in fields(kind) if f.name != mapped}
    if mapped:
        arrays[mapped] = _mapped(file, mapped)
    return kind(**arrays)


def _mapped(file: Path, name: str) -> NDArray[np.uint8]:
    """An array of bytes in a file that `numpy.savez` wrote, where nothing is compressed.

    It stands behind the header of its entry (APPNOTE of PKWARE, 4.3.7) and that of its own
    (`numpy.lib.format`).
    """
    with file.open("rb") as opened:
        with ZipFile(opened) as kept:
            start = kept.getinfo(f"{name}.npy").header_offset
        opened.seek(start)
        opened.seek(sum(_ENTRY.unpack(opened.read(_ENTRY.size))), 1)
        np.lib.format.read_magic(opened)
        shape, _, _ = np.lib.format.read_array_header_1_0(opened)
        if not shape[0]:  # of nothing there is no map
            return np.zeros(0, np.uint8)
        return np.memmap(opened, np.uint8, "r", opened.tell(), shape)


def _save(opened: IO[bytes], form: int, arrays: dict[str, Any]) -> None:
    np.savez(opened, form=np.array(form), allow_pickle=False, **arrays)
