"""Writes the pages of docs/ that follow from other files: commands, ontology, cookbook, notebook.

    python docs/generate.py            # after a change of a help text, a term, a rule or a query
    python docs/generate.py --check    # exit status 1 if a page is not what it would be

Rows in the cookbook and the notebook are those of the two shipped articles, as a careful reader
annotated them (`data/gold`): nothing is read by a model, so they are the same on every machine.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import io
import json
import os
import pkgutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ARTICLES = ("kcpd-new-policies", "lucas-announces-changes")
NOTE = "<!-- written by docs/generate.py; change what it is made from, not this page -->"
MOST_ROWS = 5  # of an answer in the cookbook
# what the cookbook asks, where an answer to the bare query would be too long to see the point
EXAMPLES = {
    "articles": {},
    "changed-positions": {"who": "civil rights organizations"},
    "commitments": {"who": "Lucas"},
    "criticism": {"criticized": "Lucas"},
    "demands": {"issue": "body cameras"},
    "demanded-of": {"addressee": "Lucas"},
    "letters": {"signatory": "NAACP"},
    "acting-together": {"kind": "kc:Meeting"},
    "allies": {"who": "Zahnd"},
    "opponents": {"who": "Smith"},
    "open-demands": {"since": "2020-06-04"},
    "positions-on-issue": {"issue": "body cameras", "as_of": "2020-12-31"},
    "promises": {"who": "Lucas"},
    "quotes": {"who": "Zahnd"},
    "refusals": {"who": "the police chief"},
    "search": {"words": "win-win"},
    "timeline": {"who": "Lucas"},
    "told-by-one-outlet": {"who": "Lucas", "outlet": "KCTV"},
    "who-wants-what": {"who": "Smith"},
}


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated page: its file and its text."""
    yield DOCS / "commands.md", commands()
    yield DOCS / "ontology.md", ontology()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        shipped_store(store)
        yield DOCS / "cookbook.md", cookbook(store)
        notebook = DOCS / "notebook.ipynb"
        yield notebook, executed(notebook.read_text(encoding="utf-8"), store)


def shipped_store(path: Path) -> None:
    """The store of the two shipped articles from their gold records."""
    from kcgraph.annotations import read_annotated
    from kcgraph.build import build_from_records

    build_from_records(path, read_annotated([ROOT / f"data/gold/{name}.json" for name in ARTICLES]))


# --- commands -------------------------------------------------------------------------------------


def commands() -> str:
    """Every command with its help, its arguments and its options."""
    import typer

    import kcgraph.cli
    from kcgraph.cli.app import app

    for module in pkgutil.iter_modules(kcgraph.cli.__path__):  # importing it registers its commands
        importlib.import_module(f"kcgraph.cli.{module.name}")
    lines = [NOTE, "", "# Commands", ""]
    lines += ["Every command says this itself: `kcgraph COMMAND --help`.", ""]
    known: Any = typer.main.get_command(app)
    for name, command in sorted(known.commands.items()):
        if command.hidden:
            continue
        lines += [f"## kcgraph {name}", "", *_help(command.help or ""), ""]
        lines += _options(command.params)
    return "\n".join(lines).rstrip() + "\n"


def _help(text: str) -> Iterator[str]:
    """The help as Markdown: what is indented is a command."""
    import inspect

    for block in inspect.cleandoc(text).split("\n\n"):
        if block.startswith("    "):
            yield from ("```sh", inspect.cleandoc(block), "```", "")
        else:
            yield from (" ".join(block.split()), "")


def _options(params: Iterable[Any]) -> Iterator[str]:
    rows = [_option(p) for p in params if not getattr(p, "hidden", False) and p.name != "help"]
    if rows:
        yield from ("| argument or option | what it does | default |", "| --- | --- | --- |")
        yield from (f"| {name} | {about} | {default} |" for name, about, default in rows)
        yield ""


def _option(param: Any) -> tuple[str, str, str]:
    kind = getattr(param, "type_descriptor", None) or getattr(param, "type", None)
    choices = getattr(kind, "choices", None)
    name = ", ".join(f"`{o}`" for o in (*param.opts, *param.secondary_opts))
    if not name.startswith("`-"):
        name = f"`{(param.metavar or param.name).upper()}`"
    about = " ".join((param.help or "").split())
    if choices:
        named = ", ".join(f"`{getattr(choice, 'value', choice)}`" for choice in choices)
        about += f" One of: {named}."
    if getattr(param, "envvar", None):
        about += f" Environment: `{param.envvar}`."
    default = param.default
    plain = isinstance(default, str | int | float | Path) and not isinstance(default, bool)
    return name, about.replace("|", "\\|"), f"`{default}`" if plain and default != "" else ""


