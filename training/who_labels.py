"""What the annotation says about tokens: which of them are names, of whom, and their titles.

The gold lists names and aliases without places. Here they are found in the text, longest first, so
that a surname inside a company's name stays the company's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from kcgraph.evaluate import compare
from kcgraph.extract.offline.lexicon import table, words
from kcgraph.extract.offline.types import Reading
from kcgraph.model import Extraction, Stakeholder, StakeholderKind

_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_OWN = frozenset("his her their its our my members the".split())
_PARTICLES = frozenset("van de von al el ap du da di".split())
_ADMINISTRATIONS = frozenset("city county town village state province borough township".split())

Form = tuple[str, str, Stakeholder]


def name_labels(doc: Doc, stakeholders: Sequence[Stakeholder]) -> list[str]:
    """One label per token: B-x and I-x for persons (P), bodies (B), places (L); T for titles; O.

    Names that the annotation leaves out, since nothing comes of them, are labelled where the
    parse's entity recognizer and the spelling agree: the choice of stakeholders is made later.
    """
    marker = _Marker(doc)
    for form, kind, who in sorted(_forms(stakeholders), key=lambda f: -len(f[0])):
        marker.mark(form, kind, who)
    marker.mark_titles()
    marker.mark_others()
    return marker.labels


def _forms(stakeholders: Sequence[Stakeholder]) -> Iterator[Form]:
    """Every form under which somebody can be named, with the type of the name."""
    for who in stakeholders:
        if who.kind is StakeholderKind.GROUP:
            continue
        for written in {who.name, *who.aliases}:
            form = _ARTICLE.sub("", written)
            if who.kind is StakeholderKind.PERSON:
                yield from _person_form(form, who)
            elif _is_body_form(form):
                yield form, "B", who
        if who.kind is StakeholderKind.PERSON:
            parts = who.name.split()
            for n in range(1, len(parts)):
                yield " ".join(parts[n:]), "P", who
            if len(parts) > 1 and len(parts[0]) > 2:
                yield parts[0], "P", who


def _person_form(form: str, who: Stakeholder) -> Iterator[Form]:
    """The form without a title before it, if it names the person."""
    parts, known = form.split(), set(who.name.split())
    k = 0
    while k < len(parts) and parts[k] not in known:
        k += 1
    rest = parts[k:]
    if rest and rest[0][0].isupper() and all(p in known or len(p) < 3 for p in rest):
        yield " ".join(rest), "P", who
    elif len(parts) == 1 and form[0].isupper() and form.lower() not in _offices():
        yield form, "P", who


def _offices() -> frozenset[str]:
    return words("person-nouns") | words("honorifics")


def _is_body_form(form: str) -> bool:
    parts = form.split()
    if not parts or not form[0].isupper() or parts[0].lower() in _OWN:
        return False
    if len(parts) == 1 and form.lower() in words("body-nouns") | words("person-nouns"):
        return False
    return parts[-1][0].isupper() or parts[-1].lower() in words("body-nouns")


class _Marker:
    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.labels = ["O"] * len(doc)
        self._who: list[Stakeholder | None] = [None] * len(doc)
        self._starts = {t.idx: t.i for t in doc}
        self._ends = {t.idx + len(t.text): t.i + 1 for t in doc}

    def mark(self, form: str, kind: str, who: Stakeholder) -> None:
        """Labels every free place where the form stands as whole words."""
        if not form[0].isupper() and form.split()[0] not in _PARTICLES:
            return
        for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", self.doc.text):
            start, end = self._starts.get(match.start()), self._ends.get(match.end())
            if start is None or end is None or self._is_taken(start, end):
                continue
            if kind == "P" and " " not in form and self._goes_on(end):
                continue
            self._set(start, end, "L" if kind == "B" and self._is_place(start, end) else kind)
            for i in range(start, end):
                self._who[i] = who

    def mark_titles(self) -> None:
        """Labels what stands before a person's name in an alias or a role, or as an honorific."""
        for start, label in enumerate(self.labels):
            if label == "B-P":
                for i in range(self._title_start(start), start):
                    if self.labels[i] == "O":
                        self.labels[i] = "T"

    def mark_others(self) -> None:
        """Labels names of nobody in the annotation, as far as they are beyond doubt."""
        for entity in self.doc.ents:
            start, end = entity.start, entity.end
            if self._is_taken(start, end):
                continue
            while start < end and self.doc[start].lower_ in {"the", "a", "an"}:
                start += 1
            while end > start and self.doc[end - 1].tag_ == "POS":
                end -= 1
            if start == end or not self.doc[start].text[0].isupper():
                continue
            long, last = end - start > 1, self.doc[end - 1].lower_
            if entity.label_ in {"GPE", "LOC"}:
                self._set(start, end, "L")
            elif entity.label_ == "PERSON" and long and last not in words("body-nouns"):
                if self.doc[start].text in table("first-names"):
                    self._set(start, end, "P")
            elif entity.label_ == "ORG" and long and last in words("body-nouns"):
                self._set(start, end, "B")

    def _title_start(self, start: int) -> int:
        doc, who = self.doc, self._who[start]
        end = start + 1
        while end < len(doc) and self.labels[end] == "I-P":
            end += 1
        best = start
        last = doc[end - 1].idx + len(doc[end - 1].text)
        for alias in who.aliases if who else ():
            form = _ARTICLE.sub("", alias)
            if doc.text[:last].endswith(form):
                best = min(best, self._starts.get(last - len(form), best))
        if best == start:
            before = doc.text[: doc[start].idx].rstrip()
            for role in who.roles if who else ():
                if before.lower().endswith(role.title.lower()):
                    best = min(best, self._starts.get(len(before) - len(role.title), best))
        if best == start and start and _is_honorific(doc[start - 1]):
            best = start - 1
        return best

    def _goes_on(self, end: int) -> bool:
        """Whether the word is the beginning of something else's name ("Young Street")."""
        if end >= len(self.doc) or not self.doc[end].text[:1].isupper():
            return False
        return self.doc[end].lower_ in words("facility-words") or self.doc[end].lower_ in words(
            "body-nouns"
        )

    def _is_place(self, start: int, end: int) -> bool:
        last = self.doc[end - 1].lower_
        if last in words("body-nouns") and last not in _ADMINISTRATIONS:
            return False
        return all(t.ent_type_ in {"GPE", "LOC"} for t in self.doc[start:end])

    def _is_taken(self, start: int, end: int) -> bool:
        return any(self.labels[i] != "O" for i in range(start, end))

    def _set(self, start: int, end: int, kind: str) -> None:
        self.labels[start] = f"B-{kind}"
        for i in range(start + 1, end):
            self.labels[i] = f"I-{kind}"


