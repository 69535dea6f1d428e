"""Dossiers, demand boards and paths for the eye: terminal text, Markdown and HTML.

Each becomes a `Page` of sections and entries, and a page is drawn in three ways.
"""

from kcgraph.boards.contents import (
    demand_board,
    demand_table,
    dossier_page,
    no_path_line,
    path_page,
)
from kcgraph.boards.html import html
from kcgraph.boards.page import Entry, Page, Section

__all__ = [
    "Entry",
    "Page",
    "Section",
    "demand_board",
    "demand_table",
    "dossier_page",
    "html",
    "no_path_line",
    "path_page",
]
