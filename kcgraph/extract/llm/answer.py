"""From a model's words to a record: parsed item by item, each passage looked up in the article.

An item in another form than asked, and a detail that the article does not bear out, is left out and
counted; what `kcgraph.extract.grounding` checks is left to it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from unicodedata import category

import snowballstemmer

from kcgraph.errors import InputError
from kcgraph.extract.dates import resolve_date
from kcgraph.extract.grounding import find_verbatim
from kcgraph.extract.llm.schema import ANSWER, LAYERS
from kcgraph.model import (
    Article,
    Attribution,
    Event,
    Extraction,
    Json,
    Position,
    Quotation,
    Role,
    Span,
    Stakeholder,
    Target,
    from_json,
)

# Nothing is known of how often a given model is right; the number says no more than "fallible".
CONFIDENCE = 0.8
_LONGEST_LABEL = 200  # code points
_NEARBY = 300  # code points between a content and its cue
_SHORT = 3  # letters of words that say little: "the", "for", "not"


class Unusable(Exception):
    """The answer is no record; the message says why, in words for the model."""


def parse(answer: str) -> Json:
    """The JSON object in `answer`, with its four lists. Raises Unusable.

    Thoughts and code fences around it, which some models cannot keep from, are passed over.
    """
    body = re.sub(r"(?s)\A.*</think>", "", answer)
    start, end = body.find("{"), body.rfind("}")
    if start < 0 or end < start:
        raise Unusable("there is no JSON object in it")
    try:
        found = json.loads(body[start : end + 1])
    except json.JSONDecodeError as error:
        raise Unusable(f"not JSON, {error.msg} at character {error.pos}") from None
    except (ValueError, RecursionError):
        raise Unusable("not JSON of a sensible form") from None
    lists: Json = {layer: found.get(layer) for layer in LAYERS}
    missing = [layer for layer, items in lists.items() if not isinstance(items, list)]
    if missing:
        raise Unusable(f"it must have a list under {', '.join(map(repr, missing))}")
    return _cleaned(lists)  # type: ignore[no-any-return]


def read_answer(answer: Json, article: Article, piece: Span, before: Extraction) -> Extraction:
    """`before` and what `answer` (as `parse` gives it) says about `piece` of the article.

    Every passage that stands in the piece has its place; nothing is grounded yet.
    """
    reader = _Reader(article, piece, before)
    items = {layer: list(reader.items(layer, answer[layer])) for layer in LAYERS}
    people = reader.people(items["stakeholders"])
    return replace(
        before,
        stakeholders=people,
        attributions=before.attributions + tuple(map(reader.attribution, items["attributions"])),
        positions=before.positions + tuple(reader.positions(items["positions"])),
        events=before.events + tuple(map(reader.event, items["events"])),
        dropped=dict(reader.dropped),
    )


class _Reader:
    """One answer, the piece of text that it is about, and what was left out of it."""

    def __init__(self, article: Article, piece: Span, before: Extraction) -> None:
        self.article, self.piece, self.before = article, piece, before
        self.text = article.text[piece.start : piece.end]
        self.words = set(_words(article.text))
        self.stems = {_stem(word) for word in self.words}
        self.dropped = Counter(before.dropped)
        self.same: dict[str, str] = {}  # id in this answer: id in the record

    def items(self, layer: str, found: Iterable[Any]) -> Iterator[tuple[Any, Json]]:
        """Each item of the right form, as the model's data class and as it came."""
        asked = ANSWER["properties"][layer]["items"]["properties"]
        for item in found:
            try:
                if not isinstance(item, dict):
                    raise InputError("expected a JSON object")
                only = {key: item.get(key) for key in asked}
                _check_target(only.get("target"))
                only["confidence"] = CONFIDENCE
                record = from_json({"article": self.article.id, layer: [only]})
            except InputError:
                self.dropped[f"{layer.removesuffix('s')}: not in the form asked for"] += 1
            else:
                yield getattr(record, layer)[0], only

    # --- stakeholders ---

    def people(self, items: Iterable[tuple[Stakeholder, Json]]) -> tuple[Stakeholder, ...]:
        """Those of the earlier pieces and those of this one, each once."""
        people = {who.id: who for who in self.before.stakeholders}
        for found, _ in items:
            who = self._in_own_words(found)
            earlier = next((p for p in people.values() if _is_same(p, who)), None)
            if earlier:
                self.same[found.id] = earlier.id
                people[earlier.id] = _together(earlier, who)
            else:
                own = self._free(found.id, people)
                self.same[found.id] = own
                people[own] = replace(who, id=own)
        return tuple(people.values())

    def _free(self, id: str, taken: Mapping[str, Stakeholder]) -> str:
        numbered = (f"{id}-{n}" for n in range(2, len(taken) + 3))
        return next(i for i in (id, *numbered) if i not in taken)

    def _in_own_words(self, who: Stakeholder) -> Stakeholder:
        """`who` without a name or a role's body that is not made of the article's words."""
        roles = []
        for role in who.roles:
            if role.of is not None and not self._has_words(role.of):
                self.dropped["role's organization or place not in the article"] += 1
                role = Role(role.title)
            roles.append(role)
        name, aliases = who.name, who.aliases
        said = [a for a in aliases if find_verbatim(self.article.text, a)]
        if said and not self._has_words(name):
            self.dropped["name not in the article"] += 1
            name = max(said, key=lambda alias: (len(alias), alias))
            aliases = tuple(a for a in aliases if a != name)
        return replace(who, name=name, aliases=aliases, roles=tuple(roles))

    def _has_words(self, phrase: str) -> bool:
        return all(
            word in self.words or f"{word}s" in self.words or word.removesuffix("s") in self.words
            for word in _words(phrase)
        )

    # --- the other layers ---

    def attribution(self, item: tuple[Attribution, Json]) -> Attribution:
        found, raw = item
        place = self._place(found.content)
        inside = found.quotation is not Quotation.INDIRECT
        return replace(
            found,
            sources=self._ids(found.sources),
            also=self._ids(found.also),
            content_spans=_hint(place),
            source_span=self._near(raw["source_words"], place, inside, "source words"),
            cue_span=self._near(raw["cue"], place, inside, "cue"),
        )

    def positions(self, items: Iterable[tuple[Position, Json]]) -> Iterator[Position]:
        for found, _ in items:
            about = found.target.stakeholder
            if about is not None:
                target = Target(self.same.get(about, about))
            else:
                labels = tuple(label for label in found.target.issue if self._is_label(label))
                if not labels:
                    self.dropped["position: issue not in the article's words"] += 1
                    continue
                target = Target(issue=labels)
            behalf = found.on_behalf_of
            yield replace(
                found,
                holder=self.same.get(found.holder, found.holder),
                target=target,
                addressee=self._ids(found.addressee),
                on_behalf_of=self.same.get(behalf, behalf) if behalf else None,
                evidence_span=next(iter(_hint(self._place(found.evidence))), None),
            )

    def event(self, item: tuple[Event, Json]) -> Event:
        found, _ = item
        return replace(
            found,
            participants=self._ids(found.participants),
            declined=self._ids(found.declined),
            recipients=self._ids(found.recipients),
            iso=self._day(found),
            evidence_span=next(iter(_hint(self._place(found.evidence))), None),
        )

    # --- pieces ---

    def _ids(self, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.same.get(i, i) for i in ids)

    def _is_label(self, label: str) -> bool:
        """Whether at least half of its words that say something are the article's, by stem."""
        words = [w for w in _words(label) if len(w) > _SHORT] or _words(label)
        ours = sum(_stem(word) in self.stems for word in words)
        return len(label) <= _LONGEST_LABEL and bool(words) and 2 * ours >= len(words)

    def _day(self, event: Event) -> str | None:
        """The day that the model gives if the written date can mean it, else the likeliest one."""
        if event.date is None:
            return None
        back, ahead, likely = (
            resolve_date(event.date, self.article.date, future=future)
            for future in (False, True, None)
        )
        return event.iso if event.iso in (back, ahead, likely) else likely

    def _place(self, passage: str) -> Span | None:
        found = find_verbatim(self.text, passage)
        return self._in_article(found) if found else None

    def _near(self, words: Any, content: Span | None, inside: bool, what: str) -> Span | None:
        """Where `words` stand nearest to `content`; in it only if `inside`, and not by choice."""
        if not isinstance(words, str) or not words.strip() or content is None:
            return None
        first = max(self.piece.start, content.start - _NEARBY)
        last = min(self.piece.end, content.end + _NEARBY)
        wording = r"\s+".join(map(re.escape, words.split()))
        window = self.article.text[first:last]
        found = [
            Span(first + m.start(), first + m.end())
            for m in re.finditer(rf"(?<!\w){wording}(?!\w)", window)
        ]
        ranked = sorted((_distance(span, content), span) for span in found)
        outside = [span for distance, span in ranked if distance >= 0]
        within = [span for distance, span in ranked if distance < 0]
        nearest = next(iter(outside or (within if inside else [])), None)
        if nearest is None:
            self.dropped[f"{what} not near the content"] += 1
        return nearest

    def _in_article(self, span: Span) -> Span:
        return Span(span.start + self.piece.start, span.end + self.piece.start)


