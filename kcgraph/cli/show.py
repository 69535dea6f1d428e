"""`kcgraph render`: the picture to hand round."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kcgraph.cli.app import DEFAULT_STORE, StoreOption, app
from kcgraph.cli.shared import (
    Since,
    Until,
    check_range,
    complete_issue,
    complete_stakeholder,
    opened,
    say,
)
from kcgraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kcgraph.names import Named, NameIndex
    from kcgraph.render.picture import Picture


@app.command()
def render(
    out: Annotated[
        Path | None, typer.Argument(help="HTML file to write; `-` is standard output.")
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    title: Annotated[str | None, typer.Option(help="Heading of the page.")] = None,
    view: Annotated[
        Literal["network", "demands", "timeline", "congruence"],
        typer.Option(
            help="Who wants what; who demands what of whom, in columns; the same as network, "
            "opened on the timeline; who takes whose side."
        ),
    ] = "network",
    issue: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this issue and who has a position on it; may be repeated.",
            autocompletion=complete_issue,
        ),
    ] = None,
    around: Annotated[
        list[str] | None,
        typer.Option(
            help="Only what is near this stakeholder or issue; may be repeated.",
            autocompletion=complete_stakeholder,
        ),
    ] = None,
    hops: Annotated[int, typer.Option(min=1, help="How many ties away `--around` reaches.")] = 2,
    since: Since = None,
    until: Until = None,
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out what is less sure, from 0 to 1.")
    ] = 0.0,
    max_nodes: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Of more than so many, keep the most connected. Without it all are in the page, "
            "which opens on the most connected if there are more than 2,000.",
        ),
    ] = None,
    query: Annotated[
        Path | None,
        typer.Option(help="Draw what this SPARQL CONSTRUCT makes of the graph (a file, *.rq)."),
    ] = None,
    story: Annotated[
        Path | None, typer.Option(help="Tell this story: steps in YAML, see docs/pictures.md.")
    ] = None,
    png: Annotated[Path | None, typer.Option(help="Also write a still picture, for print.")] = None,
    svg: Annotated[
        Path | None, typer.Option(help="Also write a still picture that can be edited.")
    ] = None,
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

        kcgraph render demands.html --view demands --story story.yaml

        kcgraph render --png poster.png --svg poster.svg

        kcgraph render --site pages         # what `kcgraph serve` shows, as files
    """
    from kcgraph.render.page import render_page
    from kcgraph.render.write import check_target, write_page

    if site is not None:
        narrowed = issue or around or query or story or since or until or min_confidence
        if narrowed or out or png or svg or view != "network":
            raise InputError(
                "--site writes everything, to its folder: leave OUT and the other options away "
                "(only --title, --max-nodes and --store go with it)"
            )
        _write_site(site, store, title or _title(view, ()), max_nodes)
        return
    check_range(since, until)
    if out is None and png is None and svg is None:
        raise InputError(
            "nothing to write: name a file, such as picture.html, or --png, --svg, --site"
        )
    to_stdout = out is not None and str(out) == "-"
    if out is not None and not to_stdout:
        check_target(out, force=force)
    for option, still in (("--png", png), ("--svg", svg)):
        if still is not None:
            _check_still(option, still, force=force)
    picture, meant = _picture(
        store,
        title,
        view,
        issue or [],
        around or [],
        query,
        story,
        hops=hops,
        since=since,
        until=until,
        min_confidence=min_confidence,
        max_nodes=max_nodes,
    )
    for name, thing in zip((*(issue or ()), *(around or ())), meant, strict=True):
        say(f"{name!r} is {thing.label} ({thing.kind})")
    _write_stills(picture, png, svg)
    if out is None:
        return
    page = render_page(picture)
    if to_stdout:
        sys.stdout.buffer.write(page.encode("utf-8"))
        sys.stdout.buffer.flush()
        return
    write_page(page, out)
    _report(out, picture)


