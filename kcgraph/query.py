"""Asking a store in SPARQL, directly or by named queries with typed parameters.

    for row in run(store, "SELECT ?name { ?s a kc:Stakeholder ; rdfs:label ?name }"): ...
    demands = named_queries()["demands"]
    names = lambda: NameIndex.of(store)
    run(store, demands.text, bindings=demands.bind({"issue": ["body cameras"]}, names))

A named query is a SPARQL file that runs as it stands, in any engine that has the prefixes. Its
first comment says what it answers. A parameter is a one-variable VALUES block, whose content is the
default, and a comment that gives its type:

    # Who demands what of whom.
    # @param issue issue  only demands on this issue
    SELECT ... WHERE { VALUES ?issue { UNDEF } ... }
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kcgraph import resources
from kcgraph.errors import InputError, NotFound, WorkError
from kcgraph.names import STAKEHOLDERS, NameIndex
from kcgraph.sparql import (
    bind,
    graphs_named,
    locate_syntax_error,
    parameters,
    refuse_unsafe,
    tokens,
)
from kcgraph.vocab import PREFIXES, expand

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store

    from kcgraph.sparql import Term

QUERIES_VARIABLE = "KCGRAPH_QUERIES"  # environment: folders of own queries, separated as in PATH


@dataclass(frozen=True, slots=True)
class Graphs:
    """The graphs that a query is asked of (IRIs), whatever its FROM clauses say."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def run(
    store: Store,
    query: str,
    *,
    bindings: Mapping[str, Sequence[Term]] | None = None,
    among: Graphs | None = None,
) -> QuerySolutions | QueryBoolean | QueryTriples:
    """What `store` answers, lazily, as pyoxigraph gives it.

    The prefixes of `vocab.PREFIXES` need no declaration. The default graph is the union of all
    graphs, unless the query names graphs with FROM, or `among` does. `bindings` restrict variables
    to terms (see `sparql.bind`). A query runs until it is done: who needs a time limit runs it in
    a process that can be stopped, as the command line and the server do.

    Raises InputError, with line and column, for a syntax error and for whatever would change
    data or reach outside the store; WorkError if the store cannot be read.
    """
    refuse_unsafe(query)
    graphs = [*among.default, *among.named] if among else graphs_named(query)
    _refuse_unknown_graphs(store, graphs)
    complete = bind(query, bindings or {})
    dataset = _dataset(among) if among else {"use_default_graph_as_union": not graphs}
    try:
        return store.query(complete, prefixes=PREFIXES, **dataset)
    except SyntaxError as error:
        where = locate_syntax_error(query, str(error))
        raise InputError(f"SPARQL syntax error: {where}") from error
    except OSError as error:
        raise WorkError(f"the store cannot be read: {error}") from error


def _dataset(among: Graphs) -> dict[str, Any]:
    from pyoxigraph import NamedNode

    return {
        "default_graph": [NamedNode(iri) for iri in among.default],
        "named_graphs": [NamedNode(iri) for iri in among.named],
    }


def _refuse_unknown_graphs(store: Store, graphs: Sequence[str]) -> None:
    from pyoxigraph import NamedNode

    for iri in graphs:
        try:
            known = store.contains_named_graph(NamedNode(iri))
        except ValueError:
            known = False
        if not known:
            raise InputError(
                f"query refused: <{iri}> is not a graph of this store, and nothing is fetched "
                "from elsewhere; graphs of this store: kcgraph query --name graphs"
            )


