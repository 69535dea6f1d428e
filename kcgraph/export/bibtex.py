"""BibTeX: the articles, as entries of the type @article."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from kcgraph.export.articles import Cited, articles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kcgraph.claims import Claims

# what TeX would obey; braces as words, since BibTeX counts them even where they are escaped
ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{mark: f"\\{mark}" for mark in "%&$#_"},
}
_UNFIT = re.compile(r"[{}\\\s]")  # in an address, for BibTeX
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def write(claims: Claims, out: IO[bytes]) -> None:
    """Writes an entry for each article, by id."""
    for one in articles(claims.store):
        out.write(f"@article{{{one.key},\n".encode())
        for name, value in _fields(one):
            out.write(f"  {name} = {value},\n".encode())
        out.write(b"}\n\n")


def _fields(one: Cited) -> Iterator[tuple[str, str]]:
    # in two pairs of braces the capitals stay
    yield "title", "{{" + escaped(one.title or one.key) + "}}"
    if one.publisher:
        yield "journal", "{" + escaped(one.publisher) + "}"
    if one.date:
        year, *rest = one.date.split("-")
        yield "date", "{" + one.date + "}"
        yield "year", "{" + year + "}"
        if rest:
            yield "month", _MONTHS[int(rest[0]) - 1]
    if one.url:
        # read verbatim, not as TeX
        yield "url", "{" + _UNFIT.sub(lambda found: quote(found[0]), one.url) + "}"


def escaped(text: str) -> str:
    """`text` on one line, as TeX prints it verbatim."""
    return "".join(ESCAPES.get(c, c) for c in " ".join(text.split()))
