"""Which words are cues: a logistic regression over hashed string features of each candidate.

Candidates are all verbs and whatever word has headed a cue in training. The strongest single
feature is how often the word (lemma and part of speech) was a cue there: its *rate*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from zlib import crc32

from kcgraph.extract.offline.attributions.parse import MARKS, Parse

HASH_BITS = 19
_MASK = (1 << HASH_BITS) - 1
_LONGEST = 400  # tokens of a sentence
_STEPS = (0.005, 0.02, 0.08, 0.25, 0.5, 0.8)
_PRIORS = (0.01, 0.03, 0.08, 0.15, 0.25, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97)
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_CLAUSAL = frozenset({"ccomp", "xcomp", "dobj", "parataxis", "advcl", "acl", "pcomp"})
_WORDED = frozenset({"prep", "punct", "mark", "aux", "auxpass", "neg", "prt", "agent", "acomp"})
_SIGNATURE = frozenset(
    {"nsubj", "nsubjpass", "csubj", "ccomp", "xcomp", "dobj", "agent", "dative", "parataxis"}
    | {"attr", "acomp", "advcl"}
)
_INHERITING = frozenset({"conj", "xcomp", "advcl", "acl", "relcl", "pcomp", "prep"})
_EDGES = frozenset(
    {",", ".", ":", ";", "–", "—", "-", "--", "(", ")", "that", "and", "but", "to"}
    | {"”", "“", '"', "'", "''", "``", "‘", "’"}
)
Rates = Mapping[str, float]


@dataclass(slots=True)
class Surroundings:
    """What the features of all candidates of an article share; one item a token."""

    rate: list[str]  # bin of the word's cue rate, "" if never seen
    best: list[str]  # highest bin among the unquoted words of the sentence, the word itself apart
    quote_length: list[int]  # words of the quotation that holds the token, 0 outside
    to_left: list[int]  # tokens back to the end of the last quotation of the paragraph, or -1
    to_right: list[int]
    quoted: list[str]  # by sentence: "all", "part" or "none" of it is quoted


class HashedWeights(dict[str, float]):
    """Weight by feature, looked up by hash once and then remembered."""

    def __init__(self, weights: Mapping[int, float], bias: float) -> None:
        super().__init__()
        self._weights, self.bias = weights, bias

    def __missing__(self, feature: str) -> float:
        weight = self._weights.get(hashed(feature), 0.0)
        if len(self) < 500_000:
            self[feature] = weight
        return weight

    def probability(self, features: list[str]) -> float:
        """Of the positive class, 0 to 1."""
        total = sum(map(self.__getitem__, features), self.bias)
        return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))


def hashed(feature: str) -> int:
    """The feature's column, the same on every machine."""
    return crc32(feature.encode("utf-8", "surrogatepass")) & _MASK


def candidates(parse: Parse, rates: Rates) -> list[int]:
    """Tokens that may be cues: `rates` has every word but the verbs that was one in training.

    None in what is too long for a sentence (a table, a list of names), since each candidate has the
    whole sentence labelled.
    """
    key, pos = parse.key, parse.pos
    return [
        i
        for first, last in parse.sentences
        if last - first <= _LONGEST
        for i in range(first, last)
        if pos[i] == "VERB" or key[i] in rates
    ]


@lru_cache(maxsize=2048)
def bucket(distance: int) -> str:
    """A distance in tokens on a coarse scale, sign kept."""
    size = abs(distance)
    if size > 5:
        size = 6 if size < 9 else 9 if size < 16 else 16 if size < 31 else 31
    return f"{'-' if distance < 0 else ''}{size}"


def rate_bin(rate: float | None) -> str:
    """One of seven bins, or "" for a word never seen."""
    return "" if rate is None else str(sum(rate >= step for step in _STEPS))


