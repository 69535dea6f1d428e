"""Derived ties: what `ontology/rules/*.rq` conclude from positions and events.

A rule is a SPARQL CONSTRUCT of one triple. Its first comment says in a sentence what it derives; a
variable of its pattern that stands for a position or an event is what the tie rests on. Rules run
in the order of their file names, each sees what those before it derived.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
        QuerySolutions,
        QueryTriples,
        Store,
        Triple,
        Variable,
    )

    Bindings = dict[Variable, NamedNode | BlankNode | Literal | Triple]

_CONSTRUCT = re.compile(r"\bCONSTRUCT\s*\{\s*([^{}]*?)\s*\.?\s*\}\s*(?:WHERE\s*)?\{", re.IGNORECASE)
_INNER_SELECT = re.compile(
    r"(?<=\{)\s*SELECT\s+DISTINCT\s+[?$\w\s]+?(?:WHERE\s*)?\{", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Rule:
    """`sentence` says what it derives; `template` is the triple that it constructs, as written."""

    name: str
    text: str
    sentence: str
    template: tuple[str, str, str]

    @property
    def predicate(self) -> str:
        """The IRI of the tie."""
        return expand(self.template[1])


def load_rules(folder: Path | None = None) -> list[Rule]:
    """The rules that ship, in the order in which they run.

    A file in `folder` takes the place of the one that has its name, or is one more. Raises
    InputError for a file that is no rule, and if `folder` is none.
    """
    files = {f.name: f for f in (resources.ontology_dir() / "rules").glob("*.rq")}
    if folder is not None:
        if not folder.is_dir():
            raise InputError(f"{folder}: is no folder; name one that holds rules (*.rq)")
        files |= {f.name: f for f in folder.glob("*.rq")}
    return [_rule(file) for _, file in sorted(files.items())]


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


def _rule(file: Path) -> Rule:
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    found = _CONSTRUCT.search(text)
    template = found.group(1).split() if found else []
    if not lines or not lines[0].startswith("#") or len(template) != 3:
        raise InputError(
            f"{file}: is no rule; it needs a first comment that says what it derives, and the"
            " CONSTRUCT of one triple"
        )
    return Rule(
        file.stem, text, lines[0].lstrip("# ").strip(), (template[0], template[1], template[2])
    )
