"""Noun phrases and pronouns that can refer to somebody, with what coreference asks about them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from spacy.symbols import ADJ, DET, NOUN, NUM, PRON, PROPN
from spacy.tokens import Doc, Token

from kcgraph.extract.offline.columns import columns
from kcgraph.extract.offline.lexicon import words
from kcgraph.extract.offline.names import Name
from kcgraph.extract.offline.types import Mention, MentionKind, Tokens

# Members of a public body, who without a number are the body itself.
OFFICIALS = frozenset({"commissioners", "supervisors", "selectmen", "trustees"})


class Sort(StrEnum):
    """What kind of somebody a noun phrase speaks of."""

    PERSON = "person"  # "the mayor", "a resident"
    BODY = "body"  # "the board", "its company"
    PEOPLE = "people"  # "residents", "some angry parents"


@dataclass(frozen=True, slots=True)
class Nominal:
    """A noun phrase without a name as its head.

    `core` is the phrase from its first word to the last that says what it is called: to its head,
    or through "of police commissioners" in "the board of police commissioners"; `full` adds what
    follows. `noun` says who they are: the head, or "residents" in "dozens of residents"; `lemma` is
    the noun's, in lower case. `owner` heads the phrase's possessor ("the group's president", "her
    sister").
    """

    core: Tokens
    full: Tokens
    head: int
    noun: int
    sort: Sort
    lemma: str
    definite: bool
    owner: int | None
    modifiers: frozenset[str]

    @property
    def mention(self) -> Mention:
        return Mention(self.core, self.head, MentionKind.NOMINAL)


_PRE = {"det", "amod", "compound", "nummod", "poss", "predet", "quantmod", "nmod", "advmod", "case"}
_DEFINITE = {"the", "this", "that", "these", "those", "both"}
_INDEFINITE = {"a", "an", "some", "one", "another", "any", "many", "several", "few", "most"}
PERSONAL = {
    "he": "m", "him": "m", "his": "m", "himself": "m",
    "she": "f", "her": "f", "hers": "f", "herself": "f",
    "it": "n", "its": "n", "itself": "n",
    "they": "p", "them": "p", "their": "p", "theirs": "p", "themselves": "p",
    "who": "r", "whom": "r", "whose": "r", "which": "r",
    "i": "1", "me": "1", "my": "1", "mine": "1", "myself": "1",
    "we": "w", "us": "w", "our": "w", "ours": "w", "ourselves": "w",
}  # fmt: skip


def find_pronouns(doc: Doc) -> Iterator[Mention]:
    """Personal, possessive and relative pronouns that can refer to somebody."""
    for i, word in enumerate(columns(doc).lower):
        if word not in PERSONAL or doc[i].text == "US":
            continue
        token = doc[i]
        if token.dep_ == "expl" or _is_empty_it(token):
            continue
        yield Mention(Tokens(token.i, token.i + 1), token.i, MentionKind.PRONOUN)


def _is_empty_it(token: Token) -> bool:
    """ "it is clear that", "it took three meetings to": no referent."""
    if token.lower_ != "it" or token.dep_ not in {"nsubj", "nsubjpass"}:
        return False
    verb = token.head
    if verb.lemma_ in {"rain", "snow", "seem", "appear", "take", "happen"}:
        return True
    return verb.lemma_ == "be" and any(
        c.dep_ in {"acomp", "attr"}
        and any(
            g.dep_ in {"ccomp", "xcomp", "advcl", "relcl"} for g in (*c.children, *verb.children)
        )
        for c in verb.children
    )


def find_nominals(doc: Doc, names: Iterable[Name]) -> list[Nominal]:
    """Noun phrases headed by a noun for persons, bodies or people, in text order."""
    named = {i for name in names for i in range(*name.whole)}
    found: list[Nominal] = []
    parts = doc.to_array("POS")
    for i in np.flatnonzero(np.isin(parts, _NOMINAL_PARTS)).tolist():
        if i in named or (found and i < found[-1].core.end):
            continue
        token = doc[i]
        if token.dep_ in {"compound", "amod", "nmod"} or _is_hyphened(token):
            continue
        last = _last_of_designation(token, named)
        noun = doc[last] if last is not None and token.lemma_.lower() in _AMOUNTS else token
        sort = _sort(noun)
        if last is not None and token.lemma_.lower() in _GATHERINGS:
            sort = Sort.PEOPLE
        elif noun is token and sort is Sort.PEOPLE and _sort(doc[last or i]) is Sort.PEOPLE:
            last = None  # "families of people killed by officers"
        if sort is not None:
            found.append(_nominal(doc, token, noun, last, sort))
    return found


def _is_hyphened(token: Token) -> bool:
    """Whether it is the first half of an adjective: no midwife is in "a midwife-led unit"."""
    doc, hyphen = token.doc, token.i + 1
    if hyphen + 1 >= len(doc) or doc[hyphen].text != "-" or token.whitespace_:
        return False
    return doc[hyphen + 1].tag_ in {"VBN", "VBD", "VBG", "JJ"}


# What people who have come together are called, and how many of them there are.
_GATHERINGS = frozenset(
    {"group", "coalition", "alliance", "delegation", "crowd", "roomful", "circle", "gathering"}
)
_AMOUNTS = frozenset(
    {"handful", "number", "dozen", "score", "hundred", "thousand", "majority", "minority", "couple"}
    | {"percent", "cent", "lot", "share", "pair", "third", "half", "quarter"}
)


def _last_of_designation(token: Token, named: Container[int]) -> int | None:
    """The last noun that "of" adds to what somebody is called: "board of police commissioners".

    It stands bare, without article, number or name; None if there is none.
    """
    doc, i = token.doc, token.i + 1
    if i + 1 >= len(doc) or doc[i].lower_ != "of" or doc[i].head.i != token.i:
        return None
    noun = next((c for c in doc[i].children if c.dep_ == "pobj"), None)
    if noun is None or noun.pos_ != "NOUN" or noun.i < i:
        return None
    bare = all(
        doc[k].pos_ in {"NOUN", "ADJ"} and k not in named and doc[k].text[:1].islower()
        for k in range(i + 1, noun.i + 1)
    )
    return noun.i if bare else None


# Parts of speech that a phrase for somebody can be headed by: "many" and "both" have several.
_NOMINAL_PARTS = [NOUN, PROPN, NUM, PRON, ADJ, DET]
_COLLECTIVE = frozenset({"police", "gardaí", "management", "leadership"})
_PLURAL = frozenset(
    {"people", "folks", "men", "women", "children", "clergy", "youth", "public", "staff"}
    | {"family", "audience", "gallery", "crowd", "workforce", "electorate"}
)
# Names of bodies that are something else when they stand without an article.
_MASS = frozenset({"force", "authority", "justice"})
# What is nobody without an article: "run for office", "in person", "out of service".
_BARELY = frozenset({"office", "person", "service"})
_BARE = frozenset({"many", "some", "others", "several", "both", "few", "most"})


def _sort(token: Token) -> Sort | None:
    """Whom the noun speaks of, None if of nobody."""
    low, lemma = token.lower_, token.lemma_.lower()
    if low in _BARE or (token.pos_ == "NUM" and token.dep_ == "nsubj"):
        acts = token.dep_ == "nsubj" and token.head.pos_ == "VERB"
        return Sort.PEOPLE if acts else None
    if token.pos_ not in {"NOUN", "PROPN"}:
        return None
    if low in _COLLECTIVE:
        return Sort.BODY
    if low in _PLURAL:
        return Sort.PEOPLE
    if low in _MASS and all(c.dep_ in {"amod", "punct"} or c.lower_ == "no" for c in token.lefts):
        return None  # "excessive force", "no authority"
    if low in _BARELY and token.dep_ in {"pobj", "dobj"} and not token.n_lefts:
        return None
    if low in OFFICIALS and not any(c.dep_ == "nummod" or c.lower_ in _BARE for c in token.lefts):
        return Sort.BODY
    plural = token.tag_ in {"NNS", "NNPS"}
    if lemma in words("person-nouns") or low in words("person-nouns"):
        return Sort.PEOPLE if plural else Sort.PERSON
    if lemma in words("body-nouns") or low in words("body-nouns"):
        return Sort.PEOPLE if plural else Sort.BODY
    return None


def _nominal(doc: Doc, head: Token, noun: Token, last: int | None, sort: Sort) -> Nominal:
    """The phrase of a head whose designation goes on to the token `last`, if that is not None."""
    left = head.i
    for child in head.lefts:
        if child.dep_ in _PRE:
            left = min(left, child.left_edge.i)
            break
    first = doc[left]
    owner = next((c for c in head.children if c.dep_ == "poss"), None)
    end = right = (head.i if last is None else last) + 1
    for child in head.rights:
        if child.dep_ == "prep" and any(t.ent_type_ in {"DATE", "TIME"} for t in child.subtree):
            break
        if child.dep_ in {"prep", "acl", "relcl"}:
            right = max(right, child.right_edge.i + 1)
            break
        if child.dep_ in {"punct", "cc", "conj", "appos"}:
            break
    determiner = next((c.lower_ for c in head.children if c.dep_ in {"det", "predet"}), "")
    modifiers = frozenset(
        t.lower_
        for t in doc[left : head.i]
        if t.dep_ in {"amod", "compound", "nmod"} and (t.is_alpha or "-" in t.text)
    )
    definite = determiner in _DEFINITE or owner is not None or first.dep_ == "poss"
    return Nominal(
        Tokens(left, end),
        Tokens(left, right),
        head.i,
        noun.i,
        sort,
        noun.lemma_.lower(),
        definite and determiner not in _INDEFINITE,
        owner.i if owner is not None else None,
        modifiers,
    )


def name_mention(doc: Doc, name: Name) -> Mention:
    """The name as a mention; its head is the token that the parse hangs the phrase from."""
    return Mention(name.whole, _head(doc, name.span), MentionKind.NAME)


def _head(doc: Doc, span: Tokens) -> int:
    return int(doc[span.start : span.end].root.i)
