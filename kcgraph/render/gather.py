"""Reads a store into a `Picture`: positions, events, offices, memberships, and their passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from textwrap import shorten
from typing import TYPE_CHECKING, Any, TypeVar

from kcgraph.claims import Claims, EventClaim, PositionClaim, Ref, sentence_around
from kcgraph.claims import Passage as Cited
from kcgraph.demands import demands_among
from kcgraph.read.layout import layout
from kcgraph.render.picture import (
    Edge,
    Node,
    NodeKind,
    Passage,
    Picture,
    Source,
    TieKind,
)
from kcgraph.render.quality import stated_quality
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Store

T = TypeVar("T")

_TITLE = 70  # characters that are shown of an article without a headline

_STANCES = {
    "support": TieKind.SUPPORT,
    "oppose": TieKind.OPPOSITION,
    "mixed": TieKind.MIXED,
}

_ARTICLES = """SELECT ?article ?title ?date ?publisher ?url ?text WHERE {
  ?article a kc:Article
  OPTIONAL { ?article schema:articleBody ?text }
  OPTIONAL { ?article dcterms:title ?title } OPTIONAL { ?article dcterms:issued ?date }
  OPTIONAL { ?article dcterms:publisher ?publisher } OPTIONAL { ?article dcterms:source ?url }
} ORDER BY ?date ?article"""

_EVENTS = """SELECT ?event ?date ?confidence WHERE {
  ?event a kc:Event
  OPTIONAL { ?event dcterms:date ?date } OPTIONAL { ?event kc:confidence ?confidence }
}"""

_OFFICES = """SELECT DISTINCT ?who ?title ?of ?article ?start ?end WHERE {
  ?said a kc:RoleStatement ; org:member ?who ; kc:post ?post ; org:organization ?of ;
    kc:evidence ?passage .
  ?post rdfs:label ?title .
  ?passage oa:start ?start ; oa:end ?end ; kc:article ?article
} ORDER BY ?who ?of ?title ?article ?start"""

_MEMBERS = "SELECT DISTINCT ?who ?of WHERE { ?who org:memberOf ?of } ORDER BY ?who ?of"

_READERS = """SELECT DISTINCT ?reader WHERE {
  ?run prov:wasAssociatedWith ?agent . ?agent rdfs:label ?reader
} ORDER BY ?reader"""


def gather(
    store: Store, title: str, quality: str | None = None, *, claims: Claims | None = None
) -> Picture:
    """Everything in `store` that has a tie, each tie once with all passages that say so.

    Derived ties are left to whoever reads the picture: all that is drawn is stated somewhere.
    Without `quality` it is the one that was measured, if it is known for who read the articles.
    `claims` are those of the store, if there are some that read positions faster.
    """
    return Gathering(claims or Claims(store)).picture(title, quality)


@dataclass(slots=True)
class Gathering:
    """What one store holds, on its way into a picture."""

    claims: Claims
    bodies: dict[str, str] = field(init=False, default_factory=dict)
    nodes: dict[str, Node] = field(init=False, default_factory=dict)
    edges: dict[tuple[str, str, TieKind, str], Edge] = field(init=False, default_factory=dict)
    statuses: dict[tuple[str, str], str] = field(init=False, default_factory=dict)

    def picture(self, title: str, quality: str | None) -> Picture:
        articles = list(self._articles())
        positions = list(self.claims.positions())
        board = demands_among(self.claims, positions)
        self.statuses = {(d.holder.iri, d.issue.iri): d.status for d in board}
        for position in positions:
            self._position(position)
        own = {row[0]: row[1:] for row in self._rows(_EVENTS, "event", "date", "confidence")}
        for event in self.claims.events():
            self._event(event, *own.get(event.iri, (None, None)))
        self._offices()
        extractors = tuple(str(reader) for (reader,) in self._rows(_READERS, "reader"))
        return Picture(
            title=title,
            nodes=tuple(self.nodes.values()),
            edges=tuple(self.edges.values()),
            articles=tuple(articles),
            extractors=extractors,
            quality=quality or stated_quality(extractors),
        )

    def _articles(self) -> Iterator[Source]:
        names = ("article", "title", "date", "publisher", "url", "text")
        for iri, title, date, publisher, url, text in self._rows(_ARTICLES, *names):
            self.bodies[str(iri)] = text or ""
            called = title or _first_words(text or "") or str(iri).rpartition("/")[2]
            yield Source(str(iri), called, date, publisher, url)

    def _position(self, claim: PositionClaim) -> None:
        kind = _STANCES[claim.polarity] if claim.kind == "stance" else TieKind(claim.kind)
        for ref in (claim.holder, claim.target, *claim.addressees, *claim.on_behalf_of):
            self._node(ref)
        sure = 1.0 if claim.confidence is None else claim.confidence
        holder, passages = claim.holder.iri, tuple(self.passage(p, sure) for p in claim.evidence)
        addressees = tuple(a.iri for a in claim.addressees)
        behalf = tuple(b.iri for b in claim.on_behalf_of)
        status = self.statuses.get((holder, claim.target.iri)) if claim.kind == "demand" else None
        self._edge(
            Edge(holder, claim.target.iri, kind, passages, addressees, behalf, status=status)
        )
        for addressee in addressees:
            self._edge(Edge(holder, addressee, TieKind.ASKED, passages))

    def _event(self, claim: EventClaim, date: str | None, confidence: str | None) -> None:
        sure = 1.0 if confidence is None else float(confidence)
        passages = tuple(self.passage(p, sure) for p in claim.evidence)
        when = claim.when or date
        label = claim.kind.capitalize() + (f", {when}" if when else "")
        self.nodes[claim.iri] = Node(claim.iri, label, NodeKind.EVENT, date=date, evidence=passages)
        for kind, people in (
            (TieKind.PARTICIPANT, claim.participants),
            (TieKind.RECIPIENT, claim.recipients),
            (TieKind.DECLINED, claim.declined),
        ):
            for ref in people:
                self._node(ref)
                self._edge(Edge(ref.iri, claim.iri, kind, passages))

    def _offices(self) -> None:
        """Offices and memberships between stakeholders that something else brought in."""
        names = ("who", "title", "of", "article", "start", "end")
        for who, title, of, article, start, end in self._rows(_OFFICES, *names):
            if who in self.nodes and of in self.nodes:
                passage = self._place(str(article), int(start or 0), int(end or 0), 1.0)
                self._edge(Edge(str(who), str(of), TieKind.POST, (passage,), note=title))
        for who, of in self._rows(_MEMBERS, "who", "of"):
            if who in self.nodes and of in self.nodes:
                self._edge(Edge(str(who), str(of), TieKind.MEMBER))

    def _node(self, ref: Ref) -> None:
        if ref.iri in self.nodes:
            return
        known = self.claims.names.by_iri.get(ref.iri)
        self.nodes[ref.iri] = Node(
            ref.iri,
            ref.label,
            NodeKind(ref.kind) if ref.kind in set(NodeKind) else NodeKind.ISSUE,
            known.aliases if known else (),
            known.roles if known else (),
        )

    def _edge(self, edge: Edge) -> None:
        """Add a tie, or its passages to the tie that says the same."""
        key = (edge.source, edge.target, edge.kind, edge.note or "")
        known = self.edges.get(key)
        if known is None:
            self.edges[key] = replace(edge, evidence=_by_sentence(edge.evidence))
            return
        self.edges[key] = replace(
            known,
            evidence=_by_sentence((*known.evidence, *edge.evidence)),
            addressees=_merged(known.addressees, edge.addressees),
            on_behalf_of=_merged(known.on_behalf_of, edge.on_behalf_of),
        )

    def passage(self, cited: Cited, confidence: float) -> Passage:
        """A passage of a claim with its paragraph."""
        return self._place(cited.article, cited.start, cited.end, confidence, cited.text)

    def _place(
        self, article: str, start: int, end: int, confidence: float, text: str = ""
    ) -> Passage:
        """The passage in its sentence and paragraph; alone, if the store has no text of it."""
        body = self.bodies.get(article, "")
        if not body:
            return Passage(article, text, 0, len(text), 0, len(text), confidence)
        first = body.rfind("\n", 0, start) + 1
        last = body.find("\n", end)
        paragraph = body[first : len(body) if last < 0 else last]
        start, end = start - first, end - first
        return Passage(
            article, paragraph, *sentence_around(paragraph, start, end), start, end, confidence
        )

    def _rows(self, query: str, *names: str) -> Iterator[tuple[str | None, ...]]:
        answer: Any = self.claims.store.query(
            query, prefixes=PREFIXES, use_default_graph_as_union=True
        )
        for row in answer:
            yield tuple(row[name].value if row[name] is not None else None for name in names)


def _first_words(text: str) -> str:
    """What an article without a headline is called: by the beginning of its prose."""
    prose = text[layout(text).body_start :]
    return shorten(prose[: 2 * _TITLE], _TITLE, placeholder=" …")


def _by_sentence(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """`passages`, those of one sentence as one that marks the words of all and is as sure as the
    surest."""
    found: dict[tuple[str, str, int, int], Passage] = {}
    for p in passages:
        sentence = (p.article, p.paragraph, p.start, p.end)
        known = found.get(sentence, p)
        found[sentence] = replace(
            known,
            mark_start=min(known.mark_start, p.mark_start),
            mark_end=max(known.mark_end, p.mark_end),
            confidence=max(known.confidence, p.confidence),
        )
    return tuple(found.values())


def _merged(one: Iterable[T], other: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*one, *other)))
