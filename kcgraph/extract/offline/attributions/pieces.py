"""A content as runs of tokens."""

from __future__ import annotations

from kcgraph.extract.offline.attributions.parse import MARKS, Parse
from kcgraph.extract.offline.types import Tokens


def pieces(parse: Parse, content: set[int]) -> tuple[Tokens, ...]:
    """Runs of those tokens, joined over marks alone, without marks and "that" at their ends."""
    runs: list[list[int]] = []
    for token in sorted(content):
        if runs and all(parse.pos[t] in MARKS for t in range(runs[-1][1], token)):
            runs[-1][1] = token + 1
        else:
            runs.append([token, token + 1])
    trimmed = (_trim(parse, start, end) for start, end in runs)
    return tuple(piece for piece in trimmed if piece.start < piece.end)


def _trim(parse: Parse, start: int, end: int) -> Tokens:
    def loose(token: int) -> bool:
        mark = parse.pos[token] == "PUNCT" and parse.quote[token] < 0
        return mark or parse.words[token].isspace()

    while start < end and (
        loose(start) or (parse.lower[start] == "that" and parse.pos[start] == "SCONJ")
    ):
        start += 1
    while end > start and loose(end - 1):
        end -= 1
    return Tokens(start, end)
