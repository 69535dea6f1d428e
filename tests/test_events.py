"""Events: kind, participants, date, passage."""

import pytest
from spacy.tokens import Doc

from kcgraph.extract.offline import nlp
from kcgraph.extract.offline.events import read_events
from kcgraph.extract.offline.events.model import EventModel, Least, Logistic
from kcgraph.extract.offline.types import Cast, Entity, Mention, MentionKind, Tokens
from kcgraph.model import Article, Event, EventKind, StakeholderKind

PEOPLE = {
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
    return read_events(doc, cast_of(doc), [], article, model)


@pytest.mark.parametrize(
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
def test_plain_events_are_read(text: str, kind: str, participant: str) -> None:
    events = [e for e in read(text) if e.kind == kind]
    assert len(events) == 1
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
    Logistic({"": 5.0}), Logistic({"": 5.0}), dict.fromkeys(EventKind, Least(0.5, 0.5, 0.0))
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
