"""Discourse networks: who agrees with whom, and on what, from the positions of a store.

`statements` reads the event list, `network` makes the matrix that a `Choice` asks for.
"""

from kcgraph.network.choice import Choice, counted, network, networks_over_time
from kcgraph.network.matrix import Matrix, one_mode, two_mode
from kcgraph.network.statements import Statement, statements
from kcgraph.network.windows import Window, windows

__all__ = [
    "Choice",
    "Matrix",
    "Statement",
    "Window",
    "counted",
    "network",
    "networks_over_time",
    "one_mode",
    "statements",
    "two_mode",
    "windows",
]
