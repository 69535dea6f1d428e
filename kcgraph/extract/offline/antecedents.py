"""The ranker of antecedents: what it is told about a mention and a candidate, and its weights.

A mention-ranking model in the manner of Denis and Baldridge (2008), logistic over string features.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spacy.tokens import Doc

from kcgraph.extract.offline.columns import Columns, columns
from kcgraph.extract.offline.datelines import dateline
from kcgraph.extract.offline.lexicon import table, words
from kcgraph.extract.offline.mentions import PERSONAL, Nominal, Sort
from kcgraph.extract.offline.model_file import model_file
from kcgraph.extract.offline.referents import Referent
from kcgraph.extract.offline.types import Mention, MentionKind, Reading

MODEL = "antecedents.json"
_BESIDE = 12  # so many tokens around a name are looked at for whose it is
_RECENT = 12  # so many candidates for a noun phrase are considered whatever it says
_NO_CLASS = "other"  # of a noun that the lexicon does not have
Score = Callable[[str, list[str]], float]


@cache
def _weights(path: str) -> dict[str, dict[str, float]]:
    with model_file(path):
        loaded: dict[str, dict[str, float]] = json.loads(Path(path).read_text(encoding="utf-8"))
    return loaded


def ranker(models: Path) -> Score:
    """The ranker in that folder: the sum of the weights of the features."""
    weights = _weights(str(models / MODEL))

    def score(kind: str, features: list[str]) -> float:
        return sum(filter(None, map(weights[kind].get, features)))

    return score


@dataclass(frozen=True, slots=True)
class _Naming:
    """What the forms of a name say: their words, what words akin to those begin with, their last
    words, of which kind of body."""

    words: frozenset[str]
    stems: tuple[str, ...]
    last: frozenset[str]
    sorts: str
    has_body_word: bool


class Text:
    """What the ranker asks about places in the article, computed once."""

    def __init__(self, doc: Doc, readings: Sequence[Reading]) -> None:
        self.doc = doc
        self.parse = known = columns(doc)
        self.sentence = known.sentence
        # white space between paragraphs is in none; here it indexes a list
        self.paragraph = [max(number, 0) for number in known.paragraph]
        self._first: list[int] = [start for start, _ in known.paragraphs]
        self.reading: list[Reading | None] = [None] * len(doc)
        self.speaks = {}
        self._source: list[int | None] = [None] * len(doc)
        for reading in readings:
            root: int | None = None
            if reading.source is not None:
                root = doc[reading.source.start : reading.source.end].root.i
                self.speaks[root] = reading
            for piece in reading.content:
                for i in range(*piece):
                    self.reading[i], self._source[i] = reading, root
        self.quoted = [number >= 0 for number in known.quote]
        self._bodies: dict[tuple[int, int], frozenset[int]] = {}
        self.opening = dateline(doc).end
        self._naming: dict[tuple[tuple[str, ...], ...], _Naming] = {}

    def naming(self, one: Referent) -> _Naming:
        """What the candidate's name says; kept, since it is asked about at every mention."""
        forms = tuple(one.forms or (f for m in one.members for f in m.forms))
        if forms not in self._naming:
            named = frozenset(w.casefold() for form in forms for w in form)
            stems = tuple(w[: max(5, len(w) - 2)] for w in named if len(w) > 4)
            last = frozenset(form[-1].casefold() for form in forms)
            sorts = "+".join(sorted(_classes(named))) if forms else "-"
            self._naming[forms] = _Naming(
                named, stems, last, sorts, not last.isdisjoint(words("body-nouns"))
            )
        return self._naming[forms]

    def bodies_of(self, one: Referent, heads: Mapping[int, Referent]) -> frozenset[int]:
        """The bodies (`id`) that are told of where a person is named: "Ann Lee of the union"."""
        mentions = [m for m in one.mentions if m.kind is not MentionKind.PRONOUN]
        key = id(one), len(mentions)
        if key not in self._bodies:
            found = set()
            for mention in mentions:
                left, right = self.parse.left[mention.head], self.parse.right[mention.head]
                start = max(left, mention.span.start - _BESIDE)
                for i in range(start, min(right + 1, mention.span.end + _BESIDE)):
                    other = heads.get(i)
                    if other is not None and other.sort is Sort.BODY:
                        found.add(id(other))
            self._bodies[key] = frozenset(found)
        return self._bodies[key]

    def speaker(self, i: int, heads: Mapping[int, Referent]) -> Referent | None:
        """Who is reported to say what token `i` stands in."""
        source = self._source[i]
        return heads.get(source) if source is not None else None

    def has_named(self, one: Referent, i: int) -> bool:
        """Whether a sentence before token `i` names the candidate; a headline does not count."""
        return any(
            m.kind is MentionKind.NAME
            and self.sentence[m.head] < self.sentence[i]
            and self._ends_in_stop(self.paragraph[m.head])
            for m in one.mentions
        )

    def _ends_in_stop(self, paragraph: int) -> bool:
        return self.parse.text[self.parse.paragraphs[paragraph][1] - 1][-1] in ".?!”\"’':)"

    def sentence_in_paragraph(self, i: int) -> int:
        """0 for a token of a paragraph's first sentence, at most 2."""
        first: int = self._first[self.paragraph[i]]
        return min(self.sentence[i] - self.sentence[first], 2)


