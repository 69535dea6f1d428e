"""Scoring by section 6 of the annotation guidelines."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from kcgraph.cli import check, evaluate  # noqa: F401  (registers the commands)
from kcgraph.cli.app import app
from kcgraph.errors import InputError
from kcgraph.evaluate import LAYERS, Score, Tally, read_gold, read_records, score
from kcgraph.evaluate import evaluate as evaluate_folder
from kcgraph.evaluate.compare import Sentences
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
    Span,
    Stakeholder,
    StakeholderKind,
    Target,
    to_json,
)

GOLD = Path(__file__).parents[1] / "data" / "gold"
PERSON, BODY, GROUP = (
    StakeholderKind.PERSON,
    StakeholderKind.ORGANIZATION,
    StakeholderKind.GROUP,
)
TEXT = (
    "Mayor Ada Holm met union leaders on Monday. “We need a fair deal now,” Holm said.\n"
    "The union wants body cameras for officers. Dr. Lee agreed. It rained.\n"
    "The chief, Bo Lee, refused to resign."
)
HOLM = Stakeholder("h", PERSON, "Ada Holm", ("Holm",), (Role("Mayor", "Kansas City"),))
UNION = Stakeholder("u", BODY, "the union", ("union leaders",))
LEE = Stakeholder("l", PERSON, "Bo Lee", ("the chief",), (Role("chief"),))
SAID = Attribution(("h",), Quotation.DIRECT, "“We need a fair deal now,”")
WANTS = Position(
    PositionKind.DEMAND,
    "u",
    Polarity.SUPPORT,
    Target(issue=("body cameras", "equip officers with body cameras")),
    "wants body cameras",
)
REFUSES = Position(
    PositionKind.REFUSAL, "l", Polarity.OPPOSE, Target(stakeholder="h"), "refused to resign"
)
MET = Event(EventKind.MEETING, ("h", "u"), "met union leaders")
GOLD_RECORD = Extraction("a", None, (HOLM, UNION, LEE), (SAID,), (WANTS, REFUSES), (MET,))


def layer(name: str, found: Extraction, gold: Extraction = GOLD_RECORD) -> tuple[int, int, int]:
    tally = score(gold, found, TEXT).layers[name]
    return tally.hits, tally.missed, tally.spurious


def test_gold_against_itself_is_perfect() -> None:
    report = evaluate_folder(GOLD, read_records(GOLD))
    assert len(report.scores) == 10
    for name in LAYERS:
        tally = report.layers[name]
        assert (tally.missed, tally.spurious) == (0, 0), name
        assert tally.hits > 0
        assert tally.f1 == 1.0
    assert report.differences == ()


# --- stakeholders and roles ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "hits"),
    [
        (Stakeholder("x", PERSON, "ADA HOLM"), 1),
        (Stakeholder("x", PERSON, "Mayor Ada Holm"), 1),
        (Stakeholder("x", PERSON, "Rt. Rev. Ada Holm"), 1),
        (Stakeholder("x", PERSON, "Somebody", ("Holm",)), 1),
        (Stakeholder("x", PERSON, "Ada"), 0),
        (Stakeholder("x", BODY, "Ada Holm"), 0),
        (Stakeholder("x", PERSON, "Mayor"), 0),
    ],
)
def test_stakeholders_match_by_kind_and_name(found: Stakeholder, hits: int) -> None:
    gold = Extraction("a", None, (HOLM,))
    assert layer("stakeholders", Extraction("a", None, (found,)), gold) == (
        hits,
        1 - hits,
        1 - hits,
    )


def test_leading_articles_do_not_matter() -> None:
    found = Extraction("a", None, (Stakeholder("x", BODY, "Union"),))
    assert layer("stakeholders", found, Extraction("a", None, (UNION,))) == (1, 0, 0)


def test_a_split_or_merged_identity_costs() -> None:
    split = (HOLM, replace(HOLM, id="h2", name="Holm", aliases=()))
    found = replace(GOLD_RECORD, stakeholders=(*split, UNION, LEE))
    assert layer("stakeholders", found) == (3, 0, 1)
    merged = replace(HOLM, aliases=("Holm", "Bo Lee"))
    found = replace(GOLD_RECORD, stakeholders=(merged, UNION), positions=())
    assert layer("stakeholders", found) == (2, 1, 0)


def test_who_shares_an_alias_is_matched_by_the_name() -> None:
    a = Stakeholder("a", BODY, "School Board", ("the board",))
    b = Stakeholder("b", BODY, "Parole Board", ("the board",))
    gold = Extraction("a", None, (a, b), positions=(replace(WANTS, holder="b"),))
    found = Extraction(
        "a",
        None,
        (replace(b, id="1"), replace(a, id="2")),
        positions=(replace(WANTS, holder="1"),),
    )
    assert layer("stakeholders", found, gold) == (2, 0, 0)
    assert layer("positions", found, gold) == (1, 0, 0)


@pytest.mark.parametrize(
    ("gold", "found", "same"),
    [
        (Role("Mayor"), Role("mayor"), True),
        (Role("Mayor"), Role("Mayor", "Kansas City"), True),
        (Role("Mayor", "Kansas City"), Role("Mayor", "the city of Kansas City"), True),
        (Role("Mayor", "Kansas City"), Role("Mayor"), False),
        (Role("Mayor", "Kansas City"), Role("Mayor", "Liberty"), False),
        (Role("Sen."), Role("Senator"), True),
        (Role("Police Chief", "Kansas City"), Role("Kansas City police chief"), True),
        (Role("Chief"), Role("Police Chief"), False),
    ],
)
def test_roles_match_by_title_and_body(gold: Role, found: Role, same: bool) -> None:
    ours, theirs = replace(HOLM, roles=(found,)), replace(HOLM, roles=(gold,))
    hits, missed, spurious = layer(
        "roles", Extraction("a", None, (ours,)), Extraction("a", None, (theirs,))
    )
    assert (hits, missed, spurious) == ((1, 0, 0) if same else (0, 1, 1))


# --- attributions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "hits"),
    [
        (replace(SAID, content="We need a fair deal"), 1),
        (replace(SAID, content="We need"), 0),
        (replace(SAID, sources=("l",)), 0),
        (replace(SAID, sources=("nobody",)), 0),
        (replace(SAID, sources=("h", "l")), 1),
        (replace(SAID, sources=("h", "l", "u")), 0),
        (replace(SAID, quotation=Quotation.INDIRECT), 1),
    ],
)
def test_attributions_match_by_words_and_source(found: Attribution, hits: int) -> None:
    record = replace(GOLD_RECORD, attributions=(found,))
    assert layer("attributions", record) == (hits, 1 - hits, 1 - hits)


def test_a_collective_source_is_right_too() -> None:
    gold = replace(GOLD_RECORD, attributions=(replace(SAID, sources=("h", "l"), also=("u",)),))
    for sources, hits in ((("u",), 1), (("h",), 1), (("h", "l"), 1), (("h", "l", "u"), 1)):
        found = replace(GOLD_RECORD, attributions=(replace(SAID, sources=sources),))
        assert layer("attributions", found, gold)[0] == hits, sources


# --- positions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "faulty_layers"),
    [
        # two of the four content words of the second gold phrase
        (lambda p: replace(p, target=Target(issue=("cameras for officers",))), set()),
        (lambda p: replace(p, target=Target(issue=("the body cameras",))), set()),
        (lambda p: replace(p, target=Target(issue=("BODY cameras for every tired officer",))),
         {"positions, strict"}),
        (lambda p: replace(p, target=Target(issue=("cameras everywhere now please",))), {"none"}),
        (lambda p: replace(p, kind=PositionKind.COMMITMENT), {"positions", "positions, strict"}),
        (lambda p: replace(p, polarity=Polarity.OPPOSE), {"none"}),
        (lambda p: replace(p, holder="h"), {"none"}),
        (lambda p: replace(p, evidence="met union leaders"), {"none"}),
        (lambda p: replace(p, evidence="Dr. Lee agreed"), set()),  # the next sentence
        (lambda p: replace(p, evidence="It rained"), {"none"}),
    ],
)  # fmt: skip
def test_positions_match_in_all_their_parts(
    change: Callable[[Position], Position], faulty_layers: set[str]
) -> None:
    gold = replace(GOLD_RECORD, positions=(WANTS,))
    found = replace(GOLD_RECORD, positions=(change(WANTS),))
    layers = ("positions", "positions, any kind", "positions, strict")
    expected = set(layers) if faulty_layers == {"none"} else faulty_layers
    assert {name for name in layers if layer(name, found, gold)[0] == 0} == expected


def test_a_stakeholder_as_target_is_no_issue() -> None:
    gold = replace(GOLD_RECORD, positions=(REFUSES,))
    for target, hits in (
        (Target(stakeholder="h"), 1),
        (Target(stakeholder="u"), 0),
        (Target(stakeholder="unknown"), 0),
        (Target(issue=("Ada Holm",)), 0),
    ):
        found = replace(GOLD_RECORD, positions=(replace(REFUSES, target=target),))
        assert layer("positions", found, gold)[0] == hits, target


def test_each_gold_position_is_matched_once() -> None:
    found = replace(GOLD_RECORD, positions=(WANTS, WANTS, REFUSES))
    assert layer("positions", found) == (2, 0, 1)


# --- events -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "hits"),
    [
        (replace(MET, participants=("h",)), 1),
        (replace(MET, participants=("l",)), 0),
        (replace(MET, participants=("h", "u", "l")), 1),
        (replace(MET, kind=EventKind.HEARING), 0),
    ],
)
def test_events_match_by_kind_and_half_of_the_participants(found: Event, hits: int) -> None:
    record = replace(GOLD_RECORD, events=(found,))
    assert layer("events", record) == (hits, 1 - hits, 1 - hits)


# --- optional items -----------------------------------------------------------------------------


def optional(record: Extraction) -> Extraction:
    return replace(
        record,
        stakeholders=tuple(replace(x, optional=True) for x in record.stakeholders),
        attributions=tuple(replace(x, optional=True) for x in record.attributions),
        positions=tuple(replace(x, optional=True) for x in record.positions),
        events=tuple(replace(x, optional=True) for x in record.events),
    )


@pytest.mark.parametrize("found", [GOLD_RECORD, Extraction("a", None)])
def test_optional_items_count_neither_found_nor_missed(found: Extraction) -> None:
    for name, tally in score(optional(GOLD_RECORD), found, TEXT).layers.items():
        assert tally == Tally(0, 0, 0), name
        assert tally.f1 == 1.0


def test_what_matches_a_required_and_an_optional_item_counts_for_the_required_one() -> None:
    twin = replace(WANTS, optional=True)
    gold = replace(GOLD_RECORD, positions=(twin, WANTS))
    found = replace(GOLD_RECORD, positions=(WANTS,))
    assert layer("positions", found, gold) == (1, 0, 0)


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        (Tally(0, 0, 0), (1.0, 1.0, 1.0)),
        (Tally(0, 2, 0), (0.0, 0.0, 0.0)),
        (Tally(0, 0, 2), (0.0, 0.0, 0.0)),
        (Tally(3, 1, 2), (0.6, 0.75, 6 / 9)),
    ],
)
def test_precision_recall_and_f1(tally: Tally, expected: tuple[float, float, float]) -> None:
    assert (tally.precision, tally.recall, tally.f1) == pytest.approx(expected)


def test_layers_are_summed_over_articles() -> None:
    gold = read_gold(GOLD)
    records = {g.record.article: g.record for g in gold[:4]}
    report = evaluate_folder(GOLD, records)
    tally = report.layers["stakeholders"]
    required = [sum(not s.optional for s in g.record.stakeholders) for g in gold]
    assert (tally.hits, tally.missed) == (sum(required[:4]), sum(required[4:]))


ITEMS = ("stakeholders", "attributions", "positions", "events")


@cache
def whole(name: str) -> tuple[Extraction, str]:
    one = next(g for g in read_gold(GOLD) if g.record.article == name)
    return one.record, one.article.text


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(ITEMS), st.integers(0, 200), st.sampled_from(["quarry-permit"]))
def test_dropping_an_item_lowers_recall_only(layer_name: str, number: int, name: str) -> None:
    gold, text = whole(name)
    items = list(getattr(gold, layer_name))
    gone = items.pop(number % len(items))
    tally = score(gold, replace(gold, **{layer_name: tuple(items)}), text).layers[layer_name]
    assert tally.spurious == 0
    assert tally.missed == (0 if gone.optional else 1)


@settings(deadline=None, max_examples=15)
@given(st.randoms(use_true_random=False))
def test_the_order_of_found_items_does_not_matter(random: Random) -> None:
    gold, text = whole("kcpd-new-policies")

    def shuffled(items: tuple) -> tuple:
        items = list(items)
        random.shuffle(items)
        return tuple(items)

    found = replace(gold, **{name: shuffled(getattr(gold, name)) for name in ITEMS})
    assert all(t.f1 == 1.0 for t in score(gold, found, text).layers.values())


def test_local_ids_do_not_matter() -> None:
    ids = {"h": "1", "u": "2", "l": "3"}
    found = Extraction(
        "a",
        None,
        tuple(replace(s, id=ids[s.id]) for s in GOLD_RECORD.stakeholders),
        (replace(SAID, sources=("1",)),),
        (replace(WANTS, holder="2"), replace(REFUSES, holder="3", target=Target("1"))),
        (replace(MET, participants=("1", "2")),),
    )
    assert all(t.f1 == 1.0 for t in score(GOLD_RECORD, found, TEXT).layers.values())


# --- sentences ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first_words"),
    [
        ("It rained. It snowed.", ["It", "It"]),
        ("Dr. Lee met Sen. Roe. They left.", ["Dr", "They"]),
        ("“No,” he said. “Never.” She left.", ["No", "Never", "She"]),
        ("A line\nAnother line", ["A", "Another"]),
        ("The U.S. Senate voted. Done.", ["The", "Done"]),
        ("He paid $3.50 for it. No. 5 won!", ["He", "No"]),
    ],
)
def test_sentences_are_found_without_a_parser(text: str, first_words: list[str]) -> None:
    sentences = Sentences(text)
    starts = sorted({sentences.of(Span(n, n + 1))[0] for n in range(len(text))})
    assert len(starts) == len(first_words)
    for number, word in enumerate(first_words):
        place = next(n for n in range(len(text)) if sentences.of(Span(n, n + 1))[0] == number)
        assert text[place:].lstrip("“ ").startswith(word)


# --- differences and the command ----------------------------------------------------------------


def differences(found: Extraction) -> set[tuple[str, str, str]]:
    result: Score = score(GOLD_RECORD, found, TEXT)
    return {(d.layer, d.what, d.why) for d in result.differences}


def test_differences_say_what_is_other_about_the_nearest_item() -> None:
    wrong = replace(WANTS, kind=PositionKind.STANCE)
    found = replace(GOLD_RECORD, positions=(wrong, REFUSES), events=())
    assert differences(found) == {
        ("positions", "missed", "other kind"),
        ("positions", "spurious", "other kind"),
        ("events", "missed", "not found"),
    }


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["evaluate", *arguments])
    return result.exit_code, result.output


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Gold records of three articles, in one of which nothing was found but the stakeholders."""
    for one in read_gold(GOLD)[:3]:
        record = one.record
        if one.record.article == "kcpd-new-policies":
            record = replace(record, attributions=(), positions=(), events=())
        path = tmp_path / f"{one.record.article}.json"
        path.write_text(json.dumps(to_json(record)), encoding="utf-8")
    return tmp_path


