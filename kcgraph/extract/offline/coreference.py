"""Who is who within one article: names first, then noun phrases, then pronouns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from kcgraph.extract.offline.lexicon import table
from kcgraph.extract.offline.mentions import PERSONAL, Nominal, Sort, find_pronouns, name_mention
from kcgraph.extract.offline.names import Name, NameType
from kcgraph.extract.offline.types import Mention, MentionKind, Reading, Tokens
from kcgraph.model import Role, StakeholderKind


@dataclass(slots=True, eq=False)
class Referent:
    """Somebody under construction. `forms` are name forms as lists of words, longest first."""

    sort: Sort
    forms: list[tuple[str, ...]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    mentions: list[Mention] = field(default_factory=list)
    nominals: list[Nominal] = field(default_factory=list)
    gender: str = "u"
    named: bool = False
    place: bool = False

    @property
    def kind(self) -> StakeholderKind:
        if not self.named and self.sort is not Sort.BODY:
            return StakeholderKind.GROUP
        return StakeholderKind.PERSON if self.sort is Sort.PERSON else StakeholderKind.ORGANIZATION

    def last_before(self, i: int) -> int:
        """The head of the latest mention before token `i`, or -1."""
        return max((m.head for m in self.mentions if m.head < i), default=-1)


def text(doc: Doc, span: Tokens) -> str:
    """The words of a span, on one line."""
    return " ".join(doc[span.start : span.end].text.split())


# --- names --------------------------------------------------------------------------------------


def resolve_names(doc: Doc, names: Sequence[Name]) -> list[Referent]:
    """One referent per person, body or place that is named."""
    referents: list[Referent] = []
    order = sorted(names, key=lambda n: (-(n.span.end - n.span.start), n.span.start))
    assigned: dict[int, Referent] = {}
    for name in order:
        words = _words(doc, name)
        match = _match(words, name, referents)
        if match is None:
            match = Referent(
                _SORT.get(name.type, Sort.BODY),
                named=True,
                place=name.type in {NameType.PLACE, NameType.OTHER},
            )
            referents.append(match)
        _add_name(doc, name, words, match)
        assigned[name.span.start] = match
    for one in referents:
        one.mentions.sort(key=lambda m: m.span)
        if one.sort is Sort.PERSON and one.gender == "u":
            one.gender = (
                table("first-names").get(one.forms[0][0], "u") if len(one.forms[0]) > 1 else "u"
            )
    return sorted(referents, key=lambda r: r.mentions[0].span)


_SORT = {NameType.PERSON: Sort.PERSON, NameType.BODY: Sort.BODY}


def _words(doc: Doc, name: Name) -> tuple[str, ...]:
    return tuple(
        t.text
        for t in doc[name.span.start : name.span.end]
        if (not t.is_punct or t.text == "&") and t.text not in {"'s", "’s", "'", "’"}
    )


def _match(words: tuple[str, ...], name: Name, referents: Iterable[Referent]) -> Referent | None:
    folded = tuple(w.casefold() for w in words)
    best: tuple[int, Referent] | None = None
    for one in referents:
        for form in one.forms:
            other = tuple(w.casefold() for w in form)
            score = _likeness(folded, other, name, one)
            if score and (best is None or score > best[0]):
                best = score, one
    return best[1] if best else None


def _likeness(short: tuple[str, ...], full: tuple[str, ...], name: Name, one: Referent) -> int:
    if short == full:
        return 10
    person = one.sort is Sort.PERSON
    if person:
        if len(short) == 1 and len(full) > 1 and (short[0] == full[-1]):
            return 6
        if len(short) == 1 and len(full) > 1 and short[0] == full[0] and name.title is None:
            return 3
        if (
            len(short) > 1
            and len(full) > len(short)
            and short[-1] == full[-1]
            and short[0] == full[0]
        ):
            return 8
        if len(short) > 1 and len(short) < len(full) and full[-len(short) :] == short:
            return 7
        return 0
    if name.type is NameType.PERSON:
        return 0
    if len(short) == 1 and short[0].isalpha() and is_acronym(short[0], full):
        return 5
    if (
        len(short) < len(full)
        and not one.place
        and (full[-len(short) :] == short or full[: len(short)] == short)
        and name.type is not NameType.PLACE
    ):
        return 4
    return 0


def is_acronym(short: str, full: Sequence[str]) -> bool:
    """Whether the letters of `short` begin the words of `full`, small words skipped or not."""
    if not 2 <= len(short) <= 8 or len(full) < 2:
        return False
    strong = "".join(
        w[:1] for w in full if w.casefold() not in {"of", "the", "for", "and", "&", "de"}
    )
    every = "".join(w[:1] for w in full)
    return short.casefold() in {strong.casefold(), every.casefold()}


def _add_name(doc: Doc, name: Name, words: tuple[str, ...], one: Referent) -> None:
    mention = name_mention(doc, name)
    one.mentions.append(mention)
    if words not in one.forms:
        one.forms.append(words)
    for span in (name.span, name.whole):
        if (label := text(doc, span)) not in one.labels:
            one.labels.append(label)
    if name.title is not None:
        honorific = doc[name.title.end - 1].lower_.rstrip(".")
        one.titles.add(honorific)
        gender = table("honorifics").get(honorific, "u")
        if gender != "u":
            one.gender = gender


# --- noun phrases -------------------------------------------------------------------------------


def resolve_nominals(doc: Doc, nominals: Sequence[Nominal], referents: list[Referent]) -> None:
    """Joins each noun phrase to a referent, a new one where none fits; extends `referents`."""
    for nominal in nominals:
        one = _apposed(doc, nominal, referents)
        if one is None and nominal.definite:
            one = _antecedent(doc, nominal, referents)
        if one is None:
            one = _same_people(nominal, referents)
        if one is None:
            one = Referent(nominal.sort)
            referents.append(one)
        one.mentions.append(nominal.mention)
        one.nominals.append(nominal)


def _by_head(referents: Iterable[Referent]) -> dict[int, Referent]:
    return {m.head: r for r in referents for m in r.mentions}


def _apposed(doc: Doc, nominal: Nominal, referents: list[Referent]) -> Referent | None:
    """The referent that the noun phrase stands beside: "Nettie Crowe, a retired hydrologist"."""
    heads = _by_head(referents)
    token = doc[nominal.head]
    beside: list[Token] = [c for c in token.children if c.dep_ == "appos"]
    if token.dep_ == "appos":
        beside.append(token.head)
    if token.dep_ == "conj" and token.head.dep_ == "appos":
        beside.append(token.head.head)
    for other in beside:
        one = heads.get(other.i)
        if (
            one is not None
            and one.named
            and (one.sort is nominal.sort or (one.place and nominal.sort is Sort.BODY))
        ):
            return one
    return None


_GENERIC_BODY = frozenset(["group", "organization", "organisation", "body", "outfit", "entity"])


def _antecedent(doc: Doc, nominal: Nominal, referents: list[Referent]) -> Referent | None:
    best: tuple[float, Referent] | None = None
    for one in referents:
        last = one.last_before(nominal.core.start)
        score = _fit(nominal, one)
        if last < 0:
            score -= 1.5
        if score <= 0:
            continue
        score -= (nominal.head - last) / 400 if last >= 0 else 0.5
        if best is None or score > best[0]:
            best = score, one
    return best[1] if best and best[0] > 0 else None


def _fit(nominal: Nominal, one: Referent) -> float:
    """How well the head noun fits what is known of the referent; 0 if not at all."""
    if one.sort is not nominal.sort and not (one.place and nominal.sort is Sort.BODY):
        return 0
    known = {n.lemma for n in one.nominals} | one.titles
    if nominal.lemma in known:
        theirs = [n for n in one.nominals if n.lemma == nominal.lemma]
        if (
            nominal.modifiers
            and theirs
            and not any(
                nominal.modifiers <= n.modifiers or n.modifiers <= nominal.modifiers for n in theirs
            )
        ):
            return 0
        return 3
    named = {w.casefold() for form in one.forms for w in form}
    if nominal.sort is Sort.BODY and one.named:
        if nominal.lemma in named:
            return 2.5
        if nominal.lemma in _GENERIC_BODY and not one.place and not nominal.modifiers:
            return 1
    return 0


def _same_people(nominal: Nominal, referents: list[Referent]) -> Referent | None:
    for one in reversed(referents):
        if one.named or one.sort is not nominal.sort:
            continue
        for other in one.nominals:
            if (
                other.lemma == nominal.lemma
                and other.modifiers == nominal.modifiers
                and (nominal.sort is Sort.PEOPLE or nominal.definite)
            ):
                return one
    return None


# --- pronouns -----------------------------------------------------------------------------------


def resolve_pronouns(doc: Doc, readings: Sequence[Reading], referents: list[Referent]) -> None:
    """Joins pronouns to referents, in text order; first persons through who is quoted."""
    later: list[Mention] = []
    for mention in find_pronouns(doc):
        form = PERSONAL[doc[mention.head].lower_]
        if form in {"1", "w"}:
            later.append(mention)
            continue
        one = (
            _relative(doc, mention, referents)
            if form == "r"
            else _pronoun(doc, mention, form, referents)
        )
        if one is not None:
            one.mentions.append(mention)
    heads = _by_head(referents)
    for mention in later:
        for reading in readings:
            if reading.source and any(p.start <= mention.head < p.end for p in reading.content):
                head = doc[reading.source.start : reading.source.end].root.i
                one = heads.get(head)
                if one is not None:
                    one.mentions.append(mention)
                break


def _relative(doc: Doc, mention: Mention, referents: list[Referent]) -> Referent | None:
    heads = _by_head(referents)
    token = doc[mention.head]
    clause = token
    while clause.dep_ != "relcl" and clause.head.i != clause.i:
        clause = clause.head
    if clause.dep_ != "relcl":
        return None
    return heads.get(clause.head.i)


def _pronoun(doc: Doc, mention: Mention, form: str, referents: list[Referent]) -> Referent | None:
    i = mention.head
    sentence = doc[i].sent.start
    best: tuple[float, Referent] | None = None
    for one in referents:
        if not _agrees(form, one):
            continue
        for m in one.mentions:
            if not i - 150 < m.head < i:
                continue
            token = doc[m.head]
            score = -(i - m.head) / 30
            if token.dep_ in {"nsubj", "nsubjpass"}:
                score += 1
            if m.head >= sentence:
                score += 0.3
            if m.kind is MentionKind.PRONOUN and PERSONAL[token.lower_] == form:
                score += 0.5
            if one.named:
                score += 0.4
            if token.dep_ in {"poss", "pobj"}:
                score -= 0.5
            if best is None or score > best[0]:
                best = score, one
    return best[1] if best else None


def _agrees(form: str, one: Referent) -> bool:
    if form in {"m", "f"}:
        return one.sort is Sort.PERSON and one.gender in {form, "u"}
    if form == "n":
        return one.sort is Sort.BODY
    return one.sort in {Sort.PEOPLE, Sort.BODY}
