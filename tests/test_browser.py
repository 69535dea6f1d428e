"""The picture in a real browser: it asks nobody for anything, and every way into it works."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pictures import HOSTILE, RIVER, dispute, hostile, large, over_months, passage

from kcgraph.render.page import render_page
from kcgraph.render.picture import Edge, Node, NodeKind, Picture, Source, Step, TieKind
from kcgraph.render.views import demand_view

ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def browser_path() -> str:
    """Where Chromium is. Without one the tests are skipped, but not in CI."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("KCGRAPH_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        complaint = "no Chromium: install it, or name it in KCGRAPH_CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(complaint)
        pytest.skip(complaint)
    return found


@pytest.fixture(scope="module")
def browser():
    path = browser_path()
    api = pytest.importorskip("playwright.sync_api") if not os.environ.get("CI") else None
    if api is None:
        from playwright import sync_api as api
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def file_of(tmp_path_factory) -> Callable[[Picture], Path]:
    """Writes a picture's page to a file, once."""
    folder, written = tmp_path_factory.mktemp("pages"), {}

    def write(picture: Picture) -> Path:
        key = (picture.title, len(picture.nodes))
        if key not in written:
            written[key] = folder / f"{len(written)}.html"
            written[key].write_text(render_page(picture), encoding="utf-8")
        return written[key]

    return write


@pytest.fixture
def opened(browser, file_of):
    """Opens a picture; afterwards nothing may have been asked for and nothing complained of."""

    @contextmanager
    def open_page(picture: Picture, fragment: str = "", **context) -> Iterator:
        context.setdefault("viewport", {"width": 1280, "height": 800})
        context.setdefault("reduced_motion", "reduce")
        window = browser.new_context(**context)
        page = window.new_page()
        page.set_default_timeout(120_000)
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        url = file_of(picture).as_uri()
        page.goto(url + fragment)
        if context.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready=yes]")
        yield page
        window.close()
        assert [a.partition("#")[0] for a in asked if not a.startswith("data:,")] == [url]
        assert said == []

    return open_page


def node_place(page, name: str) -> tuple[float, float]:
    """Where on the screen the node called `name` is."""
    place = page.evaluate(
        """(name) => {
          const { nodes, network } = window.kcgraph;
          const { id } = nodes.find((node) => node.name === name);
          const box = document.getElementById("canvas").getBoundingClientRect();
          const { x, y } = network.canvasToDOM(network.getPosition(id));
          return [x + box.x, y + box.y];
        }""",
        name,
    )
    return place[0], place[1]


def panel_title(page) -> str:
    return page.locator("#panel h2").inner_text()


def names_shown(page) -> set[str]:
    return set(page.evaluate("[...kcgraph.visible().nodes].map((id) => kcgraph.nodes[id].name)"))


def test_opens_without_a_request_or_a_complaint(opened):
    with opened(dispute()) as page:
        assert page.title() == "The Ashby crossing"
        assert page.evaluate("document.compatMode") == "CSS1Compat"
        assert page.locator("#canvas canvas").count() == 1
        assert page.get_by_text("2 articles, 4 May 2024 (1 without a date)").is_visible()


def test_policy_stops_what_is_not_in_the_page(browser, file_of):
    page = browser.new_page()
    page.goto(file_of(dispute()).as_uri())
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        "document.body.append(s)"
    )
    assert page.evaluate("window.ran") is None
    refused = "fetch('https://example.org').then(() => 'sent', () => 'refused')"
    assert page.evaluate(refused) == "refused"
    page.close()


def test_click_on_a_node_opens_its_dossier(opened):
    with opened(dispute()) as page:
        page.mouse.click(*node_place(page, "Tom Reed"))
        assert panel_title(page) == "Tom Reed"
        panel = page.locator("#panel")
        assert "Tom Reed opposed the bridge 🌉" in panel.inner_text()
        sides = panel.inner_text().upper()
        assert "ON THE SAME SIDE" in sides and "ON THE OTHER SIDE" in sides
        panel.get_by_role("link", name="new bridge").first.click()
        assert panel_title(page) == "new bridge"
        text = panel.inner_text().upper()
        assert "FOR IT (1)" in text and "AGAINST IT (1)" in text


def test_click_on_a_line_shows_the_sentence_in_its_paragraph(opened):
    with opened(dispute()) as page:
        x1, y1 = node_place(page, "Ana Núñez")
        x2, y2 = node_place(page, "new bridge")
        page.mouse.click((x1 + x2) / 2, (y1 + y2) / 2)
        assert page.locator("#panel mark strong").inner_text() == "We need it"
        passage = page.locator("#panel .passage")
        assert "The mayor of Ashby" in passage.inner_text()
        link = passage.get_by_role("link")
        assert link.get_attribute("href") == "https://example.org/1"
        assert "Ashby Times, 4 May 2024" in passage.inner_text()


