"""When a found item counts as a gold one: section 6 of the annotation guidelines.

Everything here is pure comparison: no files, no counting. Stakeholders are compared by their names;
the other layers are compared under the mapping that this gives (`people`: id in the found record
to id in the gold record).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from kcgraph.model import Attribution, Event, Position, Role, Span, Stakeholder, StakeholderKind
from kcgraph.resolve.titles import without_titles

G = TypeVar("G")
F = TypeVar("F")

ENOUGH = 0.5  # least token Jaccard of contents and of issue labels, least share of participants

# Words that carry no content in an issue's label.
STOP_WORDS = frozenset(
    {"a", "an", "and", "any", "as", "at", "be", "by", "for", "from", "has", "have", "her", "his"}
    | {"in", "is", "it", "its", "no", "not", "of", "on", "or", "our", "out", "s", "that", "the"}
    | {"their", "them", "they", "this", "those", "to", "was", "were", "will", "with"}
)
_ARTICLES = frozenset({"the", "a", "an"})

# One title in several spellings.
_SPELLINGS = {
    "sen": "senator", "rep": "representative", "gov": "governor", "lt": "lieutenant",
    "coun": "councillor", "cllr": "councillor", "cr": "councillor", "councilor": "councillor",
    "councilman": "councillor", "councilwoman": "councillor", "councilmember": "councillor",
    "dr": "doctor", "rev": "reverend", "revd": "reverend", "prof": "professor",
    "fr": "father", "ald": "alderman", "supt": "superintendent", "sgt": "sergeant",
    "det": "detective", "capt": "captain", "gen": "general", "col": "colonel", "hon": "honourable",
    "atty": "attorney", "dir": "director", "pres": "president", "ceo": "chief executive",
    "convenor": "convener", "del": "delegate", "comm": "commissioner",
}  # fmt: skip
_SENTENCE_END = re.compile(
    r"""(?<=[.!?…])["'”’)\]]*\s+(?=["'“‘(\[]*[A-Z0-9])   # a stop, then a capital
      | \s*\n\s*                                          # or the end of a line
    """,
    re.VERBOSE,
)
# After these a stop does not end the sentence.
_ABBREVIATION = re.compile(
    r"""(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Rev|Revd|Fr|St|Ste|Mt|Ft|Sen|Rep|Gov|Lt|Col|Gen|Capt|Maj|Sgt|Det
        |Supt|Hon|Coun|Cllr|Cr|Ald|Del|Atty|Supt|Jr|Sr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov
        |Dec|No|vs|Inc|Corp|Co|Ltd|Bros|Mo|Kan|Calif|Ill|Ind|Tenn|Ky|Va|Pa|Ga|Fla|Ala|Ariz|Ark|Colo
        |Conn|Del|La|Mass|Md|Mich|Minn|Miss|Mont|Neb|Nev|Okla|Ore|Tex|Vt|Wash|Wis|Wyo)
        |\b[A-Z])\.$""",
    re.VERBOSE,
)


# --- words and sentences ------------------------------------------------------------------------


def words(text: str) -> list[str]:
    """Runs of letters and digits, case folded."""
    return re.findall(r"[^\W_]+", text.casefold())


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Shared over all; 0 when both are empty."""
    return len(a & b) / len(a | b) if a or b else 0.0


