"""The ranker of antecedents: what it is told about a mention and a candidate, and its weights.

A mention-ranking model in the manner of Denis and Baldridge (2008), logistic over string features.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spacy.tokens import Doc

from kcgraph.extract.offline.columns import columns
from kcgraph.extract.offline.datelines import dateline
from kcgraph.extract.offline.lexicon import table, words
from kcgraph.extract.offline.mentions import PERSONAL, Nominal, Sort
from kcgraph.extract.offline.referents import Referent
from kcgraph.extract.offline.types import Mention, MentionKind, Reading

MODEL = "antecedents.json"
_BESIDE = 12  # so many tokens around a name are looked at for whose it is
_RECENT = 12  # so many candidates for a noun phrase are considered whatever it says
Score = Callable[[str, list[str]], float]


@cache
def _weights(path: str) -> dict[str, dict[str, float]]:
    loaded: dict[str, dict[str, float]] = json.loads(Path(path).read_text(encoding="utf-8"))
    return loaded


def ranker(models: Path) -> Score:
    """The ranker in that folder: the sum of the weights of the features."""
    weights = _weights(str(models / MODEL))

    def score(kind: str, features: list[str]) -> float:
        table = weights[kind]
        return sum([table.get(f, 0.0) for f in features])

    return score


@dataclass(frozen=True, slots=True)
class _Naming:
    """What the forms of a name say: their words, their last words, of which kind of body."""

    words: frozenset[str]
    last: frozenset[str]
    sorts: str
    has_body_word: bool


class Text:
    """What the ranker asks about places in the article, computed once."""

    def __init__(self, doc: Doc, readings: Sequence[Reading]) -> None:
        self.doc = doc
        known = columns(doc)
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
            last = frozenset(form[-1].casefold() for form in forms)
            sorts = "+".join(sorted(_classes(named))) if forms else "-"
            self._naming[forms] = _Naming(
                named, last, sorts, not last.isdisjoint(words("body-nouns"))
            )
        return self._naming[forms]

    def bodies_of(self, one: Referent, heads: Mapping[int, Referent]) -> frozenset[int]:
        """The bodies (`id`) that are told of where a person is named: "Ann Lee of the union"."""
        mentions = [m for m in one.mentions if m.kind is not MentionKind.PRONOUN]
        key = id(one), len(mentions)
        if key not in self._bodies:
            found = set()
            for mention in mentions:
                head = self.doc[mention.head]
                start = max(head.left_edge.i, mention.span.start - _BESIDE)
                for i in range(start, min(head.right_edge.i + 1, mention.span.end + _BESIDE)):
                    other = heads.get(i)
                    if other is not None and other.sort is Sort.BODY:
                        found.add(id(other))
            self._bodies[key] = frozenset(found)
        return self._bodies[key]

    def speaker(self, i: int, heads: Mapping[int, Referent]) -> Referent | None:
        """Who is reported to say what token `i` stands in."""
        source = self._source[i]
        return heads.get(source) if source is not None else None

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
    """Whom the noun phrase could refer to by its sort, its owner aside, with features.

    Those who were mentioned last, and others whom the noun itself recalls.
    """
    owner = heads.get(nominal.owner) if nominal.owner is not None else None
    possible = [one for one in referents if one is not owner and _can_mean(nominal, one)]
    last = {id(one): one.last_before(nominal.core.start) for one in possible}
    possible.sort(key=lambda one: -(m.head if (m := last[id(one)]) else -1))
    seen: Counter[str] = Counter()
    found = []
    for n, one in enumerate(possible):
        if n >= _RECENT and not _recalls(where, nominal, one):
            continue
        status = _status(one)
        found.append(
            (one, _nominal_features(where, nominal, one, heads, last[id(one)], seen[status]))
        )
        seen[status] += 1
    return found


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
    klass = table("noun-classes").get(lemma, "other")
    determined = "own" if nominal.owner is not None else "def" if nominal.definite else "bare"
    head = where.doc[nominal.head]
    known = nominal.owner in heads if nominal.owner is not None else "-"
    longer = nominal.full.end > nominal.core.end
    early = _bucket(where.sentence[i], 1, 4)
    return [
        "new", f"new|d={determined}|{sort}", f"new|c={klass}|{determined}|{sort}",
        f"new|lemma={lemma}", f"new|lemma={lemma}|{determined}",
        f"new|mods={min(len(nominal.modifiers), 2)}|{determined}",
        f"new|longer={longer}|{determined}", f"new|early={early}|{determined}",
        f"new|first={where.doc[i].lower_}", f"new|dep={head.dep_}|{determined}",
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
    return sum(n > edge for edge in edges)


def _nominal_features(
    where: Text,
    nominal: Nominal,
    one: Referent,
    heads: Mapping[int, Referent],
    before: Mention | None,
    rank: int,
) -> list[str]:
    """`before`: the candidate's last mention so far; `rank`: how many of its status came later."""
    i = nominal.core.start
    lemma, sort = nominal.lemma, nominal.sort
    naming = where.naming(one)
    named, last_words, sorts = naming.words, naming.last, naming.sorts
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
    elif any(lemma.startswith(w[: max(5, len(w) - 2)]) for w in named if len(w) > 4):
        head = "kin"
    else:
        head = "none"
    if nominal.modifiers and one.named and nominal.modifiers <= named | one.titles:
        head += "+mods"
    elif nominal.modifiers and head != "none" and not head.startswith("same"):
        head += "-mods"
    klass = table("noun-classes").get(lemma, "other")
    status, rank = _status(one), min(rank, 3) if before else 4
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
        out.append(f"place-n={_bucket(len(one.mentions), 1, 2, 4)}")
        opens = one.mentions[0].head < where.opening
        out.append(f"place={lemma}|{opens}|{rank}|{lemma in last_words}")
    speaker = where.speaker(nominal.head, heads)
    said = "none" if speaker is None else "self" if speaker is one else "other"
    if speaker is not None and speaker is not one and one.sort is Sort.BODY:
        said = "body" if id(one) in where.bodies_of(speaker, heads) else "nobody"
    out.append(f"said={said}|{determined}|{status}")
    out.append(f"said={said}|{klass}|{determined}")
    if one.members:
        out += [f"joint|{f}|{klass}" for f in _joint_features(where, one, nominal.head)]
    if nominal.owner is not None:
        owner = heads.get(nominal.owner)
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
    said = [n for t in where.doc[max(0, head - 2) : head + 1] if (n := NUMBERS.get(t.lower_))]
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
    doc, i = where.doc, mention.head
    form = PERSONAL[doc[i].lower_]
    near: list[tuple[Mention, Referent]] = []
    for one in referents:
        before = one.last_before(i)
        if before is None or not agrees(form, one):
            continue
        if form == "p" and doc[before.head].dep_ == "compound":
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
    doc, i = where.doc, mention.head
    verbs, status = table("verb-classes"), _status(one)
    verb, other = doc[i].head, doc[before.head]
    does = verbs.get(verb.lemma_, verb.pos_)
    yield f"does={does}|{form}|{one.sort}|{status}"
    if other.dep_ in {"nsubj", "nsubjpass"}:
        yield f"did={verbs.get(other.head.lemma_, other.head.pos_)}|{does}"
    last = doc[one.nominals[-1].head].lemma_.lower() if one.nominals else "-"
    yield f"class={table('noun-classes').get(last, '-')}|{form}|{status}"
    yield f"plural={other.tag_ in {'NNS', 'NNPS'}}|{form}|{before.kind.value}"
    if speaker is not None and speaker.sort is Sort.PERSON:
        yield f"speakers={id(one) in where.bodies_of(speaker, heads)}|{form}|{where.quoted[i]}"


