"""Whom noun phrases and pronouns refer to."""

from __future__ import annotations

import pytest

from kcgraph.model import (
    Extraction,
    Polarity,
    Position,
    PositionKind,
    Stakeholder,
    StakeholderKind,
    Target,
)
from tests.reading import at, links_of, named, parse
from training.who_labels import referents_told

BOARD = (
    "The Pike Ridge County Planning Board backed the quarry on Thursday. Everett Law, who chairs"
    " the board, voted yes. He said he had no choice.\n\nThe group Friends of Sable Creek will sue."
    " “It is our water,” said the group's president, Nettie Crowe. She called the vote a shame."
)


@pytest.mark.parametrize(
    ("text", "words", "occurrence", "name"),
    [
        (BOARD, "the board", 0, "Pike Ridge County Planning Board"),
        (BOARD, "He", 0, "Everett Law"),
        (BOARD, " he", 0, "Everett Law"),
        (BOARD, "who", 0, "Everett Law"),
        (BOARD, "She", 0, "Nettie Crowe"),
        (BOARD, "president", 0, "Nettie Crowe"),
        (
            "Mayor Dana Young spoke first. The superintendent, Colleen Banks, spoke last. The"
            " mayor promised a vote.",
            "mayor",
            0,
            "Dana Young",
        ),
        (
            "Halcyon Energy will build it. The company said it would hire locally.",
            "company",
            0,
            "Halcyon Energy",
        ),
        (
            "Halcyon Energy will build it. The company said it would hire locally.",
            " it would"[:3],
            1,
            "Halcyon Energy",
        ),
        ("“I will not resign,” said Rick Smith, the chief.", "I", 0, "Rick Smith"),
        # a newspaper's "police" are the one force that it names, if it names one
        (
            "The Wexley Police Department changed its rules. “The police don’t listen,” Ann Boyle"
            " said.",
            "police",
            0,
            "Wexley Police Department",
        ),
        # what somebody remains is nobody else
        (
            "The Harlow Tenants Union marched. The Wexley Police Department remains a racist"
            " organization, she said.",
            "organization",
            0,
            "Wexley Police Department",
        ),
        # a company is no place, a town no company
        (
            "DALTON — Nobody liked it on Monday. The company wants a permit. Halcyon Energy has dug"
            " here for years.",
            "company",
            0,
            "Halcyon Energy",
        ),
        # the one governor of an article, in full, beside somebody's spokeswoman too
        (
            "Gov. Dana Pike will not come. Mayor Ann Boyle asked the governor to.",
            "governor",
            0,
            "Dana Pike",
        ),
        (
            "Gov. Dana Pike will not come. A spokeswoman for the governor, Ann Boyle, said so.",
            "governor",
            0,
            "Dana Pike",
        ),
        # the city of the dateline, and the one that is named after "of"
        (
            "HARLOW, Minn. (AP) — A deputy fired tear gas last June. Mayor Dana Reyes apologized on"
            " Wednesday to the people who were trapped there and said the city would pay for their"
            " medical bills.",
            "city",
            0,
            "HARLOW",
        ),
        ("The city of Ashby will appeal. Renters marched.", "city", 0, "Ashby"),
        # "they" are neither one person nor the place in a person's title
        (
            "Tenant groups wrote to Harlow County Commissioner Ann Boyle on Monday. They said the"
            " rents were too high.",
            "They",
            0,
            "Tenant groups",
        ),
    ],
)
def test_whom_it_refers_to(text: str, words: str, occurrence: int, name: str) -> None:
    assert at(text, words, occurrence) == name


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("The chairman of the association, Peter Ndegwa, said vehicles would stay off the road.",
         {"Peter Ndegwa"}),
        ("Dale and Rhonda Summers said they would take the jobs.",
         {"Dale Summers", "Rhonda Summers"}),
        ("The Kestrel Bay Food Bank is short of food. A spokesman for the Kestrel Bay Food Bank"
         " said the shelves were empty.", {"Kestrel Bay Food Bank"}),
        ("The letter from Black Rainbow, Urban League and Operation Liberation said the mayor had"
         " not met one of their demands.",
         {"Black Rainbow", "Urban League", "Operation Liberation"}),
        ("Mayor Quinton Lucas spoke on Monday. He said he was optimistic.", {"Quinton Lucas"}),
        ("The Kestrel Bay Food Bank has declined to intervene. The shelves were empty, a"
         " spokesperson said.", {"Kestrel Bay Food Bank"}),
        ("The Kestrel Bay Food Bank rejected the offer on Monday. A spokesman said the shelves"
         " were empty.", {"Kestrel Bay Food Bank"}),
        ("His landlord, the Hadlow Estate, told the council that he was content.",
         {"Hadlow Estate"}),
        # those to whom a letter goes do not say what is in it
        ("On Thursday, the Urban League sent a letter to Lucas, Smith, and Jackson County"
         " Prosecutor Jean Peters Baker saying they would not attend the meetings.",
         {"Urban League"}),
    ],
)  # fmt: skip
def test_sources_of_attributions(text: str, sources: set[str]) -> None:
    links = links_of(text)
    assert {named(text, name).id for name in sources} in [set(link.sources) for link in links]


