"""Records to RDF: the names of the design, one graph for each triple, passages at their places."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad
from rdflib import Graph
from toy import toy_record

from kcgraph import resources
from kcgraph.graph import article_quads, date_literal, identity_quads, signature
from kcgraph.model import (
    Article,
    Extraction,
    Polarity,
    Position,
    PositionKind,
    Role,
    Span,
    Stakeholder,
    StakeholderKind,
    Target,
)
from kcgraph.resolve import outline, resolve
from kcgraph.store import open_graph
from kcgraph.vocab import PREFIXES, Iris, expand

IRIS = Iris()
TEXT = (
    "Ann Lee demands more buses of Bob Ray.\nBob Ray met Ann Lee on 2024-03-01."
    " Cy Poe said “We want trams”. Cy Poe backs Bob Ray."
)
ARTICLE = Article("a", TEXT, "Buses", "2024-03-02", "The Post", "https://post.example/buses")


def quads_of(article: Article, record: Extraction, least: float = 0.0) -> list[Quad]:
    identity = resolve([(article, record)])
    return list(article_quads(article, record, identity, iris=IRIS, min_confidence=least))


def facts(quads: list[Quad], subject: str | NamedNode) -> dict[str, set[str]]:
    """What is said of a node: values by prefixed name of the property."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.subject == (NamedNode(subject) if isinstance(subject, str) else subject):
            found[curie(quad.predicate.value)].add(curie(quad.object.value))
    return found


