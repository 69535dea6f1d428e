"""Records and identities become RDF: pure functions from plain data to quads, no store, no files.

Every node has an IRI made from content; there are no blank nodes. A triple stands in one graph:
what an article says in the article's, what belongs to an identity in the identity graph.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Quad

from kcgraph.model import (
    Article,
    Attribution,
    Event,
    EventKind,
    Extraction,
    Polarity,
    Position,
    PositionKind,
    Quotation,
    Role,
    Span,
    Stakeholder,
    StakeholderKind,
)
from kcgraph.resolve.identity import Identity, KnownIssue, KnownStakeholder, Post
from kcgraph.resolve.outline import Outline
from kcgraph.vocab import Iris, digest, expand, slug

# how far apart, in code points, a name and the title that it is given may stand
_TITLE_REACH = 120

_AGENT = {
    StakeholderKind.PERSON: "foaf:Person",
    StakeholderKind.ORGANIZATION: "org:Organization",
    StakeholderKind.GROUP: "foaf:Group",
}
_POSITION = {
    PositionKind.DEMAND: "kc:Demand",
    PositionKind.STANCE: "kc:Stance",
    PositionKind.COMMITMENT: "kc:Commitment",
    PositionKind.REFUSAL: "kc:Refusal",
}
_POLARITY = {
    Polarity.SUPPORT: "kc:Support",
    Polarity.OPPOSE: "kc:Opposition",
    Polarity.MIXED: "kc:Mixed",
}
_QUOTATION = {
    Quotation.DIRECT: "kc:Direct",
    Quotation.INDIRECT: "kc:Indirect",
    Quotation.MIXED: "kc:Mixed",
}
_EVENT = {
    EventKind.MEETING: "kc:Meeting",
    EventKind.LETTER: "kc:Letter",
    EventKind.NEWS_CONFERENCE: "kc:NewsConference",
    EventKind.ANNOUNCEMENT: "kc:Announcement",
    EventKind.PROTEST: "kc:Protest",
    EventKind.VOTE: "kc:Vote",
    EventKind.LAWSUIT: "kc:Lawsuit",
    EventKind.HEARING: "kc:Hearing",
}
_DATES = {
    r"\d{4}-\d{2}-\d{2}": "xsd:date",
    r"\d{4}-\d{2}": "xsd:gYearMonth",
    r"\d{4}": "xsd:gYear",
}

Term = NamedNode | Literal
Triple = tuple[NamedNode, NamedNode, Term]
Pair = tuple[NamedNode, Term]  # of a triple whose subject is known


@lru_cache(maxsize=1024)
def term(curie: str) -> NamedNode:
    """The node of a prefixed name such as `kc:Position`."""
    return NamedNode(expand(curie))


def article_quads(
    article: Article,
    record: Extraction,
    identity: Identity,
    *,
    iris: Iris,
    variants: Iterable[str] = (),
    min_confidence: float = 0.0,
) -> Iterator[Quad]:
    """What the article says, each quad once, in the article's own graph.

    The record must be grounded. `variants` are the ids of articles that this is a near copy of.
    Positions, attributions and events below `min_confidence` stay out.
    """
    graph = NamedNode(iris.article_graph(article.id))
    triples = _ArticleTriples(article, record, identity, iris, min_confidence)
    yield from (Quad(*t, graph) for t in dict.fromkeys(triples.all(tuple(variants))))


def signature(
    told: Outline,
    identity: Identity,
    *,
    variants: Iterable[str] = (),
    min_confidence: float = 0.0,
) -> str:
    """A digest of everything that `article_quads` is given: equal means equal quads."""
    article, record = told.article.id, told.record
    who = {
        s.id: (key, repr(identity.stakeholders[key].posts) if s.roles else "")
        for s in record.stakeholders
        for key in [identity.stakeholder_of[article, s.id]]
    }
    issues = {p.target.issue for p in record.positions if p.target.issue}
    what = sorted((issue, identity.issue_of[article, issue]) for issue in issues)
    parts = (who, what, tuple(variants), min_confidence)
    return digest(told.content, *map(repr, parts), length=32)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A node of the identity graph that is no stakeholder and no issue; `post_in` are IRIs."""

    type: str
    label: str
    post_in: tuple[str, ...] = ()


Known = KnownStakeholder | KnownIssue | Labelled


