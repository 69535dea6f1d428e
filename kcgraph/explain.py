"""What a query asks of a store, step by step, with how much each pattern matches.

Oxigraph chooses its plan itself and shows it to nobody who asks from Python. What can be shown is
the algebra of the query (SPARQL 1.1, section 18.2: what it means, whatever the order in which an
engine computes it), and for each triple pattern the number of triples of the store that match it.
A pattern that matches millions, or one that shares no variable with those before it, is where the
time goes. So patterns that stand together are given in the order in which they narrow most: the
rarest first, then the rarest of those that share a variable with what stands above; one that shares
none is marked, since it makes every row meet every row. What the engine takes for the whole query
is measured by running it, since pyoxigraph gives no times of single steps.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from kcgraph.errors import InputError
from kcgraph.output import curie
from kcgraph.query import run
from kcgraph.sparql import bind, locate_syntax_error, refuse_unsafe
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Literal, QuerySolutions, Store

    from kcgraph.sparql import Term


@dataclass(frozen=True, slots=True)
class Step:
    """A node of the algebra: `depth` counts from 0; `matches` is of triple patterns, else None."""

    depth: int
    text: str
    matches: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What a query took: `seconds` by the clock until its last row was read, and its `rows`.

    Of CONSTRUCT and DESCRIBE the rows are triples, of ASK it is one.
    """

    seconds: float
    rows: int


def measure(
    store: Store, query: str, *, bindings: Mapping[str, Sequence[Term]] | None = None
) -> Run:
    """Runs `query`, counts its rows and lets them go. Raises as `query.run` does."""
    from pyoxigraph import QueryBoolean

    start = time.perf_counter()
    answer = run(store, query, bindings=bindings)
    rows = 1 if isinstance(answer, QueryBoolean) else sum(1 for _ in answer)
    return Run(round(time.perf_counter() - start, 6), rows)


def explain(
    store: Store, query: str, *, bindings: Mapping[str, Sequence[Term]] | None = None
) -> list[Step]:
    """The algebra of `query` as a tree, outermost first, counted in `store`; it is not run.

    Raises InputError as `query.run` does, and for a query that is in no standard form.
    """
    from pyoxigraph import Store
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    refuse_unsafe(query)
    complete = bind(query, bindings or {})
    try:
        Store().query(complete, prefixes=PREFIXES)
    except SyntaxError as error:
        where = locate_syntax_error(query, str(error))
        raise InputError(f"SPARQL syntax error: {where}") from error
    try:
        algebra = translateQuery(parseQuery(complete), initNs=dict(PREFIXES)).algebra
    except Exception as error:  # rdflib's parser and algebra raise many kinds
        raise InputError(f"--explain cannot take this query apart: {error}") from error
    return list(_Counting(store).steps(algebra, 0))


_WORDS = {
    "SelectQuery": "SELECT",
    "AskQuery": "ASK",
    "ConstructQuery": "CONSTRUCT",
    "DescribeQuery": "DESCRIBE",
    "Distinct": "DISTINCT: each row once",
    "Reduced": "REDUCED",
    "Join": "JOIN: both of",
    "LeftJoin": "OPTIONAL: the first, and the second where there is one",
    "Union": "UNION: either of",
    "Minus": "MINUS: the first without the second",
    "OrderBy": "ORDER BY",
}
_SILENT = {"ToMultiSet", "AggregateJoin"}  # what they do is said by the node around them
_BRANCHES = {"Join", "LeftJoin", "Union", "Minus", "Graph", "Project"}