def curie(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def of_type(quads: list[Quad], kind: str) -> list[NamedNode]:
    return [q.subject for q in quads if q.object == NamedNode(expand(kind))]


QUADS = quads_of(ARTICLE, toy_record(ARTICLE))


def test_an_article_has_its_metadata_and_text() -> None:
    said = facts(QUADS, IRIS.article("a"))
    assert said["dcterms:title"] == {"Buses"}
    assert said["dcterms:issued"] == {"2024-03-02"}
    assert said["dcterms:publisher"] == {"The Post"}
    assert said["dcterms:source"] == {"https://post.example/buses"}
    assert said["schema:articleBody"] == {TEXT}
    assert said["kc:sha256"] == {ARTICLE.sha256}


def test_a_position_has_all_that_the_design_asks_for() -> None:
    (demand,) = of_type(QUADS, "kc:Demand")
    said = facts(QUADS, demand)
    assert said["rdf:type"] == {"kc:Position", "kc:Demand"}
    assert said["kc:holder"] == {IRIS.stakeholder("ann-lee")}
    assert said["kc:addressee"] == {IRIS.stakeholder("bob-ray")}
    assert said["kc:target"] == {IRIS.issue("more-buses")}
    assert said["kc:polarity"] == {"kc:Support"}
    assert said["dcterms:date"] == {"2024-03-02"}
    assert said["kc:confidence"] == {"1.00"}
    assert said["prov:wasDerivedFrom"] == {IRIS.article("a")}
    assert said["prov:wasGeneratedBy"] == {IRIS.extraction("a")}
    (passage,) = said["kc:evidence"]
    assert facts(QUADS, passage)["oa:exact"] == {"Ann Lee demands more buses of Bob Ray."}


def test_an_event_has_its_date_as_written_and_resolved() -> None:
    (meeting,) = of_type(QUADS, "kc:Meeting")
    said = facts(QUADS, meeting)
    assert said["kc:participant"] == {IRIS.stakeholder("ann-lee"), IRIS.stakeholder("bob-ray")}
    assert (said["kc:dateText"], said["dcterms:date"]) == ({"2024-03-01"}, {"2024-03-01"})


def test_an_attribution_has_source_cue_and_content() -> None:
    (speech,) = of_type(QUADS, "kc:Attribution")
    said = facts(QUADS, speech)
    assert said["kc:source"] == {IRIS.stakeholder("cy-poe")}
    assert (said["kc:cue"], said["kc:content"]) == ({"said"}, {"“We want trams”"})
    assert said["kc:quotation"] == {"kc:Direct"}


def test_a_position_knows_the_attribution_that_it_stands_in() -> None:
    record = toy_record(ARTICLE)
    start = TEXT.index("We want trams")
    wish = Position(
        PositionKind.DEMAND,
        "Cy Poe",
        Polarity.SUPPORT,
        Target(issue=("trams",)),
        "We want trams",
        evidence_span=Span(start, start + 13),
    )
    record = Extraction("a", None, record.stakeholders, record.attributions, (wish,))
    quads = quads_of(ARTICLE, record)
    (demand,), (speech,) = of_type(quads, "kc:Demand"), of_type(quads, "kc:Attribution")
    assert facts(quads, demand)["kc:attribution"] == {speech.value}
    # the article's own words, and another's position, are no attribution of the holder
    assert "kc:attribution" not in facts(QUADS, *of_type(QUADS, "kc:Demand"))


@pytest.mark.parametrize(
    ("text", "title", "passage"),
    [
        ("The vote. Mayor Ann Lee spoke.", "mayor", "Mayor Ann Lee"),
        ("Ann Lee, who is the mayor, spoke.", "mayor", "Ann Lee, who is the mayor"),
        ("Ann Lee spoke.\nThe mayor did not.", "mayor", "The mayor"),
        ("Ann Lee spoke.\nA new mayor came.", "mayor", None),
        ("Ann Lee spoke. The mayor sat. Ann Lee, mayor.", "mayor", "Ann Lee, mayor"),
    ],
)
def test_a_role_rests_on_the_passage_that_gives_it(
    text: str, title: str, passage: str | None
) -> None:
    names = tuple(Span(*m.span()) for m in re.finditer("Ann Lee|The mayor", text))
    ann = Stakeholder("1", StakeholderKind.PERSON, "Ann Lee", (), (Role(title, "Rye"),), names)
    quads = quads_of(Article("a", text), Extraction("a", None, (ann,)))
    statements = of_type(quads, "kc:RoleStatement")
    if passage is None:
        assert statements == []
        return
    (evidence,) = facts(quads, statements[0])["kc:evidence"]
    assert facts(quads, evidence)["oa:exact"] == {passage}
    assert facts(quads, statements[0])["kc:post"] == {IRIS.post(title, "Rye")}


def test_what_is_less_sure_stays_out() -> None:
    quads = quads_of(ARTICLE, toy_record(ARTICLE, confidence=0.3), least=0.5)
    for kind in ("kc:Position", "kc:Attribution", "kc:Event"):
        assert of_type(quads, kind) == []


def test_one_position_told_twice_at_one_place_is_one_and_the_surer() -> None:
    record = toy_record(ARTICLE)
    twice = tuple(
        Position(p.kind, p.holder, p.polarity, p.target, p.evidence, p.addressee,
                 evidence_span=p.evidence_span, confidence=c)
        for p in record.positions[:1]
        for c in (0.4, 0.9, 0.6)
    )  # fmt: skip
    quads = quads_of(ARTICLE, Extraction("a", None, record.stakeholders, (), twice))
    (demand,) = of_type(quads, "kc:Demand")
    assert facts(quads, demand)["kc:confidence"] == {"0.90"}


def test_nodes_of_a_record_do_not_depend_on_its_local_ids() -> None:
    record = toy_record(ARTICLE)
    renamed = {s.id: f"s{n}" for n, s in enumerate(record.stakeholders)}
    other = Extraction(
        "a",
        None,
        tuple(
            Stakeholder(renamed[s.id], s.kind, s.name, s.aliases, s.roles, s.mentions)
            for s in record.stakeholders
        ),
        (),
        tuple(
            Position(p.kind, renamed[p.holder], p.polarity,
                     Target(p.target.stakeholder and renamed[p.target.stakeholder], p.target.issue),
                     p.evidence, tuple(renamed[a] for a in p.addressee),
                     evidence_span=p.evidence_span)
            for p in record.positions
        ),
    )  # fmt: skip
    nodes = {n.value for n in of_type(quads_of(ARTICLE, other), "kc:Position")}
    assert nodes == {n.value for n in of_type(QUADS, "kc:Position")}


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("2024-03-02", "date"),
        ("2024-03", "gYearMonth"),
        ("2024", "gYear"),
        ("spring", "string"),
    ],
)
def test_dates_are_as_exact_as_they_are_known(written: str, kind: str) -> None:
    assert date_literal(written) == Literal(written, datatype=NamedNode(expand(f"xsd:{kind}")))


def test_an_address_that_is_no_iri_is_kept_as_text() -> None:
    article = Article("a", "x", url="post.example/a b<script>")
    said = [q.object for q in quads_of(article, Extraction("a", None)) if "source" in str(q)]
    assert Literal("post.example/a b<script>") in said


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_text_survives_and_passages_stand_where_they_say(text: str) -> None:
    article = Article("a", f"{text}Ann Lee backs {text} x.{text}")
    record = toy_record(article)
    quads = quads_of(article, record)
    parsed = {str(q): q for q in quads}
    assert len(parsed) == len(quads)
    for passage in of_type(quads, "kc:Passage"):
        said = facts(quads, passage)
        (exact,), (start,), (end,) = said["oa:exact"], said["oa:start"], said["oa:end"]
        assert article.text[int(start) : int(end)] == exact