def identity_nodes(
    identity: Identity, extractors: Iterable[str], coders: Iterable[str] = (), *, iris: Iris
) -> dict[str, Known]:
    """Who and what there is across articles, by IRI: equal values mean equal quads.

    `extractors` are the programs that found it, `coders` the people who did.
    """
    return {
        **{iris.stakeholder(key): known for key, known in identity.stakeholders.items()},
        **_posts(identity.stakeholders, iris),
        **{iris.issue(key): known for key, known in identity.issues.items()},
        **{iris.extractor(name): Labelled("prov:SoftwareAgent", name) for name in extractors},
        **{iris.coder(name): Labelled("prov:Person", name) for name in coders},
    }


def node_quads(node: str, known: Known, *, iris: Iris) -> Iterator[Quad]:
    """What the identity graph says of the node that `identity_nodes` gave, each quad once."""
    graph, subject = NamedNode(iris.identity_graph), NamedNode(node)
    match known:
        case KnownStakeholder():
            pairs = _stakeholder(known, iris)
        case KnownIssue():
            pairs = _issue(known, iris)
        case Labelled():
            pairs = _labelled(known)
    yield from (Quad(subject, *pair, graph) for pair in dict.fromkeys(pairs))


def identity_quads(
    identity: Identity, extractors: Iterable[str], coders: Iterable[str] = (), *, iris: Iris
) -> Iterator[Quad]:
    """The whole identity graph of what `identity_nodes` is given."""
    for node, known in identity_nodes(identity, extractors, coders, iris=iris).items():
        yield from node_quads(node, known, iris=iris)


