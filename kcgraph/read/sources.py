"""Where articles lie: files, folders and standard input, and the bytes in them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from kcgraph.origins import STDIN
from kcgraph.read import formats
from kcgraph.read.encoding import decode
from kcgraph.read.frontmatter import SIDECAR_ENDINGS, sidecar
from kcgraph.read.results import Draft, Found, Notice, Problem, Unreadable

MAX_BYTES = 10_000_000  # of one file, or of one line of a .jsonl file

_ONE_ARTICLE: Mapping[str, Callable[[bytes, str, Mapping[str, Any]], Draft]] = {
    ".txt": formats.from_text,
    ".text": formats.from_text,
    ".md": formats.from_markdown,
    ".markdown": formats.from_markdown,
    ".html": formats.from_html,
    ".htm": formats.from_html,
    ".xhtml": formats.from_html,
}
_LINES = (".jsonl", ".ndjson")
ENDINGS = (*_ONE_ARTICLE, ".json", *_LINES)
# Found in a folder these are named, since an article may well be inside; the rest is passed over.
_DOCUMENTS = frozenset((".pdf", ".doc", ".docx", ".odt", ".rtf", ".epub", ".mht", ".mhtml"))
_NOT_ARTICLES = frozenset(
    ("readme", "license", "licence", "copying", "notice", "changelog", "contributing", "authors")
)
_PASSED_OVER = "is passed over, since its name says that it is about the folder; name it to read it"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. `folder` is the one that was named, if the file was found in it."""

    path: Path
    folder: Path | None = None


def sources(paths: list[str]) -> Iterator[Source | Problem | Notice]:
    """The files that `paths` name, folders searched through in the order of their names.

    Links to folders are followed, and each folder is searched once.
    """
    for given in paths:
        path = Path(given)
        if given == "-" or not os.path.isdir(given):  # noqa: PTH112 - never raises, unlike is_dir
            yield Source(path)
            continue
        found = False
        for item in _in_folder(path):
            found = found or isinstance(item, Source)
            yield item
        if not found:
            looked = ", ".join(ENDINGS)
            yield Problem(shown(path), f"is a folder without articles (looked for {looked})")


def _in_folder(folder: Path) -> Iterator[Source | Problem | Notice]:
    refused: list[Problem] = []
    searched = {os.path.realpath(folder)}

    def refuse(error: OSError) -> None:
        refused.append(Problem(shown(error.filename or folder), _why(error)))

    def is_new(subfolder: str) -> bool:  # links may lead to a folder again, even in a circle
        known, real = len(searched), os.path.realpath(subfolder)
        searched.add(real)
        return len(searched) > known

    for place, subfolders, names in os.walk(folder, onerror=refuse, followlinks=True):
        subfolders[:] = [
            name
            for name in sorted(subfolders)
            if not name.startswith(".") and is_new(os.path.join(place, name))  # noqa: PTH118
        ]
        for name in sorted(names):
            path = Path(place, name)
            ending = path.suffix.lower()
            if name.startswith(".") or name.lower().endswith(SIDECAR_ENDINGS):
                continue
            if path.stem.lower() in _NOT_ARTICLES:
                if ending in ENDINGS and path.stem.lower() != "readme":
                    yield Notice(shown(path), _PASSED_OVER)
            elif ending in ENDINGS and _never_ends(path):
                yield Problem(shown(path), "is a pipe or a device, not a file; name it by itself")
            elif ending in ENDINGS:
                yield Source(path, folder)
            elif ending in _DOCUMENTS:
                yield Problem(shown(path), f"is a {ending} document; save it as text (.txt) first")
    yield from refused