def test_click_beside_everything_closes_the_panel(opened):
    with opened(dispute(), "#node=tom") as page:
        assert page.locator("#panel").is_visible()
        box = page.locator("#canvas").bounding_box()
        page.mouse.click(box["x"] + 5, box["y"] + 5)
        assert page.locator("#panel").is_hidden()


@pytest.mark.parametrize(
    ("typed", "found"), [("nunez", "Ana Núñez"), ("MAYOR", "Ana Núñez"), ("ferry", "ferry workers")]
)
def test_search_by_name_or_alias(opened, typed, found):
    with opened(dispute()) as page:
        page.keyboard.press("/")
        page.keyboard.type(typed)
        options = page.get_by_role("option")
        assert found in options.first.inner_text()
        page.keyboard.press("Enter")
        assert panel_title(page) == found
        assert page.locator("#suggestions").is_hidden()


def test_search_says_when_there_is_nobody(opened):
    with opened(dispute()) as page:
        page.locator("#search").fill("zzz")
        assert "Nobody" in page.get_by_role("option").inner_text()
        page.keyboard.press("Enter")
        assert page.locator("#panel").is_hidden()


def test_legend_filters_picture_and_table(opened):
    with opened(dispute()) as page:
        page.get_by_label("Opposition").uncheck()
        assert "Tom Reed" in names_shown(page)
        page.get_by_role("checkbox", name="Issues").uncheck()
        assert names_shown(page) == {"Tom Reed", "Ashby Council", "Hearing"}
        page.get_by_role("button", name="Table").click()
        assert page.locator("tbody tr:visible").count() == 0
        page.get_by_role("button", name="Show everything").click()
        assert page.locator("tbody tr:visible").count() == 5


def test_filters_by_article_and_confidence(opened):
    with opened(dispute()) as page:
        page.get_by_label("Council keeps ferry").uncheck()
        assert "Hearing" not in names_shown(page)
        page.locator("#floor").fill("0.95")
        assert names_shown(page) == {"Ana Núñez", "new bridge"}


def test_table_is_sorted_and_filtered(opened):
    with opened(dispute(), "#view=table") as page:
        first = page.locator("tbody tr:visible th").first
        page.get_by_role("button", name="Who", exact=True).click()
        assert first.inner_text() == "Ana Núñez"
        page.get_by_role("button", name="Who", exact=True).click()
        assert first.inner_text() == "Tom Reed"
        header = page.get_by_role("columnheader", name="Who", exact=True)
        assert header.get_attribute("aria-sort") == "descending"
        page.get_by_placeholder("Filter these rows").fill("nunez need")
        assert page.locator("tbody tr:visible").count() == 1
        assert page.get_by_text("1 of 5 positions").is_visible()
        page.get_by_role("link", name="supports").click()
        assert "We need it" in page.locator("#panel mark").inner_text()


def test_keyboard_alone_reads_the_picture(opened):
    with opened(dispute()) as page:
        page.locator("#canvas").focus()
        page.keyboard.press("ArrowRight")
        first = panel_title(page)
        seen = {first}
        for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowDown"):
            page.keyboard.press(key)
            seen.add(panel_title(page))
        assert len(seen) >= 3
        assert page.locator("#status").inner_text() == panel_title(page)
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.tagName") == "H2"
        page.keyboard.press("Escape")
        assert page.locator("#panel").is_hidden()
        assert page.evaluate("document.activeElement.id") == "canvas"


def test_every_control_is_reached_by_tab_and_has_a_name(opened):
    with opened(dispute()) as page:
        reached = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.add(
                page.evaluate("document.activeElement.id || document.activeElement.dataset.filter")
            )
        for control in (
            "search",
            "theme",
            "help",
            "canvas",
            "nearer",
            "motion",
            "person",
            "demand",
        ):
            assert control in reached
        nameless = page.evaluate(
            """[...document.querySelectorAll("button, input, a")].filter((e) => {
              const label = e.labels && e.labels.length ? e.labels[0].textContent : "";
              return !(e.getAttribute("aria-label") || e.textContent || label).trim();
            }).length"""
        )
        assert nameless == 0


def test_every_stop_of_the_keyboard_has_a_name_and_can_be_seen(opened):
    stop = """() => {
      const at = document.activeElement;
      const label = at.labels && at.labels.length ? at.labels[0].textContent : "";
      const named = at.getAttribute("aria-label") || at.textContent || label;
      return [at.tagName, at.id, Boolean(named.trim()), getComputedStyle(at).outlineStyle];
    }"""
    with opened(over_months()) as page:
        stops = []
        while len(stops) < 80:
            page.keyboard.press("Tab")
            stops.append(page.evaluate(stop))
            if stops[-1][0] == "BODY":
                break
        at = stops[:-1]
        assert len(at) > 20 and all(named for _, _, named, _ in at)
        # of the two sliders, which lie on each other, the handle is outlined instead
        assert {name for _, name, _, line in at if line == "none"} == {"from", "to"}
        order = [name for _, name, _, _ in at]
        assert order.index("search") < order.index("from") < order.index("canvas")
        assert not any(tag == "SUMMARY" and n < 8 for n, (tag, *_) in enumerate(at))


