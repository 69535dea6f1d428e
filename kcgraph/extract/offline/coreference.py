"""Who is who within one article: names first, then noun phrases and pronouns from left to right.

Names are matched by rules. A noun phrase or pronoun goes to the referent that a logistic ranker
finds most likely (a mention-ranking model in the manner of Denis and Baldridge 2008), or, for a
noun phrase, to a new referent.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from os.path import commonprefix
from pathlib import Path

from spacy.tokens import Doc

from kcgraph.extract.offline.lexicon import table, words
from kcgraph.extract.offline.mentions import PERSONAL, Nominal, Sort, find_pronouns, name_mention
from kcgraph.extract.offline.names import Name, NameType
from kcgraph.extract.offline.types import Mention, Reading, Tokens
from kcgraph.model import StakeholderKind

MODEL = "antecedents.json"
# Log odds from which a noun phrase is joined to its best candidate, and a pronoun.
_LINK, _LINK_PRONOUN = -0.4, -3.0


@dataclass(slots=True, eq=False)
class Referent:
    """Somebody under construction. `forms` are the name's forms as tuples of words."""

    sort: Sort
    forms: list[tuple[str, ...]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    mentions: list[Mention] = field(default_factory=list)
    nominals: list[Nominal] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    gender: str = "u"
    place: bool = False

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


# --- names --------------------------------------------------------------------------------------


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
    """The name with the type that most of the article's uses of it have.

    A single word counts with the longer names that it begins ("Wessington", "Wessington Water"),
    unless it is a surname of somebody.
    """
    if name.title is not None:
        return name
    form = forms[name.span]
    if len(form) > 1 and name.type is NameType.PERSON and _ends_like_body(form):
        return replace(name, type=NameType.BODY)
    votes: Counter[NameType] = Counter()
    for other in names:
        theirs = forms[other.span]
        if theirs == form:
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


def _ends_like_body(form: Sequence[str]) -> bool:
    last = form[-1].lower()
    known = last in words("company-words") or last in words("body-nouns")
    return known and form[0] not in table("first-names")


def _words(doc: Doc, name: Name) -> tuple[str, ...]:
    return tuple(
        t.text
        for t in doc[name.span.start : name.span.end]
        if t.is_alpha
        or t.is_digit
        or t.text == "&"
        or (any(c.isalpha() for c in t.text) and t.tag_ != "POS")
    ) or (doc[name.span.start].text,)


def _with_shared_surname(doc: Doc, name: Name, form: tuple[str, ...]) -> tuple[str, ...]:
    """("Dale", "Summers") for the "Dale" of "Dale and Rhonda Summers"."""
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
    inside = len(short) > 1 and any(full[i : i + len(short)] == short for i in range(len(full)))
    if starts or ends or inside:
        return 4 if name.type is NameType.BODY else 2
    return 0


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
    if name.title is not None:
        for token in doc[name.title.start : name.title.end]:
            if token.lower_ in words("person-nouns") | words("honorifics"):
                one.titles.add(token.lower_)
        honorific = doc[name.title.end - 1].lower_.rstrip(".")
        gender = table("honorifics").get(honorific, "u")
        if gender != "u":
            one.gender = gender


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
    for token in doc:
        if token.lower_ in {"who", "which"} and token.head.dep_ == "relcl":
            one = heads.get(token.head.head.i)
            if one is not None and token.i == token.head.head.right_edge.i:
                continue
            if one is not None and not one.place:
                votes[id(one), Sort.PERSON if token.lower_ == "who" else Sort.BODY] += 1
    for one in heads.values():
        for sort in (Sort.PERSON, Sort.BODY):
            if one.sort is not sort and votes[id(one), sort] > votes[id(one), one.sort]:
                if not (one.sort is Sort.PERSON and (one.titles or _has_given_name(one))):
                    if not (sort is Sort.PERSON and _ends_like_body(one.forms[0])):
                        one.sort = sort


def _has_given_name(one: Referent) -> bool:
    form = one.forms[0]
    return len(form) > 1 and form[0] in table("first-names")


# --- noun phrases and pronouns ------------------------------------------------------------------


class Text:
    """What the ranker asks about places in the article, computed once."""

    def __init__(self, doc: Doc, readings: Sequence[Reading]) -> None:
        self.doc = doc
        self.sentence = [0] * len(doc)
        for n, sentence in enumerate(doc.sents):
            for i in range(sentence.start, sentence.end):
                self.sentence[i] = n
        self.paragraph = [0] * len(doc)
        for n, (start, end) in enumerate(doc.user_data["paragraphs"]):
            for i in range(start, end):
                self.paragraph[i] = n
        self.reading: list[Reading | None] = [None] * len(doc)
        self.speaks = {}
        for reading in readings:
            for piece in reading.content:
                for i in range(*piece):
                    self.reading[i] = reading
            if reading.source is not None:
                root = doc[reading.source.start : reading.source.end].root.i
                self.speaks[root] = reading
        self.quoted = _quoted(doc)


def _quoted(doc: Doc) -> list[bool]:
    inside = [False] * len(doc)
    for start, end in doc.user_data["paragraphs"]:
        is_open = False
        for i in range(start, end):
            if doc[i].text in {"“", "``"} or (doc[i].text == '"' and not is_open):
                is_open = True
            elif doc[i].text in {"”", "''"} or doc[i].text == '"':
                is_open = False
            inside[i] = is_open
    return inside


Score = Callable[[str, list[str]], float]


def resolve_phrases(
    doc: Doc,
    nominals: Sequence[Nominal],
    readings: Sequence[Reading],
    referents: list[Referent],
    rank: Score,
) -> None:
    """Joins noun phrases and pronouns to referents; extends `referents` with new ones.

    `rank` gives the log odds that a mention (of the kind "nominal" or "pronoun", described by
    features) refers to a candidate.
    """
    correct_sorts(doc, referents, nominals)
    where = Text(doc, readings)
    by_head = {n.head: n for n in nominals}
    pronouns = {m.head: m for m in find_pronouns(doc)}
    heads = {m.head: r for r in referents for m in r.mentions}
    for i in sorted(by_head.keys() | pronouns.keys()):
        if i in by_head:
            one = place_nominal(where, by_head[i], referents, heads, rank)
            if one is not None:
                one.mentions.append(by_head[i].mention)
                one.nominals.append(by_head[i])
        else:
            one = place_pronoun(where, pronouns[i], referents, heads, rank)
            if one is not None:
                one.mentions.append(pronouns[i])
                learn_gender(one, PERSONAL[doc[i].lower_])
        if one is not None:
            heads[i] = one
    _first_persons(where, pronouns, heads)


def learn_gender(one: Referent, form: str) -> None:
    """A pronoun that was resolved tells the gender of who had none."""
    if form in {"m", "f"} and one.gender == "u":
        one.gender = form


def place_nominal(
    where: Text,
    nominal: Nominal,
    referents: list[Referent],
    heads: dict[int, Referent],
    rank: Score,
) -> Referent | None:
    """The referent of a noun phrase, perhaps a new one that is added to `referents`."""
    one = beside(where.doc, nominal, heads)
    if one is not None:
        return one
    best: tuple[float, Referent] | None = None
    for candidate in candidates_of_nominal(where, nominal, referents, heads):
        odds = rank("nominal", nominal_features(where, nominal, candidate, heads))
        if best is None or odds > best[0]:
            best = odds, candidate
    if best is not None and best[0] > _LINK:
        return best[1]
    one = Referent(nominal.sort)
    referents.append(one)
    return one


def beside(doc: Doc, nominal: Nominal, heads: Mapping[int, Referent]) -> Referent | None:
    """The named referent that the noun phrase stands beside: "Nettie Crowe, a hydrologist"."""
    for i in _neighbours(doc, nominal):
        one = heads.get(i)
        if one is not None and one.named and one.sort is nominal.sort and not one.place:
            return one
    return None


def _neighbours(doc: Doc, nominal: Nominal) -> Iterator[int]:
    """Heads that stand in apposition to the noun phrase, by the parse and by the commas."""
    token = doc[nominal.head]
    yield from (c.i for c in token.children if c.dep_ == "appos")
    step = token
    while step.dep_ == "conj":
        step = step.head
    if step.dep_ == "appos":
        yield step.head.i
    if token.dep_ == "attr" and token.head.lemma_ == "be":
        yield from (c.i for c in token.head.children if c.dep_ == "nsubj" and c.i < token.i)
    if nominal.sort is Sort.PERSON:
        after = _after_comma(doc, nominal)
        if after is not None:
            yield after


def _after_comma(doc: Doc, nominal: Nominal) -> int | None:
    """The head of the name in "the chairman of the association, the Rev. Peter Ndegwa, said"."""
    i = nominal.head + 1
    while i < min(len(doc), nominal.head + 12) and doc[i].text != ",":
        if doc[i].pos_ in {"VERB", "AUX"} or doc[i].is_space or doc[i].is_quote:
            return None
        i += 1
    i += 1
    while i < len(doc) and (
        doc[i].lower_ in {"the", "a"}
        or doc[i].lower_.rstrip(".") in words("honorifics")
        or doc[i].text == "."
    ):
        i += 1
    if i >= len(doc) or not doc[i].text[:1].isupper():
        return None
    j = i
    while j < len(doc) and (
        doc[j].text[:1].isupper()
        or doc[j].text in {"-", "’", "'"}
        or doc[j].text.startswith(("de", "van", "al"))
    ):
        j += 1
    if j - i < 2 or j >= len(doc):
        return None
    if doc[j].text not in {",", ".", ")", ";", ":"} and doc[j].pos_ not in {"VERB", "AUX"}:
        return None
    return int(doc[i:j].root.i)


def candidates_of_nominal(
    where: Text, nominal: Nominal, referents: Iterable[Referent], heads: dict[int, Referent]
) -> list[Referent]:
    """Referents that the noun phrase could refer to by its sort."""
    owner = heads.get(nominal.owner) if nominal.owner is not None else None
    found = []
    for one in referents:
        if one is owner:
            continue
        if one.sort is nominal.sort or (nominal.sort is not Sort.PERSON and one.sort is Sort.BODY):
            if not one.named and not one.nominals:
                continue
            found.append(one)
        elif nominal.sort is Sort.BODY and one.sort is Sort.PEOPLE:
            found.append(one)
    return found


_GENERIC = frozenset(["group", "organization", "organisation", "body", "outfit", "entity"])
_COMPANY = frozenset(
    [
        "company",
        "firm",
        "developer",
        "operator",
        "contractor",
        "business",
        "applicant",
        "owner",
        "vendor",
    ]
)
_ADMIN = frozenset(
    [
        "city",
        "town",
        "county",
        "village",
        "state",
        "province",
        "country",
        "district",
        "borough",
        "township",
        "parish",
    ]
)
_VOLUNTARY = frozenset(
    [
        "union",
        "charity",
        "coalition",
        "alliance",
        "association",
        "federation",
        "society",
        "club",
        "league",
    ]
)


def _noun_class(lemma: str) -> str:
    for name, members in (
        ("generic", _GENERIC), ("company", _COMPANY), ("admin", _ADMIN), ("voluntary", _VOLUNTARY),
    ):  # fmt: skip
        if lemma in members:
            return name
    return "other"


def _bucket(n: int, *edges: int) -> int:
    return sum(n > edge for edge in edges)


def nominal_features(
    where: Text, nominal: Nominal, one: Referent, heads: dict[int, Referent]
) -> list[str]:
    """What the ranker is told about a noun phrase and a candidate."""
    i = nominal.core.start
    before = one.last_before(i)
    lemma, sort = nominal.lemma, nominal.sort
    named = {w.casefold() for form in one.forms for w in form}
    last_words = {form[-1].casefold() for form in one.forms}
    lemmas = {n.lemma for n in one.nominals}
    determined = "own" if nominal.owner is not None else "def" if nominal.definite else "bare"
    if lemma in lemmas:
        same = [n for n in one.nominals if n.lemma == lemma]
        agree = any(n.modifiers == nominal.modifiers for n in same)
        subset = any(
            nominal.modifiers <= n.modifiers or n.modifiers <= nominal.modifiers for n in same
        )
        head = "same=" if agree else "same<" if subset else "same!"
    elif lemma in one.titles:
        head = "title"
    elif lemma in last_words:
        head = "lastword"
    elif lemma in named:
        head = "word"
    elif any(commonprefix((lemma, w)) == w[: max(5, len(w) - 2)] for w in named if len(w) > 4):
        head = "kin"
    else:
        head = "none"
    if nominal.modifiers and one.named and nominal.modifiers <= named | one.titles:
        head += "+mods"
    elif nominal.modifiers and head != "none" and not head.startswith("same"):
        head += "-mods"
    klass = _noun_class(lemma)
    status = "place" if one.place else "named" if one.named else "unnamed"
    far = _bucket(where.sentence[i] - where.sentence[before.head], 0, 1, 2, 4, 8) if before else 9
    kind = f"{sort}|{one.sort}|{status}"
    body_word = "bw" if last_words & words("body-nouns") else "nobw"
    out = [
        "bias", f"k={kind}", f"d={determined}", f"h={head}", f"h|d={head}|{determined}",
        f"h|k={head}|{kind}", f"c={klass}|{head}", f"c|st={klass}|{status}|{body_word}",
        f"far={far}", f"far|h={far}|{head}", f"d|k={determined}|{kind}", f"far|c={far}|{klass}|{status}",
        f"n={_bucket(len(one.mentions), 1, 2, 4)}", f"n|c={_bucket(len(one.mentions), 1, 2, 4)}|{klass}|{status}",
        f"mods={bool(nominal.modifiers)}|{head}", f"lemma={lemma}|{status}|{head == 'none'}",
    ]  # fmt: skip
    if one.place and lemma in _ADMIN:
        out.append(f"placehead={lemma in last_words}")
        out.append(f"place-n={_bucket(len(one.mentions), 1, 2, 4)}")
    if nominal.owner is not None:
        owner = heads.get(nominal.owner)
        owners = [heads.get(n.owner) for n in one.nominals if n.owner is not None]
        out.append(
            "owner="
            + ("same" if owner is not None and owner in owners else "other" if owners else "none")
        )
    if head != "none":
        rivals = 0  # later mentions of others with the same head say which is meant
        out.append(f"rivals={rivals}")
    return out


def place_pronoun(
    where: Text,
    mention: Mention,
    referents: Sequence[Referent],
    heads: dict[int, Referent],
    rank: Score,
) -> Referent | None:
    """The referent of a third-person or relative pronoun, or None."""
    form = PERSONAL[where.doc[mention.head].lower_]
    if form == "r":
        return _relative(where.doc, mention, heads)
    if form in {"1", "w"}:
        return None
    best: tuple[float, Referent] | None = None
    for candidate, features in pronoun_candidates(where, mention, referents, heads):
        odds = rank("pronoun", features)
        if best is None or odds > best[0]:
            best = odds, candidate
    return best[1] if best is not None and best[0] > _LINK_PRONOUN else None


def _relative(doc: Doc, mention: Mention, heads: dict[int, Referent]) -> Referent | None:
    clause = doc[mention.head]
    while clause.dep_ != "relcl" and clause.head.i != clause.i:
        clause = clause.head
    return heads.get(clause.head.i) if clause.dep_ == "relcl" else None


def _first_persons(where: Text, pronouns: dict[int, Mention], heads: dict[int, Referent]) -> None:
    """ "I" and "we" in what somebody is reported to say are the speaker."""
    for i, mention in pronouns.items():
        reading = where.reading[i]
        if PERSONAL[where.doc[i].lower_] not in {"1", "w"} or reading is None or not reading.source:
            continue
        one = heads.get(where.doc[reading.source.start : reading.source.end].root.i)
        if one is not None:
            one.mentions.append(mention)
            heads[i] = one


def agrees(form: str, one: Referent) -> bool:
    """Whether number and gender of a pronoun allow the referent."""
    if form in {"m", "f"}:
        return one.sort is Sort.PERSON and one.gender in {form, "u"}
    if form == "n":
        return one.sort is Sort.BODY
    return True


def pronoun_candidates(
    where: Text, mention: Mention, referents: Iterable[Referent], heads: dict[int, Referent]
) -> list[tuple[Referent, list[str]]]:
    """Candidates with their features: who agrees and was mentioned not long before."""
    doc, i = where.doc, mention.head
    form = PERSONAL[doc[i].lower_]
    near: list[tuple[Mention, Referent]] = []
    for one in referents:
        before = one.last_before(i)
        if before is None or not agrees(form, one):
            continue
        if where.sentence[i] - where.sentence[before.head] <= 8:
            near.append((before, one))
    near.sort(key=lambda pair: -pair[0].head)
    reading = where.reading[i]
    speaker = None
    if reading is not None and reading.source is not None:
        speaker = heads.get(doc[reading.source.start : reading.source.end].root.i)
    found = []
    for rank, (before, one) in enumerate(near[:12]):
        found.append((one, _pronoun_features(where, mention, form, before, one, rank, speaker)))
    return found


_ROLES = {"nsubj": "subj", "nsubjpass": "subj", "agent": "subj", "dobj": "obj", "dative": "obj",
          "poss": "poss", "pobj": "pobj", "appos": "appos", "conj": "conj", "compound": "comp"}  # fmt: skip


def _pronoun_features(
    where: Text,
    mention: Mention,
    form: str,
    before: Mention,
    one: Referent,
    rank: int,
    speaker: Referent | None,
) -> list[str]:
    doc, i = where.doc, mention.head
    token, other = doc[i], doc[before.head]
    gap = _bucket(where.sentence[i] - where.sentence[before.head], 0, 1, 2, 3)
    paragraphs = _bucket(where.paragraph[i] - where.paragraph[before.head], 0, 1)
    role, mine = _ROLES.get(other.dep_, "other"), _ROLES.get(token.dep_, "other")
    kind = before.kind.value
    same_form = kind == "pronoun" and PERSONAL.get(other.lower_) == form
    status = "place" if one.place else "named" if one.named else "unnamed"
    who = f"{form}|{one.sort}|{status}"
    sure = one.gender == form
    quoted = "q" if where.quoted[i] else "o"
    is_speaker = "none" if speaker is None else "yes" if speaker is one else "no"
    subject = any(
        m.head < i
        and where.sentence[i] - where.sentence[m.head] == 1
        and doc[m.head].dep_ in {"nsubj", "nsubjpass"}
        for m in one.mentions
    )
    here = any(
        m.head < i
        and where.sentence[i] == where.sentence[m.head]
        and doc[m.head].dep_ in {"nsubj", "nsubjpass"}
        for m in one.mentions
    )
    spoke = any(
        m.head in where.speaks and m.head < i and where.sentence[i] - where.sentence[m.head] <= 2
        for m in one.mentions
    )
    coargument = other.head.i == token.head.i and gap == 0 and mine in {"obj", "subj"}
    speaking = i in where.speaks
    return [
        "bias", f"who={who}", f"gap={gap}", f"gap|who={gap}|{who}", f"rank={min(rank, 4)}",
        f"rank|form={min(rank, 4)}|{form}", f"par={paragraphs}|{gap}", f"role={role}|{gap}",
        f"roles={role}|{mine}|{gap}", f"kind={kind}|{gap}", f"same={same_form}", f"sure={sure}|{form}",
        f"speaker={is_speaker}|{quoted}|{form}", f"subj={subject}|{gap}", f"here={here}|{mine}",
        f"here|form={here}|{form}", f"subj|form={subject}|{form}", f"spoke={spoke}|{speaking}",
        f"spoke|form={spoke}|{form}|{gap}", f"coarg={coargument}|{mine}", f"quoted={where.quoted[before.head]}|{quoted}",
        f"n={_bucket(len(one.mentions), 1, 3, 6)}", f"speaking={speaking}|{who}",
        f"first={min(rank, 2)}|{role}|{gap}",
    ]  # fmt: skip


@cache
def _weights(path: str) -> dict[str, dict[str, float]]:
    loaded: dict[str, dict[str, float]] = json.loads(Path(path).read_text(encoding="utf-8"))
    return loaded


def ranker(models: Path) -> Score:
    """The ranker in that folder: the sum of the weights of the features."""
    weights = _weights(str(models / MODEL))

    def score(kind: str, features: list[str]) -> float:
        table = weights[kind]
        return math.fsum(table.get(f, 0.0) for f in features)

    return score
