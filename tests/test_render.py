"""The picture as data and as text: what is read, cut, placed, escaped and written."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import IO

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import HOSTILE, dispute, hostile, large
from typer.testing import CliRunner, Result

from kcgraph.annotations import Annotated
from kcgraph.build import build_from_records
from kcgraph.cli import show  # noqa: F401 - registers the command
from kcgraph.cli.app import app
from kcgraph.demands import demands
from kcgraph.errors import InputError, WorkError
from kcgraph.model import (
    Article,
    Event,
    EventKind,
    Extraction,
    Polarity,
    Position,
    PositionKind,
    Role,
    Span,
    Stakeholder,
    StakeholderKind,
    Target,
)
from kcgraph.render import page as page_module
from kcgraph.render.gather import gather
from kcgraph.render.layout import Box, arrange
from kcgraph.render.look import NODES, PAGE, TIES
from kcgraph.render.page import long_date, page_data, render_page
from kcgraph.render.picture import (
    Edge,
    Node,
    NodeKind,
    Passage,
    Picture,
    Source,
    TieKind,
    narrow,
)
from kcgraph.render.quality import stated_quality
from kcgraph.render.write import check_target, write_page
from kcgraph.store import open_graph
from kcgraph.writing import write_file

EMPTY = Picture("Nothing", (), ())


def island(page: str) -> dict:
    """The data that the page hands to its script."""
    text = re.search(r'id="kcgraph-data">(.*?)</script>', page, re.S)[1]
    return json.loads(text)


# --- the page ---


@pytest.mark.parametrize(
    "picture", [dispute(), hostile(), EMPTY], ids=["dispute", "hostile", "empty"]
)
def test_page_is_valid_html(picture):
    page = render_page(picture)
    assert page.lstrip().lower().startswith("<!doctype html>")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert tree.get("lang") == "en"
    assert tree.find("head/meta").get("charset") == "utf-8"
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids))


def test_page_names_nothing_to_load():
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(render_page(dispute()))
    for element in tree.iter():
        for name in ("src", "srcset", "poster", "data", "action", "background"):
            assert element.get(name) is None
    links = {e.get("href") for e in tree.iter("link")}
    assert links == {"data:,"}


def test_policy_allows_only_what_is_in_the_page():
    page = render_page(dispute())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy and "http" not in policy
    assert policy.count("sha256-") == 4


def test_hostile_text_stays_text():
    page = render_page(hostile())
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page)
    assert len(list(tree.iter("script"))) == 4
    assert not list(tree.iter("img"))
    handlers = [n for e in tree.iter() for n in e.attrib if str(n).startswith("on")]
    assert handlers == []
    outward = [e.get("href") for e in tree.iter("a") if not e.get("href").startswith("#")]
    assert outward == []
    names = [node["name"] for node in island(page)["nodes"][: len(HOSTILE)]]
    assert names == list(HOSTILE)


@settings(max_examples=40, deadline=None)
@given(
    name=st.text(st.characters(), min_size=1),
    words=st.text(st.characters(), min_size=1),
    url=st.text(st.characters())
    | st.sampled_from(["JavaScript:1", ' https://a.b/?q="><b>', "//x"]),
)
def test_any_text_is_shown_as_it_is(name, words, url):
    found = Passage("x:a", words, 0, len(words), 0, len(words))
    person = Node("x:s", name, NodeKind.PERSON, (words,), (words,))
    picture = Picture(
        title=words,
        nodes=(person, Node("x:i", words, NodeKind.ISSUE)),
        edges=(Edge("x:s", "x:i", TieKind.DEMAND, (found,), note=name),),
        articles=(Source("x:a", name, words, name, url),),
        notices=(words,),
    )
    with pytest.MonkeyPatch.context() as patch:  # the library is big, and not what is tested
        patch.setattr(page_module, "_vis_network", str)
        page = render_page(picture)
    page.encode("utf-8")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert len(list(tree.iter("script"))) == 4
    for link in tree.iter("a"):
        assert re.match("#|https?://", link.get("href"))
    data = island(page)
    assert data["nodes"][0]["name"] == name
    assert data["paragraphs"] == [words]
    _, _, start, end, *_ = data["edges"][0]["ev"][0]
    shown = words.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end]
    assert shown.decode("utf-16-le", "surrogatepass") == words


def test_page_can_be_encoded_and_is_the_same_each_time():
    assert render_page(hostile()).encode("utf-8") == render_page(hostile()).encode("utf-8")


def test_places_in_the_island_count_as_javascript_does():
    data = page_data(dispute())
    tie = next(e for e in data["edges"] if e["kind"] == "opposition")
    _, paragraph, start, end, mark_start, mark_end, _ = tie["ev"][0]
    units = data["paragraphs"][paragraph].encode("utf-16-le")
    assert (
        units[2 * mark_start : 2 * mark_end].decode("utf-16-le") == "Tom Reed opposed the bridge 🌉"
    )
    assert units[2 * start : 2 * end].decode("utf-16-le").endswith("🌉.")


def test_table_has_every_position_with_its_words():
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(render_page(dispute()))
    rows = [" ".join("".join(row.itertext()).split()) for row in tree.iter("tr")][2:]
    assert len(rows) == 5  # after the heads of the table that the script fills, and of this one
    demand = next(row for row in rows if row.startswith("ferry workers demand "))
    for words in ("ferry workers", "keeping the ferry", "asked of Ashby Council", "Ashby Times"):
        assert words in demand
    assert "4 May 2024" in demand


def test_footer_and_heading_say_what_is_covered():
    page = render_page(replace(dispute(), notices=("Something is left out.",), quality="F1 0.9."))
    assert "2 articles, 4 May 2024 (1 without a date)" in page
    assert "5 positions" in page and "4 stakeholders" in page
    assert "Something is left out." in page and "F1 0.9." in page and "offline 0.1" in page


def test_line_ends_of_any_kind_leave_no_trace():
    found = Passage("x:a/1", "One\r\ntwo\x0cthree\r", 0, 14, 0, 14)
    picture = dispute()
    edge = replace(picture.edges[0], evidence=(found,))
    assert "\ufffd" not in render_page(replace(picture, edges=(edge,)))


def test_parallel_ties_are_bent_apart():
    picture = dispute()
    first = picture.edges[0]
    doubled = replace(picture, edges=(*picture.edges, replace(first, kind=TieKind.DEMAND)))
    edges = page_data(doubled)["network"]["edges"]
    pair = [e for e in edges if (e["from"], e["to"]) == (edges[0]["from"], edges[0]["to"])]
    assert len(pair) == 2
    assert {json.dumps(e["smooth"]) for e in pair} == {json.dumps(e["smooth"]) for e in pair}
    assert pair[0]["smooth"] != pair[1]["smooth"]


def test_keys_of_nodes_are_unique():
    keys = [n["key"] for n in page_data(hostile())["nodes"]]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("iso", "written"),
    [("2020-06-04", "4 June 2020"), (None, ""), ("2020", "2020"), ("soon", "soon")],
)
def test_long_date(iso, written):
    assert long_date(iso) == written


# --- what kinds look like ---


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_stands_out_from_the_page(theme):
    for look in NODES.values():
        assert contrast(getattr(look, theme)[1], PAGE[theme]) >= 3, look.one
    for tie in TIES.values():
        assert contrast(getattr(tie, theme), PAGE[theme]) >= 3, tie.label
    positions = [t for t in TIES.values() if t.width >= 2]
    for tie in positions:  # their verbs are written in the colour
        assert contrast(getattr(tie, theme), PAGE[theme]) >= 4.5, tie.label


def test_no_two_kinds_differ_by_colour_alone():
    shapes = [look.shape for look in NODES.values()]
    assert len(set(shapes)) == len(shapes) == len(NodeKind)
    for one, other in itertools.combinations(TIES.values(), 2):
        assert (one.dashes, one.end) != (other.dashes, other.end)
        assert one.verb != other.verb
    assert set(TIES) == set(TieKind)


# --- layout ---


def overlaps(boxes: list[Box], places: list[tuple[int, int]]) -> int:
    count = 0
    for (a, p), (b, q) in itertools.combinations(zip(boxes, places, strict=True), 2):
        apart_x = abs(p[0] - q[0]) >= (a.width + b.width) / 2 - 1
        apart_y = abs(p[1] + a.drop - q[1] - b.drop) >= (a.height + b.height) / 2 - 1
        count += not (apart_x or apart_y)
    return count


@pytest.mark.parametrize("count", [0, 1, 2, 3, 40, 300])
def test_no_box_covers_another_and_places_repeat(count):
    rng = random.Random(count)
    boxes = [
        Box(rng.uniform(20, 200), rng.uniform(20, 70), rng.uniform(0, 20)) for _ in range(count)
    ]
    ties = [(n, int(count * rng.random() ** 2)) for n in range(count) for _ in range(2)]
    ties = [t for t in ties if t[0] % 7 and t[1] % 7]  # some stay alone
    places = arrange(boxes, ties)
    assert len(places) == count
    assert overlaps(boxes, places) == 0
    assert places == arrange(boxes, ties)


def test_many_leaves_of_one_node_find_room():
    boxes = [Box(150, 50)] * 80
    assert overlaps(boxes, arrange(boxes, [(0, n) for n in range(1, 80)])) == 0


# --- cutting ---


def labels(picture: Picture) -> set[str]:
    return {n.label for n in picture.nodes}


def test_issue_keeps_who_has_a_position_on_it():
    found = narrow(dispute(), issues=["x:i/bridge"])
    assert labels(found) == {"new bridge", "Ana Núñez", "Tom Reed"}
    assert [a.title for a in found.articles] == ["Bridge or ferry?"]
    assert "“new bridge”" in found.notices[0]


def test_around_counts_ties():
    assert labels(narrow(dispute(), around=["x:s/ana"], hops=1)) == {"Ana Núñez", "new bridge"}
    two = labels(narrow(dispute(), around=["x:s/ana"], hops=2))
    assert two == {"Ana Núñez", "new bridge", "Tom Reed"}


def test_least_confidence_drops_ties_and_who_had_no_other():
    found = narrow(dispute(), min_confidence=0.95)
    kinds = [e.kind for e in found.edges]
    assert TieKind.OPPOSITION not in kinds and TieKind.DEMAND not in kinds
    assert "ferry workers" not in labels(found) and "Tom Reed" in labels(found)
    assert "2 ties" in found.notices[0]


def test_most_connected_stay_and_the_page_says_so():
    picture = large(200)
    found = narrow(picture, max_nodes=50, around=["x:n/199"], hops=9)
    assert len(found.nodes) == 50
    assert "x:n/199" in {n.id for n in found.nodes}
    ids = {n.id for n in found.nodes}
    assert all(e.source in ids and e.target in ids for e in found.edges)
    assert "50 most connected of 200" in render_page(found)


def test_nothing_is_cut_unasked():
    assert narrow(dispute(), max_nodes=2000) == dispute()


# --- writing ---


def test_own_page_is_replaced_and_nothing_left_beside_it(tmp_path):
    out = tmp_path / "picture.html"
    for picture in (dispute(), EMPTY):
        check_target(out)
        write_page(render_page(picture), out)
    assert "Nothing" in out.read_text("utf-8")
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("content", ["my notes", "<!DOCTYPE html><title>mine</title>"])
def test_other_files_are_left_alone(tmp_path, content):
    out = tmp_path / "mine.html"
    out.write_text(content)
    with pytest.raises(InputError, match="--force"):
        check_target(out)
    check_target(out, force=True)


def test_folders_are_no_targets(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        check_target(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        check_target(tmp_path / "no" / "picture.html")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_full_disk_is_said(tmp_path):
    with pytest.raises(WorkError, match="cannot be written"):
        write_page("page", Path("/dev/full"))


def test_failed_writing_leaves_the_old_page(tmp_path, monkeypatch):
    out = tmp_path / "picture.html"
    write_page("old", out)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WorkError, match="No space"):
        write_page("new", out)
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_files_can_be_written_at_once_by_one_process(tmp_path):
    """What another writer has begun, or left behind, blocks nobody."""
    out = tmp_path / "picture.html"

    def write(file: IO[bytes]) -> None:
        write_file(lambda other: other.write(b"first"), out)
        file.write(b"last")

    write_file(write, out)
    assert out.read_bytes() == b"last"
    assert list(tmp_path.iterdir()) == [out]
    plain = tmp_path / "plain"
    plain.touch()
    assert out.stat().st_mode == plain.stat().st_mode


def test_page_does_not_depend_on_the_locale(tmp_path):
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from pathlib import Path\n"
        "from pictures import dispute\n"
        "from kcgraph.render.page import render_page\n"
        "from kcgraph.render.write import write_page\n"
        f"write_page(render_page(dispute()), Path({str(tmp_path / 'c.html')!r}))"
    )
    root = Path(__file__).parent.parent
    env = {
        **os.environ,
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONPATH": str(root),
    }
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root, env=env)
    assert (tmp_path / "c.html").read_bytes() == render_page(dispute()).encode("utf-8")


# --- from a store, by the command ---

ARTICLE = (
    "Mayor Ana Ortiz backs the bridge.\n\n"
    "“No bridge,” said Reed. Reed asked Ortiz to stop it on Monday."
)


def span(words: str, start: int = 0) -> Span:
    at = ARTICLE.index(words, start)
    return Span(at, at + len(words))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store of one article in which a mayor backs a bridge and a man opposes and meets her."""
    ana = Stakeholder(
        "ana",
        StakeholderKind.PERSON,
        "Ana Ortiz",
        ("Ortiz",),
        (Role("Mayor", None),),
        (span("Ana Ortiz"),),
    )
    reed = Stakeholder("reed", StakeholderKind.PERSON, "Reed", mentions=(span("Reed"),))
    bridge = Target(issue=("the bridge",))

    def position(kind, holder, polarity, words, **more):
        return Position(kind, holder, polarity, bridge, words, evidence_span=span(words), **more)

    support, oppose = Polarity.SUPPORT, Polarity.OPPOSE
    record = Extraction(
        "bridge",
        "2024-05-04",
        stakeholders=(ana, reed),
        positions=(
            position(PositionKind.STANCE, "ana", support, "backs the bridge", confidence=0.8),
            position(PositionKind.STANCE, "reed", oppose, "No bridge"),
            position(
                PositionKind.DEMAND, "reed", support, "asked Ortiz to stop it", addressee=("ana",)
            ),
        ),
        events=(
            Event(
                EventKind.MEETING,
                ("ana", "reed"),
                "Reed asked Ortiz",
                date="Monday",
                evidence_span=span("Reed asked Ortiz"),
            ),
        ),
        extractor="by hand",
    )
    folder = tmp_path_factory.mktemp("store") / "store"
    article = Article(
        "bridge", ARTICLE, "A bridge", "2024-05-04", "Ashby Times", "https://a.example"
    )
    build_from_records(folder, [Annotated(article, record)])
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["render", *map(str, arguments)])


