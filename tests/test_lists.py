"""Lists of those who are named one after the other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kcgraph.extract.offline import nlp
from kcgraph.extract.offline.lists import named_lists
from kcgraph.extract.offline.types import Mention, MentionKind, Tokens
from kcgraph.model import Article

NAMES = ["the NAACP", "Urban League", "Black Rainbow", "Operation Liberation", "Ann Boyle"]
NAMES += ["the police union", "Urban Summit", "Rick Smith", "the teachers"]


def lists(text: str, names: list[str]) -> list[list[str]]:
    """The lists of `text` when `names` are mentioned in it."""
    doc = nlp.parse(Article(id="x", text=text), nlp.load())
    mentions, start = [], 0
    for name in names:
        start = text.index(name, start)
        span = doc.char_span(start, start + len(name), alignment_mode="expand")
        mentions.append(Mention(Tokens(span.start, span.end), span.end - 1, MentionKind.NAME))
        start += len(name)
    name_of = {m.head: name for m, name in zip(mentions, names, strict=True)}
    return [[name_of[head] for head in one] for one in named_lists(doc, mentions)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(NAMES), min_size=3, max_size=7, unique=True), st.booleans())
def test_names_between_commas_and_an_and_are_one_list(names: list[str], serial: bool) -> None:
    listed = f"{', '.join(names[:-1])}{',' * serial} and {names[-1]}"
    assert lists(f"In a letter on Monday, {listed} asked for his resignation.", names) == [names]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Rick Smith, the chief, said that Ann Boyle would go.", ["Rick Smith", "Ann Boyle"]),
        ("The NAACP and Urban League met. Ann Boyle left.", ["NAACP", "Urban League", "Ann Boyle"]),
        ("The NAACP sued the city, Ann Boyle and the league said.", ["The NAACP", "Ann Boyle"]),
        ("Smith told Boyle, who told Urban Summit and left.", ["Smith", "Boyle", "Urban Summit"]),
    ],
)
def test_other_neighbours_are_no_list(text: str, names: list[str]) -> None:
    assert lists(text, names) == []


def test_titles_stand_between_the_members() -> None:
    text = "Councilmen Rob Lee, board member Ana Diaz and former mayor Tom Fox voted no."
    assert lists(text, ["Rob Lee", "Ana Diaz", "Tom Fox"]) == [["Rob Lee", "Ana Diaz", "Tom Fox"]]


def test_what_only_tells_more_of_a_member_is_none() -> None:
    text = "The mayor of Denton, Urban League and the police union asked for more time."
    names = ["The mayor", "Denton", "Urban League", "the police union"]
    assert lists(text, names) == [["The mayor", "Urban League", "the police union"]]


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        (
            "Urban League, the insurer Blue Shore and Rick Smith opposed it.",
            ["Urban League", "the insurer", "Blue Shore", "Rick Smith"],
            ["Urban League", "Blue Shore", "Rick Smith"],
        ),
        (
            "The NAACP, Urban League and Black Rainbow, a youth club, asked for talks.",
            ["The NAACP", "Urban League", "Black Rainbow", "a youth club"],
            ["The NAACP", "Urban League", "Black Rainbow"],
        ),
        (
            "The NAACP, the left-leaning Urban Summit and the teachers demand half.",
            ["The NAACP", "Urban Summit", "the teachers"],
            ["The NAACP", "Urban Summit", "the teachers"],
        ),
    ],
)
def test_descriptions_of_a_member_are_no_members(
    text: str, names: list[str], expected: list[str]
) -> None:
    assert lists(text, names) == [expected]