def surroundings(parse: Parse, rates: Rates) -> Surroundings:
    """The shared part of the features of one article."""
    size = len(parse)
    known: dict[str, str] = {}
    rate = []
    for key in parse.key:
        if key not in known:
            known[key] = rate_bin(rates.get(key))
        rate.append(known[key])
    best = [""] * size
    quoted = []
    for first, last in parse.sentences:
        plain = [i for i in range(first, last) if parse.quote[i] < 0]
        ranked = sorted((i for i in plain if rate[i]), key=rate.__getitem__, reverse=True)[:2]
        for i in range(first, last):
            rival = next((other for other in ranked if other != i), None)
            best[i] = rate[rival] if rival is not None else ""
        spoken = [i for i in plain if parse.pos[i] not in MARKS]
        quoted.append("none" if len(plain) == last - first else "part" if spoken else "all")
    length = [0] * size
    for quote in parse.quotes:
        start, end = quote.tokens
        length[start:end] = [max(1, end - start - 2)] * (end - start)
    to_left, to_right = [-1] * size, [-1] * size
    for first, last in parse.paragraphs:
        _measure(parse.quote, range(first, last), to_left)
        _measure(parse.quote, range(last - 1, first - 1, -1), to_right)
    return Surroundings(rate, best, length, to_left, to_right, quoted)


def _measure(quote: list[int], order: range, distance: list[int]) -> None:
    last = None
    for i in order:
        if quote[i] >= 0:
            last = i
        elif last is not None:
            distance[i] = abs(i - last)


def subject(parse: Parse, token: int) -> tuple[int, str]:
    """The subject of a word and how it came by it: "own", "up" (of a verb above) or "" with -1."""
    at, how = token, "own"
    for _ in range(4):
        for child in parse.children[at]:
            if parse.dep[child] in _SUBJECTS:
                return child, how
        if parse.dep[at] not in _INHERITING:
            break
        if parse.dep[at] in ("acl", "relcl"):
            return parse.head[at], "acl"
        at, how = parse.head[at], "up"
    return -1, ""


def signature(parse: Parse, token: int) -> str:
    """The word's arguments by relation and side."""
    return " ".join(
        f"{parse.dep[c]}{'<' if c < token else '>'}"
        for c in parse.children[token]
        if parse.dep[c] in _SIGNATURE
    )


def clause(parse: Parse, cue: int, low: int, high: int) -> tuple[int, int]:
    """The range of the cue with its subject `low` to `high`: "she said", "said the mayor"."""
    if 0 <= low <= high and not low <= cue <= high:
        gap = range(high + 1, cue) if high < cue else range(cue + 1, low)
        if all(parse.pos[t] in ("AUX", "ADV", "PART", "PRON", "PUNCT") for t in gap):
            return min(low, cue), max(high, cue) + 1
    return cue, cue + 1


def framed(parse: Parse, cue: int, start: int, end: int) -> str:
    """What stands before and after a clause: `,|,` for one that is set into another."""
    first, last = parse.sentences[parse.sentence[cue]]
    before = parse.lower[start - 1] if start > first else ""
    after = parse.lower[end] if end < last else ""
    before = before if before in _EDGES or not before else "w"
    return f"{before}|{after if after in _EDGES or not after else 'w'}"


