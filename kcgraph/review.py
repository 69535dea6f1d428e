"""Who and what was taken for one, and a person's word on it, which overrules.

A judgement is about records' own stakeholders and issues ("article#id"), so that it holds whatever
the things they make up are called after it, and after other articles have come and gone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Literal

from kcgraph.build import Options, refresh
from kcgraph.derive import load_rules
from kcgraph.errors import InputError, NotFound
from kcgraph.model import Article, Extraction
from kcgraph.names import Named, NameIndex, fold
from kcgraph.records import Records
from kcgraph.resolve import Decision, Identity, Judgement, resolve
from kcgraph.store import Writer, manifest, open_records
from kcgraph.vocab import Iris

What = Literal["stakeholder", "issue"]
Items = Sequence[tuple[Article, Extraction]]


@dataclass(frozen=True, slots=True)
class Member:
    """What one article has of a thing: how judgements call it, and how the article does."""

    ref: str
    article: str
    name: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A stakeholder or issue, of what it was put together, and why.

    `key` is the last part of its IRI. A thing of one article has no reasons.
    """

    key: str
    label: str
    kind: str
    roles: tuple[str, ...]
    members: tuple[Member, ...]
    reasons: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """`joined` are things of several members, the least sure first; `apart` those of one name."""

    joined: tuple[Reviewed, ...]
    apart: tuple[Reviewed, ...]
    judgements: tuple[Judgement, ...]


def review(path: Path, what: What = "stakeholder") -> Review:
    """What was decided in the store at `path`. Raises as `store.manifest` does."""
    with open_records(path) as records:
        found = _Known(path, list(records.items()), records.judgements(), what)
        judged = tuple(j for j in records.judgements() if j.what == what)
    things = found.things
    joined = [thing for thing in things if thing.reasons]
    often = Counter(fold(thing.label) for thing in things)
    apart = [thing for thing in things if often[fold(thing.label)] > 1]
    return Review(
        tuple(sorted(joined, key=lambda t: (min(r.score for r in t.reasons), t.key))),
        tuple(sorted(apart, key=lambda t: (fold(t.label), t.key))),
        judged,
    )


def review_of(path: Path, name: str, what: What = "stakeholder") -> list[Reviewed]:
    """Everything that `name` can mean. Raises NotFound if that is nothing."""
    with open_records(path) as records:
        return _Known(path, list(records.items()), records.judgements(), what).all(name)


def judge(
    path: Path,
    names: Sequence[str],
    what: What = "stakeholder",
    *,
    same: bool | None,
    rules: Path | None = None,
) -> int:
    """Says that what `names` mean is one thing, or is not, or (None) takes back what was said.

    The graph follows at once. A name is any form of it, the last part of an IRI, or `article#id`
    for what one article has; a name that several go by means all of them where they are to be one.
    Returns the number of judgements that were added, or taken back.

    Raises NotFound for what is not in the store, InputError if it is not at least two things, or
    (to keep apart) if a name could mean several.
    """
    manifest(path)  # a writer would make a store
    load_rules(rules)  # if they are wrong, nothing is judged
    with Writer(path) as writer:
        records = writer.records
        known = _Known(path, list(records.items()), records.judgements(), what)
        if same is None:
            refs = {ref for name in names for side in known.sides(name, every=True) for ref in side}
            done = [j for j in records.judgements() if j.what == what and refs & {j.left, j.right}]
            records.drop_judgements(done)
        else:
            sides = _distinct(s for name in names for s in known.sides(name, every=same))
            _refuse_too_few(sides, names, known, same=same)
            done = _put(records, what, sides, same=same)
        refresh(writer, Options(rules=rules))
    return len(done)


def _put(
    records: Records, what: What, sides: Sequence[tuple[str, ...]], *, same: bool
) -> list[Judgement]:
    new: list[Judgement] = []
    for left, right in pairwise(sides) if same else combinations(sides, 2):
        across = {frozenset((a, b)) for a in left for b in right}
        # what was said before of the same two things is taken back
        records.drop_judgements(
            j for j in records.judgements() if j.what == what and {j.left, j.right} in across
        )
        # all of one with the first of the other: should an article go, the others still hold
        pairs = {(left[0], b) for b in right} | {(a, right[0]) for a in left}
        if not same:
            pairs = {(a, b) for a in left for b in right}
        new += [Judgement(what, a, b, same) for a, b in sorted(tuple(sorted(p)) for p in pairs)]
    for judgement in new:
        records.put_judgement(judgement)
    return new


