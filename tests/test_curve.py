"""The learning curve's table, with a stand-in for the training."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "training" / "curve.py"
TRAINING = """
import sys
share = float(sys.argv[-1])
assert sys.argv[1] == f"fits-{share:g}"
print(f"     3 s  {share * 80:.0f} articles to learn from")
print(f"    12 s  held out, own cast: exact P 50.0% R 40.0% F1 {share * 40:.1f}%")
print(f"    13 s  gold, own cast: any kind P 50.0% R 40.0% F1 {share * 50:.1f}%")
"""


def curve(training: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", training, "fits-{share}"]
    return subprocess.run(
        [sys.executable, str(SCRIPT), "--shares", "0.25", "1", "--", *command],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_column_for_each_share() -> None:
    done = curve(TRAINING)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[2:] == [
        "| measured on | compared | 0.25 (20) | 1 (80) |",
        "| --- | --- | --- | --- |",
        "| held out, own cast | exact | 50.0 / 40.0 / 10.0 | 50.0 / 40.0 / 40.0 |",
        "| gold, own cast | any kind | 50.0 / 40.0 / 12.5 | 50.0 / 40.0 / 50.0 |",
    ]


def test_a_training_that_fails_or_says_nothing() -> None:
    assert "share 0.25: the training ended with 7" in curve("exit(7)").stderr
    assert "--hold-out" in curve("print('done')").stderr
