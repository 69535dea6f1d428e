"""Pictures of what a CONSTRUCT query makes: triples between things, with passages where known."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from kcgraph.claims import Claims
from kcgraph.errors import InputError
from kcgraph.names import KINDS
from kcgraph.query import run
from kcgraph.render.gather import Gathering
from kcgraph.render.picture import Edge, Node, NodeKind, Passage, Picture, TieKind
from kcgraph.ties import DERIVED, ties_between
from kcgraph.vocab import expand

if TYPE_CHECKING:
    from pyoxigraph import Store

MOST_TRIPLES = 200_000

_KINDS = {iri: NodeKind(kind) for iri, kind in KINDS.items()} | {expand("kc:Event"): NodeKind.EVENT}
_TIES = {
    expand("kc:supports"): TieKind.SUPPORT,
    expand("kc:backs"): TieKind.SUPPORT,
    expand("kc:opposes"): TieKind.OPPOSITION,
    expand("kc:criticizes"): TieKind.OPPOSITION,
    expand("kc:demands"): TieKind.DEMAND,
    expand("kc:commitsTo"): TieKind.COMMITMENT,
    expand("kc:refuses"): TieKind.REFUSAL,
    expand("kc:agreesWith"): TieKind.AGREEMENT,
    expand("kc:disagreesWith"): TieKind.CONFLICT,
    expand("org:memberOf"): TieKind.MEMBER,
}
_OF_EVENTS = {  # these lead from the event; a picture draws them towards it
    expand("kc:participant"): TieKind.PARTICIPANT,
    expand("kc:recipient"): TieKind.RECIPIENT,
    expand("kc:declined"): TieKind.DECLINED,
}
_MUTUAL = {
    *(expand("kc:metWith"), expand("kc:coSignedWith")),
    *(expand("kc:agreesWith"), expand("kc:disagreesWith")),
}
_LABELS = {expand("rdfs:label"), expand("skos:prefLabel"), expand("dcterms:title")}
_TYPE = expand("rdf:type")


def constructed(
    store: Store,
    query: str,
    title: str,
    quality: str | None = None,
    *,
    claims: Claims | None = None,
) -> Picture:
    """What `query` (SPARQL CONSTRUCT) makes of `store`, as a picture.

    A tie has the passages of what the store says between its two ends; labels and types that the
    query makes count, else those of the store. `claims` as for `gather`.

    Raises InputError if `query` is none.
    """
    from pyoxigraph import QueryTriples

    answer = run(store, query)
    if not isinstance(answer, QueryTriples):
        raise InputError("the query is no CONSTRUCT or DESCRIBE; a picture is made of triples")
    triples = [
        (str(getattr(t.subject, "value", t.subject)), t.predicate.value, t.object)
        for t in islice(answer, MOST_TRIPLES)
    ]
    return _Constructing(claims or Claims(store), sorted(triples, key=str)).picture(title, quality)


class _Constructing:
    def __init__(self, claims: Claims, triples: list[tuple[str, str, Any]]) -> None:
        self.store = claims.store
        self.triples = triples
        self.gathering = Gathering(claims)
        self.labels: dict[str, str] = {}
        self.kinds: dict[str, NodeKind] = {}
        self.literals = 0

    def picture(self, title: str, quality: str | None) -> Picture:
        whole = self.gathering.picture(title, quality)
        known = {n.id: n for n in whole.nodes}
        stated = {(e.source, e.target, e.kind): e for e in whole.edges}
        derived = self._grounds()
        links = list(self._links())
        edges: dict[tuple[str, str, TieKind, str], Edge] = {}
        for subject, predicate, other in links:
            edge = self._edge(subject, predicate, other)
            said = stated.get((edge.source, edge.target, edge.kind))
            grounds = said.evidence if said else derived.get((predicate, subject, other), ())
            edges[edge.source, edge.target, edge.kind, edge.note or ""] = Edge(
                edge.source,
                edge.target,
                edge.kind,
                grounds,
                said.addressees if said else (),
                said.on_behalf_of if said else (),
                edge.note,
                said.status if said else None,
                derived=said is None and self._is_derived(subject, predicate, other),
            )
        ids = dict.fromkeys(end for s, _, o in links for end in (s, o))
        ids |= dict.fromkeys(self.labels) | dict.fromkeys(self.kinds)
        used = {p.article for e in edges.values() for p in e.evidence}
        used |= {p.article for i in ids if i in known for p in known[i].evidence}
        notices = ["Shown is what a query made of the graph."]
        if self.literals:
            notices.append(f"{self.literals:,} plain values (dates, numbers, text) are not drawn.")
        if len(self.triples) == MOST_TRIPLES:
            notices.append(
                f"The query makes more than {MOST_TRIPLES:,} triples; the rest is left out."
            )
        return Picture(
            title=title,
            nodes=tuple(self._node(i, known.get(i)) for i in ids),
            edges=tuple(edges.values()),
            articles=tuple(a for a in whole.articles if a.id in used),
            extractors=whole.extractors,
            quality=whole.quality,
            notices=tuple(notices),
        )

    def _links(self) -> Any:
        """The triples between two things; of the others labels and types are remembered."""
        from pyoxigraph import Literal

        for subject, predicate, thing in self.triples:
            if isinstance(thing, Literal):
                if predicate in _LABELS:
                    self.labels.setdefault(subject, thing.value)
                else:
                    self.literals += 1
            elif predicate == _TYPE:
                if thing.value in _KINDS:
                    self.kinds[subject] = _KINDS[thing.value]
            else:
                yield subject, predicate, str(getattr(thing, "value", thing))

    def _edge(self, subject: str, predicate: str, other: str) -> Edge:
        if predicate in _OF_EVENTS:
            return Edge(other, subject, _OF_EVENTS[predicate])
        kind = _TIES.get(predicate, TieKind.RELATION)
        if predicate in _MUTUAL:  # stated both ways, drawn once
            subject, other = sorted((subject, other))
        return Edge(
            subject, other, kind, note=_words(predicate) if kind is TieKind.RELATION else None
        )

    def _node(self, iri: str, known: Node | None) -> Node:
        label = self.labels.get(iri)
        if known:
            return Node(
                iri,
                label or known.label,
                known.kind,
                known.aliases,
                known.roles,
                known.date,
                known.evidence,
            )
        named = self.gathering.claims.names.by_iri.get(iri)
        kind = self.kinds.get(iri) or (NodeKind(named.kind) if named else NodeKind.OTHER)
        tail = re.split(r"[/#]", iri.rstrip("/#"))[-1] or iri
        return Node(
            iri,
            label or (named.label if named else tail),
            kind,
            named.aliases if named else (),
            named.roles if named else (),
        )

    def _grounds(self) -> dict[tuple[str, str, str], tuple[Passage, ...]]:
        """Passages behind derived ties, by property and both ends; mutual ties both ways."""
        claims = self.gathering.claims
        found: defaultdict[tuple[str, str, str], list[Passage]] = defaultdict(list)
        for tie in ties_between(claims.positions(), claims.events()):
            if tie.kind not in DERIVED:
                continue
            passages = [self.gathering.passage(p, 1.0) for p in tie.evidence]
            for one, other in ((tie.source, tie.target), (tie.target, tie.source)):
                found[expand(DERIVED[tie.kind]), one.iri, other.iri] += passages
        return {key: tuple(dict.fromkeys(some)) for key, some in found.items()}

    def _is_derived(self, subject: str, predicate: str, other: str) -> bool:
        from pyoxigraph import NamedNode

        try:
            terms = [NamedNode(iri) for iri in (subject, predicate, other)]
        except ValueError:  # a blank node of the query
            return True
        graphs = [getattr(q.graph_name, "value", "") for q in self.store.quads_for_pattern(*terms)]
        return not graphs or all(g.endswith("graph/derived") for g in graphs)


def _words(predicate: str) -> str:
    """A property in words: "met with" of kc:metWith."""
    tail = re.split(r"[/#]", predicate.rstrip("/#"))[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]", " ", tail).lower()
