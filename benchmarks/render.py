"""How big a picture is and how soon it can be used, in Chromium, beside two other viewers.

    python benchmarks/render.py [--cytoscape FILE] [--alone] [--patience 120] [NODES ...]

For made-up graphs with three ties a node: seconds to make the page, its size and what it is above
its data, and, from the start of loading: milliseconds to first paint and to usable; then those to
draw one frame anew at another scale, and one while the picture is dragged with the mouse. The
median of three loadings; the machine decides, so compare only what was measured together. Usable
is: for kcgraph drawn and wired; for pyvis as it comes (`in_line`, physics on) its first drawing,
after it has stabilized; for Cytoscape.js (of which you give a copy) ready, in its default layout.
What is not usable after `--patience` seconds is given up, at the first loading. `--alone` leaves
the others out. Cytoscape.js: `npm pack cytoscape`, then `tar xf` and
`package/dist/cytoscape.min.js`.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from pictures import large

from kcgraph.render.page import render_page
from kcgraph.render.picture import Picture

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
LOADINGS = 3
HEAD = "viewer       make s      MB  above data"
FRAME = """() => new Promise((done) => {
  const { network } = window.kcgraph;
  const times = [];
  let scale = network.getScale();
  const step = () => {
    const start = performance.now();
    network.moveTo({ scale: (scale *= 1.03) });
    network.redraw();
    times.push(performance.now() - start);
    if (times.length < 15) requestAnimationFrame(step);
    else done(times.sort((a, b) => a - b)[7]);
  };
  step();
})"""
TIME_DRAWING = """() => {
  const { renderer } = window.kcgraph.network;
  const draw = renderer._redraw.bind(renderer);
  window.drawings = [];
  renderer._redraw = (...hidden) => {
    const start = performance.now();
    draw(...hidden);
    window.drawings.push(performance.now() - start);
  };
}"""
PAINT = """performance.getEntriesByType("paint").at(-1)?.startTime ?? null"""  # contentful, if told
READY = "kcgraph-ready"
TELL = """new PerformanceObserver((list) => {
  if (list.getEntriesByName("kcgraph-ready").length) console.debug("kcgraph-ready");
}).observe({ entryTypes: ["mark"] })"""
WATCH = """(() => {
  const timer = setInterval(() => {
    if (!window.network || !window.network.once) return;
    clearInterval(timer);
    window.network.once("afterDrawing", () => performance.mark("kcgraph-ready"));
  }, 10);
})()"""
CYTOSCAPE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Cytoscape.js</title>
<style>#cy { width: 1200px; height: 700px; }</style><div id="cy"></div><script>%s</script><script>
const cy = cytoscape({ container: document.getElementById("cy"), elements: %s,
  style: [{ selector: "node", style: { label: "data(label)" } }] });
cy.ready(() => performance.mark("kcgraph-ready"));</script></html>"""


def usable(page: Page, url: str, patience: float) -> tuple[float, float]:
    """Milliseconds to first paint and to usable. Raises TooLate after `patience` seconds."""
    page.goto("about:blank")
    # waiting for a message ends in time even while the page computes and answers nothing
    with page.expect_console_message(lambda m: m.text == READY, timeout=patience * 1000):
        page.goto(url, wait_until="commit", timeout=patience * 1000)
    mark = page.evaluate("performance.getEntriesByName('kcgraph-ready')[0].startTime")
    return page.evaluate(PAINT) or mark, mark


def panning(page: Page) -> float:
    """Milliseconds to draw one frame while the picture is dragged, the median of all but the last
    one, which is drawn when it rests."""
    page.evaluate(TIME_DRAWING)
    box = page.locator("#canvas").bounding_box() or {"x": 0, "y": 0}
    x, y = box["x"] + 3, box["y"] + 3
    page.mouse.move(x, y)
    page.mouse.down()
    for n in range(20):
        page.mouse.move(x + 6 * n, y + 4 * n)
    drawings: list[float] = page.evaluate("drawings")
    page.mouse.up()
    return statistics.median(drawings)


def as_pyvis(picture: Picture) -> str:
    from pyvis.edge import Edge
    from pyvis.network import Network

    net = Network(cdn_resources="in_line", directed=True)
    for node in picture.nodes:
        net.add_node(node.id, label=node.label)
    for edge in picture.edges:  # as add_edge does, but for a search through all nodes each time
        net.edges.append(Edge(edge.source, edge.target, True, title=edge.kind.value).options)
    return net.generate_html()


def as_cytoscape(picture: Picture, library: Path) -> str:
    nodes = [{"data": {"id": n.id, "label": n.label}} for n in picture.nodes]
    ties = [{"data": {"source": e.source, "target": e.target}} for e in picture.edges]
    return CYTOSCAPE % (library.read_text(encoding="utf-8"), json.dumps(nodes + ties))


def above_data(html: str) -> int:
    """Characters of the page that are not data: neither the island nor the plain table."""
    data = re.search(r'id="kcgraph-data">(.*?)</script>', html, re.S)
    rows = re.search(r"<noscript.*?</noscript>", html, re.S)
    return len(html) - sum(len(m[0]) for m in (data, rows) if m)


def measure(
    browser: Browser, file: Path, viewer: str, making: float, html: str, patience: float
) -> None:
    """Load a page three times and print a row."""
    page = browser.new_page()
    page.route(re.compile("^https?:"), lambda route: route.abort())
    page.add_init_script(TELL)
    if viewer == "pyvis":
        page.add_init_script(WATCH)
    ours = viewer == "kcgraph"
    above = f"{above_data(html) / 1e6:10.2f}" if ours else f"{'':10}"
    start = f"{viewer:10} {making:8.1f} {len(html.encode()) / 1e6:7.2f} {above}"
    try:
        runs = [usable(page, file.as_uri(), patience) for _ in range(LOADINGS)]
        paint, ready = (statistics.median(column) for column in zip(*runs, strict=True))
        frame = f"{page.evaluate(FRAME):10.0f} {panning(page):8.0f}" if ours else ""
        print(f"{start} {paint:10.0f} {ready:11.0f} {frame}", flush=True)
    except TooLate:
        print(f"{start} {'':10} not usable after {patience:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nodes", nargs="*", type=int, default=[100, 1000, 5000, 20000])
    parser.add_argument("--cytoscape", type=Path, help="a copy of cytoscape.min.js")
    parser.add_argument("--alone", action="store_true", help="kcgraph only")
    parser.add_argument("--patience", type=float, default=120, help="seconds to wait for a page")
    asked = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for count in asked.nodes:
            picture = large(count)
            print(f"\n{count:,} nodes, {len(picture.edges):,} ties")
            print(f"{HEAD}   paint ms   usable ms   frame ms   pan ms")
            makers = {"kcgraph": render_page}
            if not asked.alone:
                makers["pyvis"] = as_pyvis
                if asked.cytoscape:
                    makers["cytoscape"] = lambda p: as_cytoscape(p, asked.cytoscape)
            for viewer, make in makers.items():
                start = time.perf_counter()
                html = make(picture)
                making = time.perf_counter() - start
                file = Path(folder) / f"{viewer}-{count}.html"
                file.write_text(html, encoding="utf-8")
                browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
                measure(browser, file, viewer, making, html, asked.patience)
                browser.close()


if __name__ == "__main__":
    main()
