"""A page as one HTML file that asks nobody for anything, for reading, printing and passing on.

No script runs and nothing is loaded: a Content-Security-Policy allows the style alone.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib import resources

import kcgraph
from kcgraph.boards.page import Page
from kcgraph.claims import Passage
from kcgraph.output import printable

# badge -> class of the style sheet
_LOOKS = {
    "ANSWERED": "good",
    "for": "good",
    "REFUSED": "bad",
    "against": "bad",
    "OPEN": "open",
}


def html(page: Page) -> str:
    """The whole file. What an article says is escaped; the same page gives the same text."""
    from jinja2 import Environment, PackageLoader
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("kcgraph.boards", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plain": _plain, "link": _link}
    style = (resources.files("kcgraph.boards") / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("page.html.j2").render(
        page=page,
        looks=_LOOKS,
        style=Markup(style),
        policy=f"default-src 'none'; base-uri 'none'; style-src 'sha256-{digest}'",
        version=kcgraph.__version__,
    )


def _plain(text: str) -> str:
    """`text` without what neither a page nor UTF-8 can hold."""
    return re.sub("[\ud800-\udfff]", "\ufffd", printable(text))


def _link(passage: Passage) -> str | None:
    """Where the article is on the web; an address that is none is no link."""
    url = passage.url or ""
    return url if url.startswith(("http://", "https://")) else None
