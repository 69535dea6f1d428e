"""What holds for every command: one line per error, exit status, interruption, closed pipes."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from toy import ToyExtractor

from kcgraph.build import build
from kcgraph.model import Article
from kcgraph.read import Problem

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


@pytest.mark.parametrize("module", ["kcgraph.cli.app", "kcgraph.cli.show", "kcgraph.contents"])
def test_ctrl_c_is_one_line_and_130(module: str) -> None:
    """At start-up and while a command is at work: when the module is imported."""
    program = (
        "import os, signal, sys, time\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == '{module}':\n"
        "            os.kill(os.getpid(), signal.SIGINT), time.sleep(30)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "sys.argv = ['kcgraph', 'info']\n"
        "from kcgraph.cli import main\n"
        "main()\n"
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


def one_line(done: subprocess.CompletedProcess[str], status: int, *told: str) -> None:
    """What was wrong is told in one line."""
    assert (done.returncode, done.stderr.count("\n")) == (status, 1), done.stderr
    assert done.stderr.startswith("kcgraph: ")
    for words in told:
        assert words in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "arguments", ["export", "info", "who lucas", "query --format json ASK{}", "render -", "--help"]
)
def test_a_full_disk_behind_standard_output_is_one_line(arguments: str, two_articles: Path) -> None:
    environment = {**os.environ, "KCGRAPH_STORE": str(two_articles)}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*KCGRAPH, *arguments.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
    one_line(done, 3, "No space left", "free space")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("arguments", ["info", "who Lucas", "export", "query", "extract -"])
def test_closed_streams_are_empty_or_hold_nothing(
    arguments: str, closed: str, two_articles: Path
) -> None:
    command = f"{shlex.join(KCGRAPH)} {arguments} {closed}"
    environment = {**os.environ, "KCGRAPH_STORE": str(two_articles)}
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, env=environment, input=""
    )
    reads = arguments in ("query", "extract -")
    assert done.returncode == (2 if reads else 0)
    assert done.stderr.count("\n") == (reads and "2>" not in closed), done.stderr


@pytest.mark.parametrize("format", ["text", "json"])
def test_words_that_the_encoding_of_the_machine_lacks_are_printed(
    format: str, tmp_path: Path
) -> None:
    article = Article("a", "Ann Lee demands 日本.", title="Łódź", publisher="日本", origin="日")
    build(tmp_path / "store", [article, Problem("Łódź.txt", "is locked")], ToyExtractor())
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(
        [*KCGRAPH, "info", "--format", format, "--store", str(tmp_path / "store")],
        capture_output=True,
        env=environment,
    )
    assert (done.returncode, "日本" in done.stdout.decode("utf-8")) == (0, True)


def test_what_a_terminal_would_obey_is_not_printed(tmp_path: Path) -> None:
    (tmp_path / "x\x1b[31m.txt").write_text(" ", encoding="utf-8")
    done = run("extract", str(tmp_path))
    assert (done.returncode, "\x1b" in done.stderr) == (2, False)
    article = Article("a", "Ann Lee demands \x1b[31mred \u202epaint.", publisher="A\u202eB")
    build(tmp_path / "store", [article], ToyExtractor())
    for command in ("demands", "info"):
        printed = run(command, "--store", str(tmp_path / "store"))
        assert printed.returncode == 0
        assert not {"\x1b", "\u202e"} & set(printed.stdout), printed.stdout


@pytest.mark.parametrize(
    "command", ["who Lucas", "export", "validate", "demands", "query SELECT*{?s?p?o}"]
)
def test_a_damaged_graph_is_one_line_with_the_remedy(
    command: str, two_articles: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(two_articles, store)
    for file in store.glob("graph-*/rdf/*.sst"):
        content = bytearray(file.read_bytes())
        content[30:60] = (byte ^ 255 for byte in content[30:60])
        file.write_bytes(content)
    done = subprocess.run(
        [*KCGRAPH, *command.split(), "--store", str(store)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    one_line(done, 3, "graph-0", "build again")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["info", "--store", "a" * 300], "check the path"),
        (["render", "a" * 300 + ".html"], "too long"),
        (["export", "-o", "folder"], "is a folder"),
        (["export", "-o", "nowhere/x.nq"], "nowhere: no such folder; make it first"),
        (["network", "-o", "nowhere/x.csv"], "nowhere: no such folder; make it first"),
        (["network", "--window", "months", "-o", "article.txt"], "article.txt: is there"),
    ],
)
def test_a_place_that_cannot_be_is_one_line(
    arguments: list[str], told: str, two_articles: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "article.txt").write_text("mine", encoding="utf-8")
    store = [] if "--store" in arguments else ["--store", str(two_articles)]
    one_line(run(*arguments, *store, cwd=tmp_path), 3 if arguments[0] == "render" else 2, told)
    assert (tmp_path / "article.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.name != "posix", reason="no permissions like those")
def test_a_store_that_may_not_be_read_is_one_line(two_articles: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(two_articles, store)
    (store / "store.json").unlink()
    (store / "store.json").mkdir()  # which not even root may read as a file
    one_line(run("who", "Lucas", "--store", str(store)), 2, "store.json: cannot be read")
