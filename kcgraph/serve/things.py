"""Linked data: the address of a thing gives its page or its data, as the client asks."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kcgraph.claims import Ref
from kcgraph.errors import NotFound
from kcgraph.output import curie
from kcgraph.serve import linked
from kcgraph.serve.accept import GRAPH, HTML, Offer, by_format, choose
from kcgraph.serve.protocol import Refused
from kcgraph.serve.respond import HTML_CONTENT, NO_SUCH_PAGE, TEXT, page_response
from kcgraph.serve.sites import Site, Sites


def add_things(app: FastAPI, sites: Sites) -> None:
    contents: dict[str, Any] = {o.media: {} for o in (HTML, *GRAPH[:4])}
    responses: dict[int | str, dict[str, Any]] = {
        200: {"description": "A page, or data.", "content": contents},
        303: {"description": "The page of the thing is there."},
        404: {"description": NO_SUCH_PAGE, "content": {TEXT: {}, **HTML_CONTENT}},
        406: {"description": "No format that is accepted.", "content": {TEXT: {}}},
    }

    def thing_of(kind: str) -> None:
        def thing(request: Request, key: str) -> Response:
            return _thing(request, sites.get(), f"{kind}/{key}")

        thing.__name__ = kind
        app.get(
            f"/{kind}/{{key}}",
            response_class=Response,
            responses=responses,
            summary=f"A page about the {kind}, or its data (suffix .ttl, .nt, .jsonld, .rdf)",
        )(thing)

    def sections_of(kind: str) -> None:
        def section(request: Request, key: str, name: str, number: int) -> Response:
            return _section(request, sites.get(), f"{kind}/{key}", name, number)

        section.__name__ = f"{kind}_list"
        app.get(
            f"/{kind}/{{key}}/{{name}}/{{number:int}}",
            response_class=HTMLResponse,
            responses={404: responses[404]},
            summary=f"A further page of a list on the page of the {kind}",
        )(section)

    for kind in ("stakeholder", "issue", "article", "demand"):
        thing_of(kind)
        sections_of(kind)

    @app.get("/{path:path}", response_class=Response, include_in_schema=False)
    def iri(request: Request, path: str) -> Response:
        return _by_iri(request, sites.get(), path)


def _split(path: str) -> tuple[str, str]:
    """The path without the suffix that names a format, and that suffix."""
    return next(
        ((path.removesuffix(s), s) for s in linked.SUFFIXES if path.endswith(s)), (path, "")
    )


def _offer(request: Request, suffix: str) -> Offer:
    if suffix:
        found = by_format(linked.SUFFIXES[suffix], GRAPH)
    else:
        found = choose(request.headers.get("accept"), (HTML, *GRAPH))
    if found is None:
        raise Refused(406, "a thing is told of in HTML, Turtle, N-Triples, JSON-LD and RDF/XML")
    return found


def _thing(request: Request, site: Site, asked: str) -> Response:
    """The page at `stakeholder/KEY` and the like, or the data that it is made of."""
    path, suffix = _split(asked)
    library = site.library
    demand = library.demand_pages.get(path)
    iri = library.pages.get(path)
    if demand is None and iri is None:
        raise NotFound(NO_SUCH_PAGE)
    offer = _offer(request, suffix)
    if offer is not HTML:
        iris = [claim.iri for claim in demand.claims] if demand else [iri or ""]
        return _data(site, iris, offer)
    return page_response(request, site, lambda: site.pages.thing(site.pages.about(path)))


def _section(request: Request, site: Site, page: str, name: str, number: int) -> Response:
    """A further page of a list on the page of a thing."""

    def make() -> str:
        found = site.pages.section(site.pages.about(page), name, number)
        if found is None:
            raise NotFound(NO_SUCH_PAGE)
        return found

    return page_response(request, site, make)


def _by_iri(request: Request, site: Site, asked: str) -> Response:
    """What is at the path of an IRI of the store: the way to its page, or all that is known."""
    base = urlsplit(site.generation.base)
    start = base.path.removeprefix("/")
    if base.fragment or not asked.startswith(start) or not base.path.endswith("/"):
        raise NotFound(NO_SUCH_PAGE)
    path, suffix = _split(asked)
    iri = site.generation.base + path.removeprefix(start)
    page = site.pages.addresses.of(iri)
    if page in site.library.pages and page != path:
        up = site.pages.addresses.up(asked)
        return RedirectResponse(f"{up}{page}{suffix}", 303, headers={"Vary": "Accept"})
    try:
        triples = linked.about(site.generation.store, [iri])
    except ValueError:  # no IRI
        triples = []
    if not triples:
        raise NotFound(NO_SUCH_PAGE)
    offer = _offer(request, suffix)
    if offer is not HTML:
        return _data(site, [iri], offer)
    return page_response(request, site, lambda: _triples_page(site, asked, iri, triples))


def _data(site: Site, iris: list[str], offer: Offer) -> Response:
    content = linked.written(linked.about(site.generation.store, iris), offer.format)
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    return Response(content, media_type=offer.content_type, headers=headers)


def _triples_page(site: Site, here: str, iri: str, triples: list[Any]) -> str:
    from pyoxigraph import NamedNode

    def told(term: Any) -> dict[str, Any]:
        if not isinstance(term, NamedNode):
            return {"text": str(getattr(term, "value", term)), "ref": None, "path": None}
        inside = term.value.removeprefix(site.generation.base)
        page = site.pages.addresses.of(term.value)
        if page in site.library.pages:
            return {
                "text": "",
                "ref": Ref(term.value, site.library.ref(term.value).label, ""),
                "path": None,
            }
        start = urlsplit(site.generation.base).path.removeprefix("/")
        own = f"{start}{inside}" if inside != term.value else None
        return {"text": inside if own else curie(term.value), "ref": None, "path": own}

    return site.pages.other(
        here,
        "thing.html.j2",
        iri=iri,
        name=iri.removeprefix(site.generation.base),
        says=[
            (curie(t.predicate.value), told(t.object)) for t in triples if t.subject.value == iri
        ],
        said=[
            (told(t.subject), curie(t.predicate.value)) for t in triples if t.subject.value != iri
        ],
    )