def test_store_becomes_a_picture(store):
    picture = gather(open_graph(store), "Bridge")
    names = {n.id: n.label for n in picture.nodes}
    ties = {(names[e.source], e.kind, names[e.target]) for e in picture.edges}
    assert ("Ana Ortiz", TieKind.SUPPORT, "the bridge") in ties
    assert ("Reed", TieKind.OPPOSITION, "the bridge") in ties
    assert ("Reed", TieKind.ASKED, "Ana Ortiz") in ties
    assert ("Reed", TieKind.PARTICIPANT, "Meeting, Monday") in ties
    assert [a.publisher for a in picture.articles] == ["Ashby Times"]
    assert picture.extractors == ("by hand",)
    ana = next(n for n in picture.nodes if n.label == "Ana Ortiz")
    assert ana.aliases == ("Ortiz",) and ana.roles == ("Mayor",)


def test_demands_come_with_what_came_of_them(two_articles):
    picture = gather(open_graph(two_articles), "x")
    came_of = {e.status for e in picture.edges if e.kind is TieKind.DEMAND}
    assert came_of == {d.status for d in demands(open_graph(two_articles))} >= {"open", "answered"}
    assert {e.status for e in picture.edges if e.kind is not TieKind.DEMAND} == {None}


def test_an_article_without_a_headline_is_called_by_its_first_words(two_articles):
    picture = gather(open_graph(two_articles), "x")
    found = {a.title for a in picture.articles if a.publisher == "KCTV"}
    assert found == {"On Thursday, Mayor Quinton Lucas cast a positive light on recent …"}


