"""Where the files that ship with kcgraph are: in a checkout and in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_shipped"
_ROOT = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent


def ontology_dir() -> Path:
    """The folder with ontology, shapes, `rules/` and `queries/`."""
    return _ROOT / "ontology"


def data_dir() -> Path:
    """The folder with `articles/` and `models/` (and, in a checkout, `gold/` and `training/`)."""
    return _ROOT / "data"
