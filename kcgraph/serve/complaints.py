"""Errors: a page for browsers, one line for everybody else."""

from __future__ import annotations

import sys
from contextlib import suppress
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from kcgraph.errors import InputError, KcgraphError, NotFound
from kcgraph.serve.accept import HTML, Offer, choose
from kcgraph.serve.protocol import Refused
from kcgraph.serve.respond import NO_SUCH_PAGE, TEXT
from kcgraph.serve.sites import Sites
from kcgraph.site.addresses import INDEX


def complain(app: FastAPI, sites: Sites) -> None:
    """Errors are a page for browsers and one line for everybody else."""

    def told(request: Request, status: int, message: str, **headers: str) -> Response:
        offer = choose(request.headers.get("accept"), (Offer("text", "text/plain"), HTML))
        if offer is HTML and request.url.path != "/sparql":
            with suppress(KcgraphError):
                page = sites.get().pages.other(
                    request.url.path.removeprefix("/").rstrip("/") or INDEX,
                    "error.html.j2",
                    reason=HTTPStatus(status).phrase,
                    message=message,
                )
                return HTMLResponse(page, status, headers=headers)
        return Response(f"{message}\n", status, media_type=TEXT, headers=headers)

    @app.exception_handler(Refused)
    def refused(request: Request, error: Refused) -> Response:
        more = {"Retry-After": "10"} if error.status == 503 else {}
        return told(request, error.status, " ".join(error.message.split()), **more)

    @app.exception_handler(KcgraphError)
    def failed(request: Request, error: KcgraphError) -> Response:
        status = (
            404 if isinstance(error, NotFound) else 400 if isinstance(error, InputError) else 503
        )
        return told(request, status, " ".join(str(error).split()))

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        return told(request, 400, f"{first['loc'][-1]}: {first['msg']}")

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        message = NO_SUCH_PAGE if error.status_code == 404 else str(error.detail)
        return told(request, error.status_code, message, **(dict(error.headers or {})))

    @app.exception_handler(Exception)
    def unforeseen(request: Request, error: Exception) -> Response:
        sys.stderr.write(f"kcgraph: {request.url.path}: {type(error).__name__}: {error}\n")
        return Response("the server failed to answer\n", 500, media_type=TEXT)
