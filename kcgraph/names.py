"""Who or what a name means: forgiving, never guessing between two, offering the nearest.

NameIndex.of(store).find("smith")        -> Rick Smith
NameIndex.of(store).find("the mayor")    -> the one mayor; with two, an error that lists them
"""

from __future__ import annotations

import contextlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kcgraph.errors import InputError, NotFound, WorkError
from kcgraph.vocab import PREFIXES, expand
from kcgraph.writing import write_file

if TYPE_CHECKING:
    from pyoxigraph import Store

    from kcgraph.store import Reader

KINDS = {
    expand("foaf:Person"): "person",
    expand("org:Organization"): "organization",
    expand("foaf:Group"): "group",
    expand("kc:Issue"): "issue",
}
STAKEHOLDERS = frozenset(("person", "organization", "group"))

_ARTICLES = frozenset(("the", "a", "an"))
_HONORIFICS = frozenset(
    ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame", "lord", "lady", "hon")
)
_SMALL_WORDS = frozenset(("of", "the", "and", "for", "in", "on", "at", "to", "a", "an"))
_NEARLY_AS_GOOD = 10  # points of similarity (of 100) that a suggestion may be behind the best
_MOST_LISTED = 8  # names offered in one error
_FORM = 1  # of the kept file; another one is not read


@dataclass(frozen=True, slots=True)
class Named:
    """A stakeholder or an issue of the store, with every name that it goes by.

    `kind` is person, organization, group or issue; `roles` are in words: "Mayor, Kansas City".
    """

    iri: str
    label: str
    kind: str
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.label, *self.aliases)

    @property
    def key(self) -> str:
        """The last part of the IRI, unique among stakeholders and among issues."""
        return self.iri.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.label} ({'; '.join(self.roles) or self.kind})"


