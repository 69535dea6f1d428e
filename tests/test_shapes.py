"""Whatever breaks a promise of the store is found and named; and what the rules derive."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import NamedNode
from rdflib import Graph
from toy import ToyExtractor
from typer.testing import CliRunner

from kcgraph import derive, resources
from kcgraph.build import Options, build
from kcgraph.cli import check
from kcgraph.cli.app import app
from kcgraph.errors import InputError
from kcgraph.model import Article
from kcgraph.shapes import broken_shapes, judged, violations
from kcgraph.store import open_graph
from kcgraph.suspects import suspects
from kcgraph.vocab import KC, PREFIXES, Iris, expand

IRIS = Iris()
ARTICLES = [
    Article(
        "a",
        "Ann Lee demands more buses of Bob Ray. Ann Lee said “We need buses”. Ann Lee met Bob Ray.",
        date="2024-01-02",
    ),
    Article("b", "Bob Ray promises more buses. Cy Poe opposes Bob Ray.", date="2024-01-03"),
]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> pyoxigraph.Store:
    path = tmp_path_factory.mktemp("shapes")
    build(path, ARTICLES, ToyExtractor())
    return open_graph(path)


def test_a_store_as_built_keeps_its_promises(good: pyoxigraph.Store) -> None:
    assert violations(good) == []


def without(predicate: str) -> str:
    pattern = f"GRAPH ?g {{ ?s {predicate} ?o }}"
    return f"DELETE {{ {pattern} }} WHERE {{ {pattern} }}"


def adding(what: str, to: str) -> str:
    return f"INSERT {{ GRAPH ?g {{ ?s {what} }} }} WHERE {{ GRAPH ?g {{ ?s a {to} }} }}"


def setting(predicate: str, value: str) -> str:
    old, new = (f"{{ GRAPH ?g {{ ?s {predicate} {o} }} }}" for o in ("?o", value))
    return f"DELETE {old} INSERT {new} WHERE {old}"


BREAKAGES = {
    # what is done to the store -> the rule that must name it
    without("kc:holder"): "Position",
    without("kc:target"): "Position",
    adding("kc:polarity kc:Mixed", to="kc:Stance"): "Position",
    adding("a kc:Refusal", to="kc:Stance"): "Position",
    adding("kc:holder <x:nobody>", to="kc:Demand"): "Position",
    without("kc:evidence"): "Grounded",
    without("prov:wasGeneratedBy"): "Grounded",
    setting("kc:confidence", "1.5"): "Grounded",
    adding("rdfs:label 'Other'", to="kc:Stakeholder"): "Stakeholder",
    adding("a foaf:Group", to="foaf:Person"): "Stakeholder",
    without("skos:prefLabel"): "Issue",
    setting("oa:start", "99999"): "Passage",
    without("kc:sha256"): "Article",
    adding("dcterms:issued 'May'", to="kc:Article"): "Article",
    without("kc:source"): "Attribution",
    without("kc:participant"): "Event",
    setting("kc:polarity", "kc:Opposition"): "Supporting",
    "INSERT DATA { GRAPH <x:g> { <x:a> kc:agreesWith <x:b> } }": "TieBetweenStakeholders",
    "INSERT DATA { GRAPH <x:g> { <x:a> kc:supports <x:b> } }": "TieToIssue",
    adding("kc:answeredBy ?s", to="kc:Demand"): "Demand",
}


@pytest.mark.parametrize(("update", "rule"), BREAKAGES.items(), ids=str)
def test_every_breakage_is_found(good: pyoxigraph.Store, update: str, rule: str) -> None:
    broken = copy(good)
    broken.update(update, prefixes=PREFIXES)
    assert f"kcs:{rule}" in {v.rule for v in violations(broken)}


@pytest.mark.parametrize("update", ["INSERT DATA {}", *BREAKAGES], ids=str)
def test_the_suspects_are_all_who_break_a_shape(good: pyoxigraph.Store, update: str) -> None:
    broken = copy(good)
    broken.update(update, prefixes=PREFIXES)
    folder = resources.ontology_dir()
    shapes, ontology = (Graph().parse(folder / name) for name in ("shapes.ttl", "kcgraph.ttl"))
    everything = {quad.subject for quad in broken}
    assert set(broken_shapes(broken)) == set(judged(broken, everything, shapes, ontology))
    found = suspects(broken, shapes, ontology)
    assert len(found) < len(everything) / 2


def suspects_by(good: pyoxigraph.Store, shape: str) -> set[NamedNode]:
    prefixes = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
    sh = "PREFIX sh: <http://www.w3.org/ns/shacl#> "
    shapes = Graph().parse(data=f"{prefixes}{sh} <x:shape> a sh:NodeShape ; {shape} .")
    return suspects(good, shapes, Graph().parse(resources.ontology_dir() / "kcgraph.ttl"))


@pytest.mark.parametrize(
    "constraint",
    [
        "sh:not [ sh:class foaf:Person ]",
        "sh:property [ sh:path rdfs:label ; sh:maxCount 7 ]",
        "sh:property [ sh:path [ sh:inversePath kc:holder ] ; sh:minCount 1 ]",
        'sh:property [ sh:path rdfs:label ; sh:pattern "x" ; sh:flags "i" ]',
        "sh:property [ sh:path rdfs:label ; sh:or ( [ sh:property [ sh:path rdf:type ] ] ) ]",
    ],
)
def test_of_an_unknown_constraint_all_targets_are_suspect(
    good: pyoxigraph.Store, constraint: str
) -> None:
    everybody = {
        quad.subject
        for quad in good.quads_for_pattern(None, None, NamedNode(expand("kc:Stakeholder")))
    }
    assert len(everybody) == 3
    found = suspects_by(good, f"sh:targetClass kc:Stakeholder ; {constraint}")
    assert found == everybody


def test_only_targets_are_suspect(good: pyoxigraph.Store) -> None:
    label = "sh:property [ sh:path rdfs:label ; sh:maxCount 0 ]"
    found = suspects_by(good, f"sh:targetSubjectsOf kc:demands ; {label}")
    assert found == {NamedNode(IRIS.stakeholder("ann-lee"))}
    with pytest.raises(InputError, match="targetObjectsOf"):
        suspects_by(good, f"sh:targetObjectsOf kc:demands ; {label}")


@pytest.mark.parametrize(
    ("update", "rule"),
    [
        (
            "DELETE { GRAPH ?g { ?s oa:exact ?o } } INSERT { GRAPH ?g { ?s oa:exact 'We need' } }"
            " WHERE { GRAPH ?g { ?s oa:exact ?o } }",
            "passage",
        ),
        (
            "DELETE { GRAPH ?g { ?s oa:end ?o } } INSERT { GRAPH ?g { ?s oa:end ?n } }"
            " WHERE { GRAPH ?g { ?s oa:end ?o BIND (?o + 1 AS ?n) } }",
            "passage",
        ),
        (
            "DELETE { GRAPH ?g { ?s schema:articleBody ?o } }"
            " INSERT { GRAPH ?g { ?s schema:articleBody ?n } }"
            " WHERE { GRAPH ?g { ?s schema:articleBody ?o BIND (CONCAT(?o, ' ') AS ?n) } }",
            "text",
        ),
    ],
)
def test_every_passage_is_proved_again(good: pyoxigraph.Store, update: str, rule: str) -> None:
    broken = copy(good)
    broken.update(update, prefixes=PREFIXES)
    assert rule in {v.rule for v in violations(broken)}


def copy(graph: pyoxigraph.Store) -> pyoxigraph.Store:
    copied = pyoxigraph.Store()
    copied.extend(graph)
    return copied


# --- derived ties ---------------------------------------------------------------------------------


def derived(path: Path, articles: Iterable[Article]) -> set[tuple[str, str, str]]:
    """The derived triples, each node by the end of its IRI."""
    build(path, articles, ToyExtractor())
    graph = NamedNode(IRIS.derived_graph)
    return {
        (tail(q.subject.value), q.predicate.value.removeprefix(KC), tail(q.object.value))
        for q in open_graph(path).quads_for_pattern(None, None, None, graph)
    }


def tail(iri: str) -> str:
    return iri.removeprefix(KC).rpartition("/")[2]


CASES = {
    "Ann Lee met Bob Ray.": {
        ("ann-lee", "metWith", "bob-ray"),
        ("bob-ray", "metWith", "ann-lee"),
    },
    "Ann Lee wrote to Bob Ray.": {("ann-lee", "wroteTo", "bob-ray")},
    "Ann Lee opposes Bob Ray.": {("ann-lee", "criticizes", "bob-ray")},
    "Ann Lee backs Bob Ray.": {("ann-lee", "backs", "bob-ray")},
    "Ann Lee backs trams.": {("ann-lee", "supports", "trams")},
    "Ann Lee promises trams.": {
        ("ann-lee", "supports", "trams"),
        ("ann-lee", "commitsTo", "trams"),
    },
    "Ann Lee refuses trams.": {("ann-lee", "opposes", "trams"), ("ann-lee", "refuses", "trams")},
    "Ann Lee backs trams. Bob Ray backs trams.": {
        ("ann-lee", "supports", "trams"),
        ("bob-ray", "supports", "trams"),
        ("ann-lee", "agreesWith", "bob-ray"),
        ("bob-ray", "agreesWith", "ann-lee"),
    },
    "Ann Lee backs trams. Bob Ray opposes trams.": {
        ("ann-lee", "supports", "trams"),
        ("bob-ray", "opposes", "trams"),
        ("ann-lee", "disagreesWith", "bob-ray"),
        ("bob-ray", "disagreesWith", "ann-lee"),
    },
    "Ann Lee backs trams. Ann Lee opposes trams.": {
        ("ann-lee", "supports", "trams"),
        ("ann-lee", "opposes", "trams"),
    },
}


@pytest.mark.parametrize(("text", "ties"), CASES.items())
def test_what_the_rules_derive(tmp_path: Path, text: str, ties: set[tuple[str, str, str]]) -> None:
    assert derived(tmp_path, [Article("a", text)]) == ties


@pytest.mark.parametrize(
    ("demand", "answer", "status"),
    [
        ("Ann Lee demands free night buses.", "Bob Ray promises free night buses.", "Answered"),
        ("Ann Lee demands free night buses.", "Bob Ray refuses free night buses.", "Refused"),
        (
            "Ann Lee demands free night buses.",
            "Bob Ray refuses free night buses. Cy Poe promises free night buses.",
            "Answered",
        ),
        ("Ann Lee demands free night buses.", "Bob Ray promises a new town hall.", "Open"),
        ("Ann Lee demands free night buses.", "Bob Ray backs free night buses.", "Open"),
        ("Ann Lee demands free night buses.", "Ann Lee promises free night buses.", "Open"),
        (
            "Ann Lee demands free night buses of Bob Ray.",
            "Bob Ray promises free night buses.",
            "Answered",
        ),
        (
            "Ann Lee demands free night buses of Bob Ray.",
            "Cy Poe promises free night buses.",
            "Open",
        ),
    ],
)
@pytest.mark.parametrize(
    ("asked", "answered", "in_time"),
    [
        ("2024-01-02", "2024-01-02", True),
        ("2024-01-02", "2024-03-04", True),
        ("2024-01-02", "2023-12-31", False),
        ("2024-01-02", None, True),
        (None, "2023-12-31", True),
    ],
)
def test_what_answers_a_demand(
    tmp_path: Path,
    demand: str,
    answer: str,
    status: str,
    asked: str | None,
    answered: str | None,
    in_time: bool,
) -> None:
    articles = [Article("a", demand, date=asked), Article("b", answer, date=answered)]
    found = {o for _, p, o in derived(tmp_path, articles) if p == "status"}
    assert found == {status if in_time else "Open"}


def test_a_member_answers_for_the_body_that_is_addressed(two_articles: Path) -> None:
    """Of the gold articles: Chief Smith refuses what the groups demand of the city's police."""
    graph = open_graph(two_articles)
    rows = graph.query(
        "SELECT ?who { ?d kc:answeredBy/kc:holder/rdfs:label ?who ; kc:status kc:Refused }",
        prefixes=PREFIXES,
        use_default_graph_as_union=True,
    )
    assert {row[0].value for row in rows} == {"Rick Smith"}