# --- one article ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _ArticleTriples:
    article: Article
    record: Extraction
    identity: Identity
    iris: Iris
    min_confidence: float

    def all(self, variants: tuple[str, ...]) -> Iterator[Triple]:
        yield from self._article(variants)
        yield from self._extraction()
        for stakeholder in self.record.stakeholders:
            yield from self._mentions(stakeholder)
            for role in stakeholder.roles:
                yield from self._role(stakeholder, role)
        attributions = [a for a in self.record.attributions if self._sure(a)]
        for attribution in attributions:
            yield from self._attribution(attribution)
        # of two that are the same but for confidence, the surer one counts
        positions: dict[NamedNode, Position] = {}
        for position in self.record.positions:
            node = self._position_node(position)
            if node not in positions or positions[node].confidence < position.confidence:
                positions[node] = position
        for node, position in positions.items():
            if self._sure(position):
                yield from self._position(node, position, attributions)
        events: dict[NamedNode, Event] = {}
        for event in self.record.events:
            node = self._event_node(event)
            if node not in events or events[node].confidence < event.confidence:
                events[node] = event
        for node, event in events.items():
            if self._sure(event):
                yield from self._event(node, event)

    def _article(self, variants: tuple[str, ...]) -> Iterator[Triple]:
        article, node = self.article, self._this
        yield node, term("rdf:type"), term("kc:Article")
        yield node, term("kc:sha256"), Literal(article.sha256)
        yield node, term("schema:articleBody"), Literal(article.text)
        if article.title:
            yield node, term("dcterms:title"), Literal(article.title)
        if article.date:
            yield node, term("dcterms:issued"), date_literal(article.date)
        if article.publisher:
            yield node, term("dcterms:publisher"), Literal(article.publisher)
        if article.url:
            yield node, term("dcterms:source"), _link(article.url)
        for other in variants:
            yield node, term("kc:variantOf"), NamedNode(self.iris.article(other))

    def _extraction(self) -> Iterator[Triple]:
        node = self._run
        yield node, term("rdf:type"), term("kc:Extraction")
        yield node, term("prov:used"), self._this
        extractor = NamedNode(self.iris.extractor(self.record.extractor))
        yield node, term("prov:wasAssociatedWith"), extractor

    def _mentions(self, stakeholder: Stakeholder) -> Iterator[Triple]:
        who = self._who(stakeholder.id)
        if stakeholder.mentions:
            yield self._this, term("schema:mentions"), who
        for span in stakeholder.mentions:
            passage = self._passage_node(span)
            yield from self._passage(span)
            yield passage, term("kc:mentions"), who

    def _role(self, stakeholder: Stakeholder, role: Role) -> Iterator[Triple]:
        """That the article gives somebody a title: only where title and name stand together."""
        span = _title_beside_name(self.article.text, role.title, stakeholder)
        post = self._post(stakeholder.id, role)
        if span is None or post is None:
            return
        node = NamedNode(
            self.iris.role(self.article.id, stakeholder.name, role.title, role.of or "")
        )
        yield node, term("rdf:type"), term("kc:RoleStatement")
        yield node, term("org:member"), self._who(stakeholder.id)
        yield node, term("kc:post"), _post_node(post, self.iris)
        organization = _post_in(post, self.iris)
        if organization is not None:
            yield node, term("org:organization"), organization
        yield from self._grounds(node, span)

    def _attribution(self, item: Attribution) -> Iterator[Triple]:
        node = self._attribution_node(item)
        yield node, term("rdf:type"), term("kc:Attribution")
        for source in item.sources:
            yield node, term("kc:source"), self._who(source)
        if item.cue_span:
            yield node, term("kc:cue"), Literal(self._words(item.cue_span))
        yield node, term("kc:content"), Literal(item.content)
        yield node, term("kc:quotation"), term(_QUOTATION[item.quotation])
        yield node, term("kc:confidence"), confidence(item.confidence)
        yield from self._grounds(node, attribution_span(item))

    def _position(
        self, node: NamedNode, item: Position, attributions: Iterable[Attribution]
    ) -> Iterator[Triple]:
        yield node, term("rdf:type"), term("kc:Position")
        yield node, term("rdf:type"), term(_POSITION[item.kind])
        yield node, term("kc:holder"), self._who(item.holder)
        yield node, term("kc:target"), self._target(item)
        yield node, term("kc:polarity"), term(_POLARITY[item.polarity])
        for addressee in item.addressee:
            yield node, term("kc:addressee"), self._who(addressee)
        if item.on_behalf_of:
            yield node, term("kc:onBehalfOf"), self._who(item.on_behalf_of)
        if item.coder is not None:
            yield node, term("prov:wasAttributedTo"), NamedNode(self.iris.coder(item.coder))
        said = attribution_of(item, attributions)
        if said is not None:
            yield node, term("kc:attribution"), self._attribution_node(said)
        if self.article.date:
            yield node, term("dcterms:date"), date_literal(self.article.date)
        yield node, term("kc:confidence"), confidence(item.confidence)
        yield from self._grounds(node, _placed(item.evidence_span))

    def _event(self, node: NamedNode, item: Event) -> Iterator[Triple]:
        yield node, term("rdf:type"), term("kc:Event")
        if item.kind in _EVENT:
            yield node, term("rdf:type"), term(_EVENT[item.kind])
        for predicate, people in (
            ("kc:participant", item.participants),
            ("kc:recipient", item.recipients),
            ("kc:declined", item.declined),
        ):
            for local in people:
                yield node, term(predicate), self._who(local)
        if item.date:
            yield node, term("kc:dateText"), Literal(item.date)
        if item.iso:
            yield node, term("dcterms:date"), date_literal(item.iso)
        yield node, term("kc:confidence"), confidence(item.confidence)
        yield from self._grounds(node, _placed(item.evidence_span))

    def _grounds(self, node: NamedNode, span: Span) -> Iterator[Triple]:
        """What the node rests on: passage, article, and the run that found it."""
        yield node, term("kc:evidence"), self._passage_node(span)
        yield node, term("prov:wasDerivedFrom"), self._this
        yield node, term("prov:wasGeneratedBy"), self._run
        yield from self._passage(span)

    def _passage(self, span: Span) -> Iterator[Triple]:
        node = self._passage_node(span)
        yield node, term("rdf:type"), term("kc:Passage")
        yield node, term("oa:exact"), Literal(self._words(span))
        yield node, term("oa:start"), _integer(span.start)
        yield node, term("oa:end"), _integer(span.end)
        yield node, term("kc:article"), self._this

    # -- nodes. They are made from the record's own names, not from resolved identities: a person's
    # correction of who is who leaves them as they are.

    @property
    def _this(self) -> NamedNode:
        return NamedNode(self.iris.article(self.article.id))

    @property
    def _run(self) -> NamedNode:
        return NamedNode(self.iris.extraction(self.article.id))

    def _passage_node(self, span: Span) -> NamedNode:
        return NamedNode(self.iris.passage(self.article.id, span.start, span.end))

    def _attribution_node(self, item: Attribution) -> NamedNode:
        sources = sorted(self._name(s) for s in item.sources)
        return NamedNode(
            self.iris.attribution(self.article.id, *_mark(attribution_span(item)), *sources)
        )

    def _position_node(self, item: Position) -> NamedNode:
        on_stakeholder = item.target.stakeholder
        target = item.target.issue if on_stakeholder is None else (self._name(on_stakeholder),)
        return NamedNode(
            self.iris.position(
                self.article.id,
                item.kind,
                item.polarity,
                *_mark(_placed(item.evidence_span)),
                self._name(item.holder),
                "issue" if on_stakeholder is None else "stakeholder",
                *target,
                *(() if item.statement is None else ("statement", item.statement)),
            )
        )

    def _event_node(self, item: Event) -> NamedNode:
        people = sorted(self._name(p) for p in item.participants)
        return NamedNode(
            self.iris.event(
                self.article.id, item.kind, *_mark(_placed(item.evidence_span)), *people
            )
        )

    def _target(self, item: Position) -> NamedNode:
        if item.target.stakeholder is not None:
            return self._who(item.target.stakeholder)
        key = self.identity.issue_of[self.article.id, item.target.issue]
        return NamedNode(self.iris.issue(key))

    def _who(self, local: str) -> NamedNode:
        return NamedNode(self.iris.stakeholder(self._key(local)))

    def _key(self, local: str) -> str:
        return self.identity.stakeholder_of[self.article.id, local]

    def _post(self, local: str, role: Role) -> Post | None:
        """The post of the known stakeholder that the record's role is, None if it has none such.

        "Mayor" in one article is the post that another calls "Mayor of Kansas City".
        """
        posts = self.identity.stakeholders[self._key(local)].posts
        same_title = [p for p in posts if slug(p.role.title) == slug(role.title)]
        exact = (p for p in same_title if p.role.of == role.of)
        return next(exact, same_title[0] if same_title else None)

    def _name(self, local: str) -> str:
        """The name by which the record knows `local`, told apart where two have the same."""
        name = next(s.name for s in self.record.stakeholders if s.id == local)
        shared = sum(s.name == name for s in self.record.stakeholders) > 1
        return f"{name}#{local}" if shared else name

    def _words(self, span: Span) -> str:
        return self.article.text[span.start : span.end]

    def _sure(self, item: Attribution | Position | Event) -> bool:
        return item.confidence >= self.min_confidence


