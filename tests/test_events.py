"""Events: kind, participants, date, passage."""

import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from spacy.tokens import Doc

from kcgraph.errors import WorkError
from kcgraph.extract.offline import nlp
from kcgraph.extract.offline.events import model as store
from kcgraph.extract.offline.events import plan_events, read_events
from kcgraph.extract.offline.events.heads import Head
from kcgraph.extract.offline.events.model import HASHES, KINDS, EventModel, Least, Weights
from kcgraph.extract.offline.events.participants import Nearby
from kcgraph.extract.offline.events.reading import _complete, _elsewhere, _Happening
from kcgraph.extract.offline.positions import plan_positions
from kcgraph.extract.offline.types import Cast, Entity, Mention, MentionKind, Tokens
from kcgraph.model import Article, Event, EventKind, StakeholderKind

PEOPLE = {
    "adviser": (StakeholderKind.PERSON, ("adviser", "Jo Fenn")),
    "council": (StakeholderKind.ORGANIZATION, ("city council", "council")),
    "union": (StakeholderKind.ORGANIZATION, ("teachers union", "union")),
    "holm": (StakeholderKind.PERSON, ("Ada Holm", "Holm")),
    "lee": (StakeholderKind.PERSON, ("Bo Lee", "Lee")),
    "nurses": (StakeholderKind.GROUP, ("nurses",)),
    "company": (StakeholderKind.ORGANIZATION, ("Acme Water",)),
}


def parse(text: str, date: str | None = "2023-11-09") -> tuple[Article, Doc]:
    article = Article("a", text, date=date)
    return article, nlp.parse(article, nlp.load())


def cast_of(doc: Doc) -> Cast:
    """Everybody of `PEOPLE` where a name of theirs stands."""
    entities = []
    for name, (kind, forms) in PEOPLE.items():
        mentions, taken = [], set()
        for form in forms:
            words = form.split()
            for n in range(len(doc) - len(words) + 1):
                span = range(n, n + len(words))
                if [t.text for t in doc[n : n + len(words)]] == words and not taken & set(span):
                    taken |= set(span)
                    head = doc[n : n + len(words)].root.i
                    mentions.append(Mention(Tokens(n, n + len(words)), head, MentionKind.NAME))
        if mentions:
            entities.append(Entity(name, kind, forms[0], list(forms[1:]), mentions=mentions))
    return Cast(entities)


def read(
    text: str, model: EventModel | None = None, date: str | None = "2023-11-09"
) -> list[Event]:
    article, doc = parse(text, date)
    plan = plan_events(doc, cast_of(doc), [])
    positions = plan_positions(doc, cast_of(doc), [], others=plan.looked_at)
    return plan.read(positions.encode(), article, model)


PLAIN = pytest.mark.parametrize(
    ("text", "kind", "participant"),
    [
        ("The city council voted 5-2 on Tuesday to close the library.", "vote", "council"),
        ("Ada Holm met with the teachers union on Monday to discuss the plan.", "meeting", "holm"),
        ("The teachers union sent a letter to Ada Holm on Monday.", "letter", "union"),
        (
            "Bo Lee said at a news conference on Thursday that he would go.",
            "news conference",
            "lee",
        ),
        ("About 200 nurses marched on City Hall on Saturday.", "protest", "nurses"),
        ("The teachers union filed a lawsuit against the state on Friday.", "lawsuit", "union"),
    ],
)


@PLAIN
def test_plain_events_are_read(text: str, kind: str, participant: str) -> None:
    events = [e for e in read(text) if e.kind == kind]
    assert len(events) == 1
    assert participant in events[0].participants


@PLAIN
def test_they_are_read_without_the_encoder_too(text: str, kind: str, participant: str) -> None:
    article, doc = parse(text)
    events = [e for e in read_events(doc, cast_of(doc), [], article) if e.kind == kind]
    assert participant in events[0].participants


@pytest.mark.parametrize(
    "text",
    [
        "Ada Holm likes the plan.",
        "The house has a new roof, Holm said.",
        "Bo Lee grew up on a farm and writes novels.",
    ],
)
def test_where_nothing_happens_nothing_is_read(text: str) -> None:
    assert read(text) == []


# Believes every trigger and everybody: what is left are the rules.
TRUSTING = EventModel(
    Weights(np.ones(HASHES, np.float32)),
    Weights(np.ones(HASHES, np.float32)),
    dict.fromkeys(EventKind, Least(0.5, 0.5, 0.0)),
)


def events_of(kind: EventKind, text: str, date: str | None = "2023-11-09") -> list[Event]:
    return [e for e in read(text, TRUSTING, date) if e.kind is kind]


def test_evidence_stands_at_its_place_and_says_it() -> None:
    text = "It rained.\n\nAda Holm met the union on Monday. Nobody else came."
    (event,) = events_of(EventKind.MEETING, text)
    assert event.evidence_span is not None
    assert text[slice(*event.evidence_span)] == event.evidence
    assert "met" in event.evidence