@lru_cache(maxsize=2**19)
def fold(name: str) -> str:
    """`name` without case, accents, punctuation and superfluous space."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    plain = re.sub(r"['’]s?\b|(?<=\b\w)\.(?=\w\b)", "", plain)  # possessive; A.B.C.
    return " ".join(re.findall(r"\w+", plain))


def _without_article(folded: str) -> str:
    first, _, rest = folded.partition(" ")
    return rest if rest and first in _ARTICLES else folded


def _acronyms(name: str) -> set[str]:
    """The initials of the words of `name`, with and without its small words, folded."""
    words = fold(name).split()
    large = [w for w in words if w not in _SMALL_WORDS]
    return {"".join(w[0] for w in some) for some in (words, large) if len(some) > 1}


def _singular(folded: str) -> str:
    return " ".join(w[:-1] if len(w) > 3 and w[-1] == "s" != w[-2] else w for w in folded.split())


def kept_names(reader: Reader) -> NameIndex:
    """The names of a store; kept beside its RDF for the next time."""
    return NameIndex.of(reader.graph, reader.beside("names.json"))


class NameIndex:
    """Every name of a store's stakeholders and issues, and of the outlets of its articles."""

    def __init__(self, things: Iterable[Named], outlets: Iterable[str] = ()) -> None:
        self.things = sorted(things, key=lambda t: (t.label.casefold(), t.iri))
        self.outlets = tuple(sorted(outlets))

    @classmethod
    def of(cls, store: Store, kept: Path | None = None) -> NameIndex:
        """The index of everything in `store` that has a name.

        It is read from the file `kept` if that is there, else left there for the next time. The
        file is of this one generation of the store: who names it sees to that. One that cannot be
        read or written is done without.
        """
        if kept is not None:
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                return _load(kept)
        found = cls._read(store)
        if kept is not None:
            with contextlib.suppress(WorkError):
                _keep(found, kept)
        return found

    @classmethod
    def _read(cls, store: Store) -> NameIndex:
        labels: dict[str, str] = {}
        kinds: dict[str, str] = {}
        for iri, label, kind in _rows(store, _LABELS):
            labels[iri] = label
            kinds[iri] = KINDS[kind]
        aliases = _grouped(_rows(store, _ALIASES))
        roles = {iri: _distinct(posts) for iri, posts in _grouped_pairs(_rows(store, _ROLES))}
        things = (
            Named(iri, label, kinds[iri], aliases.get(iri, ()), roles.get(iri, ()))
            for iri, label in labels.items()
        )
        return cls(things, (outlet for (outlet,) in _rows(store, _OUTLETS)))

    @cached_property
    def by_iri(self) -> dict[str, Named]:
        return {thing.iri: thing for thing in self.things}

    def find(self, name: str, kinds: Iterable[str] = STAKEHOLDERS) -> Named:
        """The one thing of `kinds` that `name` means.

        `name` is an IRI or its last part, or any form of a name: without case, accents or article,
        with a title, a surname or other part alone, an alias, an acronym, a role. The first of
        these rules that anything satisfies decides.

        Raises InputError with the candidates if several satisfy it; NotFound with the nearest
        names if none does.
        """
        found = self.candidates(name, kinds)
        if len(found) == 1:
            return found[0]
        what = "issue" if frozenset(kinds) == {"issue"} else "name"
        listed = " | ".join(_told_apart(found)[:_MOST_LISTED])
        more = f" | and {len(found) - _MOST_LISTED} more" if len(found) > _MOST_LISTED else ""
        raise InputError(f"the {what} {name!r} could mean several: {listed}{more}")

    def candidates(self, name: str, kinds: Iterable[str] = STAKEHOLDERS) -> list[Named]:
        """Everything of `kinds` that `name` can mean, by the same rules as `find`; never empty.

        Raises NotFound with the nearest names if there is nothing.
        """
        wanted = frozenset(kinds)
        things = [t for t in self.things if t.kind in wanted]
        found = next((hits for hits in _by_rule(name, things) if hits), [])
        if not found:
            raise NotFound(self._unknown(name, "issue" if wanted == {"issue"} else "name", things))
        return found

    def outlet(self, name: str) -> str:
        """The outlet that `name` is, whatever its case; raises NotFound if there is none."""
        found = [outlet for outlet in self.outlets if fold(outlet) == fold(name)]
        if name in found or len(found) == 1:
            return name if name in found else found[0]
        from rapidfuzz import process

        near = [hit[0] for hit in process.extract(name, self.outlets, limit=3, score_cutoff=60)]
        offer = f"did you mean {' or '.join(map(repr, near))}?" if near else ""
        some = ", ".join(map(repr, self.outlets[:_MOST_LISTED])) or "no article has one"
        raise NotFound(f"unknown outlet {name!r}; {offer or some}")

    def completions(
        self, beginning: str, kinds: Iterable[str] = STAKEHOLDERS
    ) -> list[tuple[str, Named]]:
        """What `beginning` can become, and what that means: labels, or labels from a word on.

        What was typed stays as it was typed, in whatever case.
        """
        wanted, found = frozenset(kinds), []
        for thing in self.things:
            if thing.kind in wanted:
                ends = [thing.label[m.start() :] for m in re.finditer(r"\b\w", thing.label)]
                end = next((e for e in ends if e.casefold().startswith(beginning.casefold())), None)
                if end is not None:
                    found.append((beginning + end[len(beginning) :], thing))
        return found

    def _unknown(self, name: str, what: str, things: list[Named]) -> str:
        if not things:
            return f"unknown {what} {name!r}: the store has no {what}s at all"
        near = _nearest(name, things, 3)
        if near:
            labels = dict.fromkeys(repr(t.label) for t in near)  # two may have one name
            return f"unknown {what} {name!r}; did you mean {' or '.join(labels)}?"
        listing = "issues" if what == "issue" else "stakeholders"
        return f"unknown {what} {name!r}; all {listing}: kcgraph query --name {listing}"


def _told_apart(things: list[Named]) -> list[str]:
    """Things in words; those of one name also with the last part of their IRI, which finds them."""
    often = Counter(fold(thing.label) for thing in things)
    return [f"{t} [{t.key}]" if often[fold(t.label)] > 1 else str(t) for t in things]


def _by_rule(name: str, things: list[Named]) -> Iterator[list[Named]]:
    """The things that satisfy each rule in turn, from the strictest to the loosest."""
    yield [t for t in things if name in (t.iri, t.key)]
    folded = fold(name)
    if not folded:
        return
    bare = _without_article(folded)
    words = bare.split()
    yield [t for t in things if name == t.label]
    yield [t for t in things if bare == _without_article(fold(t.label))]
    rules: list[Callable[[Named], bool]] = [
        lambda t: any(bare == _without_article(fold(n)) for n in t.aliases) or _is_surname(bare, t),
        lambda t: _has_title_and_name(words, t),
        lambda t: any(bare.replace(" ", "") in _acronyms(n) for n in t.names),
        lambda t: fold(t.label) in _acronyms(name),  # written out, for one known by its acronym
        lambda t: _holds_role(words, t),
        lambda t: any(set(words) <= set(fold(n).split()) for n in t.names),
        lambda t: any(
            set(_singular(bare).split()) <= set(_singular(fold(n)).split()) for n in t.names
        ),
        lambda t: any(set(words) <= set(fold(role).split()) for role in t.roles),
    ]
    for rule in rules:
        yield [t for t in things if rule(t)]


