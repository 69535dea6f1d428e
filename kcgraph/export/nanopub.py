"""Nanopublications: every position as an assertion of its own, with its provenance, in TriG.

http://nanopub.net/guidelines/working_draft/ : a head names the three graphs of assertion,
provenance and publication info. They are not signed, and have no trusty URIs: that is for whoever
publishes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any

from kcgraph.export.ordered import kept_aside
from kcgraph.output import write_sorted_prefixes
from kcgraph.vocab import PREFIXES, expand

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Quad, Store

    from kcgraph.claims import Claims

NP = "http://www.nanopub.org/nschema#"
_ASSERTED = (
    "rdf:type", "kc:holder", "kc:target", "kc:polarity", "kc:addressee", "kc:onBehalfOf",
    "dcterms:date",
)  # fmt: skip
_FOUND = ("prov:wasDerivedFrom", "prov:wasGeneratedBy", "prov:wasAttributedTo")
_LABELLED = ("kc:holder", "kc:target", "kc:addressee", "kc:onBehalfOf")
_PASSAGE = ("rdf:type", "oa:exact", "oa:start", "oa:end", "kc:article")
_ARTICLE = ("dcterms:title", "dcterms:issued", "dcterms:publisher", "dcterms:source")

_REMEMBERED = 20_000  # things that many positions share: holders, issues, articles
_AT_ONCE = 4  # a position and its passages


def write(claims: Claims, out: IO[bytes]) -> None:
    """Writes a nanopublication for each position, by IRI."""
    from pyoxigraph import NamedNode, RdfFormat, serialize

    graph, holder = claims.store, NamedNode(expand("kc:holder"))
    positions = sorted(
        {
            quad.subject.value
            for quad in graph.quads_for_pattern(None, holder, None, None)
            if isinstance(quad.subject, NamedNode)
        }
    )
    said = _Said(graph)
    quads = (quad for iri in positions for quad in _nanopublication(said, NamedNode(iri)))
    prefixes = {**PREFIXES, "np": NP}
    with kept_aside(
        lambda file: serialize(quads, file, RdfFormat.TRIG, prefixes=prefixes)
    ) as document:
        write_sorted_prefixes(document, out)


def _nanopublication(said: _Said, position: NamedNode) -> Iterator[Quad]:
    from pyoxigraph import NamedNode, Quad

    this = NamedNode(f"{position.value}/nanopub")
    head, assertion, provenance, info = (
        NamedNode(f"{this.value}#{name}") for name in ("head", "assertion", "provenance", "pubinfo")
    )
    yield Quad(this, NamedNode(expand("rdf:type")), NamedNode(f"{NP}Nanopublication"), head)
    for name, part in (
        ("hasAssertion", assertion),
        ("hasProvenance", provenance),
        ("hasPublicationInfo", info),
    ):
        yield Quad(this, NamedNode(NP + name), part, head)
    for predicate, value in said(position, _ASSERTED):
        yield Quad(position, predicate, value, assertion)
    for _, thing in said(position, _LABELLED):
        for predicate, value in said.known(thing, ("rdf:type", "rdfs:label")):
            yield Quad(thing, predicate, value, assertion)
    for predicate, value in said(position, _FOUND):
        yield Quad(assertion, predicate, value, provenance)
    for predicate, value in said(position, ("kc:confidence",)):
        yield Quad(assertion, predicate, value, provenance)
    for predicate, passage in said(position, ("kc:evidence",)):
        yield Quad(assertion, predicate, passage, provenance)
        for named, value in said(passage, _PASSAGE):
            yield Quad(passage, named, value, provenance)
    for _, article in said(position, ("prov:wasDerivedFrom",)):
        for predicate, value in said.known(article, _ARTICLE):
            yield Quad(article, predicate, value, provenance)
    for _, run in said(position, ("prov:wasGeneratedBy",)):
        for _, program in said.known(run, ("prov:wasAssociatedWith",)):
            yield Quad(this, NamedNode(expand("prov:wasAttributedTo")), program, info)
            for predicate, value in said.known(program, ("rdf:type", "rdfs:label")):
                yield Quad(program, predicate, value, info)


Pairs = list[tuple["NamedNode", Any]]  # properties and values


class _Said:
    """What a store says of things."""

    def __init__(self, graph: Store) -> None:
        self._graph = graph
        self.known = lru_cache(_REMEMBERED)(self._looked_up)
        self._whole = lru_cache(_AT_ONCE)(self._read)

    def __call__(self, subject: Any, predicates: tuple[str, ...]) -> Pairs:
        """It, in the order of the predicates and the values; all of `subject` is read at once."""
        whole = self._whole(subject)
        return [pair for name in predicates for pair in whole.get(expand(name), ())]

    def _read(self, subject: Any) -> dict[str, Pairs]:
        found: defaultdict[str, Pairs] = defaultdict(list)
        quads = {quad.triple for quad in self._graph.quads_for_pattern(subject, None, None, None)}
        for triple in sorted(quads, key=lambda triple: str(triple.object)):
            found[triple.predicate.value].append((triple.predicate, triple.object))
        return found

    def _looked_up(self, subject: Any, predicates: tuple[str, ...]) -> Pairs:
        """The same of something that many positions share, or of which there is much more."""
        from pyoxigraph import NamedNode

        found = []
        for predicate in map(NamedNode, map(expand, predicates)):
            quads = self._graph.quads_for_pattern(subject, predicate, None, None)
            found += [(predicate, one) for one in sorted({q.object for q in quads}, key=str)]
        return found
