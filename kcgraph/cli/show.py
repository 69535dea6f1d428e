"""`kcgraph render`: the picture to hand round."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kcgraph.cli.app import DEFAULT_STORE, StoreOption, app
from kcgraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kcgraph.render.picture import Picture

MOST_NODES = 2000


@app.command()
def render(
    out: Annotated[
        Path | None, typer.Argument(help="File to write; `-` is standard output.")
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    title: Annotated[str | None, typer.Option(help="Heading of the page.")] = None,
    issue: Annotated[
        list[str] | None,
        typer.Option(help="Only this issue and who has a position on it; may be repeated."),
    ] = None,
    around: Annotated[
        list[str] | None,
        typer.Option(help="Only what is near this stakeholder or issue; may be repeated."),
    ] = None,
    hops: Annotated[int, typer.Option(min=1, help="How many ties away `--around` reaches.")] = 2,
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out what is less sure, from 0 to 1.")
    ] = 0.0,
    max_nodes: Annotated[
        int, typer.Option(min=1, help="Of more than so many, show the most connected.")
    ] = MOST_NODES,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a file that kcgraph did not write.")
    ] = False,
    site: Annotated[
        Path | None,
        typer.Option(help="Instead of a file, write a folder: a page for each thing, and lists."),
    ] = None,
) -> None:
    """Write an interactive picture of who wants what: one HTML file, which needs no network.

    Examples:

        kcgraph render picture.html --issue "body cameras"

        kcgraph render --site pages         # the same as `kcgraph serve` shows, as files
    """
    if site is not None:
        if out is not None or issue or around or min_confidence:
            raise InputError("--site writes everything to a folder; give it --title or --max-nodes")
        _write_site(site, store, title or _title(()), max_nodes)
        return
    if out is None:
        raise InputError("name the file to write, such as picture.html, or a folder with --site")
    from kcgraph.names import STAKEHOLDERS, NameIndex
    from kcgraph.render.gather import gather
    from kcgraph.render.page import render_page
    from kcgraph.render.picture import narrow
    from kcgraph.render.write import check_target, write_page
    from kcgraph.store import open_graph

    to_stdout = str(out) == "-"
    if not to_stdout:
        check_target(out, force=force)
    graph = open_graph(store)
    names = NameIndex.of(graph)
    issues = [names.find(name, {"issue"}) for name in issue or ()]
    centres = [names.find(name, {*STAKEHOLDERS, "issue"}) for name in around or ()]
    picture = narrow(
        gather(graph, title or _title(thing.label for thing in (*issues, *centres))),
        issues=[thing.iri for thing in issues],
        around=[thing.iri for thing in centres],
        hops=hops,
        min_confidence=min_confidence,
        max_nodes=max_nodes,
    )
    page = render_page(picture)
    if to_stdout:
        sys.stdout.buffer.write(page.encode("utf-8"))
        sys.stdout.buffer.flush()
        return
    write_page(page, out)
    _report(out, picture)


def _write_site(folder: Path, store: Path, title: str, max_nodes: int) -> None:
    from kcgraph.site.folder import check_folder, write_site
    from kcgraph.site.library import Library
    from kcgraph.store import manifest, open_graph

    check_folder(folder)
    library = Library(open_graph(store), manifest(store).base)
    written = write_site(library, folder, title=title, max_nodes=max_nodes)
    start, size = folder / "index.html", written.size / 1e6
    typer.echo(f"{start}: {written.pages:,} pages, {size:.1f} MB; open it in a browser", err=True)


def _title(labels: Iterable[str]) -> str:
    subject = ", ".join(labels)
    return f"Who wants what: {subject}" if subject else "Who wants what"


def _report(out: Path, picture: Picture) -> None:
    size = out.stat().st_size / 1e6
    shown = f"{len(picture.nodes):,} nodes, {len(picture.edges):,} ties, {size:.1f} MB"
    typer.echo(f"{out}: {shown}; open it in a browser", err=True)
    for notice in picture.notices:
        typer.echo(notice, err=True)
