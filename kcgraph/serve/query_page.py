"""The page for queries: named ones and SPARQL, with the answer as a table."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from kcgraph.output import curie
from kcgraph.query import NamedQuery, named_queries
from kcgraph.serve.pool import Answer, Pool
from kcgraph.serve.protocol import Refused
from kcgraph.serve.respond import unless_left
from kcgraph.serve.sites import Site, Sites

ROWS_SHOWN = 1000  # of an answer


async def query_page(request: Request, sites: Sites, pool: Pool) -> Response:
    """A form, and under it the answer to what was filled in; needs no script."""
    fields = request.query_params
    site = await asyncio.to_thread(sites.get)
    known = await asyncio.to_thread(named_queries)
    named = known.get(fields.get("name", ""))
    values = {
        p.name: [given]
        for p in (named.parameters if named else ())
        if (given := fields.get(f"p-{p.name}", "").strip())
    }
    text = fields.get("query", "")
    asked = text.strip() or named
    shown: dict[str, Any] = {"columns": None, "turtle": None, "problem": None, "cut": None}
    if fields.get("name") and named is None:
        shown["problem"] = f"there is no named query {fields['name']!r}"
    elif asked:
        task = {
            "query": text,
            "name": named.name if named and not text.strip() else None,
            "values": values,
            "default": (),
            "named": (),
            "formats": {"rows": "json", "graph": "turtle"},
            "rows": ROWS_SHOWN,
            "cut": True,
        }
        try:
            answer = await unless_left(request, pool, task)
            shown |= _shown(site, answer)
        except Refused as refused:
            shown["problem"] = refused.message
    page = site.pages.other(
        "query",
        "query.html.j2",
        text=text or (named.text if named else ""),
        typed=bool(text.strip()),
        queries=list(known.values()),
        chosen=named if not text.strip() else None,
        values={key: value for key, (value,) in values.items()},
        link=_links(named if not text.strip() else None, text),
        **shown,
    )
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


def _links(named: NamedQuery | None, text: str) -> str | None:
    """The address of the same answer at the endpoint; None for a named query with parameters."""
    if named is not None or not text.strip():
        return None
    return f"sparql?query={quote(text, safe='')}"


def _shown(site: Site, answer: Answer) -> dict[str, Any]:
    """The answer for the template: columns and rows of (text, link, kind), or Turtle."""
    content = answer.read().decode("utf-8")
    if answer.form == "graph":
        return {"turtle": content[:200_000], "cut": answer.cut}
    data = json.loads(content)
    if "boolean" in data:
        return {"columns": ["answer"], "rows": [[("yes" if data["boolean"] else "no", None, "")]]}
    columns = data["head"]["vars"]
    rows = [
        [_cell(site, binding.get(column)) for column in columns]
        for binding in data["results"]["bindings"]
    ]
    return {"columns": columns, "rows": rows, "cut": answer.cut}


def _cell(site: Site, term: dict[str, str] | None) -> tuple[str, str | None, str]:
    if term is None:
        return "", None, ""
    value = term["value"]
    if term["type"] == "uri":
        path = site.pages.addresses.of(value)
        inside = value.removeprefix(site.generation.base)
        if path and path in site.library.pages:
            return site.library.ref(value).label or value, path, "thing"
        return (inside if inside != value else curie(value)), None, "iri"
    datatype = term.get("datatype", "").rpartition("#")[2]
    return value, None, "number" if datatype in ("integer", "decimal", "double") else ""
