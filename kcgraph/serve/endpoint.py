"""The SPARQL endpoint: the protocol over HTTP, with content negotiation."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from kcgraph.serve import linked
from kcgraph.serve.accept import GRAPH, HTML, ROWS, by_format, choose
from kcgraph.serve.pool import Pool
from kcgraph.serve.protocol import Asked, Refused, read_get, read_post
from kcgraph.serve.respond import TEXT, root_url, unless_left
from kcgraph.serve.sites import Sites

_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": name,
        "in": "query",
        "description": about,
        "schema": {"type": "array", "items": {"type": "string"}} if many else {"type": "string"},
    }
    for name, about, many in (
        ("query", "SPARQL 1.1; without it the answer describes the service", False),
        ("default-graph-uri", "graphs that are merged into the default graph", True),
        ("named-graph-uri", "named graphs of the query", True),
        ("format", "json, xml, csv, tsv; turtle, ntriples, jsonld, xml; instead of Accept", False),
    )
]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer, whole.",
        "content": {offer.media: {} for offer in (*ROWS, *GRAPH)},
    },
    406: {"description": "No format that is accepted fits the query.", "content": {TEXT: {}}},
    413: {"description": "The query is too long.", "content": {TEXT: {}}},
    415: {"description": "The body is neither a form nor a query.", "content": {TEXT: {}}},
}
_BODY = {
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "properties": {
                    "query": {"type": "string"},
                    "default-graph-uri": {"type": "array", "items": {"type": "string"}},
                    "named-graph-uri": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["query"],
            }
        },
        "application/sparql-query": {"schema": {"type": "string"}},
    }
}


def add_endpoint(app: FastAPI, sites: Sites, pool: Pool) -> None:
    @app.get(
        "/sparql",
        response_class=Response,
        responses=_ANSWERS,
        openapi_extra={"parameters": _PARAMETERS},
        summary="SPARQL 1.1 Protocol: query by GET",
    )
    async def sparql_get(request: Request) -> Response:
        asked = read_get(request.scope["query_string"])
        if asked.query is None:
            return await asyncio.to_thread(_description, request, asked.format, sites)
        return await _answered(request, asked, pool)

    @app.post(
        "/sparql",
        response_class=Response,
        responses=_ANSWERS,
        openapi_extra={"parameters": _PARAMETERS[1:3], "requestBody": _BODY},
        summary="SPARQL 1.1 Protocol: query by POST",
    )
    async def sparql_post(request: Request) -> Response:
        body = await _body(request, pool.limits.body)
        content_type = request.headers.get("content-type", "")
        asked = read_post(request.scope["query_string"], content_type, body)
        return await _answered(request, asked, pool)


async def _body(request: Request, most: int) -> bytes:
    """The body of the request, which is not read beyond `most` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Refused(413, f"the request has more than {most:,} bytes, which is the limit")
    return bytes(body)


def _description(request: Request, format: str | None, sites: Sites) -> Response:
    offer = choose(request.headers.get("accept"), (*GRAPH, HTML))
    if format is not None:
        offer = by_format(format, GRAPH)
    if offer is None:
        raise Refused(406, "the service is described in Turtle, N-Triples, JSON-LD or RDF/XML")
    if offer is HTML:
        return RedirectResponse("query", 303, headers={"Vary": "Accept"})
    store = sites.get().generation.store
    content = linked.written(
        linked.service_description(store, f"{root_url(request)}sparql"), offer.format
    )
    return Response(content, media_type=offer.content_type, headers={"Vary": "Accept"})


async def _answered(request: Request, asked: Asked, pool: Pool) -> Response:
    accept = request.headers.get("accept")
    if asked.format is None:
        rows, graph = choose(accept, ROWS), choose(accept, GRAPH)
    else:
        rows, graph = by_format(asked.format, ROWS), by_format(asked.format, GRAPH)
    if rows is None and graph is None:
        raise Refused(406, "none of the formats that are accepted is an answer to a query")
    task = {
        "query": asked.query,
        "default": asked.default,
        "named": asked.named,
        "formats": {"rows": rows and rows.format, "graph": graph and graph.format},
    }
    answer = await unless_left(request, pool, task)
    offer = rows if answer.form == "rows" else graph
    assert offer is not None
    headers = {"Vary": "Accept", "Content-Length": str(answer.size), "Cache-Control": "no-cache"}
    return StreamingResponse(answer.chunks(), media_type=offer.content_type, headers=headers)
