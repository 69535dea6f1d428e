"""Who is who: the stakeholders of all records, put into clusters of one person or body each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
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

_PERSON, _BODY = StakeholderKind.PERSON, StakeholderKind.ORGANIZATION


@dataclass(frozen=True, slots=True)
class Local:
    """A stakeholder of one record, with what its names look like."""

    article: str
    who: Stakeholder
    person: PersonName | None  # of a person: the fullest of its names
    bodies: frozenset[str]  # of an organization: particular names, plain
    generic: frozenset[str]  # of an organization or group: names of a kind, plain

    @property
    def ref(self) -> str:
        """How judgements and decisions call it."""
        return f"{self.article}#{self.who.id}"


def locals_of(items: Sequence[tuple[Article, Extraction]]) -> list[Local]:
    """All stakeholders of all records, by article and id."""
    found = [_local(article.id, who) for article, record in items for who in record.stakeholders]
    return sorted(found, key=lambda x: (x.article, x.who.id))


def _local(article: str, who: Stakeholder) -> Local:
    if who.kind is _PERSON:
        return Local(article, who, _fullest(who), frozenset(), frozenset())
    if who.kind is _BODY:
        forms = (who.name, *who.aliases)
        particular = {" ".join(names.body_name(f)) for f in forms if not names.is_generic(f)}
        kinds = {" ".join(names.body_name(f)) for f in forms if names.is_generic(f)} - {""}
        return Local(article, who, None, frozenset(particular), frozenset(kinds))
    return Local(
        article, who, None, frozenset(), frozenset({" ".join(names.group_label(who.name))})
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
    matches: list[Match] = []
    for block in _blocks(things):
        for a, b in _pairs(block):
            found = _compare(things[a], things[b], context)
            if found:
                matches.append(Match(a, b, *found))
    return matches


def match_surnames(things: Sequence[Local], clusters: Clusters, context: Context) -> list[Match]:
    """Surnames alone with the one person of that name in articles about the same dispute."""
    full: dict[str, list[int]] = defaultdict(list)
    for n, thing in enumerate(things):
        if thing.person and thing.person.given:
            full[thing.person.last].append(n)
    matches = []
    for n, thing in enumerate(things):
        if not thing.person or thing.person.given:
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


def may_be_one(things: Sequence[Local]) -> Callable[[list[int], list[int]], bool]:
    """A test for two clusters: no two of their people have names that cannot be one person's."""

    def test(left: list[int], right: list[int]) -> bool:
        ours = {things[n].person for n in left} - {None}
        theirs = {things[n].person for n in right} - {None}
        return all(
            names.fit_persons(a, b) is not Fit.CONFLICT
            for a in ours
            for b in theirs
            if a is not None and b is not None
        )

    return test


def _blocks(things: Sequence[Local]) -> Iterator[list[int]]:
    """Things worth comparing: same kind, and a surname, a name or a kind of body in common."""
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n, thing in enumerate(things):
        kind = thing.who.kind.value
        for key in _block_keys(thing):
            blocks[kind, key].append(n)
    return (blocks[key] for key in sorted(blocks) if len(blocks[key]) > 1)


def _block_keys(thing: Local) -> set[str]:
    if thing.person:
        # the second finds a misspelled surname
        given = " ".join(thing.person.given)
        return {thing.person.last, *([f"{given} {thing.person.last[:1]}"] if given else [])}
    keys = set(thing.bodies) | {f"kind {kind}" for kind in thing.generic}
    if thing.who.kind is _BODY:
        forms = (thing.who.name, *thing.who.aliases)
        keys |= {f"letters {letters}" for form in forms for letters in names.initials(form)}
    # "Alder Fork City Council" and "City Council" meet under the kind of body
    keys |= {f"kind {' '.join(b.split()[n:])}" for b in thing.bodies for n in (1, 2)} - {"kind "}
    return keys


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
    own = features_of(a.who) | features_of(b.who)
    linked = context.linked(a.article, b.article, besides=own)
    if a.person and b.person:
        return _compare_persons(a, b, linked)
    if a.who.kind is _BODY:
        return _compare_bodies(a, b, linked, context)
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


def _compare_bodies(a: Local, b: Local, linked: bool, context: Context) -> tuple[float, str] | None:
    shared = a.bodies & b.bodies
    if shared:
        names_of = {" ".join(names.body_name(x.who.name)) for x in (a, b)}
        unclear = all(names.is_acronym(s.upper()) and len(s) < 4 for s in shared)
        if len(names_of & shared) == len(names_of) and (linked or not unclear):
            return 0.97, "same name"
        if names_of & shared and (linked or not unclear):
            return 0.9, "name of one is a name of the other"
        return (0.8, "a name in common, in one dispute") if linked else None
    for x, y in ((a, b), (b, a)):
        for short in (x.who.name, *x.who.aliases):
            for long in (y.who.name, *y.who.aliases):
                if names.abbreviates(short, long):
                    if linked:
                        return 0.9, f"{short} stands for {long}"
                    return (0.75, f"{short} stands for {long}") if len(short) > 3 else None
    return _compare_kinds(a, b, linked, context)


def _compare_kinds(a: Local, b: Local, linked: bool, context: Context) -> tuple[float, str] | None:
    """ "City Council" of two articles: one body if the place is the same."""
    ours, theirs = (_in_places(x, context.places(x.article)) for x in (a, b))
    if ours & theirs:
        return 0.85, "same kind of body in the same place"
    both_generic = names.is_generic(a.who.name) and names.is_generic(b.who.name)
    same = names.body_name(a.who.name) == names.body_name(b.who.name)
    if both_generic and same and linked and a.article != b.article:
        return 0.75, "same kind of body in one dispute"
    return None


def _in_places(thing: Local, places: Iterable[str]) -> set[str]:
    """Particular names, and the names of a kind with each place before them.

    Only its name and what says as much ("City Council") count, not "the department".
    """
    kinds = {k for k in thing.generic if len(k.split()) > 1}
    if names.is_generic(thing.who.name):
        kinds.add(" ".join(names.body_name(thing.who.name)))
    return set(thing.bodies) | {f"{place} {kind}" for place in places for kind in kinds}


def same_roles(a: Role, b: Role) -> bool:
    """Whether the titles are the same words, and neither says another body or place."""
    same = sorted(names.body_name(a.title)) == sorted(names.body_name(b.title))
    return same and (a.of is None or b.of is None or _same_place(a.of, b.of))