# --- ontology -------------------------------------------------------------------------------------


def ontology() -> str:
    """Classes, properties, values and rules of the ontology, with a diagram."""
    from rdflib import DCTERMS, OWL, RDF, RDFS, Graph

    graph = Graph().parse(ROOT / "ontology/kcgraph.ttl")
    (about,) = graph.subjects(RDF.type, OWL.Ontology)
    classes = _own(graph.subjects(RDF.type, OWL.Class))
    properties = _own(
        (
            *graph.subjects(RDF.type, OWL.ObjectProperty),
            *graph.subjects(RDF.type, OWL.DatatypeProperty),
        ),
    )
    named = set(graph.subjects(RDF.type, OWL.NamedIndividual))
    named |= {s for c in classes for s in graph.subjects(RDF.type, c)}
    values = _own(named)
    lines = [NOTE, "", "# Ontology", "", _words(graph, about, DCTERMS.description)]
    lines += ["", f"Prefix `kc:` is `{_kc()}`. Made from `ontology/kcgraph.ttl`.", ""]
    lines += ["```mermaid", "classDiagram", *_diagram(graph, classes, properties), "```", ""]
    lines += ["## Classes", "", "| class | is a | meaning |", "| --- | --- | --- |"]
    for term in classes:
        lines.append(
            f"| {_code(term)} | {_terms(graph, term, RDFS.subClassOf)} | {_cell(graph, term)} |"
        )
    lines += ["", "## Properties", ""]
    lines += ["| property | of | to | is a | meaning |", "| --- | --- | --- | --- | --- |"]
    for term in properties:
        ends = (_terms(graph, term, end) for end in (RDFS.domain, RDFS.range, RDFS.subPropertyOf))
        lines.append(f"| {_code(term)} | {' | '.join(ends)} | {_cell(graph, term)} |")
    if values:
        lines += ["", "## Values", "", "| value | is a | meaning |", "| --- | --- | --- |"]
        for term in values:
            lines.append(
                f"| {_code(term)} | {_terms(graph, term, RDF.type)} | {_cell(graph, term)} |"
            )
    lines += ["", *_rules()]
    return "\n".join(lines).rstrip() + "\n"


def _rules() -> Iterator[str]:
    from kcgraph.derive import load_rules

    yield from ("## Rules", "")
    yield "A build derives these ties; the rules are files in `ontology/rules/` that you can change"
    yield from ("(`kcgraph build --rules FOLDER`). Their first lines say what each means:", "")
    for rule in load_rules():
        comment = [line.lstrip("# ") for line in rule.text.splitlines() if line.startswith("#")]
        yield f"- `kc:{rule.predicate.rpartition('#')[2]}`: {' '.join(comment)}"


def _kc() -> str:
    from kcgraph.vocab import KC

    return KC


def _own(terms: Iterable[Any]) -> list[Any]:
    return sorted({t for t in terms if str(t).startswith(_kc())}, key=lambda t: str(t).casefold())


def _words(graph: Any, term: Any, predicate: Any) -> str:
    return " ".join(" ".join(str(text).split()) for text in sorted(graph.objects(term, predicate)))


def _cell(graph: Any, term: Any) -> str:
    from rdflib import RDFS

    return _words(graph, term, RDFS.comment).replace("|", "\\|")


def _terms(graph: Any, term: Any, predicate: Any) -> str:
    from rdflib import OWL, URIRef

    some = [t for t in graph.objects(term, predicate) if isinstance(t, URIRef)]
    return ", ".join(sorted(_code(t) for t in some if not str(t).startswith(str(OWL))))


def _code(term: Any) -> str:
    from kcgraph.output import curie

    return f"`{curie(str(term))}`"