def test_command_prints_numbers_as_json(records: Path) -> None:
    status, output = run(str(GOLD), "--records", str(records), "--format", "json")
    assert status == 0
    data = json.loads(output)
    assert set(data["layers"]) == set(LAYERS)
    assert data["articles"]["kcpd-new-policies"]["stakeholders"]["recall"] == 1.0
    assert data["articles"]["kcpd-new-policies"]["positions"]["recall"] == 0.0
    assert "differences" not in data


def test_command_shows_differences_with_their_sentences(records: Path) -> None:
    status, output = run(
        str(GOLD), "--records", str(records), "--format", "json", "--show", "missed"
    )
    assert status == 0
    missed = json.loads(output)["differences"]
    assert missed
    assert {d["what"] for d in missed} == {"missed"}
    assert any("“win-win”" in d["sentence"] for d in missed)
    assert "POSITIONS" in run(str(GOLD), "--records", str(records), "--show", "all")[1]
    assert (
        json.loads(run(str(GOLD), "--records", str(GOLD), "--format", "json", "--show", "all")[1])[
            "differences"
        ]
        == []
    )


@pytest.mark.parametrize(
    ("floors", "status"),
    [("0.1", 0), ("0.99", 1), ("stakeholders=0.2,positions=0.05", 0), ("positions=0.9", 1)],
)
def test_command_fails_below_the_asked_quality(records: Path, floors: str, status: int) -> None:
    assert run(str(GOLD), "--records", str(records), "--fail-under", floors)[0] == status