def _is_surname(folded: str, thing: Named) -> bool:
    words = fold(thing.label).split()
    return thing.kind == "person" and len(words) > 1 and folded == words[-1]


def _has_title_and_name(words: list[str], thing: Named) -> bool:
    """Whether `words` are words of a role of `thing` or honorifics, then a name of it."""
    role_words = {w for role in thing.roles for w in fold(role).split()} | _HONORIFICS
    for n in range(1, len(words)):
        if words[n - 1] not in role_words:
            return False
        rest = " ".join(words[n:])
        if _is_surname(rest, thing) or any(rest == fold(name) for name in thing.names):
            return True
    return False


def _holds_role(words: list[str], thing: Named) -> bool:
    """Whether `words` are words of a role, one at least of its title and not only of its body."""
    meant = {w for w in words if w not in _SMALL_WORDS}
    return any(
        meant <= set(fold(role).split()) and meant & set(fold(role.partition(",")[0]).split())
        for role in thing.roles
    )


def _nearest(name: str, things: list[Named], limit: int) -> list[Named]:
    from rapidfuzz import fuzz, process

    forms = [(fold(form), thing) for thing in things for form in thing.names]
    hits = process.extract(
        fold(name), [form for form, _ in forms], scorer=fuzz.WRatio, limit=None, score_cutoff=72
    )
    found: dict[str, Named] = {}
    for _, score, at in hits:
        if score >= hits[0][1] - _NEARLY_AS_GOOD:
            found.setdefault(forms[at][1].iri, forms[at][1])
    return list(found.values())[:limit]


# --- reading the store --------------------------------------------------------------------------


def _load(file: Path) -> NameIndex:
    data = json.loads(file.read_text(encoding="utf-8"))
    if data["form"] != _FORM:
        raise ValueError(file)
    return NameIndex(
        (
            Named(iri, label, kind, tuple(aliases), tuple(roles))
            for iri, label, kind, aliases, roles in data["things"]
        ),
        data["outlets"],
    )


def _keep(found: NameIndex, file: Path) -> None:
    things = [astuple(thing) for thing in found.things]
    data = {"form": _FORM, "things": things, "outlets": found.outlets}
    written = json.dumps(data, ensure_ascii=False).encode()
    write_file(lambda opened: opened.write(written), file)


_LABELS = """SELECT DISTINCT ?iri ?label ?kind {
  VALUES ?kind { foaf:Person org:Organization foaf:Group kc:Issue }
  ?iri a ?kind ; rdfs:label ?label } ORDER BY ?iri ?kind ?label"""
_OUTLETS = "SELECT DISTINCT ?outlet { ?article a kc:Article ; dcterms:publisher ?outlet }"
_ALIASES = "SELECT DISTINCT ?iri ?alias { ?iri skos:altLabel ?alias } ORDER BY ?iri ?alias"
_ROLES = """SELECT DISTINCT ?iri ?title ?of {
  ?iri org:holds ?post . ?post rdfs:label ?title
  OPTIONAL { ?post org:postIn ?in . ?in rdfs:label ?of } } ORDER BY ?iri ?title ?of"""


def _rows(store: Store, query: str) -> Iterator[tuple[str, ...]]:
    """The solutions of `query`, each term as its text ("" where unbound)."""
    solutions: Any = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    for solution in solutions:
        yield tuple("" if term is None else term.value for term in solution)


def _distinct(posts: list[tuple[str, str]]) -> tuple[str, ...]:
    """Roles in words, each once; a bare title is left out where the same one is "of" something."""
    found: dict[str, str] = {}
    of_something = {fold(title) for title, of in posts if of}
    for title, of in posts:
        if of or fold(title) not in of_something:
            found.setdefault(fold(f"{title} {of}"), f"{title}, {of}" if of else title)
    return tuple(found.values())


def _grouped_pairs(
    rows: Iterable[tuple[str, ...]],
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for key, group in groupby(rows, key=lambda row: row[0]):
        yield key, [(row[1], row[2]) for row in group]


def _grouped(rows: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}
