"""Writes databases of Discourse Network Analyzer 3, with its tables, columns and types.

The schema is that of DNA's own `Sql.createTables` for SQLite; what DNA fills in by default
(statement types, variables, the first coder) is filled in as it does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

TEXT = "TEXT NOT NULL DEFAULT ''"
COLOUR = "Red INTEGER DEFAULT 0, Green INTEGER DEFAULT 0, Blue INTEGER DEFAULT 0"
SCHEMA = f"""
CREATE TABLE SETTINGS(Property TEXT PRIMARY KEY, Value TEXT NOT NULL);
CREATE TABLE CODERS(ID INTEGER NOT NULL PRIMARY KEY, Name TEXT NOT NULL, {COLOUR},
  Refresh INTEGER NOT NULL DEFAULT 0, FontSize INTEGER NOT NULL DEFAULT 14, Password TEXT NOT NULL);
CREATE TABLE DOCUMENTS(ID INTEGER NOT NULL PRIMARY KEY, Title TEXT NOT NULL, Text TEXT NOT NULL,
  Coder INTEGER REFERENCES CODERS(ID) ON DELETE CASCADE, Author {TEXT}, Source {TEXT},
  Section {TEXT}, Notes {TEXT}, Type {TEXT}, Date INTEGER NOT NULL);
CREATE TABLE STATEMENTTYPES(ID INTEGER NOT NULL PRIMARY KEY, Label TEXT NOT NULL, {COLOUR});
CREATE TABLE VARIABLES(ID INTEGER NOT NULL PRIMARY KEY, Variable TEXT NOT NULL,
  DataType TEXT NOT NULL DEFAULT 'short text',
  StatementTypeId INTEGER REFERENCES STATEMENTTYPES(ID) ON DELETE CASCADE,
  UNIQUE (Variable, StatementTypeId));
CREATE TABLE VARIABLELINKS(ID INTEGER NOT NULL PRIMARY KEY, SourceVariableId INTEGER,
  TargetVariableId INTEGER);
CREATE TABLE REGEXES(Label TEXT PRIMARY KEY, {COLOUR});
CREATE TABLE CODERRELATIONS(ID INTEGER NOT NULL PRIMARY KEY, Coder INTEGER, OtherCoder INTEGER,
  viewStatements INTEGER NOT NULL DEFAULT 1, editStatements INTEGER NOT NULL DEFAULT 1,
  viewDocuments INTEGER NOT NULL DEFAULT 1, editDocuments INTEGER NOT NULL DEFAULT 1);
CREATE TABLE STATEMENTS(ID INTEGER NOT NULL PRIMARY KEY,
  StatementTypeId INTEGER REFERENCES STATEMENTTYPES(ID) ON DELETE CASCADE,
  DocumentId INTEGER REFERENCES DOCUMENTS(ID) ON DELETE CASCADE,
  Start INTEGER NOT NULL CHECK(Start >= 0), Stop INTEGER NOT NULL CHECK(Stop >= 0),
  Coder INTEGER REFERENCES CODERS(ID) ON DELETE CASCADE, CHECK (Start < Stop));
CREATE TABLE DATABOOLEAN(ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER NOT NULL,
  VariableId INTEGER NOT NULL, Value INTEGER NOT NULL DEFAULT 1, UNIQUE (StatementId, VariableId));
CREATE TABLE DATAINTEGER(ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER NOT NULL,
  VariableId INTEGER NOT NULL, Value INTEGER NOT NULL DEFAULT 0, UNIQUE (StatementId, VariableId));
CREATE TABLE ENTITIES(ID INTEGER PRIMARY KEY NOT NULL, VariableId INTEGER NOT NULL,
  Value TEXT NOT NULL DEFAULT '', {COLOUR}, ChildOf INTEGER, UNIQUE (VariableId, Value));
CREATE TABLE DATASHORTTEXT(ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER NOT NULL,
  VariableId INTEGER NOT NULL, Entity INTEGER NOT NULL, UNIQUE (StatementId, VariableId));
CREATE TABLE DATALONGTEXT(ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER NOT NULL,
  VariableId INTEGER NOT NULL, Value TEXT DEFAULT '', UNIQUE (StatementId, VariableId));
