"""Listens, serves until it is told to stop, and answers what is begun before it does."""

from __future__ import annotations

import errno
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from kcgraph.errors import InputError, WorkError

_GRACE = 10  # seconds for what is being answered when the server is told to stop
_LONGEST_HEAD = 1 << 17  # bytes of address and headers of a request


@contextmanager
def listen(host: str, port: int) -> Iterator[tuple[list[socket.socket], str]]:
    """A socket that listens at that address, and the URL that leads there.

    Raises WorkError if the port is taken, InputError if there is no such address.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise InputError(f"--host {host!r}: no such address ({error.strerror})") from None
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1024)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise WorkError(f"port {port} is in use; choose another one with --port") from None
        if error.errno == errno.EADDRNOTAVAIL:
            raise InputError(f"--host {host!r}: not an address of this machine") from None
        raise WorkError(f"{host}, port {port}: {error.strerror}") from error
    with listening:
        name = f"[{host}]" if ":" in host else host
        yield [listening], f"http://{name}:{listening.getsockname()[1]}/"


def run(app: ASGIApp, sockets: list[socket.socket]) -> None:
    """Serves `app` until SIGINT or SIGTERM, which are how it is meant to end."""
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        http="h11",
        ws="none",
        lifespan="on",
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # uvicorn raises again what ended it
    uvicorn.Server(config).run(sockets=sockets)