def _heard(form: str, one: Referent) -> str:
    """Whether the pronouns that were joined to the candidate so far are of that form."""
    others = sum(n for other, n in one.heard.items() if other != form and other in "mfnp")
    if not others:
        return "same" if one.heard[form] else "none"
    return "other" if not one.heard[form] else "more" if one.heard[form] > others else "less"


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
    doc, i = where.doc, mention.head
    token, other = doc[i], doc[before.head]
    gap = _bucket(where.sentence[i] - where.sentence[before.head], 0, 1, 2, 3)
    paragraphs = _bucket(where.paragraph[i] - where.paragraph[before.head], 0, 1)
    role, mine = _ROLES.get(other.dep_, "other"), _ROLES.get(token.dep_, "other")
    kind = before.kind.value
    same_form = kind == "pronoun" and PERSONAL.get(other.lower_) == form
    status = _status(one)
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
    joint = [f"joint|{f}" for f in _joint_features(where, one, i)] if one.members else []
    return [
        *joint, "bias", f"who={who}", f"gap={gap}", f"gap|who={gap}|{who}",
        f"rank={min(rank, 4)}",
        f"rank|form={min(rank, 4)}|{form}", f"par={paragraphs}|{gap}", f"role={role}|{gap}",
        f"roles={role}|{mine}|{gap}", f"kind={kind}|{gap}", f"same={same_form}",
        f"sure={sure}|{form}", f"heard={_heard(form, one)}|{form}|{gap}",
        f"speaker={is_speaker}|{quoted}|{form}", f"subj={subject}|{gap}", f"here={here}|{mine}",
        f"here|form={here}|{form}", f"subj|form={subject}|{form}", f"spoke={spoke}|{speaking}",
        f"spoke|form={spoke}|{form}|{gap}", f"coarg={coargument}|{mine}",
        f"quoted={where.quoted[before.head]}|{quoted}",
        f"n={_bucket(len(one.mentions), 1, 3, 6)}", f"speaking={speaking}|{who}",
        f"first={min(rank, 2)}|{role}|{gap}",
    ]  # fmt: skip