def test_sliders_of_dates_by_keyboard(opened):
    with opened(over_months()) as page:
        page.locator("#from").focus()
        page.keyboard.press("ArrowRight")
        assert page.locator("#dates-value").inner_text().startswith("Feb 2024 to Mar 2024")
        page.keyboard.press("End")
        assert page.locator("#from").get_attribute("aria-valuetext") == "Mar 2024"
        page.keyboard.press("Home")
        assert page.locator("#dates-value").inner_text() == "Jan 2024 to Mar 2024"
        assert page.evaluate("document.activeElement.id") == "from"


def test_the_legend_is_there_again_on_a_wider_screen(opened):
    with opened(dispute(), viewport={"width": 700, "height": 900}) as page:
        box = page.locator("[data-filter=person]")
        assert box.is_hidden()
        page.set_viewport_size({"width": 1100, "height": 700})
        box.wait_for(state="visible")
        page.set_viewport_size({"width": 700, "height": 900})
        box.wait_for(state="hidden")
        page.get_by_text("Legend and filters").focus()
        page.keyboard.press("Enter")
        assert box.is_visible()


def test_steps_around_a_node(opened):
    with opened(dispute(), "#node=ana") as page:
        page.get_by_role("button", name="1", exact=True).click()
        assert names_shown(page) == {"Ana Núñez", "new bridge"}
        page.locator("#canvas").focus()
        page.keyboard.press("2")
        assert names_shown(page) == {"Ana Núñez", "new bridge", "Tom Reed"}
        page.keyboard.press("Escape")
        assert len(names_shown(page)) == 7


def test_path_between_two_nodes_with_its_words(opened):
    with opened(dispute(), "#node=ana") as page:
        panel = page.locator("#panel")
        panel.get_by_role("button", name="Path to").click()
        assert "other end" in panel.inner_text()
        page.locator("#search").fill("council")
        page.keyboard.press("Enter")
        assert panel_title(page) == "From Ana Núñez to Ashby Council"
        text = panel.inner_text()
        assert "4 steps" in text
        assert "Ana Núñez supports new bridge" in text
        assert "Tom Reed opposes new bridge" in text
        address = page.evaluate("location.hash")
        page.get_by_label("Opposition").uncheck()
        assert "No path" in panel.inner_text()
    with opened(dispute(), address) as page:
        assert panel_title(page) == "From Ana Núñez to Ashby Council"


def test_a_view_is_linked_by_its_address(opened):
    with opened(dispute()) as page:
        page.get_by_label("Support", exact=False).first.uncheck()
        page.locator("#search").fill("reed")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Table").click()
        address = page.evaluate("location.hash")
        shown = names_shown(page)
    with opened(dispute(), address) as page:
        assert panel_title(page) == "Tom Reed"
        assert names_shown(page) == shown
        assert page.locator("#table").is_visible()


def test_back_returns_to_what_was_chosen_before(opened):
    with opened(dispute(), "#node=ana") as page:
        page.locator("#panel").get_by_role("link", name="new bridge").first.click()
        assert panel_title(page) == "new bridge"
        page.go_back()
        assert panel_title(page) == "Ana Núñez"


@pytest.mark.parametrize(
    "fragment", ["#node=nobody", "#tie=a~b~c", "#steps=-3&confidence=x", "#%%%"]
)
def test_an_address_that_means_nothing_shows_everything(opened, fragment):
    with opened(dispute(), fragment) as page:
        assert len(names_shown(page)) == 7


def test_filter_by_polarity(opened):
    with opened(dispute()) as page:
        page.get_by_role("checkbox", name="Against it").uncheck()
        assert page.evaluate("kcgraph.visible().edges.size") == 5
        assert "sides=against" in page.evaluate("location.hash")


def test_filter_by_issue_shows_only_what_touches_it(opened):
    with opened(dispute()) as page:
        page.locator("#issues summary").click()
        page.locator("#issues").get_by_role("checkbox", name="new bridge").check()
        assert names_shown(page) == {"Ana Núñez", "Tom Reed", "new bridge"}
        page.keyboard.press("Control+z")
        assert len(names_shown(page)) == 7
        assert not page.locator("#issues").get_by_role("checkbox", name="new bridge").is_checked()


def test_filter_by_outlet(opened):
    with opened(dispute()) as page:
        page.locator("#outlets summary").click()
        page.locator("#outlets").get_by_role("checkbox", name="Ashby Times").uncheck()
        assert "Ana Núñez" not in names_shown(page) and "Hearing" in names_shown(page)