@pytest.mark.parametrize(
    ("text", "written", "iso"),
    [
        ("Ada Holm met the union on Monday.", "Monday", "2023-11-06"),
        ("Ada Holm will meet the union on Monday.", "Monday", "2023-11-13"),
        ("Ada Holm plans to meet the union on Nov. 20.", "Nov. 20", "2023-11-20"),
        ("Ada Holm met the union last week.", "last week", None),
        ("Ada Holm met the union.", None, None),
        (
            "It rained on Oct. 27. Ada Holm met the union the next day.",
            "the next day",
            "2023-10-28",
        ),
        ("It rained. Ada Holm met the union the next day.", "the next day", None),
        # of two dates the one in the clause of the meeting, near or far; deadlines are no dates
        ("Bo Lee, who was ill Friday, met the union on Monday.", "Monday", "2023-11-06"),
        ("Ada Holm met the union to make it decide by Friday.", None, None),
        ("The city council has to meet the union by Friday.", "Friday", "2023-11-10"),
    ],
)
def test_the_date_is_as_written_and_resolved(
    text: str, written: str | None, iso: str | None
) -> None:
    (event,) = events_of(EventKind.MEETING, text)
    assert (event.date, event.iso) == (written, iso)


def test_without_a_date_of_the_article_a_weekday_stays_as_written() -> None:
    (event,) = events_of(EventKind.MEETING, "Ada Holm met the union on Monday.", date=None)
    assert (event.date, event.iso) == ("Monday", None)


def test_who_gets_the_letter_is_no_sender() -> None:
    (event,) = events_of(EventKind.LETTER, "The teachers union wrote a letter to Ada Holm.")
    assert event.participants == ("union",)
    assert event.recipients == ("holm",)


def test_who_does_not_come_declined() -> None:
    (event,) = events_of(
        EventKind.MEETING, "Ada Holm met the union, but Bo Lee did not attend the meeting."
    )
    assert event.declined == ("lee",)
    assert "lee" not in event.participants


def test_one_happening_told_twice_is_one_event() -> None:
    text = "Ada Holm met the union on Monday. The meeting with the union lasted two hours."
    assert len(events_of(EventKind.MEETING, text)) == 1


def test_two_votes_with_other_tallies_are_two() -> None:
    text = "The city council voted 5-2 for the tax. The city council voted 4-3 for the bond."
    assert len(events_of(EventKind.VOTE, text)) == 2


def test_other_days_are_other_events() -> None:
    text = "Ada Holm met the union on Monday.\n\nAda Holm met the union on Wednesday."
    assert [e.iso for e in events_of(EventKind.MEETING, text)] == ["2023-11-06", "2023-11-08"]


def test_an_article_without_text_has_no_events() -> None:
    assert read("") == []


def test_a_list_of_recipients_is_read_to_its_end() -> None:
    text = (
        "On Monday the teachers union sent a letter to the city council, Ada Holm, and Bo Lee"
        " saying they would strike."
    )
    (letter,) = [e for e in read(text) if e.kind == "letter"]
    assert set(letter.recipients) == {"council", "holm", "lee"}
    assert letter.participants == ("union",)


@pytest.mark.parametrize(
    ("text", "sender", "recipients"),
    [
        ("In a memo to nurses, Ada Holm said no.", "holm", ("nurses",)),
        ("In a letter to the nurses, the union and Bo Lee said no.", "lee", ("nurses",)),
        ("The union wrote a letter to Ada Holm and Bo Lee.", "union", ("holm", "lee")),
    ],
)
def test_who_says_something_in_a_letter_does_not_get_it(
    text: str, sender: str, recipients: tuple[str, ...]
) -> None:
    (letter,) = events_of(EventKind.LETTER, text)
    assert sender in letter.participants
    assert letter.recipients == recipients


@pytest.mark.parametrize(
    ("kind", "text", "there", "away"),
    [
        (
            EventKind.MEETING,
            "Ada Holm's adviser, Jo Fenn, met with the union on Monday.",
            {"adviser", "union"},
            {"holm"},
        ),
        (
            EventKind.PROTEST,
            "About 200 nurses marched through the town after the city council cut their pay.",
            {"nurses"},
            {"council"},
        ),
        (
            EventKind.VOTE,
            "The city council voted to accept what Acme Water had offered.",
            {"council"},
            {"company"},
        ),
        (
            EventKind.MEETING,
            "Ada Holm plans to meet the union on Monday. Acme Water sells pipes.",
            {"holm", "union"},
            {"company"},
        ),
        (
            EventKind.MEETING,
            "Holm and Lee met on Monday. Nurses wait.",
            {"holm", "lee"},
            {"nurses"},
        ),
        # but the owner of a letter wrote it, and who came to a session may stand in its clause
        (EventKind.LETTER, "The union's letter reached Ada Holm.", {"union"}, set()),
        (
            EventKind.MEETING,
            "Ada Holm met the union at a session that Bo Lee attended.",
            {"holm", "union", "lee"},
            set(),
        ),
        (EventKind.VOTE, "The motion passed, 5-2, with Ada Holm dissenting.", {"holm"}, set()),
    ],
)
def test_who_is_only_named_beside_did_not_take_part(
    kind: EventKind, text: str, there: set[str], away: set[str]
) -> None:
    (event,) = events_of(kind, text)
    assert there <= set(event.participants)
    assert not away & set(event.participants)