def _never_ends(path: Path) -> bool:
    """Whether reading may wait for ever, as with a pipe that nobody writes to."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False  # what is wrong with it is said when it is read


def drafts(
    source: Source, *, stdin: IO[bytes] | None, fields: Mapping[str, str]
) -> Iterator[Found]:
    """What is in one file: drafts, and problems for what could not be read."""
    name = STDIN if str(source.path) == "-" else shown(source.path)
    stem, path = _names(source)
    try:
        for found in _contents(source.path, name, stdin, fields):
            yield replace(found, stem=stem, path=path) if isinstance(found, Draft) else found
    except Unreadable as reason:
        yield Problem(name, str(reason))
    except OSError as error:
        yield Problem(name, _why(error))
    except ValueError:  # a path with a NUL in it
        yield Problem(name, "is no path that a file can have")


def _names(source: Source) -> tuple[str, str]:
    """The file's stem, and its path below the named folder; nothing for what holds many."""
    path = source.path
    if str(path) == "-" or path.suffix.lower() in (".json", *_LINES):
        return "", ""
    below = path.relative_to(source.folder) if source.folder else Path(path.name)
    return shown(path.stem), shown(below.with_suffix("").as_posix())


def _contents(
    path: Path, name: str, stdin: IO[bytes] | None, fields: Mapping[str, str]
) -> Iterator[Found]:
    ending = path.suffix.lower()
    if str(path) == "-":
        if stdin is None:
            raise Unreadable("is not connected")
        yield from _unknown(stdin, name, fields)
        return
    with path.open("rb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode) and ending in ENDINGS:
            if ending in _LINES:
                yield from _lines(file, name, fields)
            elif ending == ".json":
                yield from formats.from_json(_all(file), name, fields)
            else:
                yield _ONE_ARTICLE[ending](_all(file), name, sidecar(path))
        else:
            yield from _unknown(file, name, fields, ending)


def _unknown(
    file: IO[bytes], name: str, fields: Mapping[str, str], ending: str = ""
) -> Iterator[Found]:
    """Content without a telling file name: JSON, a web page, or else text."""
    data = _all(file)
    text = decode(data).lstrip()
    if ending not in ("", *ENDINGS):
        raise Unreadable(
            f"ends in {ending}, as no article does (known: {', '.join(ENDINGS)}); "
            "rename it, or pass its content as standard input"
        )
    start = text[:1]
    if start and start in "[{":
        try:
            yield from list(formats.from_json(data, name, fields))
            return
        except Unreadable:
            if start == "{":
                raise
    page = start == "<" and formats.looks_like_html(text)
    yield (formats.from_html if page else formats.from_text)(data, name, {})


def _all(file: IO[bytes]) -> bytes:
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"is larger than {MAX_BYTES // 1_000_000} MB; "
            "no article is: split it, or write many articles as JSON lines (.jsonl)"
        )
    return data


def _lines(file: IO[bytes], name: str, fields: Mapping[str, str]) -> Iterator[Found]:
    """JSON lines one after the other, so that a file of any size needs little memory."""
    start = file.read(4)
    file.seek(0)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in start:  # UTF-16 or UTF-32
        lines = decode(_all(file)).encode("utf-8").split(b"\n")
        yield from formats.from_json_lines(enumerate(lines, 1), name, fields)
        return
    number = 0
    while line := file.readline(MAX_BYTES + 1):
        number += 1
        if len(line) > MAX_BYTES and not line.endswith(b"\n"):
            yield Problem(f"{name}:{number}", f"is longer than {MAX_BYTES // 1_000_000} MB")
            while (more := file.readline(MAX_BYTES)) and not more.endswith(b"\n"):
                pass
            continue
        yield from formats.from_json_lines(iter([(number, line)]), name, fields)
    if not number:
        raise Unreadable(formats.EMPTY)


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder; check the path"
    if isinstance(error, PermissionError):
        return "may not be read; check its permissions"
    return f"cannot be read: {error.strerror or error}"


def shown(path: str | Path) -> str:
    """The path as it can be printed anywhere, with "/" between folders."""
    name = path.as_posix() if isinstance(path, Path) else str(path)
    return os.fsencode(name).decode("utf-8", "replace")
