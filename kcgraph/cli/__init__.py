"""The command line: parse, call one function, print. It knows every module; none knows it."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from kcgraph.cli.app import app
from kcgraph.errors import KcgraphError


class _Interrupted(BaseException):
    """Ctrl-C, under a name that typer does not turn into its own "Aborted."."""


def main() -> None:
    """Entry point of the `kcgraph` program: one line per error, and the exit status it means."""
    # importing a module registers its commands
    from kcgraph.cli import ask, build, check, demo, evaluate, network, review, serve, show  # noqa: F401

    signal.signal(signal.SIGINT, _interrupt)
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except KcgraphError as error:
        _say(f"kcgraph: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _reader_left()
    except SystemExit as leaving:
        # typer makes exit status 1 of a closed pipe, but for us 1 means that the answer is no
        if isinstance(leaving.__context__, BrokenPipeError):
            _reader_left()
        raise
    except _Interrupted:
        _say("kcgraph: interrupted; what was stored is whole; call again to go on")
        sys.exit(130)


def _reader_left() -> NoReturn:
    """What reads standard output (`| head`) has stopped doing so, which is no error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    sys.exit(0)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise _Interrupted


def _say(message: str) -> None:
    sys.stderr.write(" ".join(message.split()) + "\n")