def _picture(
    store: Path,
    title: str | None,
    view: str,
    issue: list[str],
    around: list[str],
    query: Path | None,
    story: Path | None,
    *,
    hops: int,
    since: str | None,
    until: str | None,
    min_confidence: float,
    max_nodes: int | None,
) -> tuple[Picture, list[Named]]:
    """The picture that the options ask for, and what the names in them mean, issues
    first.

    Raises Exit with status 1 if the store has nothing of that.
    """
    from dataclasses import replace

    from kcgraph.paths.kept import kept_claims
    from kcgraph.render.gather import gather
    from kcgraph.render.picture import narrow
    from kcgraph.render.story import read_story
    from kcgraph.render.views import View, seen_as

    claims = kept_claims(opened(store))
    graph, names = claims.store, claims.names
    issues = [names.find(name, {"issue"}) for name in issue]
    centres = [_centre(names, name) for name in around]
    heading = title or _title(view, (thing.label for thing in (*issues, *centres)))
    if query is not None:
        if view != "network":
            raise InputError(f"--query draws its own ties; leave --view {view} out")
        from kcgraph.render.construct import constructed
        from kcgraph.resources import read_text

        text = read_text(query)
        try:
            whole = constructed(
                graph,
                text,
                title or query.stem.replace("-", " "),
                claims=claims,
            )
        except InputError as error:
            raise InputError(f"{query}: {error}") from error
    else:
        whole = gather(graph, heading, claims=claims)
    cut = narrow(
        whole,
        issues=[thing.iri for thing in issues],
        around=[thing.iri for thing in centres],
        hops=hops,
        since=since,
        until=until,
        min_confidence=min_confidence,
    )
    picture = narrow(seen_as(cut, View(view)), max_nodes=max_nodes)
    if not picture.edges and (whole.edges or query is not None):
        asked = {
            "--query": query,
            "--issue": ", ".join(thing.label for thing in issues),
            "--around": ", ".join(thing.label for thing in centres),
            "--since": since,
            "--until": until,
            "--min-confidence": min_confidence,
            "--view": view if view != "network" else None,
        }
        given = ", ".join(f"{option} {value}" for option, value in asked.items() if value)
        say(
            f"kcgraph: nothing to draw: no tie in {store} fits {given}; ask for more, or see with"
            " `kcgraph info` what there is"
        )
        raise typer.Exit(1)
    if story is not None:
        told = read_story(story, picture)
        picture = replace(
            picture, title=title or told.title or picture.title, story=told.steps, opens="story=1"
        )
    return picture, [*issues, *centres]


def _centre(names: NameIndex, name: str) -> Named:
    """What `name` means: what is called just that, else a stakeholder, else an issue.

    Raises as `NameIndex.find` does.
    """
    from kcgraph.errors import NotFound
    from kcgraph.names import STAKEHOLDERS, fold

    everything = {*STAKEHOLDERS, "issue"}
    called_so = {t.kind for t in names.things if name == t.iri or fold(name) == fold(t.label)}
    if called_so == {"issue"}:
        return names.find(name, {"issue"})
    try:
        return names.find(name)
    except NotFound:
        return names.find(name, everything)


def _check_still(option: str, file: Path, *, force: bool) -> None:
    if file.is_dir() or not file.parent.is_dir():
        raise InputError(f"{option} {file}: name a file in a folder that is there")
    if file.is_file() and file.stat().st_size and not force:
        raise InputError(f"{option} {file}: is there already; --force overwrites it")


def _write_stills(picture: Picture, png: Path | None, svg: Path | None) -> None:
    from kcgraph.render.still import render_still
    from kcgraph.writing import write_file

    if png is not None:
        image = render_still(picture, "png")
        write_file(lambda file: file.write(image), png)
        say(f"{png}: {len(image) / 1e6:.1f} MB")
    if svg is not None:
        drawing = render_still(picture, "svg")
        write_file(lambda file: file.write(drawing), svg)
        say(f"{svg}: {len(drawing) / 1e6:.1f} MB")


def _write_site(folder: Path, store: Path, title: str, max_nodes: int | None) -> None:
    from kcgraph.site.folder import check_folder, write_site
    from kcgraph.site.library import Library
    from kcgraph.store import manifest, open_reader

    check_folder(folder)
    library = Library(open_reader(store), manifest(store).base)
    written = write_site(library, folder, title=title, max_nodes=max_nodes)
    start, size = folder / "index.html", written.size / 1e6
    say(f"{start}: {written.pages:,} pages, {size:.1f} MB; open it in a browser")


_TITLES = {"demands": "Who demands what of whom", "congruence": "Who takes whose side"}


def _title(view: str, labels: Iterable[str]) -> str:
    subject = ", ".join(labels)
    asked = _TITLES.get(view, "Who wants what")
    return f"{asked}: {subject}" if subject else asked


def _report(out: Path, picture: Picture) -> None:
    size = out.stat().st_size / 1e6
    shown = f"{len(picture.nodes):,} nodes, {len(picture.edges):,} ties, {size:.1f} MB"
    say(f"{out}: {shown}; open it in a browser")
    for notice in picture.notices:
        say(notice)
