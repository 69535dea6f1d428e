"""An extractor in several processes: the same results in the same order."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import chain, islice

from kcgraph.errors import WorkError
from kcgraph.extract.protocol import Extractor, Unread
from kcgraph.model import Article, Extraction

# A process takes seconds to load its models: so few articles are faster read here.
_FEW = 8
# Articles handed out ahead of the one whose result is awaited, for each process.
_AHEAD = 4


class ParallelExtractor:
    """What `load` makes, once here and once in each of `workers` processes.

    The processes are started anew (not forked), so `load` must be picklable, and a script that uses
    this wants the usual `if __name__ == "__main__":`.
    """

    def __init__(self, load: Callable[[], Extractor], workers: int) -> None:
        self._load, self._workers = load, workers
        self._here = load()

    @property
    def name(self) -> str:
        return self._here.name

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction | Unread]:
        """One result for each article, in order; only a few articles are held at a time.

        Raises WorkError if a process dies, and what the extractor raises.
        """
        rest = iter(articles)
        first = list(islice(rest, _FEW))
        if len(first) < _FEW:
            yield from self._here.extract(first)
            return
        waiting: deque[tuple[Article, Future[Extraction | Unread]]] = deque()
        with _pool(self._load, self._workers) as pool:
            for article in chain(first, rest):
                waiting.append((article, _submit(pool, article)))
                if len(waiting) > _AHEAD * self._workers:
                    yield _result(*waiting.popleft())
            while waiting:
                yield _result(*waiting.popleft())


@contextmanager
def _pool(load: Callable[[], Extractor], workers: int) -> Iterator[ProcessPoolExecutor]:
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(load,),
    )
    try:
        with _no_interrupt(), suppress(BrokenProcessPool):  # told where a result is awaited
            for _ in range(workers):  # each starts a process, while none is idle yet
                pool.submit(_ready)
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """What is started within ignores Ctrl-C, which is for the process that it was typed to."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _submit(pool: ProcessPoolExecutor, article: Article) -> Future[Extraction | Unread]:
    """Where the result will be; if a process has died already, the error is, for its turn."""
    try:
        return pool.submit(_read, article)
    except BrokenProcessPool as error:
        failed: Future[Extraction | Unread] = Future()
        failed.set_exception(error)
        return failed


def _result(article: Article, future: Future[Extraction | Unread]) -> Extraction | Unread:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise WorkError(
            f"{article.origin or article.id}: a process died while this article or one of the next"
            " was read (out of memory?); build again with fewer --workers"
        ) from error


# --- in the processes ------------------------------------------------------------------------

_extractor: Extractor | None = None


def _start(load: Callable[[], Extractor]) -> None:
    global _extractor
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _extractor = load()


def _ready() -> None:
    """Nothing to do: the process is there."""


def _read(article: Article) -> Extraction | Unread:
    assert _extractor is not None
    return next(iter(_extractor.extract([article])))
