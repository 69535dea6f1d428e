"""`kcgraph demo`: the main job on the articles that ship with kcgraph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kcgraph.cli.app import app
from kcgraph.cli.shared import say

PICTURE = "kansas-city.html"


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Argument(help="Where to put the store and the picture.", file_okay=False)
    ] = Path("kcgraph-demo"),
) -> None:
    """Read two shipped articles about policing in Kansas City, say who wants what, draw it.

    Example: `kcgraph demo && kcgraph who Lucas --store kcgraph-demo/store`
    """
    from kcgraph.cli.ask import demands
    from kcgraph.cli.build import build
    from kcgraph.cli.show import render
    from kcgraph.resources import data_dir

    store, picture = folder / "store", folder / PICTURE
    say("Reading two newspaper articles about policing in Kansas City ...")
    build([str(data_dir() / "articles")], store=store, prune=True)
    typer.echo()
    demands(store=store)
    render(picture, store=store, title="Policing in Kansas City: who wants what")
    say(f"""
The picture: {picture.resolve()}
Go on with:  kcgraph who "Quinton Lucas" --store {store}
             kcgraph path "Eric Zahnd" NAACP --store {store}
             kcgraph query --list
             kcgraph build FOLDER-WITH-YOUR-ARTICLES""")
