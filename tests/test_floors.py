"""The quality gate: too low fails, and so does a lowered floor."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kcgraph.model import Extraction, Stakeholder, StakeholderKind, to_json

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "floors.py"
PEOPLE = tuple(Stakeholder(f"p{n}", StakeholderKind.PERSON, f"Ann {'ABCD'[n]}") for n in range(4))
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def gate(tmp_path: Path) -> Run:
    """Runs the gate in a repository: three of the four people of the gold are found (F1 0.857)."""
    gold, found = tmp_path / "gold", tmp_path / "found"
    for folder, people in ((gold, PEOPLE), (found, PEOPLE[:3])):
        folder.mkdir()
        (folder / "a.json").write_text(json.dumps(to_json(Extraction("a", None, people))))
    (gold / "a.txt").write_text("Ann A, Ann B, Ann C and Ann D.")
    floors = tmp_path / "floors.json"
    floors.write_text('{"gold": "", "floors": {"stakeholders": 0}}')

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(SCRIPT), str(gold), "--floors", str(floors)]
        return subprocess.run(
            [*command, "--records", str(found), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("--repin").returncode == 0
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "floors"]):
        subprocess.run([*git, *words], check=True)
    return run


def set_floor(folder: Path, value: float) -> None:
    path = folder / "floors.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"floors": {"stakeholders": value}}))


def test_the_floor_is_a_little_below_what_was_measured(gate: Run, tmp_path: Path) -> None:
    assert json.loads((tmp_path / "floors.json").read_text())["floors"] == {"stakeholders": 0.83}
    assert gate().returncode == 0


def test_below_the_floor(gate: Run, tmp_path: Path) -> None:
    set_floor(tmp_path, 0.9)
    done = gate()
    assert done.returncode == 1
    assert done.stderr == "stakeholders: F1 0.857 is below the floor, 0.90\n"


def test_a_floor_that_was_lowered_or_dropped(gate: Run, tmp_path: Path) -> None:
    set_floor(tmp_path, 0.5)
    done = gate()
    assert done.returncode == 1
    assert "the floor was 0.83 in" in done.stderr
    assert gate("--raise").returncode == 0


def test_other_gold_must_be_pinned_on_purpose(gate: Run, tmp_path: Path) -> None:
    (tmp_path / "gold" / "a.txt").write_text("Ann A, Ann B, Ann C, Ann D.")
    done = gate()
    assert done.returncode == 1
    assert "--repin" in done.stderr
    set_floor(tmp_path, 0.0)
    assert gate("--repin").returncode == 0


def test_the_floors_hold_for_the_gold_that_ships() -> None:
    sys.path.insert(0, str(SCRIPT.parent))
    try:
        import floors
    finally:
        sys.path.pop(0)
    root = SCRIPT.parents[1]
    kept = json.loads((root / "benchmarks" / "floors.json").read_text())
    assert kept["gold"] == floors.digest(root / "data" / "gold")
    assert set(kept["floors"]) >= {"stakeholders", "attributions", "positions", "events"}
