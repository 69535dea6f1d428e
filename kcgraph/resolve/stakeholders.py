"""Who is who: the stakeholders of all records, put into clusters of one person or body each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from kcgraph.model import Article, Extraction, Role, Stakeholder, StakeholderKind
from kcgraph.resolve import names
from kcgraph.resolve.clusters import Clusters, Match
from kcgraph.resolve.context import Context, features_of
from kcgraph.resolve.names import Fit, PersonName

# In a block of more things with the same name only this many neighbours are compared; the joins
# reach the others.
_WINDOW = 40

# Titles that only a place has to give: "Mayor" of a union is its name read as the place's.
_OF_A_PLACE = frozenset({"mayor", "governor"})

_PERSON, _BODY = StakeholderKind.PERSON, StakeholderKind.ORGANIZATION


@dataclass(frozen=True, slots=True)
class Local:
    """A stakeholder of one record, with what its names look like."""

    article: str
    who: Stakeholder
    person: PersonName | None  # of a person: the fullest of its names
    bodies: frozenset[str]  # of an organization: particular names, plain
    generic: frozenset[str]  # of an organization or group: names of a kind, plain
    acronyms: frozenset[str] = frozenset()  # letters of its acronyms
    initials: frozenset[str] = frozenset()  # first letters of its longer names
    placed: frozenset[str] = frozenset()  # particular names, and kinds with the article's places
    features: frozenset[str] = frozenset()  # what of it says which dispute this is

    @property
    def ref(self) -> str:
        """How judgements and decisions call it."""
        return f"{self.article}#{self.who.id}"


def locals_of(items: Sequence[tuple[Article, Extraction]], context: Context) -> list[Local]:
    """All stakeholders of all records, by article and id."""
    found = [
        _local(article.id, who, context.places(article.id))
        for article, record in items
        for who in record.stakeholders
    ]
    return sorted(found, key=lambda x: (x.article, x.who.id))


def _local(article: str, who: Stakeholder, places: frozenset[str]) -> Local:
    features = features_of(who)
    if who.kind is _PERSON:
        return Local(article, who, _fullest(who), frozenset(), frozenset(), features=features)
    if who.kind is not _BODY:
        label = " ".join(names.group_label(who.name))
        return Local(article, who, None, frozenset(), frozenset({label}))
    forms = dict.fromkeys((who.name, *who.aliases))
    plain = {form: " ".join(names.body_name(form)) for form in forms}
    kinds = {form for form in forms if names.is_generic(form)}
    short = {form for form in forms if names.is_acronym(form)}
    particular = frozenset(plain[f] for f in forms if f not in kinds)
    # its name and what says as much ("City Council") get each place before them, "council" does not
    placeable = {plain[f] for f in kinds if f == who.name or " " in plain[f]}
    return Local(
        article,
        who,
        None,
        particular,
        frozenset(plain[f] for f in kinds) - {""},
        frozenset(letters for f in short for letters in names.initials(f)),
        frozenset(letters for f in forms if f not in short for letters in names.initials(f)),
        particular | {f"{place} {kind}" for place in places for kind in placeable},
        features,
    )


def _fullest(who: Stakeholder) -> PersonName:
    """The name in parts; of a surname alone, an alias that ends in it and has a given name."""
    name = names.person_name(who.name)
    if name.given:
        return name
    longer = (names.person_name(alias) for alias in who.aliases)
    fuller = [p for p in longer if p.last == name.last and 1 <= len(p.given) <= 3]
    return max(fuller, key=lambda p: (len(p.given), p.given), default=name)


def match_stakeholders(things: Sequence[Local], context: Context) -> list[Match]:
    """Pairs that look like one, from names and context; surnames alone are not among them."""
    matches = list(_match_coded(things))
    for block in _blocks(things):
        for a, b in _pairs(block):
            found = _compare(things[a], things[b], context)
            if found:
                matches.append(Match(a, b, *found))
    return matches


def _match_coded(things: Sequence[Local]) -> Iterator[Match]:
    """Entries of coders' lists with the same name; a coder decided who is who."""
    first: dict[tuple[StakeholderKind, str], int] = {}
    for n, thing in enumerate(things):
        if thing.who.coded:
            other = first.setdefault((thing.who.kind, thing.who.name), n)
            if other != n:
                yield Match(other, n, 1.0, "coded under one name")


