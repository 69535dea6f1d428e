"""Workers that answer queries within limits, as many at a time as there are workers."""

from __future__ import annotations

import asyncio
import json
import os
import struct
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kcgraph.errors import WorkError
from kcgraph.serve.protocol import Refused
from kcgraph.serve.worker import READY

_IN_MEMORY = 1 << 20  # bytes of an answer that are held in memory; a longer one waits on disk
_CHUNK = 1 << 16
_START = 60.0  # seconds that a worker may take to start


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may cost: seconds, rows and bytes of the answer.

    `patience` is how many seconds it may wait for its turn, `body` how long a request may be.
    """

    seconds: float = 30.0
    rows: int = 100_000
    bytes: int = 64 << 20
    patience: float = 60.0
    body: int = 1 << 20


@dataclass(slots=True)
class Answer:
    """A whole answer: `form` is rows or graph, `cut` the number of rows where it was cut."""

    form: str
    size: int
    cut: int | None
    content: IO[bytes]

    def read(self) -> bytes:
        """All of it; for answers that were asked for with a small limit."""
        with self.content:
            return self.content.read()

    async def chunks(self) -> AsyncIterator[bytes]:
        with self.content:
            while chunk := self.content.read(_CHUNK):
                yield chunk


class Pool:
    """Answers queries about the store at `path`. Belongs to one event loop."""

    def __init__(self, path: Path, limits: Limits, workers: int) -> None:
        self.path = path
        self.limits = limits
        self._turns = asyncio.Semaphore(workers)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._count = workers

    async def start(self) -> None:
        """Starts the workers. Raises WorkError if they do not start."""
        self._idle = list(await asyncio.gather(*(self._started() for _ in range(self._count))))

    async def close(self) -> None:
        """Ends all workers, whatever they are doing."""
        for worker in list(self._all):
            await self._end(worker)

    async def ask(self, task: dict[str, Any]) -> Answer:
        """The answer to `task` (see `worker`); the limits are added to it.

        Raises Refused if the query is wrong, costs too much, or has to wait too long. If the task
        is cancelled, the query is stopped.
        """
        try:
            await asyncio.wait_for(self._turns.acquire(), self.limits.patience)
        except TimeoutError:
            raise Refused(503, "too many queries at a time; try again later") from None
        try:
            worker = self._idle.pop() if self._idle else await self._started()
            try:
                answer = await self._asked(worker, task)
            except BaseException:
                if worker.busy:
                    await self._end(worker)
                else:
                    self._idle.append(worker)
                raise
            self._idle.append(worker)
            return answer
        finally:
            self._turns.release()

    async def _asked(self, worker: _Worker, task: dict[str, Any]) -> Answer:
        limits = {"rows": self.limits.rows, "bytes": self.limits.bytes}
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await worker.ask(limits | task)
        except TimeoutError:
            limit = f"{self.limits.seconds:g} seconds"
            raise Refused(500, f"the query took longer than {limit} and was stopped") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise Refused(
                500, "the query was stopped: it needs more memory than a query may take"
            ) from None

    async def _started(self) -> _Worker:
        worker = await _Worker.started(self.path)
        self._all.add(worker)
        return worker

    async def _end(self, worker: _Worker) -> None:
        self._all.discard(worker)
        await worker.end()


class _Worker:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin and process.stdout
        self._process, self._in, self._out = process, process.stdin, process.stdout
        self.busy = False

    @classmethod
    async def started(cls, path: Path) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kcgraph.serve.worker", os.fspath(path)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        worker = cls(process)
        try:
            first = await asyncio.wait_for(worker._out.readline(), _START)
        except BaseException:
            await worker.end()
            raise
        if first != READY:
            await worker.end()
            raise WorkError("a process that answers queries did not start; is memory short?")
        return worker

    async def ask(self, task: dict[str, Any]) -> Answer:
        self.busy = True
        content: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - Answer closes it
        try:
            self._in.write(json.dumps(task).encode() + b"\n")
            await self._in.drain()
            size = 0
            while frame := await self._frame():
                content.write(frame)
                size += len(frame)
            outcome = json.loads(await self._frame())
            self.busy = False
            _raise_refusal(outcome)
            content.seek(0)
            return Answer(outcome["form"], size, outcome["cut"], content)
        except BaseException:
            content.close()
            raise

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self._in.close()

    async def _frame(self) -> bytes:
        (length,) = struct.unpack(">I", await self._out.readexactly(4))
        return await self._out.readexactly(length) if length else b""


def _raise_refusal(outcome: dict[str, Any]) -> None:
    """The status codes are those of section 2.1.7 of the protocol, and 406 of HTTP."""
    message = outcome["message"]
    match outcome["outcome"]:
        case "bad":
            raise Refused(400, message)
        case "unacceptable":
            raise Refused(406, f"no format that is accepted fits a query of this form; {_FITTING}")
        case "large":
            raise Refused(
                500, f"{message}, which is the limit; ask for less, with LIMIT or a count"
            )
        case "failed":
            raise Refused(500, message)


_FITTING = (
    "SELECT and ASK give SPARQL results as JSON, XML, CSV or TSV; CONSTRUCT and DESCRIBE give"
    " Turtle, N-Triples, JSON-LD or RDF/XML"
)
