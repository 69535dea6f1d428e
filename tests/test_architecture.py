"""Dependencies point one way, and light commands stay light."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kcgraph

PACKAGE = Path(kcgraph.__file__).parent

# A module imports only from its own rank or from those above it.
RANKS = [
    ["errors", "resources", "model", "vocab", "writing", "grammar", "origins"],
    ["read"],
    ["extract"],
    ["resolve"],
    ["graph", "records"],
    ["store"],
    ["derive", "shapes", "suspects"],
    ["annotations", "build", "contents", "dna", "placing"],
    ["sparql", "names", "claims", "ties", "query", "output", "explain", "frames"],
    ["dossier", "demands", "paths", "relations", "network", "export", "boards", "review"],
    ["dataset"],
    ["render"],
    ["site"],
    ["serve"],
    ["evaluate"],
    ["cli"],
]
RANK_OF = {name: rank for rank, names in enumerate(RANKS) for name in names}


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if p.parent != PACKAGE or p.stem[0] != "_")


def top_level_name(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down_the_list(path: Path) -> None:
    own = RANK_OF[top_level_name(path)]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module == "kcgraph":
                names = [f"kcgraph.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "kcgraph" and len(parts) > 1 and parts[1] in RANK_OF:
                assert RANK_OF[parts[1]] <= own, f"{path.name} imports {name}"


HEAVY = {"spacy", "rdflib", "networkx", "pyvis", "trafilatura", "pyshacl", "lightgbm", "scipy"}


def imported_by(*arguments: str) -> set[str]:
    """The top-level modules that a run of the command line imports."""
    program = (
        "import sys\n"
        f"sys.argv = ['kcgraph', *{list(arguments)!r}]\n"
        "from kcgraph.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write('\\nMODULES ' + ' '.join({m.split('.')[0] for m in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stderr.rpartition("MODULES ")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["build", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    assert not imported_by(*arguments) & HEAVY


def test_lock_file_pins_releases_not_places() -> None:
    lines = (PACKAGE.parent / "requirements-dev.lock").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert pins
    assert not [p for p in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", p)]
