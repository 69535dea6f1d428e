"""The cast of one article: everybody who may be a stakeholder, with all their mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc

from kcgraph.extract.offline.coreference import (
    Referent,
    resolve_names,
    resolve_nominals,
    resolve_pronouns,
    text,
)
from kcgraph.extract.offline.mentions import find_nominals
from kcgraph.extract.offline.names import find_names
from kcgraph.extract.offline.types import Cast, Entity, Reading
from kcgraph.model import Article


def build_cast(doc: Doc, readings: Sequence[Reading], article: Article) -> Cast:
    """Every person, organization and group that may be a stakeholder, mentions resolved."""
    names = find_names(doc)
    referents = resolve_names(doc, names)
    resolve_nominals(doc, find_nominals(doc, names), referents)
    resolve_pronouns(doc, readings, referents)
    entities: list[Entity] = []
    taken: set[str] = set()
    for one in referents:
        entities.append(_entity(doc, one, taken))
    return Cast(entities)


def _entity(doc: Doc, one: Referent, taken: set[str]) -> Entity:
    forms = [label for label in one.labels]
    for nominal in one.nominals:
        for span in (nominal.core, nominal.full):
            forms.append(text(doc, span))
            forms.append(
                re.sub(r"^(?:the|a|an|some|many|several|most)\s+", "", forms[-1], flags=re.I)
            )
    labels = list(dict.fromkeys(forms))
    name = max((" ".join(f) for f in one.forms), key=len) if one.forms else labels[0]
    written = next((x for x in labels if x.replace(".", "") == name.replace(".", "")), None)
    name = written or (labels[0] if labels else name)
    return Entity(
        id=_identifier(name, taken),
        kind=one.kind,
        name=name,
        aliases=[x for x in labels if x != name],
        roles=list(one.roles),
        mentions=sorted(one.mentions, key=lambda m: m.span),
        confidence=0.4 if one.place else 0.8,
    )


def _identifier(name: str, taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40] or "someone"
    slug, n = stem, 1
    while slug in taken:
        n += 1
        slug = f"{stem}-{n}"
    taken.add(slug)
    return slug