def test_filter_by_dates_with_counts_per_month(opened):
    with opened(large(100)) as page:  # all of one month: nothing to choose
        assert page.locator("#dates").is_hidden()
    with opened(over_months()) as page:
        bars = page.locator("#dates .bars span")
        assert [bars.nth(n).get_attribute("title") for n in range(3)] == [
            "Jan 2024: 1",
            "Feb 2024: 0",
            "Mar 2024: 2",
        ]
        page.locator("#from").fill("1")
        assert names_shown(page) == {"Tom Reed", "Ashby Council", "new bridge"}
        said = page.locator("#dates-value").inner_text()
        assert "Feb 2024 to Mar 2024" in said and "1 article without a date left out" in said
        address = page.evaluate("location.hash")
        page.locator("#from").focus()
        page.keyboard.press("ArrowLeft")
        assert len(names_shown(page)) == 5
    with opened(over_months(), address) as page:
        assert names_shown(page) == {"Tom Reed", "Ashby Council", "new bridge"}


def test_hide_pin_and_undo(opened):
    with opened(dispute(), "#node=ana") as page:
        panel = page.locator("#panel")
        panel.get_by_role("button", name="Pin").click()
        pinned = page.evaluate("location.hash")
        assert "pin=ana" in pinned
        panel.get_by_role("button", name="Hide").click()
        assert "Ana Núñez" not in names_shown(page)
        hidden = page.evaluate("location.hash")
        page.get_by_role("button", name="Undo").click()
        assert "Ana Núñez" in names_shown(page) and panel_title(page) == "Ana Núñez"
        assert page.evaluate("location.hash") == pinned
        page.keyboard.press("Control+Shift+Z")
        assert "Ana Núñez" not in names_shown(page)
        page.get_by_role("button", name="Show everything").click()
        assert len(names_shown(page)) == 7
    with opened(dispute(), hidden) as page:
        assert "Ana Núñez" not in names_shown(page)


def test_a_node_that_is_dragged_stays_pinned_in_the_link(opened):
    with opened(dispute()) as page:
        x, y = node_place(page, "Hearing")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 60, y + 40, steps=4)
        page.mouse.up()
        page.wait_for_url("**at=**")
        place = page.evaluate("kcgraph.network.getPosition(6)")
        address = page.evaluate("location.hash")
        page.keyboard.press("Control+z")
        assert page.evaluate("kcgraph.network.getPosition(6)") != place
    with opened(dispute(), address) as page:
        again = page.evaluate("kcgraph.network.getPosition(6)")
        assert abs(again["x"] - place["x"]) < 2 and abs(again["y"] - place["y"]) < 2


def test_where_one_looks_is_in_the_link(opened):
    with opened(dispute()) as page:
        page.get_by_role("button", name="Nearer").click()
        page.wait_for_url("**at=**")
        scale = page.evaluate("kcgraph.network.getScale()")
        address = page.evaluate("location.hash")
    with opened(dispute(), address) as page:
        assert page.evaluate("kcgraph.network.getScale()") == pytest.approx(scale, rel=0.01)


def test_timeline_shows_who_said_what_when_without_the_canvas(opened):
    with opened(over_months(), "#view=timeline") as page:
        heads = page.locator("#timeline thead th")
        assert heads.all_inner_texts() == [
            "Who",
            "5 Jan 2024",
            "1 Mar 2024",
            "2 Mar 2024",
            "No date",
        ]
        row = page.locator("#timeline tbody tr", has_text="Tom Reed")
        row.get_by_role("button", name="opposes new bridge").click()
        assert panel_title(page) == "Tom Reed opposes new bridge"
        page.get_by_role("button", name="By what").click()
        assert page.locator("#timeline tbody tr", has_text="new bridge").count() == 1
        page.get_by_role("checkbox", name="Opposition").uncheck()
        assert page.locator("#timeline").get_by_text("opposed by").count() == 0


# --- accessibility ---


@pytest.mark.parametrize(
    ("fragment", "scheme"),
    [
        ("", "light"),
        ("#node=tom", "dark"),
        ("#tie=ana~support~bridge", "light"),
        ("#path=ana~council", "dark"),
        ("#view=timeline", "light"),
        ("#view=table", "dark"),
        ("#story=1", "light"),
    ],
)
def test_axe_finds_no_serious_violation(opened, fragment, scheme):
    from axe_playwright_python.sync_playwright import Axe

    picture = replace(over_months(), story=told(), title="Told in months")
    with opened(picture, fragment, color_scheme=scheme) as page:
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        found = Axe().run(page).response["violations"]
        serious = [v for v in found if v["impact"] in ("serious", "critical")]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in serious] == []


# --- the story ---


def told() -> tuple[Step, ...]:
    return (
        Step("Two sides <b>", "Ana is for it.\n\nTom is not.", ("x:s/ana", "x:s/tom")),
        Step("One tie", "Here.", (), (0,)),
        Step("All", ""),
    )


