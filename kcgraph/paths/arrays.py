"""A data class of arrays in a file beside the store, made once for all who read that generation."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar
from zipfile import BadZipFile

import numpy as np

from kcgraph.errors import WorkError
from kcgraph.writing import write_file

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    A = TypeVar("A", bound=DataclassInstance)


def kept_arrays(kind: type[A], form: int, file: Path, make: Callable[[], A]) -> A:
    """What stands in `file` in that `form`; else what `make` gives, left there for the next time.

    A file that cannot be read or written is done without.
    """
    with contextlib.suppress(OSError, ValueError, KeyError, EOFError, BadZipFile):
        return _load(kind, form, file)
    found = make()
    arrays = {f.name: getattr(found, f.name) for f in fields(found)}
    with contextlib.suppress(WorkError):
        write_file(lambda opened: _save(opened, form, arrays), file)
    return found


def _load(kind: type[A], form: int, file: Path) -> A:
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
        if int(kept["form"]) != form:
            raise ValueError(file)
        return kind(**{f.name: kept[f.name] for f in fields(kind)})


def _save(opened: IO[bytes], form: int, arrays: dict[str, Any]) -> None:
    np.savez(opened, form=np.array(form), allow_pickle=False, **arrays)
