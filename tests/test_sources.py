"""Who a source is, where the cast is given: datelines, labels, collectives, and how sure it is."""

from __future__ import annotations

import pytest

from kcgraph.extract.offline.sources import link_sources
from kcgraph.extract.offline.types import (
    Cast,
    Entity,
    Linked,
    Mention,
    MentionKind,
    Reading,
    Tokens,
)
from kcgraph.model import StakeholderKind
from tests.reading import parse

PERSON, BODY, GROUP = StakeholderKind.PERSON, StakeholderKind.ORGANIZATION, StakeholderKind.GROUP
NAME, NOMINAL, PRONOUN = MentionKind.NAME, MentionKind.NOMINAL, MentionKind.PRONOUN


def tokens(text: str, words: str) -> Tokens:
    start = text.index(words)
    span = parse(text).char_span(start, start + len(words))
    assert span is not None, words
    return Tokens(span.start, span.end)


def who(
    text: str,
    words: str,
    name: str,
    kind: StakeholderKind = PERSON,
    told: MentionKind = NAME,
    *,
    members: tuple[str, ...] = (),
    place: bool = False,
) -> Entity:
    """Somebody called `name`, whom the text mentions once, as `words`."""
    span = tokens(text, words)
    head = parse(text)[span.start : span.end].root.i
    mentions = [Mention(span, head, told)]
    return Entity(name, kind, name, mentions=mentions, members=members, place=place)


def linked(text: str, source: str, said: str, *cast: Entity) -> list[Linked]:
    reading = Reading((tokens(text, said),), tokens(text, source))
    return link_sources(parse(text), [reading], Cast(list(cast)))


@pytest.mark.parametrize("source", ["ASHBY, Minn. (AP) — Ann Boyle", "(AP) — Ann Boyle"])
def test_a_source_is_read_without_its_dateline(source: str) -> None:
    text = "ASHBY, Minn. (AP) — Ann Boyle said that the rents were too high."
    town = who(text, "ASHBY", "Ashby", BODY, place=True)
    (link,) = linked(text, source, "the rents were too high", town, who(text, "Ann Boyle", "Ann"))
    assert link.sources == ("Ann",)


def test_a_dateline_that_is_all_of_the_source_stays() -> None:
    text = "ASHBY, Minn. (AP) — The rents were too high."
    town = who(text, "ASHBY", "Ashby", BODY, place=True)
    (link,) = linked(text, "ASHBY", "The rents were too high", town)
    assert link.sources == ("Ashby",)


LABEL = "Ray Castellucci runs the force.\n{}: We will not leave."


@pytest.mark.parametrize(
    ("label", "others", "found"),
    [
        ("CHIEF CASTELLUCCI", (), True),
        ("CHIEF MORENO", (), False),
        ("Chief Castellucci", (), False),
        ("CHIEF CASTELLUCCI", (Entity("Lou", PERSON, "Lou Castellucci"),), False),
        ("CHIEF CASTELLUCCI", (Entity("Firm", BODY, "Moreno Castellucci"),), True),
    ],
)
def test_a_label_in_capitals_finds_its_only_namesake(
    label: str, others: tuple[Entity, ...], found: bool
) -> None:
    text = LABEL.format(label)
    ray = who(text, "Ray Castellucci", "Ray Castellucci")
    links = linked(text, label, "We will not leave", ray, *others)
    assert [link.sources for link in links] == ([("Ray Castellucci",)] if found else [])


def test_a_source_without_a_name_is_less_sure() -> None:
    text = "Ann Boyle spoke first. She said that the rents were too high."
    said = "the rents were too high"
    (by_pronoun,) = linked(text, "She", said, who(text, "She", "Ann", told=PRONOUN))
    assert 0.5 < by_pronoun.reading.confidence < 1
    text = "Ann Boyle said that the rents were too high."
    (by_name,) = linked(text, "Ann Boyle", said, who(text, "Ann Boyle", "Ann"))
    assert by_name.reading.confidence == 1


def test_those_whom_they_means_together_are_sources_each() -> None:
    text = "Oak Union and Elm Clinic wrote on Monday. They said that the rents were too high."
    cast = (
        who(text, "Oak Union", "Oak Union", BODY),
        who(text, "Elm Clinic", "Elm Clinic", BODY),
        who(text, "They", "they", GROUP, PRONOUN, members=("Oak Union", "Elm Clinic")),
    )
    (link,) = linked(text, "They", "the rents were too high", *cast)
    assert link.sources == ("Oak Union", "Elm Clinic")
    assert link.also == ("they",)
    assert link.reading.confidence < 1


def test_nobody_speaks_whom_the_cast_does_not_know() -> None:
    text = "Sources said that the rents were too high."
    assert linked(text, "Sources", "the rents were too high") == []


def test_a_letter_of_those_whom_they_means_together_is_of_each() -> None:
    text = "Oak Union and Elm Clinic wrote on Monday. Their letter said that the rents were high."
    cast = (
        who(text, "Oak Union", "Oak Union", BODY),
        who(text, "Elm Clinic", "Elm Clinic", BODY),
        who(text, "Their", "they", GROUP, PRONOUN, members=("Oak Union", "Elm Clinic")),
    )
    (link,) = linked(text, "Their letter", "the rents were high", *cast)
    assert link.sources == ("Oak Union", "Elm Clinic")


def test_the_name_in_a_dateline_makes_a_pronoun_no_surer() -> None:
    text = "ASHBY, Minn. (AP) — She said that the rents were too high."
    town = who(text, "ASHBY", "Ashby", BODY, place=True)
    ann = who(text, "She", "Ann", told=PRONOUN)
    (link,) = linked(text, "ASHBY, Minn. (AP) — She", "the rents were too high", town, ann)
    assert link.sources == ("Ann",)
    assert link.reading.confidence < 1
