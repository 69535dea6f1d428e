"""The dossier of one stakeholder: what they want, and who stands with them or against them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from kcgraph.claims import (
    AttributionClaim,
    Claims,
    EventClaim,
    PositionClaim,
    Ref,
    RoleClaim,
    by_label,
)
from kcgraph.demands import Demand, demands_among
from kcgraph.errors import NotFound
from kcgraph.names import Named
from kcgraph.paths.table import Columns, columns
from kcgraph.relations import MOST, Relation, relations
from kcgraph.vocab import KC, expand

if TYPE_CHECKING:
    from pyoxigraph import Store


@dataclass(frozen=True, slots=True)
class Tenure:
    """A role of one stakeholder and the articles that give it, the earliest first.

    `first` and `last` are the dates (ISO 8601) of the first and last of them, None where no article
    has a date: when the role was told, not when it began or ended. `statements` is empty where no
    article has title and name side by side.
    """

    role: str
    statements: tuple[RoleClaim, ...]

    @property
    def first(self) -> str | None:
        return min((s.date for s in self.statements if s.date), default=None)

    @property
    def last(self) -> str | None:
        return max((s.date for s in self.statements if s.date), default=None)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of mind: `before` and `after` follow each other and differ in polarity."""

    target: Ref
    before: PositionClaim
    after: PositionClaim

    @property
    def ordered(self) -> bool:
        """Whether it is known which came first: by their dates, or since one article tells both."""
        articles = {passage.article for p in (self.before, self.after) for passage in p.evidence}
        return len(articles) == 1 or (self.before.date or "~") < (self.after.date or "")


@dataclass(frozen=True, slots=True)
class Stand:
    """All positions of one stakeholder on one target, the earliest first."""

    target: Ref
    positions: tuple[PositionClaim, ...]

    @property
    def told(self) -> tuple[PositionClaim, ...]:
        """The positions as one tells them: what is the same and of the same day stands once."""
        return told_once(self.positions)

    @property
    def changed(self) -> bool:
        """Whether the polarity is not the same throughout."""
        return len({p.polarity for p in self.positions}) > 1

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change of polarity from one position to the next.

        Within one article, and without dates, the order is that in which it is told.
        """
        return tuple(
            Change(self.target, before, after)
            for before, after in pairwise(self.positions)
            if before.polarity != after.polarity
        )


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a store knows about one stakeholder; every item carries its evidence.

    `stands` are grouped by target, those with most positions first. `about` is what others say of
    them. `demanding` is what they demand, `demanded` what is demanded of them. Allies back the
    same, sign the same or back each other; opponents stand on the other side of an issue or
    criticize each other; who does both is in both lists. Those with most ties come first; of the
    rest the sentences were not read.
    """

    who: Named
    member_of: tuple[Ref, ...]
    tenures: tuple[Tenure, ...]
    stands: tuple[Stand, ...]
    demanding: tuple[Demand, ...]
    demanded: tuple[Demand, ...]
    statements: tuple[AttributionClaim, ...]
    events: tuple[EventClaim, ...]
    about: tuple[PositionClaim, ...]
    allies: tuple[Relation, ...]
    opponents: tuple[Relation, ...]

    @property
    def opinions(self) -> tuple[PositionClaim, ...]:
        """What others say of them, as `Stand.told`."""
        return told_once(self.about)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change of mind, by target."""
        return tuple(change for stand in self.stands for change in stand.changes)


def dossier(store: Store, iri: str, *, most: int = MOST, kept: Path | None = None) -> Dossier:
    """The dossier of the stakeholder `iri`.

    `most` and `kept` as in `relations` and `paths.table.columns`.
    Raises NotFound if the store does not know them.
    """
    return dossier_from(Claims(store), columns(store, kept), iri, most=most)


def dossier_from(
    claims: Claims,
    table: Columns,
    iri: str,
    *,
    most: int = MOST,
    board: Sequence[Demand] | None = None,
) -> Dossier:
    """As `dossier`, for many in a row: names and columns are read once.

    `board` are all demands of the store, if they have been read already; then a demand of theirs,
    or of them, is the whole one, with what it says to others.
    """
    who = claims.names.by_iri.get(iri)
    if who is None or who.kind == "issue":
        raise NotFound(f"no stakeholder <{iri}> in the store")
    own = claims.positions(holder=iri)
    about = [p for p in claims.positions(target=iri) if p.holder.iri != iri]
    events = claims.events(who=iri)
    allies, opponents = relations(claims, table, iri, [*own, *about], events, most=most)
    if board is None:
        demanding = tuple(demands_among(claims, own))
        addressed = claims.positions(kind=KC + "Demand", addressee=iri)
        demanded = tuple(demands_among(claims, addressed))
    else:
        demanding = tuple(d for d in board if d.holder.iri == iri)
        demanded = tuple(d for d in board if iri in {a.iri for a in d.addressees})
    return Dossier(
        who=who,
        member_of=_member_of(claims, iri),
        tenures=_tenures(who, claims.roles(holder=iri)),
        stands=_stands(own),
        demanding=demanding,
        demanded=demanded,
        statements=tuple(claims.attributions(source=iri)),
        events=tuple(events),
        about=tuple(about),
        allies=allies,
        opponents=opponents,
    )


def _tenures(who: Named, statements: Iterable[RoleClaim]) -> tuple[Tenure, ...]:
    """The roles of `who` in the order in which articles first tell of them, the untold ones last.

    A statement of the bare title counts for the one role that has this title and is "of" something.
    """
    by_role: dict[str, list[RoleClaim]] = {role: [] for role in who.roles}
    for said in statements:
        same_title = [r for r in by_role if r.startswith(f"{said.title}, ")]
        role = same_title[0] if not said.of and len(same_title) == 1 else said.role
        by_role.setdefault(role, []).append(said)
    tenures = [Tenure(role, tuple(some)) for role, some in by_role.items()]
    return tuple(sorted(tenures, key=lambda t: (not t.statements, t.first or "", t.role)))


def _stands(positions: Iterable[PositionClaim]) -> tuple[Stand, ...]:
    by_target: defaultdict[Ref, list[PositionClaim]] = defaultdict(list)
    for position in positions:
        by_target[position.target].append(position)
    stands = [Stand(target, tuple(some)) for target, some in by_target.items()]
    return tuple(sorted(stands, key=lambda s: (-len(s.positions), s.target.label.casefold())))


def told_once(positions: Iterable[PositionClaim]) -> tuple[PositionClaim, ...]:
    """Positions with all their evidence, those of the same day that say the same made one.

    The same is: holder, target, kind, polarity, of whom and for whom. The one is as sure as the
    surest of them, whose IRI it has.
    """
    alike: defaultdict[tuple[object, ...], list[PositionClaim]] = defaultdict(list)
    for p in positions:
        key = (p.holder, p.target, p.kind, p.polarity, p.addressees, p.on_behalf_of, p.date)
        alike[key].append(p)
    found = []
    for some in alike.values():
        surest = max(some, key=lambda p: -1.0 if p.confidence is None else p.confidence)
        evidence = tuple(dict.fromkeys(passage for p in some for passage in p.evidence))
        found.append(replace(surest, evidence=evidence))
    return tuple(found)


def _member_of(claims: Claims, iri: str) -> tuple[Ref, ...]:
    from pyoxigraph import NamedNode

    quads = claims.store.quads_for_pattern(NamedNode(iri), NamedNode(expand("org:memberOf")), None)
    refs = {claims.ref(quad.object.value) for quad in quads if isinstance(quad.object, NamedNode)}
    return tuple(sorted(refs, key=by_label))
