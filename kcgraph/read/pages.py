"""Date and publisher that a web page states as its own: JSON-LD, meta tags, time elements.

Date finders for web pages fall back on any date that they see, such as that of a footer, and a
wrong date is worse than none. So only what is marked up as the date of publication counts.
https://schema.org/NewsArticle, https://ogp.me, and the meta names that newspapers use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kcgraph.read.dates import iso_date
from kcgraph.read.fields import tidy
from kcgraph.read.results import Metadata

_DATE_NAMES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date",
    "publication_date", "article.published", "published_time", "dc.date.issued", "dcterms.issued",
    "dcterms.date", "dc.date", "dcterms.created", "date",
)  # fmt: skip
_PUBLISHER_NAMES = ("og:site_name", "dc.publisher", "dcterms.publisher", "publisher")
_TIMES = (
    "//*[@itemprop='datePublished']",
    "//time[@pubdate or contains(@class, 'publish')]",
    "//article//time | //main//time",
)
_IN_ADDRESS = re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})(?:/|$)")
_DEEPEST = 6


def page_metadata(page: str, url: str | None) -> Metadata:
    """Date and publisher as the page states them; the date also from its address (/2020/06/04/)."""
    from lxml import etree, html

    try:
        parser = html.HTMLParser(encoding="utf-8")
        root = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return Metadata()
    about = list(_linked_data(root))
    tags = {
        (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").lower(): content
        for tag in reversed(root.findall(".//meta"))
        if (content := tag.get("content"))
    }
    dates = (
        *(str(item["datePublished"]) for item in about if item.get("datePublished")),
        *(tags[name] for name in _DATE_NAMES if name in tags),
        *_times(root),
        *("-".join(found) for found in _IN_ADDRESS.findall(url or "")),
    )
    names = (
        *(name for item in about if (name := _name(item.get("publisher")))),
        *(tags[name] for name in _PUBLISHER_NAMES if name in tags),
    )
    return Metadata(
        date=next((iso for written in dates if (iso := iso_date(written))), None),
        publisher=next((name for written in names if (name := tidy(written))), None),
    )


def _linked_data(root: Any) -> Iterator[dict[str, Any]]:
    """What JSON-LD says about articles on the page."""
    for script in root.iterfind(".//script[@type='application/ld+json']"):
        try:
            content = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for item in _objects(content, _DEEPEST):
            kinds = item.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if any(str(kind).endswith(("Article", "BlogPosting")) for kind in kinds):
                yield item


def _objects(content: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(content, dict):
        yield content
        content = [content.get("@graph"), content.get("mainEntity")]
    if isinstance(content, list) and depth:
        for item in content:
            yield from _objects(item, depth - 1)


def _times(root: Any) -> Iterator[str]:
    for path in _TIMES:
        for element in root.xpath(path)[:1]:
            yield element.get("datetime") or element.get("content") or element.text_content()


def _name(publisher: Any) -> str | None:
    if isinstance(publisher, list):
        publisher = publisher[0] if publisher else None
    name = publisher.get("name") if isinstance(publisher, dict) else publisher
    return name if isinstance(name, str) and not name.startswith("http") else None
