"""Roles, and the name under which somebody goes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kcgraph import resources
from kcgraph.errors import WorkError
from kcgraph.extract.offline.cast import build_cast
from kcgraph.extract.offline.offices import Whereabouts, candidates
from kcgraph.model import Article
from tests.reading import cast_of, named, parse


@pytest.mark.parametrize(
    ("text", "name", "roles"),
    [
        ("Henry Service, an attorney and community activist, said no.", "Henry Service",
         {("attorney", None), ("community activist", None)}),
        ("Jackson County Prosecutor Jean Peters Baker said yes.", "Jean Peters Baker",
         {("Prosecutor", "Jackson County")}),
        ("The Friends of Sable Creek will sue, said the group's president, Nettie Crowe.",
         "Nettie Crowe", {("president", "Friends of Sable Creek")}),
        ("The planning board met. Everett Law, who chairs the planning board, voted no.",
         "Everett Law", {("chair", "planning board")}),
        ("Mr. Owen Pryce and Dr. Sian Rees spoke.", "Sian Rees", {("Dr.", None)}),
        ("Ann Brown, president of the Oak Hill Tenants Union, objected.", "Ann Brown",
         {("president", "Oak Hill Tenants Union")}),
        ("“Enough,” said plumber Declan Stack.", "Declan Stack", {("plumber", None)}),
        ("House Majority Leader Tom Stroud opposed it.", "Tom Stroud",
         {("House Majority Leader", None)}),
        ("The head of Thornby Road Primary, Ann Sarpong, has not taken sides.", "Ann Sarpong",
         {("head", "Thornby Road Primary")}),
        ("Ann Brown, who owns the Harbour Grill, objected.", "Ann Brown",
         {("owner", "Harbour Grill")}),
        ("Serena Holt KC, for the company, said no. Ms Holt KC was late.", "Serena Holt",
         {("KC", None)}),
        ("Ann Brown, the newest member of the Lorne School Board, objected.", "Ann Brown",
         {("member", "Lorne School Board")}),
        ("Dahlia Renquist, a spokesperson for ICE, declined.", "Dahlia Renquist",
         {("spokesperson", "ICE")}),
        ("Two nurses, Sunita Kamble and Raju Moore, began a fast.", "Raju Moore",
         {("nurse", None)}),
        ("The vote was 5-2.\n\nTrustees Helen Marsh and Samuel Orr voted no.", "Samuel Orr",
         {("Trustee", None)}),
        ("Councilwomen Sheila Ross and Anita Cole voted no.", "Anita Cole",
         {("Councilwoman", None)}),
        ("Voting no were councillors Pat Wood, the Rev. Lorne Eady and Ron Frey.", "Ron Frey",
         {("councillor", None)}),
        ("Two former mayors, Roger York and Sofia Lind, signed.", "Sofia Lind",
         {("former mayor", None)}),
        ("The letter was signed by Lena West, Owen Dix and Stan Farr, all law professors.",
         "Owen Dix", {("law professor", None)}),
        ("Guild president Sgt. Monica Tate said no.", "Monica Tate",
         {("Guild president", None), ("Sgt.", None)}),
        ("U.S. Rep. Lamar Poole said yes.", "Lamar Poole", {("U.S. Rep.", None)}),
        ("Police Chief Andre Whitcomb said the police agree.", "Andre Whitcomb",
         {("Police Chief", None)}),
        ("The sponsor, Rep. Paul Tolbert, D-Marlow, said yes.", "Paul Tolbert",
         {("Rep.", "Marlow")}),
        ("“No,” said Marge Sams, who was forewoman of the jury.", "Marge Sams",
         {("forewoman", "jury")}),
        ("Ann Brown, who directs the Harbour Trust, objected. The Harbour Trust sued.", "Ann Brown",
         {("director", "Harbour Trust")}),
        ("One of the plaintiffs, Mary Berg, cried.", "Mary Berg", {("plaintiff", None)}),
        ("Gary Hale, a retired driller, spoke.", "Gary Hale", {("retired driller", None)}),
        ("The letter was by Felix and Owen Brown, brothers.", "Felix Brown", set()),
        ("Ann Brown, a labor and delivery nurse, objected.", "Ann Brown",
         {("labor and delivery nurse", None)}),
        ("Marchers demanded that Harlow fire Officer Owen Tate.", "Owen Tate",
         {("Officer", None)}),
        ("Justice of the Peace Walter Boyle heard the case.", "Walter Boyle",
         {("Justice of the Peace", None)}),
        ("Mayor Ann Brown of Otter Landing objected.", "Ann Brown",
         {("Mayor", "Otter Landing")}),
    ],
)  # fmt: skip
def test_roles(text: str, name: str, roles: set[tuple[str, str | None]]) -> None:
    assert {(r.title, r.of) for r in named(text, name).roles} == roles


@pytest.mark.parametrize(
    ("text", "name", "of"),
    [
        ("ASHBY, Minn. (AP) — Tenants came to the meeting in Ashby on Monday. They want lower"
         " rents in Ashby.\n\nMayor Lyle Brown opposes the ordinance.", "Lyle Brown", "Ashby"),
        ("The Lorne City Council voted 4-3 on Monday to close the pool. The council heard"
         " residents first.\n\nCouncil member Mary Orr voted against the plan.", "Mary Orr",
         "Lorne City Council"),
    ],
)  # fmt: skip
def test_whose_office_a_bare_title_is(text: str, name: str, of: str) -> None:
    assert of.casefold() in {str(role.of).casefold() for role in named(text, name).roles}


def test_a_plural_title_is_no_body() -> None:
    text = "She was joined by Belport City Councilors Kieran Foley and Mai Cole, who voted no."
    assert ("Councilor", "Belport City") in {
        (r.title, r.of) for r in named(text, "Kieran Foley").roles
    }
    assert not any("Councilors" in e.name for e in cast_of(text).entities)


@pytest.mark.parametrize(
    ("body", "has", "has_not"),
    [
        ("Lindale Tenants Union", "President", "Mayor"),
        ("Lindale Police Department", "Police Chief", "Mayor"),
        ("Lindale Police Officers Association", "Police union president", "Police Chief"),
        ("Lindale Quarry Company", "President", "City Manager"),
        ("Lindale General Hospital", "Director", "Council member"),
    ],
)
def test_bodies_have_no_offices_of_others(body: str, has: str, has_not: str) -> None:
    text = f"The {body} wants lower rents. Ann Brown is ill."
    doc = parse(text)
    where = Whereabouts(doc, cast_of(text))
    bodies = {
        title: {e.name for e, _ in candidates(where, title, len(doc) - 1) if e}
        for title in (has, has_not)
    }
    assert body in bodies[has] - bodies[has_not]


def test_nobody_is_an_office_holder_of_themselves() -> None:
    text = "Ann Brown was late. Her spokeswoman, Ann Brown, said so."
    assert all(role.of != "Ann Brown" for role in named(text, "Ann Brown").roles)


def test_an_occupation_belongs_to_no_body() -> None:
    text = "The Lorne Shire Council met on Monday. Plumber Ann Brown spoke against the plan."
    assert {role.of for role in named(text, "Ann Brown").roles} == {None}


def test_a_nickname_is_not_in_the_way_of_the_name() -> None:
    who = named(
        "Bar owner Desmond “Patch” Bogle never signed it. Mr. Bogle was late.", "Desmond Bogle"
    )
    assert "Bogle" in who.aliases


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The NAACP objected. The NAACP will sue.", "NAACP"),
        ("Mayor Quinton Lucas spoke. Lucas was late.", "Quinton Lucas"),
        ("Some community activists rejected the plan.", "community activists"),
        ("The Fishermen’s Cooperative of Orlen sued the port.", "Fishermen’s Cooperative of Orlen"),
    ],
)
def test_name_without_title_and_article(text: str, expected: str) -> None:
    assert expected in {entity.name for entity in cast_of(text).entities}


def test_ids_are_unique_and_aliases_are_verbatim() -> None:
    text = "Residents spoke. Nurses at the clinic spoke too. Mayor Ann Brown heard the residents."
    entities = cast_of(text).entities
    assert len({entity.id for entity in entities}) == len(entities)
    for entity in entities:
        assert all(alias in text for alias in entity.aliases)


@pytest.mark.parametrize("name", ["names.crf", "antecedents.json", "offices.json"])
@pytest.mark.parametrize("content", [None, b"{", b"\xff"], ids=["missing", "cut", "not text"])
def test_a_missing_or_damaged_model_is_named(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    models = shutil.copytree(resources.data_dir() / "models" / "who", tmp_path / "who")
    (models / name).unlink()
    if content is not None:
        (models / name).write_bytes(content)
    text = "Mayor Ann Lee spoke. She was late."
    with pytest.raises(WorkError, match=f"{name}: model missing or damaged: install"):
        build_cast(parse(text), [], Article("a", text), models=models)
