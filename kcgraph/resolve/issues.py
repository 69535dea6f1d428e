"""Which wordings are one issue: the same measure under different words, never its opposite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from kcgraph.model import Article, Extraction
from kcgraph.resolve.clusters import Clusters, Match
from kcgraph.resolve.context import Context
from kcgraph.resolve.topics import Topic, topic

# A stem in more wordings than this is too common to bring wordings together by itself.
_COMMON = 200


@dataclass(frozen=True, slots=True)
class Wordings:
    """An issue as one article's positions call it, the preferred wording first."""

    article: str
    labels: tuple[str, ...]

    @property
    def ref(self) -> str:
        """How judgements and decisions call it."""
        return f"{self.article}#{self.labels[0]}"

    @property
    def topics(self) -> tuple[Topic, ...]:
        return tuple(topic(label) for label in self.labels)


def wordings_of(items: Sequence[tuple[Article, Extraction]]) -> list[Wordings]:
    """All issues of all positions, each once per article, by article and wording."""
    return sorted(
        {
            Wordings(article.id, position.target.issue)
            for article, record in items
            for position in record.positions
            if position.target.issue
        },
        key=lambda w: (w.article, w.labels),
    )


def match_issues(things: Sequence[Wordings], context: Context) -> list[Match]:
    """Pairs of wordings that name one measure."""
    matches = []
    for a, b in _pairs(things):
        found = _compare(things[a], things[b], context)
        if found:
            matches.append(Match(a, b, *found))
    return matches


def may_be_one_issue(things: Sequence[Wordings]) -> Callable[[list[int], list[int]], bool]:
    """A test for two clusters: somebody gave both the same wording, or they turn alike.

    They turn alike when at least half of the pairs of preferred wordings do. That keeps a vague
    alternative from drawing together a measure and its opposite.
    """

    def test(left: list[int], right: list[int]) -> bool:
        wordings = {label.casefold() for n in left for label in things[n].labels if " " in label}
        if any(label.casefold() in wordings for n in right for label in things[n].labels):
            return True
        ours, theirs = ([things[n].topics[0].turns for n in side] for side in (left, right))
        alike = sum(a == b for a in ours for b in theirs)
        return 2 * alike >= len(ours) * len(theirs)

    return test


def match_short_forms(things: Sequence[Wordings], clusters: Clusters) -> list[Match]:
    """A single word ("the increase") with the one issue of its article that it is the head of."""
    heads: dict[tuple[str, str, frozenset[str]], set[int]] = defaultdict(set)
    for n, thing in enumerate(things):
        first = thing.topics[0]
        if len(first.words) > 1:
            heads[thing.article, first.head, first.turns].add(n)
    matches = []
    for n, thing in enumerate(things):
        first = thing.topics[0]
        if len(first.words) != 1:
            continue
        longer = heads[thing.article, first.head, first.turns]
        if len({clusters.root(m) for m in longer}) == 1:
            matches.append(Match(min(longer), n, 0.6, "short for the only such issue"))
    return matches


def _pairs(things: Sequence[Wordings]) -> Iterator[tuple[int, int]]:
    blocks: dict[str, list[int]] = defaultdict(list)
    for n, thing in enumerate(things):
        for word in {w for t in thing.topics for w in t.words}:
            blocks[word].append(n)
    small = (block for block in blocks.values() if len(block) <= _COMMON)
    yield from sorted({pair for block in small for pair in combinations(block, 2)})


def _compare(a: Wordings, b: Wordings, context: Context) -> tuple[float, str] | None:
    near = context.linked(a.article, b.article)
    best = max(
        (
            _compare_topics(x, y, near, n + m)
            for n, x in enumerate(a.topics)
            for m, y in enumerate(b.topics)
        ),
        default=(0.0, ""),
    )
    return best if best[0] > 0 else None


def _compare_topics(x: Topic, y: Topic, near: bool, rank: int) -> tuple[float, str]:
    shared = x.words & y.words
    if x.turns != y.turns or not shared - x.turns:
        return 0.0, ""
    less = 0.01 * rank
    if x.words == y.words:
        if len(shared) >= 2:
            return 1.0 - less, "same words"
        return (0.9 - less, "same word in one dispute") if near else (0.0, "")
    if len(shared) >= 2 and near and (x.words <= y.words or y.words <= x.words):
        return 0.8 - less, "one says more than the other"
    union = len(x.words | y.words)
    if len(shared) >= 2 and near and x.head == y.head and len(shared) / union >= 0.6:
        return 0.7 - less, "same head, most words shared"
    return 0.0, ""
