"""Answers as text: tables, Markdown, CSV, JSON, and the result formats of the W3C.

Everything comes as bytes on a binary stream, so that what is piped is UTF-8 on every machine.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from kcgraph.errors import InputError
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

    from kcgraph.sparql import Term

    Answer = QuerySolutions | QueryBoolean | QueryTriples

SELECT_FORMATS = ("table", "csv", "tsv", "json", "xml", "markdown")  # and of ASK
GRAPH_FORMATS = ("turtle", "ntriples", "jsonld", "xml")
HELD_ROWS = 10_000  # a table and Markdown need all rows at once: the most that they hold unasked


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under column names; every row has as many cells as there are columns."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def text(self, width: int = 100) -> str:
        """The table drawn in at most `width` columns of a terminal, long cells wrapped."""
        from rich.box import SIMPLE_HEAD
        from rich.console import Console
        from rich.table import Table as Drawn
        from rich.text import Text

        drawn = Drawn(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for column in self.columns:
            drawn.add_column(Text(column), overflow="fold")
        for row in self.rows:
            drawn.add_row(*(Text(printable(cell)) for cell in row))
        console = Console(file=io.StringIO(), width=width, color_system=None, legacy_windows=False)
        with console.capture() as captured:
            console.print(drawn)
        return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"

    def markdown(self) -> str:
        """A pipe table of GitHub Flavored Markdown."""
        lines = [self.columns, ("---",) * len(self.columns), *self.rows]
        return "".join(f"| {' | '.join(map(markdown_cell, line))} |\n" for line in lines)

    def csv(self) -> str:
        """RFC 4180, with a header line."""
        out = io.StringIO()
        csv.writer(out).writerows([self.columns, *self.rows])
        return out.getvalue()


def printable(text: str) -> str:
    """`text` without what a terminal would obey: control characters and marks of direction."""
    obeyed = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
    return re.sub(obeyed, "\ufffd", text.replace("\r\n", "\n"))


def markdown_cell(text: str) -> str:
    """`text` on one line, with everything escaped that Markdown or HTML would read as markup."""
    text = re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", printable(text).replace("&", "&amp;"))
    return " ".join(text.split())


def to_json(value: Any) -> str:
    """Data classes, and lists of them, as indented JSON with a final newline.

    An object has the fields of its class and its properties.
    """
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=2) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"no JSON form for {type(value).__name__}")
    names = [f.name for f in dataclasses.fields(value)]
    names += [n for n, part in vars(type(value)).items() if isinstance(part, property)]
    return {name: getattr(value, name) for name in names}


# --- answers of the query engine ------------------------------------------------------------


def formats_of(answer: Answer) -> tuple[str, ...]:
    """The names of the formats that fit `answer`."""
    from pyoxigraph import QueryTriples

    return GRAPH_FORMATS if isinstance(answer, QueryTriples) else SELECT_FORMATS


def write_answer(
    answer: Answer,
    out: IO[bytes],
    *,
    format: str | None = None,
    limit: int | None = None,
    terminal: bool = False,
    width: int = 100,
) -> int | None:
    """Write `answer` to `out`; the number of rows at which it was cut, or None if it was not.

    Without a `format`: table on a terminal, else CSV, and Turtle for triples.

    Raises InputError if the format does not fit the form of the query.
    """
    from pyoxigraph import QueryBoolean, QuerySolutions

    fitting = formats_of(answer)
    if format is None:
        format = fitting[0] if terminal or fitting is GRAPH_FORMATS else "csv"
    if format not in fitting:
        form = "CONSTRUCT and DESCRIBE" if fitting is GRAPH_FORMATS else "SELECT and ASK"
        raise InputError(
            f"format {format!r} does not fit this query; for {form} choose one of: "
            + ", ".join(fitting)
        )
    if isinstance(answer, QuerySolutions):
        return _write_solutions(answer, out, format, limit, width)
    if isinstance(answer, QueryBoolean):
        _write_boolean(bool(answer), out, format)
        return None
    return _write_triples(answer, out, format, limit)


def _write_solutions(
    solutions: QuerySolutions, out: IO[bytes], format: str, limit: int | None, width: int
) -> int | None:
    if limit is None and format not in ("table", "markdown"):
        solutions.serialize(out, _engine_format(format))  # at the engine's own speed
        return None
    variables = [variable.value for variable in solutions.variables]
    most = HELD_ROWS if limit is None else limit
    rows = (tuple(solution) for solution in islice(solutions, most))
    if format in ("table", "markdown"):
        table = Table(tuple(variables), [tuple(map(shown, row)) for row in rows])
        text = table.text(width) if format == "table" else table.markdown()
        out.write(text.encode())
    else:
        writer = {"csv": _csv, "tsv": _tsv, "json": _json, "xml": _xml}[format]
        for part in writer(variables, rows):
            out.write(part.encode())
    return most if next(solutions, None) is not None else None


def _write_boolean(answer: bool, out: IO[bytes], format: str) -> None:
    word = "true" if answer else "false"
    if format == "json":
        text = json.dumps({"head": {}, "boolean": answer}) + "\n"
    elif format == "xml":
        text = f"{_XML_HEAD}<head/><boolean>{word}</boolean></sparql>\n"
    else:
        text = word + "\n"
    out.write(text.encode())


def _write_triples(
    triples: QueryTriples, out: IO[bytes], format: str, limit: int | None
) -> int | None:
    from pyoxigraph import RdfFormat, serialize

    syntax = {
        "turtle": RdfFormat.TURTLE,
        "ntriples": RdfFormat.N_TRIPLES,
        "jsonld": RdfFormat.JSON_LD,
        "xml": RdfFormat.RDF_XML,
    }[format]
    if syntax == RdfFormat.TURTLE:
        written = serialize(islice(triples, limit), format=syntax, prefixes=PREFIXES)
        out.write(sorted_prefixes(written or b""))
    else:
        serialize(islice(triples, limit), out, syntax, prefixes=PREFIXES)
    return limit if limit is not None and next(triples, None) is not None else None


def sorted_prefixes(turtle: bytes) -> bytes:
    """The same document with its prefixes in order and the unused ones left out.

    The engine writes all of them, in another order each time.
    """
    out = io.BytesIO()
    write_sorted_prefixes(io.BytesIO(turtle), out)
    return out.getvalue()


def write_sorted_prefixes(turtle: IO[bytes], out: IO[bytes], block: int = 1 << 20) -> None:
    """As `sorted_prefixes`, from one file to another; reads so many bytes at once."""
    turtle.seek(0)
    head = list(iter(lambda: _prefix_line(turtle), b""))
    start = turtle.tell()
    unused = {line.split(maxsplit=2)[1] for line in head}
    longest, before = max(map(len, unused), default=0), b""
    while unused and (part := turtle.read(block)):
        seen = before + part
        unused = {prefix for prefix in unused if prefix not in seen}
        before = seen[-longest:]
    out.writelines(line for line in sorted(head) if line.split(maxsplit=2)[1] not in unused)
    turtle.seek(start)
    shutil.copyfileobj(turtle, out, block)


def _prefix_line(turtle: IO[bytes]) -> bytes:
    """The next line if it declares a prefix; b"" if not, which then is still to be read."""
    start = turtle.tell()
    line = turtle.readline()
    if line.startswith(b"@prefix "):
        return line
    turtle.seek(start)
    return b""


def _engine_format(format: str) -> Any:
    from pyoxigraph import QueryResultsFormat

    return {
        "csv": QueryResultsFormat.CSV,
        "tsv": QueryResultsFormat.TSV,
        "json": QueryResultsFormat.JSON,
        "xml": QueryResultsFormat.XML,
    }[format]


def shown(term: Term | None) -> str:
    """A term for the eye: prefixed where a prefix is known, literals without their type."""
    from pyoxigraph import NamedNode

    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return curie(term.value)
    return term.value


def curie(iri: str) -> str:
    """`iri` as a prefixed name if one of the known prefixes fits, else in angle brackets."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and re.fullmatch(r"[A-Za-z0-9_-]*", local):
            return f"{prefix}:{local}"
    return f"<{iri}>"


