"""Where each page is: paths from the root of the site, and relative links between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from kcgraph.vocab import digest, slug

KINDS = ("stakeholder", "issue", "article")
INDEX = "index"

# names that Windows keeps for itself, whatever follows the first dot
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{port}{n}" for port in ("com", "lpt") for n in range(10)]
)


def safe_name(text: str) -> str:
    """`text` as a name of a file and a part of a URL, on every system: itself, if it is one.

    Small ASCII letters, digits and hyphens, at most 100. Different texts have different names: what
    has to be changed ends in a digest of the whole.
    """
    if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,99}", text) and text not in _RESERVED:
        return text
    return f"{slug(text, 60)[:60].strip('-')}-{digest(text)}"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Paths of pages, such as `stakeholder/quinton-lucas`; a `suffix` (`.html`) ends each in links.

    `base` is that of the IRIs of the store.
    """

    base: str
    suffix: str = ""

    def of(self, iri: str) -> str | None:
        """The path of the page about the stakeholder, issue or article `iri`, None for others."""
        kind, _, key = iri.removeprefix(self.base).partition("/")
        if not iri.startswith(self.base) or kind not in KINDS or not key:
            return None
        return f"{kind}/{safe_name(key)}"

    def of_demand(self, holder: str, issue: str) -> str:
        """The path of the page about what `holder` demands on `issue` (IRIs)."""
        ends = (iri.removeprefix(self.base).partition("/")[2] or iri for iri in (holder, issue))
        return f"demand/{safe_name('--'.join(ends))}"

    def link(self, here: str, there: str, fragment: str = "") -> str:
        """The relative link from the page `here` to the page `there`."""
        target = there + self.suffix
        if not self.suffix and there == INDEX:
            target = ""
        return self.up(here) + target + (f"#{quote(fragment)}" if fragment else "") or "./"

    def up(self, here: str) -> str:
        """The way from the page `here` to the root of the site; empty if it is there."""
        return "../" * here.count("/")

    def file(self, page: str) -> str:
        """The name of the file of a page, below the root."""
        return page + self.suffix