@pytest.mark.parametrize(
    ("readers", "stated"),
    [
        (["kcgraph-offline 9.9 (some pipeline)"], True),
        (["kcgraph-offline 9.9", "annotation"], False),
        (["annotation"], False),
        ([], False),
    ],
)
def test_quality_is_stated_of_the_extractor_that_was_measured(tmp_path, readers, stated):
    assert stated_quality(readers, tmp_path) is None
    measured = {
        "extractor": "kcgraph-offline 0.1 (a pipeline)",
        "corpus": "3 articles in a folder",
        "date": "2024-05-04",
        "f1": {"stakeholders": 0.9, "attributions": 0.805, "positions": 0.5},
    }
    (tmp_path / "quality.json").write_text(json.dumps(measured), encoding="utf-8")
    said = stated_quality(readers, tmp_path)
    assert (said is not None) == stated
    if said:
        assert "3 articles" in said and "stakeholders 0.90" in said and "positions 0.50" in said
    (tmp_path / "quality.json").write_text('{"f1": 3}', encoding="utf-8")
    assert stated_quality(readers, tmp_path) is None


def test_passages_come_with_sentence_and_paragraph(store):
    picture = gather(open_graph(store), "Bridge")
    [demand] = [e for e in picture.edges if e.kind is TieKind.DEMAND]
    [found] = demand.evidence
    assert found.paragraph == ARTICLE.split("\n\n")[1]
    assert found.paragraph[found.start : found.end] == "Reed asked Ortiz to stop it on Monday."
    assert found.paragraph[found.mark_start : found.mark_end] == "asked Ortiz to stop it"


