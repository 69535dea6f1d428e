"""Pages and feeds: what people look at, and what their programs follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse, Response

from kcgraph.errors import NotFound
from kcgraph.serve.guard import FRAMED_POLICY
from kcgraph.serve.pool import Pool
from kcgraph.serve.query_page import query_page
from kcgraph.serve.respond import (
    HTML_CONTENT,
    NO_SUCH_PAGE,
    TEXT,
    fresh,
    page_response,
    root_url,
)
from kcgraph.serve.sites import Sites
from kcgraph.site import feeds
from kcgraph.site.pages import LISTS, asset

_ASSETS = {"site.css": "text/css", "site.js": "text/javascript", "query.js": "text/javascript"}


def add_pages(app: FastAPI, sites: Sites, pool: Pool) -> None:
    def page(path: str, summary: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        missing: dict[int | str, dict[str, Any]] = {
            404: {"description": NO_SUCH_PAGE, "content": {TEXT: {}, **HTML_CONTENT}}
        }
        return app.get(path, response_class=HTMLResponse, summary=summary, responses=missing)

    @page("/", "Start page")
    def index(request: Request) -> Response:
        site = sites.get()
        return page_response(request, site, site.pages.index)

    def listing_of(name: str) -> None:
        def first(request: Request) -> Response:
            site = sites.get()
            return page_response(request, site, lambda: site.pages.listing(name) or "")

        def other(request: Request, number: int) -> Response:
            site = sites.get()
            if not 1 < number <= site.pages.list_pages(name):
                raise NotFound(NO_SUCH_PAGE)
            return page_response(request, site, lambda: site.pages.listing(name, number) or "")

        first.__name__, other.__name__ = name, f"{name}_page"
        page(f"/{name}", f"All {name}, by importance or date")(first)
        page(f"/{name}/{{number}}", f"A further page of {name}")(other)

    for name in LISTS:
        listing_of(name)

    @page("/search", "Search names, issues and headlines")
    def search(
        request: Request,
        q: Annotated[str, Query(max_length=200)] = "",
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    ) -> Response:
        site = sites.get()
        return page_response(
            request, site, lambda: site.pages.search(q, site.library.search(q), page)
        )

    @page("/network", "The picture in its frame")
    def network(request: Request) -> Response:
        site = sites.get()
        return page_response(request, site, site.pages.network)

    @page("/picture.html", "The interactive picture")
    def picture(request: Request) -> Response:
        site = sites.get()
        found = page_response(request, site, site.picture)
        found.headers["content-security-policy"] = FRAMED_POLICY
        found.headers["x-frame-options"] = "SAMEORIGIN"
        return found

    @page("/query", "Ask in SPARQL or by name, with the answer as a table")
    async def query(request: Request) -> Response:
        return await query_page(request, sites, pool)

    @app.get("/terms.json", summary="What a query can be completed with", response_class=Response)
    def completions(request: Request) -> Response:
        return Response(sites.get().terms(), media_type="application/json")

    @app.get("/feed.xml", summary="Demands and answers as RSS", response_class=Response)
    def rss(request: Request) -> Response:
        site = sites.get()
        content = feeds.rss(site.library, site.pages.addresses, app.title, root=root_url(request))
        return Response(content, media_type="application/rss+xml")

    @app.get("/feed.json", summary="Demands and answers as JSON Feed", response_class=Response)
    def json_feed(request: Request) -> Response:
        site = sites.get()
        content = feeds.json_feed(
            site.library, site.pages.addresses, app.title, root=root_url(request)
        )
        return Response(content, media_type="application/feed+json")

    @app.get("/assets/{name}", include_in_schema=False)
    def assets(request: Request, name: str) -> Response:
        if name not in _ASSETS:
            raise NotFound(NO_SUCH_PAGE)
        return fresh(request, asset(name), name, f"{_ASSETS[name]}; charset=utf-8")