def test_every_tie_tells_what_it_rests_on(ten_articles: Path) -> None:
    graph = open_graph(ten_articles)
    rules = {rule.predicate: rule for rule in derive.load_rules()}
    seen = set()
    for quad in graph.quads_for_pattern(None, None, None, NamedNode(IRIS.derived_graph)):
        rule = rules[quad.predicate.value]
        if rule.name in seen:
            continue
        grounds = list(derive.behind(graph, rule, quad.subject, quad.object))
        assert grounds, quad
        for nodes in grounds:
            for node in nodes:
                evidence = NamedNode(expand("kc:evidence"))
                assert any(graph.quads_for_pattern(NamedNode(node), evidence, None, None))
        seen.add(rule.name)
    assert seen == {rule.name for rule in rules.values()}


def test_an_agreement_rests_on_two_positions(tmp_path: Path) -> None:
    build(tmp_path, [Article("a", "Ann Lee backs trams. Bob Ray backs trams.")], ToyExtractor())
    (rule,) = [rule for rule in derive.load_rules() if rule.name == "agrees-with"]
    ends = [NamedNode(IRIS.stakeholder(key)) for key in ("ann-lee", "bob-ray")]
    (grounds,) = derive.behind(open_graph(tmp_path), rule, *ends)
    assert len(grounds) == 2


