"""The dossier of one stakeholder: what they want, and who stands with them or against them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kcgraph.claims import AttributionClaim, Claims, EventClaim, PositionClaim, Ref
from kcgraph.demands import Demand, demands_among
from kcgraph.errors import NotFound
from kcgraph.names import Named
from kcgraph.ties import FRIENDLY, HOSTILE, Tie, derived_ties, ties_between
from kcgraph.vocab import expand

if TYPE_CHECKING:
    from pyoxigraph import Store


@dataclass(frozen=True, slots=True)
class Stand:
    """All positions of one stakeholder on one target, the earliest first."""

    target: Ref
    positions: tuple[PositionClaim, ...]

    @property
    def changed(self) -> bool:
        """Whether the polarity is not the same throughout."""
        return len({p.polarity for p in self.positions}) > 1


@dataclass(frozen=True, slots=True)
class Relation:
    """Another stakeholder and the ties that make an ally or an opponent of them."""

    other: Ref
    ties: tuple[Tie, ...]

    @property
    def issues(self) -> tuple[str, ...]:
        """The labels of the issues that it rests on, sorted."""
        return tuple(sorted({tie.issue.label for tie in self.ties if tie.issue}))


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a store knows about one stakeholder; every item carries its evidence.

    `stands` are grouped by target, those with most positions first. `about` is what others say of
    them. `demanded` is what is demanded of them. Allies back the same, sign the same or back each
    other; opponents stand on the other side of an issue or criticize each other; who does both is
    in both lists. Those with most ties come first.
    """

    who: Named
    member_of: tuple[Ref, ...]
    stands: tuple[Stand, ...]
    demanded: tuple[Demand, ...]
    statements: tuple[AttributionClaim, ...]
    events: tuple[EventClaim, ...]
    about: tuple[PositionClaim, ...]
    allies: tuple[Relation, ...]
    opponents: tuple[Relation, ...]


def dossier(store: Store, iri: str) -> Dossier:
    """The dossier of the stakeholder `iri`.

    Raises NotFound if the store does not know them.
    """
    return dossier_from(Claims(store), iri)


def dossier_from(claims: Claims, iri: str) -> Dossier:
    """As `dossier`, for many in a row: names are read once."""
    who = claims.names.by_iri.get(iri)
    if who is None or who.kind == "issue":
        raise NotFound(f"no stakeholder <{iri}> in the store")
    own = claims.positions(holder=iri)
    about = [p for p in claims.positions(target=iri) if p.holder.iri != iri]
    events = claims.events(who=iri)
    shared = _positions_on(claims, {p.target.iri for p in own if p.target.kind == "issue"})
    ties = [t for t in ties_between([*shared, *about, *_on_people(own)], events) if _of(t, iri)]
    ties = list(derived_ties(ties, claims.store))
    return Dossier(
        who=who,
        member_of=_member_of(claims, iri),
        stands=_stands(own),
        demanded=tuple(demands_among(claims, {"addressee": iri})),
        statements=tuple(claims.attributions(source=iri)),
        events=tuple(events),
        about=tuple(about),
        allies=_relations(iri, (t for t in ties if t.kind in FRIENDLY)),
        opponents=_relations(iri, (t for t in ties if t.kind in HOSTILE)),
    )


def _positions_on(claims: Claims, issues: set[str]) -> list[PositionClaim]:
    return claims.positions(target=sorted(issues)) if issues else []


def _on_people(positions: Iterable[PositionClaim]) -> list[PositionClaim]:
    return [p for p in positions if p.target.kind != "issue"]


def _of(tie: Tie, iri: str) -> bool:
    return iri in (tie.source.iri, tie.target.iri)


def _stands(positions: Iterable[PositionClaim]) -> tuple[Stand, ...]:
    by_target: defaultdict[Ref, list[PositionClaim]] = defaultdict(list)
    for position in positions:
        by_target[position.target].append(position)
    stands = [Stand(target, tuple(some)) for target, some in by_target.items()]
    return tuple(sorted(stands, key=lambda s: (-len(s.positions), s.target.label.casefold())))


def _relations(iri: str, ties: Iterable[Tie]) -> tuple[Relation, ...]:
    by_other: defaultdict[Ref, list[Tie]] = defaultdict(list)
    for tie in ties:
        by_other[tie.target if tie.source.iri == iri else tie.source].append(tie)
    relations = [Relation(other, tuple(some)) for other, some in by_other.items()]
    return tuple(sorted(relations, key=lambda r: (-len(r.ties), r.other.label.casefold())))


def _member_of(claims: Claims, iri: str) -> tuple[Ref, ...]:
    from pyoxigraph import NamedNode

    quads = claims.store.quads_for_pattern(NamedNode(iri), NamedNode(expand("org:memberOf")), None)
    refs = {claims.ref(quad.object.value) for quad in quads if isinstance(quad.object, NamedNode)}
    return tuple(sorted(refs, key=lambda ref: ref.label.casefold()))
