"""What can go wrong, by whose fault, and the exit status that says so.

    KcgraphError
    ├── InputError    the call or the input is wrong         exit 2
    │   └── NotFound  a name, an issue or a store is unknown  exit 2
    └── WorkError     the work could not be done             exit 3

A message is one line: what is wrong, where (file, line), and what to do about it.
"""


class KcgraphError(Exception):
    """Base of every error that kcgraph raises on purpose."""

    exit_code = 3


class InputError(KcgraphError, ValueError):
    """The call or the input is wrong; the message names it and the remedy."""

    exit_code = 2


class NotFound(InputError):
    """Something asked for by name is not there; the message offers the nearest names."""


class WorkError(KcgraphError):
    """Call and input are right, but the work could not be done (store locked, disk full)."""

    exit_code = 3
