"""What a store says, as plain data: positions, attributions and events, each with its evidence.

These are the rows that dossiers, demand boards, paths and pictures are made of. Every function
takes an open pyoxigraph store and reads it; the graph's terms are those of `ontology/kcgraph.ttl`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from kcgraph.grammar import agreed, is_many
from kcgraph.names import Named, NameIndex
from kcgraph.sparql import bind
from kcgraph.vocab import KC, PREFIXES, expand

if TYPE_CHECKING:
    from pyoxigraph import Literal, QuerySolution, Store

    from kcgraph.sparql import Term


@dataclass(frozen=True, slots=True)
class Ref:
    """A stakeholder or an issue by IRI, canonical name and kind (as in `Named`)."""

    iri: str
    label: str
    kind: str

    def does(self, words: str) -> str:
        """`words`, which begin with a verb in the third person singular, as they follow the name:
        "residents" + "demand"."""
        return agreed(words, is_many(self.label, self.kind))


@dataclass(frozen=True, slots=True)
class Passage:
    """Verbatim words of an article: `text` stands at [start, end) code points of it.

    `sentence` is the sentence (or sentences) around it, verbatim too, in which it stands at
    `within`. `date` is the article's (ISO
    8601); title, date, publisher and url are None where unknown.
    """

    text: str
    sentence: str
    start: int
    end: int
    article: str
    title: str | None = None
    date: str | None = None
    publisher: str | None = None
    url: str | None = None
    within: int = 0

    @property
    def marked(self) -> tuple[str, str, str]:
        """The sentence: before the words, these, and after them."""
        end = self.within + len(self.text)
        return self.sentence[: self.within], self.sentence[self.within : end], self.sentence[end:]

    @property
    def where(self) -> str:
        """The article in a few words: publisher or title, and date."""
        name = self.publisher or self.title or self.article.rpartition("/")[2]
        return f"{name}, {self.date}" if self.date else name


@dataclass(frozen=True, slots=True)
class PositionClaim:
    """A position of the store. `kind` and `polarity` are spelled as in `kcgraph.model`.

    `date` is the position's own, else that of its article; `confidence` runs 0 to 1.
    """

    iri: str
    kind: str
    polarity: str
    holder: Ref
    target: Ref
    addressees: tuple[Ref, ...]
    on_behalf_of: tuple[Ref, ...]
    date: str | None
    confidence: float | None
    evidence: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class AttributionClaim:
    """`sources` are reported to have expressed `content`; `quotation` as in `kcgraph.model`."""

    iri: str
    sources: tuple[Ref, ...]
    content: str
    quotation: str
    date: str | None
    evidence: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class EventClaim:
    """An event of the store; `kind` is spelled as in `kcgraph.model`, but "event" for others.

    `date` is its own (ISO 8601), else that of the article; `when` is the date as written.
    """

    iri: str
    kind: str
    participants: tuple[Ref, ...]
    recipients: tuple[Ref, ...]
    declined: tuple[Ref, ...]
    date: str | None
    when: str | None
    evidence: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class RoleClaim:
    """An article gives `holder` the title `title`, of an organization or jurisdiction `of`.

    `date` is the article's.
    """

    iri: str
    holder: Ref
    title: str
    of: str | None
    date: str | None
    evidence: tuple[Passage, ...]

    @property
    def role(self) -> str:
        """In words, as in `Named.roles`: "Mayor, Kansas City"."""
        return f"{self.title}, {self.of}" if self.of else self.title


POLARITIES = {KC + "Support": "support", KC + "Opposition": "oppose", KC + "Mixed": "mixed"}
POSITION_KINDS = {
    KC + "Demand": "demand",
    KC + "Stance": "stance",
    KC + "Commitment": "commitment",
    KC + "Refusal": "refusal",
}
QUOTATIONS = {KC + "Direct": "direct", KC + "Indirect": "indirect", KC + "Mixed": "mixed"}
EVENT_KINDS = {
    KC + "Meeting": "meeting",
    KC + "Letter": "letter",
    KC + "NewsConference": "news conference",
    KC + "Announcement": "announcement",
    KC + "Protest": "protest",
    KC + "Vote": "vote",
    KC + "Lawsuit": "lawsuit",
    KC + "Hearing": "hearing",
}
EVENT_PARTS = ("kc:participant", "kc:recipient", "kc:declined")

# Everything has evidence, so it is asked for as such: an OPTIONAL of several triples would make the
# engine read all passages of the store for one claim.
_PASSAGE = """?claim kc:evidence ?passage .
  ?passage oa:exact ?exact ; oa:start ?start ; oa:end ?end ; kc:article ?article ."""

_POSITIONS = f"""SELECT * WHERE {{
  ?claim kc:holder ?holder ; kc:target ?target ; kc:polarity ?polarity ; a ?kind .
  FILTER(?kind IN (kc:Demand, kc:Stance, kc:Commitment, kc:Refusal))
  {_PASSAGE}
  OPTIONAL {{ ?claim kc:addressee ?addressee }} OPTIONAL {{ ?claim kc:onBehalfOf ?behalf }}
  OPTIONAL {{ ?claim dcterms:date ?date }} OPTIONAL {{ ?claim kc:confidence ?confidence }}
}}"""

_SIDES = """SELECT ?claim ?holder ?target ?polarity ?date ?article {
  ?claim kc:holder ?holder ; kc:target ?target ; kc:polarity ?polarity ;
    prov:wasDerivedFrom ?article OPTIONAL { ?claim dcterms:date ?date } }"""
_BEHALF = "SELECT ?claim ?of { ?claim kc:onBehalfOf ?of }"

_ADDRESSED = "SELECT DISTINCT ?claim WHERE { ?claim kc:addressee ?addressee }"

_ATTRIBUTIONS = f"""SELECT * WHERE {{
  ?claim kc:source ?source ; kc:content ?content ; kc:quotation ?quotation .
  {_PASSAGE} }}"""

_EVENTS = f"""SELECT * WHERE {{
  ?claim a kc:Event, ?kind ; ?part ?who .
  FILTER(?part IN ({", ".join(EVENT_PARTS)}))
  FILTER(STRSTARTS(STR(?kind), STR(kc:)))
  {_PASSAGE}
  OPTIONAL {{ ?claim dcterms:date ?date }} OPTIONAL {{ ?claim kc:dateText ?when }} }}"""

_ROLES = f"""SELECT * WHERE {{
  ?claim a kc:RoleStatement ; org:member ?holder ; kc:post ?post .
  ?post rdfs:label ?title .
  {_PASSAGE}
  OPTIONAL {{ ?post org:postIn ?body . ?body rdfs:label ?of }} }}"""

_MEMBERS = """SELECT DISTINCT ?who ?of {
  ?who org:memberOf|(org:holds/org:postIn) ?of . ?of a org:Organization, kc:Stakeholder }
  ORDER BY ?who ?of"""

_STATUS = "SELECT DISTINCT ?demand ?status { ?demand kc:status ?status }"
_ANSWERS = "SELECT DISTINCT ?demand ?answer { ?demand kc:answeredBy ?answer }"
# Above so many, all of a property are read: cheaper than to look each up.
_FEW = 200

# What `ArticleFacts` are in the store.
FACTS = {
    "title": "dcterms:title",
    "issued": "dcterms:issued",
    "publisher": "dcterms:publisher",
    "url": "dcterms:source",
    "body": "schema:articleBody",
}


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What the store knows of an article; None for what it does not."""

    title: str | None
    issued: str | None
    publisher: str | None
    url: str | None
    body: str | None


