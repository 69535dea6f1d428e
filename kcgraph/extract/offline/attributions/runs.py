"""Quotations that belong together: what one speaker goes on saying without a new cue."""

from __future__ import annotations

from kcgraph.extract.offline.attributions.parse import MARKS, Parse
from kcgraph.extract.offline.types import Reading, Tokens

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


def apart(parse: Parse, said: Reading) -> Tokens | None:
    """The quotation without a cue of its own that stands after what `said` reports indirectly.

    'The plan is late, Moreno said. "We will wait."': the same speaker, but two attributions. None
    if no such quotation follows in the paragraph.
    """
    if said.cue is None or said.source is None:
        return None
    own = parse.sentence[said.cue.start]
    first, end = parse.sentences[own]
    if not any(first <= start < end for start, _ in said.content):
        return None
    if any(parse.quote[t] >= 0 and is_speech(parse, parse.quote[t]) for t in range(first, end)):
        return None
    found: list[Tokens] = []
    for quote in parse.quotes:
        start = found[-1].end if found else end
        if quote.tokens.start < start:
            continue
        same = parse.paragraph[quote.tokens.start] == parse.paragraph[first]
        beside = all(parse.pos[t] in MARKS for t in range(start, quote.tokens.start))
        if not (same and beside and stands_alone(parse, quote.tokens)):
            break
        found.append(quote.tokens)
    if not found or found[0].end - found[0].start - 2 < _SHORT:
        return None
    return Tokens(found[0].start, found[-1].end)


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
