"""Stories: an ordered list of steps, each with title, text, and what of the picture to light up.

title: How the ferry was kept          # optional
steps:
  - title: Two sides
    text: The mayor wants a bridge, the ferry workers do not.
    nodes: [Núñez, ferry workers]
    edges:
      - [Núñez, support, new bridge]   # who, kind of tie (may be left out), what or whom
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from kcgraph.errors import InputError
from kcgraph.names import STAKEHOLDERS, Named, NameIndex
from kcgraph.render.look import TIES
from kcgraph.render.picture import Edge, Picture, Step

MOST_BYTES = 1_000_000
_KNOWN = {"title", "text", "nodes", "edges"}


@dataclass(frozen=True, slots=True)
class Story:
    """What a file tells; `title` is empty if it has none."""

    title: str
    steps: tuple[Step, ...]


def read_story(file: Path, picture: Picture) -> Story:
    """The story in `file`, its names found among the nodes of `picture`.

    Names are matched as `NameIndex.find` does. Raises InputError, with file, step and remedy, for
    what is no story, and for names and ties that the picture does not have.
    """
    told = _parsed(file)
    title = ""
    if isinstance(told, dict):
        if set(told) - {"title", "steps"}:
            extra = ", ".join(sorted(map(str, set(told) - {"title", "steps"})))
            raise InputError(f"{file}: unknown key {extra}; a story has title and steps")
        title = str(told.get("title") or "").strip()
        told = told.get("steps")
    if not isinstance(told, list) or not told:
        raise InputError(f"{file}: no steps; write a list of steps, each with title and text")
    reader = _Reader(file, picture)
    return Story(title, tuple(reader.step(n, step) for n, step in enumerate(told, 1)))


def _parsed(file: Path) -> Any:
    import yaml

    try:
        if file.is_file() and file.stat().st_size > MOST_BYTES:
            raise InputError(f"{file}: more than {MOST_BYTES:,} bytes; a story is shorter")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: is not in UTF-8; save it so") from error
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).split("\n")[0]
        raise InputError(
            f"{file}{where}: is not YAML ({problem}); put text that holds a colon in quotes"
        ) from error
    except (RecursionError, ValueError) as error:
        raise InputError(f"{file}: is not YAML that can be read ({error})") from error


class _Reader:
    def __init__(self, file: Path, picture: Picture) -> None:
        self.file = file
        self.picture = picture
        self.where = ""
        self.names = NameIndex(
            Named(n.id, n.label, n.kind, n.aliases, n.roles) for n in picture.nodes
        )
        self.kinds = {n.kind.value for n in picture.nodes} | STAKEHOLDERS | {"issue"}

    def step(self, number: int, told: Any) -> Step:
        self.where = f"{self.file}, step {number}"
        if not isinstance(told, dict):
            self._refuse("is no step; give it a title and a text")
        unknown = sorted(map(str, set(told) - _KNOWN))
        if unknown:
            self._refuse(f"unknown key {unknown[0]!r}; a step has title, text, nodes and edges")
        title = self._text(told, "title")
        self.where += f" ({title[:60]!r})"
        return Step(
            title,
            self._text(told, "text"),
            tuple(self._node(name) for name in self._list(told, "nodes")),
            tuple(e for named in self._list(told, "edges") for e in self._edges(named)),
        )

    def _text(self, told: dict[Any, Any], key: str) -> str:
        value = told.get(key)
        if value is None or value == "":
            if key == "text":
                return ""
            self._refuse(f"has no {key}; write {key}: and some words")
        return self._scalar(value, key)

    def _scalar(self, value: Any, key: str) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float | date):
            self._refuse(f"{key}: {str(value)[:60]} is not text; put it in quotes")
        return str(value)

    def _list(self, told: dict[Any, Any], key: str) -> list[Any]:
        value = told.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self._refuse(f"{key} is no list; write {key}: [one, another]")
        return value

    def _node(self, name: Any) -> str:
        text = self._scalar(name, "nodes")
        try:
            return self.names.find(text, self.kinds).iri
        except InputError as error:
            self._refuse(str(error))

    def _edges(self, named: Any) -> Iterator[int]:
        """The ties that [who, what] or [who, kind, what] names, in either direction."""
        if isinstance(named, dict):
            if set(named) - {"from", "to", "kind"} or not {"from", "to"} <= set(named):
                self._refuse("an edge has from, to and (if you like) kind")
            kinds = [named["kind"]] if named.get("kind") is not None else []
            named = [named["from"], *kinds, named["to"]]
        if not isinstance(named, list) or len(named) not in (2, 3):
            self._refuse(f"edge {str(named)[:80]}: write [who, what] or [who, kind, what]")
        ends = {self._node(named[0]), self._node(named[-1])}
        between = [(n, e) for n, e in enumerate(self.picture.edges) if {e.source, e.target} == ends]
        kind = self._scalar(named[1], "edges") if len(named) == 3 else ""
        found = [n for n, edge in between if not kind or _means(kind, edge)]
        if not found:
            tie = f"no tie {kind!r}" if kind and between else "no tie"
            listed = ", ".join(sorted({_name(e) for _, e in between}))
            remedy = f"there is: {listed}" if listed else "name two that a line connects"
            self._refuse(f"{tie} between {named[0]} and {named[-1]}; {remedy}")
        yield from found

    def _refuse(self, why: str) -> NoReturn:
        raise InputError(f"{self.where}: {why}")


def _name(edge: Edge) -> str:
    return edge.note or edge.kind.value


def _means(word: str, edge: Edge) -> bool:
    """Whether `word` names the kind of a tie: its name, its label or its verb."""
    look = TIES[edge.kind]
    forms: Sequence[str] = (edge.kind.value, look.label, look.verb, edge.note or "")
    return _bare(word) in {_bare(form) for form in forms}


def _bare(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).casefold().strip()
    return folded.removesuffix("s")
