"""The cast of one article: everybody who may be a stakeholder, with all their mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from spacy.tokens import Doc

from kcgraph import resources
from kcgraph.extract.offline.antecedents import ranker
from kcgraph.extract.offline.coreference import resolve_phrases
from kcgraph.extract.offline.mentions import Sort, find_nominals
from kcgraph.extract.offline.name_repairs import repaired
from kcgraph.extract.offline.names import Name, find_names
from kcgraph.extract.offline.offices import Whereabouts, chooser
from kcgraph.extract.offline.referents import Referent, resolve_names, text
from kcgraph.extract.offline.roles import roles_of
from kcgraph.extract.offline.shared_titles import shared_titles
from kcgraph.extract.offline.types import Cast, Entity, Reading
from kcgraph.model import Article

_LEADING = re.compile(
    r"^(?:(?:the|a|an|some|many|several|most|these|those|both|all|two|three|other|more than|about)"
    r"\s+)+",
    re.IGNORECASE,
)


def build_cast(
    doc: Doc, readings: Sequence[Reading], article: Article, *, models: Path | None = None
) -> Cast:
    """Every person, organization and group that may be a stakeholder, mentions resolved.

    `models` is a folder of models in place of those that ship with the package.
    """
    folder = models or resources.data_dir() / "models" / "who"
    names, referents = resolve_people(doc, readings, folder)
    cast = Cast(entities(doc, referents))
    shared, where, choose = shared_titles(doc, names), Whereabouts(doc, cast), chooser(folder)
    for one, entity in zip(referents, cast.entities, strict=True):
        entity.roles.extend(roles_of(where, one, cast, shared, choose))
    return cast


def resolve_people(
    doc: Doc, readings: Sequence[Reading], models: Path
) -> tuple[list[Name], list[Referent]]:
    """The names of an article, and everybody whom it mentions."""
    names = repaired(doc, find_names(doc, models))
    referents = resolve_names(doc, names)
    resolve_phrases(doc, find_nominals(doc, names), readings, referents, ranker(models))
    return names, [one for one in referents if one.mentions]


def entities(doc: Doc, referents: Sequence[Referent]) -> list[Entity]:
    """The referents as members of a cast, with name, aliases and ids."""
    taken: set[str] = set()
    made = {id(one): _entity(doc, one, taken) for one in referents}
    for one in referents:
        made[id(one)].members = tuple(made[id(m)].id for m in one.members if id(m) in made)
    return [made[id(one)] for one in referents]


def _entity(doc: Doc, one: Referent, taken: set[str]) -> Entity:
    labels = list(one.labels)
    for nominal in one.nominals:
        if one.named and doc[nominal.head].dep_ == "attr":
            continue  # "remains a racist organization" is said of them, and no name
        for span in (nominal.core, nominal.full):
            label = text(doc, span)
            labels += [label, _LEADING.sub("", label)]
        if one.sort is not Sort.BODY and not one.named:
            labels.append(doc[nominal.noun].text)
    labels = list(dict.fromkeys(label for label in labels if label))
    name = _name(one, labels)
    return Entity(
        id=_identifier(name, taken),
        kind=one.kind,
        name=name,
        aliases=[label for label in labels if label != name],
        mentions=sorted(one.mentions, key=lambda m: m.span),
        place=one.place,
        confidence=round(max((n.probability for n in one.names), default=1.0), 2),
    )


def _name(one: Referent, labels: Sequence[str]) -> str:
    """The fullest name, or the first noun phrase without its article."""
    if not labels:  # those whom only pronouns mean together
        return "they"
    if not one.named:
        return _LEADING.sub("", labels[0]) or labels[0]
    longest = _letters("".join(one.forms[0]))
    written = [label for label in labels if _letters(label).casefold() == longest.casefold()]
    written.sort(key=str.isupper)
    return written[0] if written else " ".join(one.forms[0])


def _letters(written: str) -> str:
    """The letters of a name without an ending "'s", which its forms leave out."""
    return re.sub(r"['’]s\b|\W", "", written)


def _identifier(name: str, taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40] or "someone"
    slug, n = stem, 1
    while slug in taken:
        n += 1
        slug = f"{stem}-{n}"
    taken.add(slug)
    return slug
