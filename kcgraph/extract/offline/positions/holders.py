"""Holders: who may hold what an anchor says, and where the text offers them."""

from __future__ import annotations

from dataclasses import dataclass, field

from kcgraph.extract.offline.positions.rules import holders_of
from kcgraph.extract.offline.positions.scene import Scene

_BEFORE = 3  # sentences back in which a holder is looked for
_MOST_BEFORE = 5
_ONE = frozenset({"he", "she"})  # these hold nothing together with others
_LISTS_BEFORE = 2  # of the lists in earlier sentences: "they" may mean their members
_SEVERAL = frozenset(
    {"they", "them", "their", "theirs", "themselves", "we", "us", "our", "ours", "both", "all"}
)


@dataclass(slots=True)
class Holder:
    """Those who would hold a position together (`ids`), and where the text offers them."""

    ids: tuple[str, ...]
    token: int | None = None  # of the mention in the anchor's sentence that is nearest in the parse
    routes: list[str] = field(default_factory=list)
    score: float = 0.0


def candidates(scene: Scene, anchor: int) -> list[Holder]:
    """Possible holders for `anchor`, each group of ids once."""
    s = scene.syntax
    subject = s.subject(anchor)
    alone = subject is not None and s.lower[subject] in _ONE
    found: dict[tuple[str, ...], Holder] = {}

    def add(ids: list[str], route: str, token: int | None = None) -> None:
        if ids and not (alone and len(set(ids)) > 1):
            holder = found.setdefault(tuple(sorted(set(ids))), Holder(tuple(dict.fromkeys(ids))))
            holder.routes.append(route)
            if token is not None and (
                holder.token is None or abs(token - anchor) < abs(holder.token - anchor)
            ):
                holder.token = token

    if subject is not None:
        own = s.child(anchor, "nsubj", "nsubjpass") is not None
        route = "subject" if own else "inherited"
        add(scene.entities(subject), route, subject)
        add(scene.together(subject), route, subject)
    rule = holders_of(scene, anchor)
    add(rule, "rule")
    for depth, link in enumerate(scene.covering[anchor][:3]):
        add([m for x in link.sources for m in scene.members(x)], f"source{depth}")
    if anchor in scene.cued:
        add([m for x in scene.cued[anchor].sources for m in scene.members(x)], "cue")
    number = s.sentence[anchor]
    for i in scene.mentions_in(number):
        add(scene.entities(s.first_conjunct(i)), "sentence", i)
        add(scene.together(i), "sentence", i)
    if not _SEVERAL.isdisjoint(s.lower[slice(*s.sentences[number])]):
        for heads in scene.lists_before(number)[-_LISTS_BEFORE:]:
            add(scene.together(heads[0]), "list")
    before = 0
    for back in range(1, _BEFORE + 1):
        if number - back < 0 or before >= _MOST_BEFORE:
            break
        for i in reversed(scene.mentions_in(number - back)):
            ids = scene.entities(s.first_conjunct(i))
            if tuple(sorted(set(ids))) not in found and before < _MOST_BEFORE:
                before += 1
                add(ids, f"before{back}" + ("s" if s.dep[i] in ("nsubj", "nsubjpass") else ""))
    return list(found.values())
