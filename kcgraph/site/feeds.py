"""News of a store, demands and answers to them, as feeds that programs follow."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

from kcgraph.render.page import plain
from kcgraph.site.addresses import INDEX, Addresses
from kcgraph.site.library import Library, News

MOST = 100


def rss(library: Library, addresses: Addresses, title: str, *, root: str = "") -> bytes:
    """RSS 2.0 (https://www.rssboard.org/rss-specification).

    `root` is the URL of the site; without it links are relative to the feed, which lies there.
    """
    feed = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(feed, "channel")
    for name, text in (("title", title), ("link", _home(addresses, root)), ("description", _ABOUT)):
        ET.SubElement(channel, name).text = plain(text)
    for news in library.news[:MOST]:
        item = ET.SubElement(channel, "item")
        ET.SubElement(item, "title").text = _title(news)
        ET.SubElement(item, "link").text = _link(addresses, news, root)
        ET.SubElement(item, "guid", {"isPermaLink": "false"}).text = news.claim.iri
        ET.SubElement(item, "description").text = _words(news)
        moment = _moment(news)
        if moment:
            ET.SubElement(item, "pubDate").text = format_datetime(moment)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def json_feed(library: Library, addresses: Addresses, title: str, *, root: str = "") -> bytes:
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), `root` as in `rss`."""
    items = []
    for news in library.news[:MOST]:
        moment = _moment(news)
        item: dict[str, Any] = {
            "id": news.claim.iri,
            "url": _link(addresses, news, root),
            "title": _title(news),
            "content_text": _words(news),
            "tags": [news.kind],
        }
        if moment:
            item["date_published"] = moment.isoformat()
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": plain(title),
        "description": _ABOUT,
        "home_page_url": _home(addresses, root),
        "feed_url": f"{root}feed.json",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode("utf-8")


_ABOUT = "Demands that articles report, and commitments and refusals that answer them."
_DOES = {"demand": "demands", "commitment": "commits to", "refusal": "refuses"}


def _title(news: News) -> str:
    holder = news.claim.holder
    return plain(f"{holder.label} {holder.does(_DOES[news.kind])} {news.claim.target.label}")


def _words(news: News) -> str:
    return plain(" … ".join(f"“{p.sentence}” ({p.where})" for p in news.claim.evidence))


def _home(addresses: Addresses, root: str) -> str:
    return root + addresses.link("", INDEX)


def _link(addresses: Addresses, news: News, root: str) -> str:
    demand = news.demand
    page = addresses.of_demand(demand.holder.iri, demand.issue.iri)
    return root + addresses.file(page)


def _moment(news: News) -> datetime | None:
    """The day as a moment, None if it is not known to the day."""
    try:
        return datetime.combine(date.fromisoformat(news.date or ""), time(), UTC)
    except ValueError:
        return None
