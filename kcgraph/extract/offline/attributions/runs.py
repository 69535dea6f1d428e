"""Quotations that belong together: what one speaker goes on saying without a new cue."""

from __future__ import annotations

from kcgraph.extract.offline.attributions.parse import MARKS, Parse
from kcgraph.extract.offline.types import Tokens

_SHORT = 4  # words: a shorter quotation is a term in quotation marks, not speech


def go_on(parse: Parse, number: int, cue: int) -> list[int]:
    """The quotations after `number` that go on under the same cue.

    Each reopens in a new paragraph, or is a sentence of its own in the same one, and between them
    stand at most words of the cue's own sentence.
    """
    found: list[int] = []
    while number + 1 < len(parse.quotes):
        here, after = parse.quotes[number].tokens, parse.quotes[number + 1]
        gap = range(max(here.end, cue + 1), after.tokens.start)
        words = [t for t in gap if parse.pos[t] not in MARKS]
        same = parse.paragraph[here.start] == parse.paragraph[after.tokens.start]
        new = parse.sentence[after.tokens.start] != parse.sentence[here.end - 1]
        if any(parse.sentence[t] != parse.sentence[cue] for t in words):
            break
        if not (after.reopens or (same and new and stands_alone(parse, after.tokens))):
            break
        number += 1
        found.append(number)
    return found


def stands_alone(parse: Parse, quote: Tokens) -> bool:
    """Whether the quotation fills the sentences that it is in."""
    first, _ = parse.sentences[parse.sentence[quote.start]]
    _, last = parse.sentences[parse.sentence[quote.end - 1]]
    outside = [*range(first, quote.start), *range(quote.end, last)]
    return all(parse.pos[token] in MARKS for token in outside)


def is_speech(parse: Parse, number: int) -> bool:
    """Whether the quotation is long enough to be more than a term in quotation marks."""
    start, end = parse.quotes[number].tokens
    return end - start - 2 >= _SHORT
