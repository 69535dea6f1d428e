"""Views, stories, queries and stills: other ways to the picture, through the command line."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import dispute, hostile, large, over_months
from test_render import island, run, store  # noqa: F401 - a fixture

from kcgraph.errors import InputError
from kcgraph.render.fold import APART, DRAWN, MOST_WHOLE, fold
from kcgraph.render.layout import Box, arrange_columns
from kcgraph.render.page import render_page
from kcgraph.render.picture import Edge, Node, NodeKind, Picture, TieKind, narrow
from kcgraph.render.still import render_still
from kcgraph.render.story import read_story
from kcgraph.render.views import View, congruence_view, demand_view, seen_as

# --- views ---


def test_demands_stand_in_columns_with_who_answered():
    seen = demand_view(dispute())
    labels = {n.id: n.label for n in seen.nodes}
    columns = {labels[node]: column for node, column in seen.columns.items()}
    assert columns == {"ferry workers": 0, "keeping the ferry": 1, "Ashby Council": 2}
    assert {e.kind for e in seen.edges} == {TieKind.DEMAND, TieKind.REFUSAL}
    drawn = island(render_page(seen))["network"]["nodes"]
    places = {labels[seen.nodes[n["id"]].id]: n["x"] for n in drawn}
    assert places["ferry workers"] < places["keeping the ferry"] < places["Ashby Council"]


def test_columns_do_not_overlap():
    boxes = [Box(100, 40), Box(50, 80, 10), Box(60, 20), Box(200, 40)]
    places = arrange_columns(boxes, [0, 0, 0, 1])
    tops = [
        (y + b.drop - b.height / 2, y + b.drop + b.height / 2)
        for (_, y), b in zip(places, boxes, strict=True)
    ]
    assert tops[0][1] < tops[1][0] and tops[1][1] < tops[2][0]
    assert places[3][0] - places[0][0] > 150


def test_congruence_ties_those_on_the_same_side_and_tells_the_opponents():
    seen = congruence_view(over_months())
    labels = {n.id: n.label for n in seen.nodes}
    ties = {frozenset((labels[e.source], labels[e.target])): e for e in seen.edges}
    assert set(labels.values()) == {
        "Ana Núñez",
        "Tom Reed",
        "Ashby Council",
    }  # of two minds: no side
    together = ties[frozenset(("Ana Núñez", "Ashby Council"))]
    assert together.kind is TieKind.AGREEMENT and together.derived
    assert {p.article for p in together.evidence} == {"x:a/jan", "x:a/late"}
    assert ties[frozenset(("Ana Núñez", "Tom Reed"))].kind is TieKind.CONFLICT
    page = render_page(seen)
    assert "3 of the 3 ties (100%) are derived" in page


def test_footer_says_that_nothing_is_derived_in_a_plain_picture():
    assert "none of the 7 ties is derived (0%)" in render_page(dispute())


def test_timeline_is_the_same_picture_opened_elsewhere():
    assert replace(seen_as(dispute(), View.TIMELINE), opens="") == dispute()


# --- dates ---


def test_since_and_until_keep_what_was_told_then():
    cut = narrow(over_months(), since="2024-03-01", until="2024-03-01")
    assert [(e.source, e.kind) for e in cut.edges] == [("x:s/tom", TieKind.OPPOSITION)]
    assert {n.label for n in cut.nodes} == {"Tom Reed", "new bridge"}
    assert [a.title for a in cut.articles] == ["March"]
    assert any("2024-03-01" in notice for notice in cut.notices)
    assert len(narrow(over_months(), since="2024-02-01").edges) == 2


# --- large pictures ---


def test_a_small_picture_is_drawn_whole():
    assert fold(large(MOST_WHOLE)) is None


def test_of_a_large_picture_everything_is_drawn_or_folded_into_what_is_near():
    picture = large(3000)
    far = Node("x:far", "far away", NodeKind.PERSON)
    picture = replace(picture, nodes=(*picture.nodes, far))
    owners = fold(picture)
    assert owners[-1] == APART
    assert 100 < owners.count(DRAWN) <= 360
    assert all(owners[owner] == DRAWN for owner in owners if owner >= 0)
    assert fold(picture) == owners


# --- stories ---


def story(tmp_path: Path, text: str, picture: Picture | None = None):
    file = tmp_path / "story.yaml"
    file.write_text(text, encoding="utf-8")
    return read_story(file, picture or dispute()).steps


def test_story_finds_names_and_ties_forgivingly(tmp_path):
    steps = story(
        tmp_path,
        """
        title: The crossing
        steps:
          - title: 2024
            text: "Ana & Tom <b>"
            nodes: [nunez, the mayor, Hearing]
            edges:
              - [NÚÑEZ, supports, the bridge]
              - [new bridge, Reed]
              - {from: workers, to: keeping the ferry, kind: Demand}
        """,
    )
    [step] = steps
    assert step.title == "2024"
    assert step.nodes == ("x:s/ana", "x:s/ana", "x:e/hearing")
    assert step.edges == (0, 2, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no steps"),
        ("steps: {}", "no steps"),
        ("stories: []", "unknown key stories"),
        ("- just words", "step 1: is no step"),
        ("- {text: x}", "step 1: has no title"),
        ("- {title: yes}", "put it in quotes"),
        ("- {title: a, node: [x]}", "unknown key 'node'"),
        ("- {title: a}\n- {title: b, nodes: Reed}", "step 2 ('b'): nodes is no list"),
        ("- {title: a, nodes: [Rede]}", "did you mean 'Tom Reed'"),
        ("- {title: a, edges: [[Reed]]}", "[who, what]"),
        ("- {title: a, edges: [[Reed, likes, bridge]]}", "there is: opposition"),
        ("- {title: a, edges: [[Reed, Núñez]]}", "no tie between Reed and Núñez"),
        ("- {title: a: b}", "line 1, column"),
        ("- !!python/object:os.system {}", "is not YAML"),
    ],
)
def test_a_wrong_story_is_named_with_its_step_and_a_remedy(tmp_path, text, said):
    with pytest.raises(InputError) as error:
        story(tmp_path, text)
    message = str(error.value)
    assert said in message and "story.yaml" in message and "\n" not in message


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(max_size=200)
    | st.recursive(
        st.none() | st.text() | st.integers(),
        lambda c: (
            st.lists(c)
            | st.dictionaries(st.sampled_from(["title", "text", "nodes", "edges", "steps", "x"]), c)
        ),
    ).map(json.dumps)
)
def test_no_story_brings_the_reader_down(tmp_path_factory, text):
    file = tmp_path_factory.mktemp("s") / "story.yaml"
    file.write_bytes(text.encode("utf-8", "replace"))
    with suppress(InputError):
        read_story(file, dispute())


def test_hostile_story_stays_text(tmp_path):
    words = "</script><script>window.hacked = 1</script>"
    steps = story(tmp_path, json.dumps([{"title": words, "text": words}]))
    page = render_page(replace(dispute(), story=steps))
    assert words not in page
    assert island(page)["story"][0]["title"] == words


# --- the command ---


def test_command_tells_a_story_and_shows_a_view(store, tmp_path):  # noqa: F811
    out, steps = tmp_path / "out.html", tmp_path / "s.yaml"
    steps.write_text(
        "- {title: Look, nodes: [reed], edges: [[reed, the bridge]]}", encoding="utf-8"
    )
    result = run(out, "--store", store, "--story", steps)
    assert result.exit_code == 0, result.output
    data = island(out.read_text("utf-8"))
    assert data["opens"] == "story=1" and len(data["story"][0]["edges"]) >= 1
    steps.write_text("{title: How it was kept, steps: [{title: Look}]}", encoding="utf-8")
    run(out, "--store", store, "--story", steps)
    assert "<h1><bdi>How it was kept</bdi></h1>" in out.read_text("utf-8")
    run(out, "--store", store, "--story", steps, "--title", "Ours")
    assert "<h1><bdi>Ours</bdi></h1>" in out.read_text("utf-8")
    for view in ("demands", "timeline", "congruence"):
        assert run(out, "--store", store, "--view", view).exit_code == 0
    missing = run(out, "--store", store, "--story", tmp_path / "none.yaml")
    assert isinstance(missing.exception, InputError) and "none.yaml" in str(missing.exception)


def test_command_draws_what_a_query_makes(store, tmp_path):  # noqa: F811
    out, query = tmp_path / "out.html", tmp_path / "who-met.rq"
    query.write_text(
        "CONSTRUCT { ?a kc:metWith ?b . ?a kc:supports ?i . ?a rdfs:comment 'x' . "
        "?a <http://e.org/knowsOf> <http://e.org/thing> } "
        "WHERE { { ?a kc:metWith ?b } UNION { ?a kc:supports ?i } }"
    )
    result = run(out, "--store", store, "--query", query)
    assert result.exit_code == 0, result.output
    page = out.read_text("utf-8")
    data = island(page)
    names = [n["name"] for n in data["nodes"]]
    ends = data["network"]["edges"]
    ties = {
        (names[t["from"]], e.get("note", e["kind"]), names[t["to"]]): e
        for t, e in zip(ends, data["edges"], strict=True)
    }
    assert any(note == "knows of" and to == "thing" for _, note, to in ties)
    assert ties["Ana Ortiz", "support", "the bridge"]["ev"]
    met = [key for key in ties if key[1] == "met with"]
    assert len(met) == 1 and ties[met[0]]["ev"] and ties[met[0]]["derived"]
    assert "plain values" in page and "<h1><bdi>who met</bdi></h1>" in page


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p ?o }", "CONSTRUCT {", "DROP ALL", None])
def test_a_wrong_query_is_named(store, tmp_path, text):  # noqa: F811
    query = tmp_path / "wrong.rq"
    if text is not None:
        query.write_text(text)
    result = run(tmp_path / "out.html", "--store", store, "--query", query)
    assert isinstance(result.exception, InputError) and "wrong.rq" in str(result.exception)
    assert not (tmp_path / "out.html").exists()


def test_command_keeps_dates(store, tmp_path):  # noqa: F811
    out = tmp_path / "out.html"
    assert run(out, "--store", store, "--since", "2000-01-01").exit_code == 0
    assert island(out.read_text("utf-8"))["edges"]
    assert run(out, "--store", store, "--since", "2124-01-01").exit_code == 1
    wrong = run(out, "--store", store, "--since", "yesterday")
    assert isinstance(wrong.exception, InputError)


def test_command_writes_stills_without_a_page(store, tmp_path):  # noqa: F811
    png, svg = tmp_path / "a.png", tmp_path / "a.svg"
    result = run("--store", store, "--png", png, "--svg", svg)
    assert result.exit_code == 0, result.output
    assert png.read_bytes().startswith(b"\x89PNG")
    assert "Ana Ortiz" in svg.read_text("utf-8")
    again = run("--store", store, "--png", png)
    assert isinstance(again.exception, InputError) and "--force" in str(again.exception)
    assert isinstance(run("--store", store).exception, InputError)


# --- stills ---


@pytest.mark.parametrize(
    "picture",
    [dispute(), hostile(), Picture("Nothing", (), ())],
    ids=["dispute", "hostile", "empty"],
)
def test_svg_is_sound_and_the_same_each_time(picture):
    drawn = render_still(picture, "svg")
    root = ElementTree.fromstring(drawn)
    assert root.tag.endswith("svg")
    assert not [e for e in root.iter() if e.tag.endswith("script")]
    assert not re.search(rb'href="(?!#|http://www\.w3\.org)', drawn)
    assert drawn == render_still(picture, "svg")


def test_dollar_signs_are_no_formulas():
    priced = Node("x:i/p", r"pay $5 or $\frac{1}{0}$", NodeKind.ISSUE)
    picture = dispute()
    picture = replace(
        picture,
        nodes=(*picture.nodes, priced),
        edges=(
            *picture.edges,
            Edge("x:s/ana", "x:i/p", TieKind.DEMAND),
            Edge("x:s/ana", "x:s/ana", TieKind.MIXED),
        ),
    )
    assert rb"pay $5 or" in render_still(picture, "svg")