Row = tuple["Term | None", ...]


def _csv(variables: list[str], rows: Iterable[Row]) -> Iterator[str]:
    """https://www.w3.org/TR/sparql11-results-csv-tsv/"""
    line = io.StringIO()
    writer = csv.writer(line)
    for cells in chain([variables], ([_csv_cell(t) for t in row] for row in rows)):
        writer.writerow(cells)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _csv_cell(term: Term | None) -> str:
    from pyoxigraph import BlankNode

    if term is None:
        return ""
    return str(term) if isinstance(term, BlankNode) else term.value


def _tsv(variables: list[str], rows: Iterable[Row]) -> Iterator[str]:
    yield "\t".join(f"?{name}" for name in variables) + "\n"
    for row in rows:
        yield "\t".join("" if term is None else str(term) for term in row) + "\n"


def _json(variables: list[str], rows: Iterable[Row]) -> Iterator[str]:
    """https://www.w3.org/TR/sparql11-results-json/"""
    yield f'{{"head":{json.dumps({"vars": variables})},"results":{{"bindings":['
    for n, row in enumerate(rows):
        bound = {v: _json_term(t) for v, t in zip(variables, row, strict=True) if t is not None}
        yield ("," if n else "") + "\n" + json.dumps(bound, ensure_ascii=False)
    yield "]}}\n"


def _json_term(term: Term) -> dict[str, str]:
    kind, value, language, datatype = _parts(term)
    return {
        "type": kind,
        "value": value,
        **({"xml:lang": language} if language else {}),
        **({"datatype": datatype} if datatype else {}),
    }


_XML_HEAD = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'


def _xml(variables: list[str], rows: Iterable[Row]) -> Iterator[str]:
    """https://www.w3.org/TR/rdf-sparql-XMLres/"""
    names = "".join(f"<variable name={quoteattr(name)}/>" for name in variables)
    yield f"{_XML_HEAD}<head>{names}</head><results>"
    for row in rows:
        bound = zip(variables, row, strict=True)
        cells = (
            f"<binding name={quoteattr(v)}>{_xml_term(t)}</binding>"
            for v, t in bound
            if t is not None
        )
        yield f"\n<result>{''.join(cells)}</result>"
    yield "</results></sparql>\n"


def _xml_term(term: Term) -> str:
    kind, value, language, datatype = _parts(term)
    attribute = f" xml:lang={quoteattr(language)}" if language else ""
    attribute += f" datatype={quoteattr(datatype)}" if datatype else ""
    return f"<{kind}{attribute}>{escape(value, {chr(13): '&#13;'})}</{kind}>"


def _parts(term: Term) -> tuple[str, str, str | None, str | None]:
    """(uri, bnode or literal; value; language; datatype other than xsd:string)."""
    from pyoxigraph import BlankNode, NamedNode

    if isinstance(term, NamedNode):
        return "uri", term.value, None, None
    if isinstance(term, BlankNode):
        return "bnode", term.value, None, None
    if term.language:
        return "literal", term.value, term.language, None
    datatype = term.datatype.value
    return "literal", term.value, None, None if datatype.endswith("#string") else datatype