class Sentences:
    """Where the sentences of a text begin, found without a parser so that scoring needs none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: dict[str, list[Span]] = {}
        self._starts = [0]
        for match in _SENTENCE_END.finditer(text):
            if "\n" not in match.group() and _ABBREVIATION.search(
                text, max(0, match.start() - 8), match.start()
            ):
                continue
            self._starts.append(match.end())

    def of(self, span: Span) -> tuple[int, int]:
        """Numbers of the first and the last sentence that `span` touches."""
        first = bisect_right(self._starts, span.start) - 1
        return first, max(first, bisect_right(self._starts, max(span.start, span.end - 1)) - 1)

    def around(self, span: Span) -> str:
        """The words of those sentences, on one line."""
        first, last = self.of(span)
        ends = [*self._starts[1:], len(self.text)]
        return " ".join(self.text[self._starts[first] : ends[last]].split())

    def places(self, passage: str, span: Span | None = None) -> list[Span]:
        """Where `passage` stands: at `span` if that is given, else everywhere it occurs."""
        if span is not None:
            return [span]
        if passage not in self._found:
            starts = re.finditer(f"(?={re.escape(passage)})", self.text) if passage else ()
            self._found[passage] = [Span(m.start(), m.start() + len(passage)) for m in starts]
        return self._found[passage]

    def neighbours(self, a: Sequence[Span], b: Sequence[Span]) -> bool:
        """Whether some place of `a` and some of `b` share a sentence or touch neighbouring ones."""
        return any(
            first - 1 <= to and start <= last + 1
            for first, last in map(self.of, a)
            for start, to in map(self.of, b)
        )


# --- stakeholders -------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def bare_name(name: str, kind: StakeholderKind) -> str:
    """`name` case folded, without leading articles and, for a person, leading titles."""
    parts = re.sub(r"[.,]", " ", name.casefold().replace("’", "'")).split()
    while len(parts) > 1 and parts[0] in _ARTICLES:
        parts = parts[1:]
    if kind is StakeholderKind.PERSON:
        parts = without_titles(parts)
    return " ".join(parts)


def forms(who: Stakeholder) -> frozenset[str]:
    """The name and the aliases, comparable."""
    return frozenset(bare_name(n, who.kind) for n in (who.name, *who.aliases)) - {""}


def stakeholder_likeness(gold: Stakeholder, found: Stakeholder) -> float:
    """0 when they do not match; else above 1 the more of their names agree (at most 4)."""
    shared = forms(gold) & forms(found)
    if gold.kind is not found.kind or not shared:
        return 0.0
    names = {bare_name(gold.name, gold.kind), bare_name(found.name, found.kind)}
    return 1.0 + len(names & shared) / len(names) * 2 + jaccard(forms(gold), forms(found))


def title_words(title: str) -> tuple[str, ...]:
    """A title in its full spelling, lower case, without stops and articles."""
    spelled = (_SPELLINGS.get(w, w) for w in words(title))
    return tuple(w for phrase in spelled for w in phrase.split() if w not in _ARTICLES)


def same_title(gold: Role, found: Role) -> bool:
    """Whether the titles are the same words, abbreviations written out."""
    return title_words(gold.title) == title_words(found.title)


def same_role(gold: Role, found: Role) -> bool:
    """Same title and, when gold says of what, the same organization or jurisdiction.

    That is the same when one wording has all content words of the other ("Kansas City" and
    "Kansas City, Missouri"). Words of it may have stayed in the title ("Kansas City police chief").
    """
    if gold.of is None:
        return same_title(gold, found)
    whole = {*title_words(gold.title), *content_words(gold.of)}
    if {*title_words(found.title), *content_words(found.of or "")} == whole:
        return True
    ours, theirs = content_words(found.of or ""), content_words(gold.of)
    return same_title(gold, found) and bool(ours and theirs) and (ours <= theirs or theirs <= ours)


# --- attributions, positions, events ------------------------------------------------------------


def same_sources(gold: Attribution, found: Attribution, people: Mapping[str, str]) -> bool:
    """Whether `found` credits whom gold credits.

    Sources in `also` are right too, alone or beside the others. Of several sources at least half of
    those found must be right, and at least half of gold's found.
    """
    ours = {people.get(s, "") for s in found.sources}
    right = ours & {*gold.sources, *gold.also}
    enough = len(ours & set(gold.sources)) >= ENOUGH * len(set(gold.sources))
    return (
        bool(right)
        and len(right) >= ENOUGH * len(set(found.sources))
        and (enough or bool(ours & set(gold.also)))
    )


def content_likeness(gold: Attribution, found: Attribution) -> float:
    """Token Jaccard of the contents."""
    return jaccard(_tokens(gold.content), _tokens(found.content))


def label_likeness(gold: Sequence[str], label: str, *, strict: bool = False) -> float:
    """0 when `label` is none of the gold phrases; else the best Jaccard of content words.

    Besides a Jaccard of at least a half, containment counts (0.5) when the shorter has two content
    words or more; with `strict` it does not.
    """
    return max((_phrase_likeness(phrase, label, strict) for phrase in gold), default=0.0)


def _phrase_likeness(gold: str, label: str, strict: bool) -> float:
    ours, theirs = content_words(label), content_words(gold)
    if not ours or not theirs:
        return float(words(gold) == words(label))
    shared = jaccard(ours, theirs)
    contained = min(len(ours), len(theirs)) >= 2 and (ours <= theirs or theirs <= ours)
    if shared >= ENOUGH:
        return shared
    return ENOUGH if contained and not strict else 0.0


def position_likeness(
    gold: Position,
    found: Position,
    people: Mapping[str, str],
    sentences: Sentences,
    *,
    any_kind: bool = False,
    strict: bool = False,
) -> float:
    """0 when they do not match; else above 1 the closer the targets are."""
    faults = position_faults(gold, found, people, sentences, strict=strict)
    if faults - ({"kind"} if any_kind else set()):
        return 0.0
    if found.target.stakeholder is not None:
        return 2.0
    return 1.0 + label_likeness(gold.target.issue, found.target.issue[0], strict=strict)


def position_faults(
    gold: Position,
    found: Position,
    people: Mapping[str, str],
    sentences: Sentences,
    *,
    strict: bool = False,
) -> set[str]:
    """What of `found` is not as gold has it: kind, holder, polarity, target, evidence."""
    faults = set()
    if gold.kind is not found.kind:
        faults.add("kind")
    if gold.polarity is not found.polarity:
        faults.add("polarity")
    if people.get(found.holder) != gold.holder:
        faults.add("holder")
    if not _same_target(gold, found, people, strict):
        faults.add("target")
    here = sentences.places(found.evidence, found.evidence_span)
    if not sentences.neighbours(sentences.places(gold.evidence, gold.evidence_span), here):
        faults.add("evidence")
    return faults


def _same_target(gold: Position, found: Position, people: Mapping[str, str], strict: bool) -> bool:
    if gold.target.stakeholder is not None or found.target.stakeholder is not None:
        ours, theirs = found.target.stakeholder, gold.target.stakeholder
        return ours is not None and theirs is not None and people.get(ours) == theirs
    return label_likeness(gold.target.issue, found.target.issue[0], strict=strict) > 0


def event_likeness(
    gold: Event, found: Event, people: Mapping[str, str], sentences: Sentences
) -> float:
    """0 when they do not match; else above 1 the more participants they share.

    An event of gold without participants is matched by its passage.
    """
    if gold.kind is not found.kind:
        return 0.0
    near = sentences.neighbours(
        sentences.places(gold.evidence, gold.evidence_span),
        sentences.places(found.evidence, found.evidence_span),
    )
    theirs = set(gold.participants)
    if not theirs:
        return 1.0 if near else 0.0
    share = len(theirs & {people.get(p, "") for p in found.participants}) / len(theirs)
    return 1.0 + share + near if share >= ENOUGH else 0.0


# --- assignment ---------------------------------------------------------------------------------


def assign(
    gold: Sequence[G], found: Sequence[F], likeness: Callable[[G, F], float]
) -> dict[int, int]:
    """Which found item (value) is which gold item (key), each used once.

    The assignment is optimal (Hungarian method): first as many matches of gold items that are not
    optional as possible, then the greatest likeness. It depends on the order of the items only
    where two assignments are equally good.
    """
    scores = [[likeness(g, f) for f in found] for g in gold]
    if not any(score > 0 for row in scores for score in row):
        return {}
    from scipy.optimize import linear_sum_assignment

    bonus = 10.0 * (len(gold) + 1)
    weights = [
        [s and s + (1.0 if getattr(g, "optional", False) else bonus) for s in row]
        for g, row in zip(gold, scores, strict=True)
    ]
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return {int(g): int(f) for g, f in zip(rows, columns, strict=True) if scores[g][f] > 0}


@lru_cache(maxsize=16384)
def content_words(phrase: str) -> frozenset[str]:
    """The words by which two labels are compared: all but stop words."""
    return frozenset(words(phrase)) - STOP_WORDS


@lru_cache(maxsize=4096)
def _tokens(text: str) -> frozenset[str]:
    return frozenset(words(text))
