"""What the model is told: the annotation guidelines in short, and one article as data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

from kcgraph.extract.llm.schema import ANSWER
from kcgraph.model import Article, Span, Stakeholder


class Message(TypedDict):
    """One turn of the conversation."""

    role: str
    content: str


INSTRUCTIONS = (Path(__file__).parent / "instructions.txt").read_text(encoding="utf-8").strip()

_REPAIR = """\
That cannot be used: {fault}. Answer again, with the whole record of the same article as one JSON \
object in the form described, and nothing else. The article is published news; recording what it \
reports takes no side in it."""

# Changes with every change of what is asked, so that no answer to an older question is used.
VERSION = hashlib.sha256(
    json.dumps([INSTRUCTIONS, _REPAIR, ANSWER]).encode("utf-8"), usedforsecurity=False
).hexdigest()[:8]


def messages(article: Article, piece: Span, known: Iterable[Stakeholder]) -> list[Message]:
    """The request for `piece` of the article's text.

    `known` are the stakeholders of its earlier pieces, whose ids are to be used again. Neither id
    nor origin of the article, which may tell of the reader's machine, is in it.
    """
    # a marker that the text cannot forge, since it is made of the text
    marker = f"===== ARTICLE {article.sha256[:16]} ====="
    lines = []
    if article.title:
        lines.append(f"Title (data too): {json.dumps(article.title, ensure_ascii=False)}")
    lines.append(f"Date of the article: {article.date or 'not known'}")
    if piece != (0, len(article.text)):
        lines.append(
            f"This is a part of the article, characters {piece.start} to {piece.end} of"
            f" {len(article.text)}. Annotate this part only."
        )
    if listed := [_listed(who) for who in known]:
        lines.append(
            "Stakeholders of the earlier parts: where they appear again, list them with the same"
            " id and name: " + json.dumps(listed, ensure_ascii=False)
        )
    # lone surrogates cannot be sent; a "?" for each keeps the places
    text = article.text[piece.start : piece.end].encode("utf-8", "replace").decode("utf-8")
    return [
        {"role": "system", "content": INSTRUCTIONS},
        {"role": "user", "content": "\n".join([*lines, marker, text, marker])},
    ]


def repair(asked: list[Message], answer: str, fault: str) -> list[Message]:
    """The request that follows an answer that cannot be used."""
    said: list[Message] = [{"role": "assistant", "content": answer}] if answer.strip() else []
    return [*asked, *said, {"role": "user", "content": _REPAIR.format(fault=fault)}]


def _listed(who: Stakeholder) -> dict[str, object]:
    return {"id": who.id, "kind": who.kind.value, "name": who.name, "aliases": list(who.aliases)}
