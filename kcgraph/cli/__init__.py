"""The command line: parse, call one function, print. It knows every module; none knows it."""

from __future__ import annotations

import os
import sys

from kcgraph.cli.app import app
from kcgraph.errors import KcgraphError


def main() -> None:
    """Entry point of the `kcgraph` program: one line per error, and the exit status it means."""
    # importing a module registers its commands
    from kcgraph.cli import ask, build, check, demo, evaluate, show  # noqa: F401

    try:
        app()
    except KcgraphError as error:
        _say(f"kcgraph: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # the reader has gone (`kcgraph query ... | head`): not an error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        _say("kcgraph: interrupted; what was stored is whole")
        sys.exit(130)


def _say(message: str) -> None:
    sys.stderr.write(" ".join(message.split()) + "\n")
