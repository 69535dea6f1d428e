"""What articles have in common: the ground on which a surname or "the council" can be resolved."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from kcgraph.model import Article, Extraction, Role, Stakeholder, StakeholderKind
from kcgraph.resolve.names import body_name, is_acronym, is_generic, is_kind_word, person_name

# Two articles are about one dispute when what they share weighs this much. A name in n articles
# weighs 1 / log2(1 + n): one is enough if it is in fewer than ten, of those in hundreds it takes
# three.
ENOUGH_SHARED = 0.3

HEAD = 2000  # code points of a text in which its dateline may stand

_DATELINE = re.compile(
    r"^\s*([A-Z][A-Z.’' -]{2,40}?)(?:,[^—–\n]{0,30})?(?:\s*\([A-Z][\w ]*\))?\s*[—–]", re.M
)
_ACTING_PLACE = re.compile(
    r"(?:the )?(?:city|town|village|county|state|borough|parish|township|island|province)", re.I
)
_PLACE_TITLES = frozenset(
    {"mayor", "council", "councillor", "councilman", "councilwoman", "commissioner", "governor"}
    | {"prosecutor", "prosecuting", "sheriff", "alderman", "supervisor", "executive", "manager"}
    | {"police", "chief", "superintendent", "attorney", "director", "senator", "representative"}
)


class Context:
    """Names and places of each article, and which articles are about the same dispute."""

    def __init__(self, items: Sequence[tuple[Article, Extraction]]) -> None:
        self._items = {article.id: (article, record) for article, record in items}
        self._features = {
            key: frozenset(f for who in record.stakeholders for f in features_of(who))
            for key, (_, record) in self._items.items()
        }
        self._places = {key: _places(*item) for key, item in self._items.items()}

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(f for features in self._features.values() for f in features)

    def places(self, article: str) -> frozenset[str]:
        """Plain names of the places whose government acts in the article, or that it is from."""
        return self._places[article]

    def linked(self, a: str, b: str, *, besides: frozenset[str] = frozenset()) -> bool:
        """Whether the articles share enough named stakeholders to be about one dispute.

        Features in `besides` do not count.
        """
        if a == b:
            return True
        shared = (self._features[a] & self._features[b]) - besides
        return sum(1 / math.log2(1 + self._counts[f]) for f in shared) >= ENOUGH_SHARED


def features_of(who: Stakeholder) -> frozenset[str]:
    """What of a stakeholder says which dispute this is: its full or particular names."""
    if who.kind is StakeholderKind.PERSON:
        name = person_name(who.name)
        return frozenset({f"person {name.given[0]} {name.last}"} if name.given else ())
    if who.kind is not StakeholderKind.ORGANIZATION:
        return frozenset()
    return frozenset(
        f"body {' '.join(body_name(form))}"
        for form in (who.name, *who.aliases)
        if not is_generic(form) and (len(body_name(form)) > 1 or is_acronym(form))
    )


def _places(article: Article, record: Extraction) -> frozenset[str]:
    found = {
        " ".join(body_name(m.group(1)))
        for m in [_DATELINE.search(article.text[:HEAD])]
        if m is not None
    }
    for who in record.stakeholders:
        found.update(_place_of(who))
    return frozenset(found)


def _place_of(who: Stakeholder) -> set[str]:
    if who.kind is StakeholderKind.ORGANIZATION:
        forms = [f for f in (who.name, *who.aliases) if not is_generic(f) and not is_acronym(f)]
        acts = any(_ACTING_PLACE.fullmatch(form) for form in who.aliases)
        return {" ".join(body_name(form)) for form in forms} if acts else set()
    return {" ".join(body_name(role.of)) for role in who.roles if role.of and _rules_place(role)}


def _rules_place(role: Role) -> bool:
    """Whether the role is an office of a place: "Mayor" of "Kansas City"."""
    of = role.of or ""
    office = _PLACE_TITLES & set(body_name(role.title))
    last = body_name(of)[-1] if body_name(of) else ""
    return bool(office) and not is_generic(of) and (last == "county" or not is_kind_word(last))
