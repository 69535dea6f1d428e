"""Origins: which file an article came from, and whether that is still there.

An origin is a path as it was typed, and in a file of many articles the place there:
`news.jsonl:3`, `news.json[3]`, `coded.dna: document 3`; or `standard input`. A store keeps the path
from its own folder, which means the same file whatever folder the next call is made in, and also
after both were moved or copied together.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

STDIN = "standard input"
_PART = re.compile(r"(?:\[\d+\]|:\d+|: document \d+)$")
_FROM_STORE = "./"  # begins a path from the store's folder; no path that was typed is shown so


def file_of(origin: str) -> str:
    """The path of the file, without the place in it."""
    return origin if os.path.isfile(origin) else _PART.sub("", origin)  # noqa: PTH113


def part_of(origin: str) -> str:
    """The place in a file of many articles; nothing for a file that is one article."""
    return origin[len(file_of(origin)) :]


def whole(origin: str) -> str:
    """The origin with the whole path of its file, whether that is there or not."""
    try:
        return os.path.realpath(file_of(origin)) + part_of(origin)
    except ValueError:  # no path that a file can have
        return origin


def located(origin: str) -> str:
    """The whole origin of a file that is there; what came through a pipe is standard input."""
    if _is_pipe(file_of(origin)):
        return STDIN + part_of(origin)
    return whole(origin) if is_there(origin) else origin


def is_there(origin: str) -> bool:
    """Whether the file is there."""
    return os.path.isfile(file_of(origin))  # noqa: PTH113 - never raises, unlike is_file


def is_stdin(origin: str) -> bool:
    """Whether it came from standard input, where nobody can look again."""
    return file_of(origin) == STDIN


def same_file(one: str, other: str) -> bool:
    """Whether both are from one file; both files must be there."""
    return os.path.samefile(file_of(one), file_of(other))  # noqa: PTH121


def to_store(origin: str, store: Path) -> str:
    """The origin as the store in the folder `store` keeps it."""
    place = located(origin)
    if not is_there(place):
        return place
    try:
        return _FROM_STORE + Path(os.path.relpath(place, os.path.realpath(store))).as_posix()
    except ValueError:  # on another drive
        return place


def from_store(kept: str, store: Path) -> str:
    """The origin, with the whole path of its file, of what the store keeps."""
    if not kept.startswith(_FROM_STORE):
        return kept
    return os.path.normpath(os.path.join(os.path.realpath(store), kept))  # noqa: PTH118


def _is_pipe(file: str) -> bool:
    try:
        mode = os.stat(file).st_mode  # noqa: PTH116
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