def attribution_span(item: Attribution) -> Span:
    """From the first to the last of source, cue and content of a grounded attribution."""
    spans = [s for s in (item.source_span, item.cue_span, *item.content_spans) if s is not None]
    return Span(min(s.start for s in spans), max(s.end for s in spans))


def attribution_of(item: Position, attributions: Iterable[Attribution]) -> Attribution | None:
    """The attribution in which the holder expresses the position, None if the article says it.

    It is the one by the holder (or by whom it speaks for) whose cue and content share most with
    the position's evidence.
    """
    evidence = _placed(item.evidence_span)
    holders = {item.holder, item.on_behalf_of}
    best, most = None, 0
    for said in attributions:
        if holders.isdisjoint(said.sources + said.also):
            continue
        spans = [s for s in (said.cue_span, *said.content_spans) if s is not None]
        start, end = min(s.start for s in spans), max(s.end for s in spans)
        shared = min(end, evidence.end) - max(start, evidence.start)
        if shared > most:
            best, most = said, shared
    return best


def _title_beside_name(text: str, title: str, stakeholder: Stakeholder) -> Span | None:
    """The shortest passage of one paragraph that has the title and a mention, the name if it can.

    The title may be part of the mention ("the mayor"); a passage with the name says more.
    """
    words = stakeholder.name.split()
    if not title.strip() or not words:
        return None
    pattern = re.compile(rf"(?<!\w){re.escape(title)}(?!\w)", re.IGNORECASE)
    titles = [Span(*m.span()) for m in pattern.finditer(text)]
    hulls = [
        Span(min(t.start, m.start), max(t.end, m.end))
        for m in stakeholder.mentions
        for t in titles
        if max(t.start, m.start) - min(t.end, m.end) <= _TITLE_REACH
    ]
    near = [h for h in hulls if "\n" not in text[h.start : h.end]]
    return min(
        near,
        key=lambda h: (words[-1] not in text[h.start : h.end], h.end - h.start, h.start),
        default=None,
    )


