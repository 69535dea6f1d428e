"""Networks and event lists in the formats of the programs that analysts use.

csv       the matrix with row and column names; of an event list, one statement a line
json      rows, columns and values; of an event list, the statements with their evidence
graphml   for visone, Gephi, igraph, networkx
gexf      for Gephi
dl        a full matrix for UCINET, NetDraw
pajek     vertices and edges for Pajek
table     for the eye
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from kcgraph.claims import Ref
from kcgraph.network.matrix import Matrix, labels
from kcgraph.network.statements import Statement
from kcgraph.network.windows import Window
from kcgraph.output import HELD_ROWS, Table, printable, to_json

if TYPE_CHECKING:
    from networkx import Graph

_XML = '<?xml version="1.0" encoding="utf-8"?>'
SIDES = {1.0: "yes", 2.0: "no", 3.0: "both"}  # what the values of qualifier "combine" stand for


def network_text(matrix: Matrix, format: str, *, combined: bool = False, width: int = 100) -> str:
    """The network in one of the formats above; `combined` if its values are those of `SIDES`."""
    return "".join(network_parts(matrix, format, combined=combined, width=width))


def network_parts(
    matrix: Matrix, format: str, *, combined: bool = False, width: int = 100
) -> Iterator[str]:
    """As `network_text`, part by part: a full matrix of thousands of actors takes gigabytes."""
    if format in ("csv", "json", "dl"):
        yield from {"csv": _csv, "json": _json, "dl": _dl}[format](matrix)
    elif format == "pajek":
        yield _pajek(matrix)
    elif format == "gexf":
        yield gexf(as_networkx(matrix, combined=combined))
    elif format == "graphml":
        import networkx

        yield f"{_XML}\n"
        for line in networkx.generate_graphml(as_networkx(matrix, combined=combined)):
            yield f"{line}\n"
    else:
        yield _table(matrix, width, combined)


def gexf(network: Graph[str]) -> str:
    """The network as GEXF 1.2, without the day of writing: the same network, the same bytes."""
    from networkx import generate_gexf

    lines = [_XML]
    for line in generate_gexf(network):
        if "<meta " in line:
            lines.append("  <meta><creator>kcgraph</creator></meta>")
        elif "<creator>" not in line and "</meta>" not in line:
            lines.append(line)
    return "\n".join([*lines, ""])


def as_networkx(matrix: Matrix, *, combined: bool = False) -> Graph[str]:
    """The network as an undirected networkx graph; node names are IRIs, ties those other than 0.

    Nodes have `label`, `kind` (person, organization, group, issue) and `bipartite` (0 actor,
    1 issue). Ties have `weight` and `sign` ("positive", "negative"), or, if `combined`, `side`
    ("yes", "no", "both").
    """
    from networkx import Graph

    made: Graph[str] = Graph()
    modes = [matrix.rows] if matrix.one_mode else [matrix.rows, matrix.columns]
    for side, refs in enumerate(modes):
        for ref, label in zip(refs, labels(refs), strict=True):
            made.add_node(ref.iri, label=in_xml(label), kind=ref.kind, bipartite=side)
    for r, c, value in matrix.ties():
        more = {"side": SIDES[value]} if combined else {"sign": _sign(value)}
        made.add_edge(matrix.rows[r].iri, matrix.columns[c].iri, weight=value, **more)
    return made


def _sign(value: float) -> str:
    return "positive" if value > 0 else "negative"


def in_xml(text: str) -> str:
    """`text` without the characters that XML 1.0 cannot hold, not even escaped."""
    return printable(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def number(value: float) -> str:
    """As short as it can be read back: "2", "-0.5", "0.3333333333333333"."""
    return str(int(value)) if value == int(value) else repr(float(value))


def _rows(matrix: Matrix) -> Iterator[list[str]]:
    """The cells of each row in turn: all numbers at once would take gigabytes of a large matrix."""
    values = matrix.values.tocsr()
    for first, end in pairwise(values.indptr.tolist()):
        cells = ["0"] * len(matrix.columns)
        some = zip(values.indices[first:end].tolist(), values.data[first:end].tolist(), strict=True)
        for column, value in some:
            cells[column] = number(value)
        yield cells


def _csv(matrix: Matrix) -> Iterator[str]:
    yield _csv_line(["", *matrix.column_labels])
    for label, cells in zip(matrix.row_labels, _rows(matrix), strict=True):
        yield _csv_line([label, *cells])


def _csv_line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _json(matrix: Matrix) -> Iterator[str]:
    """Names as `to_json` writes them, then a line for each row of values."""
    yield to_json({"rows": matrix.rows, "columns": matrix.columns}).removesuffix("\n}\n")
    yield ',\n  "values": ['
    for n, cells in enumerate(_rows(matrix)):
        yield f"{',' if n else ''}\n    [{', '.join(cells)}]"
    yield "\n  ]\n}\n"


def _dl(matrix: Matrix) -> Iterator[str]:
    """A full matrix in UCINET's DL (http://www.analytictech.com/ucinet/help/hs5000.htm).

    Labels stand in quotation marks and lose their own.
    """
    size = f"n={len(matrix.rows)}"
    if not matrix.one_mode:
        size = f"nr={len(matrix.rows)}, nc={len(matrix.columns)}"
    lines = [f"dl {size}", "format = fullmatrix"]
    lines += ["labels:" if matrix.one_mode else "row labels:", *_quoted(matrix.row_labels)]
    if not matrix.one_mode:
        lines += ["column labels:", *_quoted(matrix.column_labels)]
    yield "\n".join([*lines, "data:", ""])
    for cells in _rows(matrix):
        yield " ".join(cells) + "\n"


def _pajek(matrix: Matrix) -> str:
    """Pajek's .net: the vertices, in two modes the actors first, and an edge for each tie."""
    names = list(labels(matrix.rows if matrix.one_mode else (*matrix.rows, *matrix.columns)))
    actors = len(matrix.rows)
    lines = [f"*Vertices {len(names)}" + ("" if matrix.one_mode else f" {actors}")]
    lines += [f"{n} {name}" for n, name in enumerate(_quoted(names), 1)]
    lines.append("*Edges")
    lines += [
        f"{r + 1} {c + 1 + (0 if matrix.one_mode else actors)} {number(value)}"
        for r, c, value in matrix.ties()
    ]
    return "\n".join(lines) + "\n"


