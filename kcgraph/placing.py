"""Placing: which of the stored articles each article of a build is, if any."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from kcgraph.model import Article
from kcgraph.origins import file_of, is_stdin, is_there, located, part_of, same_file
from kcgraph.read import read
from kcgraph.read.variants import LEAST_SHARED, containment
from kcgraph.records import Records, Row

_DIGEST = re.compile(r"-[0-9a-f]{8}$")


@dataclass(frozen=True, slots=True)
class Placed:
    """An article with the id it has in the store, and what is stored under that id.

    It is a `copy` if the file that the stored one came from still holds the same text.
    """

    article: Article
    row: Row | None
    copy: bool = False


def placed(records: Records, articles: Sequence[Article]) -> list[Placed]:
    """The articles in their order, each placed.

    Each is the stored article that has its text, else the one that its file held, else the one that
    has its id, unless that is another article: its own file is still there, or it came from
    standard input and is no near copy. Then the newcomer's id gets a digest of its text. Where each
    was this time is noted in the records.
    """
    rows = {row.id: row for row in records.rows()}
    by_text = {row.sha256: row for row in rows.values()}
    by_file: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows.values():
        if is_there(row.origin):
            by_file[_key(located(row.origin), _DIGEST.sub("", row.id))].append(row)
    found = {a.id: by_text[a.sha256] for a in articles if a.sha256 in by_text}
    # of several with one text, each is the one that has its id
    found |= {a.id: rows[a.id] for a in articles if a.id in rows and rows[a.id].sha256 == a.sha256}
    copies = _copies(articles, found)
    taken = {row.id for row in found.values()}
    for article in articles:
        if article.id in found:
            continue
        held = by_file.get(_key(located(article.origin), article.id), ())
        same_id = rows.get(article.id)
        if len(held) == 1 and held[0].id not in taken:
            found[article.id] = held[0]
        elif same_id and same_id.id not in taken and not _is_another(records, same_id, article):
            found[article.id] = same_id
        taken |= {found[article.id].id} if article.id in found else set()
    result = []
    for article in articles:
        known = found.get(article.id)
        id = known.id if known else article.id
        if known is None and (id in rows or id in taken):
            id = f"{id}-{article.sha256[:8]}"
        result.append(Placed(replace(article, id=id), known, article.id in copies))
    records.put_origins(
        (one.article.origin, one.row.id)
        for one in result
        if one.row and not one.copy and located(one.article.origin) != one.row.origin
    )
    return result


def _key(origin: str, id: str) -> tuple[str, str]:
    """What tells the articles of all files apart: of a file of many, the id has to say which."""
    return file_of(origin), id if part_of(origin) else ""


def _is_another(records: Records, row: Row, article: Article) -> bool:
    """Whether an article that has the id of a stored one is not that one, changed."""
    if is_stdin(row.origin):
        return containment(records.item(row.id)[0].text, article.text) < LEAST_SHARED
    return is_there(row.origin) and _elsewhere(row, article)


def _elsewhere(row: Row, article: Article) -> bool:
    if is_stdin(article.origin):
        return True
    return is_there(article.origin) and not same_file(row.origin, article.origin)


def _copies(articles: Sequence[Article], found: dict[str, Row]) -> set[str]:
    """Ids of the articles whose text another file has, from where it was stored."""

    @cache
    def texts(file: str) -> frozenset[str]:
        return frozenset(a.sha256 for a in read([file]) if isinstance(a, Article))

    return {
        article.id
        for article in articles
        if (row := found.get(article.id))
        and is_there(row.origin)
        and _elsewhere(row, article)
        and article.sha256 in texts(file_of(row.origin))
    }
