"""The store: a folder with the records and the RDF made from them. Only this module knows its form.

    store.json        format version, and the name of the current generation of the RDF
    records.sqlite    articles, extractions, judgements: the source of truth
    graph-000007/     one generation: `rdf/` (Oxigraph), `made-from.json`, what readers keep
    lock              held by the one writer

A build never touches the generation that readers have open: it makes the next one, which shares
the unchanged files with it, and then names it in store.json, in one step. So readers never wait
and see whole builds only, and an interrupted build leaves the earlier generation in place.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad

from kcgraph.errors import InputError, KcgraphError, NotFound, WorkError
from kcgraph.records import Records
from kcgraph.vocab import DEFAULT_BASE, Iris

FORMAT = 1
_MANIFEST = "store.json"
_RECORDS = "records.sqlite"
_GENERATION = "graph-"
_IS_GENERATION = re.compile(rf"{_GENERATION}(\d{{6,}})", re.ASCII)
_RDF = "rdf"
_MADE_FROM = "made-from.json"
_LOCK = "lock"
# What a build that was stopped at its very start leaves.
_BEFORE_MANIFEST = {_LOCK, f"{_LOCK}-journal", f"{_MANIFEST}.new"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What store.json says. `graph` is the folder of the current generation."""

    format: int
    graph: str | None
    base: str


def manifest(path: Path) -> Manifest:
    """The manifest of the store at `path`.

    Raises NotFound if there is no store, InputError if it is of a newer version, damaged or may not
    be read.
    """
    file = path / _MANIFEST
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        found = Manifest(int(data["format"]), data["graph"], str(data["base"]))
        if found.format <= FORMAT and found.graph and not _IS_GENERATION.fullmatch(found.graph):
            raise ValueError(found.graph)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(
            f"{path}: no store here; make one: kcgraph build PATH... --store {path}"
        ) from None
    except OSError as error:
        raise InputError(
            f"{file}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{file}: damaged; move {path} away and build again") from None
    if found.format > FORMAT:
        raise InputError(
            f"{path}: written by a newer kcgraph (store format {found.format}, this one reads up"
            f" to {FORMAT}); update kcgraph or build another store"
        )
    return found


@dataclass(frozen=True, slots=True)
class Reader:
    """The RDF of a store as of one build, and where that is kept (None before the first build)."""

    graph: pyoxigraph.Store
    folder: Path | None

    def beside(self, name: str) -> Path | None:
        """A file that a reader may keep beside this RDF, to be quick next time.

        It goes when the RDF changes: the next generation has a folder of its own.
        """
        return self.folder / name if self.folder else None


def open_reader(path: Path) -> Reader:
    """The RDF of the store at `path`, for reading only: as of the last build, whatever comes after.

    A store whose first build has not come to its end is empty.
    Raises NotFound or InputError as `manifest` does, WorkError if the files cannot be read.
    """
    found = manifest(path)
    if found.graph is None:  # a first build is at work or was interrupted
        return Reader(pyoxigraph.Store(), None)
    folder = path / found.graph
    try:
        return Reader(pyoxigraph.Store.read_only(str(folder / _RDF)), folder)
    except (OSError, RuntimeError) as error:
        raise WorkError(f"{folder}: cannot be read ({error}); build again") from error


def damage(error: RuntimeError) -> WorkError | None:
    """What to tell a person of an error of the RDF engine, if files that it read are damaged.

    It may come whenever the RDF of a store is asked, since opening it does not read all of it.
    """
    if not str(error).startswith("Corruption"):
        return None
    found = re.search(rf" in (.*{_GENERATION}\d+)[/\\]{_RDF}[/\\]", str(error))
    folder = found[1] if found else "the RDF"
    return WorkError(f"{folder}: damaged ({error}); remove that folder and build again")


def open_graph(path: Path) -> pyoxigraph.Store:
    """As `open_reader`, the RDF alone."""
    return open_reader(path).graph


