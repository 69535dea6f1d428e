"""Attributions by rules over the parse: the baseline, and the fallback without a model.

A cue is a word of saying from the lists below with a clause or a quotation to say. Its subject is
the source; the content is the clause below the cue or around it, widened to the quotations that it
touches.
"""

from __future__ import annotations

from collections.abc import Iterator

from kcgraph.extract.offline.attributions.parse import MARKS, Parse
from kcgraph.extract.offline.attributions.pieces import pieces
from kcgraph.extract.offline.attributions.runs import go_on, is_speech
from kcgraph.extract.offline.types import Reading, Tokens

# Verbs that report whenever a clause or a quotation hangs on them.
_SAYING = """
accuse acknowledge add admit advise affirm agree allege announce answer argue ask assert assure
believe boast caution charge cite claim comment complain concede conclude confirm contend counter
declare decry demand deny describe disclose emphasize estimate exclaim expect explain fear feel
find forecast guess hint hope imply indicate inform insist instruct joke lament maintain mention
note object observe order plead pledge point pray predict proclaim promise propose protest
question quip read reason recall reckon recommend record reiterate rejoin remark remember remind
repeat reply report request respond retort reveal rule say scoff shout shrug sigh signal speculate
state stress suggest suspect swear tell testify text theorize think threaten tweet urge vow want
warn whisper wonder worry write yell
"""
SAYING = frozenset(_SAYING.split())
# Verbs that report a quotation beside them, but no mere clause.
QUOTING = SAYING | {
    "begin",
    "blast",
    "call",
    "continue",
    "dub",
    "go",
    "laugh",
    "praise",
    "slam",
    "sum",
}
_CONFIDENCE = 0.6  # about what is right of these end to end
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_CLAUSES = frozenset({"ccomp", "xcomp", "csubj", "csubjpass"})
_RELATIVE = frozenset({"who", "which", "that"})


def read_by_rules(parse: Parse) -> list[Reading]:
    """Readings in text order; a token belongs to the content of one reading at most."""
    taken: set[int] = set()
    found: list[Reading] = []
    for cue in _cues(parse):
        if cue in taken:
            continue  # nested speech: the outer source has it
        source = _source(parse, cue)
        content = _content(parse, cue, source) - taken
        if len(content) < 2:
            continue
        if said := pieces(parse, content, taken):
            found.append(Reading(said, source, Tokens(cue, cue + 1), _CONFIDENCE))
            taken |= content | {t for piece in said for t in range(*piece)}
    return sorted(found, key=lambda reading: reading.content[0])


def _cues(parse: Parse) -> Iterator[int]:
    """Cue words, those higher in the parse first, so that outer speech wins over inner."""
    found = [
        token
        for token in range(len(parse))
        if not (parse.quote[token] >= 0 and is_speech(parse, parse.quote[token]))
        and (
            (parse.pos[token] == "VERB" and parse.lemma[token] in QUOTING)
            or (parse.lower[token] == "according")
        )
    ]
    return iter(sorted(found, key=lambda token: (len(parse.ancestors(token)), token)))


def _source(parse: Parse, cue: int) -> Tokens | None:
    """Whole noun phrase of who speaks: the subject, if need be that of a verb above."""
    if parse.lower[cue] == "according":
        for to in parse.children[cue]:
            for token in parse.children[to]:
                if parse.dep[token] == "pobj":
                    return _phrase(parse, token, cue)
        return None
    at = cue
    for _ in range(3):
        for child in parse.children[at]:
            if parse.dep[child] in _SUBJECTS and not (at == cue and _passive(parse, cue)):
                if parse.lower[child] in _RELATIVE and parse.dep[at] == "relcl":
                    return _phrase(parse, parse.head[at], cue)
                return _phrase(parse, child, cue)
        for child in parse.children[at]:
            if parse.dep[child] == "agent":
                for token in parse.children[child]:
                    return _phrase(parse, token, cue)
        if parse.dep[at] == "acl":
            return _phrase(parse, parse.head[at], cue)
        if parse.dep[at] not in ("conj", "xcomp", "advcl", "pcomp", "prep", "dep"):
            return None
        at = parse.head[at]
    return None


def _passive(parse: Parse, cue: int) -> bool:
    return any(parse.dep[child] in ("nsubjpass", "auxpass") for child in parse.children[cue])


def _phrase(parse: Parse, token: int, cue: int) -> Tokens | None:
    """The subtree of a noun as far as it stands on one side of the cue."""
    start, end = parse.left[token], parse.right[token] + 1
    if token < cue < end:
        end = min(
            [
                cue,
                *(
                    parse.left[c]
                    for c in parse.children[token]
                    if c <= cue < end and parse.left[c] <= cue <= parse.right[c]
                ),
            ]
        )
    if start <= cue < token:
        start = cue + 1
    while end > start and (parse.pos[end - 1] in MARKS):
        end -= 1
    while start < end and (parse.pos[start] in MARKS):
        start += 1
    return Tokens(start, end) if start <= token < end else None


def _content(parse: Parse, cue: int, source: Tokens | None) -> set[int]:
    """What is said: a clause below the cue or above it, and the quotations that go with it."""
    own = set(range(source.start, source.end)) if source else set()
    inside = _below(parse, cue) if parse.lemma[cue] in SAYING else set()
    if not inside and parse.lemma[cue] in SAYING | {"accord"}:
        inside = _around(parse, cue)
    content = inside - own - {cue}
    first, last = parse.sentences[parse.sentence[cue]]
    spoken = {
        number
        for token in range(first, last)
        if (number := parse.quote[token]) >= 0
        and (token in content or _is_near(parse, number, cue, source))
    }
    if content and not spoken:
        return content
    if spoken:
        spoken |= set(go_on(parse, max(spoken), cue))
    for number in spoken:
        content |= set(range(*parse.quotes[number].tokens))
    return content - own - {cue}


def _below(parse: Parse, cue: int) -> set[int]:
    found: set[int] = set()
    clauses = [c for c in parse.children[cue] if parse.dep[c] in _CLAUSES]
    for clause in clauses:
        found |= parse.subtree(clause)
    return found


def _around(parse: Parse, cue: int) -> set[int]:
    """The clause that "..., Smith said, ..." or "according to Smith" is set into."""
    if parse.lower[cue] != "according" and parse.dep[cue] not in ("parataxis", "ccomp", "dep"):
        return set()
    top = cue
    while parse.head[top] != top and parse.dep[top] not in ("parataxis", "ccomp", "advcl", "prep"):
        top = parse.head[top]
    above = parse.head[top]
    if above == top:
        return set()
    while parse.head[above] != above and parse.pos[above] not in ("VERB", "AUX"):
        above = parse.head[above]
    return parse.subtree(above) - parse.subtree(top)


def _is_near(parse: Parse, number: int, cue: int, source: Tokens | None) -> bool:
    """Whether a quotation stands beside the cue and its source, with marks between at most."""
    quote = parse.quotes[number].tokens
    if parse.lemma[cue] not in SAYING and not is_speech(parse, number):
        return False
    start = min(cue, source.start) if source else cue
    end = max(cue + 1, source.end) if source else cue + 1
    gap = range(quote.end, start) if quote.end <= start else range(end, quote.start)
    return sum(parse.pos[token] not in ("PUNCT", "SPACE", "ADP", "DET") for token in gap) <= 3
