"""The site as files: whole, linked, escaped, and never over somebody else's folder."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urldefrag
from xml.etree import ElementTree as ET

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import HOSTILE
from toy import toy_record

from kcgraph.annotations import Annotated
from kcgraph.build import build_from_records
from kcgraph.model import Article
from kcgraph.site.addresses import Addresses, safe_name
from kcgraph.site.highlight import paragraphs
from kcgraph.store import open_graph, open_reader


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kcgraph", *map(str, arguments)], capture_output=True, text=True
    )


def store_of(path: Path, *articles: Article) -> Path:
    placed = [replace(a, origin=f"{a.id}.txt") for a in articles]
    build_from_records(path, [Annotated(a, toy_record(a)) for a in placed])
    return path


@pytest.fixture(scope="module")
def site(two_articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the two Kansas City articles."""
    folder = tmp_path_factory.mktemp("sites") / "two"
    done = run("render", "--site", folder, "--store", two_articles, "--title", "Kansas City")
    assert done.returncode == 0, done.stderr
    return folder


def text_of(page: Path) -> str:
    words = re.sub(r"<(script|style)\b.*?</\1>", "", page.read_text("utf-8"), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", words)).split())


# --- what is on the pages ------------------------------------------------------------------------


def test_start_page_gives_an_overview(site: Path) -> None:
    text = text_of(site / "index.html")
    assert "Kansas City Who wants what" in text
    assert "2 articles of 4 June 2020" in text
    assert "Quinton Lucas Mayor, Kansas City 14 positions" in text
    assert "body cameras" in text


def test_stakeholder_page_quotes_what_it_says(site: Path) -> None:
    text = text_of(site / "stakeholder" / "quinton-lucas.html")
    assert "Mayor, Kansas City" in text
    assert "he was optimistic the city is making progress in healing its divisions" in text


def test_article_page_has_the_whole_text_and_marks_passages(site: Path, two_articles: Path) -> None:
    from kcgraph.claims import Claims

    claims = Claims(open_graph(two_articles))
    for claim in claims.positions():
        (passage, *_) = claim.evidence
        page = site / f"article/{passage.article.rpartition('/')[2]}.html"
        source = page.read_text("utf-8")
        marks = re.findall(r'<mark class="\w+" data-at="(\d+)-(\d+)">(.*?)</mark>', source)
        words = "".join(
            html.unescape(re.sub("<[^>]*>", "", inner))
            for start, end, inner in marks
            if passage.start <= int(start) and int(end) <= passage.end
        )
        assert re.sub(r"\s", "", words) == re.sub(r"\s", "", passage.text)
        assert f'id="p{passage.start}-{passage.end}"' in source


def test_demand_page_tells_who_answered(site: Path) -> None:
    answered = [p for p in (site / "demand").iterdir() if "answered" in text_of(p)[:400]]
    assert answered
    assert all("commits to" in text_of(page) for page in answered)


def test_every_link_leads_to_a_page_and_a_place(site: Path) -> None:
    ids: dict[Path, set[str]] = {}
    for page in site.rglob("*.html"):
        ids[page] = set(re.findall(r'\bid="([^"]+)"', page.read_text("utf-8")))
    checked = 0
    for page in ids:
        if page.name == "picture.html":
            continue
        for href in re.findall(r'\b(?:href|src|action)="([^"]*)"', page.read_text("utf-8")):
            url, fragment = urldefrag(html.unescape(href))
            if url.startswith(("data:", "https://")):
                continue
            assert not url.startswith(("/", "file:")) and "\\" not in url, href
            target = (page.parent / unquote(url)).resolve() if url else page
            if target.name in ("feed.xml", "feed.json"):
                assert target.is_file(), f"{page}: {href}"
                continue
            assert target in ids, f"{page}: {href}"
            assert not fragment or unquote(fragment) in ids[target], f"{page}: {href}"
            checked += 1
    assert checked > 500


def test_feeds_are_files_whose_links_lead_to_pages_beside_them(site: Path) -> None:
    feed = json.loads((site / "feed.json").read_text("utf-8"))
    rss = ET.parse(site / "feed.xml").getroot()
    items = rss.findall("channel/item")
    assert len(items) == len(feed["items"]) > 5
    assert [i.findtext("link") for i in items] == [i["url"] for i in feed["items"]]
    for link in (feed["home_page_url"], feed["feed_url"], rss.findtext("channel/link") or "?"):
        assert (site / link).is_file(), link
    for item in feed["items"]:
        assert (site / unquote(item["url"])).is_file(), item["url"]


def test_pages_count_demands_as_the_demand_board_does(site: Path, two_articles: Path) -> None:
    board = json.loads(run("demands", "--format", "json", "--store", two_articles).stdout)
    info = json.loads(run("info", "--format", "json", "--store", two_articles).stdout)
    assert info["board"] == len(board) and info["counts"]["demands"] >= len(board)
    assert f"{len(board)} demands; {info['counts']['positions']} positions in all" in text_of(
        site / "index.html"
    )
    assert f"{len(board)} in all" in text_of(site / "demands.html")


def test_pages_are_valid_html(site: Path) -> None:
    parser = html5lib.HTMLParser(strict=True)
    folders = ("stakeholder", "issue", "article", "demand")
    pages = [*site.glob("*.html"), *(next((site / name).iterdir()) for name in folders)]
    for page in pages:
        if page.name != "picture.html":
            parser.parse(page.read_text("utf-8"))


def test_same_store_same_bytes(site: Path, two_articles: Path, tmp_path: Path) -> None:
    run("render", "--site", tmp_path / "again", "--store", two_articles, "--title", "Kansas City")
    first, second = (
        {f.relative_to(folder): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
        for folder in (site, tmp_path / "again")
    )
    assert first.keys() == second.keys()
    assert [page for page in first if first[page] != second[page]] == []


def test_long_lists_are_cut_into_pages(tmp_path: Path) -> None:
    lines = [f"Ann L{n} demands bridge {n} of Bob Ray." for n in range(310)]
    store = store_of(tmp_path / "store", Article("many", "\n".join(lines)))
    assert run("render", "--site", tmp_path / "out", "--store", store).returncode == 0
    assert "page 1 of 2" in text_of(tmp_path / "out" / "issues.html")
    second = tmp_path / "out" / "issues" / "2.html"
    assert "page 2 of 2" in text_of(second)
    assert 'href="../issues.html"' in second.read_text("utf-8")
    bob = tmp_path / "out" / "stakeholder" / "bob-ray.html"
    assert "the first 200 of 310" in text_of(bob)
    rest = bob.with_suffix("") / "demanded" / "2.html"
    assert 'href="../stakeholder/bob-ray/demanded/2.html"' in bob.read_text("utf-8")
    assert "201 to 310 of 310; page 2 of 2" in text_of(rest)
    assert 'href="../../../stakeholder/bob-ray.html#demanded"' in rest.read_text("utf-8")
    told = [text_of(page).count("demands bridge") for page in (bob, rest)]
    assert sum(told) == 2 * 310, "each with its sentence, on one page or the other"
    text = tmp_path / "out" / "article" / "many"
    assert sorted(p.name for p in (text / "positions").iterdir()) == ["2.html"]


def test_empty_store_gives_pages_that_say_so(tmp_path: Path) -> None:
    store = store_of(tmp_path / "store", Article("none", "Nothing of note happened."))
    assert run("render", "--site", tmp_path / "out", "--store", store).returncode == 0
    assert "Nobody has a position yet" in text_of(tmp_path / "out" / "index.html")
    assert "Nothing was found in it" in text_of(tmp_path / "out" / "article" / "none.html")


# --- hostile articles ----------------------------------------------------------------------------

NASTY = [text for text in HOSTILE if "\ud800" not in text]


@pytest.fixture(scope="module")
def hostile_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hostile words as text, issue, title, publisher and URL."""
    urls = ("javascript:window.hacked=1", "data:text/html,<script>1</script>", "https://e.org/?a&b")
    articles = [
        Article(
            f"nasty-{n}",
            f"Ann Lee demands {text} of Bob Ray.\n{text}\nAnn Lee said “{text}”.",
            title=text,
            publisher=text,
            url=urls[n % len(urls)],
        )
        for n, text in enumerate(NASTY)
    ]
    return store_of(tmp_path_factory.mktemp("hostile") / "store", *articles)


def assert_harmless(folder: Path) -> None:
    """No page of the site in `folder` has markup or an address of an article's making."""
    for page in folder.rglob("*.html"):
        if page.name == "picture.html":
            continue
        tree = html5lib.parse(page.read_text("utf-8"), namespaceHTMLElements=False)
        allowed = {"network.html": 1, "search.html": 2}.get(page.name, 1)
        assert len(tree.findall(".//script")) <= allowed, page
        assert not tree.findall(".//img") and not tree.findall(".//svg")
        for element in tree.iter():
            assert not [name for name in element.attrib if str(name).startswith("on")], page
            href = element.attrib.get("href", "")
            assert not re.match(r"\s*(javascript|data:text)", href, re.IGNORECASE), page


def test_hostile_text_stays_text(hostile_store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    done = run("render", "--site", folder, "--store", hostile_store, "--title", NASTY[0])
    assert done.returncode == 0, done.stderr
    assert_harmless(folder)
    pages = [html.unescape(page.read_text("utf-8")) for page in folder.rglob("*.html")]
    assert sum(NASTY[0] in page for page in pages) > 10


def test_hostile_text_stays_text_on_further_pages(
    hostile_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kcgraph.site.folder import write_site
    from kcgraph.site.library import Library
    from kcgraph.store import manifest

    monkeypatch.setattr("kcgraph.site.pages.PER_PAGE", 1)
    monkeypatch.setattr("kcgraph.site.sections.MOST_SHOWN", 1)
    monkeypatch.setattr("kcgraph.site.pages.MOST_SHOWN", 1)
    library = Library(open_reader(hostile_store), manifest(hostile_store).base)
    write_site(library, tmp_path / "site", title=NASTY[1], max_nodes=10)
    assert_harmless(tmp_path / "site")
    further = [p for p in (tmp_path / "site").rglob("*.html") if p.stem.isdigit()]
    lists = {p.parent.name for p in further}
    assert {"articles", "issues", "demands", "wants", "demanded", "statements"} <= lists
    told = [html.unescape(page.read_text("utf-8")) for page in further]
    for text in NASTY[:3]:
        assert any(text in page for page in told), text
    names = [p.relative_to(tmp_path / "site").as_posix() for p in further]
    assert all(re.fullmatch(r"[a-z0-9./-]+", name) for name in names)


def test_names_of_files_are_plain(hostile_store: Path, tmp_path: Path) -> None:
    run("render", "--site", tmp_path / "site", "--store", hostile_store)
    names = [p.relative_to(tmp_path / "site").as_posix() for p in (tmp_path / "site").rglob("*")]
    assert all(re.fullmatch(r"[a-z0-9./-]+", name) for name in names)
    assert max(map(len, names)) < 130


@given(st.text(max_size=300), st.text(max_size=300))
def test_safe_names_are_different_for_different_texts(one: str, other: str) -> None:
    name = safe_name(one)
    assert re.fullmatch(r"[a-z0-9-]{1,100}", name)
    assert safe_name(name) == name
    assert (name == safe_name(other)) == (one == other) or name in (one, other)


@pytest.mark.parametrize("reserved", ["con", "nul", "com1", "..", "", "a/b", "Ä", "x" * 101])
def test_names_that_a_system_forbids_are_changed(reserved: str) -> None:
    assert safe_name(reserved) != reserved


def test_no_page_is_promised_for_a_foreign_iri() -> None:
    addresses = Addresses("https://example.org/id/", ".html")
    assert addresses.of("https://example.org/id/stakeholder/ann") == "stakeholder/ann"
    assert addresses.of("https://example.org/stakeholder/ann") is None
    assert addresses.of("https://example.org/id/post/mayor") is None
    assert addresses.of("https://example.org/id/stakeholder/") is None


# --- highlighting --------------------------------------------------------------------------------

SPANS = st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60)), max_size=8)


@given(st.text("ab🌉 \n", max_size=50), SPANS)
def test_pieces_give_the_text_again_and_cover_exactly_the_spans(
    text: str, spans: list[tuple[int, int]]
) -> None:
    lines = paragraphs(text, spans)
    assert ["".join(p.text for p in line) for line in lines] == [
        line for line in text.split("\n") if line.strip()
    ]
    for piece in (p for line in lines for p in line):
        assert text[piece.start : piece.end] == piece.text
        for n, (start, end) in enumerate(spans):
            inside = start <= piece.start and piece.end <= end
            assert (n in piece.covered) == inside
    begun = [n for line in lines for p in line for n in p.begins]
    assert len(begun) == len(set(begun))


# --- the folder ----------------------------------------------------------------------------------


def test_a_site_is_replaced_and_nothing_else_is(two_articles: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    store = store_of(tmp_path / "store", Article("one", "Ann Lee demands buses of Bob Ray."))
    assert run("render", "--site", folder, "--store", store).returncode == 0
    assert (folder / "issue" / "buses.html").exists()
    (folder / ".DS_Store").write_text("litter")
    assert run("render", "--site", folder, "--store", two_articles).returncode == 0
    assert not (folder / "issue" / "buses.html").exists()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
    (folder / "mine.txt").write_text("keep")
    done = run("render", "--site", folder, "--store", two_articles)
    assert done.returncode == 2
    assert "mine.txt" in done.stderr and done.stderr.count("\n") == 1
    assert (folder / "mine.txt").read_text() == "keep"


def test_a_folder_of_somebody_else_is_left_alone(two_articles: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    (tmp_path / "kcgraph-site.json").write_text(json.dumps({"files": []}))
    done = run("render", "--site", tmp_path, "--store", two_articles)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert (tmp_path / "index.html").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--site", "no/such/folder"], "no such folder"),
        (["--site", "out", "--store", "nowhere"], "no store here"),
        (["picture.html", "--site", "out"], "--site writes everything"),
        (["--site", "out", "--issue", "buses"], "--site writes everything"),
        ([], "nothing to write"),
    ],
)
def test_wrong_calls_are_one_line(arguments, complaint, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("render", *arguments)
    assert done.returncode == 2
    assert complaint in done.stderr and done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_failure_half_way_leaves_the_earlier_site(
    two_articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kcgraph.site import folder as module
    from kcgraph.site.library import Library
    from kcgraph.store import manifest

    library = Library(open_reader(two_articles), manifest(two_articles).base)
    target = tmp_path / "out"
    module.write_site(library, target, title="first", max_nodes=10)
    before = (target / "index.html").read_bytes()

    def breaks() -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "site_files", lambda *_, **__: iter([("index.html", breaks)]))
    with pytest.raises(Exception, match="No space left"):
        module.write_site(library, target, title="second", max_nodes=10)
    assert (target / "index.html").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_what_does_not_go_with_a_site_is_told(two_articles: Path, tmp_path: Path) -> None:
    for more in (["out.html"], ["--issue", "body cameras"], ["--view", "demands"]):
        done = run("render", *more, "--site", tmp_path / "site", "--store", two_articles)
        assert done.returncode == 2
        assert "only --title, --max-nodes and --store go with it" in done.stderr
    assert not list(tmp_path.iterdir())
