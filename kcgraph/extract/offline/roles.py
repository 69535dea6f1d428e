"""Titles, offices and occupations: before a name, beside it, in a possessive, in a clause.

"Jackson County Prosecutor Jean Peters Baker", "Henry Service, an attorney and community activist",
"the group's president, Nettie Crowe", "Everett Law, who chairs the planning board".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.lexicon import table, words
from kcgraph.extract.offline.mentions import PERSONAL, Nominal
from kcgraph.extract.offline.names import Name, NameType
from kcgraph.extract.offline.referents import Referent, text
from kcgraph.extract.offline.types import Cast, MentionKind, Tokens
from kcgraph.model import Role, StakeholderKind

_HEADING_VERBS = {"chair": "chair", "lead": "leader", "co-chair": "co-chair"}


_BODIES = frozenset({"council", "commission", "board"})


def _part(token: Token) -> str:
    """What the word does in a title, by the list of such words; empty if it is not listed."""
    parts = table("role-words")
    return parts.get(token.lower_.rstrip(".")) or parts.get(token.lemma_.lower(), "")


def shared_titles(doc: Doc, names: Sequence[Name]) -> dict[Tokens, Tokens]:
    """Titles in the plural, for the later names of "Trustees Peg Rooney, Alonzo Dix and ..."."""
    found: dict[Tokens, Tokens] = {}
    for name, following in pairwise(names):
        title = name.title or found.get(name.span)
        if title is None or following.title is not None or following.type is not NameType.PERSON:
            continue
        plural = doc[title.end - 1].text.endswith("s")
        between = {t.lower_ for t in doc[name.span.end : following.span.start]}
        if plural and between and between <= {",", "and", "&"}:
            found[following.span] = title
    return found


def roles_of(doc: Doc, one: Referent, cast: Cast, shared: Mapping[Tokens, Tokens]) -> list[Role]:
    """The roles that the article gives a person, each once, in text order.

    `shared`: the titles in the plural, by the span of the name.
    """
    if one.kind is not StakeholderKind.PERSON:
        return []
    found: list[Role] = []
    for name in one.names:
        title = name.title or shared.get(name.span)
        if title is not None:
            found.extend(_from_title(doc, title, cast))
    for nominal in one.nominals:
        found.extend(_from_phrase(doc, nominal, one, cast))
    for name in one.names:
        found.extend(_from_clause(doc, name, cast))
    return _distinct(found)


def _from_title(doc: Doc, title: Tokens, cast: Cast) -> Iterator[Role]:
    tokens = [t for t in doc[title.start : title.end] if t.text != ","]
    while tokens and tokens[0].tag_ in {"PRP$", "DT"}:
        tokens.pop(0)
    if tokens and _part(tokens[-1]) == "address":
        tokens.pop()
    words_only = [t for t in tokens if t.text != "."]
    if not words_only:
        return
    if not (_is_office(words_only[-1]) or any(t.lower_ == "of" for t in tokens)):
        return
    if len(words_only) > 1 and _part(words_only[-1]) == "degree":
        last = words_only.pop()
        yield Role(text(doc, Tokens(last.i, tokens[-1].i + 1)), None)
        tokens = [t for t in tokens if t.i < last.i]
    cut = _office_start(tokens)
    office = Tokens(tokens[cut].i, tokens[-1].i + 1)
    body = Tokens(tokens[0].i, tokens[cut].i)
    if cut:
        of = _body_name(doc, body, cast)
    else:
        of = _name_before(doc, title.start, cast) or _implied(doc, tokens, cast)
    written = text(doc, office)
    is_common = tokens[0].text in words("body-nouns") and len(tokens) > 1
    if of is not None and not cut and is_common:
        written = text(doc, Tokens(tokens[1].i, tokens[-1].i + 1))
    if tokens[-1].tag_ in {"NNPS", "NNS"} or written.endswith("Crs"):
        written = written.removesuffix("s")
    if _part(words_only[-1]) == "tie":
        return
    if of is None and all(_is_office(t) for t in words_only):
        of = _nearby(doc, title.start, words_only[-1], cast)
    yield Role(written, of)


def _office_start(tokens: Sequence[Token]) -> int:
    """Where the office begins in "Jackson County Prosecutor": after the name of its body."""
    for i, token in enumerate(tokens):
        if token.tag_ == "POS" and i + 1 < len(tokens):
            return i + 1
    if any(t.lower_ in {"of", "for"} for t in tokens):
        return 0
    i = len(tokens) - 1
    while i > 0 and (
        _is_office(tokens[i - 1])
        or tokens[i].text in {".", "-"}
        or tokens[i - 1].text in {".", "-"}
    ):
        i -= 1
    named = [t for t in tokens[:i] if t.ent_type_ in {"GPE", "ORG", "LOC", "NORP"}]
    if i and not named and not any(t.lower_ in {"county", "city", "town"} for t in tokens[:i]):
        return 0
    if i and len(tokens[:i]) == 1 and tokens[0].lower_ in words("body-nouns"):
        return 0
    return i


def _is_office(token: Token) -> bool:
    low = token.lower_.rstrip(".")
    return (
        low in words("person-nouns")
        or low in words("honorifics")
        or _part(token) in {"rank", "officer"}
    )


def _body_name(doc: Doc, span: Tokens, cast: Cast) -> str | None:
    """The canonical name of what those tokens name, or the tokens themselves."""
    tokens = [t for t in doc[span.start : span.end] if t.tag_ != "POS"]
    if not tokens:
        return None
    for token in reversed(tokens):
        entity = cast.at(token.i)
        if entity is not None and entity.kind is StakeholderKind.ORGANIZATION:
            return entity.name
    written = text(doc, Tokens(tokens[0].i, tokens[-1].i + 1))
    folded = written.casefold()
    for entity in cast.entities:
        if folded in {entity.name.casefold(), *(a.casefold() for a in entity.aliases)}:
            return entity.name
    return written


def _name_before(doc: Doc, i: int, cast: Cast) -> str | None:
    """The body or place whose name ends right before token `i`."""
    if i and doc[i - 1].tag_ == "POS":
        i -= 1
    for mention, entity in cast.mentions(Tokens(max(0, i - 8), i)):
        ends_here = mention.span.end == i and mention.kind is MentionKind.NAME
        if ends_here and entity.kind is StakeholderKind.ORGANIZATION:
            return entity.name
    start = i
    while start > 0 and doc[start - 1].pos_ == "PROPN" and doc[start - 1].text[:1].isupper():
        start -= 1
    return text(doc, Tokens(start, i)) if start < i else None


def _implied(doc: Doc, office: Sequence[Token], cast: Cast) -> str | None:
    """The body that a title names by its kind: "Board member", "Police Chief", "Coun."."""
    first = office[0].lower_.rstrip(".")
    if len(office) > 1 and first in words("body-nouns"):
        return _only_body(first, cast)
    last = office[-1].lower_.rstrip(".")
    part = _part(office[-1])
    if part in _BODIES:
        return _only_body(part, cast)
    if last in {"mayor", "gov", "governor"}:
        return _main_place(cast)
    return None


def _only_body(noun: str, cast: Cast) -> str | None:
    """The name of the one body of that kind in the article."""
    found = {
        e.name
        for e in cast.entities
        if e.kind is StakeholderKind.ORGANIZATION
        and not e.place
        and noun in {w.casefold() for w in e.name.split()}
    }
    return found.pop() if len(found) == 1 else None


def _main_place(cast: Cast) -> str | None:
    """The place that the article names most, if it names it more than once."""
    places = [e for e in cast.entities if e.place]
    best = max(places, key=lambda e: len(e.mentions), default=None)
    return best.name if best is not None and len(best.mentions) > 1 else None


def _nearby(doc: Doc, i: int, office: Token, cast: Cast) -> str | None:
    """The body named last before token `i` in its paragraph or the sentence before."""
    if _part(office) != "officer":
        return None
    best: str | None = None
    sentence = doc[max(0, i - 1)].sent
    start = doc[sentence.start - 1].sent.start if sentence.start else sentence.start
    for _, entity in cast.mentions(Tokens(start, i)):
        if entity.kind is StakeholderKind.ORGANIZATION and not entity.place:
            best = entity.name
    return best


def _from_phrase(doc: Doc, nominal: Nominal, one: Referent, cast: Cast) -> Iterator[Role]:
    """Roles that a noun phrase beside the name states; "the mayor" alone states nothing new."""
    head = doc[nominal.head]
    if not _is_beside(doc, head, one):
        return
    start = nominal.core.start
    of: str | None = None
    if nominal.owner is not None:
        owner = cast.at(nominal.owner)
        start = max(c.right_edge.i for c in head.children if c.dep_ == "poss") + 1
        if owner is not None:
            of = owner.name
        elif doc[nominal.owner].lower_ not in PERSONAL:
            of = text(doc, Tokens(doc[nominal.owner].left_edge.i, nominal.owner + 1))
    while start < nominal.head and doc[start].dep_ in {"det", "case", "punct", "predet", "nummod"}:
        start += 1
    end = nominal.head + 1
    if of is None:
        of, end = _of_phrase(doc, head, cast)
    if _part(head) == "tie":
        return
    if of is None and end == nominal.head + 1:
        before = min(m.span.start for m in one.mentions)
        of = _nearby(doc, min(before, nominal.core.start), head, cast)
    title = text(doc, Tokens(start, end))
    parts = title.split(" and ") if end == nominal.head + 1 else [title]
    yield from (Role(part, of) for part in parts)


def _is_beside(doc: Doc, head: Token, one: Referent) -> bool:
    heads = {m.head for m in one.mentions if m.kind is MentionKind.NAME}
    step = head
    while step.dep_ == "conj":
        step = step.head
    if step.dep_ == "appos" and step.head.i in heads:
        return True
    if any(c.dep_ == "appos" and c.i in heads for c in head.children):
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
        if thing is None:
            continue
        entity = cast.at(thing.i)
        if entity is not None:
            return entity.name, head.i + 1
        if preposition.lower_ in {"of", "for"} and thing.i - head.i < 8:
            inner, end = _of_phrase(doc, thing, cast)
            return inner, max(end, thing.i + 1)
        return text(doc, Tokens(thing.left_edge.i, thing.i + 1)).removeprefix("the "), head.i + 1
    return None, head.i + 1


def _from_clause(doc: Doc, name: Name, cast: Cast) -> Iterator[Role]:
    """ "who chairs the planning board" makes a chair of the planning board."""
    root = doc[name.span.start : name.span.end].root
    for clause in root.children:
        title = _HEADING_VERBS.get(clause.lemma_)
        if clause.dep_ != "relcl" or title is None:
            continue
        for thing in clause.children:
            entity = cast.at(thing.i) if thing.dep_ == "dobj" else None
            if entity is not None and entity.kind is StakeholderKind.ORGANIZATION:
                yield Role(title, entity.name)


def _distinct(roles: Sequence[Role]) -> list[Role]:
    """Each title once, with its body where any passage gives it."""
    kept: dict[str, Role] = {}
    for role in roles:
        key = role.title.casefold()
        known = kept.get(key)
        if known is None or (known.of is None and role.of is not None):
            kept[key] = role
    return list(kept.values())
