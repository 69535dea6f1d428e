"""Several processes: the same results in the same order, and no process left behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kcgraph.cli import build  # noqa: F401  (registers the commands)
from kcgraph.cli.app import app
from kcgraph.errors import WorkError
from kcgraph.extract.parallel import ParallelExtractor
from kcgraph.extract.protocol import Unread
from kcgraph.model import Article, Extraction


class Toy:
    """Answers with the process that read; does as its article says."""

    name = "toy 1"

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction | Unread]:
        for article in articles:
            if article.text == "die":
                os._exit(9)
            if article.text == "fail":
                raise WorkError("models: damaged")
            if article.text == "bad":
                yield Unread(article.id, "not for us")
            else:
                time.sleep(0.05 if article.id == "0" else 0)  # the first is not done first
                yield Extraction(article.id, None, extractor=f"{os.getpid()}")


def articles(*texts: str) -> list[Article]:
    return [Article(str(n), text, origin=f"{n}.txt") for n, text in enumerate(texts)]


def test_results_come_in_order_from_all_processes() -> None:
    given = articles(*["fine"] * 30, "bad", "fine")
    found = list(ParallelExtractor(Toy, 2).extract(iter(given)))
    assert [one.article for one in found] == [article.id for article in given]
    assert found[30] == Unread("30", "not for us")
    readers = {one.extractor for one in found if isinstance(one, Extraction)}
    assert 1 <= len(readers) <= 2
    assert str(os.getpid()) not in readers
    assert not multiprocessing.active_children()


def test_a_few_articles_start_no_process() -> None:
    (one,) = ParallelExtractor(Toy, 2).extract(articles("fine"))
    assert isinstance(one, Extraction) and one.extractor == str(os.getpid())


def test_articles_are_taken_only_as_they_are_read() -> None:
    taken = 0

    def many() -> Iterator[Article]:
        nonlocal taken
        for taken in range(1, 10_000):
            yield Article(str(taken), "fine")

    results = ParallelExtractor(Toy, 2).extract(many())
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert taken < 30
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(("text", "says"), [("die", "12.txt: a process died"), ("fail", "damaged")])
def test_what_goes_wrong_is_named(text: str, says: str) -> None:
    results = ParallelExtractor(Toy, 1).extract(articles(*["fine"] * 12, text, "fine"))
    with pytest.raises(WorkError, match=says):
        list(results)
    assert not multiprocessing.active_children()


def test_a_process_that_died_before_the_next_article_is_named() -> None:
    def given() -> Iterator[Article]:
        yield from articles(*["fine"] * 9, "die")
        while multiprocessing.active_children():
            time.sleep(0.05)
        time.sleep(0.2)  # until the pool has noticed
        yield Article("late", "fine")

    with pytest.raises(WorkError, match=r"9\.txt: a process died"):
        list(ParallelExtractor(Toy, 1).extract(given()))


def folder(path: Path, number: int) -> Path:
    path.mkdir()
    for n in range(number):
        text = (
            f"Mayor Ada Holm{n} wants a new bridge.\n“We need it,” said Bo Lee, chief of police.\n"
        )
        (path / f"{n:02}.txt").write_text(text)
    return path


def test_the_same_bytes_as_with_one_process(tmp_path: Path) -> None:
    given = folder(tmp_path / "in", 10)
    printed = []
    for workers in ("1", "2"):
        command = ["extract", str(given), "--format", "jsonl", "--workers", workers, "--no-cache"]
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.stderr
        printed.append(done.stdout)
    assert printed[0] == printed[1]
    assert printed[0].count("\n") == 10


def test_ctrl_c_ends_all_processes_without_a_word_from_them(tmp_path: Path) -> None:
    """The interrupt goes to the whole group, as from a terminal."""
    given = folder(tmp_path / "in", 300)
    command = [sys.executable, "-m", "kcgraph", "extract", str(given), "--format", "jsonl"]
    with subprocess.Popen(
        [*command, "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        process.stdout.read()
        said = process.stderr.read()
    assert process.returncode == 130
    assert said.splitlines() == [
        "kcgraph: interrupted; what was stored is whole; call again to go on"
    ]
    for _ in range(600):  # multiprocessing's own tracker ends when it finds its parent gone
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("a process is left")


def test_workers_are_not_for_a_language_model(tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text("Ann Boyle backed the plan.", encoding="utf-8")
    model = ["--extractor", "llm", "--model", "m", "--base-url", "http://h"]
    done = CliRunner().invoke(app, ["extract", str(article), *model, "--workers", "2"])
    assert "--workers goes with" in str(done.exception)