def test_a_spokesman_with_a_name_speaks_under_it() -> None:
    text = "The food bank is short of food. Ann Brown, a spokeswoman, said the shelves were empty."
    assert {named(text, "Ann Brown").id} in [set(link.sources) for link in links_of(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The Oak Hill Tenants Union and the Marlow Legal Clinic wrote to the council on Monday."
        " They said that the rents were too high.",
        "Councillors Ann Boyle and Rick Smith backed the plan. Both said that it would save money.",
    ],
)
def test_who_were_named_together_are_meant_together(text: str) -> None:
    assert len(links_of(text)[-1].sources) == 2


def test_a_pronoun_does_not_settle_the_gender_of_a_name() -> None:
    text = (
        "Kofi-Ansel Baptiste asked the mayor, Dana Young, about her budget. He said it was late."
        " He wants a vote."
    )
    assert at(text, "He", 1) == "Kofi-Ansel Baptiste"


@pytest.mark.parametrize(
    ("text", "words", "name"),
    [
        ("DALTON — Nobody liked it. Trucks come by day and night, and the company is silent.",
         "company", "DALTON"),
        ("Halcyon Energy is silent. The company thinks that the town will agree.",
         "town", "Halcyon Energy"),
        ("Rick Boyle lost. “What we need is a judge who listens,” Boyle said.",
         "judge", "Rick Boyle"),
        ("Rick Boyle was angry. “I am not a fan,” Boyle said.", "fan", "Rick Boyle"),
        ("Denise Boyle, a farmer, won. She said that no farmer was asked to pay.",
         "no farmer", "Denise Boyle"),
        ("“My son coughs all night,” said Denise Boyle.", "son", "Denise Boyle"),
        ("The Health Department was told. It has no authority to stop the trucks.",
         "authority", "Health Department"),
        ("The Wexley Police Department changed its rules on excessive force.",
         "force", "Wexley Police Department"),
        ("Mayor Quinton Pike spoke. Pike asked the chief to report weekly.", "chief",
         "Quinton Pike"),
        ("Ann Boyle, a lawyer, said the cameras would help to secure justice.", "justice",
         "Ann Boyle"),
        ("Megan Vaughan, a midwife, was glad. She wants a midwife-led unit.", "wants a midwife",
         "Megan Vaughan"),
        ("The police union met. It backed the mayor. Its president, Rick Boyle, did not.",
         "mayor", "Rick Boyle"),
    ],
)  # fmt: skip
def test_whom_it_cannot_mean(text: str, words: str, name: str) -> None:
    assert named(text, name).name == name
    assert at(text, words) != name


def test_a_headline_does_not_name_who_is_then_introduced() -> None:
    text = (
        "Judge Ann Boyle rejects curfew\n\nA judge threw out the curfew on Monday. Judge Ann Boyle"
        " called it vague."
    )
    assert at(text, "A judge") == "Ann Boyle"


def test_an_acronym_of_police_is_the_police_department() -> None:
    text = (
        "Protesters want reforms in our local police department. They marched for changes within"
        " the KCPD. The department will also review its policies."
    )
    assert at(text, "police department") == at(text, "The department") == "KCPD"


def test_what_is_said_of_somebody_is_no_name_of_theirs() -> None:
    text = "The Wexley Police Department remains a racist organization, Ann Boyle said."
    assert not any("racist" in alias for alias in named(text, "Wexley Police Department").aliases)


def test_police_are_none_of_two_forces_that_are_named() -> None:
    text = (
        "The Wexley Police Department and the Harlow Police Department fell out. Residents said the"
        " police were slow."
    )
    assert at(text, "police were") not in {"Wexley Police Department", "Harlow Police Department"}


def test_a_plural_without_an_article_is_somebody_new() -> None:
    text = (
        "The mayor praised the officers at the park. Seven groups sent the mayor a letter. “They"
        " cannot be trusted,” said the groups who sent it."
    )
    assert at(text, "officers") != at(text, "Seven groups")
    assert at(text, "the groups") == at(text, "Seven groups")


def test_who_is_quoted_is_not_whom_the_words_are_about() -> None:
    text = "“They took the ward and left us a letter,” said the mayor, Ann Boyle."
    boyle = Stakeholder("boyle", StakeholderKind.PERSON, "Ann Boyle")
    position = Position(
        PositionKind.STANCE, "boyle", Polarity.OPPOSE, Target(issue=("ward",)), "They took the ward"
    )
    gold = Extraction("a", None, stakeholders=(boyle,), positions=(position,))
    assert text.index("They") not in {
        parse(text)[head].idx for head in referents_told(parse(text), [], gold)
    }