def _quoted(names: Iterable[str]) -> list[str]:
    return [
        f'"{" ".join(printable(name).split())}"' for name in (n.replace('"', "") for n in names)
    ]


# --- over time ----------------------------------------------------------------------------------


def windows_text(
    found: Sequence[tuple[Window, Matrix]], format: str, *, combined: bool, width: int
) -> str:
    """The networks of moving windows as json, or as one list of ties (csv, table)."""
    if format == "json":
        return to_json(
            [
                {
                    "start": window.start,
                    "middle": window.middle,
                    "end": window.end,
                    "statements": len(window.statements),
                    "rows": matrix.rows,
                    "columns": matrix.columns,
                    "values": matrix.dense().tolist(),
                }
                for window, matrix in found
            ]
        )
    other = "actor" if not found or found[0][1].one_mode else "issue"
    shown = number if format == "csv" else lambda value: _rounded(value, combined)
    rows = []
    for window, matrix in found:
        head = (window.start, window.middle, window.end, str(len(window.statements)))
        names, others = matrix.row_labels, matrix.column_labels
        ties = [(names[r], others[c], shown(value)) for r, c, value in matrix.ties()]
        rows += [(*head, *tie) for tie in ties or [("", "", "")]]
    table = Table(("start", "middle", "end", "statements", "actor", other, "tie"), rows)
    return table.csv() if format == "csv" else table.text(width)


# --- for the eye --------------------------------------------------------------------------------

_LABEL_WIDTH = 30


