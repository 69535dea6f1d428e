"""A store that grew and shrank article by article is the one that a single build makes."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kcgraph import build as building
from kcgraph.annotations import Annotated, read_annotated
from kcgraph.build import Options, build_from_records
from kcgraph.extract.grounding import ground
from kcgraph.model import (
    Article,
    Event,
    EventKind,
    Extraction,
    Polarity,
    Position,
    PositionKind,
    Role,
    Stakeholder,
    StakeholderKind,
    Target,
)
from kcgraph.resolve import outline, resolve
from kcgraph.store import nquads, open_graph

GOLD = Path(__file__).parent.parent / "data" / "gold"
PEOPLE = ["Ann Lee", "Bob Ray", "Cy Poe", "Ann B. Lee", "Lee"]
BODIES = ["Bus Council", "Tram Union"]
ISSUES = ["more buses", "safer trams", "bus lanes downtown"]
SIDES = [
    (PositionKind.DEMAND, Polarity.SUPPORT),
    (PositionKind.STANCE, Polarity.SUPPORT),
    (PositionKind.STANCE, Polarity.OPPOSE),
    (PositionKind.COMMITMENT, Polarity.SUPPORT),
    (PositionKind.REFUSAL, Polarity.OPPOSE),
]
DATES = [None, "2024-01-02", "2024-03-04"]

who = st.sampled_from(PEOPLE + BODIES)
positions = st.tuples(who, st.sampled_from(SIDES), who | st.sampled_from(ISSUES), st.none() | who)
events = st.tuples(st.sampled_from([EventKind.MEETING, EventKind.LETTER]), who, who)
roles = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(BODIES), max_size=2)


@st.composite
def records(draw: st.DrawFn, id: str) -> Annotated:
    """An article of a few lines, one for each position, event and role, and its record."""
    lines = [f"Number {id}."]
    said = []
    for holder, (kind, polarity), on, addressee in draw(st.lists(positions, max_size=4)):
        lines.append(f"{holder} on {on} and {addressee}.")
        target = Target(issue=(on,)) if on in ISSUES else Target(stakeholder=on)
        asked = (addressee,) if addressee and kind is PositionKind.DEMAND else ()
        said.append(Position(kind, holder, polarity, target, lines[-1], addressee=asked))
    done = []
    for what, one, other in draw(st.lists(events, max_size=2)):
        lines.append(f"{one} with {other}.")
        people = (one, other) if what is EventKind.MEETING else (one,)
        received = () if what is EventKind.MEETING else (other,)
        done.append(Event(what, people, lines[-1], recipients=received))
    posts = draw(roles)
    lines += [f"{person} is director of {body}." for person, body in posts.items()]
    text = "\n".join(lines)
    known = tuple(
        Stakeholder(
            name,
            StakeholderKind.PERSON if name in PEOPLE else StakeholderKind.ORGANIZATION,
            name,
            (),
            (Role("director", posts[name]),) if name in posts else (),
        )
        for name in PEOPLE + BODIES
        if name in text
    )
    date = draw(st.sampled_from(DATES))
    record = Extraction(id, date, known, (), tuple(said), tuple(done), "hand")
    return Annotated(Article(id, text, date=date, origin=id), record)


def built(store: Path, items: list[Annotated], **options: bool) -> list[str]:
    build_from_records(store, items, Options(**options))
    return list(nquads(open_graph(store)))


@pytest.fixture(autouse=True)
def never_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much of so small a store changes, it is not written anew."""
    monkeypatch.setattr(building, "_MOST_REPLACED", 2.0)


@settings(deadline=None, max_examples=10)
@given(data=st.data())
def test_growing_and_shrinking(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        grown = Path(folder) / "grown"
        for step in range(3):
            ids = data.draw(st.sets(st.sampled_from("abcd"), min_size=1))
            items = [data.draw(records(id)) for id in sorted(ids)]
            found = built(grown, items, prune=True)
            assert found == built(Path(folder) / f"whole {step}", items)


def test_the_gold_corpus_with_some_put_in_and_taken_out(tmp_path: Path) -> None:
    items = [i for i in read_annotated([GOLD]) if isinstance(i, Annotated)]
    fewer = items[::2]
    last = built(tmp_path / "whole", items)
    built(tmp_path / "grown", fewer)
    for item in items[1::4]:
        built(tmp_path / "grown", [item])
    assert built(tmp_path / "grown", items) == last
    assert built(tmp_path / "grown", fewer, prune=True) == built(tmp_path / "few", fewer)


def test_outlines_are_resolved_as_the_whole_is() -> None:
    found = [i for i in read_annotated([GOLD]) if isinstance(i, Annotated)]
    whole = [(i.article, ground(i.article, i.record)) for i in found]
    told = [outline(*item) for item in whole]
    assert resolve([(one.article, one.record) for one in told]) == resolve(whole)
    assert len({one.content for one in told}) == len(told)


def test_outlines_may_be_deleted_at_any_time(tmp_path: Path) -> None:
    one, other = (
        Annotated(
            Article(id, f"Ann Lee is mayor of {id}.", origin=id), Extraction(id, None, (who,))
        )
        for id in ("Elm", "Oak")
        for who in [Stakeholder("a", StakeholderKind.PERSON, "Ann Lee", (), (Role("mayor", id),))]
    )
    built(tmp_path / "grown", [one])
    with closing(sqlite3.connect(tmp_path / "grown" / "records.sqlite")) as db, db:
        assert db.execute("DELETE FROM outline").rowcount == 1
    assert built(tmp_path / "grown", [other]) == built(tmp_path / "whole", [one, other])