def _is_honorific(token: Token) -> bool:
    return token.text[0].isupper() and token.lower_.rstrip(".") in words("honorifics")


# --- whom a mention means ------------------------------------------------------------------------


def bare(form: str) -> str:
    """A name or description without articles, to be compared."""
    return compare.bare_name(form, StakeholderKind.ORGANIZATION)


def ids_by_form(gold: Extraction) -> dict[str, set[str]]:
    """Whom each name and alias of the annotation can mean."""
    found: dict[str, set[str]] = defaultdict(set)
    for who in gold.stakeholders:
        for form in (who.name, *who.aliases):
            found[bare(form)].add(who.id)
    return found


def sources_told(
    doc: Doc, readings: Sequence[Reading], gold: Extraction
) -> dict[int, tuple[str, ...]]:
    """The sources of the gold attribution that a reading matches, by the head of its source."""
    found = {}
    contents = [(frozenset(compare.words(a.content)), a) for a in gold.attributions]
    for reading in readings:
        if reading.source is None:
            continue
        written = doc[reading.content[0].start : reading.content[-1].end].text
        mine = frozenset(compare.words(written))
        best = max(contents, key=lambda pair: compare.jaccard(mine, pair[0]), default=None)
        if best is not None and compare.jaccard(mine, best[0]) >= 0.5:
            found[doc[reading.source.start : reading.source.end].root.i] = best[1].sources
    return found


_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_SINGLE = frozenset("he she him her".split())


def referents_told(
    doc: Doc, readings: Sequence[Reading], gold: Extraction
) -> dict[int, tuple[str, ...]]:
    """Whom the mention headed by a token means, as far as attributions and positions tell."""
    return _holders_told(doc, gold) | sources_told(doc, readings, gold)


def _holders_told(doc: Doc, gold: Extraction) -> dict[int, tuple[str, ...]]:
    """The holders of the positions whose passage has this token for its subject.

    Only pronouns and common nouns, and only where number and kind fit; several for a joint act.
    """
    kinds = {s.id: s.kind for s in gold.stakeholders}
    found: dict[int, dict[str, None]] = {}
    for position in gold.positions:
        start = doc.text.find(position.evidence)
        if start < 0 or doc.text.find(position.evidence, start + 1) >= 0:
            continue
        span = doc.char_span(start, start + len(position.evidence), alignment_mode="expand")
        subject = _subject(span.root) if span is not None else None
        if subject is not None and _can_hold(subject, kinds[position.holder]):
            found.setdefault(subject.i, {})[position.holder] = None
    # "They took the ward," said the mayor: the mayor holds it, but "they" are not the mayor
    return {
        head: tuple(ids)
        for head, ids in found.items()
        if doc[head].lower_ != "they"
        or len(ids) > 1
        or any(kinds[one] is not StakeholderKind.PERSON for one in ids)
    }


def _subject(verb: Token) -> Token | None:
    """The subject of a full verb, or of the verb that it is coordinated with."""
    for _ in range(4):
        if verb.pos_ == "VERB":
            for child in verb.children:
                if child.dep_ in _SUBJECTS:
                    return child if child.dep_ == "nsubj" else None
        if verb.dep_ not in {"conj", "xcomp"} or verb.head.i == verb.i:
            return None
        verb = verb.head
    return None


def _can_hold(subject: Token, kind: StakeholderKind) -> bool:
    low = subject.lower_
    if low in _SINGLE:
        return kind is StakeholderKind.PERSON or kind is StakeholderKind.GROUP
    if low == "it":
        return kind is StakeholderKind.ORGANIZATION
    if low == "they":
        return True
    if subject.pos_ != "NOUN":
        return False
    lemma = subject.lemma_.lower()
    if lemma in words("person-nouns"):
        return subject.tag_ == "NNS" or kind is not StakeholderKind.ORGANIZATION
    return lemma in words("body-nouns")
