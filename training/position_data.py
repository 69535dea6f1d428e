"""Annotated articles with their parses, and casts and attributions taken from the annotation.

`gold_parts` gives what a perfect earlier stage would hand to the position reader, as far as
names and simple pronouns go; `predicted_parts` what the earlier stages really hand over.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc

from kcgraph.evaluate import compare
from kcgraph.extract.offline import nlp
from kcgraph.extract.offline.types import (
    Cast,
    Entity,
    Linked,
    Mention,
    MentionKind,
    Reading,
    Tokens,
)
from kcgraph.model import Article, Extraction, Position, Stakeholder, StakeholderKind, from_json


@dataclass(frozen=True)
class Example:
    """One annotated article with its parse; `group` names the collection it is from."""

    article: Article
    doc: Doc
    gold: Extraction
    group: str

    @property
    def number(self) -> int:
        """A number by the article's name alone, so that it keeps its fold when others come."""
        return int(hashlib.md5(self.article.id.encode()).hexdigest(), 16)

    @property
    def is_dev(self) -> bool:
        """Whether the article is kept aside for choices: one in five."""
        return self.number % 5 == 0


def load(
    group: str, records: Path, texts: Path | None = None, cache: Path | None = None
) -> list[Example]:
    """Every record of `records` with its text (beside it, or in `texts`), parsed.

    Parses are kept in the file `cache` when one is named.
    """
    import json

    pipeline = nlp.load()
    known: dict[str, bytes] = pickle.loads(cache.read_bytes()) if cache and cache.exists() else {}
    found, fresh = [], False
    for path in sorted(records.glob("*.json")):
        gold = from_json(json.loads(path.read_text(encoding="utf-8")), where=str(path))
        text = ((texts or records) / f"{path.stem}.txt").read_bytes().decode("utf-8")
        article = Article(id=path.stem, text=text, date=gold.date)
        if path.stem not in known:
            known[path.stem] = nlp.parse(article, pipeline).to_bytes()
            fresh = True
        doc = Doc(pipeline.vocab).from_bytes(known[path.stem])
        found.append(Example(article, doc, gold, group))
    if cache and fresh:
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_bytes(pickle.dumps(known))
    return found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which articles to learn from."""
    parser.add_argument("--articles", type=Path, required=True, help="folder with gold")
    parser.add_argument("--records", type=Path, help="more records, with --texts")
    parser.add_argument("--texts", type=Path, help="where the texts of --records lie")
    parser.add_argument("--cache", type=Path, help="folder for parses")


def chosen(args: argparse.Namespace) -> list[Example]:
    """The articles that those arguments name."""
    examples = load("fictional", args.articles, cache=cached(args, "fictional"))
    if args.records:
        examples += load("real", args.records, args.texts, cached(args, "real"))
    return examples


def cached(args: argparse.Namespace, name: str) -> Path | None:
    """The file for the parses of a collection, if they are to be kept."""
    return args.cache / f"{name}.pkl" if args.cache else None


# --- casts --------------------------------------------------------------------------------------


def predicted_parts(example: Example, models: Path | None = None) -> tuple[Cast, list[Linked]]:
    """Cast and attributions by the extractor's own earlier stages.

    `models` are other models that say who is who than those that ship.
    """
    from kcgraph.extract.offline.attributions import read_attributions
    from kcgraph.extract.offline.cast import build_cast
    from kcgraph.extract.offline.sources import link_sources

    readings = read_attributions(example.doc)
    cast = build_cast(example.doc, readings, example.article, models=models)
    return cast, link_sources(example.doc, readings, cast)


def people(example: Example, cast: Cast) -> dict[str, str]:
    """Entity id to the id of the annotated stakeholder that it matches, as the scorer matches."""
    found = [Stakeholder(e.id, e.kind, e.name, tuple(e.aliases)) for e in cast.entities]
    pairs = compare.assign(example.gold.stakeholders, found, compare.stakeholder_likeness)
    return {found[f].id: example.gold.stakeholders[g].id for g, f in pairs.items()}


def gold_parts(example: Example) -> tuple[Cast, list[Linked]]:
    """Cast and attributions of the annotation."""
    doc = example.doc
    links = list(_gold_links(example))
    entities = {
        s.id: Entity(s.id, s.kind, s.name, list(s.aliases)) for s in example.gold.stakeholders
    }
    taken = [False] * len(doc)
    _names(example, entities, taken)
    _pronouns(doc, entities, links)
    for entity in entities.values():
        entity.mentions.sort(key=lambda m: m.span)
    return Cast(list(entities.values())), links


def _names(example: Example, entities: dict[str, Entity], taken: list[bool]) -> None:
    doc, text = example.doc, example.article.text
    forms: list[tuple[str, str]] = []
    for s in example.gold.stakeholders:
        names = {s.name, *s.aliases}
        if s.kind is StakeholderKind.PERSON:
            names.add(s.name.split()[-1])
        forms.extend((name, s.id) for name in names)
    last = [f for f, _ in forms]
    for form, owner in sorted(forms, key=lambda f: -len(f[0])):
        if last.count(form) > 1 and form not in {entities[owner].name, *entities[owner].aliases}:
            continue
        pattern = rf"(?<!\w){re.escape(form)}(?!\w)"
        flags = re.IGNORECASE if form[:1].islower() or " " in form else 0
        for match in re.finditer(pattern, text, flags):
            span = doc.char_span(match.start(), match.end(), alignment_mode="expand")
            if span is None or any(taken[span.start : span.end]):
                continue
            taken[span.start : span.end] = [True] * len(span)
            kind = (
                MentionKind.NAME
                if form[:1].isupper() and " the " not in form
                else MentionKind.NOMINAL
            )
            entities[owner].mentions.append(
                Mention(Tokens(span.start, span.end), span.root.i, kind)
            )


_PERSONAL = {"he", "him", "his", "she", "her", "hers"}
_PLURAL = {"they", "them", "their"}
_THING = {"it", "its"}
_FIRST = {"i", "me", "my", "we", "us", "our", "mine", "ours"}


def _pronouns(doc: Doc, entities: dict[str, Entity], links: Sequence[Linked]) -> None:
    at = {m.head: e for e in entities.values() for m in e.mentions}
    source: dict[int, str] = {}
    for link in links:
        for start, end in link.reading.content:
            for i in range(start, end):
                if link.sources:
                    source.setdefault(i, link.sources[0])
    recent: list[tuple[int, Entity]] = []
    for token in doc:
        i = token.i
        if i in at:
            recent.append((i, at[i]))
            continue
        low = token.lower_
        chosen: Entity | None = None
        if low in _FIRST and i in source:
            chosen = entities.get(source[i])
        elif low in _PERSONAL | _PLURAL | _THING:
            chosen = _antecedent(doc, i, low, recent, source.get(i))
        elif low in {"who", "which", "that"} and token.dep_ in {"nsubj", "nsubjpass"}:
            for ancestor in token.ancestors:
                if ancestor.dep_ == "relcl":
                    chosen = at.get(ancestor.head.i)
                    break
        if chosen:
            mention = Mention(Tokens(i, i + 1), i, MentionKind.PRONOUN)
            chosen.mentions.append(mention)
            at[i] = chosen
            if low not in {"who", "which", "that"}:
                recent.append((i, chosen))


def _antecedent(
    doc: Doc, i: int, low: str, recent: list[tuple[int, Entity]], speaker: str | None
) -> Entity | None:
    person = low in _PERSONAL
    best, best_score = None, 0.0
    for j, entity in recent[-12:]:
        if person != (entity.kind is StakeholderKind.PERSON) or entity.id == speaker:
            continue
        score = 1.0 / (1 + 0.03 * (i - j))
        score += 0.4 * (doc[j].dep_ in {"nsubj", "nsubjpass"})
        score += 0.2 * (entity.kind is StakeholderKind.GROUP and low in _PLURAL)
        if i - j < 60 and score > best_score:
            best, best_score = entity, score
    return best


def _gold_links(example: Example) -> Iterator[Linked]:
    text, doc = example.article.text, example.doc
    for a in example.gold.attributions:
        start = text.find(a.content)
        if start < 0:
            continue
        span = doc.char_span(start, start + len(a.content), alignment_mode="expand")
        if span is None:
            continue
        reading = Reading((Tokens(span.start, span.end),), None, _cue(span.start, span.end, doc))
        yield Linked(reading, a.sources, a.also)


def _cue(start: int, end: int, doc: Doc) -> Tokens | None:
    """The word that heads the content from outside."""
    for i in range(start, end):
        head = doc[i].head.i
        if doc[i].dep_ in {"ccomp", "xcomp", "parataxis", "dobj"} and not start <= head < end:
            return Tokens(head, head + 1)
    return None


# --- passages -----------------------------------------------------------------------------------


def evidence_tokens(example: Example, position: Position) -> list[Tokens]:
    """Where the passage of an annotated position stands (it may stand at several places)."""
    found, text = [], example.article.text
    start = text.find(position.evidence)
    while start >= 0:
        span = example.doc.char_span(start, start + len(position.evidence), alignment_mode="expand")
        if span is not None:
            found.append(Tokens(span.start, span.end))
        start = text.find(position.evidence, start + 1)
    return found
