"""Metadata written around a text: front matter at its head, a sidecar file beside it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from kcgraph.read.results import Unreadable

SIDECAR_ENDINGS = (".meta.json", ".meta.yaml", ".meta.yml")

_FRONT = re.compile(
    r"\A\s*---[ \t]*\r?\n"
    r"(?P<yaml>(?:[ \t]*\r?\n|#[^\n]*\n)*[\w\"'-][^\n:]{0,60}:(?:\s[^\n]*)?\n.{0,50000}?)"
    r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL | re.MULTILINE,
)


def front_matter_end(text: str) -> int:
    """Where the text goes on after YAML front matter; 0 when there is none."""
    match = _FRONT.match(text)
    return match.end() if match else 0


def front_matter(text: str) -> dict[str, Any]:
    """The fields of the YAML front matter, every value a string, list or mapping of strings.

    Raises Unreadable when it is there but broken.
    """
    match = _FRONT.match(text)
    return _yaml(match["yaml"], "its front matter") if match else {}


def sidecar(path: Path) -> dict[str, Any]:
    """The fields of the sidecar of `path`: NAME.meta.json, .yaml or .yml beside NAME.txt.

    Raises Unreadable when there is one but it cannot be read.
    """
    for base in (path, path.with_suffix("")):
        for ending in SIDECAR_ENDINGS:
            beside = base.with_name(base.name + ending)
            if not os.path.isfile(beside):  # noqa: PTH113 - its name may be too long to ask for
                continue
            try:
                content = beside.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise Unreadable(f"its sidecar {beside.name} cannot be read: {error}") from None
            what = f"its sidecar {beside.name}"
            return _json(content, what) if ending == ".meta.json" else _yaml(content, what)
    return {}


def _json(content: str, what: str) -> dict[str, Any]:
    try:
        fields = json.loads(content)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{what} is not JSON: line {error.lineno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise Unreadable(f"{what} is not JSON that can be read") from None
    return _mapping(fields, what)


def _yaml(content: str, what: str) -> dict[str, Any]:
    import yaml

    try:
        # BaseLoader makes strings only: a date stays as it was written, nothing is executed.
        fields = yaml.load(content, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise Unreadable(f"{what} is not YAML: {line}{error.problem or 'broken'}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise Unreadable(f"{what} is not YAML that can be read") from None
    return _mapping(fields, what)


def _mapping(fields: Any, what: str) -> dict[str, Any]:
    if not isinstance(fields, dict):
        raise Unreadable(f"{what} must be fields and values, such as 'date: 2020-06-04'")
    return fields
