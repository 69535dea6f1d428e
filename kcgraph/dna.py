"""Databases of Discourse Network Analyzer 3 (`.dna`, SQLite), coded by hand: articles and records.

The schema is that of `sql/Sql.java` in https://github.com/leifeld/dna: the values of a statement
lie in one table for each type of variable; short texts are entities, which have attributes. What
becomes of it:

    document    an article; its source the publisher
    statement   a stance, for or against a concept (an issue), by a person on behalf of an
                organization, or by an organization if no person is coded
    coder       to whom the stance is attributed
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kcgraph.annotations import Annotated
from kcgraph.errors import InputError
from kcgraph.model import (
    Article,
    Extraction,
    Polarity,
    Position,
    PositionKind,
    Span,
    Stakeholder,
    StakeholderKind,
    Target,
)
from kcgraph.read import Notice, Problem, article_slug

STATEMENT_TYPE = "DNA Statement"
_VARIABLES = {
    "person": "short text",
    "organization": "short text",
    "concept": "short text",
    "agreement": "boolean",
}
_COLUMNS = {
    "DOCUMENTS": "ID Title Text Source Date",
    "STATEMENTS": "ID StatementTypeId DocumentId Start Stop Coder",
    "STATEMENTTYPES": "ID Label",
    "VARIABLES": "ID Variable DataType StatementTypeId",
    "ENTITIES": "ID VariableId Value",
    "DATASHORTTEXT": "StatementId VariableId Entity",
    "DATABOOLEAN": "StatementId VariableId Value",
    "ATTRIBUTEVARIABLES": "ID VariableId AttributeVariable",
    "ATTRIBUTEVALUES": "EntityId AttributeVariableId AttributeValue",
    "CODERS": "ID Name",
}


_ENTITIES = """SELECT d.StatementId, v.Variable, e.Value FROM DATASHORTTEXT d
  JOIN VARIABLES v ON v.ID = d.VariableId JOIN ENTITIES e ON e.ID = d.Entity
  WHERE v.StatementTypeId = ?"""
_BOOLEANS = """SELECT d.StatementId, v.Variable, d.Value FROM DATABOOLEAN d
  JOIN VARIABLES v ON v.ID = d.VariableId WHERE v.StatementTypeId = ?"""


def is_dna(path: str) -> bool:
    """Whether `path` names such a database."""
    return path.lower().endswith(".dna")


def read_dna(paths: Iterable[Path]) -> Iterator[Annotated | Problem | Notice]:
    """The documents of the databases, each with its coded statements as a record.

    A database that cannot be read, or is of another version, is a Problem; statements that lack
    what a position needs are left out, and a Notice counts them.
    """
    for path in paths:
        try:
            if not path.is_file():
                raise InputError("there is no such file; check the path")
            with closing(_opened(path)) as database:
                corpus = _Corpus.of(database, path)
            yield from corpus.records()
        except InputError as error:
            yield Problem(str(path), str(error))
        except sqlite3.Error as error:
            yield Problem(str(path), f"cannot be read as a database ({error}); is it damaged?")


@dataclass(slots=True)
class _Statement:
    """A row of STATEMENTS with its values; `start` and `stop` as the database has them."""

    id: int
    document: int
    start: int
    stop: int
    coder: str
    values: dict[str, Any] = field(default_factory=dict)


class _Corpus:
    """A database read whole."""

    def __init__(
        self,
        path: Path,
        version: str,
        documents: list[tuple[Any, ...]],
        statements: Mapping[int, list[_Statement]],
        aliases: Mapping[tuple[str, str], list[str]],
    ) -> None:
        self._path = path
        self._version = version
        self._documents = documents
        self._statements = statements
        self._aliases = aliases
        self._left_out: Counter[str] = Counter()

    @classmethod
    def of(cls, database: sqlite3.Connection, path: Path) -> _Corpus:
        version = _checked_version(database)
        type_id = _checked_type(database)
        return cls(
            path,
            version,
            database.execute(
                "SELECT ID, Title, Text, Source, Date FROM DOCUMENTS ORDER BY ID"
            ).fetchall(),
            _statements(database, type_id),
            _aliases(database, type_id),
        )

    def records(self) -> Iterator[Annotated | Notice]:
        """All documents in the order of their numbers, then what was left out."""
        if not self._documents:
            raise InputError("has no documents")
        ids = _article_ids(self._path.stem, self._documents)
        for id, (number, title, text, source, date) in zip(ids, self._documents, strict=True):
            article = Article(
                id=id,
                text=str(text),
                title=_filled(title),
                date=_day(date),
                publisher=_filled(source),
                origin=f"{self._path}: document {number}",
            )
            yield Annotated(article, self._record(article, self._statements.get(number, [])))
        for why, number in sorted(self._left_out.items()):
            yield Notice(str(self._path), f"statements left out, since {why}: {number}")

    def _record(self, article: Article, statements: list[_Statement]) -> Extraction:
        who: dict[tuple[str, str], Stakeholder] = {}
        places = _CodePoints(article.text)
        found = (self._position(one, article.text, places, who) for one in statements)
        positions = tuple(position for position in found if position is not None)
        return Extraction(
            article.id,
            article.date,
            tuple(who.values()),
            positions=positions,
            extractor=f"Discourse Network Analyzer {self._version}",
        )

    def _position(
        self,
        one: _Statement,
        text: str,
        places: _CodePoints,
        who: dict[tuple[str, str], Stakeholder],
    ) -> Position | None:
        person, body = (_filled(one.values.get(v)) for v in ("person", "organization"))
        concept, agreement = _filled(one.values.get("concept")), one.values.get("agreement")
        span = Span(places.of(one.start), places.of(one.stop))
        why = (
            "neither a person nor an organization is coded"
            if not person and not body
            else "no concept is coded"
            if not concept
            else "no agreement is coded"
            if agreement not in (0, 1)
            else "it marks no words of the document"
            if not text[span.start : span.end].strip()
            else ""
        )
        if why or concept is None:
            self._left_out[why] += 1
            return None
        parties = [
            self._stakeholder(variable, name, who)
            for variable, name in (("person", person), ("organization", body))
            if name
        ]
        return Position(
            kind=PositionKind.STANCE,
            holder=parties[0],
            polarity=Polarity.SUPPORT if agreement else Polarity.OPPOSE,
            target=Target(issue=(concept,)),
            evidence=text[span.start : span.end],
            on_behalf_of=parties[1] if len(parties) > 1 else None,
            evidence_span=span,
            coder=one.coder,
            statement=str(one.id),
        )

    def _stakeholder(
        self, variable: str, name: str, who: dict[tuple[str, str], Stakeholder]
    ) -> str:
        """The id of the entity in the record, to which it is added if it is new there."""
        key = variable, name
        if key not in who:
            who[key] = Stakeholder(
                id=f"{variable} {name}",
                kind=StakeholderKind(variable),
                name=name,
                aliases=tuple(alias for alias in self._aliases.get(key, ()) if alias != name),
                coded=True,
            )
        return who[key].id


class _CodePoints:
    """DNA counts as Java does, in units of UTF-16; here a place is one of code points."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._places: list[int] | None = None
        if any(character > "\uffff" for character in text):
            self._places = [n for n, c in enumerate(text) for _ in range(1 + (c > "\uffff"))]

    def of(self, units: int) -> int:
        """The place of a number of units, at most the end of the text."""
        if self._places is None:
            return min(units, self._length)
        return self._places[units] if units < len(self._places) else self._length


