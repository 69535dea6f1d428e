"""Other formats of a store, one a module: the same store gives the same bytes.

A module of FORMATS has `write(claims, out)`, which writes one file; one of FOLDERS has
`files(claims)`, names and contents of several; `claims.store` is the graph itself. To add a format,
write its module and name it there.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kcgraph.claims import Claims
from kcgraph.errors import InputError, WorkError
from kcgraph.writing import write_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Store

# format -> what it is; the module has the same name
FORMATS = {
    "nquads": "all quads, one a line, sorted",
    "trig": "all graphs, in Turtle's notation",
    "turtle": "the union of all graphs",
    "rdfxml": "the union of all graphs, as XML",
    "jsonld": "all graphs, as JSON",
    "nanopub": "a nanopublication for each position, in TriG",
    "graphml": "stakeholders and issues with positions between them, for Gephi and networkx",
    "gexf": "the same network, for Gephi",
    "cytoscape": "the same network, for Cytoscape and Cytoscape.js",
    "pajek": "the same network, for Pajek",
    "ftm": "FollowTheMoney entities, one a line, for Aleph and OpenSanctions' tools",
    "bibtex": "the articles, for BibTeX",
    "csl": "the articles, for Zotero, pandoc and other citation processors (CSL-JSON)",
}
FOLDERS = {
    "csv": "the network as nodes.csv and edges.csv, for Gephi and spreadsheets",
    "neo4j": "nodes and relationships as CSV for neo4j-admin database import",
}
# those that have the positions, which are quicker read from the columns of a store
OF_POSITIONS = frozenset({"graphml", "gexf", "cytoscape", "pajek", "ftm", *FOLDERS})


def export(graph: Store, format: str, out: IO[bytes], *, claims: Claims | None = None) -> None:
    """Writes the store to `out` in one of FORMATS.

    `claims` are those of the store, if there are some that read positions faster.
    """
    import_module(f"kcgraph.export.{format}").write(claims or Claims(graph), out)


def export_folder(
    graph: Store, format: str, folder: Path, *, claims: Claims | None = None
) -> list[Path]:
    """Writes the files of one of FOLDERS into `folder`, which is made if need be; their paths.

    `claims` as for `export`.
    Each file is written whole or not at all. Raises InputError if `folder` is a file, WorkError if
    it cannot be written to.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; {format} is several files, so name a folder")
    contents: Mapping[str, bytes] = import_module(f"kcgraph.export.{format}").files(
        claims or Claims(graph)
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkError(f"{folder}: cannot be made ({error.strerror or error})") from error
    for name, content in contents.items():
        write_file(lambda file, content=content: file.write(content), folder / name)  # type: ignore[misc]
    return [folder / name for name in contents]
