"""Where extractors keep what they need not work out, or pay for, again."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kcgraph.errors import WorkError

CACHE_VARIABLE = "KCGRAPH_CACHE"


def default_folder() -> Path:
    """`$KCGRAPH_CACHE`, or else `kcgraph` in the folder for caches of this user on this system.

    Raises WorkError if the user has no home.
    """
    said = os.environ.get(CACHE_VARIABLE)
    if said:
        return Path(said)
    try:
        home = Path.home()
    except RuntimeError:
        raise WorkError(f"no home folder for caches; set {CACHE_VARIABLE}") from None
    usual = {
        "win32": os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local",
        "darwin": home / "Library" / "Caches",
    }
    folder = usual.get(sys.platform) or os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    return Path(folder) / "kcgraph"