# --- noun phrases -------------------------------------------------------------------------------


def nominal_candidates(
    where: Text,
    nominal: Nominal,
    referents: Iterable[Referent],
    heads: Mapping[int, Referent],
) -> list[tuple[Referent, list[str]]]:
    """Whom the noun phrase could refer to by its sort, with features.

    Those who were mentioned last, and others whom the noun itself recalls; none who is named in it:
    "Pelham County commissioners" are not the county.
    """
    phrase = _phrase(where, nominal, heads)
    others = [heads[i] for i in range(nominal.core.start, nominal.head) if i in heads]
    if phrase.actor is not None and _is_object(where.parse, nominal.head):
        others.append(phrase.actor)
    possible = [
        one
        for one in referents
        if one not in others
        and _can_mean(nominal, one)
        and _fits(where, phrase, one)
        and (one.named or one.members or _may_recall(where, phrase, one))
    ]
    last = {id(one): one.last_before(nominal.core.start) for one in possible}
    possible.sort(key=lambda one: -(m.head if (m := last[id(one)]) else -1))
    seen: Counter[str] = Counter()
    found = []
    for n, one in enumerate(possible):
        if n >= _RECENT and not _recalls(where, nominal, one):
            continue
        status = _status(one)
        features = _nominal_features(where, phrase, one, heads, last[id(one)], status, seen[status])
        found.append((one, features))
        seen[status] += 1
    return found