@pytest.mark.parametrize("floors", ["high", "2", "places=0.5", "stakeholders="])
def test_a_floor_that_makes_no_sense_is_refused(floors: str) -> None:
    result = CliRunner().invoke(
        app, ["evaluate", str(GOLD), "--records", str(GOLD), "--fail-under", floors]
    )
    assert isinstance(result.exception, InputError)
    assert "--fail-under" in str(result.exception)


@pytest.mark.parametrize("make", ["nothing", "not json", "no text", "wrong form"])
def test_a_broken_gold_folder_is_named(tmp_path: Path, make: str) -> None:
    if make == "not json":
        (tmp_path / "a.json").write_text("{", encoding="utf-8")
    if make == "no text":
        (tmp_path / "a.json").write_text('{"article": "a"}', encoding="utf-8")
    if make == "wrong form":
        (tmp_path / "a.json").write_text('{"article": "a", "events": 3}', encoding="utf-8")
    with pytest.raises(InputError, match=str(tmp_path)):
        read_gold(tmp_path)


def test_records_may_be_json_lines(tmp_path: Path) -> None:
    lines = [json.dumps(to_json(g.record)) for g in read_gold(GOLD)]
    path = tmp_path / "records.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert set(read_records(path)) == {g.record.article for g in read_gold(GOLD)}
    path.write_text(lines[0] + "\n{broken\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"records\.jsonl:2"):
        read_records(path)
