"""What reading hands on: drafts between its own steps, and results to whoever called it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from kcgraph.model import Article


class Unreadable(Exception):
    """Raised inside reading: this input gives no article; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An input that gave no article. `origin` names the file (and line or record)."""

    origin: str
    message: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth saying about an input that was read all the same."""

    origin: str
    message: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An input whose text is that of `article`, which was read before from `first`."""

    origin: str
    article: str
    first: str

    @property
    def message(self) -> str:
        return f"the same text as {self.first} ({self.article}); read once"


Result = Article | Problem | Notice | Duplicate


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is said about an article beside its text; None where nothing is said.

    `date` is ISO 8601 (YYYY-MM-DD, YYYY-MM or YYYY), `id` a wish that becomes a slug.
    """

    title: str | None = None
    date: str | None = None
    publisher: str | None = None
    url: str | None = None
    id: str | None = None

    def filled_from(self, other: Metadata) -> Metadata:
        """These values, and those of `other` where there is none."""
        gaps = {f.name: getattr(other, f.name) for f in fields(self) if not getattr(self, f.name)}
        return replace(self, **gaps)


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that has no id yet. `path` is relative to the folder that was named."""

    origin: str
    text: str
    metadata: Metadata
    stem: str = ""
    path: str = ""
    notices: tuple[str, ...] = ()


Found = Draft | Problem | Notice
