"""Who noun phrases and pronouns refer to: from left to right, each to its likeliest referent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.antecedents import (
    NUMBERS,
    Score,
    Text,
    new_features,
    nominal_candidates,
    pronoun_candidates,
)
from kcgraph.extract.offline.joint import Joints
from kcgraph.extract.offline.lexicon import words
from kcgraph.extract.offline.mentions import PERSONAL, Nominal, Sort, find_pronouns
from kcgraph.extract.offline.referents import Referent, correct_sorts
from kcgraph.extract.offline.types import Mention, Reading

# Log odds by which the best candidate may be less likely than somebody new, and from which "it" and
# "they" are joined to their best candidate.
_LINK_PERSON, _LINK_BODY, _LINK_PRONOUN = 0.0, -0.3, -3.0


def resolve_phrases(
    doc: Doc,
    nominals: Sequence[Nominal],
    readings: Sequence[Reading],
    referents: list[Referent],
    rank: Score,
) -> None:
    """Joins noun phrases and pronouns to referents; extends `referents` with new ones.

    `rank` gives how likely a mention refers to a candidate, as described by features: beside the
    other candidates of a "nominal" or "pronoun", and the log odds of a "link" by themselves.
    """
    correct_sorts(doc, referents, nominals)
    where = Text(doc, readings)
    by_head = {n.head: n for n in nominals}
    pronouns = {m.head: m for m in find_pronouns(doc)}
    heads = {m.head: r for r in referents for m in r.mentions}
    joints = Joints(doc, referents, nominals)
    for i in sorted(by_head.keys() | pronouns.keys()):
        if i in by_head:
            one = place_nominal(where, by_head[i], referents, heads, joints, rank)
            if one is not None:
                one.mentions.append(by_head[i].mention)
                one.nominals.append(by_head[i])
        else:
            one = place_pronoun(where, pronouns[i], referents, heads, joints, rank)
            if one is not None:
                one.mentions.append(pronouns[i])
                one.heard[PERSONAL[doc[i].lower_]] += 1
        if one is not None:
            heads[i] = one
    _first_persons(where, pronouns, heads)
    referents.extend(joints.used())


def place_nominal(
    where: Text,
    nominal: Nominal,
    referents: list[Referent],
    heads: dict[int, Referent],
    joints: Joints,
    rank: Score,
) -> Referent | None:
    """The referent of a noun phrase, perhaps a new one that is added to `referents`."""
    bearer = only_bearer(where, nominal, referents, heads)
    bearer = bearer or town(where, nominal, referents, heads)
    one = bearer if _is_of_person(where.doc[nominal.head]) else None
    one = one or beside(where.doc, nominal, heads) or only_force(where, nominal, referents)
    one = one or bearer
    if one is not None:
        return one
    best: tuple[float, Referent] | None = None
    known = with_joint(nominal, referents, joints, heads)
    for candidate, features in nominal_candidates(where, nominal, known, heads):
        odds = rank("nominal", features)
        if best is None or odds > best[0]:
            best = odds, candidate
    if best is not None:
        margin = _LINK_PERSON if nominal.sort is Sort.PERSON else _LINK_BODY
        if best[0] > rank("nominal", new_features(where, nominal, heads)) + margin:
            return best[1]
    one = Referent(nominal.sort)
    referents.append(one)
    return one


def with_joint(
    nominal: Nominal,
    referents: Sequence[Referent],
    joints: Joints,
    heads: Mapping[int, Referent],
) -> Sequence[Referent]:
    """The referents, and for a plural those who were named together."""
    if nominal.sort is not Sort.PEOPLE or not (nominal.definite or nominal.lemma in NUMBERS):
        return referents
    return [*referents, *joints.before(nominal.core.start, heads)]


def beside(doc: Doc, nominal: Nominal, heads: Mapping[int, Referent]) -> Referent | None:
    """The named referent that the noun phrase stands beside: "Iris Weller, a hydrologist"."""
    for i in _neighbours(doc, nominal):
        one = heads.get(i)
        if one is not None and one.named and one.sort is nominal.sort and not one.place:
            return one
    return None


_TOWNS = frozenset({"city", "town", "village", "township", "borough"})


def town(
    where: Text, nominal: Nominal, referents: Sequence[Referent], heads: Mapping[int, Referent]
) -> Referent | None:
    """Which place "the city of Ashby" is, and "the city" after a dateline, when first told of."""
    if nominal.lemma not in _TOWNS or nominal.sort is not Sort.BODY:
        return None
    of = next((c for c in where.doc[nominal.head].rights if c.lower_ == "of"), None)
    for i in (c.i for c in of.children) if of is not None else ():
        one = heads.get(i)
        if one is not None and one.sort is Sort.BODY and _is_whole(one, i):
            return one
    plain = nominal.core == nominal.full and not nominal.modifiers and nominal.owner is None
    if not plain or where.parse.lower[nominal.core.start] != "the":
        return None
    if any(n.lemma == nominal.lemma for one in referents for n in one.nominals):
        return None
    i = nominal.head
    last = {id(one): m for one in referents if one.place and (m := one.last_before(i))}
    home = next((one for one in referents if id(one) in last and _opens(where, one)), None)
    others = [m for key, m in last.items() if key != id(home)]
    after = any(m.head > where.opening for m in others)
    return None if after else home


def _is_whole(one: Referent, i: int) -> bool:
    """Whether the name at token `i` is the fullest that the referent has."""
    here = next((n.span for n in one.names if n.span.start <= i < n.span.end), None)
    return here is not None and here.end - here.start >= len(one.forms[0])


def _opens(where: Text, one: Referent) -> bool:
    """Whether the dateline names it first."""
    return min(m.head for m in one.mentions) < where.opening


_POLICE = frozenset({"police", "constabulary"})
_ACRONYM = re.compile(r"[A-Z]{1,3}PD")  # KCPD, as all American police departments are called
_FORCE = _POLICE | {"department", "service", "force"}


def only_force(where: Text, nominal: Nominal, referents: Sequence[Referent]) -> Referent | None:
    """Whom "police" means where a single police force is named or described, as newspapers do.

    And whom "the police department" means, if that force is named.
    """
    owner = where.parse.lower[nominal.owner] if nominal.owner is not None else "our"
    department = nominal.lemma in _FORCE and not nominal.modifiers.isdisjoint(_POLICE)
    if owner != "our" or not (nominal.lemma == "police" or (department and nominal.definite)):
        return None
    forces = [one for one in referents if one.sort is Sort.BODY and _is_force(where, one)]
    named = len(forces) == 1 and (forces[0].named or not department)
    return forces[0] if named else None


def _is_force(where: Text, one: Referent) -> bool:
    naming = where.naming(one)
    if not naming.words.isdisjoint(_POLICE):
        return not naming.last.isdisjoint(_FORCE)
    if any(len(form) == 1 and _ACRONYM.fullmatch(form[0]) for form in one.forms):
        return True
    return any(
        n.lemma in _FORCE and (n.lemma in _POLICE or not n.modifiers.isdisjoint(_POLICE))
        for n in one.nominals
    )


_ABBREVIATED = {"gov": "governor", "supt": "superintendent", "sen": "senator"}
_NO_LONGER = frozenset("former ex then deputy vice assistant lt lieutenant candidate late".split())


def only_bearer(
    where: Text, nominal: Nominal, referents: Sequence[Referent], heads: Mapping[int, Referent]
) -> Referent | None:
    """Whom "the governor" means where the article gives that title to one person alone."""
    alone = nominal.core == nominal.full and not nominal.modifiers and nominal.owner is None
    if nominal.sort is not Sort.PERSON or not nominal.definite or not alone:
        return None
    bearers = [one for one in referents if nominal.lemma in _offices(where.doc, one)]
    if len(bearers) != 1 or bearers[0] is where.speaker(nominal.head, heads):
        return None
    others = (one for one in referents if one is not bearers[0])
    called = any(n.lemma == nominal.lemma for one in others for n in one.nominals)
    return None if called else bearers[0]


def _is_of_person(token: Token) -> bool:
    """Whether a name that follows is not this one's: "a spokeswoman for the governor, Ann Lee"."""
    above = token.head.head
    return token.dep_ == "pobj" and above.pos_ == "NOUN" and above.lemma_ in words("person-nouns")