def _is_object(parse: Columns, i: int) -> bool:
    """Whether token `i` is whom somebody meets or asks to do something, so not themselves."""
    if parse.dep[i] in {"dobj", "dative"}:
        return True
    beside = parse.children[parse.head[i]]
    return parse.dep[i] == "nsubj" and any(
        parse.dep[c] == "aux" and parse.lower[c] == "to" for c in beside
    )


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A noun phrase with what is asked about it beside every candidate."""

    nominal: Nominal
    determined: str  # "own", "def" or "bare"
    klass: str  # of its noun
    speaker: Referent | None  # who is reported to say it
    owner: Referent | None
    actor: Referent | None  # the subject of the verb that it is an object of


def _phrase(where: Text, nominal: Nominal, heads: Mapping[int, Referent]) -> _Phrase:
    determined = "own" if nominal.owner is not None else "def" if nominal.definite else "bare"
    klass = table("noun-classes").get(nominal.lemma, _NO_CLASS)
    owner = heads.get(nominal.owner) if nominal.owner is not None else None
    actor = heads.get(_actor(where.parse, nominal.head))
    return _Phrase(nominal, determined, klass, where.speaker(nominal.head, heads), owner, actor)


def _actor(parse: Columns, i: int) -> int:
    """The subject of the verb that token `i` is an object of, by a preposition too; -1 if none."""
    verb = parse.head[i]
    if parse.dep[i] == "pobj":
        verb = parse.head[verb]
    elif parse.dep[i] not in {"dobj", "dative", "nsubj"}:
        return -1
    if parse.dep[i] == "nsubj":  # "asked [the chief to report]"
        if parse.dep[verb] not in {"ccomp", "xcomp"}:
            return -1
        verb = parse.head[verb]
    return next((c for c in parse.children[verb] if parse.dep[c] in _SUBJECTS and c != i), -1)


def _may_recall(where: Text, phrase: _Phrase, one: Referent) -> bool:
    """False for other unnamed ones than those that "officers", "seven groups" is a word for.

    Without an article, a plural tells of somebody new, or repeats what they were called, or says
    it with a word of the same class ("seven groups" for "civil rights organizations").
    """
    new = phrase.determined == "bare" and phrase.nominal.sort is Sort.PEOPLE
    return not new or _recalls(where, phrase.nominal, one) or _is_akin(phrase.klass, one)


# Kinds of body that no place is, and that are no town.
_NO_PLACES = frozenset(
    "company union voluntary church club cooperative paper party health court".split()
)
_NEW = frozenset({"a", "an", "one", "another"})
_NONE = frozenset({"no", "any", "every", "each"})


def _fits(where: Text, phrase: _Phrase, one: Referent) -> bool:
    """False for those that the phrase cannot mean, whatever else speaks for them.

    A company is no place and a town no company; "a judge" is none who was named before, "no judge"
    none who is named; "my son" is not who speaks.
    """
    nominal = phrase.nominal
    if one.place and phrase.klass in _NO_PLACES:
        return False
    if phrase.klass == "admin" and not one.place and _is_private(where, one):
        return False
    first = where.parse.lower[nominal.core.start]
    if one.named and first in _NONE:
        return False
    is_new = first in _NEW and not _is_told(where.parse, nominal.head)
    if one.named and is_new and where.has_named(one, nominal.head):
        return False
    owner = where.parse.lower[nominal.owner] if nominal.owner is not None else ""
    mine = PERSONAL.get(owner) in {"1", "w"}
    return not (mine and nominal.sort is Sort.PERSON and one is phrase.speaker)


def _is_told(parse: Columns, i: int) -> bool:
    """Whether the noun says what its subject is: "it is a school", but not "I am not a fan"."""
    verb = parse.head[i]
    deps = {parse.dep[c] for c in parse.children[verb]}
    return parse.dep[i] == "attr" and deps.isdisjoint({"neg", "expl"})


def _is_private(where: Text, one: Referent) -> bool:
    """Whether all that the candidate is called is said of companies, unions and their like."""
    classes = table("noun-classes")
    kinds = {klass for n in one.nominals if (klass := classes.get(n.lemma))}
    kinds |= _classes(where.naming(one).words)
    return bool(kinds) and kinds <= _NO_PLACES | {"generic"}


def _is_akin(klass: str, one: Referent) -> bool:
    """Whether a noun of that class is what the candidate was called before."""
    classes = table("noun-classes")
    return klass != _NO_CLASS and any(
        n.sort is Sort.PEOPLE and classes.get(n.lemma) == klass for n in one.nominals
    )


def _recalls(where: Text, nominal: Nominal, one: Referent) -> bool:
    """Whether the noun is a word of the candidate's name or titles or of what it was called."""
    lemma = nominal.lemma
    return (
        lemma in where.naming(one).words
        or lemma in one.titles
        or any(n.lemma == lemma for n in one.nominals)
    )


