"""`kcgraph review`: what was taken for one is shown, and a person's word overrules it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kcgraph.annotations import read_annotated
from kcgraph.build import build_from_records
from kcgraph.cli import review  # noqa: F401 - registers the command
from kcgraph.cli.app import app
from kcgraph.errors import InputError, NotFound, WorkError
from kcgraph.names import NameIndex
from kcgraph.resolve import Judgement
from kcgraph.review import judge, review_of
from kcgraph.store import open_graph, open_records

TITLES = {"harbor": "Mayor of Troy", "school": "Mayor of Ilion", "bridge": "Mayor of Argos"}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Three articles, each with an Ann Lee who is mayor of another town."""
    folder = tmp_path / "records"
    folder.mkdir()
    for name, title in TITLES.items():
        of = title.removeprefix("Mayor of ")
        text = f"Ann Lee, the mayor of {of}, wants the plan for the {name} withdrawn."
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        record = {
            "article": name,
            "stakeholders": [
                {
                    "id": "lee",
                    "name": "Ann Lee",
                    "kind": "person",
                    "aliases": [],
                    "roles": [{"title": "mayor", "of": of}],
                }
            ],
            "attributions": [],
            "positions": [
                {
                    "kind": "demand",
                    "holder": "lee",
                    "polarity": "support",
                    "target": {"issue": [f"withdrawal of the {name} plan"]},
                    "evidence": f"wants the plan for the {name} withdrawn",
                }
            ],
            "events": [],
        }
        (folder / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
    path = tmp_path / "store"
    build_from_records(path, read_annotated([folder]))
    return path


def called(store: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["review", *arguments, "--store", str(store)])
    assert done.exit_code == 0, done.output
    return done.stdout


def people(store: Path) -> int:
    return len(NameIndex.of(open_graph(store)).candidates("Ann Lee"))


def test_what_has_one_name_is_shown_and_can_be_joined(store: Path) -> None:
    assert people(store) == 3
    assert called(store).count("Ann Lee") == 3
    called(store, "--same", "Ann Lee")
    assert people(store) == 1
    (found,) = json.loads(called(store, "lee", "--format", "json"))
    assert {member["ref"] for member in found["members"]} == {f"{name}#lee" for name in TITLES}
    assert {reason["reason"] for reason in found["reasons"]} == {"judged the same"}


def test_a_judgement_is_taken_back(store: Path) -> None:
    called(store, "--same", "harbor#lee", "school#lee")
    assert people(store) == 2
    called(store, "--forget", "harbor#lee")
    assert people(store) == 3


def test_the_later_word_holds(store: Path) -> None:
    called(store, "--same", "Ann Lee")
    called(store, "--different", "harbor#lee", "school#lee")
    assert people(store) == 2
    called(store, "--same", "Ann Lee")
    assert people(store) == 1


def test_a_build_keeps_to_it(store: Path) -> None:
    called(store, "--same", "Ann Lee")
    records = store.parent / "records"
    (records / "harbor.txt").unlink()
    (records / "harbor.json").unlink()
    build_from_records(store, read_annotated([records]))
    assert people(store) == 1


def test_issues_are_reviewed_too(store: Path) -> None:
    called(store, "--issues", "--same", "harbor plan", "school plan")
    (found,) = review_of(store, "withdrawal of the harbor plan", "issue")
    assert len(found.members) == 2


@pytest.mark.parametrize(
    ("names", "same", "error", "message"),
    [
        (["Ann Lee"], False, InputError, "could mean several"),
        (["harbor#lee"], True, InputError, "nothing to join"),
        (["harbor#lee"], False, InputError, "name two of its parts"),
        (["harbor#lee", "harbor#nobody"], True, NotFound, "that article has: harbor#lee"),
        (["harbor#lee", "nowhere#lee"], True, NotFound, "no such article"),
        (["Zed", "Ann Lee"], True, NotFound, "unknown name 'Zed'"),
    ],
)
def test_a_wrong_word_changes_nothing(
    store: Path, names: list[str], same: bool, error: type[Exception], message: str
) -> None:
    before = (store / "store.json").read_bytes()
    with pytest.raises(error, match=message):
        judge(store, names, same=same)
    assert (store / "store.json").read_bytes() == before


@pytest.mark.parametrize(
    "arguments", [["--same"], ["--same", "--different", "Lee"], ["lee", "--rules", "."]]
)
def test_a_wrong_call_is_told(store: Path, arguments: list[str]) -> None:
    done = CliRunner().invoke(app, ["review", *arguments, "--store", str(store)])
    assert isinstance(done.exception, InputError)


def test_wrong_rules_are_told_before_anything_is_judged(store: Path) -> None:
    with pytest.raises(InputError, match="rules"):
        judge(store, ["Ann Lee"], same=True, rules=store / "none")
    judge(store, ["harbor#lee"], same=None)
    assert people(store) == 3


def test_a_store_that_can_only_be_read_is_told_with_the_remedy(store: Path) -> None:
    one = Judgement("stakeholder", "harbor#lee", "school#lee", same=True)
    with open_records(store) as records, pytest.raises(WorkError, match="make the folder writable"):
        records.put_judgement(one)


def test_no_store_is_made(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no store here"):
        judge(tmp_path / "none", ["Lee", "Moe"], same=True)
    assert not (tmp_path / "none").exists()
