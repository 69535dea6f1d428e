"""CSL-JSON 1.0: the articles, for Zotero, pandoc and other citation processors."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING

from kcgraph.export.articles import Cited, articles

if TYPE_CHECKING:
    from kcgraph.claims import Claims


def write(claims: Claims, out: IO[bytes]) -> None:
    """Writes a list with an item for each article, by id."""
    items = [_item(one) for one in articles(claims.store)]
    out.write(json.dumps(items, ensure_ascii=False, indent=2).encode() + b"\n")


def _item(one: Cited) -> dict[str, object]:
    parts = [int(part) for part in one.date.split("-")] if one.date else []
    known = {
        "id": one.key,
        "type": "article-newspaper",
        "title": one.title,
        "container-title": one.publisher,
        "issued": {"date-parts": [parts]} if parts else None,
        "URL": one.url,
    }
    return {name: value for name, value in known.items() if value is not None}
