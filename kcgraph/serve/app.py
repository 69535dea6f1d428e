"""The web application: pages, data, feeds and the SPARQL endpoint of one store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

import kcgraph
from kcgraph.serve.browse import add_pages
from kcgraph.serve.complaints import complain
from kcgraph.serve.endpoint import add_endpoint
from kcgraph.serve.guard import Guard
from kcgraph.serve.pool import Pool
from kcgraph.serve.respond import HTML_CONTENT, TEXT
from kcgraph.serve.sites import Settings, Sites
from kcgraph.serve.things import add_things


def application(store: Path, settings: Settings) -> ASGIApp:
    """The whole server of the store at that path, guarded.

    Raises KcgraphError if there is no store that can be read.
    """
    sites = Sites(store, settings)
    sites.get()
    pool = Pool(store, settings.limits, settings.workers)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        await pool.start()
        yield
        await pool.close()

    app = FastAPI(
        title=settings.title,
        summary="Who wants what, who said so, and where it is written; for reading only.",
        version=kcgraph.__version__,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={
            400: {
                "description": "The request is malformed.",
                "content": {TEXT: {}, **HTML_CONTENT},
            },
            403: {"description": "From another site, or an update.", "content": {TEXT: {}}},
            500: {
                "description": "The limits of the server do not allow it.",
                "content": {TEXT: {}},
            },
            503: {"description": "Too many requests at a time.", "content": {TEXT: {}}},
        },
    )
    complain(app, sites)
    add_endpoint(app, sites, pool)
    add_pages(app, sites, pool)
    add_things(app, sites)  # what is left goes to these
    inner: ASGIApp = app
    if settings.rules.origins:
        inner = CORSMiddleware(
            app,
            allow_origins=sorted(settings.rules.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization"],
            max_age=600,
        )
    return Guard(inner, settings.rules)
