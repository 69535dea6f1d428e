"""How big a picture is and how soon it can be used, in Chromium.

    python benchmarks/render.py [NODES ...]

For made-up graphs with three ties a node: seconds to make the page, its size and what it is above
its data, and, from the start of loading: milliseconds to first paint, to usable (drawn, wired), and
to draw one frame while zooming. The median of three loadings; the machine decides, so compare
only what was measured together.
"""

from __future__ import annotations

import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from pictures import large

from kcgraph.render.page import render_page

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
LOADINGS = 3
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
PAINT = """() => new Promise((done) => {
  const look = () => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    if (paint) done(paint.startTime);
    else requestAnimationFrame(look);
  };
  look();
})"""


def loaded(page: Page, url: str) -> tuple[float, float, float]:
    """Milliseconds to first paint, to usable, and for a frame."""
    page.goto("about:blank")
    page.goto(url, wait_until="commit")
    page.wait_for_selector("html[data-ready=yes]", timeout=120_000)
    usable = page.evaluate("performance.getEntriesByName('kcgraph-ready')[0].startTime")
    return page.evaluate(PAINT), usable, page.evaluate(FRAME)


def main(counts: list[int]) -> None:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))))
    print("nodes   ties   make s   MB    above data MB   paint ms   usable ms   frame ms")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for count in counts:
            picture = large(count)
            start = time.perf_counter()
            html = render_page(picture)
            making = time.perf_counter() - start
            file = Path(folder) / f"{count}.html"
            file.write_text(html, encoding="utf-8")
            data = re.search(r'id="kcgraph-data">(.*?)</script>', html, re.S)
            rows = re.search(r"<tbody>(.*?)</tbody>", html, re.S)
            above = len(html) - sum(len(m[1]) for m in (data, rows) if m)
            page = browser.new_page()
            runs = [loaded(page, file.as_uri()) for _ in range(LOADINGS)]
            paint, usable, frame = (statistics.median(column) for column in zip(*runs, strict=True))
            page.close()
            print(
                f"{count:5} {len(picture.edges):6} {making:8.1f} {len(html) / 1e6:5.2f} "
                f"{above / 1e6:14.2f} {paint:10.0f} {usable:11.0f} {frame:10.0f}"
            )
        browser.close()


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [100, 1000])
