"""Who is named: names of all sorts, with their type, title and extent."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kcgraph.extract.offline.types import MentionKind, chars
from kcgraph.model import StakeholderKind
from tests.reading import cast_of, named, parse

PERSON, BODY = StakeholderKind.PERSON, StakeholderKind.ORGANIZATION
GROUP = StakeholderKind.GROUP


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Everett Law, who chairs the board, said he was tired. Law left.", "Everett Law", PERSON),
        ("“No,” said April March, a teacher. March would not move.", "April March", PERSON),
        ("Councilwoman Renata Paris opposed it. Paris voted no.", "Renata Paris", PERSON),
        ("Susan Page and Leon Bishop backed the levy, Page said.", "Leon Bishop", PERSON),
        ("Henry Service, an attorney, said the police would not change.", "Henry Service", PERSON),
        ("The plan was drawn up by Bríd Ní Dhomhnaill, a teacher.", "Bríd Ní Dhomhnaill", PERSON),
        ("Cllr Huw Prothero told the meeting that Ms van Dijk was wrong.", "Huw Prothero", PERSON),
        ("Dr. Anjali Deshmukh urged the hospital to wait.", "Anjali Deshmukh", PERSON),
        ("The Friends of Sable Creek (FSC) sued. FSC wants it denied.", "FSC", BODY),
        ("Tolliver & Sons said the Carters could keep the well.", "Tolliver & Sons", BODY),
        ("The Ober Valley Federation of Teachers objected.", "Ober Valley Federation of Teachers",
         BODY),
        ("Wessington Water apologised. Wessington said it was sorry.", "Wessington Water", BODY),
        ("Carpenters Local 1907 backed the plan.", "Carpenters Local 1907", BODY),
        ("The Ministry of Health said it would appeal.", "Ministry of Health", BODY),
        ("The port is to grow. Thamesgate said it would pay for the work.", "Thamesgate", BODY),
        ("Harlow commissioners voted on Monday.", "Harlow commissioners", BODY),
        ("Two commissioners walked out on Monday.", "commissioners", GROUP),
    ],
)  # fmt: skip
def test_names(text: str, name: str, kind: StakeholderKind) -> None:
    assert named(text, name).kind is kind


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("Mayor Quinton Lucas met Rick Smith. Lucas was pleased.", ["Quinton Lucas", "Lucas"]),
        (
            "The Kansas City Police Department (KCPD) replied. KCPD said nothing more.",
            ["Kansas City Police Department", "KCPD"],
        ),
        (
            "The National Union of Teachers will march. “We are angry,” the NUT said.",
            ["National Union of Teachers", "NUT"],
        ),
        ("Lorne police were absent. The Lorne Police Officers Association objected. The Lorne"
         " Police Department has no comment.", ["Lorne police", "Lorne Police Department"]),
        ("The Pike Ridge Farm Bureau wrote. The Farm Bureau supports it.",
         ["Pike Ridge Farm Bureau", "Farm Bureau"]),
        ("The Marlow Corps of Volunteers wrote to residents. The Corps will rebuild the path.",
         ["Marlow Corps of Volunteers", "Corps"]),
    ],
)  # fmt: skip
def test_forms_of_one_name_are_one(text: str, together: list[str]) -> None:
    ids = {named(text, name).id for name in together}
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        (
            "Ward Tolliver runs Tolliver & Sons with June Tolliver, his sister.",
            ["Ward Tolliver", "June Tolliver", "Tolliver & Sons"],
        ),
        ("Dale and Rhonda Summers said they would take the jobs.",
         ["Dale Summers", "Rhonda Summers"]),
        (
            "The letter from Black Rainbow, the NAACP, Urban League and Operation Liberation"
            " said no.",
            ["Black Rainbow", "NAACP", "Urban League", "Operation Liberation"],
        ),
        ("Lorne police were absent. The Lorne Police Department and the Lorne Police Officers"
         " Association fell out.",
         ["Lorne Police Department", "Lorne Police Officers Association"]),
        ("Pelham County will pay. The Pelham County School Board disagrees.",
         ["Pelham County", "Pelham County School Board"]),
        ("Nurses walked out. Some teachers joined them, teachers said.", ["Nurses", "teachers"]),
    ],
)  # fmt: skip
def test_different_ones_stay_apart(text: str, apart: list[str]) -> None:
    ids = [named(text, name).id for name in apart]
    assert len(set(ids)) == len(apart)


_WORDS = (
    "Dana Reyes|Reyes|Mayor|Harbor Union|the union|residents|She|they|his|Dr.|’s|said|met|opposes"
    "|,|.|“No”|\n\n|and|of|-|&|é|1"
)


@given(st.lists(st.sampled_from(_WORDS.split("|")), max_size=25))
@example(["Mayor", "Dana Reyes", "met", "residents", ".", "She", "opposes", "the union", "."])
@settings(max_examples=40, deadline=None)
def test_any_text_has_a_cast_whose_mentions_lie_in_it(words: list[str]) -> None:
    text = " ".join(words)
    doc = parse(text)
    for entity in cast_of(text).entities:
        assert entity.mentions
        for mention in entity.mentions:
            span = chars(doc, mention.span)
            assert 0 <= span.start < span.end <= len(text)
            assert mention.span.start <= mention.head < mention.span.end


def test_an_empty_article_has_nobody() -> None:
    assert cast_of("").entities == []


HEADED = (
    "Harbor Police Adopt New Rules After Pier Clash\n\nThe Harbor City police have adopted new"
    " rules. Chief Dana Pike announced them on Monday, and Harbor City agreed."
)


def test_the_capitals_of_a_headline_make_no_name() -> None:
    names = {e.name for e in cast_of(HEADED).entities}
    assert not any("Adopt" in name or "Rules" in name or "Clash" in name for name in names)
    assert "Dana Pike" in names


def test_a_name_in_a_headline_counts_where_the_text_has_it_too() -> None:
    text = "Dana Pike Rejects Calls To Resign\n\nDana Pike said on Monday that she would stay."
    assert [e.name for e in cast_of(text).entities if "Pike" in e.name] == ["Dana Pike"]
    names = [m for m in named(text, "Dana Pike").mentions if m.kind is MentionKind.NAME]
    assert len(names) == 2


@pytest.mark.parametrize(
    ("text", "name", "kind", "nobody"),
    [
        (
            "The mayor met with the board of police commissioners on Thursday. The board agreed.",
            "board of police commissioners",
            BODY,
            "police commissioners",
        ),
        (
            "The state chamber of commerce opposes the tax. The chamber said so on Monday.",
            "state chamber of commerce",
            BODY,
            "commerce",
        ),
        (
            "Dozens of residents spoke against the plan.",
            "Dozens of residents",
            StakeholderKind.GROUP,
            "dozens",
        ),
        (
            "A group of angry mothers sued the district.",
            "group of angry mothers",
            StakeholderKind.GROUP,
            "angry mothers",
        ),
    ],
)
def test_a_designation_goes_on_after_of(
    text: str, name: str, kind: StakeholderKind, nobody: str
) -> None:
    assert named(text, name).kind is kind
    assert nobody not in {label for e in cast_of(text).entities for label in (e.name, *e.aliases)}


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("The families of people killed by officers sued.", "officers"),
        ("The head of the union said no.", "union"),
        ("A board of the Oak Hill Tenants Union wrote to her.", "Oak Hill Tenants Union"),
    ],
)
def test_who_is_named_after_of_is_somebody_too(text: str, apart: str) -> None:
    assert named(text, apart).mentions
