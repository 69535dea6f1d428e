"""What a name means, and what is said when it means nothing or too much."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kcgraph.errors import InputError, NotFound
from kcgraph.names import Named, NameIndex, fold
from kcgraph.store import open_graph


@pytest.fixture(scope="module")
def ten(ten_articles: Path) -> NameIndex:
    return NameIndex.of(open_graph(ten_articles))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Quinton Lucas", "Quinton Lucas"),
        ("quinton LUCAS", "Quinton Lucas"),
        ("  Quinton   Lucas ", "Quinton Lucas"),
        ("Lucas", "Quinton Lucas"),
        ("Lucas's", "Quinton Lucas"),
        ("Mayor Lucas", "Quinton Lucas"),
        ("Mr. Lucas", "Quinton Lucas"),
        ("mayor of Kansas City", "Quinton Lucas"),
        ("Police Chief Smith", "Rick Smith"),
        ("KCPD", "Kansas City Police Department"),
        ("K.C.P.D.", "Kansas City Police Department"),
        ("the NAACP", "NAACP"),
        ("National Association for the Advancement of Colored People", "NAACP"),
        ("SCLC", "Southern Christian Leadership Council-Greater Kansas City"),
        ("Local 88", "Amalgamated Transit Workers Local 88"),
        ("peters baker", "Jean Peters Baker"),
        ("Marie Claude Fortín", "Marie-Claude Fortin"),
        ("Kansas City", "Kansas City"),
    ],
)
def test_every_form_of_a_name_finds_it(ten: NameIndex, name: str, label: str) -> None:
    assert ten.find(name).label == label


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("Page", ["Hal Page", "Merle Page", "Susan Page"]),
        ("urban", ["Urban League", "Urban Summit"]),
        ("the mayor", ["Dana Young", "Ingrid Toews", "Lucille Vance", "Quinton Lucas"]),
    ],
)
def test_between_several_none_is_guessed(ten: NameIndex, name: str, labels: list[str]) -> None:
    with pytest.raises(InputError) as raised:
        ten.find(name)
    listed = str(raised.value).split("several: ")[1].split(" | ")
    assert [entry.split(" (")[0] for entry in listed] == labels


def test_candidates_are_listed_with_their_roles(ten: NameIndex) -> None:
    with pytest.raises(InputError, match=r"Hal Page \(director, Downtown Business Association\)"):
        ten.find("Page")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Quinten Lucas", "Quinton Lucas"),
        ("smiht", "Rick Smith"),
        ("Zhand", "Eric Zahnd"),
        ("Kansas City Police Departmint", "Kansas City Police Department"),
    ],
)
def test_a_typo_is_not_taken_but_answered(ten: NameIndex, name: str, label: str) -> None:
    with pytest.raises(NotFound, match="did you mean") as raised:
        ten.find(name)
    assert label in str(raised.value)


@pytest.mark.parametrize("name", ["Xqzvw", "", "   ", "{}", "\n", "' OR 1=1"])
def test_a_name_that_nobody_has(ten: NameIndex, name: str) -> None:
    with pytest.raises(NotFound, match="kcgraph query --name stakeholders"):
        ten.find(name)


def test_issues_are_found_apart_from_stakeholders(ten: NameIndex) -> None:
    assert ten.find("Body Camera", {"issue"}).label == "body cameras"
    with pytest.raises(NotFound):
        ten.find("body cameras")
    with pytest.raises(NotFound, match="unknown issue"):
        ten.find("Quinton Lucas", {"issue"})


def test_an_iri_is_a_name(ten: NameIndex) -> None:
    zahnd = ten.find("Eric Zahnd")
    assert ten.find(zahnd.iri) == zahnd


def test_every_label_finds_its_own_thing(ten: NameIndex) -> None:
    for thing in ten.things:
        twins = [t for t in ten.things if t.label == thing.label and t.kind == thing.kind]
        if len(twins) == 1:
            assert ten.find(thing.label, {thing.kind}) == thing


def person(label: str, *aliases: str, roles: tuple[str, ...] = ()) -> Named:
    return Named(f"http://x/{label}", label, "person", aliases, roles)


def test_exact_beats_alias_beats_part() -> None:
    index = NameIndex([person("Ann Lee"), person("Lee", "Boss"), person("Bo Lee Park", "ann")])
    assert index.find("Lee").label == "Lee"
    assert index.find("ann").label == "Bo Lee Park"
    assert index.find("park").label == "Bo Lee Park"


def test_case_decides_between_names_that_differ_in_it_only() -> None:
    index = NameIndex([Named("http://x/1", "IT", "organization"), person("It")])
    assert index.find("IT").kind == "organization"
    with pytest.raises(InputError, match="several"):
        index.find("it")


def test_a_title_tells_two_of_one_surname_apart() -> None:
    index = NameIndex([person("Al Moe", roles=("Mayor, Troy",)), person("Bea Moe")])
    assert index.find("Mayor Moe").label == "Al Moe"
    with pytest.raises(InputError, match="several"):
        index.find("Moe")


def test_roles_are_listed_once_and_a_bare_title_yields_to_a_full_one(ten: NameIndex) -> None:
    assert ten.find("Quinton Lucas").roles == ("Mayor, Kansas City",)


def test_completion_goes_on_from_any_word_as_it_was_typed(ten: NameIndex) -> None:
    for beginning, value in [("zah", "zahnd"), ("Eric Z", "Eric Zahnd"), ("Zahn", "Zahnd")]:
        ((found, thing),) = ten.completions(beginning)
        assert found == value
        assert ten.find(found) == thing


@given(st.text())
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_whatever_is_asked_one_line_answers(name: str) -> None:
    index = NameIndex([person("Ann Lee", "Lee"), person("Bo Park", roles=("Mayor, Troy",))])
    try:
        assert index.find(name) in index.things
    except InputError as error:
        assert len(str(error)) < 200 + 4 * len(name)


def test_two_of_one_name_are_told_apart_by_what_finds_each() -> None:
    ann = [Named(f"http://x/id/stakeholder/ann-lee-{n}", "Ann Lee", "person") for n in "ab"]
    index = NameIndex(ann)
    with pytest.raises(InputError, match=r"Ann Lee \(person\) \[ann-lee-a\] \| .*\[ann-lee-b\]"):
        index.find("ann lee")
    assert index.find("ann-lee-b") is index.things[1]
    with pytest.raises(NotFound, match=r"did you mean 'Ann Lee'\?$"):
        index.find("Ann Leee")


def test_a_body_named_so_goes_before_who_holds_a_role_there() -> None:
    union = Named("http://x/u", "Harbor Teachers Union", "organization")
    chair = person("Luis Ferrer", roles=("president, Harbor Teachers Union",))
    index = NameIndex([union, chair, person("Bea Moe", roles=("Mayor, Troy",))])
    assert index.find("Harbor") is union
    assert index.find("teachers union president") is chair
    assert index.find("Troy").label == "Bea Moe"
