"""What holds for every command: one line per error, exit status, interruption, closed pipes."""

import subprocess
import sys
from pathlib import Path

import pytest

KCGRAPH = [sys.executable, "-m", "kcgraph"]
COMMANDS = (
    "build extract query who demands path render export validate review evaluate info demo".split()
)


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*KCGRAPH, *arguments], capture_output=True, text=True, cwd=cwd)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    assert f"kcgraph {command}" in done.stdout.partition("Example")[2]


@pytest.mark.parametrize(
    "command", "query who demands path render export validate review info".split()
)
def test_a_store_that_is_not_there_is_one_line_with_the_remedy(
    command: str, tmp_path: Path
) -> None:
    needed = {
        "query": ["ASK {}"],
        "who": ["Ann"],
        "path": ["Ann", "Bob"],
        "render": ["out.html"],
    }
    done = run(command, *needed.get(command, []), "--store", "nowhere", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "nowhere" in done.stderr
    assert "kcgraph build" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "told", "remedy"),
    [
        (["export", "--format", "wax"], "--format': 'wax' is not one of", "export --help"),
        (["build"], "missing argument", "build --help"),
        (["who", "Ann", "--colour"], "no such option: --colour", "who --help"),
        (["info", "--store", "file"], "is a file", "info --help"),
        (["bulid"], "no such command 'bulid'", "kcgraph --help"),
    ],
)
def test_a_wrong_call_is_one_line_with_the_remedy(
    arguments: list[str], told: str, remedy: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("kcgraph: ")
    assert done.stderr.count("\n") == 1
    assert told in done.stderr
    assert done.stderr.endswith(f"{remedy}\n")


def test_without_arguments_the_help_is_shown() -> None:
    assert "demands" in run().stdout


def test_ctrl_c_is_one_line_and_130() -> None:
    program = (
        "import os, signal, time, kcgraph.cli as cli\n"
        "cli.app = lambda: (os.kill(os.getpid(), signal.SIGINT), time.sleep(30))\n"
        "cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 130
    assert done.stderr == "kcgraph: interrupted; what was stored is whole; call again to go on\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(shell: str) -> None:
    program = "import sys; sys.argv = ['kcgraph']; from kcgraph.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={"_KCGRAPH_COMPLETE": f"source_{shell}", "PATH": ""},
    )
    assert "_KCGRAPH_COMPLETE" in done.stdout


GOLD = Path(__file__).resolve().parent.parent / "data" / "gold"


@pytest.mark.parametrize(
    "arguments",
    [
        "export",
        "info",
        "who lucas",
        "demands",
        "query --list",
        "query CONSTRUCT{?s?p?o}WHERE{?s?p?o}",
        "render -",
        f"evaluate {GOLD} --records {GOLD} --show all --format json",
        "--help",
    ],
)
def test_a_reader_that_leaves_is_no_error(arguments: str, two_articles: Path) -> None:
    words = arguments.split()
    takes_store = words[0] not in {"evaluate", "--help"}
    store = ["--store", str(two_articles)] if takes_store else []
    with subprocess.Popen(
        [*KCGRAPH, *words, *store], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 0
    assert said == ""
