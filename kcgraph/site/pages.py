"""Pages of the site as HTML. Every text goes through the template's escaping, none around it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

import kcgraph
from kcgraph.claims import AttributionClaim, EventClaim, Passage, PositionClaim
from kcgraph.demands import Demand
from kcgraph.errors import NotFound
from kcgraph.render.page import long_date, plain, web_link
from kcgraph.site.addresses import INDEX, Addresses
from kcgraph.site.highlight import Piece, paragraphs
from kcgraph.site.library import Hit, Library, Reading
from kcgraph.site.sections import (
    MOST_SHOWN,
    Section,
    of_article,
    of_demand,
    of_issue,
    of_stakeholder,
)

if TYPE_CHECKING:
    from jinja2 import Environment

LISTS = ("demands", "stakeholders", "issues", "articles")
PER_PAGE = 300  # entries of a list on one page


@dataclass(frozen=True, slots=True)
class Offer:
    """What a site has beside its pages: the picture, and what only a server can do."""

    picture: bool = True
    query: bool = False
    feeds: bool = False
    data: bool = False  # Turtle and JSON-LD of each page


@dataclass(frozen=True, slots=True)
class About:
    """What the page about one thing is made of: `page` is its path, `label` what it is called."""

    page: str
    label: str
    template: str
    context: dict[str, Any]
    sections: list[Section]


class Pages:
    """Makes the pages of one library. `title` names the site."""

    def __init__(self, library: Library, addresses: Addresses, *, title: str, offer: Offer) -> None:
        self.library = library
        self.addresses = addresses
        self.offer = offer
        self._environment = _environment()
        self._common = {
            "site": title,
            "offer": offer,
            "version": kcgraph.__version__,
        }
        self._common |= _inlined() if addresses.suffix else {"static": False, "policy": None}

    # -- lists

    def index(self) -> str:
        library = self.library
        dates = sorted(a.date for a in library.articles.values() if a.date)
        return self._page(
            INDEX,
            "index.html.j2",
            counts=library.counts,
            first=dates[0] if dates else None,
            last=dates[-1] if dates else None,
            stakeholders=[s for s in library.stakeholders if s.positions][:12],
            issues=library.issues[:12],
            articles=list(library.articles.values())[:8],
            news=library.news[:10],
            demands=len(library.demands),
            open_demands=sum(d.status == "open" for d in library.demands),
        )

    def listing(self, name: str, number: int = 1) -> str | None:
        """A page of the list `name`, one of LISTS; None past its end."""
        entries = self._entries(name)
        last = self.list_pages(name)
        if not 1 <= number <= last:
            return None
        return self._page(
            name if number == 1 else f"{name}/{number}",
            "listing.html.j2",
            name=name,
            entries=entries[(number - 1) * PER_PAGE : number * PER_PAGE],
            total=len(entries),
            tellings=self.library.counts["demands"],
            number=number,
            last=last,
        )

    def list_pages(self, name: str) -> int:
        """How many pages the list `name` has, at least one."""
        return max(1, -(-len(self._entries(name)) // PER_PAGE))

    def _entries(self, name: str) -> Sequence[Any]:
        found: dict[str, Sequence[Any]] = {
            "demands": self.library.demands,
            "stakeholders": self.library.stakeholders,
            "issues": self.library.issues,
            "articles": list(self.library.articles.values()),
        }
        return found[name]

    # -- one thing

    def about(self, page: str) -> About:
        """What is known about the stakeholder, issue, article or demand at the path `page`.

        Raises NotFound if there is none.
        """
        demand = self.library.demand_pages.get(page)
        if demand is not None:
            return self._about_demand(page, demand)
        iri = self.library.pages.get(page)
        if iri is None:
            raise NotFound(f"no page {page}")
        kind = page.partition("/")[0]
        make = {
            "stakeholder": self._about_stakeholder,
            "issue": self._about_issue,
            "article": self._about_article,
        }
        return make[kind](page, iri)

    def thing(self, about: About) -> str:
        """The page about one thing."""
        sections = {s.name: s for s in about.sections}
        return self._page(about.page, about.template, sections=sections, **about.context)

    def section(self, about: About, name: str, number: int) -> str | None:
        """A further page, from 2 on, of the list `name` of a thing; None past its end."""
        found = next((s for s in about.sections if s.name == name), None)
        if found is None or not 1 < number <= found.last:
            return None
        return self._page(
            f"{about.page}/{name}/{number}",
            "section.html.j2",
            about=about,
            section=found,
            number=number,
            **about.context,
        )

    def _about_stakeholder(self, page: str, iri: str) -> About:
        found = self.library.dossier(iri)
        context = {"iri": iri, "dossier": found}
        return About(page, found.who.label, "stakeholder.html.j2", context, of_stakeholder(found))

    def _about_issue(self, page: str, iri: str) -> About:
        found = self.library.debate(iri)
        context = {"iri": iri, "debate": found}
        label = found.issue.named.label
        return About(page, label, "issue.html.j2", context, of_issue(found))

    def _about_article(self, page: str, iri: str) -> About:
        found = self.library.reading(iri)
        context = {"iri": iri, "reading": found, "text": _Text(found)}
        return About(page, found.article.title, "article.html.j2", context, of_article(found))

    def _about_demand(self, page: str, demand: Demand) -> About:
        alike = [
            d
            for d in self.library.demands
            if d.issue.iri == demand.issue.iri and d.holder.iri != demand.holder.iri
        ]
        label = f"{demand.holder.label} {demand.holder.does('demands')} {demand.issue.label}"
        return About(page, label, "demand.html.j2", {"demand": demand}, of_demand(demand, alike))

    # -- everything else

    def network(self) -> str:
        return self._page("network", "network.html.j2")

    def search(self, words: str | None, hits: Sequence[Hit] = (), number: int = 1) -> str:
        """Results of a search; without `words` the page that searches by script."""
        return self._page(
            "search",
            "search.html.j2",
            words=words,
            hits=hits[(number - 1) * MOST_SHOWN : number * MOST_SHOWN],
            total=len(hits),
            number=number,
            last=max(1, -(-len(hits) // MOST_SHOWN)),
            search_island=Markup(_island(self.library.index)) if words is None else "",
        )

    def other(self, here: str, template: str, **context: Any) -> str:
        """A page that is made elsewhere, in the frame of the site."""
        return self._page(here, template, **context)

    def _page(self, here: str, template: str, **context: Any) -> str:
        def to(page: str, fragment: str = "") -> str:
            return self.addresses.link(here, page, fragment)

        def page_of(iri: str) -> str | None:
            there = self.addresses.of(iri)
            known = there is not None and there in self.library.pages
            return to(there) if there and known else None

        def demand_page(demand: Demand) -> str:
            return to(self.addresses.of_demand(demand.holder.iri, demand.issue.iri))

        def place_of(passage: Passage) -> str | None:
            there = self.addresses.of(passage.article)
            return to(there, f"p{passage.start}-{passage.end}") if there else None

        return self._environment.get_template(template).render(
            self._common,
            here=here,
            up=self.addresses.up(here),
            to=to,
            page_of=page_of,
            demand_page=demand_page,
            place_of=place_of,
            most=MOST_SHOWN,
            **context,
        )


def _island(hits: Sequence[Hit]) -> str:
    """JSON that no HTML parser can read as markup: ASCII, with `<`, `>` and `&` escaped."""
    rows = [[h.kind, plain(h.label), plain(h.about), h.page, h.text] for h in hits]
    text = json.dumps(rows, ensure_ascii=True, separators=(",", ":"))
    return re.sub("[<>&]", lambda m: f"\\u{ord(m[0]):04x}", text)


def _inlined() -> dict[str, Any]:
    """Style and script within the page, and the policy that allows these and nothing else.

    For files: what "self" means there is not the same in all browsers.
    """
    style, script = asset("site.css"), asset("site.js")
    policy = (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'self' file:;"
        " frame-src 'self' file:;"
        f" script-src '{digest_of(script)}'; style-src '{digest_of(style)}'"
    )
    return {
        "static": True,
        "policy": policy,
        "inline_style": Markup(style),
        "inline_script": Markup(script),
    }


def asset(name: str) -> str:
    """The text of a style sheet or script of the site."""
    return resources.files("kcgraph.site").joinpath("assets", name).read_text("utf-8")


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("kcgraph.site", "assets"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )
    environment.filters |= {
        "day": long_date,
        "web": web_link,
        "number": lambda n: f"{n:,}",
    }
    return environment


# --- the text of an article ----------------------------------------------------------------------

Claim = PositionClaim | AttributionClaim | EventClaim


@dataclass(frozen=True, slots=True)
class _Shown:
    """A piece of the text: its kind, where its claims begin, and the page of who is named there."""

    text: str
    start: int
    end: int
    kind: str
    anchors: tuple[str, ...]
    who: str | None


class _Text:
    """The text of an article in paragraphs of pieces, marked by what was read there."""

    def __init__(self, reading: Reading) -> None:
        marks = [
            (p.start, p.end, kind)
            for kind, claims in (
                ("position", reading.positions),
                ("event", reading.events),
                ("said", reading.attributions),
            )
            for claim in claims
            for p in claim.evidence
            if p.article == reading.article.iri
        ]
        self._marks = sorted(set(marks))
        self._mentions = reading.mentions
        spans = [(start, end) for start, end, _ in self._marks]
        spans += [(m.start, m.end) for m in self._mentions]
        self.paragraphs = [
            [self._shown(piece) for piece in line] for line in paragraphs(reading.text, spans)
        ]

    def _shown(self, piece: Piece) -> _Shown:
        count = len(self._marks)
        kinds = {self._marks[n][2] for n in piece.covered if n < count}
        anchors = [self._marks[n][:2] for n in piece.begins if n < count]
        named = [self._mentions[n - count] for n in piece.covered if n >= count]
        inner = min(named, key=lambda m: m.end - m.start, default=None)
        return _Shown(
            piece.text,
            piece.start,
            piece.end,
            next((k for k in ("position", "event", "said") if k in kinds), ""),
            tuple(dict.fromkeys(f"p{start}-{end}" for start, end in anchors)),
            inner.who.iri if inner else None,
        )


def digest_of(content: str) -> str:
    """The digest of a script or a style sheet, as a Content-Security-Policy names it."""
    found = hashlib.sha256(content.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(found).decode()}"
