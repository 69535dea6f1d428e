"""Counting: one record against one gold record, and a whole folder of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kcgraph.errors import InputError, WorkError
from kcgraph.evaluate import compare
from kcgraph.evaluate.phenomena import Item, Phenomena
from kcgraph.evaluate.reliability import Judged
from kcgraph.extract.protocol import Extractor, Unread
from kcgraph.model import (
    Article,
    Attribution,
    Event,
    Extraction,
    Position,
    Role,
    Span,
    Stakeholder,
    from_json,
)
from kcgraph.resolve.titles import TITLES

LAYERS = (
    "stakeholders",
    "roles",
    "titles",
    "attributions",
    "positions",
    "positions, any kind",
    "positions, strict",
    "events",
)
# The layers whose differences are listed; the others are variants of one of these.
LISTED = ("stakeholders", "roles", "attributions", "positions", "events")

# The layers whose items have a confidence of their own, and are grouped by phenomenon.
WITH_ITEMS = ("stakeholders", "attributions", "positions", "events")


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one layer; addition sums them, which is what micro-averaging needs."""

    hits: int = 0
    missed: int = 0
    spurious: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.hits + other.hits, self.missed + other.missed, self.spurious + other.spurious
        )

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 when nothing was found and nothing missed."""
        return self._share(self.hits + self.spurious)

    @property
    def recall(self) -> float:
        """Share of gold that was found; 1 when there was nothing to find and nothing was."""
        return self._share(self.hits + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return self._share(self.hits + (self.missed + self.spurious) / 2)

    def _share(self, total: float) -> float:
        if total:
            return self.hits / total
        return 1.0 if not self.missed and not self.spurious else 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """One gold item that was missed, or one found item that is not gold.

    `what` is "missed" or "spurious"; `item` says it in a line, `why` what about the nearest
    counterpart was different (the phenomenon), `sentence` where it stands.
    """

    article: str
    layer: str
    what: str
    item: str
    why: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Score:
    """Tallies by layer (`LAYERS`), with the differences behind them.

    `phenomena` has tallies by layer (`WITH_ITEMS`) and phenomenon: hits and missed by what the gold
    item is like, spurious by what the found one is like. `judged` has every found item.
    """

    article: str
    layers: Mapping[str, Tally]
    differences: tuple[Difference, ...] = ()
    phenomena: Mapping[tuple[str, str], Tally] = field(default_factory=dict)
    judged: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The scores of all articles of a gold folder."""

    extractor: str
    scores: tuple[Score, ...] = field(default=())

    @property
    def layers(self) -> dict[str, Tally]:
        """Tallies by layer, micro-averaged: summed over the articles."""
        return {
            layer: sum((s.layers[layer] for s in self.scores), start=Tally()) for layer in LAYERS
        }

    @property
    def phenomena(self) -> dict[tuple[str, str], Tally]:
        """Tallies by layer and phenomenon, summed over the articles, the most frequent first."""
        total: dict[tuple[str, str], Tally] = {}
        for key, tally in (pair for s in self.scores for pair in s.phenomena.items()):
            total[key] = total.get(key, Tally()) + tally
        by_layer = {layer: n for n, layer in enumerate(WITH_ITEMS)}

        def place(key: tuple[str, str]) -> tuple[int, int, str]:
            return by_layer[key[0]], -total[key].hits - total[key].missed, key[1]

        return {key: total[key] for key in sorted(total, key=place)}

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Every found item of every article, by layer."""
        return tuple(
            j for layer in WITH_ITEMS for s in self.scores for j in s.judged if j.layer == layer
        )

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All differences, by layer, then by article."""
        return tuple(
            d for layer in LISTED for s in self.scores for d in s.differences if d.layer == layer
        )


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article of a gold folder with what a careful reader found in it."""

    article: Article
    record: Extraction


# --- one article --------------------------------------------------------------------------------


def score(gold: Extraction, found: Extraction, text: str) -> Score:
    """What of `gold` is in `found`, and what else is; both records are of the article `text`.

    Optional items count neither as hit, nor as missed, nor, when found, as spurious.
    """
    sentences = compare.Sentences(text)
    pairs = compare.assign(gold.stakeholders, found.stakeholders, compare.stakeholder_likeness)
    people = {found.stakeholders[f].id: gold.stakeholders[g].id for g, f in pairs.items()}
    matcher = _Matcher(gold, found, people, sentences)
    layers = {"stakeholders": count_matches(gold.stakeholders, found.stakeholders, pairs)}
    layers["roles"] = _roles(gold, found, pairs, compare.same_role)
    layers["titles"] = _roles(gold, found, pairs, compare.same_title)
    matched: dict[str, dict[int, int]] = {}
    for layer in LAYERS[3:]:
        ours, theirs, likeness = matcher.layer(layer)
        matched[layer] = compare.assign(theirs, ours, likeness)
        layers[layer] = count_matches(theirs, ours, matched[layer])
    matched["stakeholders"] = pairs
    return Score(
        gold.article,
        layers,
        tuple(_differences(matcher, matched)),
        _phenomena(matcher, matched),
        tuple(_judged(found, matched)),
    )


class _Matcher:
    """What to compare in each layer, and how."""

    def __init__(
        self,
        gold: Extraction,
        found: Extraction,
        people: Mapping[str, str],
        sentences: compare.Sentences,
    ) -> None:
        self.gold, self.found, self.people, self.sentences = gold, found, people, sentences

    def layer(self, layer: str) -> tuple[Sequence[Any], Sequence[Any], Callable[[Any, Any], float]]:
        """Found items, gold items and their likeness."""
        if layer == "attributions":
            return self.found.attributions, self.gold.attributions, self.attributions
        if layer == "events":
            return self.found.events, self.gold.events, self.events
        strict, any_kind = layer.endswith("strict"), layer.endswith("any kind")

        def likeness(gold: Position, found: Position) -> float:
            return compare.position_likeness(
                gold, found, self.people, self.sentences, any_kind=any_kind, strict=strict
            )

        return self.found.positions, self.gold.positions, likeness

    def attributions(self, gold: Attribution, found: Attribution) -> float:
        overlap = compare.content_likeness(gold, found)
        right = overlap >= compare.ENOUGH and compare.same_sources(gold, found, self.people)
        return overlap if right else 0.0

    def events(self, gold: Event, found: Event) -> float:
        return compare.event_likeness(gold, found, self.people, self.sentences)


def count_matches(gold: Sequence[Item], found: Sequence[Item], pairs: Mapping[int, int]) -> Tally:
    """Hits, misses and inventions, where `pairs` has for a number in `gold` that in `found`.

    Optional items count neither as missed nor as invented.
    """
    hits = sum(not gold[g].optional for g in pairs)
    missed = sum(not item.optional for item in gold) - hits
    used = set(pairs.values())
    spurious = sum(f not in used and not item.optional for f, item in enumerate(found))
    return Tally(hits, missed, spurious)


def _roles(
    gold: Extraction,
    found: Extraction,
    pairs: Mapping[int, int],
    same: Callable[[Role, Role], float],
) -> Tally:
    """Roles of matched stakeholders one to one; those of optional ones are not counted."""
    total = Tally()
    for g, who in enumerate(gold.stakeholders):
        if who.optional:
            continue
        ours = found.stakeholders[pairs[g]].roles if g in pairs else ()
        hits = len(compare.assign(who.roles, ours, same))
        total += Tally(hits, len(who.roles) - hits, len(ours) - hits)
    used = set(pairs.values())
    extra = (s for f, s in enumerate(found.stakeholders) if f not in used and not s.optional)
    return total + Tally(spurious=sum(len(s.roles) for s in extra))


def _phenomena(
    matcher: _Matcher, matched: Mapping[str, Mapping[int, int]]
) -> dict[tuple[str, str], Tally]:
    text = matcher.sentences.text
    of_gold = Phenomena(matcher.gold, text, matcher.sentences)
    of_found = Phenomena(matcher.found, text, matcher.sentences)
    counts: dict[tuple[str, str], Tally] = {}

    def count(layer: str, names: Iterable[str], tally: Tally) -> None:
        for name in names:
            counts[layer, name] = counts.get((layer, name), Tally()) + tally

    for layer in WITH_ITEMS:
        pairs = matched[layer]
        for g, item in enumerate(getattr(matcher.gold, layer)):
            if not item.optional:
                count(layer, of_gold.of(item), Tally(hits=1) if g in pairs else Tally(missed=1))
        used = set(pairs.values())
        for f, item in enumerate(getattr(matcher.found, layer)):
            if f not in used and not item.optional:
                count(layer, of_found.of(item), Tally(spurious=1))
    return counts


def _judged(found: Extraction, matched: Mapping[str, Mapping[int, int]]) -> Iterator[Judged]:
    """An item that matches an optional one of gold is right: that is what optional means."""
    for layer in WITH_ITEMS:
        used = set(matched[layer].values())
        for f, item in enumerate(getattr(found, layer)):
            yield Judged(layer, item.confidence, f in used)


# --- differences --------------------------------------------------------------------------------


def _differences(
    matcher: _Matcher, matched: Mapping[str, Mapping[int, int]]
) -> Iterator[Difference]:
    gold, found = matcher.gold, matcher.found
    yield from _role_differences(matcher, matched["stakeholders"])
    for layer in LISTED:
        if layer == "roles":
            continue
        pairs = matched[layer]
        theirs: Sequence[Item] = getattr(gold, layer)
        ours: Sequence[Item] = getattr(found, layer)
        used = set(pairs.values())
        for g, item in enumerate(theirs):
            if g not in pairs and not item.optional:
                rest = [o for f, o in enumerate(ours) if f not in used]
                yield _difference(matcher, layer, "missed", item, rest)
        for f, item in enumerate(ours):
            if f not in used and not item.optional:
                rest = [t for g, t in enumerate(theirs) if g not in pairs]
                yield _difference(matcher, layer, "spurious", item, rest)


def _difference(
    matcher: _Matcher, layer: str, what: str, item: Item, others: Sequence[Item]
) -> Difference:
    missed = what == "missed"
    pairs = [(item, other) if missed else (other, item) for other in others]
    faults = [f for f in (_faults(matcher, g, f) for g, f in pairs) if f is not None]
    nearest = min(faults, key=lambda f: (len(f), sorted(f)), default=None)
    record = matcher.gold if missed else matcher.found
    return Difference(
        article=matcher.gold.article,
        layer=layer,
        what=what,
        item=describe(item, record),
        why=("not found" if missed else "nothing like it in gold")
        if nearest is None
        else "other " + " and ".join(sorted(nearest)),
        sentence=_sentence(item, matcher.sentences),
    )


def _faults(matcher: _Matcher, gold: Item, found: Item) -> set[str] | None:
    """What keeps two items of one passage from matching; None when they are about other things."""
    faults: set[str] = set()
    if isinstance(gold, Position) and isinstance(found, Position):
        faults = compare.position_faults(gold, found, matcher.people, matcher.sentences)
        return None if "evidence" in faults or len(faults) > 2 else faults
    if isinstance(gold, Attribution) and isinstance(found, Attribution):
        overlap = compare.content_likeness(gold, found)
        if overlap < compare.ENOUGH:
            faults.add("extent")
        if not compare.same_sources(gold, found, matcher.people):
            faults.add("source")
        return faults if overlap >= 0.2 and len(faults) == 1 else None
    if isinstance(gold, Event) and isinstance(found, Event):
        places = [matcher.sentences.places(e.evidence, e.evidence_span) for e in (gold, found)]
        same_kind = gold.kind is found.kind
        near = matcher.sentences.neighbours(*places)
        return {"participants" if same_kind else "kind"} if near else None
    if isinstance(gold, Stakeholder) and isinstance(found, Stakeholder):
        names = compare.forms(gold) & compare.forms(found)
        if names:
            return {"kind"} if gold.kind is not found.kind else {"identity (split or merged)"}
        if set(compare.words(gold.name)) & set(compare.words(found.name)) - TITLES:
            return {"name"}
    return None


def _role_differences(matcher: _Matcher, pairs: Mapping[int, int]) -> Iterator[Difference]:
    gold, found = matcher.gold, matcher.found
    back = {f: g for g, f in pairs.items()}
    sides = (
        ("missed", gold.stakeholders, pairs, found.stakeholders, _same_role),
        ("spurious", found.stakeholders, back, gold.stakeholders, _same_role_back),
    )
    for what, these, partner, others, same in sides:
        for n, who in enumerate(these):
            theirs = others[partner[n]].roles if n in partner else ()
            if who.optional or (n in partner and others[partner[n]].optional):
                continue
            kept = compare.assign(who.roles, theirs, same)
            for r, role in enumerate(who.roles):
                if r not in kept:
                    yield Difference(
                        gold.article,
                        "roles",
                        what,
                        f"{who.name}: {role.title}" + (f" of {role.of}" if role.of else ""),
                        "stakeholder not matched" if n not in partner else "other role",
                        "",
                    )


def _same_role(gold: Role, found: Role) -> float:
    return float(compare.same_role(gold, found))


def _same_role_back(found: Role, gold: Role) -> float:
    return float(compare.same_role(gold, found))


def describe(item: Item, record: Extraction) -> str:
    """One line that says what `item` of `record` is."""
    names = {s.id: s.name for s in record.stakeholders}

    def who(ids: Iterable[str]) -> str:
        return ", ".join(names.get(i, i) for i in ids)

    if isinstance(item, Stakeholder):
        return f"{item.kind}: {' | '.join((item.name, *item.aliases))}"
    if isinstance(item, Attribution):
        return f"{who(item.sources)}: {' '.join(item.content.split())}"
    if isinstance(item, Event):
        return f"{item.kind} of {who(item.participants)}" + (f", {item.date}" if item.date else "")
    target = item.target.stakeholder
    about = names.get(target, target) if target else " | ".join(item.target.issue)
    return f"{item.kind} by {who([item.holder])}, {item.polarity}: {about}"


def _sentence(item: Item, sentences: compare.Sentences) -> str:
    if isinstance(item, Stakeholder):
        names = (item.name, *item.aliases)
        places: Sequence[Span] = item.mentions or [p for n in names for p in sentences.places(n)]
    elif isinstance(item, Attribution):
        places = item.content_spans or sentences.places(item.content)
    else:
        places = sentences.places(item.evidence, item.evidence_span)
    return sentences.around(places[0]) if places else ""


# --- a folder -----------------------------------------------------------------------------------


def read_gold(folder: Path) -> list[GoldArticle]:
    """Every `STEM.json` of `folder` with its `STEM.txt`, by stem.

    Raises InputError when the folder has none, a text is missing or a record is not right.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: not a folder; evaluate needs a folder of gold records")
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise InputError(f"{folder}: no gold records (STEM.json beside STEM.txt)")
    return [_read_one(path) for path in paths]


