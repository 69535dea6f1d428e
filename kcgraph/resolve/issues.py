"""Which wordings are one issue: the same measure under different words, never its opposite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from kcgraph.model import Article, Extraction
from kcgraph.resolve.clusters import Clusters, Match
from kcgraph.resolve.context import Context
from kcgraph.resolve.names import plain
from kcgraph.resolve.topics import Topic, stem, topic

# In a block of more wordings than this only this many neighbours are compared; the joins reach the
# others.
_WINDOW = 40


@dataclass(frozen=True, slots=True)
class Wordings:
    """An issue as one article's positions call it, the preferred wording first."""

    article: str
    labels: tuple[str, ...]
    topics: tuple[Topic, ...]  # of the labels, in their order
    coded: bool = False  # an entry of a coder's list, which is what has exactly that wording

    @property
    def ref(self) -> str:
        """How judgements and decisions call it."""
        return f"{self.article}#{self.labels[0]}"


def wordings_of(items: Sequence[tuple[Article, Extraction]]) -> list[Wordings]:
    """All issues of all positions, each once per article, by article and wording."""
    found: dict[tuple[str, tuple[str, ...]], bool] = {}
    for article, record in items:
        for position in record.positions:
            if position.target.issue:
                key = article.id, position.target.issue
                found[key] = found.get(key, True) and position.coder is not None
    return [
        Wordings(*key, tuple(map(topic, key[1])), coded) for key, coded in sorted(found.items())
    ]


def match_issues(things: Sequence[Wordings], context: Context) -> list[Match]:
    """Pairs of wordings that name one measure, each pair once, with its best reason."""
    coded: dict[str, int] = {}
    best: dict[tuple[int, int], tuple[float, str]] = {}
    for n, thing in enumerate(things):
        if thing.coded and (first := coded.setdefault(thing.labels[0], n)) != n:
            best[first, n] = 1.0, "coded under one wording"
    for (a, x), (b, y) in _pairs(things):
        word = things[a].topics[x].words
        if x and y and len(word) == 1 and all(_begins_with(things[n], word) for n in (a, b)):
            continue  # "pay" for a bridge, "pay" for a well: a word that both only begin with
        score, reason = _compare(things[a].topics[x], things[b].topics[y])
        # in any two articles the same preferred wording matches if it says what it is about
        anywhere = score >= _SURE and x == y == 0 and things[a].topics[0].is_particular
        if not anywhere and not context.linked(things[a].article, things[b].article):
            continue
        found = (score - 0.01 * (x + y), reason)
        if score and found > best.get((a, b), (0.0, "")):
            best[a, b] = found
    return [Match(a, b, *found) for (a, b), found in best.items()]


def _begins_with(thing: Wordings, word: frozenset[str]) -> bool:
    return any(stem(first) in word for first in plain(thing.labels[0])[:1])


Mark = str | frozenset[str]


def marks_of(thing: Wordings) -> frozenset[Mark]:
    """Its wordings of several words, and what turns the measure of the preferred one."""
    wordings = {label.casefold() for label in thing.labels if " " in label}
    return frozenset({*wordings, thing.topics[0].turns})


def may_be_one_issue(left: frozenset[Mark], right: frozenset[Mark]) -> bool:
    """Whether somebody gave both the same wording, or at least half of them turn alike.

    That keeps a vague alternative from drawing together a measure and its opposite.
    """
    if any(isinstance(mark, str) for mark in left & right):
        return True
    ours, theirs = ({m for m in side if not isinstance(m, str)} for side in (left, right))
    return 2 * len(ours & theirs) >= len(ours) * len(theirs)


def match_short_forms(things: Sequence[Wordings], clusters: Clusters[Mark]) -> list[Match]:
    """A single word ("the increase") with the one issue of its article that it is the head of.

    What looks like the head of one wording only is none: "buses" of "an order keeping buses", which
    is "an order" too.
    """
    heads: dict[tuple[str, str, frozenset[str]], set[int]] = defaultdict(set)
    for n, thing in enumerate(things):
        first = thing.topics[0]
        alike = len({t.head for t in thing.topics}) == 1
        if len(first.words) > 1 and alike and not thing.coded:
            heads[thing.article, first.head, first.turns].add(n)
    matches = []
    for n, thing in enumerate(things):
        first = thing.topics[0]
        if len(first.words) != 1 or thing.coded:
            continue
        longer = heads[thing.article, first.head, first.turns]
        if len({clusters.root(m) for m in longer}) == 1:
            matches.append(Match(min(longer), n, 0.6, "short for the only such issue"))
    return matches


_SURE = 1.0  # the score of the same words


def _compare(x: Topic, y: Topic) -> tuple[float, str]:
    """How far two wordings name one measure: a score and the reason, or 0."""
    shared = x.words & y.words
    if x.turns != y.turns or not shared - x.turns:
        return 0.0, ""
    if x.words == y.words:
        return (_SURE, "same words") if len(shared) >= 2 else (0.9, "same word in one dispute")
    if len(shared) >= 2 and (x.words <= y.words or y.words <= x.words):
        return 0.8, "one says more than the other"
    if len(shared) >= 2 and x.head == y.head and len(shared) / len(x.words | y.words) >= 0.6:
        return 0.7, "same head, most words shared"
    return 0.0, ""


def _says_who(thing: Wordings, k: int) -> bool:
    """Whether a wording only adds words before another: "officers protect citizens' rights".

    Who does it is not what it is about: those are no "protections for officers".
    """
    label = thing.labels[k]
    return k > 0 and any(label.endswith(f" {other}") for other in thing.labels)


Place = tuple[int, int]  # number of the thing, number of its wording


def _pairs(things: Sequence[Wordings]) -> Iterator[tuple[Place, Place]]:
    """Pairs worth comparing: the same words, or two words in common."""
    blocks: dict[frozenset[str], list[Place]] = defaultdict(list)
    for n, thing in enumerate(things):
        for k, one in enumerate(() if thing.coded else thing.topics):
            if _says_who(thing, k):
                continue
            keys = {frozenset(pair) for pair in combinations(sorted(one.words), 2)}
            for key in keys or {one.words}:
                blocks[key | one.turns].append((n, k))
    seen: set[tuple[Place, Place]] = set()
    for block in blocks.values():
        for i, left in enumerate(block):
            for right in block[i + 1 : i + 1 + _WINDOW]:
                if left[0] != right[0] and (left, right) not in seen:
                    seen.add((left, right))
                    yield left, right
