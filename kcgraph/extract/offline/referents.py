"""Who is named in an article: one referent per person, body or place, its name forms joined.

A short form goes to the longer one that it abbreviates, by surname, first words, last words or
initials; between several, to the one that was named last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from spacy.tokens import Doc

from kcgraph.extract.offline.lexicon import table, words
from kcgraph.extract.offline.mentions import Nominal, Sort, name_mention
from kcgraph.extract.offline.names import Name, NameType
from kcgraph.extract.offline.types import Mention, Tokens
from kcgraph.model import StakeholderKind


@dataclass(slots=True, eq=False)
class Referent:
    """Somebody under construction. `forms` are the name's forms as tuples of words.

    `gender` is what the name tells, `heard` what the pronouns did that were joined so far. A joint
    referent has the `members` that it stands for.
    """

    sort: Sort
    forms: list[tuple[str, ...]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    mentions: list[Mention] = field(default_factory=list)
    nominals: list[Nominal] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    gender: str = "u"
    heard: Counter[str] = field(default_factory=Counter)
    place: bool = False
    members: list[Referent] = field(default_factory=list)

    @property
    def named(self) -> bool:
        return bool(self.forms)

    @property
    def kind(self) -> StakeholderKind:
        if self.sort is Sort.BODY:
            return StakeholderKind.ORGANIZATION
        return StakeholderKind.PERSON if self.named else StakeholderKind.GROUP

    def last_before(self, i: int) -> Mention | None:
        """The latest mention before token `i`."""
        best = None
        for mention in self.mentions:
            if mention.head < i and (best is None or mention.head > best.head):
                best = mention
        return best


def text(doc: Doc, span: Tokens) -> str:
    """The words of a span, on one line."""
    return " ".join(doc[span.start : span.end].text.split())


def resolve_names(doc: Doc, names: Sequence[Name]) -> list[Referent]:
    """One referent per person, body or place that is named, in order of first mention."""
    referents: list[Referent] = []
    forms = {name.span: _words(doc, name) for name in names}
    names = [_retyped(name, forms, names) for name in names]
    for name in sorted(names, key=lambda n: (len(forms[n.span]) == 1, -len(forms[n.span]), n.span)):
        form = _with_shared_surname(doc, name, forms[name.span])
        one = _match(form, name, referents)
        if one is None:
            one = Referent(
                Sort.PERSON if name.type is NameType.PERSON else Sort.BODY,
                place=name.type is NameType.PLACE,
            )
            referents.append(one)
        _add_name(doc, name, form, one)
    for one in referents:
        one.mentions.sort(key=lambda m: m.span)
        if one.sort is Sort.PERSON and one.gender == "u" and len(one.forms[0]) > 1:
            one.gender = table("first-names").get(one.forms[0][0], "u")
    return sorted(referents, key=lambda r: r.mentions[0].span)


def _retyped(name: Name, forms: Mapping[Tokens, tuple[str, ...]], names: Iterable[Name]) -> Name:
    """The name with the type that most of the article's uses of it have, headlines in capitals too.

    A single word counts with the longer names that it begins ("Wessington", "Wessington Water"),
    unless it is a surname of somebody.
    """
    if name.title is not None:
        return name
    form = forms[name.span]
    if len(form) > 1 and name.type is NameType.PERSON and _ends_like_body(form):
        return replace(name, type=NameType.BODY)
    if len(form) > 1 and name.type is NameType.PERSON and _ends_like_place(form):
        return replace(name, type=NameType.PLACE)
    if len(form) > 1 and name.type is NameType.BODY and _is_relative(form, forms, names):
        return replace(name, type=NameType.PERSON)
    votes: Counter[NameType] = Counter()
    folded = tuple(map(str.casefold, form))
    for other in names:
        theirs = forms[other.span]
        if len(theirs) == len(form) and tuple(map(str.casefold, theirs)) == folded:
            votes[other.type] += 1
        elif (
            len(form) == 1
            and len(theirs) > 1
            and other.type is NameType.PERSON
            and theirs[-1] == form[0]
        ):
            return name
        elif len(form) == 1 and theirs[0] == form[0]:
            is_body = other.type is NameType.BODY or _ends_like_body(theirs)
            votes[NameType.BODY] += is_body and name.type is NameType.PERSON
    best, n = votes.most_common(1)[0]
    return name if n == votes[name.type] else replace(name, type=best)


def _is_relative(
    form: Sequence[str], forms: Mapping[Tokens, tuple[str, ...]], names: Iterable[Name]
) -> bool:
    """Whether the form is a given name with the surname of somebody else in the article."""
    if form[0] not in table("first-names") or len(form) > 3 or _ends_like_body(form):
        return False
    return any(
        n.type is NameType.PERSON and len(f := forms[n.span]) > 1 and f[-1] == form[-1]
        for n in names
    )


def _ends_like_body(form: Sequence[str]) -> bool:
    last = form[-1].lower()
    known = last in words("company-words") or last in words("body-nouns")
    return known and form[0] not in table("first-names")


def _ends_like_place(form: Sequence[str]) -> bool:
    """Whether it is named like a street or building, and nobody's given name begins it."""
    return form[-1].lower() in words("facility-words") and form[0] not in table("first-names")


