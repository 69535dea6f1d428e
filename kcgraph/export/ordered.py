"""All that a store says in a fixed order, whatever its size: sorted in files where memory is short.

Lines of N-Quads are what is sorted: they are all that is needed of a quad, and small. Their order
as bytes is that of their characters.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import groupby, islice
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from kcgraph.errors import WorkError

if TYPE_CHECKING:
    from pyoxigraph import Quad, Store, Triple

AT_ONCE = 500_000  # lines that are sorted in memory; some 200 MB
_PARSED = 10_000  # lines that are read back at once


def sorted_lines(statements: Iterable[Quad | Triple], at_once: int = AT_ONCE) -> Iterator[bytes]:
    """The statements as lines of N-Quads, sorted.

    More than `at_once` go through files, which are gone when the iterator is.
    Raises WorkError if there is no room for them.
    """
    lines = iter(f"{one} .\n".encode() for one in statements)
    run = sorted(islice(lines, at_once))
    if len(run) < at_once:
        yield from run
        return
    with ExitStack() as files:
        runs = []
        while run:
            with _room():
                file = files.enter_context(TemporaryFile())
                file.writelines(run)
                file.seek(0)
            runs.append(file)
            run = sorted(islice(lines, at_once))
        yield from heapq.merge(*runs)


def sorted_quads(graph: Store) -> Iterator[Quad]:
    """All quads, graph by graph in the order of their names. Raises as `sorted_lines` does."""
    from pyoxigraph import DefaultGraph

    for name in (DefaultGraph(), *sorted(graph.named_graphs(), key=str)):
        yield from _parsed(sorted_lines(graph.quads_for_pattern(None, None, None, name)))


def sorted_triples(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Them sorted, each once. Raises as `sorted_lines` does."""
    once = (line for line, _ in groupby(sorted_lines(triples)))
    return (quad.triple for quad in _parsed(once))


def _parsed(lines: Iterator[bytes]) -> Iterator[Quad]:
    from pyoxigraph import RdfFormat, parse

    while some := b"".join(islice(lines, _PARSED)):
        yield from parse(some, RdfFormat.N_QUADS, lenient=True)


@contextmanager
def kept_aside(write: Callable[[IO[bytes]], object]) -> Iterator[IO[bytes]]:
    """A file with what `write` writes, to go over it once more. Raises as `sorted_lines` does."""
    with ExitStack() as files:
        with _room():
            file = files.enter_context(TemporaryFile())
            write(file)
            file.seek(0)
        yield file


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkError(
            f"no room to sort the store ({reason}); free space, or set TMPDIR to a folder with room"
        ) from error
