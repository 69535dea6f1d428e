"""What a store promises, checked: the SHACL shapes, and every passage against its text."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from kcgraph import resources
from kcgraph.errors import WorkError
from kcgraph.vocab import PREFIXES, expand

if TYPE_CHECKING:
    from rdflib import Graph

_AT_ONCE = 2000  # nodes that pySHACL is given at once
_SHAPES = "https://w3id.org/kcgraph/shapes#"


@dataclass(frozen=True, slots=True)
class Violation:
    """A node that breaks a promise. `rule` is the IRI of a shape, or "text" or "passage"."""

    node: str
    rule: str
    message: str


def violations(graph: Store) -> list[Violation]:
    """All broken promises of the store, in a fixed order; empty if it keeps them all."""
    found = {*broken_passages(graph), *broken_shapes(graph)}
    return sorted(found, key=lambda v: (v.rule, v.node, v.message))


def broken_passages(graph: Store) -> Iterator[Violation]:
    """Texts that are not what was hashed, and passages whose words do not stand at their place.

    Each article is compared with its own graph only. The store's engine compares all of them first;
    if all is well, that is all.
    """
    if _all_in_place(graph):
        return
    for quad in graph.quads_for_pattern(None, _node("schema:articleBody"), None, None):
        article = cast(NamedNode, quad.subject)
        text = cast(Literal, quad.object).value
        mine = partial(graph.quads_for_pattern, graph_name=quad.graph_name)
        digest = Literal(hashlib.sha256(text.encode("utf-8")).hexdigest())
        if [q.object for q in mine(article, _node("kc:sha256"), None)] != [digest]:
            yield Violation(article.value, "text", "the text is not the one that was read")
        for found in mine(None, _node("kc:article"), article):
            said = {
                q.predicate: q.object.value
                for q in mine(found.subject, None, None)
                if isinstance(q.object, Literal)
            }
            start, end = said.get(_node("oa:start"), ""), said.get(_node("oa:end"), "")
            exact = said.get(_node("oa:exact"))
            if not (start.isdecimal() and end.isdecimal()) or text[int(start) : int(end)] != exact:
                message = f"these words do not stand at {start} to {end} of the text: {exact!r}"
                yield Violation(cast(NamedNode, found.subject).value, "passage", message)


# Counted here: the engine, which goes on where a damaged file cannot be read, would count for ever.
_PASSAGES = "SELECT ?passage { GRAPH ?g { ?passage kc:article ?article } }"
_IN_PLACE = """SELECT ?right {
  GRAPH ?g { ?article schema:articleBody ?text .
    ?passage kc:article ?article ; oa:start ?start ; oa:end ?end ; oa:exact ?exact }
  BIND (COALESCE(?start >= 0 && ?end >= ?start
    && SUBSTR(STR(?text), ?start + 1, ?end - ?start) = STR(?exact), false) AS ?right) }"""
_OTHER_TEXTS = """SELECT ?article { GRAPH ?g { ?article schema:articleBody ?text
  FILTER NOT EXISTS { ?article kc:sha256 ?digest FILTER(?digest = SHA256(STR(?text))) } } }"""
_OTHER_DIGESTS = """SELECT ?article { GRAPH ?g { ?article kc:sha256 ?one, ?other
  FILTER(!sameTerm(?one, ?other)) } }"""


def _all_in_place(graph: Store) -> bool:
    """Whether nothing in the store is what `broken_passages` looks for."""

    def rows(query: str) -> Any:
        return graph.query(query, prefixes=PREFIXES)

    unnamed = graph.quads_for_pattern(None, None, None, DefaultGraph())
    if next(unnamed, None) is not None:  # which the queries do not look at
        return False
    if any(True for query in (_OTHER_TEXTS, _OTHER_DIGESTS) for _ in rows(query)):
        return False
    found = 0
    for (right,) in rows(_IN_PLACE):
        if right is None or right.value != "true":
            return False
        found += 1
    return found == sum(1 for _ in rows(_PASSAGES))


def broken_shapes(graph: Store) -> Iterator[Violation]:
    """What `ontology/shapes.ttl` does not allow, found with pySHACL in the union of all graphs.

    It judges those nodes that may break a shape only: of a sound store there are none.
    """
    from rdflib import Graph

    from kcgraph.suspects import suspects

    folder = resources.ontology_dir()
    shapes = Graph().parse(folder / "shapes.ttl")
    ontology = Graph().parse(folder / "kcgraph.ttl")
    yield from judged(graph, suspects(graph, shapes, ontology), shapes, ontology)


def judged(
    graph: Store, nodes: Iterable[NamedNode], shapes: Graph, ontology: Graph
) -> Iterator[Violation]:
    """What the shapes do not allow of these nodes, some thousands of them at a time.

    `ontology` tells which classes are below which. Raises WorkError if pySHACL cannot check it.
    """
    from pyshacl import validate
    from rdflib import SH, Graph, Literal

    # values of a wrong form are what the shapes report; rdflib would print a traceback for each
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    rest = iter(sorted(nodes, key=str))
    while some := list(islice(rest, _AT_ONCE)):
        data = _around(graph, some)
        for triple in ontology:
            data.add(triple)
        _, report, _ = validate(data, shacl_graph=shapes, inplace=True)
        if not isinstance(report, Graph):
            raise WorkError(f"the shapes could not be checked: {report}")
        asked = {node.value for node in some}
        for result in report.subjects(SH.focusNode, None):
            node = str(report.value(result, SH.focusNode))
            if node not in asked:  # of what they point to only the types are there
                continue
            shape = report.value(result, SH.sourceShape)
            owner = str(next(shapes.subjects(SH.property, shape), shape))
            value = report.value(result, SH.value)
            shown = (
                ""
                if value is None
                else f" ({value[:80]!r})"
                if isinstance(value, Literal)
                else f" ({value})"
            )
            yield Violation(
                node,
                owner.replace(_SHAPES, "kcs:"),
                f"{report.value(result, SH.resultMessage)}{shown}",
            )


def _around(graph: Store, nodes: Iterable[NamedNode]) -> Graph:
    """What all graphs say of the nodes, and of which types that is to which they point."""
    from rdflib import XSD, Graph, URIRef
    from rdflib import Literal as Text

    def term(node: object) -> URIRef | Text:
        if isinstance(node, Literal):
            kind = URIRef(node.datatype.value)
            return Text(node.value, datatype=None if kind == XSD.string else kind)
        return URIRef(cast(NamedNode, node).value)  # there are no blank nodes

    data = Graph()
    others: set[NamedNode] = set()
    for node in nodes:
        for quad in graph.quads_for_pattern(node, None, None):
            data.add((term(quad.subject), term(quad.predicate), term(quad.object)))
            if isinstance(quad.object, NamedNode):
                others.add(quad.object)
    for other in others:
        for quad in graph.quads_for_pattern(other, _node("rdf:type"), None):
            data.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return data


def _node(curie: str) -> NamedNode:
    return NamedNode(expand(curie))
