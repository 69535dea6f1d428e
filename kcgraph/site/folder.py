"""The site as a folder of files, for any web host or a memory stick: whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kcgraph.errors import InputError, WorkError
from kcgraph.render.gather import gather
from kcgraph.render.page import render_page
from kcgraph.render.picture import narrow
from kcgraph.site import feeds
from kcgraph.site.addresses import INDEX, Addresses
from kcgraph.site.library import Library
from kcgraph.site.pages import LISTS, Offer, Pages
from kcgraph.writing import folder_beside

MANIFEST = "kcgraph-site.json"
# what systems leave in folders that they show
_LITTER = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: numbers of pages (the picture included, feeds not) and of bytes."""

    pages: int
    size: int


def check_folder(path: Path) -> None:
    """Raise InputError if a site cannot or should not be written to the folder `path`.

    A folder that is there is replaced only if it is empty or an earlier site and nothing else.
    """
    if not path.parent.is_dir():
        raise InputError(f"{path.parent}: no such folder; make it first")
    if path.exists() and not path.is_dir():
        raise InputError(f"{path}: is a file; name a folder for the site")
    if not path.is_dir():
        return
    own = _own_files(path)
    others = (p.relative_to(path) for p in path.rglob("*") if not p.is_dir())
    foreign = next((p for p in others if p.as_posix() not in own and p.name not in _LITTER), None)
    if foreign:
        raise InputError(
            f"{path}: holds {str(foreign)!r}, which kcgraph did not write, and a site replaces its"
            " folder; name another folder, or move the file away"
        )


def write_site(library: Library, path: Path, *, title: str, max_nodes: int | None) -> Written:
    """Writes every page of `library` below the folder `path`, which a site may be in already.

    The new site is made beside the old one and then takes its place. `max_nodes` is for the
    picture. Raises InputError as `check_folder` does, WorkError if writing fails; what was there
    is then as it was.
    """
    check_folder(path)
    path = path.resolve()
    try:
        with folder_beside(path) as folder:
            made = folder / "new"
            made.mkdir()
            written = _write_all(made, site_files(library, title=title, max_nodes=max_nodes))
            _swap(made, path)
    except OSError as error:
        raise WorkError(
            f"{path}: cannot be written ({error.strerror or error}); free space or choose another"
            " place"
        ) from error
    return written


def site_files(
    library: Library, *, title: str, max_nodes: int | None
) -> Iterator[tuple[str, Callable[[], str]]]:
    """The files of a site: name below its root, and what makes its content."""
    addresses = Addresses(library.base, suffix=".html")
    pages = Pages(library, addresses, title=title, offer=Offer(feeds=True))

    def file(page: str, make: Callable[[], str | None]) -> tuple[str, Callable[[], str]]:
        return addresses.file(page), lambda: make() or ""

    yield file(INDEX, pages.index)
    for name in LISTS:
        for n in range(1, pages.list_pages(name) + 1):
            page = name if n == 1 else f"{name}/{n}"
            yield file(page, lambda name=name, n=n: pages.listing(name, n))  # type: ignore[misc]
    for page in (*library.pages, *library.demand_pages):
        about = pages.about(page)
        yield file(page, lambda about=about: pages.thing(about))  # type: ignore[misc]
        for section in about.sections:
            for n in range(2, section.last + 1):
                yield file(
                    f"{page}/{section.name}/{n}",
                    lambda about=about, name=section.name, n=n: pages.section(about, name, n),  # type: ignore[misc]
                )
    yield file("search", lambda: pages.search(None))
    yield file("network", pages.network)
    yield "feed.xml", lambda: feeds.rss(library, addresses, title).decode()
    yield "feed.json", lambda: feeds.json_feed(library, addresses, title).decode()
    yield (
        "picture.html",
        lambda: render_page(narrow(gather(library.store, title), max_nodes=max_nodes)),
    )


def _write_all(folder: Path, files: Iterator[tuple[str, Callable[[], str]]]) -> Written:
    names, size = [], 0
    for name, make in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        content = make().encode("utf-8")
        target.write_bytes(content)
        names.append(name)
        size += len(content)
    listing = {"made-by": "kcgraph render --site", "files": sorted(names)}
    (folder / MANIFEST).write_text(json.dumps(listing, indent=0) + "\n", encoding="utf-8")
    return Written(sum(name.endswith(".html") for name in names), size)


def _swap(made: Path, path: Path) -> None:
    """Puts the folder `made` in the place of `path`, which is then beside where it was made.

    If that fails, `path` is there again.
    """
    if not path.exists():
        made.rename(path)
        return
    old = made.with_name("old")
    path.rename(old)
    try:
        made.rename(path)
    except BaseException:
        old.rename(path)
        raise


def _own_files(path: Path) -> set[str]:
    """The files that the site in `path` was made of, its list included; none if it is no site."""
    try:
        listing = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        return {MANIFEST, *map(str, listing["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
