"""Who of the cast is a stakeholder, and what a record keeps without the others."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kcgraph.errors import WorkError
from kcgraph.extract.offline import stakeholder_model
from kcgraph.extract.offline.stakeholder_model import Head, Selector
from kcgraph.extract.offline.stakeholders import concerning, select_stakeholders
from kcgraph.model import (
    Event,
    EventKind,
    Polarity,
    Position,
    PositionKind,
    Stakeholder,
    StakeholderKind,
    Target,
)
from tests.reading import cast_of, links_of, parse

ARTICLE = (
    "Council delays vote on stadium\n\nMILLBROOK (AP) — The city council on Tuesday put off a vote"
    " on the stadium tax after Mayor Ann Brown threatened a veto.\n\n“It is a giveaway,” said Tom"
    " Ortiz, president of the Millbrook Tenants Union. The union wants the money spent on housing."
    " Teachers marched on City Hall on Monday, in the rain, past the statue of Abraham Lincoln."
)


def chosen(text: str) -> set[str]:
    links = links_of(text)
    found = select_stakeholders(cast_of(text), links, [], [], parse(text))
    return {who.name for who in found}


def test_who_speaks_and_decides_is_a_stakeholder() -> None:
    assert {"Ann Brown", "Tom Ortiz", "Millbrook Tenants Union"} <= chosen(ARTICLE)


@pytest.mark.parametrize("name", ["AP", "Tuesday", "Monday", "statue", "rain"])
def test_datelines_days_and_things_are_not(name: str) -> None:
    assert name not in chosen(ARTICLE)


def _who(key: str) -> Stakeholder:
    return Stakeholder(key, StakeholderKind.PERSON, key)


def _position(holder: str, target: Target) -> Position:
    return Position(PositionKind.STANCE, holder, Polarity.SUPPORT, target, "evidence")


def test_items_about_others_go_and_participants_are_taken_out() -> None:
    kept = [_who("ann"), _who("tom")]
    good = _position("ann", Target("tom"))
    positions = [good, _position("bob", Target("tom")), _position("ann", Target("bob"))]
    events = [
        Event(EventKind.VOTE, ("ann", "bob"), "evidence", declined=("bob",)),
        Event(EventKind.VOTE, ("bob",), "evidence"),
    ]
    _, still, took_place = concerning(kept, [], positions, events)
    assert still == [good]
    assert took_place == [Event(EventKind.VOTE, ("ann",), "evidence")]


def test_those_whom_they_means_together_are_stakeholders_and_not_they() -> None:
    text = (
        "The Oak Hill Tenants Union and the Marlow Legal Clinic wrote to the council on Monday."
        " They said that the rents were too high."
    )
    (joint,) = (one for one in cast_of(text).entities if one.members)
    assert [parse(text)[m.head].text for m in joint.mentions] == ["They"]
    links = links_of(text)
    found = select_stakeholders(cast_of(text), links, [], [], parse(text))
    assert {who.id for who in found} >= set(joint.members)
    assert joint.id not in {who.id for who in found}
    told, _, _ = concerning(found, links, [], [])
    assert [(link.sources, link.also) for link in told][-1] == (joint.members, ())


def test_the_members_of_a_list_go_together() -> None:
    text = (
        "Groups refuse to meet mayor\n\nThe letter from Black Rainbow, the NAACP, Urban League,"
        " National Black United Front, Operation Liberation, and Urban Summit said Mayor Ann Brown"
        " had not met one of their demands."
    )
    listed = {
        "Black Rainbow",
        "NAACP",
        "Urban League",
        "National Black United Front",
        "Operation Liberation",
        "Urban Summit",
    }
    assert listed <= chosen(text)


def test_a_letter_speaks_for_all_who_are_listed() -> None:
    text = (
        "Seven groups wrote to the mayor on Monday.\n\nThe letter from Harbor Watch, the Millbrook"
        " Tenants Union, Pier Workers United, the Civic League, and Citizens Front said the mayor"
        " had not met one of their demands."
    )
    sources = {cast_of(text).by_id[who].name for link in links_of(text) for who in link.sources}
    assert {"Harbor Watch", "Civic League", "Citizens Front"} <= sources


def test_who_stands_behind_the_list_did_not_sign() -> None:
    text = (
        "In a letter from Harbor Watch and the Millbrook Tenants Union, Tom Ortiz was called a"
        " friend of the landlords. The letter said the rents were too high."
    )
    sources = {cast_of(text).by_id[who].name for link in links_of(text) for who in link.sources}
    assert "Tom Ortiz" not in sources


# --- the model ------------------------------------------------------------------------------------


def test_a_model_reads_as_it_was_written(tmp_path: Path) -> None:
    head = Head(np.ones((6, 2), np.float32), np.zeros(2, np.float32), np.ones(2, np.float32))
    model = Selector({"k=person": 0.5, "Straße|é": -2.0}, head, -0.25)
    stakeholder_model.write(tmp_path / "model.npz", model)
    again = stakeholder_model.read(tmp_path / "model.npz")
    assert (again.weights, again.threshold) == (model.weights, model.threshold)
    vectors = np.arange(6, dtype=np.float32).reshape(3, 2)
    odds = again.log_odds([["k=person"], ["unknown"]], [[0], [1, 2]], vectors)
    assert odds == pytest.approx(
        model.log_odds([["k=person"], ["unknown"]], [[0], [1, 2]], vectors)
    )
    assert again.log_odds([["k=person"]], [[0]], None) == [0.5]


@given(st.binary(max_size=200))
def test_a_damaged_model_is_named_with_its_remedy(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stakeholders.npz"
        path.write_bytes(content)
        with pytest.raises(WorkError, match="install kcgraph again"):
            stakeholder_model.read(path)
