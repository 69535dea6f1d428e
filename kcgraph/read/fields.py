"""The fields of a record, a sidecar or front matter, whatever their names, as metadata."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from kcgraph.errors import InputError
from kcgraph.read.dates import iso_date
from kcgraph.read.results import Metadata

# The usual names, best first; compared without case, "_", "-" and ":".
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "text": (
        "text", "body", "content", "articletext", "articlebody", "bodytext", "fulltext",
        "maintext", "plaintext", "contenttext", "article",
    ),
    "title": ("title", "headline", "webtitle", "dctitle", "ogtitle"),
    "date": (
        "date", "published", "publishedat", "publicationdate", "datepublished", "publishdate",
        "datepublish", "pubdate", "pubtime", "webpublicationdate", "publishedtime", "issued",
        "dctermsissued", "created",
    ),
    "publisher": (
        "publisher", "outlet", "newspaper", "publication", "sitename", "source", "sourcename",
        "site", "domain",
    ),
    "url": ("url", "link", "weburl", "sourceurl", "canonicalurl", "articleurl", "permalink", "uri"),
    "id": ("id", "articleid", "slug", "guid"),
}  # fmt: skip

_URL = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+", re.IGNORECASE)
_LONGEST = 500  # characters of a title or a name; what is longer is no title


def check_fields(fields: Mapping[str, str]) -> None:
    """Raises InputError when `fields` maps anything but text, title, date, publisher, url, id."""
    for name in fields:
        if name not in SYNONYMS:
            known = ", ".join(SYNONYMS)
            raise InputError(f"field {name!r} is unknown: an article has {known}")


def field_value(record: Mapping[str, Any], name: str, fields: Mapping[str, str]) -> Any:
    """The value of the article's `name` in `record`, or None.

    `fields` says under which key it is; a dot leads into a record within ("fields.bodyText").
    Without an entry the usual names are tried.
    """
    if key := fields.get(name):
        return _at(record, key)
    folded = {re.sub(r"[^a-z0-9]", "", str(key).lower()): value for key, value in record.items()}
    found = (folded[known] for known in SYNONYMS[name] if folded.get(known) not in (None, "", []))
    return next(found, None)


def _at(record: Mapping[str, Any], key: str) -> Any:
    if key in record:
        return record[key]
    value: Any = record
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def metadata_of(
    record: Mapping[str, Any], fields: Mapping[str, str]
) -> tuple[Metadata, tuple[str, ...]]:
    """The metadata in `record`, and a notice for each value that says nothing usable."""
    notices = []
    written = {
        name: _string(field_value(record, name, fields)) for name in SYNONYMS if name != "text"
    }
    if (date := written["date"]) and iso_date(date) is None:
        notices.append(f"its date {date!r} is not a date such as 2020-06-04; left empty")
    if (url := written["url"]) and not is_url(url):
        notices.append(f"its URL {url!r} is not a web address; left empty")
    found = Metadata(
        title=written["title"],
        date=iso_date(date) if date else None,
        publisher=written["publisher"],
        url=url if url and is_url(url) else None,
        id=written["id"],
    )
    return found, tuple(notices)


def checked_overrides(given: Metadata) -> Metadata:
    """What is said of every article, tidied; raises InputError for a date or URL that is none."""
    date = iso_date(given.date) if given.date is not None else None
    if given.date is not None and date is None:
        raise InputError(f"date {given.date!r} is not a date: write YYYY-MM-DD, such as 2020-06-04")
    if given.url is not None and not is_url(given.url):
        raise InputError(f"URL {given.url!r} is not a web address: it must begin with https://")
    return Metadata(tidy(given.title), date, tidy(given.publisher), given.url, given.id)


def is_url(value: str) -> bool:
    """Whether it can stand as an IRI of the web."""
    return bool(_URL.fullmatch(value)) and well_formed(value) == value


def tidy(value: str | None) -> str | None:
    """One line without control characters; None when nothing is left."""
    if value is None:
        return None
    plain = "".join(" " if unicodedata.category(char) == "Cc" else char for char in value)
    return " ".join(well_formed(plain).split())[:_LONGEST].strip() or None


def well_formed(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, which no file or store can hold."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _string(value: Any) -> str | None:
    if isinstance(value, Mapping):  # {"source": {"id": "kctv", "name": "KCTV"}}
        value = value.get("name") or value.get("title")
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**15 else None
    return tidy(value) if isinstance(value, str) else None