def _words(doc: Doc, name: Name) -> tuple[str, ...]:
    """The words of a name without a nickname in quotation marks."""
    tokens = list(doc[name.span.start : name.span.end])
    quoted = [n for n, t in enumerate(tokens) if t.is_quote]
    if name.type is NameType.PERSON and len(quoted) == 2 and quoted[0] > 0:
        tokens = tokens[: quoted[0]] + tokens[quoted[1] + 1 :]
    return tuple(
        t.text
        for t in tokens
        if t.is_alpha
        or t.is_digit
        or t.text == "&"
        or (any(c.isalpha() for c in t.text) and t.tag_ != "POS")
    ) or (doc[name.span.start].text,)


def _with_shared_surname(doc: Doc, name: Name, form: tuple[str, ...]) -> tuple[str, ...]:
    """("Tom", "Weller") for the "Tom" of "Tom and Iris Weller"."""
    if name.type is not NameType.PERSON or len(form) != 1 or form[0] not in table("first-names"):
        return form
    i = name.span.end
    if (
        i + 2 >= len(doc)
        or doc[i].lower_ not in {"and", "&"}
        or doc[i + 1].text not in table("first-names")
    ):
        return form
    surname = doc[i + 2]
    return (*form, surname.text) if surname.text[:1].isupper() and surname.pos_ == "PROPN" else form


def _match(form: tuple[str, ...], name: Name, referents: Iterable[Referent]) -> Referent | None:
    folded = tuple(w.casefold() for w in form)
    best: tuple[float, Referent] | None = None
    for one in referents:
        score = max(_likeness(folded, tuple(w.casefold() for w in f), name, one) for f in one.forms)
        if score <= 0:
            continue
        before = one.last_before(name.span.start)
        score -= min(0.9, (name.span.start - before.head) / 1000) if before else 0.95
        if best is None or score > best[0]:
            best = score, one
    return best[1] if best else None


def _likeness(short: tuple[str, ...], full: tuple[str, ...], name: Name, one: Referent) -> float:
    """How well a name form fits a longer one of a referent; 0 if it is somebody else's."""
    if short == full:
        return 10 if (one.sort is Sort.PERSON) == (name.type is NameType.PERSON) else 5
    if one.sort is Sort.PERSON:
        return _person_likeness(short, full, name)
    if len(short) > len(full):
        return 0
    if len(short) == 1 and is_acronym(short[0], full):
        return 8
    if name.title is not None or one.place or len(short) == len(full):
        return 0
    if name.type is NameType.PLACE:
        return 0
    starts, ends = full[: len(short)] == short, full[-len(short) :] == short
    if starts and (_is_area(short) or _is_another(short, full[len(short) :])):
        return 0
    inside = len(short) > 1 and any(full[i : i + len(short)] == short for i in range(len(full)))
    heads = len(short) == 1 and (short[0], "of") in pairwise(full)  # "Corps" of Engineers
    if starts or ends or inside or heads:
        return 4 if name.type is NameType.BODY else 2
    return 0


_AREAS = frozenset("county parish township borough shire".split())


def _is_area(form: Sequence[str]) -> bool:
    """Whether it is a place that bodies are named for: "Pelham County" of its school board."""
    return len(form) > 1 and form[-1] in _AREAS


_ASSOCIATIONS = frozenset({"union", "voluntary"})


