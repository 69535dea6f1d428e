"""Answers as rows of plain values, and as data frames for those who have pandas or polars."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kcgraph.claims import Passage, Ref
from kcgraph.errors import InputError

if TYPE_CHECKING:
    import pandas
    import polars

    from kcgraph.output import Answer
    from kcgraph.sparql import Term

Value = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Rows(Sequence["tuple[Value, ...]"]):
    """A table: every row has a value, or None, for each of `columns`. A sequence of its rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def __getitem__(self, at: Any) -> Any:
        return self.rows[at]

    def __len__(self) -> int:
        return len(self.rows)

    def dicts(self) -> list[dict[str, Value]]:
        """Each row with the names of its columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def pandas(self) -> pandas.DataFrame:
        """The rows as a data frame. Raises InputError where pandas is not installed."""
        try:
            import pandas
        except ImportError:
            raise InputError("pandas is not installed: pip install 'kcgraph[frames]'") from None
        return pandas.DataFrame(list(self.rows), columns=list(self.columns))

    def polars(self) -> polars.DataFrame:
        """The rows as a data frame. Raises InputError where polars is not installed."""
        try:
            import polars
        except ImportError:
            raise InputError("polars is not installed: pip install 'kcgraph[frames]'") from None
        return polars.DataFrame(
            list(self.rows), schema=list(self.columns), orient="row", infer_schema_length=None
        )


def rows_of_answer(answer: Answer) -> Rows:
    """The solutions of a SELECT; of CONSTRUCT and DESCRIBE the triples, of ASK one truth value."""
    from pyoxigraph import QueryBoolean, QuerySolutions

    if isinstance(answer, QueryBoolean):
        return Rows(("answer",), ((bool(answer),),))
    if isinstance(answer, QuerySolutions):
        columns = tuple(variable.value for variable in answer.variables)
        return Rows(columns, tuple(tuple(map(value_of, solution)) for solution in answer))
    return Rows(
        ("subject", "predicate", "object"),
        tuple(tuple(map(value_of, (t.subject, t.predicate, t.object))) for t in answer),
    )


def value_of(term: Term | None) -> Value:
    """The plain value of a term: numbers, truth values and whole dates as such, else the text."""
    from pyoxigraph import Literal

    if not isinstance(term, Literal):
        return None if term is None else term.value
    kind = term.datatype.value.rpartition("#")[2]
    try:
        if kind in ("integer", "int", "long"):
            return int(term.value)
        if kind in ("decimal", "double", "float"):
            return float(Decimal(term.value)) if kind == "decimal" else float(term.value)
        if kind == "date":
            return date.fromisoformat(term.value)
    except (ValueError, ArithmeticError):  # a literal that is not of the type it names
        return term.value
    return term.value == "true" if kind == "boolean" else term.value


def rows(items: Iterable[Any]) -> Rows:
    """Data classes of one kind (demands, positions, paths, ...) as rows, a column for each field.

    Stakeholders and issues are given by name, passages by their words, several of either joined;
    what has parts of its own is left out.
    """
    found = list(items)
    if not found:
        return Rows((), ())
    if not dataclasses.is_dataclass(found[0]):
        raise InputError(f"no rows of {type(found[0]).__name__}: give a list of data classes")
    plain = [dict(_fields(item)) for item in found]
    columns = tuple(dict.fromkeys(name for row in plain for name in row))
    return Rows(columns, tuple(tuple(row.get(name) for name in columns) for row in plain))


def _fields(item: Any) -> Iterator[tuple[str, Value]]:
    names = [field.name for field in dataclasses.fields(item)]
    names += [name for name, part in vars(type(item)).items() if isinstance(part, property)]
    for name in names:
        value = getattr(item, name)
        if value is None or isinstance(value, str | int | float | date):
            yield name, value
        elif isinstance(value, Ref):
            yield name, value.label
        elif isinstance(value, tuple) and all(isinstance(v, str | Ref | Passage) for v in value):
            words = [v if isinstance(v, str) else _words(v) for v in value]
            separator = " … " if any(isinstance(v, Passage) for v in value) else "; "
            yield name, separator.join(words)


def _words(part: Ref | Passage) -> str:
    return part.label if isinstance(part, Ref) else part.text
