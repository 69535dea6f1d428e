"""Discourse networks: who agrees with whom, and on what, from the positions of a store.

`statements` reads the event list, `network` makes the matrix that a `Choice` asks for.
"""

from kcgraph.network.choice import Choice, counted, network
from kcgraph.network.matrix import Matrix, one_mode, two_mode
from kcgraph.network.statements import Statement, statements

__all__ = [
    "Choice",
    "Matrix",
    "Statement",
    "counted",
    "network",
    "one_mode",
    "statements",
    "two_mode",
]
