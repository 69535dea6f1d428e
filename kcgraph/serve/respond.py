"""What all answers of the server have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from fastapi import Request, Response

import kcgraph
from kcgraph.serve.accept import HTML
from kcgraph.serve.pool import Answer, Pool
from kcgraph.serve.protocol import Refused
from kcgraph.serve.sites import Site
from kcgraph.vocab import digest

TEXT = "text/plain; charset=utf-8"
HTML_CONTENT: dict[str, Any] = {HTML.content_type: {}}
NO_SUCH_PAGE = "there is no such page; the start page leads to all there are"


def page_response(request: Request, site: Site, make: Callable[[], str]) -> Response:
    """The page, unless the client has it already."""
    url = request.url
    tag = f"{site.generation.name} {url.path}?{url.query} {site.pages.library.base}"
    address = f"{url.path}?{url.query}"
    return fresh(request, lambda: site.page(address, make), tag, HTML.content_type)


def fresh(
    request: Request, content: str | Callable[[], str], tag: str, content_type: str
) -> Response:
    version = digest(kcgraph.__version__, tag, content if isinstance(content, str) else "")
    headers = {"ETag": f'W/"{version}"', "Cache-Control": "no-cache", "Vary": "Accept"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    text = content if isinstance(content, str) else content()
    return Response(text, media_type=content_type, headers=headers)


def root_url(request: Request) -> str:
    """The URL of the start page, as the client knows it."""
    return str(request.base_url)


async def unless_left(request: Request, pool: Pool, task: dict[str, Any]) -> Answer:
    """The answer of the pool; if the client goes away, the query is stopped."""

    async def left() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    asking = asyncio.ensure_future(pool.ask(task))
    leaving = asyncio.ensure_future(left())
    try:
        await asyncio.wait((asking, leaving), return_when=asyncio.FIRST_COMPLETED)
        if asking.done():
            return asking.result()
        raise Refused(499, "the client has left")
    finally:
        leaving.cancel()
        if not asking.done():
            asking.cancel()
            with suppress(asyncio.CancelledError, Refused):
                await asking
