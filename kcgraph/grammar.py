"""Verbs that agree with who does it ("the mayor demands", "residents demand"), and singulars."""

from __future__ import annotations

import re

_DETERMINERS = frozenset("the these those its their his her our my your".split())
_ONE = frozenset("a an one each every another this that".split())
_AROUND = frozenset("about around nearly almost over some roughly only just all".split())
_NUMBERS = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety dozens"
    " scores hundreds thousands several many most both few".split()
)
_AFTER = frozenset(  # what follows the noun that counts: "parents of pupils", "people who spoke"
    "of for in on at from with without within to by who whom that which whose under along against"
    " across behind near inside outside opposing opposed representing close familiar living".split()
)
_PEOPLE = frozenset("people police men women children clergy folk".split())
_NOT_MANY = frozenset("headquarters news reuters politics works series".split())
# names of organizations that call their members: "Mothers of Millside", but not "Reuters"
_MEMBERS = re.compile(
    r"(?:(?<!quart)(?<!pap)(?<!cent)(?<!lett)ers|[ct]ors|ists|ians|(?<!m)ents|(?<!aur)ants|eers|ees"
    r"|citizens|friends|neighbou?rs|veterans|families|mums|moms|dads|pilots|survivors|allies"
    r"|democrats|republicans|conservatives|liberals|greens|women|men|people|police)$"
)


def is_many(label: str, kind: str) -> bool:
    """Whether a verb after `label` stands in the plural.

    `kind` is that of a thing in the graph. A person is one; a group or an issue goes by the noun
    that counts, or by the number before it; an organization is one unless its name is what its
    members are. A rule of thumb for English, without a dictionary.
    """
    if kind not in ("group", "organization", "issue"):
        return False
    words = re.findall(r"[^\s,;]+", label.casefold().replace("’", "'"))
    while words and words[0] in _DETERMINERS:
        words.pop(0)
    if not words:
        return False
    if kind == "issue" and (words[0].endswith("ing") or words[0] == "to"):
        return False  # an act: "closing the schools"
    head = _head(words)
    if kind == "organization":
        return bool(_MEMBERS.search(head[-1])) and head[-1] not in _NOT_MANY
    if words[0] in _ONE:
        return words[:2] == ["a", "few"]
    if words[:2] in (["more", "than"], ["fewer", "than"], ["at", "least"]):
        words = words[2:]
    while len(words) > 1 and words[0] in _AROUND:
        words = words[1:]
    if kind == "group" and words and _is_number(words[0]):
        return True
    return _is_plural(_head(words)[-1]) or (kind == "group" and "and" in head)


def _head(words: list[str]) -> list[str]:
    """`words` up to the noun that counts, at least the first."""
    end = next((n for n, word in enumerate(words) if n and word in _AFTER), len(words))
    return words[:end] or [""]


def _is_number(word: str) -> bool:
    if word[0].isdigit():
        return bool(re.fullmatch(r"[\d,.]+", word)) and word != "1"
    return word.partition("-")[0] in _NUMBERS


def _is_plural(word: str) -> bool:
    if word in _PEOPLE or word.endswith(("men", "people")):
        return True
    word = word.removesuffix("'")
    ends = word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))
    return ends and word not in _NOT_MANY


def singular(word: str) -> str:
    """An office in the singular; words are written as they come otherwise."""
    if word.endswith("men"):
        return f"{word[:-3]}man"
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and word[-2:] not in {"ss", "us", "is"} else word


def agreed(words: str, many: bool) -> str:
    """`words`, which begin with a verb in the third person singular, as they follow `many`.

    What begins otherwise ("wrote to", "demand") stays as it is.
    """
    if not many:
        return words
    verb, space, rest = words.partition(" ")
    plural = {"is": "are", "has": "have"}.get(verb)
    if plural is None:
        plural = verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb
    return plural + space + rest
