"""FollowTheMoney: entities as JSON, one a line, for Aleph, yente and the tools around them.

https://followthemoney.tech/explorer/schemata/ : people, organizations and their memberships, events
with who took part, the articles. Positions have no schema there; they become notes: `Note` with
the sentence, about the holder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING

from kcgraph.export.articles import articles
from kcgraph.vocab import digest

if TYPE_CHECKING:
    from kcgraph.claims import Claims

Entity = dict[str, object]
_SCHEMATA = {"person": "Person", "organization": "Organization", "group": "LegalEntity"}


def write(claims: Claims, out: IO[bytes]) -> None:
    """Writes all entities, articles first; an id is a digest of the IRI."""
    for entity in _entities(claims):
        out.write(json.dumps(entity, ensure_ascii=False).encode() + b"\n")


def _entities(claims: Claims) -> Iterator[Entity]:
    for article in articles(claims.store):
        yield _entity(
            article.iri,
            "Article",
            title=[article.title],
            publishedAt=[article.date],
            publisher=[article.publisher],
            sourceUrl=[article.url],
        )
    for thing in sorted(claims.names.things, key=lambda t: t.iri):
        if thing.kind in _SCHEMATA:
            position = {"position": thing.roles} if thing.kind == "person" else {}
            yield _entity(
                thing.iri,
                _SCHEMATA[thing.kind],
                name=[thing.label],
                alias=thing.aliases,
                **position,
            )
    for who, bodies in sorted(claims.memberships().items()):
        for body in bodies:
            yield _entity(
                f"{who} {body.iri}",
                "Membership",
                member=[_id(who)],
                organization=[_id(body.iri)],
            )
    for event in claims.events():
        first = event.evidence[0]
        yield _entity(
            event.iri,
            "Event",
            name=[event.kind],
            date=[event.date],
            summary=[first.text],
            involved=[_id(ref.iri) for ref in (*event.participants, *event.recipients)],
            proof=[_id(first.article)],
        )
    for claim in claims.positions():
        passage = claim.evidence[0]
        yield _entity(
            claim.iri,
            "Note",
            name=[", ".join(filter(None, [claim.date, claim.kind, claim.target.label]))],
            summary=[claim.polarity],
            description=[passage.text],
            entity=[_id(claim.holder.iri)],
            proof=[_id(passage.article)],
        )


def _entity(iri: str, schema: str, **properties: Sequence[str | None]) -> Entity:
    known: Mapping[str, list[str]] = {
        name: [value for value in values if value] for name, values in properties.items()
    }
    return {
        "id": _id(iri),
        "schema": schema,
        "properties": {name: values for name, values in known.items() if values},
    }


def _id(iri: str) -> str:
    return f"kc-{digest(iri, length=32)}"