def _is_another(body: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether `rest` makes another of the body's name: "Lorne Police" and "Officers' Union"."""
    kinds = table("noun-classes")
    named = kinds.get(body[-1])
    if named is None or named in _ASSOCIATIONS:
        return False
    return not _ASSOCIATIONS.isdisjoint(map(kinds.get, rest))


def _person_likeness(short: tuple[str, ...], full: tuple[str, ...], name: Name) -> float:
    if name.type is NameType.PLACE or len(full) == 1:
        return 0
    if len(short) == 1:
        if short[0] == full[-1]:
            return 7 if name.type is NameType.PERSON else 4
        if short[0] == full[0] and name.title is None:
            return 3
        return 2 if short[0] in full[1:] else 0
    if short[-1] == full[-1] and short[0] == full[0]:
        return 8
    if full[-len(short) :] == short or full[: len(short)] == short:
        return 7
    return 0


def is_acronym(short: str, full: Sequence[str]) -> bool:
    """Whether the letters of `short` begin the words of `full`, small words skipped or not."""
    letters = short.replace(".", "").casefold()
    if not 2 <= len(letters) <= 8 or len(full) < 2:
        return False
    parts = [p for w in full for p in w.split("-") if p]
    strong = "".join(p[0] for p in parts if p.casefold() not in {"of", "the", "for", "and", "&"})
    every = "".join(p[0] for p in parts)
    return letters in {strong.casefold(), every.casefold()}


def _add_name(doc: Doc, name: Name, form: tuple[str, ...], one: Referent) -> None:
    one.mentions.append(name_mention(doc, name))
    one.names.append(name)
    if form not in one.forms:
        one.forms.append(form)
        one.forms.sort(key=len, reverse=True)
    if len(form) > len(_words(doc, name)):
        one.labels.append(" ".join(form))
    for span in (name.span, name.whole):
        if (label := text(doc, span)) not in one.labels:
            one.labels.append(label)
    if one.sort is Sort.BODY:
        one.titles.update(_described(doc, name))
    if name.title is not None:
        for token in doc[name.title.start : name.title.end]:
            if token.lower_ in words("person-nouns") or token.lower_ in words("honorifics"):
                one.titles.add(token.lower_)
        honorific = doc[name.title.end - 1].lower_.rstrip(".")
        gender = table("honorifics").get(honorific, "u")
        if gender != "u":
            one.gender = gender


def _described(doc: Doc, name: Name) -> Iterator[str]:
    """What a body is called before its name: "the mining company Blue River"."""
    i = name.span.start - 1
    if i >= 0 and doc[i].pos_ == "NOUN" and doc[i].lemma_.lower() in words("body-nouns"):
        yield doc[i].lemma_.lower()


def correct_sorts(doc: Doc, referents: Iterable[Referent], nominals: Iterable[Nominal]) -> None:
    """Makes bodies of names that stand beside "a charity" or before "which", persons of those
    beside "a teacher" or before "who"; a title or given name is stronger than either."""
    heads = {m.head: r for r in referents for m in r.mentions}
    votes: Counter[tuple[int, Sort]] = Counter()
    for nominal in nominals:
        if nominal.sort is not Sort.PEOPLE and doc[nominal.head].dep_ == "appos":
            one = heads.get(doc[nominal.head].head.i)
            if one is not None and not one.place:
                votes[id(one), nominal.sort] += 1
    relative = [doc.vocab.strings[word] for word in ("who", "which")]
    for i in np.flatnonzero(np.isin(doc.to_array("LOWER"), relative)).tolist():
        token = doc[i]
        if token.head.dep_ == "relcl":
            one = heads.get(token.head.head.i)
            if one is not None and token.i == token.head.head.right_edge.i:
                continue
            if one is not None and not one.place:
                votes[id(one), Sort.PERSON if token.lower_ == "who" else Sort.BODY] += 1
    for one in heads.values():
        other = Sort.BODY if one.sort is Sort.PERSON else Sort.PERSON
        if votes[id(one), other] > votes[id(one), one.sort] and not _is_sure(one):
            one.sort = other


def _is_sure(one: Referent) -> bool:
    """Whether the name itself says what it names."""
    if one.sort is Sort.PERSON:
        return bool(one.titles) or _has_given_name(one)
    return _ends_like_body(one.forms[0])


def _has_given_name(one: Referent) -> bool:
    form = one.forms[0]
    return len(form) > 1 and form[0] in table("first-names")
