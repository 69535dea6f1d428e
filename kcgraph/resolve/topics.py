"""What an issue's wording is about: its content words, and the act that they name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from kcgraph.resolve.names import plain

_NEGATIONS = frozenset(
    {"no", "not", "never", "without", "stop", "stopping", "against", "non", "n't"}
)
_STOP_VERBS = frozenset({"make", "making", "take", "get", "let", "put", "have", "be", "do", "use"})
_BREAKS = frozenset({"of", "for", "in", "on", "to", "with", "from", "by", "at", "that", "which"})


def _word_lines(name: str) -> list[list[str]]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


_FILLERS = _word_lines("issue-fillers.txt")
_STOP = frozenset(w for line in _FILLERS if line[0] not in ("light", "common") for w in line)
_LIGHT = frozenset(w for line in _FILLERS if line[0] == "light" for w in line[1:])
_COMMON = frozenset(w for line in _FILLERS if line[0] == "common" for w in line[1:])


@dataclass(frozen=True, slots=True)
class Topic:
    """One wording, reduced.

    `words` are the stems of its content words, `head` the stem of its head; `turns` are what turns
    a measure round (a ban, a delay, a "no") and the numbers in it: these must agree.
    """

    words: frozenset[str]
    head: str
    turns: frozenset[str]

    @property
    def is_particular(self) -> bool:
        """Whether two words of it or more are not of procedure: "body cameras", not "the bill"."""
        return len(self.words - self.turns - _common_stems()) >= 2


@lru_cache(maxsize=65536)
def topic(wording: str) -> Topic:
    """The topic of a phrase; its head is the last content word before a preposition."""
    parts = plain(wording)
    content = [p for p in parts if p not in _STOP and p not in _NEGATIONS]
    strong = [p for p in content if p not in _LIGHT] or content
    before: list[str] = []
    for part in parts:
        if part in _BREAKS and before:
            break
        if part in strong:
            before.append(part)
    head = (before or strong or [""])[-1]
    stems = frozenset(map(stem, strong))
    turns = {s for s in stems if s in _turns() or s[:1].isdigit()}
    if any(p in _NEGATIONS for p in parts):
        turns.add("no")
    return Topic(stems, stem(head), frozenset(turns))


def begins_with_verb(wording: str) -> bool:
    """Whether a wording is rather a clause than a noun phrase: "equip officers with cameras"."""
    parts = plain(wording)
    return bool(parts) and (parts[0] in _LIGHT | _STOP_VERBS or parts[0].endswith("ing"))


@cache
def stem(word: str) -> str:
    """Snowball stem, the same for all words of one act ("closing", "closure")."""
    plain_stem = _snowball(word)
    return _acts().get(plain_stem, plain_stem)


def _snowball(word: str) -> str:
    return str(_stemmer().stemWord(word.removesuffix("'s")))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@cache
def _acts() -> dict[str, str]:
    acts = [*_word_lines("issue-words.txt"), *_word_lines("issue-turns.txt")]
    return {_snowball(word): f"{act[0]}=" for act in acts for word in act}


@cache
def _common_stems() -> frozenset[str]:
    return frozenset(map(stem, _COMMON))


@cache
def _turns() -> frozenset[str]:
    return frozenset(f"{act[0]}=" for act in _word_lines("issue-turns.txt"))
