"""Direct ties between stakeholders, each with the sentences that it rests on.

A tie is something that an article says of two stakeholders: they met, signed one letter, one
criticized the other, both back the same measure. That two names stand in one article is no tie.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, product
from typing import TYPE_CHECKING

from kcgraph.claims import EventClaim, Passage, PositionClaim, Ref
from kcgraph.vocab import expand

if TYPE_CHECKING:
    from pyoxigraph import Store

# kind of tie -> what a hop along it costs: what two did together or said of each other is nearer
# than what they merely think alike
KINDS: dict[str, float] = {
    "met": 1.0,
    "co-signed": 1.0,
    "wrote-to": 1.0,
    "demands-of": 1.0,
    "criticizes": 1.0,
    "backs": 1.0,
    "is-of-two-minds-about": 1.0,
    "stayed-away": 1.1,
    "took-part": 1.2,
    "agrees": 1.3,
    "disagrees": 1.3,
    "holds": 1.0,  # from a stakeholder to an issue
}
DERIVED = {  # kind of tie -> the property by which a rule of `ontology/rules/` states it
    "met": "kc:metWith",
    "co-signed": "kc:coSignedWith",
    "wrote-to": "kc:wroteTo",
    "criticizes": "kc:criticizes",
    "backs": "kc:backs",
    "agrees": "kc:agreesWith",
    "disagrees": "kc:disagreesWith",
}
MUTUAL = frozenset(("met", "co-signed", "took-part", "agrees", "disagrees"))
FRIENDLY = frozenset(("co-signed", "backs", "agrees"))
HOSTILE = frozenset(("criticizes", "disagrees"))

TOGETHER = {  # kind of event -> kind of tie, in words
    "meeting": ("met", "both met"),
    "letter": ("co-signed", "co-signed the same letter"),
    "news conference": ("took-part", "appeared at the same news conference"),
    "announcement": ("took-part", "made an announcement together"),
    "protest": ("took-part", "took part in the same protest"),
    "vote": ("took-part", "took part in the same vote"),
    "lawsuit": ("took-part", "are parties to the same lawsuit"),
    "hearing": ("took-part", "took part in the same hearing"),
}
ON_STAKEHOLDER = {
    "support": ("backs", "backs", "is backed by"),
    "oppose": ("criticizes", "criticizes", "is criticized by"),
    "mixed": ("is-of-two-minds-about", "is of two minds about", "divides the mind of"),
}
_ON_ISSUE = {  # (kind, polarity) of a position -> what its holder does to the issue
    ("demand", "support"): ("demands", "is demanded by"),
    ("commitment", "support"): ("commits to", "is promised by"),
    ("refusal", "oppose"): ("refuses", "is refused by"),
}
_ON_ISSUE_ELSE = {
    "support": ("backs", "is backed by"),
    "oppose": ("opposes", "is opposed by"),
    "mixed": ("is of two minds about", "divides"),
}


@dataclass(frozen=True, slots=True)
class Tie:
    """One tie. `words` lead from `source` to `target`, `words_back` the other way.

    Of a mutual tie they follow both names: "Smith and Lucas" + "both met".
    `issue` is what an agreement, disagreement or demand is about. `evidence` has one passage for an
    act, and one for each side of an agreement (the source's first). `claims` are the IRIs of the
    positions or the event behind it; `date` is ISO 8601 or None, `when` the date as written.
    """

    kind: str
    source: Ref
    target: Ref
    words: str
    words_back: str
    evidence: tuple[Passage, ...]
    claims: tuple[str, ...]
    issue: Ref | None = None
    date: str | None = None
    when: str | None = None

    @property
    def articles(self) -> frozenset[str]:
        """The IRIs of the articles that it rests on."""
        return frozenset(passage.article for passage in self.evidence)

    def told_from(self, iri: str) -> str:
        """The tie as a sentence, told from the side of `iri`."""
        here, there = self.source.label, self.target.label
        words = self.words
        if iri != self.source.iri:
            here, there, words = there, here, self.words_back
        return f"{here} and {there} {words}" if self.kind in MUTUAL else f"{here} {words} {there}"

    def evidence_from(self, iri: str) -> tuple[Passage, ...]:
        """The evidence with the passage of the side of `iri` first."""
        return self.evidence if iri == self.source.iri else self.evidence[::-1]


def ties_between(
    positions: Iterable[PositionClaim], events: Iterable[EventClaim], *, of: str | None = None
) -> Iterator[Tie]:
    """Every tie between stakeholders that `positions` and `events` give, with evidence.

    With `of`, an IRI, only the ties of this stakeholder.
    """
    positions = [p for p in positions if p.evidence]
    spoken = (tie for position in positions for tie in _spoken_ties(position))
    acted = (tie for event in events if event.evidence for tie in _event_ties(event))
    for tie in chain(spoken, _opinion_ties(positions, of), acted):
        if of is None or of in (tie.source.iri, tie.target.iri):
            yield tie


def derived_ties(ties: Iterable[Tie], store: Store) -> Iterator[Tie]:
    """Those of `ties` that the rules of `store` derived too, and those of kinds without a rule.

    So a researcher who changes what "agrees with" means changes networks, paths and dossiers.
    """
    from pyoxigraph import NamedNode

    known: dict[tuple[str, str, str], bool] = {}
    for tie in ties:
        if tie.kind not in DERIVED:
            yield tie
            continue
        key = (tie.kind, tie.source.iri, tie.target.iri)
        if key not in known:
            pattern = (NamedNode(iri) for iri in (key[1], expand(DERIVED[tie.kind]), key[2]))
            known[key] = next(iter(store.quads_for_pattern(*pattern)), None) is not None
        if known[key]:
            yield tie


def sides_told(positions: Iterable[PositionClaim], least: int) -> list[PositionClaim]:
    """Those positions on issues whose side so many articles tell, and all on stakeholders.

    A side is a holder with issue and polarity.
    """
    positions = list(positions)
    told: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for p in positions:
        told[_side(p)] |= {passage.article for passage in p.evidence}
    return [p for p in positions if p.target.kind != "issue" or len(told[_side(p)]) >= least]


def _side(position: PositionClaim) -> tuple[str, str, str]:
    return position.holder.iri, position.target.iri, position.polarity


def often_told(ties: Iterable[Tie], least: int) -> Iterator[Tie]:
    """Those of `ties` that so many articles tell: what two did of one kind, or said alike.

    Agreements and ties to issues are let through: see `sides_told`.
    """
    if least <= 1:
        yield from ties
        return
    ties = list(ties)
    told: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for tie in ties:
        told[_act(tie)] |= tie.articles
    for tie in ties:
        if tie.kind in _OPINIONS or len(told[_act(tie)]) >= least:
            yield tie


_OPINIONS = ("agrees", "disagrees", "holds")


def _act(tie: Tie) -> tuple[str, ...]:
    """What makes two ties tell the same: kind, ends (of a mutual tie in one order) and issue."""
    ends = (tie.source.iri, tie.target.iri)
    about = tie.issue.iri if tie.issue else ""
    return (tie.kind, *(sorted(ends) if tie.kind in MUTUAL else ends), about)


def ties_to_issues(positions: Iterable[PositionClaim]) -> Iterator[Tie]:
    """A tie from holder to issue for every position on an issue that has evidence."""
    for p in positions:
        if p.evidence and p.target.kind == "issue":
            words, back = _ON_ISSUE.get((p.kind, p.polarity)) or _ON_ISSUE_ELSE[p.polarity]
            yield Tie(
                "holds",
                p.holder,
                p.target,
                p.holder.does(words),
                p.target.does(back),
                p.evidence[:1],
                (p.iri,),
                None,
                p.date,
            )


def _spoken_ties(position: PositionClaim) -> Iterator[Tie]:
    """What one says of another, or demands of them."""
    evidence, claims = position.evidence[:1], (position.iri,)
    if position.target.kind != "issue" and position.target != position.holder:
        kind, words, back = ON_STAKEHOLDER[position.polarity]
        yield Tie(
            kind,
            position.holder,
            position.target,
            position.holder.does(words),
            position.target.does(back),
            evidence,
            claims,
            None,
            position.date,
        )
    for addressee in position.addressees:
        if addressee != position.holder:
            about = position.target.label
            yield Tie(
                "demands-of",
                position.holder,
                addressee,
                position.holder.does(f"demands “{about}” of"),
                addressee.does(f"is asked for “{about}” by"),
                evidence,
                claims,
                position.target,
                position.date,
            )


def _opinion_ties(positions: list[PositionClaim], of: str | None) -> Iterator[Tie]:
    """Who agrees or disagrees with whom over an issue; with `of`, who does with that one.

    Of several positions of one holder on one issue with one polarity the surest speaks for all.
    """
    camps: defaultdict[str, dict[tuple[str, str], PositionClaim]] = defaultdict(dict)
    for position in positions:
        if position.target.kind == "issue" and position.polarity != "mixed":
            camp = camps[position.target.iri]
            key = (position.holder.iri, position.polarity)
            if key not in camp or (position.confidence or 0) > (camp[key].confidence or 0):
                camp[key] = position
    for camp in camps.values():
        everybody = list(camp.values())
        own = [p for p in everybody if p.holder.iri == of]
        for one, other in combinations(everybody, 2) if of is None else product(own, everybody):
            if one.holder != other.holder:
                yield _opinion_tie(one, other)


def _opinion_tie(one: PositionClaim, other: PositionClaim) -> Tie:
    issue = one.target
    if one.polarity != other.polarity:
        kind, words = "disagrees", f"disagree over “{issue.label}”"
    elif one.polarity == "support":
        kind, words = "agrees", f"both back “{issue.label}”"
    else:
        kind, words = "agrees", f"both oppose “{issue.label}”"
    return Tie(
        kind,
        one.holder,
        other.holder,
        words,
        words,
        (one.evidence[0], other.evidence[0]),
        (one.iri, other.iri),
        issue,
        max(filter(None, (one.date, other.date)), default=None),
    )


def _event_ties(event: EventClaim) -> Iterator[Tie]:
    evidence, claims = event.evidence[:1], (event.iri,)
    kind, words = TOGETHER.get(event.kind, ("took-part", "took part in the same event"))
    for one, other in combinations(event.participants, 2):
        yield Tie(kind, one, other, words, words, evidence, claims, None, event.date, event.when)
    for one, other in product(event.participants, event.recipients):
        if one != other:
            yield Tie(
                "wrote-to",
                one,
                other,
                "wrote to",
                "got a letter from",
                evidence,
                claims,
                None,
                event.date,
                event.when,
            )
    for absent, present in product(event.declined, event.participants):
        if absent != present:
            which = f"{'an' if event.kind[0] in 'aeiou' else 'a'} {event.kind}"
            words = f"stayed away from {which} with"
            back = f"took part in {which} without"
            yield Tie(
                "stayed-away",
                absent,
                present,
                words,
                back,
                evidence,
                claims,
                None,
                event.date,
                event.when,
            )