def test_story_is_told_step_by_step(opened):
    picture = replace(dispute(), title="A story", story=told(), opens="story=1")
    with opened(picture) as page:
        title = page.locator("#story-title")
        assert title.inner_text() == "Two sides <b>"
        assert page.locator("#story-text p").all_inner_texts() == ["Ana is for it.", "Tom is not."]
        assert page.locator("#story-back").is_disabled()
        page.keyboard.press("ArrowRight")
        assert title.inner_text() == "One tie"
        assert "Step 2 of 3" in page.locator("#status").inner_text()
        bright = page.evaluate("[...kcgraph.lit().nodes].map((id) => kcgraph.nodes[id].name)")
        assert set(bright) == {"Ana Núñez", "new bridge"}
        address = page.evaluate("location.hash")
        page.get_by_role("button", name="Next").click()
        assert page.locator("#story-next").is_disabled()
        page.keyboard.press("ArrowLeft")
        assert title.inner_text() == "One tie"
        page.keyboard.press("Escape")
        assert page.locator("#story").is_hidden()
        page.get_by_role("button", name="Tell the story").click()
        assert title.inner_text() == "Two sides <b>"
    with opened(picture, address) as page:
        assert page.locator("#story-title").inner_text() == "One tie"


def focused(page) -> str:
    """What has the focus, visibly: its id, else its words."""
    return page.evaluate(
        """() => {
          const here = document.activeElement;
          if (!here.matches(":focus-visible")) return `unseen ${here.tagName}`;
          return here.id || (here.closest("#panel") ? "panel " : "") + here.innerText;
        }"""
    )


def test_keyboard_reads_on_in_the_panel_and_comes_back(opened):
    with opened(over_months()) as page:
        press = page.keyboard.press
        press("Tab")
        press("Enter")  # the link to the table works while the picture is shown
        assert focused(page) == "rows" and page.locator("#table").is_visible()
        for _ in range(5):
            press("Tab")
        assert focused(page) == "Ana Núñez"
        press("Enter")
        assert focused(page) == "panel Ana Núñez"
        press("Escape")
        assert focused(page) == "Ana Núñez"
        press("/")
        page.keyboard.type("reed")
        press("Enter")
        assert focused(page) == "panel Tom Reed"
        page.locator("#close").press("Enter")
        assert focused(page) == "search"
        page.get_by_role("button", name="Timeline").press("Enter")
        page.locator("#timeline").get_by_role("button", name="opposes").press("Enter")
        assert focused(page) == "panel Tom Reed opposes new bridge"
        press("Escape")
        assert "opposes" in focused(page)


def test_keyboard_stays_where_it_is_while_the_panel_changes(opened):
    with opened(dispute()) as page:
        press = page.keyboard.press
        panel = page.locator("#panel")
        page.locator("#canvas").focus()
        press("ArrowRight")
        name = panel_title(page)
        press("Enter")
        assert focused(page) == f"panel {name}"
        panel.get_by_role("button", name="1", exact=True).press("Enter")
        assert focused(page) == "panel 1"
        panel.get_by_role("button", name="all", exact=True).press("Enter")
        panel.get_by_role("button", name="Pin").press("Enter")
        assert focused(page) == "panel Pin"
        panel.get_by_role("button", name="Path to").press("Enter")
        assert focused(page) == "search"
        press("Escape")  # gives up the path, not what is chosen
        assert focused(page) == "panel Path to …" and panel_title(page) == name
        panel.get_by_role("button", name="Hide").press("Enter")
        assert focused(page) == "canvas" and name not in names_shown(page)
        page.get_by_role("button", name="Show everything").press("Enter")
        assert focused(page) == "unseen BODY" or "unseen" not in focused(page)
        press("?")
        assert page.locator("#keys").is_visible()
        press("Escape")
        assert page.locator("#keys").is_hidden()


def test_keyboard_is_not_lost_when_a_story_begins_and_ends(opened):
    with opened(replace(dispute(), title="Keys of a story", story=told())) as page:
        page.get_by_role("button", name="Tell the story").press("Enter")
        assert focused(page) == "story-next"
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        assert focused(page) == "story-back"
        page.locator("#story-close").press("Enter")
        assert focused(page) == "tell"


def test_a_row_far_down_stays_where_it_is_when_it_is_read(opened):
    with opened(large(300), "#view=table") as page:
        page.locator("#more-rows").press("Enter")
        row = page.locator("#table tbody tr").nth(150)
        row.locator("a").first.press("Enter")
        assert page.locator("#table tbody tr").count() > 150
        assert page.locator("#positions").evaluate("(box) => box.scrollTop") > 0
        page.keyboard.press("Escape")
        assert row.locator("a").first.evaluate("(link) => link === document.activeElement")