def new_features(where: Text, nominal: Nominal, heads: Mapping[int, Referent]) -> list[str]:
    """What speaks for somebody of whom the article has not told before."""
    i = nominal.core.start
    lemma, sort = nominal.lemma, nominal.sort
    phrase = _phrase(where, nominal, heads)
    klass, determined = phrase.klass, phrase.determined
    known = nominal.owner in heads if nominal.owner is not None else "-"
    longer = nominal.full.end > nominal.core.end
    early = _bucket(where.sentence[i], 1, 4)
    return [
        "new", f"new|d={determined}|{sort}", f"new|c={klass}|{determined}|{sort}",
        f"new|lemma={lemma}", f"new|lemma={lemma}|{determined}",
        f"new|mods={min(len(nominal.modifiers), 2)}|{determined}",
        f"new|longer={longer}|{determined}", f"new|early={early}|{determined}",
        f"new|first={where.parse.lower[i]}",
        f"new|dep={where.parse.dep[nominal.head]}|{determined}",
        f"new|owner={known}", f"new|paragraph={where.sentence_in_paragraph(i)}|{determined}",
    ]  # fmt: skip


def _status(one: Referent) -> str:
    if one.members:
        return "joint"
    return "place" if one.place else "named" if one.named else "unnamed"


def _classes(named: Iterable[str]) -> set[str]:
    """The kinds of body that the words of a name tell."""
    nouns, endings = table("noun-classes"), table("company-words")
    return {c for w in named if (c := nouns.get(w) or endings.get(w))}


def _can_mean(nominal: Nominal, one: Referent) -> bool:
    if nominal.sort is Sort.PERSON or one.sort is Sort.PERSON:
        return nominal.sort is one.sort
    return one.sort is Sort.BODY or nominal.sort in {one.sort, Sort.BODY}


def _bucket(n: int, *edges: int) -> int:
    """How many of the edges, lowest first, are below `n`."""
    return bisect_left(edges, n)


def _nominal_features(
    where: Text,
    phrase: _Phrase,
    one: Referent,
    heads: Mapping[int, Referent],
    before: Mention | None,
    status: str,
    rank: int,
) -> list[str]:
    """`before`: the candidate's last mention so far; `rank`: how many of its status came later."""
    nominal, determined, klass = phrase.nominal, phrase.determined, phrase.klass
    i = nominal.core.start
    lemma, sort = nominal.lemma, nominal.sort
    naming = where.naming(one)
    named, last_words, sorts = naming.words, naming.last, naming.sorts
    same = [n for n in one.nominals if n.lemma == lemma]
    if same:
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
    elif lemma.startswith(naming.stems):
        head = "kin"
    elif nominal.sort is Sort.PEOPLE and _is_akin(klass, one):
        head = "class"
    elif not one.titles.isdisjoint(words("person-nouns")):
        head = "title!"  # "the chief" beside a mayor
    else:
        head = "none"
    if nominal.modifiers and one.named and nominal.modifiers <= named | one.titles:
        head += "+mods"
    elif nominal.modifiers and head != "none" and not head.startswith("same"):
        head += "-mods"
    rank = min(rank, 3) if before else 4
    far = _bucket(where.sentence[i] - where.sentence[before.head], 0, 1, 2, 4, 8) if before else 9
    kind = f"{sort}|{one.sort}|{status}"
    body_word = "bw" if naming.has_body_word else "nobw"
    often = _bucket(len(one.mentions), 1, 2, 4)
    out = [
        "bias", f"k={kind}", f"d={determined}", f"h={head}", f"h|d={head}|{determined}",
        f"h|k={head}|{kind}", f"c={klass}|{head}", f"c|st={klass}|{status}|{body_word}",
        f"far={far}", f"far|h={far}|{head}", f"d|k={determined}|{kind}",
        f"far|c={far}|{klass}|{status}", f"n={often}", f"n|c={often}|{klass}|{status}",
        f"nc={klass}|{sorts}", f"nc|r={klass}|{sorts}|{min(rank, 1)}|{determined}",
        f"lw={lemma}|{sorts}", f"r={rank}|{status}|{klass}",
        f"r|h={rank}|{status}|{head}|{determined}",
        f"r|bw={rank}|{status}|{klass}|{body_word}|{determined}",
        f"mods={bool(nominal.modifiers)}|{head}", f"lemma={lemma}|{status}|{head == 'none'}",
    ]  # fmt: skip
    if one.place and klass == "admin":
        out.append(f"placehead={lemma in last_words}")
        out.append(f"place-n={often}")
        opens = one.mentions[0].head < where.opening
        out.append(f"place={lemma}|{opens}|{rank}|{lemma in last_words}")
    if phrase.actor is not None:
        out.append(f"actor={phrase.actor is one}|{status}|{determined}")
    speaker, owner = phrase.speaker, phrase.owner
    said = "none" if speaker is None else "self" if speaker is one else "other"
    if speaker is not None and speaker is not one and one.sort is Sort.BODY:
        said = "body" if id(one) in where.bodies_of(speaker, heads) else "nobody"
    out.append(f"said={said}|{determined}|{status}")
    out.append(f"said={said}|{klass}|{determined}")
    if one.members:
        out += [f"joint|{f}|{klass}" for f in _joint_features(where, one, nominal.head)]
    if nominal.owner is not None:
        if owner is not None and one.sort is Sort.BODY:
            of_owner = owner.sort is Sort.PERSON and id(one) in where.bodies_of(owner, heads)
            out.append(f"owner-body={of_owner}|{owner.sort}|{klass}")
        owners = [heads.get(n.owner) for n in one.nominals if n.owner is not None]
        out.append(
            "owner="
            + ("same" if owner is not None and owner in owners else "other" if owners else "none")
        )
    return out