def cue_features(parse: Parse, shared: Surroundings, i: int) -> list[str]:
    """About 70 strings that describe token `i` as a cue."""
    lower, lemma, pos, dep = parse.lower, parse.lemma, parse.pos, parse.dep
    key, rate, quote = parse.key[i], shared.rate, parse.quote
    word, above = lemma[i], parse.head[i]
    sentence = parse.sentence[i]
    first, last = parse.sentences[sentence]
    found = [
        f"k={key}",
        f"f={lower[i]}",
        f"t={parse.tag[i]}",
        f"d={dep[i]}",
        f"kd={key} {dep[i]}",
        f"kt={key} {parse.tag[i]}",
        f"td={parse.tag[i]} {dep[i]}",
        f"r={rate[i]}",
        f"rd={rate[i]} {dep[i]}",
        f"rt={rate[i]} {parse.tag[i]}",
        f"rb={rate[i]} {shared.best[i]}",
        f"b={shared.best[i]}",
    ]
    add = found.append
    for child in parse.children[i]:
        relation = dep[child]
        add(f"c={relation}")
        add(f"ck={relation} {word}")
        add(f"cp={relation} {pos[child]}")
        if relation in _WORDED:
            add(f"cw={relation} {lower[child]}")
            add(f"cwk={relation} {lower[child]} {word}")
        if relation in _CLAUSAL:
            left, right = parse.left[child], parse.right[child]
            side = "<" if child < i else ">"
            add(f"cs={relation}{side}")
            add(f"csk={relation}{side} {word}")
            add(f"cl={relation}{bucket(right - left)}")
            add(f"cf={relation} {lower[left]}")
            add(f"cq={relation} {quote[child] >= 0} {quote[left] >= 0}")
            add(f"cr={relation} {rate[child]}")
    arguments = signature(parse, i)
    add(f"s={arguments}")
    add(f"sk={arguments} {word}")
    add(f"sr={arguments} {rate[i]}")
    who, how = subject(parse, i)
    low, high = (parse.left[who], parse.right[who]) if who >= 0 else (-1, -2)
    frame = framed(parse, i, *clause(parse, i, low, high))
    add(f"u={how}")
    add(f"fr={frame} {how}")
    add(f"frr={frame} {rate[i]}")
    add(f"frd={frame} {dep[i]}")
    if who >= 0:
        kind = parse.entity[who] or pos[who]
        add(f"uf={lower[who]}")
        add(f"up={pos[who]} {how}")
        add(f"ue={kind} {how}")
        add(f"uer={kind} {rate[i]}")
        add(f"ud={how}{bucket(who - i)}")
    add(f"h={lemma[above]}")
    add(f"hp={pos[above]} {dep[i]}")
    add(f"hr={rate[above] if above != i else 'root'} {dep[i]}")
    over = parse.head[above]
    add(f"g={pos[over]} {dep[above]} {dep[i]}")
    add(f"gl={lemma[over]}")
    path: list[str] = []
    top, at = "", i
    while parse.head[at] != at and len(path) < 8:
        path.append(dep[at])
        at = parse.head[at]
        top = max(top, rate[at])
    add(f"path={' '.join(path)}")
    add(f"p2={' '.join(path[:2])} {len(path)}")
    add(f"a={top}")
    add(f"q={quote[i] >= 0} {bucket(shared.quote_length[i])}")
    add(f"qs={shared.quoted[sentence]} {quote[i] >= 0}")
    add(f"qsr={shared.quoted[sentence]} {quote[i] >= 0} {rate[i]}")
    left, right = shared.to_left[i], shared.to_right[i]
    add(f"ql={bucket(left)} {i - left < first if left >= 0 else ''}")
    add(f"qr={bucket(right)} {i + right >= last if right >= 0 else ''}")
    add(f"qlr={0 <= left < 5} {0 <= right < 5} {rate[i]}")
    for name, other in (("-", sentence - 1), ("+", sentence + 1)):
        near = 0 <= other < len(parse.sentences)
        place = parse.sentences[other][0] if near else 0
        same = near and parse.paragraph[place] == parse.paragraph[i]
        add(f"n{name}{shared.quoted[other] if same else 'no'} {rate[i]}")
    for offset in (-3, -2, -1, 1, 2, 3):
        at = i + offset
        add(f"w{offset}={lower[at] if first <= at < last else ''}")
    before = lower[i - 1] if i > first else ""
    after = lower[i + 1] if i + 1 < last else ""
    add(f"w-={before} {word}")
    add(f"w+={word} {after}")
    add(f"w2={after} {lower[i + 2] if i + 2 < last else ''}")
    add(f"p+={pos[i - 1] if i > first else ''} {pos[i + 1] if i + 1 < last else ''}")
    add(f"title={parse.paragraph[i] == 0}")
    return found


def prior_features(parse: Parse, i: int, prior: float) -> list[str]:
    """What a second regression also knows: the first one's probability that `i` is a cue."""
    step = sum(prior >= one for one in _PRIORS)
    return [f"x{step}", f"xk{step} {parse.lemma[i]}", f"xd{step} {parse.dep[i]}"]