# --- named queries --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that a named query can be given.

    `type` is string, integer, decimal, boolean, date, iri, or what is given by name: stakeholder,
    issue, outlet. `default` is the content of the VALUES block: terms, or UNDEF for "any".
    """

    name: str
    type: str
    about: str
    default: str

    @property
    def choices(self) -> tuple[str, ...]:
        """The prefixed names that `about` lists, of a parameter of type iri: it takes one of them.

        Of other types, and where none is listed, empty.
        """
        if self.type != "iri":
            return ()
        return tuple(re.findall(r"\b\w+:\w+", self.about))

    @property
    def default_shown(self) -> str:
        """The default in words: "any", or the terms without quotes and datatypes."""
        if self.default == "UNDEF":
            return "any"
        return re.sub(r'"([^"]*)"(?:\^\^\S+)?', r"\1", self.default)


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with a name, what it answers in a sentence, and its parameters."""

    name: str
    about: str
    parameters: tuple[Parameter, ...]
    text: str
    path: Path

    def bind(
        self, values: Mapping[str, Sequence[str]], names: Callable[[], NameIndex]
    ) -> dict[str, list[Term]]:
        """The terms that `values` mean, names looked up in `names`, for `run(bindings=...)`.

        A key is the name of a parameter, or `name:type` to say another type than the declared one.
        Of the choices of a parameter the local name is enough, in any case: "person", "open".

        Raises InputError for an unknown parameter or a value that is not of its type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        bindings: dict[str, list[Term]] = {}
        for key, some in values.items():
            name, _, type = key.partition(":")
            if name not in known:
                offered = ", ".join(known) or "none"
                raise NotFound(f"query {self.name!r} has no parameter {name!r}; it has: {offered}")
            parameter = replace(known[name], type=type) if type else known[name]
            if parameter.type not in _TYPES and parameter.type not in _NAME_TYPES:
                raise InputError(
                    f"parameter {name!r}: unknown type {parameter.type!r}; choose one of {_KNOWN}"
                )
            bindings[name] = [term_of(value, parameter, names) for value in some]
        return bindings


def named_queries(*folders: Path) -> dict[str, NamedQuery]:
    """All named queries by name: the shipped ones, those of the user's folders, of `folders`.

    The user's are the folder `kcgraph/queries` where configuration is kept (XDG_CONFIG_HOME, else
    ~/.config) if there is one, then those of the environment variable KCGRAPH_QUERIES; `folders`
    come last. A later query replaces an earlier one of the same name.

    Raises InputError for a folder that is not there and a query that is not well formed.
    """
    own: list[Path] = []
    with suppress(RuntimeError):  # a user without a home
        config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        own = [f for f in [config / "kcgraph" / "queries"] if f.is_dir()]
    own += [Path(p) for p in os.environ.get(QUERIES_VARIABLE, "").split(os.pathsep) if p]
    found: dict[str, NamedQuery] = {}
    for folder in [resources.ontology_dir() / "queries", *own, *folders]:
        if not folder.is_dir():
            raise InputError(f"{folder}: no such folder of queries")
        for path in sorted(folder.glob("*.rq")):
            found[path.stem] = read_named_query(path)
    return dict(sorted(found.items()))


def named_query(name: str, *folders: Path) -> NamedQuery:
    """The named query `name`.

    Raises NotFound, which offers the nearest names, if there is none.
    """
    known = named_queries(*folders)
    if name in known:
        return known[name]
    from rapidfuzz import process

    near = [hit[0] for hit in process.extract(name, list(known), limit=3, score_cutoff=60)]
    offer = f"did you mean {' or '.join(near)}?" if near else "all queries: kcgraph query --list"
    raise NotFound(f"unknown query {name!r}; {offer}")


_PARAM = re.compile(r"^#\s*@param\s+(?P<name>\w+)\s+(?P<type>\w+)\s*(?P<about>.*)$", re.MULTILINE)
_COMMENT = re.compile(r"\A(?:\s*#(?!\s*@param)[^\n]*\n)+")


def read_named_query(path: Path) -> NamedQuery:
    """The query in `path`, an .rq file in the form that the module describes.

    Raises InputError if it cannot be read, has no first comment, or a declared parameter has no
    VALUES block or an unknown type.
    """
    text = resources.read_text(path)
    comment = _COMMENT.match(text)
    if not comment:
        raise InputError(f"{path}: the first line must be a comment that says what it answers")
    about = " ".join(line.strip().lstrip("#").strip() for line in comment[0].splitlines())
    return NamedQuery(path.stem, about.strip(), tuple(_declared(text, path)), text, path)


def loose_query(text: str) -> NamedQuery:
    """A query that was typed in: every variable of it can be given a value.

    The values are strings, unless the text declares another type as named queries do.
    """
    declared = {parameter.name: parameter for parameter in _declared(text, Path("query"))}
    loose = {
        token.text[1:]: Parameter(token.text[1:], "string", "", "UNDEF")
        for token in tokens(text)
        if token.kind == "variable"
    }
    return NamedQuery("query", "", tuple({**loose, **declared}.values()), text, Path())


def _declared(text: str, path: Path) -> Iterator[Parameter]:
    defaults = parameters(text)
    for match in _PARAM.finditer(text):
        name, kind = match["name"], match["type"]
        if name not in defaults:
            raise InputError(f"{path}: parameter {name!r} has no block VALUES ?{name} {{ ... }}")
        if kind not in _TYPES and kind not in _NAME_TYPES:
            known = ", ".join([*_TYPES, *_NAME_TYPES])
            raise InputError(
                f"{path}: parameter {name!r} has type {kind!r}; must be one of {known}"
            )
        yield Parameter(name, kind, match["about"].strip(), defaults[name])


# --- typed values --------------------------------------------------------------------------------

_TYPES = {
    "string": r"(?s).*",
    "integer": r"[+-]?\d+",
    "decimal": r"[+-]?(\d+\.?\d*|\.\d+)",
    "boolean": r"true|false",
    "date": r"\d{4}-\d{2}-\d{2}",
    "iri": r"(?s).*",
}
_NAME_TYPES = {
    "stakeholder": STAKEHOLDERS,
    "issue": frozenset(("issue",)),
    "outlet": frozenset(),
}
_KNOWN = ", ".join([*_TYPES, *_NAME_TYPES])


def term_of(value: str, parameter: Parameter, names: Callable[[], NameIndex]) -> Term:
    """The RDF term of the `value` of a parameter.

    `names` is asked only if the type is a name.

    Raises InputError if `value` is not of `type`.
    """
    from pyoxigraph import Literal, NamedNode

    name, type = parameter.name, parameter.type
    if type == "outlet":
        return Literal(names().outlet(value))
    if type in _NAME_TYPES:
        return NamedNode(names().find(value, _NAME_TYPES[type]).iri)
    if type == "iri":
        return _iri(_chosen(value, parameter), name)
    if not re.fullmatch(_TYPES[type], value):
        raise InputError(f"parameter {name!r}: {value!r} is not of type {type}")
    if type == "date":
        check_date(value, f"parameter {name!r}")
    try:
        return Literal(value) if type == "string" else Literal(value, datatype=_xsd(type))
    except ValueError:  # a lone surrogate
        raise InputError(f"parameter {name!r}: {value!r} is not valid Unicode") from None


def _chosen(value: str, parameter: Parameter) -> str:
    """The one of the parameter's choices that `value` means; `value` if it has none."""
    if not parameter.choices:
        return value
    for choice in parameter.choices:
        prefix, _, local = choice.partition(":")
        forms = (choice, local, PREFIXES.get(prefix, "") + local)
        if value.removeprefix("<").removesuffix(">").casefold() in map(str.casefold, forms):
            return choice
    listed = ", ".join(parameter.choices)
    raise NotFound(f"parameter {parameter.name!r}: unknown {value!r}; choose one of: {listed}")


def check_date(value: str, what: str) -> str:
    """`value` if it is an ISO 8601 date, YYYY-MM-DD.

    Raises InputError, with `what` it is for, if not.
    """
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise InputError(f"{what}: {value!r} is not a date, expected YYYY-MM-DD") from None


def _iri(value: str, name: str) -> Term:
    from pyoxigraph import NamedNode

    prefix, _, local = value.partition(":")
    if prefix in PREFIXES and not local.startswith("//"):
        value = PREFIXES[prefix] + local
    try:
        return NamedNode(value.removeprefix("<").removesuffix(">"))
    except ValueError:
        raise InputError(f"parameter {name!r}: {value!r} is not an IRI") from None


def _xsd(type: str) -> NamedNode:
    from pyoxigraph import NamedNode

    return NamedNode(expand(f"xsd:{type}"))