def test_command_writes_the_page_and_says_where(store, tmp_path):
    out = tmp_path / "picture.html"
    result = run(out, "--store", store, "--title", "Über <die> Brücke")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert str(out) in result.stderr
    page = out.read_text("utf-8")
    assert "<title>Über &lt;die&gt; Brücke</title>" in page
    assert run(out, "--store", store).exit_code == 0  # again, over its own page


def test_command_writes_to_standard_output(store):
    result = run("-", "--store", store)
    assert result.stdout.lstrip().lower().startswith("<!doctype html>")


def test_command_cuts_to_what_is_asked(store, tmp_path):
    out = tmp_path / "picture.html"
    assert run(out, "--store", store, "--around", "ortiz", "--hops", "1").exit_code == 0
    assert "within one step of" in out.read_text("utf-8")
    assert run(out, "--store", store, "--min-confidence", "0.9").exit_code == 0
    kinds = {e["kind"] for e in island(out.read_text("utf-8"))["edges"]}
    assert "support" not in kinds and "opposition" in kinds
    assert run(out, "--store", store, "--max-nodes", "2").exit_code == 0
    assert len(island(out.read_text("utf-8"))["nodes"]) == 2


@pytest.mark.parametrize(
    "arguments",
    [("--issue", "no such thing"), ("--around", "Nobody"), ("--store", "no-store-here")],
)
def test_wrong_calls_write_nothing(store, tmp_path, arguments):
    out = tmp_path / "picture.html"
    result = run(out, "--store", store, *arguments)
    assert isinstance(result.exception, InputError)
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--since", "2031-01-01"),
        ("--until", "1900-01-01", "--issue", "bridge"),
        ("--min-confidence", "1", "--since", "2031-01-01"),
        ("--view", "demands", "--until", "1900-01-01"),
    ],
)
def test_where_nothing_fits_there_is_no_picture(store, tmp_path, arguments):
    out = tmp_path / "picture.html"
    result = run(out, "--store", store, *arguments)
    assert result.exit_code == 1
    assert "nothing to draw" in result.stderr and result.stderr.count("\n") == 1
    assert all(word in result.stderr for word in arguments[::2])
    assert not out.exists()


def test_around_means_a_stakeholder_before_an_issue_that_has_the_word_in_it(tmp_path):
    from toy import toy_record

    text = """Ann Lee backs Lee.
Bob Ray backs the Lee bridge.
Bob Ray opposes ferries."""
    article = Article("a", text, origin="a.txt")
    path = tmp_path / "store"
    build_from_records(path, [Annotated(article, toy_record(article))])
    out = tmp_path / "picture.html"
    for name, meant in (
        ("ann", "Ann Lee (person)"),
        ("ferries", "ferries (issue)"),
        ("Lee", "Lee (issue)"),  # called just that
        ("bridge", "the Lee bridge (issue)"),
    ):
        result = run(out, "--store", path, "--around", name)
        assert f"{name!r} is {meant}" in result.stderr, (name, result.stderr)


def test_command_does_not_touch_a_file_of_others(store, tmp_path):
    out = tmp_path / "notes.html"
    out.write_text("mine")
    assert isinstance(run(out, "--store", store).exception, InputError)
    assert out.read_text() == "mine"
    assert run(out, "--store", store, "--force").exit_code == 0
