"""Data about one thing, and about the service itself, in the syntaxes of RDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from kcgraph.output import sorted_prefixes
from kcgraph.serve.accept import GRAPH, ROWS
from kcgraph.vocab import PREFIXES, expand

if TYPE_CHECKING:
    from pyoxigraph import Store, Triple

MOST_TRIPLES = 5000  # of one description
SUFFIXES = {".ttl": "turtle", ".nt": "ntriples", ".jsonld": "jsonld", ".rdf": "xml"}

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
# https://www.w3.org/ns/formats/
_FORMAT_NAMES = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/ld+json": "JSON-LD",
    "application/rdf+xml": "RDF_XML",
}
_LISTED_GRAPHS = 1000


def about(store: Store, iris: Iterable[str]) -> list[Triple]:
    """What `store` says of the things `iris`, then what says something of them; no more than
    MOST_TRIPLES. Empty for things that it does not know."""
    from pyoxigraph import NamedNode

    nodes = [NamedNode(iri) for iri in iris]
    own = (store.quads_for_pattern(node, None, None) for node in nodes)
    others = (store.quads_for_pattern(None, None, node) for node in nodes)
    quads = chain.from_iterable(chain(own, others))
    return sorted({quad.triple for quad in islice(quads, MOST_TRIPLES)}, key=str)


def service_description(store: Store, endpoint: str) -> list[Triple]:
    """https://www.w3.org/TR/sparql11-service-description/ of the endpoint at that URL."""
    return list(_service(store, endpoint))


def _service(store: Store, endpoint: str) -> Iterator[Triple]:
    from pyoxigraph import BlankNode, Literal, NamedNode, Triple

    a, service = NamedNode(expand("rdf:type")), NamedNode(endpoint)
    dataset, graph = BlankNode("dataset"), BlankNode("union")

    def sd(name: str) -> NamedNode:
        return NamedNode(_SD + name)

    yield Triple(service, a, sd("Service"))
    yield Triple(service, sd("endpoint"), service)
    yield Triple(service, sd("supportedLanguage"), sd("SPARQL11Query"))
    yield Triple(service, sd("feature"), sd("UnionDefaultGraph"))
    for media in dict.fromkeys(offer.media for offer in (*ROWS, *GRAPH)):
        if media in _FORMAT_NAMES:
            yield Triple(service, sd("resultFormat"), NamedNode(_FORMATS + _FORMAT_NAMES[media]))
    yield Triple(service, sd("defaultDataset"), dataset)
    yield Triple(dataset, a, sd("Dataset"))
    yield Triple(dataset, sd("defaultGraph"), graph)
    yield Triple(graph, a, sd("Graph"))
    integer = NamedNode(expand("xsd:integer"))
    yield Triple(graph, NamedNode(f"{_VOID}triples"), Literal(str(len(store)), datatype=integer))
    for n, name in enumerate(islice(store.named_graphs(), _LISTED_GRAPHS)):
        if isinstance(name, NamedNode):
            named = BlankNode(f"graph{n}")
            yield Triple(dataset, sd("namedGraph"), named)
            yield Triple(named, a, sd("NamedGraph"))
            yield Triple(named, sd("name"), name)


def written(triples: Iterable[Triple], format: str) -> bytes:
    """`triples` as turtle, ntriples, jsonld or xml."""
    from pyoxigraph import RdfFormat, serialize

    syntax = {
        "turtle": RdfFormat.TURTLE,
        "ntriples": RdfFormat.N_TRIPLES,
        "jsonld": RdfFormat.JSON_LD,
        "xml": RdfFormat.RDF_XML,
    }[format]
    prefixes = {**PREFIXES, "sd": _SD, "void": _VOID, "formats": _FORMATS}
    document = serialize(triples, format=syntax, prefixes=prefixes) or b""
    return sorted_prefixes(document) if format == "turtle" else document