def _distinct(sides: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(sides))


def _refuse_too_few(
    sides: Sequence[tuple[str, ...]], names: Sequence[str], known: _Known, *, same: bool
) -> None:
    said = ", ".join(map(repr, names))
    if len(sides) < 2:
        key = next((t.key for t in known.things if set(sides[0]) & {m.ref for m in t.members}), "")
        remedy = (
            "nothing to join"
            if same
            else f"name two of its parts; see them with: kcgraph review {key}"
        )
        raise InputError(f"{said}: that is one {known.what} already ({key}); {remedy}")
    for left, right in combinations(sides, 2):
        if set(left) & set(right):
            raise InputError(f"{said}: one of them is a part of another; name each thing once")


class _Known:
    """Things of a store by name, with the members that each has in the records."""

    def __init__(
        self, path: Path, items: Items, judgements: Sequence[Judgement], what: What
    ) -> None:
        self.what = what
        iris = Iris(manifest(path).base)
        identity = resolve(items, judgements)
        self.things = _stakeholders(items, identity) if what == "stakeholder" else _issues(identity)
        self._by_key = {thing.key: thing for thing in self.things}
        self._refs = {member.ref for thing in self.things for member in thing.members}
        iri = iris.stakeholder if what == "stakeholder" else iris.issue
        self._names = NameIndex(
            Named(iri(t.key), t.label, t.kind, self._aliases(t, identity), t.roles)
            for t in self.things
        )
        self._kinds = {thing.kind for thing in self.things}

    def _aliases(self, thing: Reviewed, identity: Identity) -> tuple[str, ...]:
        if self.what == "issue":
            return identity.issues[thing.key].alt_labels
        return identity.stakeholders[thing.key].aliases

    def all(self, name: str) -> list[Reviewed]:
        """Everything that `name` can mean. Raises NotFound."""
        found = self._names.candidates(name, self._kinds or {self.what})
        return [self._by_key[one.key] for one in found]

    def sides(self, name: str, *, every: bool) -> list[tuple[str, ...]]:
        """The refs of each thing that `name` means; of several, all if `every`, else an error.

        Raises NotFound, InputError.
        """
        if "#" in name:
            if name not in self._refs:
                article = name.partition("#")[0]
                here = sorted(ref for ref in self._refs if ref.startswith(f"{article}#"))
                offer = f"that article has: {', '.join(here)}" if here else "no such article"
                raise NotFound(f"unknown {self.what} {name!r}; {offer}")
            return [(name,)]
        if every:
            found = self.all(name)
        else:
            one = self._names.find(name, self._kinds or {self.what})
            found = [self._by_key[one.key]]
        return [tuple(member.ref for member in thing.members) for thing in found]


def _stakeholders(items: Items, identity: Identity) -> list[Reviewed]:
    members: defaultdict[str, list[Member]] = defaultdict(list)
    for article, record in items:
        for who in record.stakeholders:
            key = identity.stakeholder_of[article.id, who.id]
            members[key].append(Member(f"{article.id}#{who.id}", article.id, who.name))
    reasons = _reasons(members, identity.decisions, "stakeholder")
    things = []
    for key, known in identity.stakeholders.items():
        roles = dict.fromkeys(
            f"{p.role.title}, {p.role.of}" if p.role.of else p.role.title for p in known.posts
        )
        things.append(
            Reviewed(
                key,
                known.name,
                known.kind.value,
                tuple(roles),
                tuple(members[key]),
                reasons.get(key, ()),
            )
        )
    return things


def _issues(identity: Identity) -> list[Reviewed]:
    members: defaultdict[str, list[Member]] = defaultdict(list)
    for (article, labels), key in sorted(identity.issue_of.items()):
        members[key].append(Member(f"{article}#{labels[0]}", article, labels[0]))
    reasons = _reasons(members, identity.decisions, "issue")
    return [
        Reviewed(key, known.label, "issue", (), tuple(members[key]), reasons.get(key, ()))
        for key, known in identity.issues.items()
    ]


def _reasons(
    members: dict[str, list[Member]], decisions: Iterable[Decision], what: What
) -> dict[str, tuple[Decision, ...]]:
    key_of = {member.ref: key for key, some in members.items() for member in some}
    found: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.what == what:
            found[key_of[decision.left]].append(decision)
    return {key: tuple(some) for key, some in found.items()}
