"""Nanopublications: every position as an assertion of its own, with its provenance, in TriG.

http://nanopub.net/guidelines/working_draft/ : a head names the three graphs of assertion,
provenance and publication info. They are not signed, and have no trusty URIs: that is for whoever
publishes them.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    quads = (quad for iri in positions for quad in _nanopublication(graph, NamedNode(iri)))
    prefixes = {**PREFIXES, "np": NP}
    with kept_aside(
        lambda file: serialize(quads, file, RdfFormat.TRIG, prefixes=prefixes)
    ) as document:
        write_sorted_prefixes(document, out)


def _nanopublication(graph: Store, position: NamedNode) -> Iterator[Quad]:
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
    for predicate, value in _said(graph, position, _ASSERTED):
        yield Quad(position, predicate, value, assertion)
    for _, thing in _said(graph, position, _LABELLED):
        for predicate, value in _said(graph, thing, ("rdf:type", "rdfs:label")):
            yield Quad(thing, predicate, value, assertion)
    for predicate, value in _said(graph, position, _FOUND):
        yield Quad(assertion, predicate, value, provenance)
    for predicate, value in _said(graph, position, ("kc:confidence",)):
        yield Quad(assertion, predicate, value, provenance)
    for predicate, passage in _said(graph, position, ("kc:evidence",)):
        yield Quad(assertion, predicate, passage, provenance)
        for named, value in _said(graph, passage, _PASSAGE):
            yield Quad(passage, named, value, provenance)
    for _, article in _said(graph, position, ("prov:wasDerivedFrom",)):
        for predicate, value in _said(graph, article, _ARTICLE):
            yield Quad(article, predicate, value, provenance)
    for _, run in _said(graph, position, ("prov:wasGeneratedBy",)):
        for _, program in _said(graph, run, ("prov:wasAssociatedWith",)):
            yield Quad(this, NamedNode(expand("prov:wasAttributedTo")), program, info)
            for predicate, value in _said(graph, program, ("rdf:type", "rdfs:label")):
                yield Quad(program, predicate, value, info)


def _said(graph: Store, subject: Any, predicates: tuple[str, ...]) -> list[tuple[NamedNode, Any]]:
    """What the store says of `subject`, in the order of the predicates and the values."""
    from pyoxigraph import NamedNode

    found = []
    for name in predicates:
        predicate = NamedNode(expand(name))
        values = {quad.object for quad in graph.quads_for_pattern(subject, predicate, None, None)}
        found += [(predicate, value) for value in sorted(values, key=str)]
    return found
