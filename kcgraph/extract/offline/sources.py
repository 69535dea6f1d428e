"""Who said it: from the source span of a reading to members of the cast.

A letter or statement speaks for who issued it, a spokesperson or an office for whose they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.datelines import dateline
from kcgraph.extract.offline.lexicon import words
from kcgraph.extract.offline.types import Cast, Entity, Linked, MentionKind, Reading, Tokens
from kcgraph.model import StakeholderKind

_DOCUMENTS = frozenset(
    [
        "letter",
        "statement",
        "petition",
        "memo",
        "memorandum",
        "email",
        "report",
        "document",
        "complaint",
        "lawsuit",
        "suit",
        "filing",
        "submission",
        "release",
        "post",
        "tweet",
        "message",
        "notice",
        "directive",
        "resolution",
        "motion",
        "declaration",
        "brief",
        "leaflet",
        "flyer",
        "circular",
        "note",
        "communique",
        "communiqué",
        "affidavit",
        "policy",
        "advertisement",
        "ad",
        "website",
        "banner",
        "editorial",
    ]
)
_SPEAKERS_FOR = frozenset(["spokesman", "spokeswoman", "spokesperson", "office", "spokespeople"])
# How a name stands that is no part of another phrase.
_STANDING = frozenset(["appos", "nsubj", "nsubjpass", "ROOT", "dep", "npadvmod", "attr"])
_LAST = frozenset(["and", "&"])
_BETWEEN = _LAST | frozenset([",", ";", "the", "a", "an"])
# How often a source told by a pronoun or a phrase is who we take it for (training articles that no
# model had seen); a name nearly always is.
_UNNAMED_IS_RIGHT = 0.93


def link_sources(doc: Doc, readings: Sequence[Reading], cast: Cast) -> list[Linked]:
    """One `Linked` per reading whose source is somebody in the cast."""
    links = []
    opening = dateline(doc)
    for reading in readings:
        if reading.source is None:
            continue
        source = _without_dateline(reading.source, opening)
        document = _described(doc, reading)
        sources, also = (document and _issuers(doc, document, cast)) or _sources(doc, source, cast)
        if sources:
            ids = tuple(dict.fromkeys(e.id for e in sources))
            others = tuple(dict.fromkeys(e.id for e in also if e.id not in ids))
            sure = reading.confidence * _surety(source, cast)
            links.append(Linked(replace(reading, confidence=sure), ids, others))
    return links


def _described(doc: Doc, reading: Reading) -> Token | None:
    """The "letter" of "sent a letter to Ann Lee and Bob Ray saying": what the participle tells of.

    The parser takes the last of those to whom it went for the subject of the participle.
    """
    for token in doc[slice(*reading.cue)] if reading.cue else ():
        is_told = token.tag_ == "VBG" and token.dep_ == "acl"
        if is_told and token.head.lemma_.lower() in _DOCUMENTS:
            return token.head
    return None


def _sources(doc: Doc, span: Tokens, cast: Cast) -> tuple[list[Entity], list[Entity]]:
    """Who the span names, a collective as its members, and who else would be right."""
    root = doc[span.start : span.end].root
    if root.lemma_.lower() in _DOCUMENTS:
        issuers = _issuers(doc, root, cast)
        if issuers:
            return issuers
    found: list[Entity] = []
    for token in _coordinated(root, span, cast):
        entity = cast.at(token.i)
        speaker = _spokesperson(doc, token, entity)
        principal = None
        if speaker is not None:
            principal = _principal(speaker, cast) or _spoken_for(doc, speaker, cast)
        if principal is not None:
            found.append(principal)
        elif entity is not None:
            found.append(entity)
    if not any(e.kind is StakeholderKind.PERSON for e in found) and len(found) < 2:
        named = _named_in(doc, span, root, cast, found)
        found = [named] if named is not None else found
    if not found:
        found = [e for m, e in cast.mentions(span) if m.kind is not MentionKind.PRONOUN][:1]
    if not found and (namesake := _namesake(doc, span, cast)) is not None:
        found = [namesake]
    return _each(found, cast)


def _each(found: Sequence[Entity], cast: Cast) -> tuple[list[Entity], list[Entity]]:
    """Those who were found, a collective as the members that it stands for; and the collectives."""
    together = [e for e in found if e.members]
    each = [cast.by_id[m] for e in found for m in e.members or (e.id,)]
    return each, together


def _surety(span: Tokens, cast: Cast) -> float:
    """How likely the source is who we take it for, by the way in which it is told."""
    kinds = {mention.kind for mention, _ in cast.mentions(span)}
    return 1.0 if MentionKind.NAME in kinds else _UNNAMED_IS_RIGHT


def _without_dateline(span: Tokens, opening: Tokens) -> Tokens:
    """A source that the reader began with the dateline, without it and its dash."""
    start = opening.end + 1 if span.start < opening.end else span.start
    return Tokens(start, span.end) if start < span.end else span


def _namesake(doc: Doc, span: Tokens, cast: Cast) -> Entity | None:
    """The one person with the last name that ends a label in capitals: "CHIEF RAY CASTELLUCCI"."""
    last = doc[span.end - 1]
    if not last.is_upper or not last.is_alpha or len(last) < 3:
        return None
    found = [
        one
        for one in cast.entities
        if one.kind is StakeholderKind.PERSON
        and one.name.split()[-1].casefold() == last.lower_.casefold()
    ]
    return found[0] if len(found) == 1 else None


def _named_in(
    doc: Doc, span: Tokens, root: Token, cast: Cast, found: Sequence[Entity]
) -> Entity | None:
    """Whom a source names besides its head: "His landlord, the Hadlow Estate", "ASHBY — Gov. Lee".

    A name in a phrase after a preposition or of an owner is somebody else's.
    """
    is_body = any(e.kind is StakeholderKind.ORGANIZATION and not e.place for e in found)
    for mention, entity in cast.mentions(span):
        token = doc[mention.head]
        if mention.kind is not MentionKind.NAME or entity.place or token.dep_ not in _STANDING:
            continue
        is_person = entity.kind is StakeholderKind.PERSON
        if token.dep_ == "appos":
            stands = token.head.i == root.i and (is_person or not is_body)
        else:
            stands = is_person
        if stands and (not is_body or _is_person_noun(root)):
            return entity
    return None


def _is_person_noun(token: Token) -> bool:
    return token.lemma_.lower() in words("person-nouns")


def _coordinated(root: Token, span: Tokens, cast: Cast) -> list[Token]:
    """The head and what is coordinated with it, by the parse or with "and" between two names."""
    tokens = [root]
    for token in tokens:
        tokens.extend(
            c for c in token.children if c.dep_ == "conj" and span.start <= c.i < span.end
        )
    doc = root.doc
    names = [m for m, e in cast.mentions(span) if m.kind is MentionKind.NAME and not e.place]
    for one, following in pairwise(names):
        between = {t.lower_ for t in doc[one.span.end : following.span.start]}
        if (
            between
            and between <= {"and", "&"}
            and {one.head, following.head} & {t.i for t in tokens}
        ):
            tokens.extend(doc[i] for i in (one.head, following.head) if doc[i] not in tokens)
    return sorted(tokens, key=lambda token: token.i)


def _spokesperson(doc: Doc, token: Token, entity: Entity | None) -> Token | None:
    """The "spokesman" or "office" that speaks for somebody, here or where "he" goes back to."""
    if entity is not None and entity.kind is StakeholderKind.PERSON:
        return None
    if token.lemma_.lower() in _SPEAKERS_FOR:
        return token
    if entity is None or entity.kind is not StakeholderKind.GROUP:
        return None
    heads = (doc[m.head] for m in entity.mentions if m.kind is MentionKind.NOMINAL)
    return next((t for t in heads if t.lemma_.lower() in _SPEAKERS_FOR), None)


def _spoken_for(doc: Doc, speaker: Token, cast: Cast) -> Entity | None:
    """Of whom the sentence before "a spokesman said" tells: its subject, else who is named last."""
    if speaker.lemma_.lower() == "office":
        return None
    end = speaker.sent.start
    start = end
    for _ in range(2):
        while start > 0 and doc[start - 1].is_space:
            start -= 1
        start = doc[start - 1].sent.start if start > 0 else start
        last: Entity | None = None
        for mention, entity in cast.mentions(Tokens(start, end)):
            if entity.place or entity.kind is StakeholderKind.GROUP:
                continue
            if doc[mention.head].dep_ in {"nsubj", "nsubjpass"}:
                return entity
            last = entity
        if last is not None:
            return last
    return None


def _principal(token: Token, cast: Cast) -> Entity | None:
    """X of "a spokesman for X", "X's office", "a council spokeswoman"."""
    for child in token.children:
        if child.dep_ == "poss" and (entity := cast.at(child.i)) is not None:
            return entity
        if child.dep_ == "prep" and child.lower_ in {"for", "of", "at", "with", "from"}:
            for thing in child.children:
                if thing.dep_ == "pobj" and (entity := cast.at(thing.i)) is not None:
                    return entity
    for child in token.lefts:
        if child.dep_ in {"compound", "nmod"} and (entity := _named_by(child, cast)) is not None:
            return entity
    return None


def _named_by(token: Token, cast: Cast) -> Entity | None:
    """The organization that a modifying noun names: the "council" of "a council spokeswoman"."""
    entity = cast.at(token.i)
    if entity is not None:
        return entity
    low = token.lower_
    for one in cast.entities:
        is_body = one.kind is StakeholderKind.ORGANIZATION and not one.place
        if is_body and low in {one.name.split()[-1].lower(), one.name.lower()}:
            return one
    return None


def _issuers(doc: Doc, root: Token, cast: Cast) -> tuple[list[Entity], list[Entity]] | None:
    """Whose letter it is, as said here or at another mention of such a document."""
    lemma = root.lemma_.lower()
    places = [root] + [
        t for t in doc if t.lemma_.lower() == lemma and t.pos_ == "NOUN" and t.i != root.i
    ]
    places[1:] = sorted(places[1:], key=lambda t: (t.i > root.i, abs(t.i - root.i)))
    senders = [_signed(t, cast) for t in places]
    subjects = [_sender(t, cast) for t in places]
    signed = next((s for s in senders if s), [])
    sent = next((s for s in subjects if s), [])
    if signed:
        each, together = _each(signed, cast)
        return each, [*together, *sent]
    if sent:
        return _each(sent, cast)
    return None


def _signed(document: Token, cast: Cast) -> list[Entity]:
    """Who is named after "the letter from", "signed by" or as its owner."""
    for child in document.children:
        if child.dep_ == "poss" and (entity := cast.at(child.i)) is not None:
            return [entity]
    for token in document.subtree:
        is_link = token.lower_ in {"from", "by"} and token.dep_ in {"prep", "agent"}
        if not is_link or token.i < document.i:
            continue
        holder = token.head
        if holder.i != document.i and holder.lemma_ not in {
            "sign",
            "send",
            "write",
            "issue",
            "publish",
        }:
            continue
        found = []
        for thing in token.children:
            if thing.dep_ == "pobj":
                for one in _all_coordinated(thing):
                    if (entity := cast.at(one.i)) is not None:
                        found.append(entity)
                found.extend(e for e in _listed_after(thing, cast) if e not in found)
        if found:
            return found
    return []


def _listed_after(first: Token, cast: Cast) -> Iterator[Entity]:
    """The members of a list that begins at `first`, up to the one after "and".

    The parser often takes the last of a long list for the subject of what follows.
    """
    mentions = [pair for pair in cast.mentions() if pair[0].head >= first.i]
    found: list[Entity] = []
    complete = 0
    for (one, entity), (following, _) in pairwise([*mentions, *mentions[-1:]]):
        found.append(entity)
        between = [t.lower_ for t in first.doc[one.span.end : following.span.start]]
        if not between or not _BETWEEN.issuperset(between):
            break
        if not _LAST.isdisjoint(between):
            complete = len(found) + 1
    yield from (entity for _, entity in mentions[:complete])


def _all_coordinated(token: Token) -> list[Token]:
    tokens = [token]
    for one in tokens:
        tokens.extend(c for c in one.children if c.dep_ in {"conj", "appos"})
    return tokens


def _sender(document: Token, cast: Cast) -> list[Entity]:
    """The subject of "sent a letter", "issued a statement", "in a letter, the head said"."""
    verb = document.head
    if document.dep_ == "pobj" and verb.lower_ == "in":
        verb = verb.head
    if document.dep_ not in {"dobj", "pobj"} or verb.pos_ != "VERB":
        return []
    found = []
    for child in verb.children:
        if child.dep_ == "nsubj":
            for one in [child, *(c for c in child.children if c.dep_ == "conj")]:
                if (entity := cast.at(one.i)) is not None:
                    found.append(entity)
    return found