def test_rules_of_ones_own_replace_and_add(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "met-with.rq").write_text(
        "# Nobody ever met.\nCONSTRUCT { ?a kc:metWith ?b } WHERE { ?a kc:metWith ?b }",
        encoding="utf-8",
    )
    store = tmp_path / "store"
    article = Article("a", "Ann Lee met Bob Ray. Ann Lee backs trams.")
    build(store, [article], ToyExtractor())
    before = len(open_graph(store))
    build(store, [article], ToyExtractor(), Options(rules=rules))
    assert len(open_graph(store)) == before - 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CONSTRUCT { ?a kc:metWith ?b } WHERE { ?a ?p ?b }", "first comment"),
        ("# One.\nSELECT * { ?a ?p ?b }", "CONSTRUCT"),
        ("# One.\nCONSTRUCT { ?a kc:tie ?b } WHERE { ?a ?p }", "mine"),
    ],
)
def test_a_file_that_is_no_rule_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mine.rq").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        build(tmp_path / "s", ARTICLES, ToyExtractor(), Options(rules=tmp_path))


# --- the command ----------------------------------------------------------------------------------


def test_the_command_says_yes_or_no(two_articles: Path, tmp_path: Path) -> None:
    assert check  # registers it
    run = CliRunner().invoke
    assert run(app, ["validate", "--store", str(two_articles)]).exit_code == 0
    build(tmp_path / "s", ARTICLES, ToyExtractor())
    (rdf,) = (tmp_path / "s").glob("graph-*/rdf")
    graph = pyoxigraph.Store(str(rdf))
    graph.update("DELETE WHERE { GRAPH ?g { ?s kc:holder ?o } }", prefixes=PREFIXES)
    graph.flush()
    del graph
    done = run(app, ["validate", "--store", str(tmp_path / "s")])
    assert done.exit_code == 1
    assert "exactly one known holder" in done.stdout
    assert IRIS.position("a").rpartition("/")[0] in done.stdout


def test_a_value_of_a_wrong_form_is_a_violation_and_no_traceback(
    good: pyoxigraph.Store, caplog: pytest.LogCaptureFixture
) -> None:
    broken = copy(good)
    broken.update(
        "DELETE { GRAPH ?g { ?a dcterms:issued ?d } }"
        ' INSERT { GRAPH ?g { ?a dcterms:issued "2020-13-45"^^xsd:date } }'
        " WHERE { GRAPH ?g { ?a a kc:Article ; dcterms:issued ?d } }",
        prefixes=PREFIXES,
    )
    assert any("2020-13-45" in found.message for found in violations(broken))
    assert caplog.records == []