# --- identities ----------------------------------------------------------------------------------


def _stakeholder(item: KnownStakeholder, iris: Iris) -> Iterator[Pair]:
    yield term("rdf:type"), term("kc:Stakeholder")
    yield term("rdf:type"), term(_AGENT[item.kind])
    yield term("rdfs:label"), Literal(item.name)
    for alias in item.aliases:
        if alias != item.name:
            yield term("skos:altLabel"), Literal(alias)
    for organization in item.member_of:
        yield term("org:memberOf"), NamedNode(iris.stakeholder(organization))
    for post in item.posts:
        yield term("org:holds"), _post_node(post, iris)


def _posts(stakeholders: Mapping[str, KnownStakeholder], iris: Iris) -> dict[str, Labelled]:
    """Posts and jurisdictions, each once by IRI, in whatever ways articles write its title."""
    titles: defaultdict[str, set[str]] = defaultdict(set)
    places: defaultdict[str, set[str]] = defaultdict(set)
    inside: defaultdict[str, set[str]] = defaultdict(set)
    for post in {post for stakeholder in stakeholders.values() for post in stakeholder.posts}:
        node, organization = _post_node(post, iris).value, _post_in(post, iris)
        titles[node].add(post.role.title)
        if organization is not None:
            inside[node].add(organization.value)
            if post.of is None and post.role.of is not None:
                places[organization.value].add(post.role.of)
    return {
        **{n: Labelled("org:Post", min(t), tuple(sorted(inside[n]))) for n, t in titles.items()},
        **{node: Labelled("kc:Jurisdiction", min(names)) for node, names in places.items()},
    }


def _issue(item: KnownIssue, iris: Iris) -> Iterator[Pair]:
    yield term("rdf:type"), term("kc:Issue")
    yield term("rdfs:label"), Literal(item.label)
    yield term("skos:prefLabel"), Literal(item.label)
    for label in item.alt_labels:
        if label != item.label:
            yield term("skos:altLabel"), Literal(label)
    if item.broader is not None:
        known = ":" in item.broader  # a topic of the ontology, else an issue's key
        broader = expand(item.broader) if known else iris.issue(item.broader)
        yield term("skos:broader"), NamedNode(broader)
    for stakeholder in item.concerns:
        yield term("kc:concerns"), NamedNode(iris.stakeholder(stakeholder))


def _labelled(item: Labelled) -> Iterator[Pair]:
    yield term("rdf:type"), term(item.type)
    yield term("rdfs:label"), Literal(item.label)
    for organization in item.post_in:
        yield term("org:postIn"), NamedNode(organization)


def _post_node(post: Post, iris: Iris) -> NamedNode:
    return NamedNode(iris.post(post.role.title, post.of or post.role.of or ""))


def _post_in(post: Post, iris: Iris) -> NamedNode | None:
    """The organization or jurisdiction that a post belongs to, None if nobody says which."""
    if post.of is not None:
        return NamedNode(iris.stakeholder(post.of))
    return NamedNode(iris.jurisdiction(post.role.of)) if post.role.of else None


# --- literals ------------------------------------------------------------------------------------


def confidence(value: float) -> Literal:
    """An `xsd:decimal` with two digits."""
    return Literal(f"{value:.2f}", datatype=term("xsd:decimal"))


def date_literal(written: str) -> Literal:
    """A date, month or year typed as what it is; anything else stays plain text."""
    for pattern, kind in _DATES.items():
        if re.fullmatch(pattern, written):
            return Literal(written, datatype=term(kind))
    return Literal(written)


def _integer(value: int) -> Literal:
    return Literal(str(value), datatype=term("xsd:integer"))


def _link(url: str) -> Term:
    """The address as an IRI, or as text if it is none."""
    try:
        return NamedNode(url)
    except ValueError:
        return Literal(url)


def _mark(span: Span) -> tuple[str, str]:
    return str(span.start), str(span.end)


def _placed(span: Span | None) -> Span:
    if span is None:
        raise ValueError("the record is not grounded: an item has no place")
    return span
