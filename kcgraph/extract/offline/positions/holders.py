"""Holders: who may hold what an anchor says, and what speaks for each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from kcgraph.extract.offline.positions.paths import paths_from
from kcgraph.extract.offline.positions.rules import holders_of
from kcgraph.extract.offline.positions.scene import Scene

_BEFORE = 3  # sentences back in which a holder is looked for
_MOST_BEFORE = 5


@dataclass(slots=True)
class Holder:
    """Those who would hold a position together (`ids`), and where the text offers them."""

    ids: tuple[str, ...]
    token: int | None = None  # of the mention in the anchor's sentence that is nearest in the parse
    routes: list[str] = field(default_factory=list)
    score: float = 0.0
    row: list[int] = field(default_factory=list)  # slots of its features


def candidates(scene: Scene, anchor: int) -> list[Holder]:
    """Possible holders for `anchor`, each group of ids once."""
    s = scene.syntax
    found: dict[tuple[str, ...], Holder] = {}

    def add(ids: list[str], route: str, token: int | None = None) -> None:
        if ids:
            holder = found.setdefault(tuple(sorted(set(ids))), Holder(tuple(dict.fromkeys(ids))))
            holder.routes.append(route)
            if token is not None and (
                holder.token is None or abs(token - anchor) < abs(holder.token - anchor)
            ):
                holder.token = token

    subject = s.subject(anchor)
    if subject is not None:
        own = s.child(anchor, "nsubj", "nsubjpass") is not None
        add(scene.entities(subject), "subject" if own else "inherited", subject)
    rule = holders_of(scene, anchor)
    add(rule, "rule")
    for depth, link in enumerate(scene.covering[anchor][:3]):
        add([m for x in link.sources for m in scene.members(x)], f"source{depth}")
    if anchor in scene.cued:
        add([m for x in scene.cued[anchor].sources for m in scene.members(x)], "cue")
    number = s.sentence[anchor]
    for i in scene.mentions_in(number):
        add(scene.entities(s.first_conjunct(i)), "sentence", i)
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


def features(scene: Scene, anchor: int, holder: Holder, what: tuple[str, ...]) -> list[str]:
    """Features of the pair; `what` are strings that describe the anchor (label, listed class)."""
    s = scene.syntax
    routes = dict.fromkeys(holder.routes)
    named = "+".join(sorted(r for r in routes if r not in ("sentence",)))
    entity = scene.cast.by_id[holder.ids[0]]
    kind = entity.kind[:2]
    f = ["b", "r=" + named, "kind=" + kind, "n=" + str(min(3, len(holder.ids)))]
    f += ["rr=" + r for r in routes]
    pos, quoted = s.pos[anchor], str(s.quoted[anchor])
    f += ["rp=" + named + pos, "rq=" + named + quoted]
    covered = str(min(2, len(scene.covering[anchor])))
    f.append("rc=" + named + covered)
    if holder.token is not None:
        path = paths_from(scene, anchor).get(holder.token, "far")
        mention = scene.at[holder.token][0].kind if holder.token in scene.at else "-"
        side = "<" if holder.token < anchor else ">"
        dep = s.dep[holder.token]
        f += ["pt=" + path, "ptk=" + path + s.lemma[anchor], "pp=" + path + pos, "side=" + side]
        f += ["mk=" + mention, "dp=" + dep, "dpp=" + dep + pos + side, "mr=" + mention + named]
        f.append("ds=" + str(min(6, abs(holder.token - anchor) // 3)))
        between = range(min(holder.token, anchor) + 1, max(holder.token, anchor))
        others = sum(1 for i in between if i in scene.at)
        f.append("bt=" + str(min(4, others)))
        low = s.lower[holder.token]
        if s.pos[holder.token] == "PRON":
            f.append("pr=" + low)
        for w in what:
            f += ["wp=" + w + path, "wd=" + w + dep + side]
    else:
        f.append("notoken")
    for w in what:
        f += ["wr=" + w + named, "wk=" + w + kind]
    f.append("fr=" + str(min(5, len(entity.mentions))))
    f.append("sp=" + str(entity.id in scene.speakers))
    f.append("spk=" + str(entity.id in scene.speakers) + kind)
    return f
