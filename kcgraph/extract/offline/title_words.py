"""Words of titles: what each does in one, its singular, and the words that go with it."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.lexicon import table, words
from kcgraph.grammar import singular

# Kinds of body that belong to the name of an office, however the body is called: "Police Chief",
# "Council member".
OF_OFFICES = frozenset(
    "police fire council board commission committee senate assembly house city county town village "
    "district".split()
)


def part_of(token: Token) -> str:
    """What the word does in a title, by the list of such words; empty if it is not listed."""
    parts = table("role-words")
    low = token.lower_.rstrip(".")
    return parts.get(low) or parts.get(token.lemma_.lower()) or parts.get(singular(low), "")


def is_plural(token: Token) -> bool:
    """Whether it is the plural of an office or occupation."""
    low = token.lower_.rstrip(".")
    return singular(low) != low and is_office(token)


def is_head(token: Token) -> bool:
    return part_of(token) == "officer" or token.lower_ in {"leader", "head", "chief"}


def is_office(token: Token) -> bool:
    low = token.lower_.rstrip(".")
    return (
        not words("person-nouns").isdisjoint({low, token.lemma_.lower(), singular(low)})
        or low in words("honorifics")
        or part_of(token) in {"rank", "officer"}
    )


def modifiers_start(doc: Doc, head: int) -> int:
    """Where the words begin that say which office or occupation the noun is."""
    start = head
    while start > 0 and (
        doc[start - 1].dep_ in {"compound", "nmod"}
        or part_of(doc[start - 1]) == "rank"
        or doc[start - 1].lower_ in OF_OFFICES
    ):
        start -= 1
    return start