# --- signatures -----------------------------------------------------------------------------------


def test_a_signature_changes_with_whatever_changes_the_quads() -> None:
    record = toy_record(ARTICLE)
    identity = resolve([(ARTICLE, record)])
    told = outline(ARTICLE, record)
    same = signature(told, identity)
    again = outline(ARTICLE, toy_record(ARTICLE))
    assert signature(again, resolve([(again.article, again.record)])) == same
    others = [
        signature(outline(Article("a", TEXT, "Trams", *ARTICLE_REST), record), identity),
        signature(outline(ARTICLE, toy_record(ARTICLE, confidence=0.5)), identity),
        signature(told, identity, variants=["b"]),
        signature(told, identity, min_confidence=0.5),
    ]
    assert len({same, *others}) == 5


ARTICLE_REST = (ARTICLE.date, ARTICLE.publisher, ARTICLE.url)


# --- the whole graph ------------------------------------------------------------------------------


def test_a_triple_stands_in_one_graph_only(ten_articles: Path) -> None:
    graphs = Counter(str(quad.triple) for quad in open_graph(ten_articles))
    assert [triple for triple, n in graphs.items() if n > 1] == []


def test_there_are_no_blank_nodes(ten_articles: Path) -> None:
    for quad in open_graph(ten_articles):
        assert isinstance(quad.subject, NamedNode)
        assert isinstance(quad.object, NamedNode | Literal)


def test_what_an_article_says_has_nodes_of_its_own(ten_articles: Path) -> None:
    graphs: defaultdict[str, set[str]] = defaultdict(set)
    for quad in open_graph(ten_articles):
        graphs[quad.subject.value].add(quad.graph_name.value)
    for node, where in graphs.items():
        if not where <= {IRIS.identity_graph, IRIS.derived_graph}:
            assert len(where - {IRIS.derived_graph}) == 1, node


def test_posts_have_one_label_however_articles_write_them() -> None:
    articles = [Article(str(n), f"{title} Ann Lee.") for n, title in enumerate(["Mayor", "mayor"])]
    records = [
        Extraction(
            a.id,
            None,
            (
                Stakeholder(
                    "1", StakeholderKind.PERSON, "Ann Lee", (), (Role(a.text.split()[0], "Rye"),)
                ),
            ),
        )
        for a in articles
    ]
    identity = resolve(list(zip(articles, records, strict=True)))
    quads = list(identity_quads(identity, ["toy 1"], iris=IRIS))
    assert facts(quads, IRIS.post("Mayor", "Rye"))["rdfs:label"] == {"Mayor"}
    assert facts(quads, IRIS.jurisdiction("Rye"))["rdf:type"] == {"kc:Jurisdiction"}
    assert facts(quads, IRIS.extractor("toy 1"))["rdfs:label"] == {"toy 1"}


# --- the ontology ---------------------------------------------------------------------------------

ONTOLOGY = Graph().parse(resources.ontology_dir() / "kcgraph.ttl")
DEFINED = {str(s).removeprefix(PREFIXES["kc"]) for s in ONTOLOGY.subjects() if "#" in str(s)}


def test_every_term_that_a_store_uses_is_defined(ten_articles: Path) -> None:
    used = {
        node.value.removeprefix(PREFIXES["kc"])
        for quad in open_graph(ten_articles)
        for node in (quad.predicate, quad.object)
        if isinstance(node, NamedNode) and node.value.startswith(PREFIXES["kc"])
    }
    assert used <= DEFINED


@pytest.mark.parametrize("folder", ["ontology", "kcgraph", "docs"])
def test_every_term_that_is_spelled_anywhere_is_defined(folder: str) -> None:
    root = Path(__file__).parent.parent / folder
    for file in root.rglob("*"):
        if file.suffix in {".py", ".rq", ".ttl", ".md"}:
            text = file.read_text(encoding="utf-8")
            used = set(re.findall(r"(?<![\w/])kc:([A-Za-z][A-Za-z0-9]*)", text))
            assert used <= DEFINED, file


def test_every_term_says_what_it_means() -> None:
    for term in set(ONTOLOGY.subjects()):
        said = {str(p).rpartition("#")[2] for p in ONTOLOGY.predicates(term)}
        assert {"label", "comment"} <= said or "versionInfo" in said, term