def test_touch_opens_a_dossier(opened):
    with opened(dispute(), viewport={"width": 390, "height": 800}, has_touch=True) as page:
        page.touchscreen.tap(*node_place(page, "Tom Reed"))
        page.wait_for_selector("#panel:not([hidden])")
        assert panel_title(page) == "Tom Reed"


# --- large pictures ---


def test_a_large_picture_opens_folded_and_unfolds_on_demand(opened):
    with opened(large(2500)) as page:
        assert "2,500 nodes are too many" in page.locator(".folding").inner_text()
        at_first = page.evaluate("kcgraph.drawn().ids.size")
        assert 0 < at_first <= 400
        page.locator("#search").fill("Node number 2400")
        page.keyboard.press("Enter")
        assert panel_title(page) == "Node number 2400"
        assert page.evaluate("kcgraph.drawn().ids.has(2400)")
        hub = page.evaluate("[...kcgraph.drawn().rest].find(([, count]) => count > 2)[0]")
        page.evaluate("(node) => kcgraph.choose({ node })", hub)
        page.locator("#panel").get_by_role("button", name="Unfold").click()
        assert page.evaluate("kcgraph.drawn().ids.size") > at_first
        assert "unfold=" in page.evaluate("location.hash")
        page.locator("#panel").get_by_role("button", name="Fold in").click()
        page.get_by_role("button", name="Table").click()
        assert page.locator("#table tbody tr").count() <= 400
        page.get_by_placeholder("Filter these rows").fill("Sentence 2222 ")
        assert page.locator("#table tbody tr").count() >= 1


def canvas_corner(page) -> list[int]:
    """Red, green and blue of the canvas near its corner."""
    return page.evaluate(
        """() => {
          const copy = new OffscreenCanvas(4, 4).getContext("2d", { willReadFrequently: true });
          copy.drawImage(document.querySelector("canvas"), 0, 0);
          return [...copy.getImageData(2, 2, 1, 1).data].slice(0, 3);
        }"""
    )


def test_dark_by_the_reader_s_system_or_by_the_button(opened):
    with opened(dispute(), color_scheme="dark") as page:
        assert max(canvas_corner(page)) < 60
        page.get_by_role("button", name="Switch between light and dark").click()
        page.wait_for_timeout(100)
        assert min(canvas_corner(page)) > 200
        background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert background == "rgb(253, 252, 249)"


@pytest.mark.parametrize("fragment", ["", "#view=table", "#node=tom", "#node=tom&view=table"])
def test_fits_a_narrow_screen(opened, fragment):
    narrow = {"width": 360, "height": 740}
    with opened(dispute(), fragment, viewport=narrow, has_touch=True, is_mobile=True) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        inputs = page.locator("#search").bounding_box()
        assert inputs["x"] >= 0 and inputs["x"] + inputs["width"] <= 360
        if "node" in fragment:
            assert page.locator("#panel").is_visible()


def test_hostile_text_is_shown_and_never_run(opened):
    with opened(hostile()) as page:
        assert page.evaluate("window.hacked") is None
        for n in range(len(HOSTILE)):
            page.evaluate("(id) => kcgraph.choose({ node: id })", n)
            page.evaluate("(id) => kcgraph.choose({ edge: id })", n)
        page.evaluate("kcgraph.choose({ node: 0 })")
        assert panel_title(page) == HOSTILE[0]
        assert page.locator("a:not([href^='#'])").count() == 0
        for typed in (HOSTILE[1], "onload", "👩‍👩‍👧‍👦"):
            page.locator("#search").fill(typed)
            assert page.get_by_role("option").count() >= 1
        page.locator("#search").press("Escape")
        box = page.locator("#canvas").bounding_box()
        for x in range(40, int(box["width"]), 90):
            page.mouse.move(box["x"] + x, box["y"] + box["height"] / 2)
        page.get_by_role("button", name="Table").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        assert page.evaluate("window.hacked") is None


def test_without_script_the_table_says_it_all(opened):
    with opened(dispute(), java_script_enabled=False) as page:
        assert page.locator("noscript p").first.is_visible()
        assert "needs JavaScript" in page.locator("noscript p").first.inner_text()
        assert page.locator("tbody tr").count() == 5
        assert page.locator("noscript strong", has_text="We need it").is_visible()
        assert page.locator("#canvas").is_hidden()
        assert page.locator("#search").is_hidden()


def test_if_the_viewer_fails_the_table_is_there(browser, tmp_path):
    file = tmp_path / "broken.html"
    file.write_text(render_page(dispute()), encoding="utf-8")
    page = browser.new_page()
    page.add_init_script("delete window.JSON")
    page.goto(file.as_uri())
    assert page.locator("tbody tr").first.is_visible()
    assert page.locator("#canvas").is_hidden()
    page.close()