class Claims:
    """Reads the claims of one store; names and roles are read once, when they are needed, and kept.

    `names` of the same store spare reading them.
    """

    def __init__(self, store: Store, names: NameIndex | None = None) -> None:
        self.store = store
        self._names = names
        self._refs_by_iri: dict[str, Ref] = {}
        self._articles: dict[str, ArticleFacts] = {}

    @cached_property
    def names(self) -> NameIndex:
        """The names of the store."""
        return self._names or NameIndex.of(self.store)

    def ref(self, iri: str) -> Ref:
        """The thing behind `iri`; one without a name is called by the end of its IRI."""
        if iri not in self._refs_by_iri:
            known = self.names.by_iri.get(iri)
            self._refs_by_iri[iri] = named_ref(known) if known else Ref(iri, _tail(iri), "unknown")
        return self._refs_by_iri[iri]

    def positions(self, **where: str | Sequence[str]) -> list[PositionClaim]:
        """Positions, sorted by date and place in the article.

        `where` restricts by IRI: `holder`, `target`, `addressee`, `kind`, `claim`.
        """
        if "addressee" in where:  # one of several: find which, then read whole
            rows = self._solutions(_ADDRESSED, {"addressee": where["addressee"]})
            where = {k: v for k, v in where.items() if k != "addressee"}
            where["claim"] = sorted({_value(row, "claim") for row in rows})
            if not where["claim"]:
                return []
        claims = [
            PositionClaim(
                iri=iri,
                kind=POSITION_KINDS[_value(first, "kind")],
                polarity=POLARITIES[_value(first, "polarity")],
                holder=self.ref(_value(first, "holder")),
                target=self.ref(_value(first, "target")),
                addressees=self._refs(group, "addressee"),
                on_behalf_of=self._refs(group, "behalf"),
                date=_maybe(first, "date") or self._issued(first),
                confidence=_number(first, "confidence"),
                evidence=self._passages(group),
            )
            for iri, group in self._claims(_POSITIONS, where).items()
            for first in group[:1]
        ]
        return sorted(claims, key=by_date_and_place)

    def sides(self) -> Iterator[tuple[PositionClaim, str]]:
        """All positions, each with the article (IRI) that it is from, in no order.

        Without kinds, addressees, confidence and evidence (empty here), and the faster for it.
        """
        behalf: dict[str, tuple[Ref, ...]] = {}
        for row in self._solutions(_BEHALF, {}):
            claim = _value(row, "claim")
            behalf[claim] = (*behalf.get(claim, ()), self.ref(_value(row, "of")))
        rows = list(self._solutions(_SIDES, {}))
        self._read_articles({_value(row, "article") for row in rows})
        for row in rows:
            iri = _value(row, "claim")
            yield (
                PositionClaim(
                    iri=iri,
                    kind="",
                    polarity=POLARITIES[_value(row, "polarity")],
                    holder=self.ref(_value(row, "holder")),
                    target=self.ref(_value(row, "target")),
                    addressees=(),
                    on_behalf_of=tuple(sorted(behalf.get(iri, ()), key=by_label)),
                    date=_maybe(row, "date") or self._issued(row),
                    confidence=None,
                    evidence=(),
                ),
                _value(row, "article"),
            )

    def attributions(self, **where: str | Sequence[str]) -> list[AttributionClaim]:
        """Attributions, sorted like positions; `where` restricts by `source` or `claim`."""
        if "source" in where:  # first which, then whole: a joint letter keeps all its sources
            found = self._subjects(("kc:source",), where["source"])
            if not found:
                return []
            where = {"claim": sorted(found)}
        claims = [
            AttributionClaim(
                iri=iri,
                sources=self._refs(group, "source"),
                content=_value(first, "content"),
                quotation=QUOTATIONS[_value(first, "quotation")],
                date=self._issued(first),
                evidence=self._passages(group),
            )
            for iri, group in self._claims(_ATTRIBUTIONS, where).items()
            for first in group[:1]
        ]
        return sorted(claims, key=by_date_and_place)

    def events(self, **where: str | Sequence[str]) -> list[EventClaim]:
        """Events, sorted like positions; `where` restricts by `who` takes part, or `claim`."""
        if "who" in where:
            found = self._subjects(EVENT_PARTS, where["who"])
            if not found:
                return []
            where = {"claim": sorted(found)}
        claims = [
            EventClaim(
                iri=iri,
                kind=next(
                    (EVENT_KINDS[k] for k in _all(group, "kind") if k in EVENT_KINDS), "event"
                ),
                participants=self._parts(group, "participant"),
                recipients=self._parts(group, "recipient"),
                declined=self._parts(group, "declined"),
                date=_maybe(first, "date") or self._issued(first),
                when=_maybe(first, "when"),
                evidence=self._passages(group),
            )
            for iri, group in self._claims(_EVENTS, where).items()
            for first in group[:1]
        ]
        return sorted(claims, key=by_date_and_place)

    def roles(self, **where: str | Sequence[str]) -> list[RoleClaim]:
        """Role statements, sorted like positions; `where` restricts by `holder` or `claim`."""
        claims = [
            RoleClaim(
                iri=iri,
                holder=self.ref(_value(first, "holder")),
                title=_value(first, "title"),
                of=_maybe(first, "of"),
                date=self._issued(first),
                evidence=self._passages(group),
            )
            for iri, group in self._claims(_ROLES, where).items()
            for first in group[:1]
        ]
        return sorted(claims, key=by_date_and_place)

    def statuses(self, demands: Sequence[str]) -> dict[str, list[str]]:
        """What the rules of the store say became of each of `demands` (IRIs)."""
        return self._derived(_STATUS, "status", demands)

    def answers(self, demands: Sequence[str]) -> dict[str, list[str]]:
        """The positions (IRIs) that answer each of `demands` by the rules of the store."""
        return self._derived(_ANSWERS, "answer", demands)

    def _derived(self, query: str, name: str, demands: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {iri: [] for iri in demands}
        for row in self._solutions(query, {"demand": demands} if len(found) <= _FEW else {}):
            if (demand := _value(row, "demand")) in found:
                found[demand].append(_value(row, name))
        return found

    def memberships(self) -> dict[str, tuple[Ref, ...]]:
        """The organizations of which a person (IRI) is a member or in which it holds a post."""
        found: dict[str, tuple[Ref, ...]] = {}
        for row in self._solutions(_MEMBERS, {}):
            who = _value(row, "who")
            found[who] = (*found.get(who, ()), self.ref(_value(row, "of")))
        return found

    def _claims(
        self, query: str, where: Mapping[str, str | Sequence[str]]
    ) -> dict[str, list[QuerySolution]]:
        """The solutions of `query` by claim; the articles that they are of are read at once."""
        found: dict[str, list[QuerySolution]] = {}
        for row in self._solutions(query, where):
            found.setdefault(_value(row, "claim"), []).append(row)
        self._read_articles({_value(row, "article") for group in found.values() for row in group})
        return found

    def _read_articles(self, iris: Iterable[str]) -> None:
        """Reads what the store knows of articles, those that are unread.

        Looked up one by one: a query with OPTIONAL reads all articles of the store, whichever it
        is asked for.
        """
        from pyoxigraph import NamedNode

        terms = {name: NamedNode(expand(term)) for name, term in FACTS.items()}
        for iri in sorted(set(iris) - self._articles.keys()):
            article, facts = NamedNode(iri), dict.fromkeys(FACTS)
            for name, term in terms.items():
                quad = next(self.store.quads_for_pattern(article, term, None, None), None)
                facts[name] = None if quad is None else cast("Literal", quad.object).value
            self._articles[iri] = ArticleFacts(**facts)

    def _solutions(
        self, query: str, where: Mapping[str, str | Sequence[str]]
    ) -> Iterator[QuerySolution]:
        from pyoxigraph import NamedNode

        terms: dict[str, list[Term]] = {
            name: [NamedNode(iri) for iri in ([iris] if isinstance(iris, str) else iris)]
            for name, iris in where.items()
        }
        answer: Any = self.store.query(
            bind(query, terms), prefixes=PREFIXES, use_default_graph_as_union=True
        )
        return iter(answer)

    def _subjects(self, terms: Iterable[str], objects: str | Sequence[str]) -> set[str]:
        """What has one of `objects` (IRIs) as one of its `terms`."""
        query = (
            f"SELECT DISTINCT ?claim {{ VALUES ?term {{ {' '.join(terms)} }} ?claim ?term ?of }}"
        )
        return {_value(row, "claim") for row in self._solutions(query, {"of": objects})}

    def _refs(self, group: list[QuerySolution], name: str) -> tuple[Ref, ...]:
        return tuple(sorted(map(self.ref, _all(group, name)), key=by_label))

    def _passages(self, group: list[QuerySolution]) -> tuple[Passage, ...]:
        rows = {_value(row, "passage"): row for row in group}
        found = map(self._passage, rows.values())
        return tuple(sorted(found, key=passage_by_date_and_place))

    def _passage(self, row: QuerySolution) -> Passage:
        start, end = int(_value(row, "start")), int(_value(row, "end"))
        return self._quoted(_value(row, "article"), start, end, _value(row, "exact"))

    def _quoted(self, article: str, start: int, end: int, text: str) -> Passage:
        known = self.article(article)
        first, last = sentence_around(known.body, start, end) if known.body else (start, end)
        return Passage(
            text=text,
            sentence=known.body[first:last] if known.body else text,
            start=start,
            end=end,
            article=article,
            title=known.title,
            date=known.issued,
            publisher=known.publisher,
            url=known.url,
            within=start - first,
        )

    def body(self, article: str) -> str:
        """The text of an article, by its IRI; "" if the store does not have it."""
        return self.article(article).body or ""

    def article(self, article: str) -> ArticleFacts:
        """What the store knows of an article, by its IRI; read once."""
        if article not in self._articles:
            self._read_articles([article])
        return self._articles.get(article) or ArticleFacts(*[None] * 5)

    def _issued(self, row: QuerySolution) -> str | None:
        return self.article(_value(row, "article")).issued

    def _parts(self, group: list[QuerySolution], role: str) -> tuple[Ref, ...]:
        rows = [row for row in group if _value(row, "part") == KC + role]
        return self._refs(rows, "who")


# a full stop that ends a sentence: not after an initial, an abbreviated title or month
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\b(?:Mr|Ms|Dr|St|Jr|Sr|No|vs))(?<!\b(?:Mrs|Rev|Sen|Rep|Gov|Gen|Col))"
    r"(?<!\b(?:Jan|Feb|Mar|Apr|Aug|Oct|Nov|Dec))(?<!\bSept)"
    r"[.!?…][”’\"')\]]*\s+(?=[“‘\"']?[A-Z0-9])"
)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentences of `text` that [start, end) touches begin and end, without blanks around.

    A paragraph's end ends a sentence, too.
    """
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    ends = [m.end() for m in _SENTENCE_END.finditer(text, first, last)]
    begin = max((e for e in ends if e <= start), default=first)
    stop = min((e for e in ends if e >= end), default=last)
    begin += len(text[begin:start]) - len(text[begin:start].lstrip())
    return begin, max(end, begin + len(text[begin:stop].rstrip()))


def named_ref(thing: Named) -> Ref:
    """The reference to a thing that was found by name."""
    return Ref(thing.iri, thing.label, thing.kind)


def by_label(ref: Ref) -> tuple[str, str]:
    """What references are sorted by."""
    return ref.label.casefold(), ref.iri


def by_date_and_place(
    claim: PositionClaim | AttributionClaim | EventClaim | RoleClaim,
) -> tuple[str, str, int, str]:
    """What claims are sorted by."""
    first = claim.evidence[0] if claim.evidence else None
    return claim.date or "", first.article if first else "", first.start if first else 0, claim.iri


def passage_by_date_and_place(passage: Passage) -> tuple[str, str, int, int]:
    """What the passages of a claim are sorted by."""
    return passage.date or "", passage.article, passage.start, passage.end


def _value(row: QuerySolution, name: str) -> str:
    value: str = row[name].value
    return value


def _maybe(row: QuerySolution, name: str) -> str | None:
    return _value(row, name) if row[name] is not None else None


def _number(row: QuerySolution, name: str) -> float | None:
    text = _maybe(row, name)
    return float(text) if text is not None else None


def _all(group: Iterable[QuerySolution], name: str) -> list[str]:
    """The distinct values of `name`, in the order in which they come."""
    return list(dict.fromkeys(_value(row, name) for row in group if row[name] is not None))


def _tail(iri: str) -> str:
    return iri.rstrip("/").rpartition("/")[2] or iri
