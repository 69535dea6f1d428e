"""Where the files that ship with kcgraph are, in a checkout and in an installed wheel; and text."""

from pathlib import Path

from kcgraph.errors import InputError

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_shipped"
_ROOT = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent


def ontology_dir() -> Path:
    """The folder with ontology, shapes, `rules/` and `queries/`."""
    return _ROOT / "ontology"


def data_dir() -> Path:
    """The folder with `articles/` and `models/` (and, in a checkout, `gold/` and `training/`)."""
    return _ROOT / "data"


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, which somebody may have written by hand.

    Raises InputError if it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not in UTF-8; save it so") from error
