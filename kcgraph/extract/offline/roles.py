"""Titles, offices and occupations: before a name, beside it, in a possessive, in a clause.

"Marlow County Prosecutor Ann Lee Orr", "Owen Marsh, a lawyer and longtime organizer",
"the group's president, Iris Weller", "Tom Weller, who chairs the planning board".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.coreference import after_comma
from kcgraph.extract.offline.lexicon import words
from kcgraph.extract.offline.mentions import PERSONAL, Nominal
from kcgraph.extract.offline.name_repairs import POST_NOMINALS
from kcgraph.extract.offline.names import Name
from kcgraph.extract.offline.offices import Choose, Whereabouts
from kcgraph.extract.offline.referents import Referent, text
from kcgraph.extract.offline.title_words import (
    OF_OFFICES,
    is_head,
    is_office,
    is_plural,
    modifiers_start,
    part_of,
)
from kcgraph.extract.offline.types import Cast, Entity, MentionKind, Tokens
from kcgraph.grammar import singular
from kcgraph.model import Role, StakeholderKind

_BEFORE_TITLE = frozenset({"det", "case", "punct", "predet", "nummod", "advmod"})
_HEADING_VERBS = {
    "chair": "chair", "lead": "leader", "co-chair": "co-chair", "head": "head", "own": "owner",
    "direct": "director", "manage": "manager", "found": "founder", "co-found": "co-founder",
}  # fmt: skip
# Founders remain founders; the others of these verbs tell an office only in the present tense.
_LASTING = frozenset({"founder", "co-founder"})
_SITS = frozenset({"sit", "serve"})
# What says how one of several is, not what they are: "own chief", "newest member".
_NO_TITLE = frozenset({"own", "then", "longtime", "long-time", "sole"})
# Countries' initials and owners that belong to the name of an office: "U.S. Rep.", "State's
# Attorney".
_COUNTRIES = frozenset({"u.s.", "us", "u.k.", "uk"})
_OWNERS = frozenset({"state", "commonwealth"})
# What stands between an office and a name and is a title of its own: "Guild president Sgt. Tate".
_GRADES = frozenset(
    "sgt sergeant capt captain col colonel lt lieutenant maj major cmdr det insp supt pastor "
    "father sister advocate alderman cr".split()
)
# "D-Marlow" after a legislator's name: party and constituency.
_CONSTITUENCY = re.compile(
    r",? ?\(?(?:D|R|I|L|DFL|Dem|Rep|Ind)\.?-([A-Z][\w.’']*(?: [A-Z][\w’']+)*)"
)
# Endings of occupations that no list has: "a welder", "an oysterman".
_OCCUPATION = re.compile(r"\w{3,}(?:er|or|ist|ian|man|woman|wright|smith)")


@dataclass(frozen=True, slots=True)
class Title:
    """A title as written, the body or place that the words beside it name, and its first token.

    `is_office`: whether it can belong to a body that is named elsewhere.
    """

    written: str
    of: str | None
    at: int
    is_office: bool = True


def roles_of(
    where: Whereabouts, one: Referent, cast: Cast, shared: Mapping[Tokens, Tokens], choose: Choose
) -> list[Role]:
    """The roles that the article gives a person, each once, in text order.

    `shared`: the titles in the plural, by the span of the name; `choose` says whose office a title
    is when the words beside it do not.
    """
    found = []
    for title in titles_of(where.doc, one, cast, shared):
        of = title.of
        if of in one.labels:  # "her spokeswoman"
            of = None
        elif of is None and title.is_office:
            of = choose(where, title.written, title.at)
        found.append(Role(title.written, of))
    return _distinct(found)


def titles_of(
    doc: Doc, one: Referent, cast: Cast, shared: Mapping[Tokens, Tokens]
) -> Iterator[Title]:
    """The titles that the article gives a person, with their bodies where the words say so."""
    if one.kind is not StakeholderKind.PERSON:
        return
    for name in one.names:
        beside = _after_name(doc, name, cast)
        if name.title is not None:
            for found in _from_title(doc, name.title, cast):
                yield found if found.of is not None else replace(found, of=beside)
        title = shared.get(name.span)
        if title is not None:
            for found in _from_title(doc, title, cast):
                of = beside or found.of or _of_phrase(doc, doc[title.end - 1], cast)[0]
                yield replace(found, of=of)
    for nominal in one.nominals:
        yield from _from_phrase(doc, nominal, one, cast)
    for name in one.names:
        yield from _from_clause(doc, name, cast)
        yield from _from_one_of(doc, name, cast)
        yield from _from_apposition(doc, name)
        yield from _after_nominals(doc, name)


def _from_title(doc: Doc, title: Tokens, cast: Cast) -> Iterator[Title]:
    tokens = [t for t in doc[title.start : title.end] if t.text != ","]
    while tokens and tokens[0].tag_ in {"PRP$", "DT"}:
        tokens.pop(0)
    if tokens and part_of(tokens[-1]) == "address":
        tokens.pop()
    words_only = [t for t in tokens if t.text != "."]
    if not words_only:
        return
    if not (is_office(words_only[-1]) or any(t.lower_ == "of" for t in tokens)):
        return
    if len(words_only) > 1 and (
        (part_of(words_only[-1]) == "degree" and not is_plural(words_only[-1]))
        or (words_only[-1].lower_.rstrip(".") in _GRADES and is_head(words_only[-2]))
    ):
        last = words_only.pop()
        degree = Tokens(last.i, tokens[-1].i + 1)
        yield Title(text(doc, degree), None, last.i, is_office=False)
        tokens = [t for t in tokens if t.i < last.i]
    if tokens[0].i > 0 and doc[tokens[0].i - 1].lower_ in _COUNTRIES:
        tokens.insert(0, doc[tokens[0].i - 1])
    cut = _office_start(tokens, cast)
    office = Tokens(tokens[cut].i, tokens[-1].i + 1)
    if cut:
        of = _body_name(doc, Tokens(tokens[0].i, tokens[cut].i), cast)
    elif tokens[0].lower_ in _COUNTRIES:
        of = None
    else:
        of = _name_before(doc, tokens[0].i, cast) or _fuller(doc, tokens, cast)
    written = text(doc, office)
    if is_plural(words_only[-1]) and not written.endswith("."):
        written = f"{written[: -len(words_only[-1].text)]}{singular(words_only[-1].text)}"
    elif written.endswith("Crs"):
        written = written.removesuffix("s")
    elif written.endswith("s.") and words_only[-1].lower_.rstrip(".s") in words("honorifics"):
        written = f"{written.removesuffix('s.')}."
    if part_of(words_only[-1]) != "tie":
        yield Title(written, of, title.start, is_office=True)


def _fuller(doc: Doc, tokens: Sequence[Token], cast: Cast) -> str | None:
    """The name of the body that a title begins with, where it says more than the title."""
    i = 0
    while i < len(tokens) and tokens[i].lower_ in OF_OFFICES:
        i += 1
    entity = _named_by(doc, Tokens(tokens[0].i, tokens[0].i + i), cast) if i else None
    if entity is None or {w.casefold() for w in entity.name.split()} <= {t.lower_ for t in tokens}:
        return None
    return entity.name


def _after_name(doc: Doc, name: Name, cast: Cast) -> str | None:
    """The body after the name: "Fr Foley of the Capuchin day centre", "Rep. Orr, D-Lorne"."""
    i = name.span.end
    behind = doc[i : i + 8].text
    if (seat := _CONSTITUENCY.match(behind)) is not None:
        return seat.group(1)
    if i >= len(doc) or doc[i].lower_ not in {"of", "from", "at", "with"}:
        return None
    for thing in doc[i].children:
        entity = cast.at(thing.i) if thing.dep_ == "pobj" else None
        if entity is not None and entity.kind is StakeholderKind.ORGANIZATION:
            return entity.name
        if entity is None and thing.dep_ == "pobj" and thing.pos_ == "PROPN":
            whole = Tokens(thing.left_edge.i, thing.i + 1)
            return text(doc, whole).removeprefix("the ")
    return None


def _office_start(tokens: Sequence[Token], cast: Cast) -> int:
    """Where the office begins in "Jackson County Prosecutor": after the name of its body."""
    if tokens[0].lower_ in _COUNTRIES:
        return 0
    for i, token in enumerate(tokens):
        if token.tag_ == "POS" and i + 1 < len(tokens):
            return i - 1 if i == 1 and tokens[0].lower_ in _OWNERS else i + 1
    if any(t.lower_ in {"of", "for"} for t in tokens):
        return 0
    i = len(tokens) - 1
    if all(t.lower_ in OF_OFFICES for t in tokens[:-1] if not is_office(t)):
        return 0
    while i > 0 and (
        is_office(tokens[i - 1])
        or (tokens[i - 1].lower_ == "district" and tokens[i].lower_ in {"attorney", "judge"})
        or tokens[i].text in {".", "-"}
        or tokens[i - 1].text in {".", "-"}
    ):
        i -= 1
    named = any(t.ent_type_ in {"GPE", "LOC"} for t in tokens[:i])
    kinds = {"county", "city", "town"}
    seat = next((n for n, t in enumerate(tokens[:i]) if t.lower_ in kinds), None)
    if seat and is_office(tokens[seat - 1]):
        return 0
    if i and not named and seat is None:
        before = Tokens(tokens[0].i, tokens[i].i)
        return i if _named_by(tokens[0].doc, before, cast) is not None else 0
    if i and len(tokens[:i]) == 1 and tokens[0].lower_ in words("body-nouns"):
        return 0
    return i


def _body_name(doc: Doc, span: Tokens, cast: Cast) -> str | None:
    """The canonical name of what those tokens name, or the tokens themselves."""
    tokens = [t for t in doc[span.start : span.end] if t.tag_ != "POS"]
    if not tokens:
        return None
    entity = _named_by(doc, span, cast)
    return entity.name if entity else text(doc, Tokens(tokens[0].i, tokens[-1].i + 1))


def _named_by(doc: Doc, span: Tokens, cast: Cast) -> Entity | None:
    """The body or place that those tokens, a possessive ending aside, refer to."""
    tokens = [t for t in doc[span.start : span.end] if t.tag_ != "POS"]
    for token in reversed(tokens):
        entity = cast.at(token.i)
        if entity is not None and entity.kind is StakeholderKind.ORGANIZATION:
            return entity
    folded = text(doc, Tokens(tokens[0].i, tokens[-1].i + 1)).casefold()
    for entity in cast.entities:
        if entity.kind is StakeholderKind.ORGANIZATION and folded in {
            entity.name.casefold(),
            *(a.casefold() for a in entity.aliases),
        }:
            return entity
    return None


def _name_before(doc: Doc, i: int, cast: Cast) -> str | None:
    """The body or place whose name ends right before token `i`."""
    if i > 1 and doc[i - 1].tag_ == "POS":
        i -= 1
        owner = cast.at(i - 1)
        if owner is not None and owner.kind is StakeholderKind.ORGANIZATION:
            return owner.name
    for mention, entity in cast.mentions(Tokens(max(0, i - 8), i)):
        ends_here = mention.span.end == i and mention.kind is MentionKind.NAME
        if ends_here and entity.kind is StakeholderKind.ORGANIZATION:
            return entity.name
    start = i
    while start > 0 and doc[start - 1].pos_ == "PROPN" and doc[start - 1].text[:1].isupper():
        start -= 1
    return text(doc, Tokens(start, i)) if start < i else None


def _from_phrase(doc: Doc, nominal: Nominal, one: Referent, cast: Cast) -> Iterator[Title]:
    """Titles that a noun phrase beside the name states; "the mayor" alone states nothing new."""
    head = doc[nominal.head]
    if not _is_beside(doc, nominal, one) or part_of(head) == "tie":
        return
    start = nominal.core.start
    of, end = _of_phrase(doc, head, cast)
    if nominal.owner is not None:
        owner = cast.at(nominal.owner)
        start = max(c.right_edge.i for c in head.children if c.dep_ == "poss") + 1
        if of is not None:
            end = nominal.head + 1
        if owner is not None:
            of = owner.name
        elif doc[nominal.owner].lower_ not in PERSONAL:
            of = text(doc, Tokens(doc[nominal.owner].left_edge.i, nominal.owner + 1))
    start = _title_start(doc, start, nominal.head)
    if of is None and end == nominal.head + 1:
        of, start = _body_in_front(doc, start, nominal.head, cast)
    titles = Tokens(start, end)
    parts = _offices(doc, titles) if end == nominal.head + 1 else [titles]
    yield from (Title(text(doc, part), of, nominal.core.start) for part in parts)


def _offices(doc: Doc, titles: Tokens) -> Iterator[Tokens]:
    """Both of "attorney and activist"; "labor and delivery nurse" is one."""
    start, end = titles
    for i in range(start + 1, end - 1):
        if doc[i].lower_ == "and" and is_office(doc[i - 1]):
            yield Tokens(start, i)
            start = i + 1
    yield Tokens(start, end)


def _title_start(doc: Doc, start: int, head: int) -> int:
    """The first token of a title in a phrase: without article, adverb, age; "co-" stays."""
    old = next(
        (i for i in range(head - 1, start, -1) if doc[i].lower_ in {"old", "year-old"}), None
    )
    if old is not None:
        start = old + 1
    while start < head and (
        doc[start].dep_ in _BEFORE_TITLE
        or doc[start].tag_ == "JJS"
        or doc[start].lower_ in _NO_TITLE
    ):
        start += 1
    while start > 1 and doc[start - 1].text == "-" and old is None:
        start -= 2
    return start


def _body_in_front(doc: Doc, start: int, head: int, cast: Cast) -> tuple[str | None, int]:
    """The body in "a BrightPath vice president", and where the title begins after it."""
    for mention, entity in cast.mentions(Tokens(start, head)):
        is_body = entity.kind is StakeholderKind.ORGANIZATION and not entity.place
        if mention.kind is MentionKind.NAME and is_body and mention.span.start == start:
            return entity.name, mention.span.end
    return None, start


def _from_one_of(doc: Doc, name: Name, cast: Cast) -> Iterator[Title]:
    """A title from "one of the plaintiffs, Ann Brown" and "Ann Brown, one of two nurses"."""
    root = doc[name.span.start : name.span.end].root
    ones = [c for c in root.children if c.dep_ == "appos"]
    ones += [root.head] if root.dep_ == "appos" else []
    for one in ones:
        if one.lower_ != "one":
            continue
        for preposition in one.children:
            for thing in preposition.children if preposition.lower_ == "of" else ():
                if thing.dep_ == "pobj" and is_plural(thing) and part_of(thing) != "tie":
                    of = _of_phrase(doc, thing, cast)[0]
                    start = modifiers_start(doc, thing.i)
                    before = text(doc, Tokens(start, thing.i)) if start < thing.i else ""
                    yield Title(f"{before} {singular(thing.text)}".strip(), of, start)


def _from_apposition(doc: Doc, name: Name) -> Iterator[Title]:
    """An occupation that no list of words has: "Gary Haugen, a retired driller"."""
    i = name.span.end
    if i + 2 >= len(doc) or doc[i].text != "," or doc[i + 1].lower_ not in {"a", "an"}:
        return
    head = i + 2
    while head < len(doc) and doc[head].tag_ in {"JJ", "VBN"} and head < i + 4:
        head += 1
    if head + 1 >= len(doc) or doc[head].tag_ != "NN" or doc[head].lower_ in words("person-nouns"):
        return
    if doc[head].dep_ in {"compound", "nmod"}:
        return  # "a labor and delivery nurse"
    ends = doc[head + 1].text in {",", ".", ";"} or doc[head + 1].lower_ in {"who", "from", "and"}
    if ends and _OCCUPATION.fullmatch(doc[head].text) and doc[head].text.islower():
        yield Title(text(doc, Tokens(i + 2, head + 1)), None, head, is_office=False)


def _is_beside(doc: Doc, nominal: Nominal, one: Referent) -> bool:
    heads = {m.head for m in one.mentions if m.kind is MentionKind.NAME}
    head = step = doc[nominal.head]
    while step.dep_ == "conj":
        step = step.head
    if step.dep_ == "appos" and step.head.i in heads:
        return True
    if any(c.dep_ == "appos" and c.i in heads for c in head.children):
        return True
    if after_comma(doc, nominal) in heads:
        return True
    return step.dep_ == "attr" and any(
        c.dep_ == "nsubj" and c.i in heads for c in step.head.children
    )


def _of_phrase(doc: Doc, head: Token, cast: Cast) -> tuple[str | None, int]:
    """X in "president of X" if X is a body of the cast, and where the title ends.

    What is no body belongs to the title: "director of wastewater", "Commissioner for Information".
    """
    for preposition in head.rights:
        if preposition.dep_ != "prep":
            break
        if preposition.lower_ not in {"of", "for", "at", "with", "from"}:
            continue
        thing = next((c for c in preposition.children if c.dep_ == "pobj"), None)
        if thing is None or thing.ent_type_ in _TIMES or thing.lemma_ in _SPANS_OF_TIME:
            continue
        entity = cast.at(thing.i)
        if entity is not None:
            return entity.name, head.i + 1
        if preposition.lower_ == "for" and thing.pos_ == "PROPN" and _speaks_for(head):
            return text(doc, Tokens(thing.left_edge.i, thing.i + 1)), head.i + 1
        if thing.ent_type_ in {"ORG", "GPE", "FAC"} and thing.pos_ == "PROPN":
            whole = Tokens(thing.left_edge.i, thing.i + 1)
            return text(doc, whole).removeprefix("the "), head.i + 1
        if preposition.lower_ in {"of", "for"} and thing.i - head.i < 8:
            inner, end = _of_phrase(doc, thing, cast)
            return inner or _of_phrase_after(head, preposition, cast), max(end, thing.i + 1)
        return text(doc, Tokens(thing.left_edge.i, thing.i + 1)).removeprefix("the "), head.i + 1
    return None, head.i + 1


def _of_phrase_after(head: Token, first: Token, cast: Cast) -> str | None:
    """The body in a later phrase: "head of sustainability for Blue River"."""
    for preposition in head.rights:
        if preposition.i > first.i and preposition.lower_ in {"for", "at", "with"}:
            for thing in preposition.children:
                entity = cast.at(thing.i) if thing.dep_ == "pobj" else None
                if entity is not None and entity.kind is StakeholderKind.ORGANIZATION:
                    return entity.name
    return None


_TIMES = frozenset({"DATE", "TIME"})
_SPANS_OF_TIME = frozenset({"year", "month", "decade", "term"})


def _speaks_for(head: Token) -> bool:
    low = head.lemma_.lower()
    return low.startswith(("spokes", "lawyer", "attorney", "counsel", "solicitor", "barrister"))


def _from_clause(doc: Doc, name: Name, cast: Cast) -> Iterator[Title]:
    """ "who chairs the planning board" makes a chair of the planning board."""
    root = doc[name.span.start : name.span.end].root
    for clause in root.children:
        if clause.dep_ != "relcl":
            continue
        title = _HEADING_VERBS.get(clause.lemma_)
        if title is not None and (clause.tag_ in {"VBZ", "VBP"} or title in _LASTING):
            for thing in clause.children:
                entity = cast.at(thing.i)
                if thing.dep_ != "dobj":
                    continue
                if entity is not None and entity.kind is StakeholderKind.ORGANIZATION:
                    yield Title(title, entity.name, clause.i)
                elif thing.pos_ == "PROPN":
                    start = next((t.i for t in thing.subtree if t.pos_ == "PROPN"), thing.i)
                    yield Title(title, text(doc, Tokens(start, thing.i + 1)), clause.i)
        elif clause.lemma_ in _SITS and clause.tag_ in {"VBZ", "VBP"}:
            yield from _seat(clause, cast)
        elif clause.lemma_ == "be":
            yield from _was(doc, clause, cast)


def _seat(clause: Token, cast: Cast) -> Iterator[Title]:
    """A member of what somebody "sits on"."""
    for preposition in clause.children:
        for thing in preposition.children if preposition.lower_ == "on" else ():
            entity = cast.at(thing.i)
            if entity is not None and entity.kind is StakeholderKind.ORGANIZATION:
                yield Title("member", entity.name, clause.i)


def _was(doc: Doc, clause: Token, cast: Cast) -> Iterator[Title]:
    """The office in "who was forewoman of the jury"."""
    for thing in clause.children:
        if thing.dep_ == "attr" and is_office(thing) and part_of(thing) != "tie":
            of, end = _of_phrase(doc, thing, cast)
            start = _title_start(doc, thing.left_edge.i, thing.i)
            yield Title(text(doc, Tokens(start, end)), of, thing.i)


def _after_nominals(doc: Doc, name: Name) -> Iterator[Title]:
    """The "KC" of "Serena Holt KC" and of "Serena Holt, KC"."""
    i = name.span.end
    if i < len(doc) and doc[i].text == ",":
        i += 1
    if i < len(doc) and doc[i].text in POST_NOMINALS:
        yield Title(doc[i].text, None, i, is_office=False)


def _distinct(roles: Sequence[Role]) -> list[Role]:
    """Each title once, with its body where any passage gives it."""
    kept: dict[str, Role] = {}
    for role in roles:
        key = role.title.casefold()
        known = kept.get(key)
        if known is None or (known.of is None and role.of is not None):
            kept[key] = role
    return list(kept.values())
