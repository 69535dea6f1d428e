"""A page for the eye: sections of entries, each with the passages that it rests on.

It is drawn as terminal text and as Markdown here, as HTML by `html`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from kcgraph.claims import Passage
from kcgraph.output import markdown_cell, printable


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with a short `badge` before it, the passages it rests on, and entries under it."""

    text: str
    badge: str = ""
    quotes: tuple[Passage, ...] = ()
    under: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A title, lines under it, and sections."""

    title: str
    lines: tuple[str, ...] = ()
    sections: tuple[Section, ...] = field(default=())

    def text(self, width: int = 100, *, colour: bool = False) -> str:
        """The page for a terminal of `width` columns; `colour` adds ANSI colours."""
        return "\n".join(_Text(width, colour).page(self)) + "\n"

    def markdown(self) -> str:
        """The page as Markdown, the words of the evidence in bold within their sentence."""
        return "\n".join(_markdown_page(self)) + "\n"


# --- drawing ---------------------------------------------------------------------------------

_COLOURS = {"ANSWERED": "32", "REFUSED": "31", "OPEN": "33", "for": "32", "against": "31"}


@dataclass(frozen=True, slots=True)
class _Text:
    width: int
    colour: bool
    # an answer stands under many demands
    _drawn: dict[tuple[Passage, str], tuple[str, ...]] = field(default_factory=dict)

    def page(self, page: Page) -> Iterator[str]:
        yield self._styled("1", printable(page.title))
        for line in page.lines:
            yield from self._wrapped(line, "")
        for section in page.sections:
            yield ""
            yield from (self._styled("1", line) for line in self._wrapped(section.title, ""))
            for entry in section.entries:
                yield from self._entry(entry, "  ")

    def _entry(self, entry: Entry, indent: str) -> Iterator[str]:
        badge = f"{entry.badge} " if entry.badge else ""
        first, *rest = self._wrapped(badge + entry.text, indent)
        at = len(indent) + len(entry.badge)
        colour = _COLOURS.get(entry.badge, "1" if entry.badge else "0")
        yield indent + self._styled(colour, entry.badge) + first[at:]
        yield from rest
        for quote in entry.quotes:
            key = quote, indent + "    "
            if key not in self._drawn:
                self._drawn[key] = tuple(self._quote(*key))
            yield from self._drawn[key]
        for child in entry.under:
            yield from self._entry(child, indent + "  ")

    def _quote(self, passage: Passage, indent: str) -> Iterator[str]:
        lines = self._wrapped(f"| {passage.sentence}", indent, "| ")
        source = f"— {printable(passage.where)}"
        if len(lines[-1]) + len(source) + 1 <= self.width:
            yield from lines[:-1]
            yield f"{lines[-1]} {self._styled('2', source)}"
        else:
            yield from lines
            yield from (self._styled("2", line) for line in self._wrapped(source, indent + "  "))

    def _wrapped(self, text: str, indent: str, hang: str = "") -> list[str]:
        text, width = " ".join(printable(text).split()), max(self.width, len(indent) + 20)
        if len(indent) + len(text) <= width:  # spares most of the time of a long page
            return [indent + text]
        return textwrap.wrap(
            text,
            width,
            initial_indent=indent,
            subsequent_indent=indent + (hang or "  "),
            break_on_hyphens=False,
        )

    def _styled(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text and code != "0" else text


def _markdown_page(page: Page) -> Iterator[str]:
    yield f"# {markdown_cell(page.title)}"
    for line in page.lines:
        yield f"\n{markdown_cell(line)}"
    for section in page.sections:
        yield f"\n## {markdown_cell(section.title)}\n"
        for entry in section.entries:
            yield from _markdown_entry(entry, "")


def _markdown_entry(entry: Entry, indent: str) -> Iterator[str]:
    badge = f"**{entry.badge}** " if entry.badge else ""
    yield f"{indent}- {badge}{markdown_cell(entry.text)}"
    for quote in entry.quotes:
        yield f"\n{indent}  > {_marked(quote)}  \n{indent}  > — {_linked(quote)}\n"
    for child in entry.under:
        yield from _markdown_entry(child, indent + "  ")


def _marked(passage: Passage) -> str:
    before, exact, after = passage.marked
    if not (before or after):
        return markdown_cell(passage.sentence)
    parts = [markdown_cell(before), f"**{markdown_cell(exact)}**", markdown_cell(after)]
    joined = parts[0] + (" " if before[-1:].isspace() else "") + parts[1]
    return joined + (" " if after[:1].isspace() else "") + parts[2]


def _linked(passage: Passage) -> str:
    where = markdown_cell(passage.where)
    safe = passage.url and passage.url.startswith(("http://", "https://"))
    return f"[{where}](<{passage.url}>)" if safe else where