def _offices(doc: Doc, one: Referent) -> Iterator[str]:
    """The words of the titles before a person's name, in full."""
    for name in one.names:
        if name.title is not None:
            words_of = [t.lower_.rstrip(".") for t in doc[name.title.start : name.title.end]]
            if _NO_LONGER.isdisjoint(words_of):
                yield from (_ABBREVIATED.get(word, word) for word in words_of)


_COPULAS = frozenset({"be", "become", "remain"})
_NAMING = frozenset({"call", "name", "dub", "know"})


def _neighbours(doc: Doc, nominal: Nominal) -> Iterator[int]:
    """Heads that stand in apposition to the noun phrase, by the parse and by the commas."""
    token = doc[nominal.head]
    yield from (c.i for c in token.children if c.dep_ == "appos")
    step = token
    while step.dep_ == "conj":
        step = step.head
    if step.dep_ == "appos":
        yield step.head.i
    for verb in token.rights:
        if verb.dep_ == "acl" and verb.lemma_ in _NAMING:  # "a company called Blue River"
            yield from (c.i for c in verb.rights if c.dep_ in {"oprd", "dobj", "attr"})
            known_as = (c for c in verb.rights if c.lower_ == "as")
            yield from (c.i for prep in known_as for c in prep.children if c.dep_ == "pobj")
    copula = token.head if token.dep_ == "attr" and token.head.lemma_ in _COPULAS else None
    if copula is not None and not any(c.dep_ == "neg" for c in copula.children):
        yield from (c.i for c in copula.children if c.dep_ == "nsubj" and c.i < token.i)
    if nominal.sort is Sort.PERSON:
        yield from _name_given(token)
        after = after_comma(doc, nominal)
        if after is not None:
            yield after