def open_records(path: Path) -> Records:
    """The records of the store at `path`, for reading only. Raises as `manifest` does."""
    manifest(path)
    return Records(path / _RECORDS)


def pending(path: Path) -> int:
    """How many articles are read but not in the RDF yet, since a build was interrupted.

    Raises as `manifest` does.
    """
    found = manifest(path)
    try:
        with open_records(path) as records:
            known = records.count()
        if found.graph is None or not known:
            return known
        made = json.loads((path / found.graph / _MADE_FROM).read_text(encoding="utf-8"))
        return max(0, known - sum(not key.startswith("@") for key in made))
    except (OSError, ValueError, KcgraphError):  # said by whoever needs them
        return 0


def nquads(graph: pyoxigraph.Store) -> Iterator[str]:
    """All quads as lines of N-Quads, sorted: the same data gives the same bytes."""
    yield from sorted(f"{quad} .\n" for quad in graph)


class Writer:
    """The one writer of a store. Use as a context manager; leaving it lets the lock go.

    Raises WorkError if another writer is at work, InputError if the folder holds something else.
    """

    def __init__(self, path: Path, *, base: str | None = None) -> None:
        _refuse_a_foreign_folder(path)
        self.path = path
        self._lock = _locked(path)
        try:
            self._manifest = self._opened(base)
            self.records = Records(path / _RECORDS, writable=True)
        except BaseException:
            self._lock.close()
            raise
        self.iris = Iris(self._manifest.base)

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.records.close()
        self._lock.close()

    def made_from(self) -> dict[str, str]:
        """What each article's graph was made from when it was written: signatures by article id.

        Empty if that is not known or the RDF cannot be read: then all of it is to be written again.
        """
        if self._manifest.graph is None:
            return {}
        try:
            open_graph(self.path)
            file = self.path / self._manifest.graph / _MADE_FROM
            data = json.loads(file.read_text(encoding="utf-8"))
            return {str(k): str(v) for k, v in data.items()}
        except (WorkError, OSError, ValueError, AttributeError):
            return {}

    def note(self, made_from: Mapping[str, str]) -> None:
        """Notes for the current generation what it was made from."""
        if self._manifest.graph is not None:
            folder = self.path / self._manifest.graph
            with _disk_failures(folder):
                _write_json(folder / _MADE_FROM, dict(sorted(made_from.items())))

    def next_graph(
        self,
        write: Callable[[pyoxigraph.Store], None],
        made_from: Mapping[str, str],
        *,
        empty: bool,
    ) -> None:
        """Has `write` fill the next generation of the RDF, then makes it the current one.

        It starts `empty` or as a copy of the current one. If `write` raises, or the process dies,
        all stays as it was. `write` must not keep the store, which is closed when it returns.
        """
        current = self._manifest.graph
        number = int(current.removeprefix(_GENERATION)) + 1 if current else 1
        folder = self.path / f"{_GENERATION}{number:06}"
        self._remove_generations(keep=current)
        try:
            with _disk_failures(folder):
                folder.mkdir()
                if current and not empty:
                    _copy_graph(self.path / current / _RDF, folder / _RDF)
                graph = pyoxigraph.Store(str(folder / _RDF))
                write(graph)
                graph.flush()
                del graph  # closes it
                _write_json(folder / _MADE_FROM, dict(sorted(made_from.items())))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        found = Manifest(FORMAT, folder.name, self._manifest.base)
        self._write_manifest(found)
        self._manifest = found

    def _opened(self, base: str | None) -> Manifest:
        try:
            found = manifest(self.path)
        except NotFound:
            found = Manifest(FORMAT, None, _checked(base or DEFAULT_BASE))
            self._write_manifest(found)
        if base is not None and base != found.base:
            raise InputError(
                f"{self.path}: its nodes live under {found.base}; for {base} build another store"
            )
        return found

    def _write_manifest(self, found: Manifest) -> None:
        with _disk_failures(self.path):
            _write_json(
                self.path / _MANIFEST,
                {"format": found.format, "graph": found.graph, "base": found.base},
            )

    def _remove_generations(self, keep: str | None) -> None:
        """Removes what interrupted builds left and earlier generations, which nobody opens now."""
        for folder in self.path.iterdir():
            if folder.name != keep and _IS_GENERATION.fullmatch(folder.name):
                shutil.rmtree(folder, ignore_errors=True)


