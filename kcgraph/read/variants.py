"""Near copies: one wire story in several outlets, edited a little or cut short.

Resemblance and containment of word shingles, estimated on a sample of the shingles that is the same
for every text (those whose hash is 0 modulo m) to find candidates, and then computed exactly.
Broder, "On the resemblance and containment of documents" (SEQUENCES 1997), section 3. Unlike the
min-wise sketches of fixed size, this one also finds a short text inside a long one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from zlib import crc32

from kcgraph.model import Article

WORDS = 4  # in a shingle
LEAST_SHARED = 0.5  # of the shorter text's shingles
_LEAST_SHINGLES = 40  # a text with fewer is too short to tell copying from a stock phrase
_SAMPLED = 8  # one shingle in so many is looked up to find candidates
_STOCK_PHRASE = 200  # a shingle in more texts than that is a footer, it makes no candidates
_WORD = re.compile(r"\w+(?:['’]\w+)?")


def find_variants(articles: Iterable[Article]) -> list[tuple[str, str, float]]:
    """Pairs of ids whose texts are near copies, with how much of the shorter is in the longer.

    That share runs from 0.5 to 1, in word shingles of four. Sorted by the ids, the smaller first in
    each pair, so that the outcome does not depend on the order of the articles.
    """
    texts = {article.id: article.text for article in articles}
    if len(texts) < 2:
        return []
    found = []
    for left, right in _candidates(texts):
        shared = containment(texts[left], texts[right])
        if shared >= LEAST_SHARED:
            found.append((left, right, round(shared, 4)))
    return sorted(found)


def containment(left: str, right: str) -> float:
    """The share (0 to 1) of the shorter text's shingles that the longer has, too."""
    one, other = set(_shingles(left)), set(_shingles(right))
    shortest = min(len(one), len(other))
    return len(one & other) / shortest if shortest >= _LEAST_SHINGLES else 0.0


def _shingles(text: str) -> Iterator[int]:
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
    for n in range(len(words) - WORDS + 1):
        # crc32 and not hash(): the same in every process
        yield crc32(" ".join(words[n : n + WORDS]).encode("utf-8", "surrogatepass"))


def _candidates(texts: dict[str, str]) -> list[tuple[str, str]]:
    """Pairs that share at least a quarter of the shorter one's sample: well below the limit."""
    having: defaultdict[int, list[str]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for id, text in sorted(texts.items()):
        sample = {shingle for shingle in _shingles(text) if shingle % _SAMPLED == 0}
        sizes[id] = len(sample)
        for shingle in sample:
            having[shingle].append(id)
    shared: Counter[tuple[str, str]] = Counter()
    for ids in having.values():
        if 1 < len(ids) <= _STOCK_PHRASE:
            shared.update(combinations(ids, 2))
    return [
        pair
        for pair, count in shared.items()
        if count >= LEAST_SHARED / 2 * min(sizes[pair[0]], sizes[pair[1]])
    ]