NUMBERS = {"both": 2, "two": 2, "pair": 2, "three": 3, "trio": 3, "four": 4, "five": 5, "six": 6}


def _joint_features(where: Text, one: Referent, head: int) -> Iterator[str]:
    """Who is meant together: of what sort, and as many as a number beside the plural says."""
    sorts = "+".join(sorted({m.sort for m in one.members}))
    yield sorts
    yield f"{min(len(one.members), 4)}"
    yield f"{sorts}|{len(one.mentions) > 1}"
    beside = where.parse.lower[max(0, head - 2) : head + 1]
    said = [n for word in beside if (n := NUMBERS.get(word))]
    yield "number=" + ("none" if not said else "same" if said[0] == len(one.members) else "other")


# --- pronouns -----------------------------------------------------------------------------------


def agrees(form: str, one: Referent) -> bool:
    """Whether number and gender of a pronoun allow the referent."""
    if form in {"m", "f"}:
        return one.sort is Sort.PERSON and one.gender in {form, "u"}
    if form == "n":
        return one.sort is Sort.BODY
    return form != "p" or one.sort is not Sort.PERSON


def pronoun_candidates(
    where: Text, mention: Mention, referents: Iterable[Referent], heads: Mapping[int, Referent]
) -> list[tuple[Referent, list[str]]]:
    """Candidates with their features: who agrees and was mentioned not long before."""
    parse, i = where.parse, mention.head
    form = PERSONAL[parse.lower[i]]
    near: list[tuple[Mention, Referent]] = []
    for one in referents:
        before = one.last_before(i)
        if before is None or not agrees(form, one):
            continue
        if form == "p" and parse.dep[before.head] == "compound":
            continue  # "Jackson County Prosecutor Ann Lee": "they" are not the county
        if where.sentence[i] - where.sentence[before.head] <= 8:
            near.append((before, one))
    near.sort(key=lambda pair: -pair[0].head)
    speaker = where.speaker(i, heads)
    found = []
    for rank, (before, one) in enumerate(near[:12]):
        described = _pronoun_features(where, mention, form, before, one, rank, speaker)
        if form in {"n", "p"}:
            described += _more_of_bodies(where, mention, form, before, one, speaker, heads)
        found.append((one, described))
    return found


