"""How well the cast of articles that were kept aside fits the annotation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kcgraph.extract.offline.cast import build_cast
from kcgraph.extract.offline.mentions import PERSONAL
from kcgraph.extract.offline.referents import text
from kcgraph.extract.offline.types import Cast, MentionKind, Reading
from training.position_data import Example, people
from training.who_labels import bare, ids_by_form, referents_told

_FORMS = {"m": "he, she", "f": "he, she", "n": "it", "p": "they"}


def report(
    held_out: Sequence[Example], readings: Mapping[str, list[Reading]], models: Path
) -> None:
    """Prints figures for pronouns, descriptions, merged and split identities.

    Of pronouns and descriptions those count whose referent the annotation tells, as the source of
    an attribution, the holder of a position or an alias.
    """
    right: Counter[str] = Counter()
    told: Counter[str] = Counter()
    merged = split = 0
    for example in held_out:
        heard = readings[example.article.id]
        cast = build_cast(example.doc, heard, example.article, models=models)
        for kind, _, is_right in judged(example, heard, cast):
            told[kind] += 1
            right[kind] += is_right
        more = mixed(example, cast)
        merged, split = merged + len(more[0]), split + len(more[1])
    print(f"{len(held_out)} articles kept aside")
    for kind in sorted(told):
        print(f"{kind}: {right[kind] / told[kind]:.3f} of {told[kind]} resolved rightly")
    print(f"merged: {merged}, split: {split}")


def judged(
    example: Example, readings: Sequence[Reading], cast: Cast
) -> Iterator[tuple[str, int, bool]]:
    """Every pronoun or description whose referent is told: of which kind, its head, if it is right.

    "he, she", "it", "they"; descriptions of somebody named, and of somebody unnamed.
    """
    doc = example.doc
    told = referents_told(doc, readings, example.gold)
    matched = people(example, cast)
    members = {e.id: {matched.get(m, "") for m in (*e.members, e.id)} for e in cast.entities}
    gold = {s.id: s for s in example.gold.stakeholders}
    forms = ids_by_form(example.gold)
    seen = set()
    for mention, entity in cast.mentions():
        if mention.kind is MentionKind.NOMINAL:
            ids = told.get(mention.head)
            if ids is None or len(ids) > 1:
                ids = tuple(forms.get(bare(text(doc, mention.span)), ()))
            if len(ids) == 1:
                named = any(w[:1].isupper() for w in gold[ids[0]].name.split())
                kind = "descriptions of somebody " + ("named" if named else "unnamed")
                seen.add(mention.head)
                yield kind, mention.head, ids[0] in members[entity.id]
        elif mention.kind is MentionKind.PRONOUN and mention.head in told:
            form = _FORMS.get(PERSONAL[doc[mention.head].lower_])
            if form is not None:
                seen.add(mention.head)
                yield form, mention.head, not members[entity.id].isdisjoint(told[mention.head])
    for head in told.keys() - seen:
        form = _FORMS.get(PERSONAL.get(doc[head].lower_, ""))
        if form is not None:
            yield form, head, False


def mixed(example: Example, cast: Cast) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Members of the cast with a second stakeholder's names, and stakeholders with a second member.

    As (member's name, stakeholder's id) of the second one each. Places do not count.
    """
    forms = ids_by_form(example.gold)
    pairs: dict[tuple[str, str], None] = {}
    for entity in cast.entities:
        for name in (entity.name, *entity.aliases):
            ids = forms.get(bare(name), ())
            if len(ids) == 1 and not entity.place:
                pairs[entity.id, next(iter(ids))] = None
    of_member: dict[str, list[str]] = defaultdict(list)
    of_gold: dict[str, list[str]] = defaultdict(list)
    for member, who in pairs:
        of_member[member].append(who)
        of_gold[who].append(member)
    return (
        [(m, w) for m, some in of_member.items() for w in some[1:]],
        [(m, w) for w, some in of_gold.items() for m in some[1:]],
    )
