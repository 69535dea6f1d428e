"""The command line: parse, call one function, print. It knows every module; none knows it."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from kcgraph.errors import KcgraphError, WorkError


class _Interrupted(BaseException):
    """Ctrl-C, under a name that typer does not turn into its own "Aborted."."""


def main() -> None:
    """Entry point of the `kcgraph` program: one line per error, and the exit status it means."""
    signal.signal(signal.SIGINT, _interrupt)
    try:
        _prepare_streams()
        _run()
    except KcgraphError as error:
        _fail(str(error), error.exit_code)
    except BrokenPipeError:
        _reader_left()
    except OSError as error:
        _forget_output()
        what = f"{error.filename}: " if error.filename else "the output cannot be written: "
        remedy = "free space, or choose another place"
        _fail(f"{what}{error.strerror or error}; {remedy}", WorkError.exit_code)
    except RuntimeError as error:
        from kcgraph.store import damage

        found = damage(error)
        if found is None:
            raise
        _fail(str(found), found.exit_code)
    except SystemExit as leaving:
        # typer makes exit status 1 of a closed pipe, but for us 1 means that the answer is no
        if isinstance(leaving.__context__, BrokenPipeError):
            _reader_left()
        raise
    except _Interrupted:
        _fail("interrupted; what was stored is whole; call again to go on", 130)


def _run() -> None:
    # importing a module registers its commands
    from kcgraph.cli import ask, build, check, demo, evaluate, network, review, serve, show  # noqa: F401
    from kcgraph.cli.app import app

    try:
        app()
    finally:
        sys.stdout.flush()


def _prepare_streams() -> None:
    """Has all three streams open, as no file may take their place, and what is printed UTF-8."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _reader_left() -> NoReturn:
    """What reads standard output (`| head`) has stopped doing so, which is no error."""
    _forget_output()
    sys.exit(0)


def _forget_output() -> None:
    """Lets what is still to be written to standard output go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise _Interrupted


def _fail(message: str, status: int) -> NoReturn:
    from kcgraph.output import printable

    sys.stderr.write(" ".join(printable(f"kcgraph: {message}").split()) + "\n")
    sys.exit(status)