def _more_of_bodies(
    where: Text,
    mention: Mention,
    form: str,
    before: Mention,
    one: Referent,
    speaker: Referent | None,
    heads: Mapping[int, Referent],
) -> Iterator[str]:
    """What "it" and "they" do, and whether the candidate is the speaker's body."""
    parse, i, other = where.parse, mention.head, before.head
    status = _status(one)
    does = _verb_class(parse, parse.head[i])
    yield f"does={does}|{form}|{one.sort}|{status}"
    if parse.dep[other] in _SUBJECTS:
        yield f"did={_verb_class(parse, parse.head[other])}|{does}"
    last = parse.lemma[one.nominals[-1].head].lower() if one.nominals else "-"
    yield f"class={table('noun-classes').get(last, '-')}|{form}|{status}"
    yield f"plural={parse.tag[other] in {'NNS', 'NNPS'}}|{form}|{before.kind.value}"
    if speaker is not None and speaker.sort is Sort.PERSON:
        yield f"speakers={id(one) in where.bodies_of(speaker, heads)}|{form}|{where.quoted[i]}"


def _verb_class(parse: Columns, i: int) -> str:
    return table("verb-classes").get(parse.lemma[i], parse.pos[i])


def _heard(form: str, one: Referent) -> str:
    """Whether the pronouns that were joined to the candidate so far are of that form."""
    others = sum(n for other, n in one.heard.items() if other != form and other in "mfnp")
    if not others:
        return "same" if one.heard[form] else "none"
    return "other" if not one.heard[form] else "more" if one.heard[form] > others else "less"


_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_ROLES = {
    "nsubj": "subj", "nsubjpass": "subj", "agent": "subj", "dobj": "obj", "dative": "obj",
    "poss": "poss", "pobj": "pobj", "appos": "appos", "conj": "conj", "compound": "comp",
}  # fmt: skip


def _pronoun_features(
    where: Text,
    mention: Mention,
    form: str,
    before: Mention,
    one: Referent,
    rank: int,
    speaker: Referent | None,
) -> list[str]:
    parse, sentence, i, other = where.parse, where.sentence, mention.head, before.head
    gap = _bucket(sentence[i] - sentence[other], 0, 1, 2, 3)
    paragraphs = _bucket(where.paragraph[i] - where.paragraph[other], 0, 1)
    role, mine = _ROLES.get(parse.dep[other], "other"), _ROLES.get(parse.dep[i], "other")
    kind = before.kind.value
    same_form = kind == "pronoun" and PERSONAL.get(parse.lower[other]) == form
    status = _status(one)
    who = f"{form}|{one.sort}|{status}"
    sure = one.gender == form
    quoted = "q" if where.quoted[i] else "o"
    is_speaker = "none" if speaker is None else "yes" if speaker is one else "no"
    earlier = [m.head for m in one.mentions if m.head < i]
    back = {sentence[i] - sentence[head] for head in earlier if parse.dep[head] in _SUBJECTS}
    subject, here = 1 in back, 0 in back
    spoke = any(head in where.speaks and sentence[i] - sentence[head] <= 2 for head in earlier)
    coargument = parse.head[other] == parse.head[i] and gap == 0 and mine in {"obj", "subj"}
    speaking = i in where.speaks
    joint = [f"joint|{f}" for f in _joint_features(where, one, i)] if one.members else []
    if one.members:
        joint.append(f"joint|role={role}|{kind}|{gap}")
    return [
        *joint, "bias", f"who={who}", f"gap={gap}", f"gap|who={gap}|{who}",
        f"rank={min(rank, 4)}",
        f"rank|form={min(rank, 4)}|{form}", f"par={paragraphs}|{gap}", f"role={role}|{gap}",
        f"role|form={role}|{form}|{gap}",
        f"roles={role}|{mine}|{gap}", f"kind={kind}|{gap}", f"same={same_form}",
        f"sure={sure}|{form}", f"heard={_heard(form, one)}|{form}|{gap}",
        f"speaker={is_speaker}|{quoted}|{form}", f"subj={subject}|{gap}", f"here={here}|{mine}",
        f"here|form={here}|{form}", f"subj|form={subject}|{form}", f"spoke={spoke}|{speaking}",
        f"spoke|form={spoke}|{form}|{gap}", f"coarg={coargument}|{mine}",
        f"quoted={where.quoted[other]}|{quoted}",
        f"n={_bucket(len(one.mentions), 1, 3, 6)}", f"speaking={speaking}|{who}",
        f"first={min(rank, 2)}|{role}|{gap}",
    ]  # fmt: skip
