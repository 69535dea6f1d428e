"""Roles, and the name under which somebody goes."""

from __future__ import annotations

import pytest

from tests.reading import cast_of, named


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
    ],
)  # fmt: skip
def test_roles(text: str, name: str, roles: set[tuple[str, str | None]]) -> None:
    assert {(r.title, r.of) for r in named(text, name).roles} == roles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The NAACP objected. The NAACP will sue.", "NAACP"),
        ("Mayor Quinton Lucas spoke. Lucas was late.", "Quinton Lucas"),
        ("Some community activists rejected the plan.", "community activists"),
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
