"""The site in a real browser, from a server and from files: nothing leaves, everything works."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_browser import browser  # noqa: F401 - a fixture
from test_serve import NASTY, store_of
from test_site import run

from kcgraph.model import Article
from kcgraph.serve.app import application
from kcgraph.serve.run import listen
from kcgraph.serve.sites import Settings

Opened = Callable[..., AbstractContextManager[Any]]


@contextmanager
def served(store: Path) -> Iterator[str]:
    """A server in a thread, and its URL."""
    import uvicorn

    with listen("127.0.0.1", 0) as (sockets, url):
        config = uvicorn.Config(application(store, Settings(workers=1)), log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": sockets}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield url
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def site(two_articles: Path) -> Iterator[str]:
    with served(two_articles) as url:
        yield url


@pytest.fixture(scope="module")
def folder(two_articles: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("sites") / "two"
    assert run("render", "--site", path, "--store", two_articles).returncode == 0
    return f"{path.as_uri()}/"


@pytest.fixture
def opened(browser) -> Opened:  # noqa: F811
    """Opens a page; nothing but the site may be asked, and nothing complained of."""

    @contextmanager
    def open_page(root: str, path: str = "", **context: Any) -> Iterator[Any]:
        context.setdefault("viewport", {"width": 1280, "height": 900})
        window = browser.new_context(reduced_motion="reduce", **context)
        page = window.new_page()
        page.set_default_timeout(120_000)
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.goto(root + path)
        yield page
        window.close()
        assert [url for url in asked if not url.startswith((root, "data:"))] == []
        assert said == []

    return open_page


PAGES = [
    *("", "stakeholders", "issues", "articles", "demands", "stakeholder/quinton-lucas"),
    *("issue/body-cameras", "article/lucas-announces-changes", "search?q=police"),
]
SERVED = [*PAGES, "query", "query?name=stakeholders", "query?query=SELEC", "network"]


def file_of(path: str) -> str:
    page, mark, query = (path or "index").partition("?")
    return f"{page}.html{mark}{query}"


def wide(page: Any) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("path", SERVED)
def test_page_opens_at_any_width_and_is_accessible(opened, site, path) -> None:
    for width, scheme in ((1280, "light"), (360, "dark")):
        with opened(
            site, path, viewport={"width": width, "height": 800}, color_scheme=scheme
        ) as page:
            assert page.locator("h1").first.is_visible()
            assert not wide(page)
            if path != "network":  # the picture has tests of its own
                broken = Axe().run(page).response["violations"]
                serious = [v for v in broken if v["impact"] in ("serious", "critical")]
                assert [(v["id"], v["nodes"][0]["html"][:200]) for v in serious] == []


@pytest.mark.parametrize("path", [*PAGES, "network"])
def test_file_opens_without_a_server(opened, folder, path) -> None:
    with opened(folder, file_of(path), viewport={"width": 360, "height": 800}) as page:
        assert page.locator("h1").first.is_visible()
        assert not wide(page)
        page.locator("header nav a").first.click()
        assert page.locator("h1").inner_text() == "Demands"


def test_search_in_files_finds_by_script(opened, folder) -> None:
    with opened(folder, "index.html") as page:
        page.keyboard.press("/")
        page.keyboard.type("Mayor Luc")
        page.keyboard.press("Enter")
        page.wait_for_selector("#hits li")
        page.get_by_role("link", name="Quinton Lucas").first.click()
        assert page.locator("h1").inner_text() == "Quinton Lucas"


def test_a_quotation_leads_to_its_place_in_the_article(opened, site) -> None:
    with opened(site, "stakeholder/quinton-lucas") as page:
        quote = page.locator("blockquote").first
        words = quote.locator("mark").inner_text()
        quote.locator("cite a").click()
        page.wait_for_selector("mark.lit")
        lit = "".join(page.locator("mark.lit").all_inner_texts())
        assert lit.split() == words.split()
        assert page.locator("mark.lit").first.is_visible()


def test_keyboard_reaches_the_content_and_the_first_link(opened, site) -> None:
    with opened(site, "stakeholders") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.url.endswith("#content")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/stakeholder/*")


def test_editor_completes_terms_of_the_graph(opened, site) -> None:
    with opened(site, "query") as page:
        area = page.locator("#query")
        area.fill("SELECT ?who { ?who a ")
        area.press("End")
        page.keyboard.type("kc:Stak")
        page.wait_for_selector("#completions li")
        assert page.locator("#completions li b").first.inner_text() == "kc:Stakeholder"
        page.keyboard.press("Enter")
        assert area.input_value() == "SELECT ?who { ?who a kc:Stakeholder"
        page.keyboard.type(" ; rdfs:la")
        page.wait_for_selector("#completions li")
        page.keyboard.press("Tab")
        page.keyboard.type(" ?name } ORDER BY ?na")
        page.wait_for_selector("#completions li")
        page.keyboard.press("Enter")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#answer-table")
        names = page.locator("#answer-table td").all_inner_texts()
        assert "Quinton Lucas" in names


def test_numbers_are_drawn_and_the_table_sorts(opened, site) -> None:
    with opened(site, "query?name=most-quoted") as page:
        assert page.locator("#chart svg rect").count() > 3
        first = page.locator("#answer-table tbody tr").first
        before = first.inner_text()
        page.get_by_role("button", name="name").click()
        names = page.locator("#answer-table tbody td:first-child").all_inner_texts()
        assert names == sorted(names, key=str.casefold)
        assert first.inner_text() != before


def test_named_query_is_asked_when_it_is_chosen(opened, site) -> None:
    with opened(site, "query") as page:
        page.select_option("#name", "meetings")
        page.wait_for_url("**name=meetings*")
        page.get_by_label("who").fill("Lucas")
        page.get_by_role("button", name="Ask with these").click()
        page.wait_for_selector("#answer-table")


def test_without_script_everything_is_there(opened, site) -> None:
    with opened(site, "query?name=stakeholders", java_script_enabled=False) as page:
        assert page.locator("#answer-table tbody tr").count() > 10
        page.locator("#search").fill("lucas")
        page.locator("#search").press("Enter")
        assert page.get_by_role("link", name="Quinton Lucas", exact=True).is_visible()


def test_picture_is_framed_here_and_nowhere_else(opened, site) -> None:
    with opened(site, "network") as page:
        frame = page.frame_locator("iframe.picture")
        frame.locator("#canvas canvas").wait_for()


def test_hostile_text_runs_nowhere(opened, tmp_path: Path) -> None:
    urls = ("javascript:window.hacked=1", "data:text/html,x", "https://e.org/")
    articles = [
        Article(f"n{n}", f"Ann Lee demands {t} of Bob Ray.", title=t, publisher=t, url=urls[n % 3])
        for n, t in enumerate(NASTY)
    ]
    store = store_of(tmp_path / "store", *articles)
    paths = ["", "articles", "demands", "issues", "article/n0", "stakeholder/ann-lee"]
    paths += ["search?q=%3Cscript%3E", "query?query=SELECT * { ?s dcterms:title ?t }"]
    with served(store) as url:
        for path in paths:
            with opened(url, path) as page:
                assert page.evaluate("window.hacked") is None, path
                assert not wide(page), path