def _table(matrix: Matrix, width: int, combined: bool) -> str:
    """The matrix with numbered columns if it fits, else its ties, the strongest first."""
    across = max((len(_rounded(v, combined)) for v in matrix.values.data.tolist()), default=1)
    needed = _LABEL_WIDTH + len(matrix.columns) * (max(across, len(str(len(matrix.columns)))) + 2)
    if needed > width or not matrix.rows:
        return _first_of(tie_table(matrix, combined=combined), width, "ties")
    cells = [[_rounded(v, combined) for v in row] for row in matrix.dense().tolist()]
    numbers = [str(n) for n in range(1, len(matrix.columns) + 1)]
    names = [f"{n}  {label}" for n, label in zip(numbers, matrix.column_labels, strict=True)]
    rows = [(label, *row) for label, row in zip(_row_names(matrix), cells, strict=True)]
    legend = "" if matrix.one_mode else "\n" + "\n".join(map(printable, names)) + "\n"
    return Table(("", *numbers), rows).text(width) + legend


def _first_of(table: Table, width: int, what: str) -> str:
    """The table for the eye: not more rows than one would look through, and how many more."""
    shown = Table(table.columns, table.rows[:HELD_ROWS]).text(width)
    more = len(table.rows) - HELD_ROWS
    return shown + (f"\nand {more:,} more {what}: --format csv has all\n" if more > 0 else "")


def _row_names(matrix: Matrix) -> list[str]:
    if not matrix.one_mode:
        return list(matrix.row_labels)
    return [f"{n}  {label}" for n, label in enumerate(matrix.row_labels, 1)]


def tie_table(matrix: Matrix, *, combined: bool = False) -> Table:
    """The ties, those of the largest value first, whatever their sign."""
    ties = sorted(matrix.ties(), key=lambda tie: (-abs(tie[2]), tie[:2]))
    names, others = matrix.row_labels, matrix.column_labels
    heads = ("actor", "actor" if matrix.one_mode else "issue", "side" if combined else "tie")
    return Table(heads, [(names[r], others[c], _rounded(v, combined)) for r, c, v in ties])


def _rounded(value: float, combined: bool) -> str:
    if value == 0:
        return "·"
    return SIDES[value] if combined else f"{value:.3f}".rstrip("0").rstrip(".")


# --- event lists --------------------------------------------------------------------------------

EVENT_COLUMNS = (
    "date", "publisher", "article", "person", "organization", "issue", "agreement", "kind",
    "statement", "text",
)  # fmt: skip


def events_text(some: Sequence[Statement], format: str, *, width: int = 100) -> str:
    """The event list as csv, json or table."""
    if format == "json":
        return to_json([_event(one) for one in some])
    if format == "csv":
        return event_table(some).csv()
    rows = [
        (one.date or "", one.actor.label, _side(one), one.issue.label, _where(one)) for one in some
    ]
    table = Table(("date", "actor", "agreement", "issue", "sentence"), rows)
    return _first_of(table, width, "statements")


def event_table(some: Iterable[Statement]) -> Table:
    """One statement a row; `text` is the evidence, verbatim."""
    return Table(
        EVENT_COLUMNS,
        [
            (
                one.date or "",
                one.publisher or "",
                one.article,
                one.person.label if one.person else "",
                "; ".join(_organizations(one)),
                one.issue.label,
                _side(one),
                one.kind,
                one.id,
                _words(one),
            )
            for one in some
        ],
    )


def _event(one: Statement) -> dict[str, object]:
    return {
        "date": one.date,
        "publisher": one.publisher,
        "article": one.article,
        "actor": one.actor,
        "person": one.person,
        "organizations": one.organizations,
        "issue": one.issue,
        "agreement": one.agreement,
        "kind": one.kind,
        "statement": one.id,
        "evidence": one.evidence,
    }


def _organizations(one: Statement) -> list[str]:
    """The organization that the statement counts for, else all for which it may be made."""
    refs: tuple[Ref, ...] = one.organizations
    return [ref.label for ref in refs if one.actor not in refs or ref == one.actor]


def _side(one: Statement) -> str:
    return "yes" if one.agreement else "no"


def _words(one: Statement) -> str:
    return one.evidence[0].text if one.evidence else ""


def _where(one: Statement) -> str:
    if not one.evidence:
        return ""
    return f"{' '.join(one.evidence[0].sentence.split())} ({one.evidence[0].where})"
