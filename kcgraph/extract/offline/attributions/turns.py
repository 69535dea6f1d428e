"""Transcripts and interviews: paragraphs that begin with who speaks, "MAYOR MORENO: We will ...".

Newspapers also put labels before what nobody says ("Where: City Hall"; "THE UNIONS: Unite, which
has 900 members, is ..."), so a label counts only if it can be somebody and what follows speaks in
the first or second person, or asks, outside quotation marks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kcgraph.extract.offline.attributions.parse import MARKS, Parse
from kcgraph.extract.offline.lexicon import words
from kcgraph.extract.offline.types import Reading, Tokens

_LONGEST = 8  # tokens of a label
_PARTICLES = frozenset(
    {"of", "the", "for", "and", "&", "de", "van", "von", "-", ".", "'s", "’s", "(", ")"}
)
_SPEAKING = frozenset(
    {"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"}
    | {"you", "your", "yours"}
)
_QUESTION, _ANSWER = frozenset({"q", "question"}), frozenset({"a", "answer"})
_CONFIDENCE = 0.85


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A paragraph with a label: `text` is what follows the colon."""

    paragraph: int
    label: Tokens
    colon: int
    text: Tokens
    name: tuple[str, ...]  # the label's words in lower case
    speaks: bool


def read_turns(parse: Parse) -> list[Reading]:
    """What is said in turns, in text order; the source is the label.

    A turn goes on over paragraphs without a label as long as they speak too and another turn
    follows. The answers of an interview are those of whom the text before it names most.
    """
    turns = _turns(parse)
    following = [*turns[1:], None][: len(turns)]
    ends = [_end(parse, turn, after) for turn, after in zip(turns, following, strict=True)]
    interviewed = _interviewed(parse, turns)
    return [
        Reading(
            (Tokens(turn.text.start, end),),
            (interviewed if turn.name[0] in _ANSWER else _named(parse, turn)) or turn.label,
            Tokens(turn.colon, turn.colon + 1),
            _CONFIDENCE,
        )
        for turn, end in zip(turns, ends, strict=True)
    ]


def outermost(turns: Sequence[Reading], found: Sequence[Reading]) -> list[Reading]:
    """Both in text order, without what is reported inside a turn: the outer source counts."""
    taken = {t for turn in turns for t in range(turn.content[0].start - 1, turn.content[-1].end)}
    outside = [
        one for one in found if taken.isdisjoint(t for piece in one.content for t in range(*piece))
    ]
    return sorted([*turns, *outside], key=lambda one: one.content[0])


def _turns(parse: Parse) -> list[_Labelled]:
    """The labelled paragraphs that are speech."""
    found = list(_labelled(parse))
    times = Counter(one.name for one in found)
    speaking = {one.name: one for one in found if one.speaks}
    speakers = {
        name
        for name, one in speaking.items()
        if len(speaking) > 1 or times[name] > 1 or _is_somebody(parse, one)
    }
    if len(speakers) > 1:  # in a conversation people also speak of nobody but others
        speakers |= {one.name for one in found if _is_somebody(parse, one)}
    return [one for one in found if one.name in speakers]


def _labelled(parse: Parse) -> Iterator[_Labelled]:
    for number, (first, last) in enumerate(parse.paragraphs):
        colon = next(
            (t for t in range(first, min(first + _LONGEST + 1, last)) if parse.text[t] == ":"), -1
        )
        if not first < colon < last - 1 or not _is_label(parse, first, colon):
            continue
        end = last
        while end > colon + 1 and parse.pos[end - 1] == "SPACE":
            end -= 1
        text = Tokens(colon + 1, end)
        if any(parse.pos[t] not in MARKS for t in range(*text)):
            name = tuple(parse.lower[first:colon])
            yield _Labelled(number, Tokens(first, colon), colon, text, name, _speaks(parse, text))


def _is_label(parse: Parse, start: int, end: int) -> bool:
    """Whether every word begins with a capital, but for "of" and the like."""
    label = parse.text[start:end]
    return label[0][0].isupper() and all(word[0].isupper() or word in _PARTICLES for word in label)


def _speaks(parse: Parse, text: Tokens) -> bool:
    """Whether somebody speaks there in person, outside quotation marks."""
    plain = [t for t in range(*text) if parse.quote[t] < 0]
    said = [t for t in plain if parse.text[t] != "US"]
    return any(parse.lower[t] in _SPEAKING for t in said) or any(
        parse.text[t] == "?" for t in plain
    )


def _is_somebody(parse: Parse, one: _Labelled) -> bool:
    """Whether the label is "Q" or "A", a name known from the text, or has a word for somebody."""
    if len(one.name) == 1 and one.name[0] in _QUESTION | _ANSWER:
        return True
    owners = {word for word, after in pairwise(one.name) if after in ("'s", "’s")}
    if any(word in words("person-nouns") for word in set(one.name) - owners):
        return True
    last = one.name[-1]
    return any(parse.entity[t] == "PERSON" and parse.lower[t] == last for t in range(len(parse)))


def _end(parse: Parse, turn: _Labelled, after: _Labelled | None) -> int:
    """Where the turn ends; `after` is the next one."""
    end = turn.text.end
    for number in range(turn.paragraph + 1, after.paragraph if after else 0):
        first, last = parse.paragraphs[number]
        if not _speaks(parse, Tokens(first, last)):
            break
        end = last
    return end


def _named(parse: Parse, turn: _Labelled) -> Tokens | None:
    """The last mention before a label in which the parser sees no name, as in "CHIEF HADDAD"."""
    if any(parse.entity[t] == "PERSON" for t in range(*turn.label)):
        return None
    return next(
        (
            name
            for name in reversed(_persons(parse, turn.label.start))
            if parse.lower[name.end - 1] == turn.name[-1]
        ),
        None,
    )


def _interviewed(parse: Parse, turns: Sequence[_Labelled]) -> Tokens | None:
    """The person that the text before the first turn names most often, the latest of equals."""
    names = _persons(parse, turns[0].label.start if turns else 0)
    times = Counter(parse.lower[name.end - 1] for name in names)
    return max(names, key=lambda name: (times[parse.lower[name.end - 1]], name), default=None)


def _persons(parse: Parse, end: int) -> list[Tokens]:
    """The persons that the text names before that token."""
    names: list[Tokens] = []
    for token in range(end):
        if parse.entity[token] != "PERSON":
            continue
        if names and names[-1].end == token:
            names[-1] = Tokens(names[-1].start, token + 1)
        else:
            names.append(Tokens(token, token + 1))
    return names