def _name_given(person: Token) -> Iterator[int]:
    """The name in "a student who gave only her first name, Priya"."""
    for clause in person.rights:
        if clause.dep_ != "relcl":
            continue
        words_of = list(clause.subtree)
        low = {t.lower_ for t in words_of}
        if low & {"only", "first"} and {t.lemma_ for t in words_of} & {"name", "identify"}:
            yield from (t.i for t in words_of if t.pos_ == "PROPN")


def after_comma(doc: Doc, nominal: Nominal) -> int | None:
    """The head of the name in "the chairman of the association, the Rev. Peter Ndegwa, said"."""
    i = nominal.head + 1
    while i < min(len(doc), nominal.head + 12) and doc[i].text != ",":
        token = doc[i]
        if token.pos_ in {"VERB", "AUX"} or token.is_space or token.is_quote or token.text == ".":
            return None
        i += 1
    i += 1
    while i < len(doc) and (
        doc[i].lower_ in {"the", "a"}
        or doc[i].lower_.rstrip(".") in words("honorifics")
        or doc[i].text == "."
    ):
        i += 1
    if i >= len(doc) or not doc[i].text[:1].isupper():
        return None
    j = i
    while j < len(doc) and (
        doc[j].text[:1].isupper()
        or doc[j].text in {"-", "’", "'"}
        or doc[j].text.startswith(("de", "van", "al"))
    ):
        j += 1
    if j - i < 2 or j >= len(doc):
        return None
    if doc[j].text not in {",", ".", ")", ";", ":"} and doc[j].pos_ not in {"VERB", "AUX"}:
        return None
    return int(doc[i:j].root.i)


def place_pronoun(
    where: Text,
    mention: Mention,
    referents: Sequence[Referent],
    heads: dict[int, Referent],
    joints: Joints,
    rank: Score,
) -> Referent | None:
    """The referent of a third-person or relative pronoun, or None."""
    form = PERSONAL[where.doc[mention.head].lower_]
    if form == "r":
        return relative(where.doc, mention, heads)
    if form in {"1", "w"}:
        return None
    if form == "p":
        referents = [*referents, *joints.before(mention.head, heads)]
    candidates = pronoun_candidates(where, mention, referents, heads)
    if not candidates:
        return None
    best, features = max(candidates, key=lambda pair: rank("pronoun", pair[1]))
    return best if form in {"m", "f"} or rank("link", features) > _LINK_PRONOUN else None


def relative(doc: Doc, mention: Mention, heads: Mapping[int, Referent]) -> Referent | None:
    """Whom the clause of a relative pronoun describes."""
    clause = doc[mention.head]
    while clause.dep_ != "relcl" and clause.head.i != clause.i:
        clause = clause.head
    return heads.get(clause.head.i) if clause.dep_ == "relcl" else None


def _first_persons(where: Text, pronouns: dict[int, Mention], heads: dict[int, Referent]) -> None:
    """ "I" and "we" in what somebody is reported to say are the speaker."""
    for i, mention in pronouns.items():
        reading = where.reading[i]
        if PERSONAL[where.doc[i].lower_] not in {"1", "w"} or reading is None or not reading.source:
            continue
        one = heads.get(where.doc[reading.source.start : reading.source.end].root.i)
        if one is not None:
            one.mentions.append(mention)
            heads[i] = one
