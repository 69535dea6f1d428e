"""The record database: what was read and what was found, the source of truth of a store.

The RDF is computed from it and can be computed again. One article is one row and one transaction,
so that whatever interrupts a build leaves whole articles only.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kcgraph.errors import WorkError
from kcgraph.model import Article, Extraction, from_json, to_json
from kcgraph.origins import from_store, to_store
from kcgraph.resolve import Judgement, Outline, outline

_SCHEMA = """
CREATE TABLE IF NOT EXISTS article (
    id TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    title TEXT, date TEXT, publisher TEXT, url TEXT,
    origin TEXT NOT NULL,
    text TEXT NOT NULL,
    extractor TEXT NOT NULL,  -- name and version
    record TEXT NOT NULL      -- JSON, the form of `kcgraph extract`
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS article_by_text ON article (sha256);
CREATE TABLE IF NOT EXISTS judgement (
    what TEXT NOT NULL, "left" TEXT NOT NULL, "right" TEXT NOT NULL, same INTEGER NOT NULL,
    PRIMARY KEY (what, "left", "right")
) WITHOUT ROWID;
-- what resolution needs of each article, kept so that unchanged ones are not read whole again; may
-- be emptied at any time. `code` is the code that made it.
CREATE TABLE IF NOT EXISTS outline (
    id TEXT PRIMARY KEY, code TEXT NOT NULL, head TEXT NOT NULL, record TEXT NOT NULL,
    content TEXT NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS outline_of_new AFTER INSERT ON article
BEGIN DELETE FROM outline WHERE id = NEW.id; END;
CREATE TRIGGER IF NOT EXISTS outline_of_gone AFTER DELETE ON article
BEGIN DELETE FROM outline WHERE id = OLD.id; END;
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_PATIENCE = 10  # seconds to wait for the commit of another process
_ARTICLE = "id, text, title, date, publisher, url, origin"


@dataclass(frozen=True, slots=True)
class Row:
    """What is stored about an article, without its text and record."""

    id: str
    sha256: str
    title: str | None
    date: str | None
    publisher: str | None
    url: str | None
    origin: str
    extractor: str

    def is_of(self, article: Article) -> bool:
        """Whether text and metadata are those of `article`, wherever it came from."""
        return (self.sha256, self.title, self.date, self.publisher, self.url) == (
            article.sha256,
            article.title,
            article.date,
            article.publisher,
            article.url,
        )

    def told_of(self, article: Article) -> Article:
        """`article` with the metadata and the origin that are stored."""
        return replace(
            article,
            title=self.title,
            date=self.date,
            publisher=self.publisher,
            url=self.url,
            origin=self.origin,
        )


class Records:
    """The record database in `path`, which is made if `writable`. Close it after use."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        self._path = path
        self._writable = writable
        with self._failures():
            if writable:
                self._db = sqlite3.connect(path, timeout=_PATIENCE)
                # a commit without waiting for the disk: power loss may cost the last ones, whole
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
                self._db.executescript(_SCHEMA)
            else:
                # "rw" and not "ro": after a crash even a reader has to roll back what was half done
                uri = f"{path.absolute().as_uri()}?mode=rw"
                self._db = sqlite3.connect(uri, uri=True, timeout=_PATIENCE)
                self._db.execute("PRAGMA query_only = ON")

    def close(self) -> None:
        if self._writable:
            # one plain file again, as read-only media need it; a reader may be in the way
            with suppress(sqlite3.Error):
                self._db.execute("PRAGMA journal_mode = DELETE")
        self._db.close()

    def __enter__(self) -> Records:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- articles

    def rows(self) -> list[Row]:
        """All articles by id."""
        columns = ", ".join(Row.__slots__)
        rows = (Row(*r) for r in self._all(f"SELECT {columns} FROM article ORDER BY id"))
        return [replace(row, origin=from_store(row.origin, self._path.parent)) for row in rows]

    def count(self) -> int:
        """How many articles there are."""
        ((number,),) = self._all("SELECT COUNT(*) FROM article")
        return int(number)

    def articles(self) -> Iterator[Article]:
        """All articles by id."""
        for row in self._all(f"SELECT {_ARTICLE} FROM article ORDER BY id"):
            yield self._article(row)

    def items(self) -> Iterator[tuple[Article, Extraction]]:
        """All articles by id, each with its record."""
        for *row, record in self._all(f"SELECT {_ARTICLE}, record FROM article ORDER BY id"):
            yield self._article(row), from_json(json.loads(record), where=f"record of {row[0]}")

    def item(self, id: str) -> tuple[Article, Extraction]:
        """The article `id`, which must be there, with its record."""
        ((*row, record),) = self._all(f"SELECT {_ARTICLE}, record FROM article WHERE id = ?", id)
        return self._article(row), from_json(json.loads(record), where=f"record of {id}")

    def outlines(self, code: str) -> list[Outline]:
        """The outlines of all articles by id, those read that this `code` made, the others made."""
        sql = "SELECT id FROM article WHERE id NOT IN (SELECT id FROM outline WHERE code = ?)"
        for (id,) in self._all(sql, code):
            made = outline(*self.item(id))
            record = json.dumps(to_json(made.record), ensure_ascii=False)
            self._write(
                "INSERT OR REPLACE INTO outline VALUES (?, ?, ?, ?, ?)",
                [(id, code, made.article.text, record, made.content)],
                changes_graph=False,
            )
        rows = self._all("SELECT id, head, record, content FROM outline ORDER BY id")
        return [
            Outline(
                Article(id, head), from_json(json.loads(record), where=f"outline of {id}"), content
            )
            for id, head, record, content in rows
        ]

    def record(self, id: str) -> Extraction:
        """The record of the article `id`, which must be there."""
        return self.item(id)[1]

    def put(self, article: Article, record: Extraction) -> None:
        """Adds or replaces an article with its record, in one transaction."""
        kept = replace(article, origin=to_store(article.origin, self._path.parent))
        values = (
            *(getattr(kept, name) for name in _ARTICLE.split(", ")),
            article.sha256,
            record.extractor,
            json.dumps(to_json(record), ensure_ascii=False, sort_keys=True),
        )
        marks = ", ".join("?" * len(values))
        self._write(
            f"INSERT OR REPLACE INTO article ({_ARTICLE}, sha256, extractor, record)"
            f" VALUES ({marks})",
            [values],
        )

    def put_origins(self, origins: Iterable[tuple[str, str]]) -> None:
        """Notes where articles came from this time: pairs of origin and id."""
        sql = "UPDATE article SET origin = ? WHERE id = ?"
        rows = [(to_store(origin, self._path.parent), id) for origin, id in origins]
        self._write(sql, rows, changes_graph=False)

    def drop(self, ids: Iterable[str]) -> None:
        self._write("DELETE FROM article WHERE id = ?", [(id,) for id in ids])

    # -- judgements and settings

    def judgements(self) -> list[Judgement]:
        """A person's decisions about identity, in a fixed order."""
        columns = 'what, "left", "right", same'
        found = self._all(f"SELECT {columns} FROM judgement ORDER BY {columns}")
        return [Judgement(what, left, right, bool(same)) for what, left, right, same in found]

    def put_judgement(self, judgement: Judgement) -> None:
        """Adds a decision; it replaces an earlier one about the same two things."""
        left, right = sorted((judgement.left, judgement.right))
        self._write(
            "INSERT OR REPLACE INTO judgement VALUES (?, ?, ?, ?)",
            [(judgement.what, left, right, int(judgement.same))],
        )

    def drop_judgements(self, judgements: Iterable[Judgement]) -> None:
        """Takes decisions back."""
        self._write(
            'DELETE FROM judgement WHERE what = ? AND "left" = ? AND "right" = ?',
            [(j.what, j.left, j.right) for j in judgements],
        )

    def setting(self, name: str, default: str) -> str:
        found = self._all("SELECT value FROM setting WHERE name = ?", name)
        return str(found[0][0]) if found else default

    def put_setting(self, name: str, value: str) -> None:
        if self.setting(name, "") != value:
            self._write("INSERT OR REPLACE INTO setting VALUES (?, ?)", [(name, value)])

    def revision(self) -> str:
        """A token that is another one after whatever may change the RDF."""
        return self.setting("revision", "")

    # --

    def _article(self, row: Sequence[Any]) -> Article:
        article = Article(*row)
        return replace(article, origin=from_store(article.origin, self._path.parent))

    def _all(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        with self._failures():
            return self._db.execute(sql, values).fetchall()

    def _write(self, sql: str, rows: list[tuple[Any, ...]], *, changes_graph: bool = True) -> None:
        if not rows:
            return
        with self._failures(), self._db:
            self._db.executemany(sql, rows)
            if changes_graph:
                revision = ("revision", secrets.token_hex(8))
                self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", revision)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            remedy = (
                "make the folder writable, or copy the store to one that is"
                if "readonly" in str(error)
                else "free space if the disk is full; if the file is damaged, move the store away"
                " and build again"
            )
            raise WorkError(f"{self._path}: {error}; {remedy}") from error
