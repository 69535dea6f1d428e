"""What the pages of a site are made of: one store, read once where many pages need the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kcgraph.claims import AttributionClaim, Claims, EventClaim, PositionClaim, Ref
from kcgraph.contents import counts
from kcgraph.demands import Demand, demands_among
from kcgraph.dossier import Dossier, dossier_from
from kcgraph.errors import NotFound
from kcgraph.names import Named, fold, kept_names
from kcgraph.paths.table import Columns, kept_columns
from kcgraph.site.addresses import Addresses
from kcgraph.sparql import bind
from kcgraph.store import Reader
from kcgraph.vocab import KC, PREFIXES

_ARTICLES = """SELECT ?article ?title ?date ?publisher ?url { ?article a kc:Article
  OPTIONAL { ?article dcterms:title ?title } OPTIONAL { ?article dcterms:issued ?date }
  OPTIONAL { ?article dcterms:publisher ?publisher } OPTIONAL { ?article dcterms:source ?url }
} ORDER BY DESC(?date) ?title ?article"""

_POSITIONS_IN = """SELECT ?article (COUNT(DISTINCT ?claim) AS ?n) {
  ?claim a kc:Position ; prov:wasDerivedFrom ?article } GROUP BY ?article"""

_FIRST_WORDS = """SELECT ?article (SUBSTR(?text, 1, 400) AS ?words) {
  ?article schema:articleBody ?text FILTER NOT EXISTS { ?article dcterms:title ?any } }"""

_POSITIONS_OF = "SELECT ?who (COUNT(DISTINCT ?p) AS ?n) { ?p kc:holder ?who } GROUP BY ?who"
_QUOTED = "SELECT ?who (COUNT(DISTINCT ?a) AS ?n) { ?a kc:source ?who } GROUP BY ?who"

_SIDES = """SELECT ?issue ?polarity (COUNT(DISTINCT ?holder) AS ?n) {
  ?claim kc:target ?issue ; kc:polarity ?polarity ; kc:holder ?holder . ?issue a kc:Issue
} GROUP BY ?issue ?polarity"""

_CLAIMS_OF = "SELECT DISTINCT ?claim { ?claim prov:wasDerivedFrom ?article ; a ?kind }"

_MENTIONS = """SELECT DISTINCT ?who ?start ?end {
  ?passage kc:mentions ?who ; kc:article ?article ; oa:start ?start ; oa:end ?end
} ORDER BY ?start ?end ?who"""

_BROADER = "SELECT DISTINCT ?broader { ?issue skos:broader ?broader } ORDER BY ?broader"

MOST_TIES = 10  # allies, opponents and ties of each with their sentences
_TITLE = 70  # characters that are shown of an article without a headline


@dataclass(frozen=True, slots=True)
class Article:
    """An article in a list; `title` is its headline, else its first words."""

    iri: str
    title: str
    date: str | None
    publisher: str | None
    url: str | None
    positions: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text where `who` is named: [start, end) code points."""

    who: Ref
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """An article with its text and everything that was read in it, by place."""

    article: Article
    text: str
    positions: tuple[PositionClaim, ...]
    attributions: tuple[AttributionClaim, ...]
    events: tuple[EventClaim, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """A stakeholder in a list, with the numbers of their positions and of what they are quoted."""

    named: Named
    positions: int
    quoted: int


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue in a list, with how many are for it, against it and of two minds."""

    named: Named
    support: int
    oppose: int
    mixed: int


@dataclass(frozen=True, slots=True)
class Debate:
    """An issue with all positions on it, by polarity, and the demands among them."""

    issue: Issue
    support: tuple[PositionClaim, ...]
    oppose: tuple[PositionClaim, ...]
    mixed: tuple[PositionClaim, ...]
    demands: tuple[Demand, ...]
    broader: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class News:
    """A demand or an answer to one, as told on `date` (ISO 8601, None if unknown)."""

    kind: str  # demand, commitment or refusal
    date: str | None
    claim: PositionClaim
    demand: Demand


@dataclass(frozen=True, slots=True)
class Hit:
    """What a search can find: `text` is what is searched in, folded."""

    kind: str
    label: str
    about: str
    page: str
    text: str


class Library:
    """A store, read for pages. What is asked for often is kept; the store must not change.

    Names and ties in columns are kept beside the RDF too, where the commands find them.
    """

    def __init__(self, reader: Reader, base: str) -> None:
        self.store = reader.graph
        self.base = base
        self.claims = Claims(self.store, kept_names(reader))
        self._reader = reader

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind of thing, as `kcgraph info` tells."""
        return counts(self.store)

    @cached_property
    def articles(self) -> dict[str, Article]:
        """All articles by IRI, the latest first."""
        words: dict[str, str] = dict(self._rows(_FIRST_WORDS))  # type: ignore[arg-type]
        positions = {iri: int(n) for iri, n in self._rows(_POSITIONS_IN)}
        return {
            iri: Article(
                iri,
                title or _first_words(words.get(iri, "")) or iri.rpartition("/")[2],
                date or None,
                publisher or None,
                url or None,
                positions.get(iri, 0),
            )
            for iri, title, date, publisher, url in self._rows(_ARTICLES)
        }

    @cached_property
    def stakeholders(self) -> list[Stakeholder]:
        """All stakeholders, those with most positions first."""
        positions = {iri: int(n) for iri, n in self._rows(_POSITIONS_OF)}
        quoted = {iri: int(n) for iri, n in self._rows(_QUOTED)}
        found = [
            Stakeholder(named, positions.get(named.iri, 0), quoted.get(named.iri, 0))
            for named in self.claims.names.things
            if named.kind != "issue"
        ]
        return sorted(found, key=lambda s: (-s.positions, -s.quoted, s.named.label.casefold()))

    @cached_property
    def issues(self) -> list[Issue]:
        """All issues, those on which most have a position first."""
        sides: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for iri, polarity, n in self._rows(_SIDES):
            sides[iri][polarity.removeprefix(KC)] = int(n)
        found = [
            Issue(
                named,
                sides[named.iri].get("Support", 0),
                sides[named.iri].get("Opposition", 0),
                sides[named.iri].get("Mixed", 0),
            )
            for named in self.claims.names.things
            if named.kind == "issue"
        ]
        return sorted(
            found, key=lambda i: (-(i.support + i.oppose + i.mixed), i.named.label.casefold())
        )

    @cached_property
    def demands(self) -> list[Demand]:
        """All demands, the latest first, what has no date last."""
        board = demands_among(self.claims, self.claims.positions(kind=KC + "Demand"))
        board.sort(key=lambda d: (d.issue.label.casefold(), d.holder.label.casefold()))
        return sorted(board, key=lambda d: d.until or "", reverse=True)

    @cached_property
    def demand_pages(self) -> dict[str, Demand]:
        """Demands by the path of their page."""
        addresses = Addresses(self.base)
        return {addresses.of_demand(d.holder.iri, d.issue.iri): d for d in self.demands}

    @cached_property
    def pages(self) -> dict[str, str]:
        """The IRI of every stakeholder, issue and article by the path of its page."""
        addresses = Addresses(self.base)
        iris = [*self.articles, *self.claims.names.by_iri]
        return {page: iri for iri in iris if (page := addresses.of(iri))}

    @cached_property
    def news(self) -> list[News]:
        """Every telling of a demand and every answer, the latest first."""
        found = [News("demand", c.date, c, d) for d in self.demands for c in d.claims]
        answers = {a.iri: News(a.kind, a.date, a, d) for d in self.demands for a in d.answers}
        return sorted([*found, *answers.values()], key=lambda n: n.date or "", reverse=True)

    @cached_property
    def index(self) -> list[Hit]:
        """Everything that a search can find, what matters most first."""
        addresses = Addresses(self.base)
        hits = []
        for s in self.stakeholders:
            about = "; ".join(s.named.roles) or s.named.kind
            text = fold(" ".join((*s.named.names, *s.named.roles)))
            page = addresses.of(s.named.iri)
            hits.append(Hit(s.named.kind, s.named.label, about, page or "", text))
        for i in self.issues:
            page = addresses.of(i.named.iri)
            about = f"{i.support} for, {i.oppose} against"
            text = fold(" ".join(i.named.names))
            hits.append(Hit("issue", i.named.label, about, page or "", text))
        for a in self.articles.values():
            about = ", ".join(filter(None, (a.publisher, a.date)))
            text = fold(f"{a.title} {a.publisher or ''}")
            hits.append(Hit("article", a.title, about, addresses.of(a.iri) or "", text))
        return [hit for hit in hits if hit.page]

    def search(self, words: str) -> list[Hit]:
        """What has all `words`, or beginnings of words, in one of its names; in order of matter."""
        wanted = [f" {word}" for word in fold(words).split()]
        if not wanted:
            return []
        return [hit for hit in self.index if all(word in f" {hit.text}" for word in wanted)]

    def ref(self, iri: str) -> Ref:
        return self.claims.ref(iri)

    @cached_property
    def _columns(self) -> Columns:
        return kept_columns(self._reader)

    def dossier(self, iri: str) -> Dossier:
        """Raises NotFound if there is no such stakeholder."""
        return dossier_from(self.claims, self._columns, iri, most=MOST_TIES, board=self.demands)

    def debate(self, iri: str) -> Debate:
        """Raises NotFound if there is no such issue."""
        issue = next((i for i in self.issues if i.named.iri == iri), None)
        if issue is None:
            raise NotFound(f"no issue <{iri}> in the store")
        positions = self.claims.positions(target=iri)
        sides = {
            side: tuple(p for p in positions if p.polarity == side)
            for side in ("support", "oppose", "mixed")
        }
        return Debate(
            issue,
            **sides,
            demands=tuple(d for d in self.demands if d.issue.iri == iri),
            broader=tuple(self.ref(b) for (b,) in self._rows(_BROADER, {"issue": iri})),
        )

    def reading(self, iri: str) -> Reading:
        """Raises NotFound if there is no such article."""
        if iri not in self.articles:
            raise NotFound(f"no article <{iri}> in the store")

        def found(kind: str) -> list[str]:
            return [claim for (claim,) in self._rows(_CLAIMS_OF, {"article": iri, "kind": kind})]

        positions, said, events = map(found, (f"{KC}Position", f"{KC}Attribution", f"{KC}Event"))
        mentions = self._rows(_MENTIONS, {"article": iri})
        return Reading(
            self.articles[iri],
            self.claims.body(iri),
            tuple(self.claims.positions(claim=positions)) if positions else (),
            tuple(self.claims.attributions(claim=said)) if said else (),
            tuple(self.claims.events(claim=events)) if events else (),
            tuple(Mention(self.ref(who), int(start), int(end)) for who, start, end in mentions),
        )

    def _rows(self, query: str, where: Mapping[str, str] | None = None) -> list[tuple[str, ...]]:
        """The solutions of `query`, each term as its text ("" where unbound)."""
        from pyoxigraph import NamedNode

        terms = {name: [NamedNode(iri)] for name, iri in (where or {}).items()}
        answer: Any = self.store.query(
            bind(query, terms), prefixes=PREFIXES, use_default_graph_as_union=True
        )
        return [tuple("" if term is None else term.value for term in row) for row in answer]


def _first_words(text: str) -> str:
    from textwrap import shorten

    from kcgraph.read.layout import layout

    return shorten(text[layout(text).body_start :], _TITLE, placeholder=" …")
