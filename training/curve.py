"""The learning curve of the position model: what more training articles would give.

    python training/curve.py [--shares 0.125 0.25 0.5 1] -- \\
        python -m training.positions --start FILE --directed FILE --fits DIR-{share} \\
        --articles data/training --hold-out --evaluate data/gold

Runs the command after `--` once for each share, with `--share SHARE` at its end and every `{share}`
in it replaced (so that folders can be kept apart), and prints the figures that it reports as a
table in Markdown. A curve that still rises at its end says: write more articles.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys

_ARTICLES = re.compile(r"(\d+) articles to learn from")
_MEASURED = re.compile(
    r"\d+ s  (?P<on>[^:\n]+): (?P<way>.+?) P (?P<p>[\d.]+)% R (?P<r>[\d.]+)% F1 (?P<f1>[\d.]+)%"
)


def figures(log: str) -> tuple[int, dict[tuple[str, str], str]]:
    """How many articles a training learnt from, and by set and way of comparing P / R / F1.

    Raises ValueError if the log has none of it.
    """
    learnt = _ARTICLES.search(log)
    found = {
        (m["on"], m["way"]): f"{m['p']} / {m['r']} / {m['f1']}" for m in _MEASURED.finditer(log)
    }
    if learnt is None or not found:
        raise ValueError("the training reported no figures; has it --hold-out or --evaluate?")
    return int(learnt[1]), found


def table(rows: list[tuple[float, int, dict[tuple[str, str], str]]]) -> str:
    """One line for each set and way of comparing, one column for each share."""
    keys = list(dict.fromkeys(key for _, _, found in rows for key in found))
    head = ["measured on", "compared", *(f"{share:g} ({n})" for share, n, _ in rows)]
    lines = [head, ["---"] * len(head)]
    lines += [[on, way, *(found.get((on, way), "") for *_, found in rows)] for on, way in keys]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Reads the arguments, trains once for each share, prints the table."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--shares", type=float, nargs="+", default=[0.125, 0.25, 0.5, 1.0])
    arguments.add_argument("command", nargs="+", help="after --")
    given = arguments.parse_args()
    rows = []
    for share in given.shares:
        command = [word.replace("{share}", f"{share:g}") for word in given.command]
        done = subprocess.run(
            [*command, "--share", str(share)], stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"share {share:g}: the training ended with {done.returncode}")
        try:
            rows.append((share, *figures(done.stdout)))
        except ValueError as error:
            sys.exit(f"share {share:g}: {error}")
        print(f"share {share:g}: {rows[-1][1]} articles", file=sys.stderr)
    print("share (articles) of the training set; precision / recall / F1 in percent\n")
    print(table(rows))


if __name__ == "__main__":
    main()
