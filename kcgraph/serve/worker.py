"""A process that answers queries, one after the other, and can be stopped in the middle of one.

The engine cannot be interrupted, so whoever wants a limit of time ends the process. Tasks come on
standard input as lines of JSON. An answer on standard output is a row of frames, each its length (4
bytes, most significant first) and its content; an empty one ends it, and the last one is JSON:
`outcome` (ok, bad, unacceptable, large, failed), `message`, and `form` (rows or graph).
"""

from __future__ import annotations

import json
import os
import queue
import signal
import struct
import sys
import threading
from pathlib import Path
from typing import IO, Any

from kcgraph.errors import InputError, KcgraphError
from kcgraph.names import kept_names
from kcgraph.output import GRAPH_FORMATS, formats_of, write_answer
from kcgraph.query import Graphs, named_query, run
from kcgraph.serve.current import Current

MEMORY = 2 << 30  # bytes that a worker may take; the engine ends the process if it wants more
_FRAME = 1 << 16
READY = b"ready\n"


class _TooLarge(Exception):
    pass


class Frames:
    """What is written here goes out in frames; more than `most` bytes raise."""

    def __init__(self, out: IO[bytes], most: int) -> None:
        self._out, self._left, self._held = out, most, bytearray()
        self.overflowed = False

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            self.overflowed = True
            raise _TooLarge
        self._held += data
        if len(self._held) >= _FRAME:
            self._send()
        return len(data)

    def flush(self) -> None:
        pass

    def end(self, outcome: dict[str, Any]) -> None:
        if not self.overflowed:
            self._send()
        last = json.dumps(outcome).encode()
        self._out.write(struct.pack(">I", 0) + struct.pack(">I", len(last)) + last)
        self._out.flush()

    def _send(self) -> None:
        if self._held:
            self._out.write(struct.pack(">I", len(self._held)) + self._held)
            self._held.clear()


def answer(task: dict[str, Any], current: Current, frames: Frames) -> dict[str, Any]:
    """Writes the answer to `task`; the outcome says whether it is whole."""
    try:
        reader = current.get().reader
        store = reader.graph
        among, bindings, text = None, None, task["query"]
        if task.get("name"):
            named = named_query(task["name"])
            text, bindings = named.text, named.bind(task["values"], lambda: kept_names(reader))
        if task["default"] or task["named"]:
            among = Graphs(tuple(task["default"]), tuple(task["named"]))
        found = run(store, text, bindings=bindings, among=among)
        form = "graph" if formats_of(found) is GRAPH_FORMATS else "rows"
        format = task["formats"][form]
        if format is None:
            return {"outcome": "unacceptable", "form": form, "message": ""}
        out: Any = frames
        cut = write_answer(found, out, format=format, limit=task["rows"])
    except _TooLarge:
        return {"outcome": "large", "message": f"the answer has more than {task['bytes']:,} bytes"}
    except InputError as error:
        return {"outcome": "bad", "message": str(error)}
    except KcgraphError as error:
        return {"outcome": "failed", "message": str(error)}
    except Exception as error:
        if frames.overflowed:  # as the engine hands it on
            large = f"the answer has more than {task['bytes']:,} bytes"
            return {"outcome": "large", "message": large}
        return {"outcome": "failed", "message": f"the query could not be answered: {error}"}
    if cut is not None and not task.get("cut"):
        return {"outcome": "large", "message": f"the answer has more than {cut:,} rows"}
    return {"outcome": "ok", "form": form, "format": format, "cut": cut, "message": ""}


def main() -> None:
    """Answers until standard input ends, and then at once, whatever it is doing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this
    _limit_memory()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is not to get between the frames
    tasks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(tasks,), daemon=True).start()
    current = Current(Path(sys.argv[1]))
    out.write(READY)
    out.flush()
    while True:
        task = json.loads(tasks.get())
        frames = Frames(out, task["bytes"])
        frames.end(answer(task, current, frames))


def _read(tasks: queue.SimpleQueue[bytes]) -> None:
    """Ends the process with its input: a server that was killed leaves no query running."""
    for line in sys.stdin.buffer:
        tasks.put(line)
    os._exit(0)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


if __name__ == "__main__":
    main()