def read_records(place: Path) -> dict[str, Extraction]:
    """Records by article: of a folder of `*.json` and `*.jsonl` files, or of one such file."""
    paths = sorted(p for p in place.glob("*.json*")) if place.is_dir() else [place]
    records: dict[str, Extraction] = {}
    for path in paths:
        text = _read_text(path)
        lines = text.splitlines() if path.suffix == ".jsonl" else [text]
        for number, line in enumerate(lines, start=1):
            if line.strip():
                where = f"{path}:{number}" if path.suffix == ".jsonl" else str(path)
                record = from_json(_load(line, where), where=where)
                records[record.article] = record
    return records


def evaluate(gold_dir: Path, found: Extractor | Mapping[str, Extraction]) -> Report:
    """Scores an extractor, or records by article, against the gold records in `gold_dir`.

    An article without a record counts as one in which nothing was found. Raises WorkError if the
    extractor cannot read one: figures for the rest would say nothing about the whole.
    """
    gold = read_gold(gold_dir)
    if isinstance(found, Mapping):
        names = sorted({record.extractor for record in found.values()})
        records = (found.get(g.record.article, Extraction(g.record.article, None)) for g in gold)
        return Report(", ".join(filter(None, names)) or "records", _scores(gold, records))
    return Report(found.name, _scores(gold, _all_read(found.extract(g.article for g in gold))))


def _all_read(results: Iterable[Extraction | Unread]) -> Iterator[Extraction]:
    for result in results:
        if isinstance(result, Unread):
            raise WorkError(f"{result.article}: {result.message}; nothing is scored")
        yield result


def _scores(gold: Sequence[GoldArticle], records: Iterable[Extraction]) -> tuple[Score, ...]:
    return tuple(
        score(g.record, record, g.article.text) for g, record in zip(gold, records, strict=True)
    )


def _read_one(path: Path) -> GoldArticle:
    record = from_json(_load(_read_text(path), str(path)), where=str(path))
    text = path.with_suffix(".txt")
    if not text.is_file():
        raise InputError(f"{text}: the article of {path.name} is missing")
    article = Article(path.stem, _read_text(text), date=record.date, origin=str(text))
    return GoldArticle(article, record)


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}: convert it first") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def _load(text: str, where: str) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{where}: not JSON, line {error.lineno}: {error.msg}") from error
    return data
