"""Reading: files, folders and standard input to articles. Knows formats, nothing of language.

    for found in read(["articles/", "more.jsonl"]):
        match found:
            case Article(): ...      # to extract from
            case Problem(): ...      # an input that gave no article: say it, count it
            case Duplicate(): ...    # the text of an article that was read before
            case Notice(): ...       # read, with something left empty

Offsets: for a plain text file `Article.text` is the decoded file, unchanged (front matter and line
ends included, only a byte order mark left out); for Markdown, web pages and JSON it is the text
that was found in them.

Metadata, the first that says something: the caller's, the sidecar (NAME.meta.json, NAME.meta.yaml
beside NAME.txt), front matter or the record's fields or the page's, the header of the text. No date
is ever taken from a file's age, a year never from today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike, fspath
from typing import IO

from kcgraph.errors import InputError
from kcgraph.model import Article
from kcgraph.read.fields import check_fields, checked_overrides
from kcgraph.read.ids import article_ids, article_slug
from kcgraph.read.layout import Layout, layout
from kcgraph.read.results import Draft, Duplicate, Found, Metadata, Notice, Problem, Result
from kcgraph.read.sources import ENDINGS, MAX_BYTES, Source, drafts, sources
from kcgraph.read.variants import find_variants

__all__ = [
    "ENDINGS",
    "MAX_BYTES",
    "Article",
    "Duplicate",
    "Layout",
    "Metadata",
    "Notice",
    "Problem",
    "Result",
    "article_slug",
    "find_variants",
    "layout",
    "read",
    "read_one",
]


def read(
    paths: Iterable[str | PathLike[str]],
    *,
    overrides: Metadata | None = None,
    fields: Mapping[str, str] | None = None,
    stdin: IO[bytes] | None = None,
) -> Iterator[Result]:
    """What the files and folders hold, in order: articles, and what to say about the rest.

    `paths` may hold "-" for `stdin`. What `overrides` says is said of every article. `fields` names
    the keys of JSON records: `{"text": "fields.bodyText"}`. Ids are unique among the articles of
    one call, for which all of them are read before the first is handed on.

    Raises InputError at once for an override or field that makes no sense; bad files are Problems.
    """
    named = [fspath(path) for path in paths]
    check_fields(fields or {})
    said = checked_overrides(overrides or Metadata())
    return _read(named, said, fields or {}, stdin)


def read_one(
    path: str | PathLike[str],
    *,
    overrides: Metadata | None = None,
    fields: Mapping[str, str] | None = None,
    stdin: IO[bytes] | None = None,
) -> Article:
    """The one article in the input named.

    Raises InputError when it cannot be read or holds more than one.
    """
    found = list(read([path], overrides=overrides, fields=fields, stdin=stdin))
    for problem in found:
        if isinstance(problem, Problem):
            raise InputError(f"{problem.origin}: {problem.message}")
    articles = [article for article in found if isinstance(article, Article)]
    if len(articles) > 1:
        raise InputError(f"{fspath(path)}: holds {len(articles)} articles; name one")
    return articles[0]


def _read(
    paths: list[str], said: Metadata, fields: Mapping[str, str], stdin: IO[bytes] | None
) -> Iterator[Result]:
    found = list(_found(paths, fields, stdin))
    first_with: dict[str, Draft] = {}
    for item in found:
        if isinstance(item, Draft):
            first_with.setdefault(item.text, item)
    unique = list(first_with.values())
    id_of = {draft.text: id for draft, id in zip(unique, article_ids(unique), strict=True)}
    for item in found:
        if not isinstance(item, Draft):
            yield item
        elif (first := first_with[item.text]) is not item:
            yield Duplicate(item.origin, id_of[item.text], first.origin)
        else:
            yield from (Notice(item.origin, remark) for remark in item.notices)
            yield _article(item, id_of[item.text], said)
    if not found:
        yield Problem(", ".join(paths) or "no path", "holds no article")


def _found(paths: list[str], fields: Mapping[str, str], stdin: IO[bytes] | None) -> Iterator[Found]:
    for source in sources(paths):
        if isinstance(source, Source):
            yield from drafts(source, stdin=stdin, fields=fields)
        else:
            yield source


def _article(draft: Draft, id: str, said: Metadata) -> Article:
    known = said.filled_from(draft.metadata)
    return Article(
        id, draft.text, known.title, known.date, known.publisher, known.url, draft.origin
    )