def match_surnames(
    things: Sequence[Local], clusters: Clusters[PersonName], context: Context
) -> list[Match]:
    """Surnames alone with the one person of that name in articles about the same dispute."""
    full: dict[str, list[int]] = defaultdict(list)
    for n, thing in enumerate(things):
        if thing.person and thing.person.given and not thing.who.coded:
            full[thing.person.last].append(n)
    matches = []
    for n, thing in enumerate(things):
        if not thing.person or thing.person.given or thing.who.coded:
            continue
        near = [
            m
            for m in full[thing.person.last]
            if things[m].article != thing.article
            and (context.linked(things[m].article, thing.article) or _same_office(things[m], thing))
        ]
        if len({clusters.root(m) for m in near}) == 1:
            matches.append(Match(near[0], n, 0.8, "surname of the only such person in the dispute"))
    return matches


def match_titles(things: Sequence[Local], clusters: Clusters[PersonName]) -> Iterator[Match]:
    """Full names with a title that does not say of what, with the one person of name and title.

    "Mayor Ann Holm" in two articles that share nothing else is one person, unless she is told to be
    mayor of two places.
    """
    named: dict[tuple[tuple[str, ...], str, tuple[str, ...]], list[tuple[int, bool]]]
    named = defaultdict(list)
    for n, thing in enumerate(things):
        if thing.person and thing.person.given and not thing.who.coded:
            for role in thing.who.roles:
                title = tuple(sorted(names.body_name(role.title)))
                key = thing.person.given, thing.person.last, title
                named[key].append((n, _says_of_what(role)))
    for _, found in sorted(named.items()):
        bare = [n for n, says in found if not says]
        full = [n for n, says in found if says]
        if len({clusters.root(n) for n in full}) > 1:
            continue
        together = [*full[:1], *bare]
        for n in together[1:]:
            yield Match(together[0], n, 0.8, "same name and title")


def _says_of_what(role: Role) -> bool:
    """Whether a role says its body or place: the office of a place not, where it names a body."""
    office = _OF_A_PLACE & set(names.body_name(role.title))
    of = names.body_name(role.of or "")
    return bool(of) and not (office and names.is_kind_word(of[-1]) and of[-1] != "county")


def marks_of(thing: Local) -> frozenset[PersonName]:
    """What must not conflict within a cluster: a person's name."""
    return frozenset({thing.person} if thing.person and not thing.who.coded else ())


def may_be_one(left: frozenset[PersonName], right: frozenset[PersonName]) -> bool:
    """Whether no two of these names are such that they cannot be one person's."""
    return all(names.fit_persons(a, b) is not Fit.CONFLICT for a in left for b in right)


def _blocks(things: Sequence[Local]) -> Iterator[list[int]]:
    """Things worth comparing: same kind, and a surname, a name or a kind of body in common."""
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n, thing in enumerate(things):
        if thing.who.coded:
            continue
        kind = thing.who.kind.value
        for key in _block_keys(thing):
            blocks[kind, key].append(n)
    return (blocks[key] for key in sorted(blocks) if len(blocks[key]) > 1)


def _block_keys(thing: Local) -> set[str]:
    if thing.person:
        # the second finds a misspelled surname
        given = " ".join(thing.person.given)
        return {thing.person.last, *([f"{given} {thing.person.last[:1]}"] if given else [])}
    if thing.who.kind is not _BODY:
        return {f"kind {kind}" for kind in thing.generic}
    own = " ".join(names.body_name(thing.who.name))
    return {
        *thing.placed,
        *([f"kind {own}"] if own in thing.generic else []),
        *(f"letters {letters}" for letters in thing.acronyms | thing.initials),
    }