def test_what_is_over_is_not_what_is_to_come() -> None:
    text = "Ada Holm attended the meeting.\n\nAda Holm and Bo Lee are to meet on Monday."
    assert [e.iso for e in events_of(EventKind.MEETING, text)] == [None, "2023-11-13"]


def test_all_of_a_list_signed_what_most_of_it_signed() -> None:
    _, doc = parse("The letter from the teachers union said no.")
    trigger = next(t for t in plan_events(doc, cast_of(doc), []).triggers if t.kind == "letter")
    letter = _Happening(trigger, 0.9, participants={"a": 0.8, "b": 0.6}, recipients=["x"])
    _complete(letter, [["a", "b", "c"], ["b", "d", "e"], ["a", "b", "x"]])
    assert letter.participants == {"a": 0.8, "b": 0.6, "c": 0.6}


def test_who_is_mentioned_far_from_a_meeting_has_to_be_surer() -> None:
    least = Least(0.45, 0.1, 0.25, 0.4)
    mention = Mention(Tokens(0, 1), 0, MentionKind.NAME)
    entity = Entity("holm", StakeholderKind.PERSON, "Ada Holm")
    floors = [_elsewhere(Nearby(entity, mention, d, ()), least) for d in (0, 1, -3, 4, 18)]
    assert floors[0] == 0
    assert floors[1] == floors[2] == 0.4
    assert floors[3] == floors[4] > 0.4


# --- the model ----------------------------------------------------------------------------------


def head(hidden: int = 3, width: int = 5) -> Head:
    rng = np.random.default_rng(7)
    shapes = {
        "first": (width, hidden),
        "second": (width, hidden),
        "gate": (width, hidden),
        "bias": (hidden,),
        "out": (hidden, len(KINDS)),
        "straight": (width, len(KINDS)),
        "base": (len(KINDS),),
    }
    return Head(**{name: rng.normal(size=s).astype(np.float32) for name, s in shapes.items()})


def test_a_head_is_one_hidden_layer_over_both_words_and_their_product() -> None:
    one = head()
    vectors = np.random.default_rng(1).normal(size=(4, 5)).astype(np.float32)
    found = one.scores(vectors, [2, 0, 2], [1, 3, 1])
    for row, (i, j) in zip(found, [(2, 1), (0, 3), (2, 1)], strict=True):
        a, b = vectors[i], vectors[j]
        hidden = a @ one.first + b @ one.second + (a @ one.gate) * (b @ one.second) + one.bias
        wanted = np.maximum(hidden, 0) @ one.out + a @ one.straight + one.base
        assert row == pytest.approx(wanted, abs=1e-5)
    assert one.scores(vectors, [], []).shape == (0, len(KINDS))


def model() -> EventModel:
    rng = np.random.default_rng(3)
    tables = (rng.normal(size=HASHES).astype(np.float32) for _ in range(2))
    least = {kind: Least(0.5, 0.125, 0.25, n / 100) for n, kind in enumerate(KINDS)}
    return EventModel(*map(Weights, tables), least, head(), head(4))


def test_a_model_that_is_written_can_be_read(tmp_path: Path) -> None:
    path, one = tmp_path / "events.npz", model()
    store.write(path, one)
    again = store.read(path)
    assert again.least == one.least
    words = ["lemma=vote", "dated"]
    assert again.event.total(words) == pytest.approx(one.event.total(words), abs=0.01)
    assert one.taking is not None
    assert again.taking is not None
    for f in fields(Head):
        ours, theirs = getattr(one.taking, f.name), getattr(again.taking, f.name)
        assert theirs == pytest.approx(ours, abs=0.01)


def test_a_damaged_model_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "events.npz"
    with pytest.raises(WorkError, match="install kcgraph again"):
        store.read(path)
    path.write_bytes(b"PK")
    with pytest.raises(WorkError, match=r"events\.npz"):
        store.read(path)
    store.write(path, model())
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "part.npz", "w") as part:
        for name in whole.namelist():
            if name != "least.npy":
                part.writestr(name, whole.read(name))
    with pytest.raises(WorkError, match=r"part\.npz"):
        store.read(tmp_path / "part.npz")
