"""A content as runs of tokens."""

from __future__ import annotations

from kcgraph.extract.offline.attributions.parse import Parse
from kcgraph.extract.offline.types import Tokens


def pieces(parse: Parse, content: set[int]) -> tuple[Tokens, ...]:
    """Runs of those tokens, joined over marks alone, without marks and "that" at their ends."""
    runs: list[list[int]] = []
    for token in sorted(content):
        if runs and all(parse.pos[t] in ("PUNCT", "SPACE") for t in range(runs[-1][1], token)):
            runs[-1][1] = token + 1
        else:
            runs.append([token, token + 1])
    trimmed = (_trim(parse, start, end) for start, end in runs)
    return tuple(piece for piece in trimmed if piece.start < piece.end)


def _trim(parse: Parse, start: int, end: int) -> Tokens:
    def loose(token: int) -> bool:
        mark = parse.pos[token] in ("PUNCT", "SPACE") and parse.quote[token] < 0
        return mark or parse.pos[token] == "SPACE"

    while start < end and (
        loose(start) or (parse.lower[start] == "that" and parse.pos[start] == "SCONJ")
    ):
        start += 1
    while end > start and loose(end - 1):
        end -= 1
    return Tokens(start, end)
