"""The RDF of a store as of its latest build, opened anew when there is a later one."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kcgraph.errors import KcgraphError, WorkError
from kcgraph.store import Manifest, Reader, manifest, open_reader

if TYPE_CHECKING:
    from pyoxigraph import Store


@dataclass(frozen=True, slots=True)
class Generation:
    """One build: `name` is another one after each build; its RDF never changes."""

    name: str
    base: str
    reader: Reader

    @property
    def store(self) -> Store:
        return self.reader.graph


class Current:
    """The latest generation of the store at `path`. May be asked from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._known: Manifest | None = None
        self._open: Generation | None = None

    def get(self) -> Generation:
        """The latest generation; the one that is open if the store has gone since.

        Raises as `store.open_reader` does if none was ever open.
        """
        with self._lock:
            try:
                found = manifest(self.path)
                if found != self._known or self._open is None:
                    self._reopen()
            except KcgraphError:
                if self._open is None:
                    raise
            assert self._open is not None
            return self._open

    def _reopen(self) -> None:
        """Two builds may end between reading the manifest and opening what it names."""
        for attempt in range(3):
            found = manifest(self.path)
            try:
                reader = open_reader(self.path)
            except WorkError:
                if attempt == 2:
                    raise
                continue
            if manifest(self.path) == found:
                break
        self._known = found
        self._open = Generation(found.graph or "empty", found.base, reader)
