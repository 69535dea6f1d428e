"""Which nodes of a store may break a SHACL shape: found by the store's own engine, in bulk.

Each constraint of the shapes becomes a query for what breaks it, after the definitions in SPARQL
that the recommendation gives (https://www.w3.org/TR/shacl/#core-components). A query may find a
node too many, never one too few: what it finds is for a SHACL processor to judge. Of a constraint
that is not known here every target of its shape is suspect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from pyoxigraph import NamedNode, Store
from rdflib import RDF, RDFS, SH, XSD, Graph, Literal, URIRef
from rdflib.collection import Collection

from kcgraph.errors import InputError

if TYPE_CHECKING:
    from rdflib.term import Node

_SILENT = {  # what says nothing about the data
    *(RDF.type, RDFS.label, RDFS.comment),
    *(SH.message, SH.severity, SH.name, SH.description, SH.order, SH.group),
    *(SH.path, SH.flags, SH.property),
    *(SH.targetClass, SH.targetSubjectsOf),
    *(SH.qualifiedMinCount, SH.qualifiedMaxCount),
}
_TARGETS = {SH.targetNode, SH.targetObjectsOf, SH.target}
# whose values the engine can read, so that it tells a malformed one
_READABLE = {XSD.integer, XSD.decimal, XSD.date, XSD.gYear, XSD.gYearMonth}
_KINDS: dict[Node, str] = {
    SH.IRI: "isIRI(?v)",
    SH.Literal: "isLiteral(?v)",
    SH.BlankNode: "isBlank(?v)",
}
_ONE = Literal(1)


class _Unknown(Exception):
    """A constraint that is not known here."""


def suspects(graph: Store, shapes: Graph, ontology: Graph) -> set[NamedNode]:
    """The nodes that may break one of the shapes; `ontology` tells which classes are below which.

    Raises InputError for a shape whose targets are told in another way than by class or by a
    property that they have.
    """
    return _Search(graph, shapes, ontology).all()


@dataclass(frozen=True)
class _Search:
    graph: Store
    shapes: Graph
    ontology: Graph

    def all(self) -> set[NamedNode]:
        found: set[NamedNode] = set()
        for term in _TARGETS:
            for shape in self.shapes.subjects(term):
                raise InputError(
                    f"{shape}: its targets are told by {term}, which is not looked for here;"
                    " use sh:targetClass or sh:targetSubjectsOf"
                )
        for shape in set(self.shapes.subjects(SH.targetClass | SH.targetSubjectsOf)):
            breaking = set(self._of_shape(shape))
            found |= {node for node in breaking if self._is_target(node, shape)}
        return found

    def _terms(self, query: str) -> Iterator[Any]:
        answer: Any = self.graph.query(query, use_default_graph_as_union=True)
        return (row[0] for row in answer)

    # --- targets ----------------------------------------------------------------------------------

    def _targets(self, shape: Node) -> str:
        """A pattern of ?f, the targets of a shape."""
        classes = [k for c in self.shapes.objects(shape, SH.targetClass) for k in self._below(c)]
        parts = [f"{{ VALUES ?t {{ {_listed(classes)} }} ?f a ?t }}"] if classes else []
        had = self.shapes.objects(shape, SH.targetSubjectsOf)
        parts += [f"{{ SELECT DISTINCT ?f {{ ?f {term.n3()} ?any }} }}" for term in had]
        return " UNION ".join(parts)

    def _is_target(self, node: NamedNode, shape: Node) -> bool:
        mine = {quad.predicate.value for quad in self.graph.quads_for_pattern(node, None, None)}
        if mine & {str(term) for term in self.shapes.objects(shape, SH.targetSubjectsOf)}:
            return True
        types = self.graph.quads_for_pattern(node, NamedNode(RDF.type), None)
        classes = {k for c in self.shapes.objects(shape, SH.targetClass) for k in self._below(c)}
        return not classes.isdisjoint(URIRef(getattr(q.object, "value", "")) for q in types)

    @cached_property
    def _subclasses(self) -> Graph:
        found = Graph()
        found += self.ontology.triples((None, RDFS.subClassOf, None))
        for quad in self.graph.quads_for_pattern(None, NamedNode(RDFS.subClassOf), None):
            one, other = (URIRef(getattr(end, "value", "")) for end in (quad.subject, quad.object))
            found.add((one, RDFS.subClassOf, other))
        return found

    def _below(self, kind: Node) -> list[Node]:
        """The class and all below it."""
        below = self._subclasses.transitive_subjects(RDFS.subClassOf, kind)
        return sorted({one for one in below if one is not None}, key=str)

    # --- what breaks a shape ----------------------------------------------------------------------

    def _of_shape(self, shape: Node) -> Iterator[NamedNode]:
        """Nodes that may break it, be they targets or not."""
        targets = self._targets(shape)
        try:
            for bad in self._bad_values(shape):
                here = f"SELECT DISTINCT (?f AS ?v) {{ {targets} }}"
                yield from self._terms(f"SELECT ?v {{ {{ {here} }} {bad} }}")
            for constraint in self.shapes.objects(shape, SH.property):
                yield from self._of_property(constraint, targets)
        except _Unknown:
            yield from self._terms(f"SELECT DISTINCT ?f {{ {targets} }}")

    def _of_property(self, shape: Node, targets: str) -> Iterator[NamedNode]:
        terms = self._path(self.shapes.value(shape, SH.path))
        path = f"({'|'.join(map(str, terms))})"
        for bad in self._bad_values(shape):
            values = f"SELECT DISTINCT ?v {{ ?any {path} ?v }}"  # once: many have the same
            for value in self._terms(f"SELECT ?v {{ {{ {values} }} {bad} }}"):
                for leads in terms:
                    for quad in self.graph.quads_for_pattern(None, leads, value):
                        yield cast(NamedNode, quad.subject)
        for term, value in self.shapes.predicate_objects(shape):
            for pattern in self._of_all_values(shape, term, value, path, targets):
                yield from self._terms(f"SELECT ?f {{ {pattern} }}")

    def _path(self, path: Node | None) -> list[NamedNode]:
        """The properties any of which leads from a target to a value."""
        if isinstance(path, URIRef):
            return [NamedNode(path)]
        either = self.shapes.value(path, SH.alternativePath)
        if either is None:
            raise _Unknown
        return [term for one in Collection(self.shapes, either) for term in self._path(one)]

    def _of_all_values(
        self, shape: Node, term: Node, value: Node, path: str, targets: str
    ) -> Iterator[str]:
        """Patterns of ?f whose values together, along the path, break a constraint.

        All of them scan and compare sets: to look nodes up one by one takes many times longer.
        """
        if term in (SH.minCount, SH.maxCount) and value != _ONE:
            raise _Unknown
        other = value.n3()
        if term == SH.minCount:
            yield f"{targets} MINUS {{ ?f {path} ?v }}"
        elif term == SH.maxCount:
            yield _several(f"?f {path} ?v")
        elif term == SH.hasValue:
            yield f"{targets} MINUS {{ ?f {path} {other} }}"
        elif term == SH.disjoint:
            yield f"?f {path} ?v . ?f {other} ?v"
        elif term == SH.equals:
            yield f"?f {path} ?v MINUS {{ ?f {other} ?v }}"
            yield f"?f {other} ?v MINUS {{ ?f {path} ?v }}"
        elif term == SH.lessThan:
            both = f"{{ SELECT ?f ?v {{ ?f {path} ?v }} }} {{ SELECT ?f ?w {{ ?f {other} ?w }} }}"
            yield f"{both} FILTER(!COALESCE(?v < ?w, false))"
        elif term == SH.qualifiedValueShape:
            yield from self._qualified(shape, value, path, targets)

    def _qualified(self, shape: Node, value: Node, path: str, targets: str) -> Iterator[str]:
        good = f"?f {path} ?v FILTER(!({self._any_bad(value)}))"
        least = self.shapes.value(shape, SH.qualifiedMinCount)
        most = self.shapes.value(shape, SH.qualifiedMaxCount)
        if {least, most} - {None, _ONE}:
            raise _Unknown
        if least is not None:
            yield f"{targets} MINUS {{ {good} }}"
        if most is not None:
            yield _several(good)

    # --- what is wrong with one value -------------------------------------------------------------

    def _bad_values(self, shape: Node) -> Iterator[str]:
        """What leaves of values ?v those that break a constraint of the shape."""
        for term, value in self.shapes.predicate_objects(shape):
            if term == SH["class"]:
                yield f"MINUS {{ {self._of_class(value)} }}"
            elif term not in _SILENT and term not in _OF_ALL:
                yield f"FILTER({self._bad(shape, term, value)})"

    def _any_bad(self, shape: Node) -> str:
        """True of a value that breaks an inline shape."""
        if {SH.path, SH.property, *_OF_ALL} & set(self.shapes.predicates(shape)):
            raise _Unknown
        some = self.shapes.predicate_objects(shape)
        bad = [self._bad(shape, *one) for one in some if one[0] not in _SILENT]
        return " || ".join(f"({one})" for one in bad) or "false"

    def _of_class(self, kind: Node) -> str:
        return f"VALUES ?k {{ {_listed(self._below(kind))} }} ?v a ?k"

    def _bad(self, shape: Node, term: Node, value: Node) -> str:
        """An expression that is true of a value ?v that breaks the constraint."""
        text = value.n3()
        if term == SH["class"]:
            return f"NOT EXISTS {{ {self._of_class(value)} }}"
        if term == SH.nodeKind and value in _KINDS:
            return f"!{_KINDS[value]}"
        if term == SH.datatype and value in _READABLE:
            read = f"DATATYPE({text}(STR(?v))) = {text}"
            return f"!COALESCE(DATATYPE(?v) = {text} && {read}, false)"
        if term == SH.datatype and value == XSD.string:
            return f"!COALESCE(DATATYPE(?v) = {text}, false)"
        if term == SH.minLength and value == _ONE:  # without reading the text
            plain = f"DATATYPE(?v) = {XSD.string.n3()}"
            return f'!COALESCE({plain} && !sameTerm(?v, ""), false)'
        if term == SH.minLength:
            return f"!COALESCE(STRLEN(STR(?v)) >= {text}, false)"
        if term == SH.minInclusive:
            return f"!COALESCE(?v >= {text}, false)"
        if term == SH.maxInclusive:
            return f"!COALESCE(?v <= {text}, false)"
        if term == SH.pattern and (shape, SH.flags, None) not in self.shapes:
            return f"!COALESCE(REGEX(STR(?v), {text}), false)"
        if term == SH["in"]:
            known = [one.n3() for one in Collection(self.shapes, value)]
            return f"!({' || '.join(f'sameTerm(?v, {one})' for one in known)})"
        if term in (SH["or"], SH.xone):
            each = [f"({self._any_bad(one)})" for one in Collection(self.shapes, value)]
            if term == SH["or"]:
                return " && ".join(each)
            return f"({' + '.join(f'IF({bad}, 0, 1)' for bad in each)}) != 1"
        raise _Unknown


_OF_ALL = {
    *(SH.minCount, SH.maxCount, SH.hasValue, SH.disjoint, SH.equals, SH.lessThan),
    SH.qualifiedValueShape,
}


def _several(pattern: str) -> str:
    """A pattern of ?f that has more than one value there."""
    return f"{{ SELECT ?f (COUNT(?v) AS ?n) {{ {pattern} }} GROUP BY ?f }} FILTER(?n > 1)"


def _listed(terms: list[Node]) -> str:
    return " ".join(term.n3() for term in terms)
