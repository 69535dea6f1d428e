"""The pages of docs/: generated ones are up to date, and every command in them runs."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from kcgraph.cli.app import app
from kcgraph.query import named_queries

ROOT = Path(__file__).resolve().parent.parent
GENERATE = runpy.run_path(str(ROOT / "docs" / "generate.py"))
GENERATE["commands"]()  # registers all commands
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# these read a store; the others read articles with a model, want a server or a key, or wait for a
# person: of them it is checked that the command knows the options
ASKING = ("demands", "info", "network", "path", "query", "validate", "who")


def commands(page: Path) -> list[str]:
    """The lines of its code blocks that call kcgraph, without comments and where output goes."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```(?:sh)?\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [
        re.split(r"\s+#\s|\s+>\s|\s+\|\s|\s+&&\s", ln)[0]
        for ln in lines
        if ln.startswith("kcgraph ")
    ]


CALLS = sorted({(page.name, line) for page in PAGES for line in commands(page)})


def test_generated_pages_are_up_to_date() -> None:
    stale = [
        file.name
        for file, text in GENERATE["pages"]()
        if not file.is_file() or file.read_text(encoding="utf-8") != text
    ]
    assert not stale, "run: python docs/generate.py"


def test_there_are_commands_to_run() -> None:
    assert len([line for _, line in CALLS if line.split()[1] in ASKING]) > 50


@pytest.mark.parametrize(("page", "line"), [call for call in CALLS if call[1].split()[1] in ASKING])
def test_every_command_that_asks_a_store_runs(
    page: str, line: str, two_articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KCGRAPH_STORE", str(two_articles))
    (tmp_path / "query.rq").write_text("ASK {}", encoding="utf-8")
    done = CliRunner().invoke(app, shlex.split(line)[1:])
    # 1 is an answer too: that there is no path, for example
    assert done.exit_code in (0, 1), f"{done.exception} {done.stderr}"
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.stdout or done.stderr or "-o" in line


@pytest.mark.parametrize(
    ("page", "line"), [call for call in CALLS if call[1].split()[1] not in ASKING]
)
def test_every_other_command_knows_its_options(page: str, line: str) -> None:
    name, *arguments = shlex.split(line)[1:]
    if name.startswith("-") or name.isupper():  # kcgraph --install-completion, kcgraph COMMAND
        return
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    options = {o for p in known[name].params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    assert {a.partition("=")[0] for a in arguments if a.startswith("--")} <= options


def test_the_cookbook_has_every_named_query() -> None:
    text = (ROOT / "docs/cookbook.md").read_text(encoding="utf-8")
    for query in named_queries().values():
        assert f"\n## {query.name}\n" in text


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_python_of_the_pictures_page_runs(
    two_articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "docs" / "pictures.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    (tmp_path / "kcgraph-store").symlink_to(two_articles)
    monkeypatch.chdir(tmp_path)
    names: dict[str, str] = {}
    exec(program, names)
    assert names["page"].startswith("<!DOCTYPE html>")