def replace_graph(graph: pyoxigraph.Store, name: str, quads: Iterable[Quad]) -> set[Quad]:
    """Makes the named graph hold exactly `quads`; those in which it differed.

    In one transaction, which writes these only. A graph that is empty then is gone.
    """
    old = graph.quads_for_pattern(None, None, None, NamedNode(name))
    return _replace(graph, name, set(old), set(quads))


def replace_node(graph: pyoxigraph.Store, name: str, node: str, quads: Iterable[Quad]) -> set[Quad]:
    """As `replace_graph`, of the quads whose subject is the IRI `node`."""
    old = graph.quads_for_pattern(NamedNode(node), None, None, NamedNode(name))
    return _replace(graph, name, set(old), set(quads))


def _replace(graph: pyoxigraph.Store, name: str, before: set[Quad], after: set[Quad]) -> set[Quad]:
    gone = [str(q.triple) for q in before - after]
    come = [str(q.triple) for q in after - before]
    steps = [
        f"{verb} DATA {{ GRAPH <{name}> {{ {' . '.join(triples)} }} }}"
        for verb, triples in (("DELETE", gone), ("INSERT", come))
        if triples
    ]
    if steps:
        graph.update(" ; ".join(steps))
    if gone and next(graph.quads_for_pattern(None, None, None, NamedNode(name)), None) is None:
        graph.remove_graph(NamedNode(name))
    return before ^ after


def _copy_graph(source: Path, target: Path) -> None:
    """A copy of a closed Oxigraph folder that shares its large files, which are never changed."""
    target.mkdir()
    for file in source.iterdir():
        if file.name == "LOCK":
            continue
        link_or_copy: Callable[[Path, Path], object] = shutil.copy2
        if file.suffix == ".sst":
            link_or_copy = _link_or_copy
        link_or_copy(file, target / file.name)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)


def _checked(base: str) -> str:
    try:
        NamedNode(base)
    except ValueError as error:
        raise InputError(f"base {base!r}: is no IRI ({error})") from None
    if not base.endswith(("/", "#")):
        raise InputError(f"base {base!r}: must end in / or #, such as {DEFAULT_BASE}")
    return base


def _refuse_a_foreign_folder(path: Path) -> None:
    """A store shares its folder with nothing: it writes, replaces and removes files there."""
    if (path / _MANIFEST).exists() or not path.is_dir():
        return
    with _disk_failures(path):
        foreign = sorted(file.name for file in path.iterdir() if file.name not in _BEFORE_MANIFEST)
    if foreign:
        raise InputError(
            f"{path}: no store, and not empty ({foreign[0]!r} is there); name another folder"
        )


def _locked(path: Path) -> sqlite3.Connection:
    """A lock that one process holds and that goes with it, whatever ends it.

    It is an exclusive transaction on an empty database: the one lock that the standard library has
    for every system.
    """
    with _disk_failures(path):
        path.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(path / _LOCK, timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        raise WorkError(
            f"{path}: cannot be written to ({error}); is another kcgraph build at work on it?"
        ) from error
    return lock


def _write_json(file: Path, data: Mapping[str, object]) -> None:
    """Writes the file whole or not at all."""
    draft = file.with_name(f"{file.name}.new")
    with draft.open("w", encoding="utf-8") as out:
        json.dump(data, out, indent=1)
        out.write("\n")
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


@contextmanager
def _disk_failures(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkError(f"{path}: {error.strerror or error}") from error
    except sqlite3.Error as error:
        raise WorkError(f"{path}: {error}") from error