# --- the database -------------------------------------------------------------------------------


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    database.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        ((state,),) = database.execute("PRAGMA quick_check(1)").fetchall()
        if state != "ok":
            raise InputError("is a damaged database; open it in DNA, or take a backup of it")
    except sqlite3.OperationalError:
        database.close()
        raise
    except sqlite3.DatabaseError as error:
        database.close()
        raise InputError(
            f"is no intact SQLite database, as DNA 3 writes them ({error}); a project of DNA 1 has"
            " to be imported into DNA 2 and 3 first"
        ) from error
    return database


def _checked_version(database: sqlite3.Connection) -> str:
    """The version of DNA that wrote the database; raises InputError if it is not read here."""
    tables = {
        str(name).upper()
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    if "SETTINGS" not in tables:
        raise InputError("is no database of Discourse Network Analyzer (it has no table SETTINGS)")
    settings = dict(database.execute("SELECT Property, Value FROM SETTINGS").fetchall())
    version = str(settings.get("version", "")).strip()
    if not version.startswith("3"):
        raise InputError(
            f"was written by Discourse Network Analyzer {version or 'of an unknown version'};"
            " versions 3.x are read: import it into a new database of DNA 3 (Documents, Import from"
            " DNA database)"
        )
    for table, columns in _COLUMNS.items():
        have = {str(row[1]).upper() for row in database.execute(f"PRAGMA table_info({table})")}
        missing = [name for name in columns.split() if name.upper() not in have]
        if missing:
            raise InputError(
                f"was written by Discourse Network Analyzer {version}, whose tables are others"
                f" ({table} has no {missing[0]}); open it in DNA 3.0 and save it from there"
            )
    return version


def _checked_type(database: sqlite3.Connection) -> int:
    """The number of the statement type; raises InputError if it is not there or not as it ships."""
    types = dict(database.execute("SELECT Label, ID FROM STATEMENTTYPES ORDER BY ID DESC"))
    if STATEMENT_TYPE not in types:
        known = ", ".join(map(repr, sorted(types))) or "none"
        raise InputError(f"has no statement type {STATEMENT_TYPE!r} (it has: {known})")
    number = int(types[STATEMENT_TYPE])
    have = dict(
        database.execute(
            "SELECT Variable, DataType FROM VARIABLES WHERE StatementTypeId = ?", [number]
        )
    )
    for name, kind in _VARIABLES.items():
        if have.get(name) != kind:
            raise InputError(
                f"has statements of type {STATEMENT_TYPE!r} without a variable {name!r} of type"
                f" {kind!r}; add it in DNA (Coding, Edit statement types)"
            )
    return number


def _statements(database: sqlite3.Connection, type_id: int) -> dict[int, list[_Statement]]:
    """The statements of the type by document, in the order of the text."""
    found = {
        id: _Statement(id, document, int(start), int(stop), str(coder or f"coder {number}"))
        for id, document, start, stop, number, coder in database.execute(
            "SELECT s.ID, s.DocumentId, s.Start, s.Stop, s.Coder, c.Name FROM STATEMENTS s"
            " LEFT JOIN CODERS c ON c.ID = s.Coder"
            " WHERE s.StatementTypeId = ? ORDER BY s.Start, s.ID",
            [type_id],
        )
    }
    for query in (_ENTITIES, _BOOLEANS):
        for id, variable, value in database.execute(query, [type_id]):
            if id in found:
                found[id].values[variable] = value
    by_document: defaultdict[int, list[_Statement]] = defaultdict(list)
    for one in found.values():
        by_document[one.document].append(one)
    return by_document


def _aliases(database: sqlite3.Connection, type_id: int) -> dict[tuple[str, str], list[str]]:
    """The other names of persons and organizations, by variable and name (attribute "Alias")."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for variable, name, alias in database.execute(
        "SELECT v.Variable, e.Value, a.AttributeValue FROM ATTRIBUTEVALUES a"
        " JOIN ATTRIBUTEVARIABLES av ON av.ID = a.AttributeVariableId"
        " JOIN ENTITIES e ON e.ID = a.EntityId JOIN VARIABLES v ON v.ID = e.VariableId"
        " WHERE av.AttributeVariable = 'Alias' AND v.StatementTypeId = ? ORDER BY a.ID",
        [type_id],
    ):
        if _filled(alias):
            found[variable, name].append(alias)
    return found


def _article_ids(stem: str, documents: Iterable[tuple[Any, ...]]) -> list[str]:
    """Of title and database; of number and database where two documents have one title."""
    named = [(number, article_slug(f"{stem} {title or ''}")) for number, title, *_ in documents]
    taken = Counter(wish for _, wish in named)
    return [
        wish if wish and taken[wish] == 1 else article_slug(f"{stem} document {number}")
        for number, wish in named
    ]


def _filled(value: object) -> str | None:
    return str(value) if value is not None and str(value).strip() else None


def _day(seconds: object) -> str | None:
    """The day of a time in seconds since 1970, which DNA takes to be in UTC; None if it is none."""
    try:
        return datetime.fromtimestamp(int(str(seconds)), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None
