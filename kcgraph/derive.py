"""Derived ties: what `ontology/rules/*.rq` conclude from positions and events.

A rule is a SPARQL CONSTRUCT of one triple. Its first comment says in a sentence what it derives; a
variable of its pattern that stands for a position or an event is what the tie rests on. Rules run
in the order of their file names, each sees what those before it derived.

The rules that ship are local: what a tie rests on has one target, or is one event. So after a small
change `renew` runs them on what touches it only; a test checks that this gives the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kcgraph import resources
from kcgraph.errors import InputError
from kcgraph.vocab import PREFIXES, Iris, digest, expand

if TYPE_CHECKING:
    from pyoxigraph import (
        BlankNode,
        Literal,
        NamedNode,
        Quad,
        QuerySolutions,
        QueryTriples,
        Store,
        Triple,
        Variable,
    )

    Term = NamedNode | BlankNode | Literal | Triple
    Subject = NamedNode | BlankNode | Triple
    Bindings = dict[Variable, Term]

_CONSTRUCT = re.compile(r"\bCONSTRUCT\s*\{\s*([^{}]*?)\s*\.?\s*\}\s*(?:WHERE\s*)?\{", re.IGNORECASE)
_INNER_SELECT = re.compile(
    r"(?<=\{)\s*SELECT\s+DISTINCT\s+[?$\w\s]+?(?:WHERE\s*)?\{", re.IGNORECASE
)


# Targets and events whose ties are derived at once by `renew`: so many fit into memory.
_AT_ONCE = 500
_WHOM = tuple(
    expand(f"kc:{name}") for name in ("holder", "addressee", "target", "participant", "recipient")
)


@dataclass(frozen=True, slots=True)
class Rule:
    """`sentence` says what it derives; `template` is the triple that it constructs, as written.

    `ships` says whether it is one of those that come with kcgraph.
    """

    name: str
    text: str
    sentence: str
    template: tuple[str, str, str]
    ships: bool = True

    @property
    def predicate(self) -> str:
        """The IRI of the tie."""
        return expand(self.template[1])


def load_rules(folder: Path | None = None) -> list[Rule]:
    """The rules that ship, in the order in which they run.

    A file in `folder` takes the place of the one that has its name, or is one more. Raises
    InputError for a file that is no rule, and if `folder` is none.
    """
    files = {f.name: (f, True) for f in (resources.ontology_dir() / "rules").glob("*.rq")}
    if folder is not None:
        if not folder.is_dir():
            raise InputError(f"{folder}: is no folder; name one that holds rules (*.rq)")
        files |= {f.name: (f, False) for f in folder.glob("*.rq")}
    return [_rule(file, ships) for _, (file, ships) in sorted(files.items())]


def digest_of(rules: Iterable[Rule]) -> str:
    """Changes when a rule does."""
    return digest(*(part for rule in rules for part in (rule.name, rule.text)))


def derive(graph: Store, rules: Iterable[Rule], *, iris: Iris) -> None:
    """Makes the derived graph of `graph` hold what the rules conclude from the others, no more."""
    from pyoxigraph import NamedNode, Quad

    derived = NamedNode(iris.derived_graph)
    graph.clear_graph(derived)
    for rule in rules:
        try:
            found = graph.query(rule.text, prefixes=PREFIXES, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise InputError(f"rule {rule.name}: {error}") from error
        triples = cast("QueryTriples", found)
        graph.extend({Quad(t.subject, t.predicate, t.object, derived) for t in triples})


def renew(
    graph: Store,
    before: Store,
    rules: Sequence[Rule],
    touched: Collection[Subject],
    *,
    iris: Iris,
) -> None:
    """As `derive`, after a change: `before` is as it was, with its ties, and these rules made them.

    `touched` are the subjects of all triples that changed. With rules that do not ship everything
    is derived again.
    """
    from pyoxigraph import NamedNode, Quad

    if not all(rule.ships for rule in rules):
        derive(graph, rules, iris=iris)
        return
    derived = NamedNode(iris.derived_graph)
    about = _grounds(before, touched) | _grounds(graph, touched)
    old, new = (_ties_on(store, about, rules, iris) for store in (before, graph))
    others = _Nearby(graph)
    elsewhere = {g for tie in old - new for g in others.of(tie.subject) & others.of(tie.object)}
    new |= _ties_on(graph, elsewhere - about, rules, iris)
    graph.extend(Quad(t.subject, t.predicate, t.object, derived) for t in new)
    for t in old - new:
        graph.remove(Quad(t.subject, t.predicate, t.object, derived))


def _grounds(graph: Store, touched: Collection[Subject]) -> set[NamedNode]:
    """The targets and events on which ties of what was touched may rest."""
    nearby, holds = _Nearby(graph), _node("org:holds")
    posts = {q.subject for n in touched for q in graph.quads_for_pattern(None, holds, n, None)}
    return {ground for node in {*touched, *posts} for ground in nearby.of(node)}


class _Nearby:
    """What a tie of a node of `graph` may rest on."""

    def __init__(self, graph: Store) -> None:
        self._graph = graph
        self._known: dict[Term, frozenset[NamedNode]] = {}

    def of(self, node: Term) -> frozenset[NamedNode]:
        """Itself, the targets that it has, or that it takes or is asked to take a position on, and
        the events that it has a part in."""
        from pyoxigraph import NamedNode

        if not isinstance(node, NamedNode):
            return frozenset()
        if node not in self._known:
            claims = {node, *self._subjects(("kc:holder", "kc:addressee"), node)}
            found = {node, *self._subjects(("kc:participant", "kc:recipient"), node)} | {
                quad.object
                for claim in claims
                for quad in self._graph.quads_for_pattern(claim, _node("kc:target"), None, None)
            }
            self._known[node] = frozenset(n for n in found if isinstance(n, NamedNode))
        return self._known[node]

    def _subjects(self, predicates: Iterable[str], object: NamedNode) -> Iterator[Subject]:
        for predicate in predicates:
            for quad in self._graph.quads_for_pattern(None, _node(predicate), object, None):
                yield quad.subject


def _ties_on(
    graph: Store, grounds: Iterable[NamedNode], rules: Sequence[Rule], iris: Iris
) -> set[Triple]:
    """What the rules conclude from the positions on these targets, and from these events."""
    from pyoxigraph import Store

    identity, derived = _node(iris.identity_graph), _node(iris.derived_graph)
    target = _node("kc:target")

    def about(nodes: Iterable[Term], graph_name: NamedNode | None = None) -> list[Quad]:
        """All that is said of the nodes."""
        some = cast("Iterable[NamedNode]", nodes)
        return [q for n in some for q in graph.quads_for_pattern(n, None, None, graph_name)]

    found: set[Triple] = set()
    ordered = sorted(grounds, key=str)
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        # a position alone tells nothing: it is read with all the others on its target
        alone = [n for n in some if not any(graph.quads_for_pattern(n, target, None, None))]
        on = (quad for n in some for quad in graph.quads_for_pattern(None, target, n, None))
        said = about({*alone, *(quad.subject for quad in on)})
        known = about({q.object for q in said if q.predicate.value in _WHOM}, identity)
        posts = about({q.object for q in known if q.predicate == _node("org:holds")}, identity)
        near = Store()
        near.extend([*said, *known, *posts])
        derive(near, rules, iris=iris)
        found |= {quad.triple for quad in near.quads_for_pattern(None, None, None, derived)}
    return found


def behind(graph: Store, rule: Rule, subject: NamedNode, object: NamedNode) -> Iterator[list[str]]:
    """What the tie between two nodes rests on: the IRIs of positions or events, once per ground.

    An agreement, for example, gives a list with two positions for each issue that it is about.
    """
    from pyoxigraph import NamedNode, Variable

    ends = {rule.template[0]: subject, rule.template[2]: object}
    bound: Bindings = {Variable(v[1:]): node for v, node in ends.items() if v.startswith("?")}
    # what an inner SELECT DISTINCT counts once is told apart here
    opened = _INNER_SELECT.sub(" SELECT * {", rule.text)
    query = _CONSTRUCT.sub("SELECT DISTINCT * WHERE {", opened, count=1)
    found = graph.query(
        query, prefixes=PREFIXES, use_default_graph_as_union=True, substitutions=bound
    )
    evidence = NamedNode(expand("kc:evidence"))
    seen = set()
    for row in cast("QuerySolutions", found):
        nodes = {node for node in (*row, *bound.values()) if isinstance(node, NamedNode)}
        grounds = tuple(
            sorted(
                n.value
                for n in nodes
                if any(True for _ in graph.quads_for_pattern(n, evidence, None, None))
            )
        )
        if grounds and grounds not in seen:
            seen.add(grounds)
            yield list(grounds)


@cache
def _node(name: str) -> NamedNode:
    """The node of an IRI, or of a prefixed name such as `kc:target`."""
    from pyoxigraph import NamedNode

    return NamedNode(name if "//" in name else expand(name))


def _rule(file: Path, ships: bool) -> Rule:
    text = resources.read_text(file)
    lines = text.splitlines()
    found = _CONSTRUCT.search(text)
    template = found.group(1).split() if found else []
    if not lines or not lines[0].startswith("#") or len(template) != 3:
        raise InputError(
            f"{file}: is no rule; it needs a first comment that says what it derives, and the"
            " CONSTRUCT of one triple"
        )
    sentence = lines[0].lstrip("# ").strip()
    return Rule(file.stem, text, sentence, (template[0], template[1], template[2]), ships)
