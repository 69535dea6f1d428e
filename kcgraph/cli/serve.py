"""`kcgraph serve`: the site and the SPARQL endpoint."""

from __future__ import annotations

import os
import secrets
from typing import Annotated

import typer

from kcgraph.cli.app import DEFAULT_STORE, StoreOption, app
from kcgraph.cli.shared import say
from kcgraph.errors import InputError, WorkError

_SHORTEST_TOKEN = 12  # characters


@app.command()
def serve(
    store: StoreOption = DEFAULT_STORE,
    host: Annotated[
        str, typer.Option(help="Address to listen at; 0.0.0.0 is every network of this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    title: Annotated[str, typer.Option(help="Name of the site.")] = "Who wants what",
    token: Annotated[
        str | None,
        typer.Option(
            envvar="KCGRAPH_TOKEN",
            help="Who asks must know it. Made up and printed if the address is not this machine.",
        ),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(help="A site whose scripts may ask, such as https://example.org; repeatable."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="A further name of this server, as behind a proxy; repeatable."),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds after which a query is stopped.")
    ] = 30.0,
    max_rows: Annotated[int, typer.Option(min=1, help="Rows that an answer may have.")] = 100_000,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Queries that are answered at the same time.")
    ] = min(4, os.cpu_count() or 1),
) -> None:
    """Show the store as a site, with a SPARQL endpoint at /sparql, until Ctrl-C.

    For reading only, and for this machine only unless `--host` says otherwise. A build that ends
    meanwhile is shown from then on.

    Examples:

        kcgraph serve

        kcgraph serve --host 0.0.0.0 --port 8080 --title "Kansas City"
    """
    from kcgraph.serve.guard import LOOPBACK, Rules
    from kcgraph.serve.pool import Limits

    try:
        from kcgraph.serve.app import application
        from kcgraph.serve.run import listen, run
        from kcgraph.serve.sites import Settings
    except ModuleNotFoundError as missing:
        raise WorkError(
            f"serve needs {missing.name}, which is not installed: pip install {missing.name}"
        ) from None

    alone, made_up = host in LOOPBACK, None
    if token is not None and len(token) < _SHORTEST_TOKEN:
        raise InputError(f"--token: a token has at least {_SHORTEST_TOKEN} characters")
    if token is None and not alone:
        token = made_up = secrets.token_urlsafe(24)
    settings = Settings(
        title=title,
        rules=Rules(
            hosts=LOOPBACK | _hosts(allow_host or []) if alone else None,
            origins=_origins(allow_origin or []),
            token=token,
        ),
        limits=Limits(seconds=timeout, rows=max_rows),
        workers=workers,
    )
    server = application(store, settings)
    with listen(host, port) as (sockets, url):
        if made_up:
            say(f"kcgraph: the token, as password of any user: {made_up}")
        say(f"kcgraph: {store} at {url} (Ctrl-C ends it)")
        run(server, sockets)


def _hosts(names: list[str]) -> frozenset[str]:
    wrong = next((n for n in names if "/" in n or "*" in n or not n.strip()), None)
    if wrong is not None:
        raise InputError(f"--allow-host {wrong!r}: give a name alone, such as graph.example.org")
    return frozenset(name.strip().lower() for name in names)


def _origins(origins: list[str]) -> frozenset[str]:
    from urllib.parse import urlsplit

    for origin in origins:
        parts = urlsplit(origin)
        whole = f"{parts.scheme}://{parts.netloc}"
        if origin != "*" and (parts.scheme not in ("http", "https") or origin != whole):
            raise InputError(
                f"--allow-origin {origin!r}: give scheme and name, such as https://example.org"
            )
    return frozenset(origins)
