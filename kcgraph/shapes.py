"""What a store promises, checked: the SHACL shapes, and every passage against its text."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from pyoxigraph import Literal, NamedNode, Store

from kcgraph import resources
from kcgraph.errors import WorkError
from kcgraph.vocab import expand

if TYPE_CHECKING:
    from rdflib import Graph

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

    Reads one article at a time, and its own graph only.
    """
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


def broken_shapes(graph: Store) -> Iterator[Violation]:
    """What `ontology/shapes.ttl` does not allow, found with pySHACL in the union of all graphs."""
    from pyshacl import validate
    from rdflib import SH, Graph

    folder = resources.ontology_dir()
    shapes = Graph().parse(folder / "shapes.ttl")
    data = _in_memory(graph)
    data.parse(folder / "kcgraph.ttl")  # so that sh:class knows the subclasses
    _, report, _ = validate(data, shacl_graph=shapes, inplace=True)
    if not isinstance(report, Graph):
        raise WorkError(f"the shapes could not be checked: {report}")
    for result in report.subjects(SH.focusNode, None):
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
            str(report.value(result, SH.focusNode)),
            owner.replace(_SHAPES, "kcs:"),
            f"{report.value(result, SH.resultMessage)}{shown}",
        )


def _in_memory(graph: Store) -> Graph:
    """The union of all graphs, which pySHACL reads faster from memory than from the store."""
    from rdflib import XSD, Graph, URIRef
    from rdflib import Literal as Text

    def term(node: object) -> URIRef | Text:
        if isinstance(node, Literal):
            kind = URIRef(node.datatype.value)
            return Text(node.value, datatype=None if kind == XSD.string else kind)
        return URIRef(cast(NamedNode, node).value)  # there are no blank nodes

    # values of a wrong form are what the shapes report; rdflib would print a traceback for each
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    data = Graph()
    for quad in graph:
        data.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return data


def _node(curie: str) -> NamedNode:
    return NamedNode(expand(curie))