CREATE TABLE ATTRIBUTEVARIABLES(ID INTEGER PRIMARY KEY NOT NULL, VariableId INTEGER NOT NULL,
  AttributeVariable TEXT NOT NULL, UNIQUE(VariableId, AttributeVariable));
CREATE TABLE ATTRIBUTEVALUES(ID INTEGER PRIMARY KEY NOT NULL, EntityId INTEGER NOT NULL,
  AttributeVariableId INTEGER NOT NULL, AttributeValue {TEXT},
  UNIQUE (EntityId, AttributeVariableId));
INSERT INTO CODERS(ID, Name, Password) VALUES (1, 'Admin', 'hash'), (2, 'Second Coder', 'hash');
INSERT INTO STATEMENTTYPES(ID, Label) VALUES (1, 'DNA Statement'), (2, 'Annotation');
INSERT INTO VARIABLES VALUES (1, 'person', 'short text', 1), (2, 'organization', 'short text', 1),
  (3, 'concept', 'short text', 1), (4, 'agreement', 'boolean', 1), (5, 'note', 'long text', 2);
"""
VARIABLES = {"person": 1, "organization": 2, "concept": 3}


@dataclass(frozen=True)
class Coded:
    """A statement: the words that it marks in document number `document` (from 1), its values."""

    document: int
    words: str
    person: str = ""
    organization: str = ""
    concept: str = ""
    agreement: int | None = 1
    coder: int = 1


@dataclass(frozen=True)
class Paper:
    """A document; `day` is ISO 8601, with or without a time."""

    text: str
    title: str = ""
    day: str = "2005-01-26"
    source: str = ""


def write_dna(
    path: Path,
    papers: Iterable[Paper],
    statements: Iterable[Coded],
    *,
    version: str = "3.0.11",
    aliases: dict[str, str] | None = None,
) -> Path:
    """Writes a database with the documents and statements; `aliases` of organizations."""
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(SCHEMA)
        db.execute("INSERT INTO SETTINGS VALUES ('version', ?), ('date', '2022-10-30')", [version])
        texts = {}
        entities: dict[tuple[int, str], int] = {}

        def entity(variable: str, value: str) -> int:
            key = VARIABLES[variable], value
            if key not in entities:
                made = db.execute("INSERT INTO ENTITIES(VariableId, Value) VALUES (?, ?)", key)
                entities[key] = made.lastrowid or 0
            return entities[key]

        for variable, number in VARIABLES.items():
            entity(variable, "")  # DNA begins every list with an empty entry
            for name in ("Type", "Alias", "Notes"):
                db.execute(
                    "INSERT INTO ATTRIBUTEVARIABLES(VariableId, AttributeVariable) VALUES (?, ?)",
                    (number, name),
                )
        for n, paper in enumerate(papers, 1):
            texts[n] = paper.text
            seconds = int(datetime.fromisoformat(paper.day).replace(tzinfo=UTC).timestamp())
            db.execute(
                "INSERT INTO DOCUMENTS(ID, Title, Text, Coder, Source, Date)"
                " VALUES (?, ?, ?, 1, ?, ?)",
                (n, paper.title or f"Document {n}", paper.text, paper.source, seconds),
            )
        for n, one in enumerate(statements, 1):
            before = texts[one.document].partition(one.words)[0]
            start = _java_length(before)
            db.execute(
                "INSERT INTO STATEMENTS VALUES (?, 1, ?, ?, ?, ?)",
                (n, one.document, start, start + _java_length(one.words), one.coder),
            )
            for variable, number in VARIABLES.items():
                db.execute(
                    "INSERT INTO DATASHORTTEXT(StatementId, VariableId, Entity) VALUES (?, ?, ?)",
                    (n, number, entity(variable, getattr(one, variable))),
                )
            if one.agreement is not None:
                db.execute(
                    "INSERT INTO DATABOOLEAN(StatementId, VariableId, Value) VALUES (?, 4, ?)",
                    (n, one.agreement),
                )
        for name, alias in (aliases or {}).items():
            db.execute(
                "INSERT INTO ATTRIBUTEVALUES(EntityId, AttributeVariableId, AttributeValue)"
                " SELECT ?, ID, ? FROM ATTRIBUTEVARIABLES"
                " WHERE VariableId = 2 AND AttributeVariable = 'Alias'",
                (entity("organization", name), alias),
            )
    return path


def _java_length(text: str) -> int:
    """The length as Java counts it, in units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2
