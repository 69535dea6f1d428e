"""What is in a store: counts, dates, outlets, who extracted it."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kcgraph.errors import WorkError
from kcgraph.store import manifest, open_reader, open_records, pending
from kcgraph.vocab import PREFIXES
from kcgraph.writing import write_file

if TYPE_CHECKING:
    from pyoxigraph import Literal, QuerySolutions, Store

_CLASSES = {
    "articles": "kc:Article",
    "people": "foaf:Person",
    "organizations": "org:Organization",
    "groups": "foaf:Group",
    "issues": "kc:Issue",
    "attributions": "kc:Attribution",
    "positions": "kc:Position",
    "demands": "kc:Demand",
    "stances": "kc:Stance",
    "commitments": "kc:Commitment",
    "refusals": "kc:Refusal",
    "events": "kc:Event",
}

_BOARD = """SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?holder ?target {
  ?demand a kc:Demand ; kc:holder ?holder ; kc:target ?target } }"""


@dataclass(frozen=True, slots=True)
class Contents:
    """`counts` by kind of thing; `outlets` with their numbers of articles, most first.

    Attributions, positions (demands and so on) and events are counted in each article that tells
    them. `board` is how many demands the demand board has: what somebody demands on an issue, in
    however many articles, is one there.

    `first` and `last` are the earliest and latest date of an article, None if none has one;
    `pending` articles are read but not in the graph yet, since a build was interrupted.
    """

    format: int
    base: str
    counts: dict[str, int]
    board: int
    quads: int
    first: str | None
    last: str | None
    undated: int
    outlets: dict[str, int]
    extractors: dict[str, int]
    min_confidence: float
    pending: int


def counts(graph: Store) -> dict[str, int]:
    """How many there are of each kind of thing, a stakeholder counted once."""
    found = {name: _count(graph, f"?thing a {kind}") for name, kind in _CLASSES.items()}
    # what a post belongs to is an organization too, but none that holds a position
    stakeholder = f"?thing a {_CLASSES['organizations']}, kc:Stakeholder"
    found["organizations"] = _count(graph, stakeholder)
    return found


def contents(path: Path) -> Contents:
    """What is in the store at `path`. Raises as `store.open_graph` does."""
    reader = open_reader(path)
    found = manifest(path)
    with open_records(path) as records:
        rows = records.rows()
        least = float(records.setting("min_confidence", "0"))
    dates = sorted(row.date for row in rows if row.date)
    built = _counted(reader.graph, reader.beside("contents.json"))
    return Contents(
        format=found.format,
        base=found.base,
        counts={name: built[name] for name in _CLASSES},
        board=built["board"],
        quads=built["quads"],
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
        undated=len(rows) - len(dates),
        outlets=_tally(row.publisher for row in rows if row.publisher),
        extractors=_tally(row.extractor for row in rows),
        min_confidence=least,
        pending=pending(path),
    )


def _counted(graph: Store, kept: Path | None) -> dict[str, int]:
    """All counts of the graph: those in the file `kept` if it is there, else left there.

    The file is of this one generation of the store. One that cannot be read or written is done
    without.
    """
    if kept is not None:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            read = json.loads(kept.read_text(encoding="utf-8"))
            return {name: int(read[name]) for name in (*_CLASSES, "board", "quads")}
    found = {**counts(graph), "board": _solutions(graph, _BOARD), "quads": len(graph)}
    if kept is not None:
        with contextlib.suppress(WorkError):
            write_file(lambda file: file.write(json.dumps(found).encode()), kept)
    return found


def _count(graph: Store, pattern: str) -> int:
    return _solutions(graph, f"SELECT (COUNT(DISTINCT ?thing) AS ?n) {{ {pattern} }}")


def _solutions(graph: Store, query: str) -> int:
    """The count `?n` that `query` gives."""
    rows = graph.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    (row,) = cast("QuerySolutions", rows)
    return int(cast("Literal", row["n"]).value)


def _tally(values: Iterable[str]) -> dict[str, int]:
    """How often each value stands there, most often first."""
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
