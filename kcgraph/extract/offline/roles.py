"""Titles, offices and occupations: before a name, beside it, in a possessive, in a clause.

"Jackson County Prosecutor Jean Peters Baker", "Henry Service, an attorney and community activist",
"the group's president, Nettie Crowe", "Everett Law, who chairs the planning board".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.coreference import Referent, text
from kcgraph.extract.offline.lexicon import words
from kcgraph.extract.offline.mentions import PERSONAL, Nominal
from kcgraph.extract.offline.names import Name
from kcgraph.extract.offline.types import Cast, Tokens
from kcgraph.model import Role, StakeholderKind

_ADDRESS = frozenset(["mr", "mrs", "ms", "miss", "mx", "madam", "madame"])
_HEADING_VERBS = {
    "chair": "chair", "lead": "leader", "head": "head", "run": "head", "represent": "representative",
    "own": "owner", "manage": "manager", "found": "founder", "direct": "director",
    "edit": "editor", "teach": "teacher", "coach": "coach",
}  # fmt: skip
_RANKS = frozenset(
    [
        "former",
        "acting",
        "interim",
        "deputy",
        "vice",
        "assistant",
        "associate",
        "senior",
        "junior",
        "lead",
        "chief",
        "co",
        "executive",
        "general",
        "prosecuting",
        "attorney",
        "managing",
        "first",
        "second",
        "state",
        "federal",
        "national",
        "regional",
    ]
)
# Offices of a whole place, whose place the article seldom repeats.
_LOCAL = frozenset(
    [
        "mayor",
        "governor",
        "gov",
        "premier",
        "coun",
        "cllr",
        "councillor",
        "councilman",
        "councilwoman",
    ]
)


def roles_of(doc: Doc, one: Referent, cast: Cast) -> list[Role]:
    """The roles that the article gives a person, each once, in text order."""
    if one.kind is not StakeholderKind.PERSON:
        return []
    found: list[Role] = []
    for name in one.names:
        if name.title is not None:
            found.extend(_from_title(doc, name.title, cast))
    for nominal in one.nominals:
        found.extend(_from_phrase(doc, nominal, one, cast))
    for name in one.names:
        found.extend(_from_clause(doc, name, cast))
    return _distinct(found)


def _from_title(doc: Doc, title: Tokens, cast: Cast) -> Iterator[Role]:
    tokens = [t for t in doc[title.start : title.end] if t.text not in {",", "the", "The"}]
    if not tokens or tokens[-1].lower_.rstrip(".") in _ADDRESS:
        tokens = tokens[:-1]
    if not tokens:
        return
    cut = _office_start(tokens)
    office = Tokens(tokens[cut].i, tokens[-1].i + 1)
    body = Tokens(tokens[0].i, tokens[cut].i)
    of = _body_name(doc, body, cast) if cut else None
    yield Role(text(doc, office), of or _implied(doc, tokens[cut:], cast))


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
    return low in words("person-nouns") or low in words("honorifics") or low in _RANKS


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


def _implied(doc: Doc, office: Sequence[Token], cast: Cast) -> str | None:
    """The body that a title names by its kind: "Board member", "Police Chief", "Council chair"."""
    first = office[0].lower_
    if first in words("body-nouns") and len(office) > 1:
        wanted = "police" if first == "police" else first
        for entity in cast.entities:
            if entity.kind is StakeholderKind.ORGANIZATION and not entity.place:
                if wanted in {w.casefold() for w in entity.name.split()}:
                    return entity.name
    return None


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
    if of is None:
        of = _of_phrase(doc, head, cast)
    title = text(doc, Tokens(start, nominal.head + 1))
    yield Role(title, of)


def _is_beside(doc: Doc, head: Token, one: Referent) -> bool:
    heads = {name_head for name_head in (m.head for m in one.mentions if m.kind == "name")}
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


def _of_phrase(doc: Doc, head: Token, cast: Cast) -> str | None:
    """X in "president of X", "spokeswoman for X", "teacher at X"."""
    for preposition in head.children:
        if preposition.dep_ != "prep" or preposition.lower_ not in {
            "of",
            "for",
            "at",
            "with",
            "from",
        }:
            continue
        for thing in preposition.children:
            if thing.dep_ != "pobj":
                continue
            entity = cast.at(thing.i)
            if entity is not None:
                return entity.name
            return text(doc, Tokens(thing.left_edge.i, thing.i + 1)).removeprefix("the ")
    return None


def _from_clause(doc: Doc, name: Name, cast: Cast) -> Iterator[Role]:
    """ "who chairs the planning board" makes a chair of the planning board."""
    root = doc[name.span.start : name.span.end].root
    for clause in root.children:
        title = _HEADING_VERBS.get(clause.lemma_)
        if clause.dep_ != "relcl" or title is None:
            continue
        for thing in clause.children:
            if thing.dep_ == "dobj" and (entity := cast.at(thing.i)) is not None:
                if entity.kind is StakeholderKind.ORGANIZATION:
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
