"""Python's collector of cycles, kept out of the way of reading.

An article makes hundreds of thousands of objects and hardly a cycle; without this the collector
walks them, and all models, again and again.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Within it nothing is collected; what is in no cycle is freed as ever."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def keep() -> None:
    """Whatever there is now, models above all, is not looked at again."""
    gc.collect()
    gc.freeze()