@contextmanager
def on_paper(page) -> Iterator[None]:
    """While the page is printed."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    yield
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")


def test_on_paper_there_are_picture_and_table_but_no_controls(opened):
    with opened(dispute(), color_scheme="dark") as page:
        with on_paper(page):
            assert page.locator("#canvas").is_visible()
            assert page.locator("#table").is_visible()
            assert page.locator("#search").is_hidden()
            page.wait_for_timeout(100)
            assert min(canvas_corner(page)) == 255
        page.wait_for_timeout(100)
        assert max(canvas_corner(page)) < 60


def test_the_printed_picture_is_dense_white_and_followed_by_a_table(opened):
    with opened(dispute(), color_scheme="dark", viewport={"width": 700, "height": 900}) as page:
        before = page.evaluate("devicePixelRatio")
        with on_paper(page):
            page.wait_for_timeout(100)
            assert canvas_corner(page) == [255, 255, 255]
            assert page.evaluate("document.querySelector('canvas').width") == 2600
            narrow = page.evaluate(
                "getComputedStyle(document.querySelector('#table tbody tr')).display"
            )
            assert narrow == "table-row"  # paper is narrow, but no phone
            sources = page.locator(".sources")
            assert sources.is_visible()
            assert "https://example.org/1" in sources.inner_text()
        assert page.evaluate("devicePixelRatio") == before
        assert sources.is_hidden()


SOMETHING_DARK = """(sheet) => {
  const { data } = sheet.getContext("2d").getImageData(0, 0, sheet.width, sheet.height);
  return data.some((value, n) => n % 4 < 3 && value < 128);
}"""


def test_long_columns_are_printed_on_several_sheets(opened):
    people = tuple(Node(f"x:s/{n}", f"Person number {n}", NodeKind.PERSON) for n in range(60))
    issues = tuple(Node(f"x:i/{n}", f"issue number {n}", NodeKind.ISSUE) for n in range(60))
    said = (passage("x:a/1", RIVER, "We need it"),)
    edges = tuple(
        Edge(p.id, i.id, TieKind.DEMAND, said, addressees=(people[0].id,))
        for p, i in zip(people, issues, strict=True)
    )
    board = demand_view(
        Picture("A board", people + issues, edges, (Source("x:a/1", "Bridge or ferry?"),))
    )
    with opened(board) as page:
        with on_paper(page):
            sheets = page.locator("#sheets canvas")
            assert 3 <= sheets.count() <= 8
            assert page.get_by_text(f"Sheet 1 of {sheets.count()}").is_visible()
            assert page.locator("#canvas").is_hidden()
            assert all(sheets.nth(n).evaluate(SOMETHING_DARK) for n in range(sheets.count()))
        assert sheets.count() == 0 and page.locator("#canvas").is_visible()


def parts_of_a_picture(count: int, ring: int) -> Picture:
    """`count` groups of `ring` stakeholders and issues each, which have nothing to do with each
    other."""
    said = (passage("x:a/1", RIVER, "We need it"),)
    nodes, edges = [], []
    for part in range(count):
        for n in range(ring):
            kind = NodeKind.ISSUE if n % 2 else NodeKind.PERSON
            nodes.append(Node(f"x:n/{part}-{n}", f"{kind.value} {part} of {n}", kind))
            if kind is NodeKind.PERSON:
                for to in (n + 1, (n + 3) % ring):
                    edges.append(Edge(nodes[-1].id, f"x:n/{part}-{to}", TieKind.SUPPORT, said))
    source = Source("x:a/1", "Bridge or ferry?")
    return Picture(f"{count} parts", tuple(nodes), tuple(edges), (source,))


def test_what_hangs_together_is_printed_on_one_sheet(opened):
    with opened(parts_of_a_picture(9, 16)) as page:
        with on_paper(page):
            sheets = page.locator("#sheets canvas")
            assert 2 <= sheets.count() <= 8
            assert page.get_by_text(f"Sheet 1 of {sheets.count()}").is_visible()
            assert page.locator("#canvas").is_hidden()
            assert page.locator("#too-small").is_hidden()
            assert all(sheets.nth(n).evaluate(SOMETHING_DARK) for n in range(sheets.count()))
        assert sheets.count() == 0 and page.locator("#canvas").is_visible()


def test_what_no_sheet_can_hold_is_printed_small_and_says_so(opened):
    with opened(large(400)) as page:
        with on_paper(page):
            assert page.locator("#sheets canvas").count() == 0
            assert page.locator("#canvas").is_visible()
            assert page.get_by_text("Names that are too small here are in the table").is_visible()
        assert page.locator("#too-small").is_hidden()


def test_a_story_is_printed_with_all_its_steps(opened):
    picture = replace(dispute(), title="Told on paper", story=told())
    with opened(picture) as page:
        page.get_by_role("button", name="Tell the story").click()
        with on_paper(page):
            printed = page.locator(".whole-story").inner_text()
            assert all(step.title in printed for step in picture.story)
            assert page.evaluate("kcgraph.lit()") is None  # nothing is printed pale
        assert page.evaluate("kcgraph.lit()") is not None
        assert page.locator(".whole-story").is_hidden()


def test_a_story_can_be_read_without_script(opened):
    picture = replace(dispute(), title="Told without script", story=told())
    with opened(picture, java_script_enabled=False) as page:
        assert page.locator(".whole-story").is_visible()


def test_columns_open_readably_on_a_narrow_screen(opened):
    narrow = {"width": 360, "height": 740}
    board = replace(demand_view(dispute()), title="Demands, narrow")
    with opened(board, viewport=narrow, has_touch=True, is_mobile=True) as page:
        assert page.evaluate("kcgraph.network.getScale()") >= 0.75
        for name in ("ferry workers", "keeping the ferry"):  # the first two columns are in view
            x, _ = node_place(page, name)
            assert 40 < x < 320
        note = page.locator("#beyond")
        assert "This is the beginning" in note.inner_text()
        page.get_by_role("button", name="Show the whole picture").click()
        assert "beginning" not in note.inner_text()
        x, _ = node_place(page, "Ashby Council")
        assert 0 < x < 360


def test_a_place_in_columns_is_the_same_on_every_screen(opened):
    board = replace(demand_view(dispute()), title="Demands, linked")
    with opened(board, "#pin=workers~-400~70") as page:
        wide = page.evaluate(
            "kcgraph.network.getPosition(kcgraph.nodes.find((n) => n.key === 'workers').id)"
        )
    with opened(board, "#pin=workers~-400~70", viewport={"width": 360, "height": 740}) as page:
        near = page.evaluate(
            "kcgraph.network.getPosition(kcgraph.nodes.find((n) => n.key === 'workers').id)"
        )
        page.get_by_role("button", name="Nearer").click()
        page.wait_for_url("**pin=workers%7E-400%7E70**")
    assert (wide["x"], near["x"]) == (-400, -200)


def test_names_that_are_left_out_from_far_away_are_promised(opened):
    with opened(large(300)) as page:
        assert "Go nearer" in page.locator("#beyond").inner_text()
        for _ in range(9):
            page.get_by_role("button", name="Nearer").click()
        assert page.locator("#beyond").is_hidden()


def test_the_timeline_tells_dates_on_a_narrow_screen(opened):
    with opened(over_months(), "#view=timeline", viewport={"width": 360, "height": 740}) as page:
        cells = "[...document.querySelectorAll('.timeline td:not(:empty)')]"
        told = f"{cells}.map((cell) => getComputedStyle(cell, '::before').content)"
        assert '"5 Jan 2024"' in page.evaluate(told)


def test_verbs_agree_with_those_who_act(opened):
    with opened(dispute()) as page:
        page.evaluate("kcgraph.choose({ edge: 1 })")
        assert panel_title(page) == "ferry workers demand keeping the ferry"
        page.evaluate("kcgraph.choose({ edge: 0 })")
        assert panel_title(page) == "Ana Núñez supports new bridge"


def test_nodes_stay_where_they_are_unless_set_in_motion(opened):
    with opened(dispute()) as page:
        before = page.evaluate("kcgraph.network.getPositions()")
        page.wait_for_timeout(300)
        assert page.evaluate("kcgraph.network.getPositions()") == before
        page.get_by_role("button", name="Motion").click()
        page.wait_for_timeout(500)
        assert page.evaluate("kcgraph.network.getPositions()") != before


def test_an_empty_picture_says_so(opened):
    with opened(Picture("Nothing", (), ())) as page:
        assert page.locator("#empty").is_visible()
        page.keyboard.press("/")
        page.keyboard.type("a")
        page.keyboard.press("Escape")
        page.keyboard.press("ArrowDown")


def test_a_large_picture_glides_and_is_drawn_anew_when_it_rests(opened):
    pixels = """() => {
      const canvas = document.querySelector("#canvas canvas");
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      return data.reduce((sum, value) => (sum * 31 + value) | 0, 0);
    }"""
    with opened(large(300)) as page:
        page.evaluate("kcgraph.choose({})")
        box = page.locator("#canvas").bounding_box()
        before = page.evaluate("kcgraph.network.getViewPosition()")
        page.mouse.move(box["x"] + 4, box["y"] + 4)
        page.mouse.down()
        page.mouse.move(box["x"] + 140, box["y"] + 90, steps=6)
        page.mouse.up()
        page.wait_for_url("**at=**")
        assert page.evaluate("kcgraph.network.getViewPosition()") != before
        shown = page.evaluate(pixels)
        page.evaluate("kcgraph.network.redraw()")
        assert page.evaluate(pixels) == shown


def test_a_thousand_nodes_open_and_can_be_searched(opened):
    with opened(large(1000)) as page:
        assert len(names_shown(page)) == 1000
        page.locator("#search").fill("alias 777")
        page.keyboard.press("Enter")
        assert panel_title(page) == "Node number 777"
