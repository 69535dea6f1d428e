"""Errors by phenomenon, and whether confidence means what it says."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from kcgraph.cli import evaluate  # noqa: F401  (registers the command)
from kcgraph.cli.app import app
from kcgraph.evaluate import Judged, calibration_error, reliability, score
from kcgraph.evaluate.compare import Sentences
from kcgraph.evaluate.phenomena import Phenomena
from kcgraph.model import (
    Attribution,
    Event,
    EventKind,
    Extraction,
    Polarity,
    Position,
    PositionKind,
    Quotation,
    Role,
    Stakeholder,
    StakeholderKind,
    Target,
    to_json,
)

TEXT = (
    "Mayor Ada Page met the NAACP on Monday."
    " She wants a new bridge and a ferry if money is found.\n"
    "“We do not want a toll. It is unfair,” said Bo Page, who turned the page.\n"
    "The plan was rejected by parents. The union’s call for a strike stands."
)
PERSON, BODY, GROUP = StakeholderKind.PERSON, StakeholderKind.ORGANIZATION, StakeholderKind.GROUP
ADA = Stakeholder("ada", PERSON, "Ada Page", (), (Role("Mayor"),))
BO = Stakeholder("bo", PERSON, "Bo Page")
NAACP = Stakeholder("naacp", BODY, "NAACP")
PARENTS = Stakeholder("parents", GROUP, "parents")
UNION = Stakeholder("union", BODY, "the union")
PEOPLE = (ADA, BO, NAACP, PARENTS, UNION)
SAID = Attribution(("bo",), Quotation.DIRECT, "“We do not want a toll. It is unfair,”")


def wants(holder: str, issue: str, evidence: str) -> Position:
    target = Target(issue=(issue,))
    return Position(PositionKind.DEMAND, holder, Polarity.SUPPORT, target, evidence)


BRIDGE = wants("ada", "new bridge", "She wants a new bridge and a ferry if money is found")
FERRY = replace(BRIDGE, target=Target(issue=("ferry",)))
TOLL = Position(
    PositionKind.STANCE, "bo", Polarity.OPPOSE, Target(issue=("toll",)), "We do not want a toll"
)
PLAN = Position(
    PositionKind.STANCE,
    "parents",
    Polarity.OPPOSE,
    Target(issue=("closure of schools",)),
    "The plan was rejected by parents",
)
AGREED = replace(PLAN, holder="union")
STRIKE = wants("union", "strike", "The union’s call for a strike stands")
MET = Event(EventKind.MEETING, ("ada",), "met the NAACP", declined=("bo",), date="Monday")
RECORD = Extraction("a", None, PEOPLE, (SAID,), (BRIDGE, FERRY, TOLL, PLAN, AGREED, STRIKE), (MET,))


@pytest.mark.parametrize(
    ("item", "has", "has_not"),
    [
        (ADA, {"person", "has a role", "shares a surname", "name is also a word"}, {"group"}),
        (NAACP, {"organization", "has an acronym", "named once"}, {"shares a surname"}),
        (PARENTS, {"group"}, {"name is also a word", "has an acronym"}),
        (SAID, {"direct", "over several sentences", "source: person"}, {"several sources"}),
        (BRIDGE, {"demand", "condition", "several measures", "holder by pronoun"}, {"joint act"}),
        (TOLL, {"stance", "stance, oppose", "quoted", "negation"}, {"passive", "several measures"}),
        (PLAN, {"passive", "joint act", "target not in the passage", "holder: group"}, {"quoted"}),
        (STRIKE, {"noun", "holder named there"}, {"passive", "target not in the passage"}),
        (MET, {"meeting", "somebody declined", "dated", "one participant"}, {"undated"}),
    ],
)
def test_what_an_item_is_like(item: object, has: set[str], has_not: set[str]) -> None:
    found = set(Phenomena(RECORD, TEXT, Sentences(TEXT)).of(item))  # type: ignore[arg-type]
    assert has <= found
    assert not has_not & found


def test_hits_and_misses_count_by_gold_and_inventions_by_what_was_found() -> None:
    invented = wants("naacp", "moon", "The union’s call for a strike stands")
    found = replace(RECORD, positions=(BRIDGE, TOLL, invented))
    tallies = score(RECORD, found, TEXT).phenomena
    several, noun = tallies["positions", "several measures"], tallies["positions", "noun"]
    assert (several.hits, several.missed, several.spurious) == (1, 1, 0)
    assert (noun.hits, noun.missed, noun.spurious) == (0, 1, 1)


def test_optional_items_are_not_counted_but_right() -> None:
    maybe = replace(STRIKE, optional=True)
    scored = score(replace(RECORD, positions=(maybe,)), replace(RECORD, positions=(STRIKE,)), TEXT)
    assert not any(layer == "positions" for layer, _ in scored.phenomena)
    assert Judged("positions", 1.0, True) in scored.judged


# --- reliability --------------------------------------------------------------------------------


def test_tenths() -> None:
    judged = [Judged("x", c, r) for c, r in ((0.8, True), (0.84, False), (0.3, True), (1.0, True))]
    tenths = reliability(judged)
    assert [(t.low, t.items, t.right) for t in tenths] == [(0.3, 1, 1), (0.8, 2, 0.5), (0.9, 1, 1)]
    assert calibration_error(tenths) == pytest.approx((0.7 + 2 * 0.32 + 0) / 4)
    assert calibration_error([]) == 0


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 1), st.booleans())))
def test_every_item_is_in_one_tenth(rows: list[tuple[str, float, bool]]) -> None:
    tenths = reliability(Judged(*row) for row in rows)
    assert sum(t.items for t in tenths) == len(rows)
    assert all(t.low - 1e-6 <= t.confidence <= t.low + 0.1 + 1e-6 for t in tenths)
    assert 0 <= calibration_error(tenths) <= 1


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "a.json").write_text(json.dumps(to_json(RECORD)))
    return tmp_path


def test_the_tables(gold: Path) -> None:
    command = ["evaluate", str(gold), "--records", str(gold), "--phenomena", "--reliability"]
    done = CliRunner().invoke(app, command, env={"COLUMNS": "120"})
    assert done.exit_code == 0
    for words in ("by phenomenon", "several measures", "reliability", "0.9 to 1.0"):
        assert words in done.stdout


def test_the_same_as_json(gold: Path) -> None:
    command = ["evaluate", str(gold), "--records", str(gold), "--format", "json"]
    plain = json.loads(CliRunner().invoke(app, command).stdout)
    full = json.loads(CliRunner().invoke(app, [*command, "--phenomena", "--reliability"]).stdout)
    assert "phenomena" not in plain and "reliability" not in plain
    assert full["phenomena"]["positions"]["joint act"]["recall"] == 1.0
    (tenth,) = full["reliability"]["positions"]["tenths"]
    assert tenth == {"from": 0.9, "items": 6, "confidence": 1.0, "right": 1.0}