def _hint(place: Span | None) -> tuple[Span, ...]:
    """Where the grounding check is to look first; it finds the end, and cuts at cues, itself."""
    return (Span(place.start, place.start + 1),) if place else ()


def _distance(span: Span, content: Span) -> int:
    """Code points between the two; -1 where one is in the other or they overlap."""
    if span.end <= content.start:
        return content.start - span.end
    return span.start - content.end if span.start >= content.end else -1


def _is_same(earlier: Stakeholder, found: Stakeholder) -> bool:
    names = {earlier.name.casefold(), *(alias.casefold() for alias in earlier.aliases)}
    same_name = earlier.kind is found.kind and earlier.name.casefold() == found.name.casefold()
    return same_name or (earlier.id == found.id and found.name.casefold() in names)


def _together(earlier: Stakeholder, found: Stakeholder) -> Stakeholder:
    names = dict.fromkeys((*earlier.aliases, found.name, *found.aliases))
    names.pop(earlier.name, None)
    return replace(
        earlier,
        aliases=tuple(names),
        roles=tuple(dict.fromkeys((*earlier.roles, *found.roles))),
    )


def _check_target(target: Any) -> None:
    if isinstance(target, dict) and not isinstance(target.get("stakeholder"), str | None):
        raise InputError("'stakeholder' must be of type str")


def _cleaned(value: Any) -> Any:
    """`value` with strings that any file and terminal can take: no surrogates, no control codes."""
    if isinstance(value, str):
        whole = value.encode("utf-8", "replace").decode("utf-8")
        return "".join(c for c in whole if c.isspace() or category(c) != "Cc").strip()
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    return value


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


@cache
def _stemmer() -> Any:
    return snowballstemmer.stemmer("english")


@cache
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))
