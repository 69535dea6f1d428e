"""From scored proposals to the readings of an article, which share no content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kcgraph.extract.offline.attributions.acceptance import Proposal
from kcgraph.extract.offline.attributions.parse import Parse
from kcgraph.extract.offline.attributions.pieces import pieces
from kcgraph.extract.offline.attributions.runs import apart, go_on, is_speech
from kcgraph.extract.offline.types import Reading, Tokens


def choose(
    proposals: Sequence[Proposal], scores: Sequence[float], threshold: float
) -> list[tuple[float, Proposal, set[int]]]:
    """The proposals that hold, best first, each with its score and the content left to it.

    One with more than half of its content taken by better ones falls, and so does one whose cue
    is within them: of nested speech the outer source stays.
    """
    taken: set[int] = set()
    chosen = []
    for score, one in sorted(zip(scores, proposals, strict=True), key=lambda pair: -pair[0]):
        if score < threshold or not one.content:
            continue
        free = one.content - taken
        if 2 * len(free) < len(one.content) or one.cue in taken:
            continue
        taken |= free | set(one.marks)
        chosen.append((score, one, free))
    return chosen


def complete(
    parse: Parse, chosen: Sequence[tuple[float, Proposal, set[int]]]
) -> list[tuple[float, Proposal, set[int]]]:
    """The same with whole quotations, and with those that go on under the same cue."""
    taken = {t for _, one, free in chosen for t in free | set(one.marks)}
    found = []
    for score, one, free in chosen:
        quoted = sorted({parse.quote[t] for t in free if parse.quote[t] >= 0})
        if quoted and is_speech(parse, quoted[-1]):
            for number in [quoted[-1], *go_on(parse, quoted[-1], one.cue)]:
                tokens = set(range(*parse.quotes[number].tokens))
                if not tokens.isdisjoint(taken - free):
                    break
                free = free | tokens
            taken |= free
        found.append((score, one, free))
    return found


def readings(parse: Parse, chosen: Sequence[tuple[float, Proposal, set[int]]]) -> list[Reading]:
    """Readings in text order; no two share a token of their contents."""
    found = []
    taken = {t for _, _, free in chosen for t in free}
    for confidence, one, free in chosen:
        content = pieces(parse, free, taken - free)
        if content:
            taken |= {t for piece in content for t in range(*piece)}
            cue = Tokens(min(one.marks), max(one.marks) + 1)
            contiguous = cue.end - cue.start == len(one.marks)
            found.append(
                Reading(
                    content,
                    one.source,
                    cue if contiguous else Tokens(one.cue, one.cue + 1),
                    confidence,
                )
            )
    return sorted(found, key=lambda reading: reading.content[0])


# Of quotations without a cue about as many are rightly given to the speaker before.
_MOST_UNMARKED = 0.65


def with_quotations_apart(parse: Parse, found: Sequence[Reading]) -> list[Reading]:
    """The same, with a reading of its own for a quotation that follows what is told indirectly.

    It has no cue, and its source is that of the sentence before.
    """
    return sorted(_divided(parse, found), key=lambda reading: reading.content[0])


def _divided(parse: Parse, found: Sequence[Reading]) -> Iterator[Reading]:
    given: set[Tokens] = set()
    for one in reversed(found):  # the last of a sentence speaks on
        quote = apart(parse, one)
        others = [place for other in found if other is not one for place in _places(other)]
        if (
            quote is None
            or quote in given
            or any(start < quote.end and quote.start < end for start, end in others)
            or one.content[-1].end > quote.end
        ):
            yield one
            continue
        given.add(quote)
        left = {t for piece in one.content for t in range(*piece) if t < quote.start}
        taken = {t for place in others for t in range(*place)}
        yield replace(one, content=pieces(parse, left, taken))
        yield Reading((quote,), one.source, None, min(one.confidence, _MOST_UNMARKED))


def _places(one: Reading) -> list[Tokens]:
    return [*one.content, *([one.cue] if one.cue else [])]