def _diagram(graph: Any, classes: list[Any], properties: list[Any]) -> Iterator[str]:
    from rdflib import RDFS

    def name(term: Any) -> str:
        return str(term).rpartition("#")[2]

    for term in classes:
        for parent in sorted(set(graph.objects(term, RDFS.subClassOf)) & set(classes)):
            yield f"  {name(parent)} <|-- {name(term)}"
    for term in properties:
        ends = (graph.objects(term, RDFS.domain), graph.objects(term, RDFS.range))
        for one in sorted(set(ends[0]) & set(classes)):
            for other in sorted(set(ends[1]) & set(classes)):
                yield f"  {name(one)} --> {name(other)} : {name(term)}"


# --- cookbook -------------------------------------------------------------------------------------


def cookbook(store: Path) -> str:
    """Every named query: what it answers, how it is called, its rows, its SPARQL."""
    from kcgraph.query import named_queries

    lines = [NOTE, "", "# SPARQL cookbook", ""]
    lines += [
        "Every question that kcgraph knows by name, with what it answers for the two shipped",
        f"articles (at most {MOST_ROWS} rows) and the SPARQL behind it, to be copied and changed.",
        "Prefixes need no declaration in `kcgraph query`; they stand here so that the queries run",
        "in any engine. A parameter is a `VALUES` block of one variable; `UNDEF` means any.",
        "Queries of your own: put `NAME.rq` files into `~/.config/kcgraph/queries`, or name their",
        "folder in `KCGRAPH_QUERIES` or with `--queries`.",
        "",
    ]
    for query in named_queries().values():
        lines += _recipe(query, store)
    return "\n".join(lines).rstrip() + "\n"


def _recipe(query: Any, store: Path) -> Iterator[str]:
    from kcgraph.names import NameIndex
    from kcgraph.output import write_answer
    from kcgraph.query import run
    from kcgraph.store import open_graph

    graph = open_graph(store)
    values = EXAMPLES.get(query.name, {})
    given = "".join(f" --param {key}={_quoted(value)}" for key, value in values.items())
    yield from (f"## {query.name}", "", query.about, "")
    for p in query.parameters:
        yield f"- `{p.name}` ({p.type}, default {p.default_shown}): {p.about}"
    if query.parameters:
        yield ""
    yield from ("```sh", f"kcgraph query --name {query.name}{given}", "```", "")
    bindings = query.bind({k: [v] for k, v in values.items()}, lambda: NameIndex.of(graph))
    out = io.BytesIO()
    answer = run(graph, query.text, bindings=bindings)
    cut = write_answer(answer, out, format="markdown", limit=MOST_ROWS)
    table = out.getvalue().decode()
    yield table.rstrip() if table.count("\n") > 2 else "No rows for these two articles."
    if cut is not None:
        yield from ("", "and more.")
    yield from ("", "```sparql", query.text.rstrip(), "```", "")


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


# --- notebook -------------------------------------------------------------------------------------


def executed(text: str, store: Path) -> str:
    """The notebook with the outputs that its cells give, run one after the other."""
    notebook = json.loads(text)
    scope: dict[str, Any] = {"__name__": "__main__"}
    before = os.environ.get("KCGRAPH_STORE")
    os.environ["KCGRAPH_STORE"] = str(store)
    try:
        count = 0
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                count += 1
                cell["execution_count"] = count
                cell["outputs"] = list(_outputs("".join(cell["source"]), scope, count))
    finally:
        if before is None:
            del os.environ["KCGRAPH_STORE"]
        else:
            os.environ["KCGRAPH_STORE"] = before
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _outputs(source: str, scope: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """What a cell prints, and the value of its last expression, as Jupyter keeps them."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    value = None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), scope)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), scope)
    if printed.getvalue():
        lines = printed.getvalue().splitlines(keepends=True)
        yield {"name": "stdout", "output_type": "stream", "text": lines}
    if value is not None:
        yield {
            "data": {"text/plain": repr(value).splitlines(keepends=True)},
            "execution_count": count,
            "metadata": {},
            "output_type": "execute_result",
        }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--check", action="store_true", help="write nothing")
    check = arguments.parse_args().check
    stale = []
    for file, text in pages():
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(file)
        if not check:
            file.write_text(text, encoding="utf-8")
    for file in stale:
        state = "is not up to date: python docs/generate.py" if check else "written"
        sys.stderr.write(f"{file.relative_to(ROOT)}: {state}\n")
    sys.exit(1 if check and stale else 0)


if __name__ == "__main__":
    main()
