"""A content as runs of tokens."""

from __future__ import annotations

from kcgraph.extract.offline.attributions.parse import MARKS, Parse
from kcgraph.extract.offline.types import Tokens


def pieces(parse: Parse, content: set[int], others: set[int]) -> tuple[Tokens, ...]:
    """Runs of those tokens, joined over marks alone, without marks and "that" at their ends.

    Marks that are among `others`, the content of other readings, join nothing.
    """
    runs: list[list[int]] = []
    for token in sorted(content):
        gap = range(runs[-1][1], token) if runs else range(0)
        if runs and all(parse.pos[t] in MARKS and t not in others for t in gap):
            runs[-1][1] = token + 1
        else:
            runs.append([token, token + 1])
    trimmed = (_trim(parse, start, end) for start, end in runs)
    return tuple(piece for piece in trimmed if piece.start < piece.end)


def _trim(parse: Parse, start: int, end: int) -> Tokens:
    def loose(token: int) -> bool:
        mark = parse.pos[token] == "PUNCT" and parse.quote[token] < 0
        return mark or parse.text[token].isspace()

    while start < end and (
        loose(start)
        or (
            parse.lower[start] == "that"
            and (parse.pos[start] == "SCONJ" or parse.dep[start] == "mark")
        )
    ):
        start += 1
    while end > start and loose(end - 1):
        end -= 1
    return Tokens(start, end)


# "wants the council to resign": here the council is part of what is wanted, nobody is addressed.
_WISHES = frozenset({"want", "expect", "like", "need", "prefer", "hope", "wish", "love", "hate"})


def without_address(parse: Parse, cue: int, content: set[int]) -> set[int]:
    """What is asked or promised, without "to" and without of whom it is asked.

    "urged [the council to] reject it", "called [for] the ballot to be put back".
    """
    start = min(content, default=cue)
    _, last = parse.sentences[parse.sentence[cue]]
    if not cue < start < last or parse.pos[cue] not in ("VERB", "NOUN"):
        return content
    if parse.lower[start] == "for":
        return content - {start}
    to = next((t for t in range(start, min(start + 16, last)) if parse.tag[t] == "TO"), None)
    if to is None or to not in content or (to > start and parse.lemma[cue] in _WISHES):
        return content
    if to > start and not _is_address(parse, cue, start, to):
        return content
    return content - set(range(start, to + 1))


def _is_address(parse: Parse, cue: int, start: int, to: int) -> bool:
    """Whether the tokens before "to" are one phrase that hangs on the cue or does what is asked."""
    if parse.lower[start - 1] == "for" or parse.pos[to - 1] == "VERB":
        return False
    does = parse.head[to]
    inside = range(start, to)
    tops = [t for t in inside if parse.head[t] not in inside]
    if any(parse.pos[t] in ("VERB", "AUX") for t in tops):
        return False  # a clause: "told him that she saw no need to resign"
    return all(parse.head[t] in (cue, does) or parse.dep[t] == "pobj" for t in tops) and any(
        parse.pos[t] in ("NOUN", "PROPN", "PRON") for t in tops
    )
