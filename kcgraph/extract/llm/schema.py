"""The form of an answer, as a JSON schema that servers can hold a model to.

Strict mode takes a subset: every property required, no others allowed, null in place of absence.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from kcgraph.model import EventKind, Polarity, PositionKind, Quotation, StakeholderKind

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_TEXTS: Schema = {"type": "array", "items": _TEXT}


def _one_of(kind: type[StrEnum]) -> Schema:
    return {"type": "string", "enum": [member.value for member in kind]}


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list_of(**properties: Schema) -> Schema:
    return {"type": "array", "items": _object(**properties)}


ANSWER: Schema = _object(
    stakeholders=_list_of(
        id=_TEXT,
        kind=_one_of(StakeholderKind),
        name=_TEXT,
        aliases=_TEXTS,
        roles=_list_of(title=_TEXT, of=_MAYBE),
    ),
    attributions=_list_of(
        sources=_TEXTS,
        also=_TEXTS,
        quotation=_one_of(Quotation),
        source_words=_MAYBE,
        cue=_MAYBE,
        content=_TEXT,
    ),
    positions=_list_of(
        kind=_one_of(PositionKind),
        holder=_TEXT,
        polarity=_one_of(Polarity),
        target={"anyOf": [_object(stakeholder=_TEXT), _object(issue=_TEXTS)]},
        addressee=_TEXTS,
        on_behalf_of=_MAYBE,
        evidence=_TEXT,
    ),
    events=_list_of(
        kind=_one_of(EventKind),
        participants=_TEXTS,
        declined=_TEXTS,
        recipients=_TEXTS,
        date=_MAYBE,
        iso=_MAYBE,
        evidence=_TEXT,
    ),
)
LAYERS: tuple[str, ...] = tuple(ANSWER["properties"])
