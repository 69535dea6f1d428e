"""Writes a page: whole or not at all, and never over somebody else's page."""

from __future__ import annotations

from pathlib import Path

from kcgraph.errors import InputError, WorkError
from kcgraph.render.page import MARK
from kcgraph.writing import write_file

_HEAD = 4096  # bytes within which a page of ours says that it is one


def check_target(path: Path, *, force: bool = False) -> None:
    """Raise InputError if a page cannot or should not be written to `path`.

    A file that is there is overwritten only if it is an earlier page of ours, or with `force`.
    """
    if path.is_dir():
        raise InputError(f"{path}: is a folder; name a file in it, such as {path / 'picture.html'}")
    if not path.parent.is_dir():
        raise InputError(f"{path.parent}: no such folder; make it first")
    if path.is_file() and not force and not _ours(path):
        raise InputError(f"{path}: is there and was not written by kcgraph; --force overwrites it")


def write_page(page: str, path: Path) -> None:
    """Write `page` in UTF-8 to `path`, as `write_file` does."""
    content = page.encode("utf-8")
    write_file(lambda out: out.write(content), path)


def _ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise WorkError(f"{path}: cannot be read ({error.strerror})") from error
    return not head.strip() or MARK.encode() in head
