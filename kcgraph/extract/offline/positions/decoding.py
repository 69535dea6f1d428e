"""Which of the readings of an article to tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kcgraph.extract.offline.positions.enumerations import listed_with
from kcgraph.extract.offline.positions.frames import KIND, LABELS
from kcgraph.extract.offline.positions.targets import Node, Option

if TYPE_CHECKING:
    from kcgraph.extract.offline.positions.numbers import Facts
    from kcgraph.extract.offline.positions.reader import Candidate

LEAST_OTHERS = 0.35  # acceptance from which others say the same at an anchor, beside the likeliest
AGREEING = 0.1  # of what another word of the sentence says of the same, in doubt
_OF_LISTS = frozenset({"demand", "commitment"})  # labels of which everything in a list is told
_FORMS = ("np+1", "vp+1")  # how a thing that stands in a list is worded, if it can be


def decode(facts: Facts, found: Sequence[Candidate], threshold: float) -> list[Candidate]:
    """The readings to tell, the best first, then what is listed with them.

    One target for each anchor, label and holder unless coordinated with it; all who hold it
    together, if that is likely enough; other holders only when they are surer ("The mayor voted no,
    along with Reyes and Hill"). No holder says the same twice, in fewer words or in more; no anchor
    both backs and rejects, nor a holder the same thing in one sentence.
    """
    kept: list[Candidate] = []
    for c in sorted(found, key=lambda c: -c.score):
        if c.score < threshold:
            break
        if all(_goes_with(facts, k, c) for k in kept):
            kept.append(_together(c, found, threshold))
    for c in tuple(kept):
        for one in _listed(facts, c):
            if not any(_repeats(facts, k, one) for k in kept):
                kept.append(one)
    return kept


def corroborate(facts: Facts, found: Sequence[Candidate]) -> None:
    """Raises the scores of readings that another word of their sentence says, too.

    As in a noisy or, the other one's doubt counting little, since both come from one sentence:
    "the cameras would help police to secure justice" praises the cameras by "help" and by "secure".
    """
    sentence = facts.scene.syntax.sentence
    alike: dict[tuple[int, int, tuple[str, ...]], list[tuple[Candidate, float]]] = {}
    for c in found:
        key = sentence[c.proposal.anchor], c.proposal.label, c.holder.ids
        alike.setdefault(key, []).append((c, c.score))
    for group in alike.values():
        for c, own in group:
            others = (
                score
                for x, score in group
                if x.proposal.anchor != c.proposal.anchor and same_label(x.option, c.option)
            )
            other = min(own, max(others, default=0.0))
            c.score = 1 - (1 - own) * (1 - other) ** AGREEING


def same_label(a: Option, b: Option) -> bool:
    """Whether two labels share half of their content words."""
    if a.stakeholder or b.stakeholder:
        return a.stakeholder is not None and a.stakeholder == b.stakeholder
    shared, union = a.words & b.words, a.words | b.words
    return bool(union) and len(shared) / len(union) >= 0.5


def _same_thing(a: Option, b: Option) -> bool:
    """Whether two options are one thing in fewer and in more words."""
    if a.token == b.token or same_label(a, b):
        return True
    if a.stakeholder or b.stakeholder or not a.words or not b.words:
        return False
    return a.words <= b.words or b.words <= a.words


def _goes_with(facts: Facts, k: Candidate, c: Candidate) -> bool:
    """Whether both readings can be told."""
    s, a, b = facts.scene.syntax, k.proposal, c.proposal
    shared = not set(k.holder.ids).isdisjoint(c.holder.ids)
    one_label = a.label == b.label
    if shared and s.sentence[a.anchor] == s.sentence[b.anchor]:
        against = KIND[LABELS[a.label]][1] is not KIND[LABELS[b.label]][1]
        if against and _same_thing(k.option, c.option):
            return False  # nobody is for and against the same in one breath
    if a.anchor == b.anchor:
        if one_label and not shared:
            return c.score >= LEAST_OTHERS
        if shared and {LABELS[a.label], LABELS[b.label]} == {"stance+", "stance-"}:
            return False
        first, other = (s.first_conjunct(x.option.token) for x in (k, c))
        if one_label and first != other:
            return False
        if not one_label and same_label(k.option, c.option):
            return False
    return not _repeats(facts, k, c)


def _repeats(facts: Facts, k: Candidate, c: Candidate) -> bool:
    """Whether `c` says of somebody what `k` says of them."""
    a, b = k.proposal, c.proposal
    if a.label != b.label or set(k.holder.ids).isdisjoint(c.holder.ids):
        return False
    sentence = facts.scene.syntax.sentence
    near = sentence[a.anchor] == sentence[b.anchor]
    return (_same_thing if near else same_label)(k.option, c.option)


def _together(c: Candidate, found: Sequence[Candidate], threshold: float) -> Candidate:
    """The likeliest reading by which more hold the same together, else the reading itself."""
    wider = [
        x
        for x in found
        if x.proposal is c.proposal
        and x.option is c.option
        and x.score >= threshold
        and set(x.holder.ids) > set(c.holder.ids)
    ]
    return max(wider, key=lambda x: x.score, default=c)


def _listed(facts: Facts, c: Candidate) -> Iterator[Candidate]:
    """The same of everything that is listed with the target."""
    if LABELS[c.proposal.label] not in _OF_LISTS or c.option.stakeholder:
        return
    for token in listed_with(facts.scene.syntax, c.option.token):
        node = Node(token, c.node.route)
        options = [o for o in facts.options(node) if o.stakeholder is None]
        if options and token not in facts.scene.at:
            chosen = next((o for o in options if o.form in _FORMS), options[0])
            yield replace(c, option=chosen, node=node)