@dataclass(frozen=True, slots=True)
class _Counting:
    store: Store

    def steps(self, node: Any, depth: int) -> Iterator[Step]:
        name = node.name
        if name == "BGP":
            counted = [(p, self._pattern(p, depth)) for p in node.triples or ()]
            yield from _narrowing(counted)
            return
        if name not in _SILENT and not _names_an_aggregate(node):
            yield Step(depth, _text(node))
            depth += name in _BRANCHES
        for inner in (dict.get(node, key) for key in ("p", "p1", "p2")):
            if inner is not None:
                yield from self.steps(inner, depth)
        for negated, graph in _exists(dict.get(node, "expr")):
            yield Step(depth, "NOT EXISTS" if negated else "EXISTS")
            yield from self.steps(graph, depth + 1)

    def _pattern(self, pattern: tuple[Any, Any, Any], depth: int) -> Step:
        words = " ".join(map(_term, pattern))
        asked = " ".join(part.n3() for part in pattern)
        rows = cast(
            "QuerySolutions",
            self.store.query(
                f"SELECT (COUNT(*) AS ?rows) {{ {asked} }}", use_default_graph_as_union=True
            ),
        )
        (row,) = rows
        return Step(depth, words, int(cast("Literal", row["rows"]).value))


def _narrowing(counted: list[tuple[Any, Step]]) -> Iterator[Step]:
    """The patterns of a group, the rarest first; one that shares nothing with them is marked."""
    left = sorted(counted, key=lambda pair: pair[1].matches or 0)
    known: set[Any] = set()
    while left:
        own = [(pattern, _open(pattern)) for pattern, _ in left]
        joined = [n for n, (_, names) in enumerate(own) if names & known or not names or not known]
        pattern, step = left.pop(joined[0] if joined else 0)
        apart = "" if joined else "   <- shares no variable with those above: every row with every"
        yield replace(step, text=step.text + apart)
        known |= _open(pattern)


def _open(pattern: Any) -> set[Any]:
    """The variables and blank nodes of a triple pattern."""
    from rdflib.term import BNode, Variable

    return {part for part in pattern if isinstance(part, Variable | BNode)}


def _names_an_aggregate(node: Any) -> bool:
    return node.name == "Extend" and str(node.expr).startswith("__agg_")


def _text(node: Any) -> str:
    """A node in words, without what is inside it."""
    name: str = node.name
    if name == "Project":
        return f"columns {_variables(node.PV)}"
    if name == "Filter":
        return f"FILTER on {_variables(_mentioned(node.expr)) or 'EXISTS'}"
    if name == "Group":
        return f"GROUP BY {_variables(_mentioned(node.expr))}".rstrip()
    if name == "Extend":
        return f"BIND {node.var.n3()}"
    if name == "Graph":
        return f"GRAPH {_term(node.term)}"
    if name == "Slice":
        limit = f"LIMIT {node.length}" if node.length is not None else ""
        return " ".join(filter(None, (limit, f"OFFSET {node.start}" if node.start else "")))
    if name == "values":
        names = dict.fromkeys(variable for row in node.res for variable in row)
        return f"VALUES {_variables(names)}: {_rows(len(node.res))}"
    return _WORDS.get(name, name)


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _variables(names: Any) -> str:
    return " ".join(f"?{name}" for name in names)


def _term(term: Any) -> str:
    """As SPARQL writes it, with the known prefixes."""
    written: str = term.n3()
    return re.sub(r"<([^<>]*)>", lambda iri: curie(iri[1]), written)


def _mentioned(expression: Any) -> list[str]:
    """The variables of an expression, sorted, without those within EXISTS."""
    from rdflib.term import Variable

    found: set[str] = set()
    for part in _parts(expression):
        if isinstance(part, Variable):
            found.add(str(part))
    return sorted(found)


def _exists(expression: Any) -> Iterator[tuple[bool, Any]]:
    """(whether negated, the pattern) of every EXISTS in an expression."""
    for part in _parts(expression):
        if getattr(part, "name", "") in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            yield part.name == "Builtin_NOTEXISTS", part.graph


def _parts(expression: Any) -> Iterator[Any]:
    """An expression and everything in it; what is in EXISTS is left to who asks for it."""
    yield expression
    if isinstance(expression, list):
        for item in expression:
            yield from _parts(item)
    elif isinstance(expression, dict) and "graph" not in expression:
        for key, value in expression.items():
            if key != "_vars":
                yield from _parts(value)
