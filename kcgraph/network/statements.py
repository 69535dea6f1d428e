"""The event list: who said yes or no to which issue, when and where. Everything else counts these.

In the words of discourse network analysis a `Statement` is one actor's agreement or disagreement
with one concept (here: issue) in one document:

    Leifeld, P. (2017). Discourse network analysis: policy debates as dynamic networks.
    In Victor, Montgomery & Lubell (eds.), The Oxford Handbook of Political Networks, 301-326.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Day
from typing import TYPE_CHECKING

from kcgraph.claims import Claims, Passage, PositionClaim, Ref
from kcgraph.errors import InputError

if TYPE_CHECKING:
    from pyoxigraph import Store

ACTORS = ("person", "organization", "both")
DUPLICATES = ("include", "document", "week", "month", "year", "acrossrange")

# a positive answer, a negative one, or both in one breath
_AGREEMENTS = {"support": (True,), "oppose": (False,), "mixed": (True, False)}


@dataclass(frozen=True, slots=True)
class Statement:
    """One actor's yes (`agreement`) or no to one issue, in one article.

    `id` is the IRI of the position, `kind` its kind. `actor` is the node that the statement counts
    for: the `person` or one of the `organizations` that the statement is made for, as was asked.
    `date` is ISO 8601, None where unknown. `kind` and `evidence` are empty if they were not read.
    """

    id: str
    actor: Ref
    issue: Ref
    agreement: bool
    article: str
    date: str | None = None
    publisher: str | None = None
    kind: str = "stance"
    person: Ref | None = None
    organizations: tuple[Ref, ...] = ()
    evidence: tuple[Passage, ...] = ()


def statements(
    store: Store, actors: str = "both", *, evidence: bool = True, claims: Claims | None = None
) -> list[Statement]:
    """The statements of `store` on issues, in the order of time; the undated come last.

    `actors` is who they count for: "person" (statements of persons), "organization" (statements of
    organizations and unnamed groups, and those of persons for the organizations that they speak for
    or, where the article does not say so, belong to, for each of them; else for none), or "both"
    (each holder under its own name). A mixed position is a yes and a no, as a coder would have it
    who finds both in one passage. Stances towards persons are not statements on an issue.

    Without `evidence` they have neither passages nor kinds: that is enough for networks, and
    faster. `claims` are those of the store, if there are some that read positions faster.

    Raises InputError if `actors` is none of these.
    """
    if actors not in ACTORS:
        raise InputError(f"actors {actors!r}: choose one of: {', '.join(ACTORS)}")
    claims = claims or Claims(store)
    members = claims.memberships()
    found = [
        statement
        for claim, article, publisher in (_whole if evidence else _bare)(claims)
        if claim.target.kind == "issue"
        for statement in _of_claim(claim, article, publisher, actors, members)
    ]
    return sorted(found, key=_in_time)


Found = tuple[PositionClaim, str, str | None]  # a position, its article, the publisher of that


def _whole(claims: Claims) -> Iterator[Found]:
    for claim in claims.positions():
        first = claim.evidence[0]
        yield claim, first.article, first.publisher


def _bare(claims: Claims) -> Iterator[Found]:
    """What `_whole` gives, without kinds and evidence: reading words is what takes the time."""
    for claim, article in claims.sides():
        yield claim, article, claims.article(article).publisher


def _of_claim(
    claim: PositionClaim,
    article: str,
    publisher: str | None,
    actors: str,
    members: dict[str, tuple[Ref, ...]],
) -> Iterator[Statement]:
    is_person = claim.holder.kind == "person"
    if is_person:
        organizations = claim.on_behalf_of or members.get(claim.holder.iri, ())
    else:
        organizations = (claim.holder,)
    nodes = organizations if actors == "organization" else (claim.holder,)
    if actors == "person" and not is_person:
        nodes = ()
    for actor in nodes:
        for agreement in _AGREEMENTS[claim.polarity]:
            yield Statement(
                id=claim.iri,
                actor=actor,
                issue=claim.target,
                agreement=agreement,
                article=article,
                date=claim.date,
                publisher=publisher,
                kind=claim.kind,
                person=claim.holder if is_person else None,
                organizations=organizations,
                evidence=claim.evidence,
            )


def _in_time(statement: Statement) -> tuple[Hashable, ...]:
    place = statement.evidence[0].start if statement.evidence else 0
    return (
        statement.date is None,
        statement.date or "",
        statement.article,
        place,
        statement.id,
        not statement.agreement,
        statement.actor.iri,
    )


# --- which of them count ------------------------------------------------------------------------


def chosen(
    some: Iterable[Statement],
    *,
    since: str | None = None,
    until: str | None = None,
    exclude_issues: Collection[str] = (),
    exclude_actors: Collection[str] = (),
    exclude_publishers: Collection[str] = (),
) -> list[Statement]:
    """Those from `since` to `until` (ISO 8601, inclusive) that no filter excludes.

    Issues and actors are excluded by IRI, publishers by name. An excluded person or organization
    takes its statements along whichever of the two they count for. What has no date is in no range.
    """
    some = list(some)
    if not (since or until or exclude_issues or exclude_actors or exclude_publishers):
        return some
    return [
        one
        for one in some
        if _within(one.date, since, until)
        and one.issue.iri not in exclude_issues
        and not {ref.iri for ref in _parties(one)} & set(exclude_actors)
        and one.publisher not in exclude_publishers
    ]


def _within(date: str | None, since: str | None, until: str | None) -> bool:
    if since is None and until is None:
        return True
    return date is not None and (since or "") <= date <= (until or "9999-12-31")


def _parties(one: Statement) -> tuple[Ref, ...]:
    return (one.actor, *filter(None, [one.person]), *one.organizations)


def without_duplicates(
    some: Iterable[Statement], duplicates: str = "include", *, agreement: bool = True
) -> list[Statement]:
    """The first of several statements of one actor on one issue in one period.

    `duplicates` says which statements are one: of the same "document", calendar "week" (Monday to
    Sunday, ISO 8601), "month" or "year", or all ("acrossrange"); "include" counts every one. Where
    `agreement` does not matter, a yes and a no are one, and a mixed position is a single statement
    even with "include".

    These are the `duplicates` of rDNA's `dna_network`. DNA's program compares the number of the
    week or month without the year; here January 2020 and January 2021 are two months.
    """
    if duplicates == "include" and agreement:
        return list(some)
    period = _PERIODS[duplicates]

    def same(one: Statement) -> Hashable:
        return one.actor.iri, one.issue.iri, one.agreement if agreement else None, period(one)

    return _first_of_each(some, same)


def without_reprints(some: Iterable[Statement]) -> list[Statement]:
    """Without statements that an earlier article has in the same words.

    So a wire story that two outlets print counts once.
    """
    first: dict[Hashable, str] = {}
    return [one for one in some if first.setdefault(_wording(one), one.article) == one.article]


def _wording(one: Statement) -> Hashable:
    words = tuple(sorted({" ".join(p.text.casefold().split()) for p in one.evidence}))
    return one.actor.iri, one.issue.iri, one.agreement, words or one.id


def _first_of_each(
    some: Iterable[Statement], key: Callable[[Statement], Hashable]
) -> list[Statement]:
    found: dict[Hashable, Statement] = {}
    for one in some:
        found.setdefault(key(one), one)
    return list(found.values())


def _week(one: Statement) -> Hashable:
    try:
        return Day.fromisoformat(one.date or "").isocalendar()[:2]
    except ValueError:
        return one.article  # of no known week: then the article is all that two can share


_PERIODS: dict[str, Callable[[Statement], Hashable]] = {
    "include": lambda one: one.id,
    "document": lambda one: one.article,
    "week": _week,
    "month": lambda one: one.date[:7] if one.date else one.article,
    "year": lambda one: one.date[:4] if one.date else one.article,
    "acrossrange": lambda one: None,
}