def _pairs(block: list[int]) -> Iterator[tuple[int, int]]:
    if len(block) <= _WINDOW:
        yield from combinations(block, 2)
        return
    for n, a in enumerate(block):
        for b in block[n + 1 : n + 1 + _WINDOW]:
            yield a, b


def _compare(a: Local, b: Local, context: Context) -> tuple[float, str] | None:
    if a.who.kind is not b.who.kind:
        return None
    # what is to be decided is no ground for the decision
    linked = context.linked(a.article, b.article, besides=a.features | b.features)
    if a.person and b.person:
        return _compare_persons(a, b, linked)
    if a.who.kind is _BODY:
        return _compare_bodies(a, b, linked)
    if a.generic == b.generic and linked:
        return 0.75, "same description in one dispute"
    return None


def _compare_persons(a: Local, b: Local, linked: bool) -> tuple[float, str] | None:
    assert a.person and b.person
    fit = names.fit_persons(a.person, b.person)
    if fit in (Fit.NONE, Fit.CONFLICT, Fit.SURNAME):
        return None
    office = _same_office(a, b)
    if fit is Fit.SAME and not a.person.given:
        # two surnames without given names: in one article they are the extractor's two people
        if a.article != b.article and linked:
            return 0.7, "same surname in one dispute"
        return (0.75, "same surname and office") if office and a.article != b.article else None
    if fit is Fit.SAME:
        if linked:
            return 0.98, "same name in one dispute"
        if office:
            return 0.95, "same name and office"
        return None if a.who.roles and b.who.roles else (0.8, "same name")
    if not (linked or office):
        return None
    score = {Fit.SHORTER: 0.9, Fit.INITIAL: 0.85, Fit.NICKNAME: 0.85, Fit.SPELLING: 0.75}[fit]
    return score, f"{fit.value}, {'one dispute' if linked else 'same office'}"


def _same_office(a: Local, b: Local) -> bool:
    """Whether they have a title in common, of the same body or place where both say of which."""
    return any(
        set(names.body_name(x.title)) & set(names.body_name(y.title))
        and x.of is not None
        and y.of is not None
        and _same_place(x.of, y.of)
        for x in a.who.roles
        for y in b.who.roles
    )


def _same_place(a: str, b: str) -> bool:
    x, y = set(names.body_name(a)), set(names.body_name(b))
    return x <= y or y <= x


def _compare_bodies(a: Local, b: Local, linked: bool) -> tuple[float, str] | None:
    shared = a.bodies & b.bodies
    if shared:
        names_of = {" ".join(names.body_name(x.who.name)) for x in (a, b)}
        unclear = all(names.is_acronym(s.upper()) and len(s) < 4 for s in shared)
        if len(names_of & shared) == len(names_of) and (linked or not unclear):
            return 0.97, "same name"
        if names_of & shared and (linked or not unclear):
            return 0.9, "name of one is a name of the other"
        return (0.8, "a name in common, in one dispute") if linked else None
    letters = sorted((a.acronyms & b.initials) | (b.acronyms & a.initials))
    if letters:
        reason = f"{letters[0].upper()} are the first letters of the other's name"
        if linked:
            return 0.9, reason
        return (0.75, reason) if len(letters[0]) > 3 else None
    if a.article == b.article:
        return None
    if a.placed & b.placed:
        return 0.85, "same kind of body in the same place"
    own = [" ".join(names.body_name(x.who.name)) for x in (a, b)]
    if own[0] == own[1] and own[0] in a.generic and own[1] in b.generic and linked:
        return 0.75, "same kind of body in one dispute"
    return None


def same_roles(a: Role, b: Role) -> bool:
    """Whether the titles are the same words, and neither says another body or place."""
    same = sorted(names.body_name(a.title)) == sorted(names.body_name(b.title))
    return same and (a.of is None or b.of is None or _same_place(a.of, b.of))
