"""A corpus coded in Discourse Network Analyzer 3 gives the networks that DNA gives."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest
from coded import Coded, Paper, write_dna
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Store
from typer.testing import CliRunner, Result

from kcgraph.build import build_from_records
from kcgraph.cli import build as build_command
from kcgraph.cli import network as network_command
from kcgraph.cli.app import app
from kcgraph.dna import read_dna
from kcgraph.network import Choice, network, statements
from kcgraph.network.matrix import Matrix
from kcgraph.shapes import violations
from kcgraph.store import open_graph
from kcgraph.vocab import PREFIXES

# names and concepts that a resolver of newspaper articles would take for one another
BODIES = ("Senate", "U.S. Senate", "EPA", "Environmental Protection Agency")
CONCEPTS = (
    "Climate change is real.",
    "Climate change is not real.",
    "CO2 legislation will hurt the economy.",
    "CO2 legislation will not hurt the economy.",
)
PAPERS = [
    Paper("🌍 We say so. “It is {real}”,\r\nsaid \u202ahe\u202c. No more.", "Hearing, day 1",
          "2005-01-26T10:30", "Congress"),
    Paper("We say so again, and again.", "Hearing, day 2", "2005-02-09", "Congress"),
    Paper("Nobody coded this.", "Hearing, day 2", "2005-02-16T23:59"),
]  # fmt: skip
SAID = [
    Coded(1, "We say so", "Ann Lee", "EPA", CONCEPTS[0]),
    Coded(1, "“It is {real}”,\r\nsaid \u202ahe", "Ann Lee", "EPA", CONCEPTS[0], coder=2),
    Coded(1, "We say so", "Ann Lee", "EPA", CONCEPTS[0]),  # coded twice, as happens
    Coded(1, "No more", "Bob Ray", "Senate", CONCEPTS[1], 0),
    Coded(2, "again", "Bob Ray", "U.S. Senate", CONCEPTS[1]),
    Coded(2, "We say so", "", "Environmental Protection Agency", CONCEPTS[3], 0),
    Coded(2, "We say", "Ann Lee", "", CONCEPTS[2]),
    Coded(2, "so again", "Ann Lee", "EPA", CONCEPTS[1], 0),
    Coded(2, "We", "", "", CONCEPTS[2]),
    Coded(2, "We", "Ann Lee", "EPA", ""),
    Coded(2, "We", "Ann Lee", "EPA", CONCEPTS[2], None),
]


def run(*arguments: object) -> Result:
    assert build_command and network_command  # registers them
    return CliRunner().invoke(app, [str(a) for a in arguments])


def built(path: Path, papers: Iterable[Paper], said: Iterable[Coded]) -> Store:
    file = write_dna(path / "hearings.dna", papers, said)
    build_from_records(path / "store", read_dna([file]))
    return open_graph(path / "store")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dna")
    write_dna(path / "hearings.dna", PAPERS, SAID, aliases={"EPA": "Umweltamt"})
    done = run("build", path / "hearings.dna", "--store", path / "store")
    assert done.exit_code == 0, done.output
    assert "statements left out, since no agreement is coded: 1" in done.stderr
    assert "since neither a person nor an organization is coded: 1" in done.stderr
    assert "since no concept is coded: 1" in done.stderr
    assert "3 new" in done.stdout
    return path


def cells(matrix: Matrix) -> dict[tuple[str, str], float]:
    """The cells other than 0, of a one-mode network in both directions."""
    found = zip(*matrix.values.tocoo().coords, matrix.values.tocoo().data, strict=True)
    return {(matrix.rows[r].label, matrix.columns[c].label): v for r, c, v in found if v}


def test_two_mode_by_organization(corpus: Path) -> None:
    done = run("network", "--mode", "two", "--actors", "organization", "--qualifier", "subtract",
               "--format", "csv", "--store", corpus / "store")  # fmt: skip
    head, *rows = csv.reader(io.StringIO(done.stdout))
    assert head == ["", CONCEPTS[1], CONCEPTS[0], CONCEPTS[3]]
    assert rows == [
        ["Environmental Protection Agency", "0", "0", "-1"],
        ["EPA", "-1", "3", "0"],
        ["Senate", "-1", "0", "0"],
        ["U.S. Senate", "1", "0", "0"],
    ]


def test_one_mode_by_person(corpus: Path) -> None:
    said = statements(open_graph(corpus / "store"), "person")
    assert Counter(one.actor.label for one in said) == {"Ann Lee": 5, "Bob Ray": 2}
    for qualifier, tie in (("congruence", 1), ("conflict", 1), ("subtract", 0), ("ignore", 2)):
        found = cells(network(said, Choice(mode="one", qualifier=qualifier)))
        assert found.get(("Ann Lee", "Bob Ray"), 0) == tie


def test_duplicates_count_as_in_dna(corpus: Path) -> None:
    said = statements(open_graph(corpus / "store"), "organization")
    counts = {"include": 3, "document": 1, "acrossrange": 1}
    for duplicates, count in counts.items():
        choice = Choice(mode="two", qualifier="ignore", duplicates=duplicates)
        assert cells(network(said, choice))["EPA", CONCEPTS[0]] == count


def test_words_places_and_coders(corpus: Path) -> None:
    graph = open_graph(corpus / "store")
    rows = graph.query(
        """SELECT ?words ?coder ?for ?day ?source ?program {
          ?p kc:holder/rdfs:label "Ann Lee"; kc:target/rdfs:label "Climate change is real.";
            kc:evidence/oa:exact ?words; prov:wasAttributedTo ?who; dcterms:date ?day;
            kc:onBehalfOf/rdfs:label ?for; prov:wasDerivedFrom/dcterms:publisher ?source;
            prov:wasGeneratedBy/prov:wasAssociatedWith/rdfs:label ?program .
          ?who a prov:Person; rdfs:label ?coder } ORDER BY ?coder""",
        prefixes=PREFIXES,
        use_default_graph_as_union=True,
    )
    found = [tuple(term.value for term in row) for row in rows]
    where = ("EPA", "2005-01-26", "Congress", "Discourse Network Analyzer 3.0.11")
    assert found == [
        ("We say so", "Admin", *where),
        ("We say so", "Admin", *where),
        ("“It is {real}”,\r\nsaid \u202ahe", "Second Coder", *where),
    ]


def test_the_store_keeps_its_promises(corpus: Path) -> None:
    assert violations(open_graph(corpus / "store")) == []


def test_names_are_looked_up_and_cells_open(corpus: Path) -> None:
    done = run("network", "--mode", "two", "--actors", "organization", "--cell", "Umweltamt",
               CONCEPTS[1], "--store", corpus / "store")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "EPA (Ann Lee): We say so again, and again." in done.stdout


def test_what_has_not_changed_costs_nothing(corpus: Path) -> None:
    done = run("build", corpus / "hearings.dna", "--store", corpus / "store", "--format", "json")
    articles = json.loads(done.stdout)["articles"]
    assert (len(articles["unchanged"]), articles["new"], articles["changed"]) == (3, [], [])


def test_documents_with_one_text_stay_apart(tmp_path: Path) -> None:
    papers = [Paper("The same wire story.", source=name) for name in ("Ledger", "Post")]
    said = [Coded(n, "The same", "Ann Lee", "EPA", "Buses") for n in (1, 2)]
    graph = built(tmp_path, papers, said)
    again = build_from_records(tmp_path / "store", read_dna([tmp_path / "hearings.dna"]))
    assert len(again.unchanged) == 2
    found = statements(graph, "organization")
    assert sorted(str(one.publisher) for one in found) == ["Ledger", "Post"]
    assert cells(network(found, Choice(qualifier="ignore"))) == {("EPA", "Buses"): 2}
    assert cells(network(found, Choice(reprints_once=True))) == {("EPA", "Buses"): 1}


def test_coded_and_read_names_are_not_mixed_up(tmp_path: Path) -> None:
    """Two coders' databases share their entries; the resolver leaves them alone."""
    one = write_dna(tmp_path / "a.dna", PAPERS[:1], [Coded(1, "We", "Smith", "EPA", "Buses")])
    two = write_dna(
        tmp_path / "b.dna",
        [Paper("We do. More on it.")],
        [Coded(1, "We", "J. Smith", "EPA", "buses"), Coded(1, "do", "John Smith", "EPA", "Buses")],
    )
    build_from_records(tmp_path / "store", read_dna([one, two]))
    said = statements(open_graph(tmp_path / "store"), "person")
    assert {(s.actor.label, s.issue.label) for s in said} == {
        ("Smith", "Buses"),
        ("J. Smith", "buses"),
        ("John Smith", "Buses"),
    }
    assert len({s.issue.iri for s in said}) == 2
    assert len({ref.iri for s in said for ref in s.organizations}) == 1


# --- DNA's definitions, read slowly -------------------------------------------------------------

CODED = st.builds(
    Coded,
    document=st.sampled_from([1, 2]),
    words=st.sampled_from(["We", "say so"]),
    person=st.sampled_from(["", "Ann Lee", "Bob Ray"]),
    organization=st.sampled_from(["", *BODIES]),
    concept=st.sampled_from(CONCEPTS),
    agreement=st.sampled_from([0, 1]),
)


@given(st.lists(CODED, min_size=1, max_size=12), st.sampled_from(["person", "organization"]))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_networks_are_those_of_dna(
    tmp_path_factory: pytest.TempPathFactory, said: list[Coded], variable: str
) -> None:
    said = [s for s in said if s.person or s.organization]
    if not said:
        return
    graph = built(tmp_path_factory.mktemp("dna"), PAPERS[:2], said)
    # the array of DNA's exporter: actor x concept x agreement
    array = Counter((getattr(s, variable), s.concept, s.agreement) for s in said)
    actors = sorted({a for a, *_ in array if a})
    both = {(a, c): array[a, c, 0] + array[a, c, 1] for a in actors for c in CONCEPTS}
    found = statements(graph, variable)
    assert cells(network(found, Choice(qualifier="ignore"))) == {k: v for k, v in both.items() if v}
    combined = {
        (a, c): 2 * (array[a, c, 0] > 0) + (array[a, c, 1] > 0)
        for a, c in product(actors, CONCEPTS)
    }
    assert cells(network(found, Choice(qualifier="combine"))) == {
        k: v for k, v in combined.items() if v
    }
    congruence, conflict = (
        {
            (a, b): sum(
                array[a, c, k] * array[b, c, k if same else 1 - k]
                for c, k in product(CONCEPTS, (0, 1))
            )
            for a, b in product(actors, actors)
            if a != b
        }
        for same in (True, False)
    )
    for qualifier, values in (("congruence", congruence), ("conflict", conflict)):
        found_ties = cells(network(found, Choice(mode="one", qualifier=qualifier)))
        assert found_ties == {k: v for k, v in values.items() if v}
    said_by = {a: sum(both[a, c] for c in CONCEPTS) for a in actors}
    average = cells(network(found, Choice(mode="one", normalization="average")))
    assert average == pytest.approx(
        {(a, b): v / ((said_by[a] + said_by[b]) / 2) for (a, b), v in congruence.items() if v}
    )


# --- wrong input --------------------------------------------------------------------------------


def altered(path: Path, *sql: str) -> Path:
    write_dna(path, PAPERS, SAID)
    with closing(sqlite3.connect(path)) as db, db:
        for one in sql:
            db.execute(one)
    return path


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (["UPDATE SETTINGS SET Value = '2.0 beta 25' WHERE Property = 'version'"],
         "was written by Discourse Network Analyzer 2.0 beta 25; versions 3.x are read"),
        (["DROP TABLE SETTINGS"], "is no database of Discourse Network Analyzer"),
        (["DROP TABLE ENTITIES"], "whose tables are others (ENTITIES has no ID)"),
        (["UPDATE STATEMENTTYPES SET Label = 'Claim' WHERE ID = 1"],
         "has no statement type 'DNA Statement' (it has: 'Annotation', 'Claim')"),
        (["UPDATE VARIABLES SET DataType = 'integer' WHERE Variable = 'agreement'"],
         "without a variable 'agreement' of type 'boolean'"),
        (["DELETE FROM DOCUMENTS"], "has no documents"),
    ],
)  # fmt: skip
def test_a_database_that_is_not_read(tmp_path: Path, sql: list[str], message: str) -> None:
    file = altered(tmp_path / "x.dna", *sql)
    done = run("build", file, "--store", tmp_path / "store")
    assert getattr(done.exception, "exit_code", None) == 2
    assert str(file) in str(done.exception)
    assert message in str(done.exception)
    assert "\n" not in str(done.exception)


@pytest.mark.parametrize("damage", ["text", "cut", "middle", "empty", "none"])
def test_a_damaged_file(tmp_path: Path, damage: str) -> None:
    file = write_dna(tmp_path / "x.dna", PAPERS, SAID)
    data = file.read_bytes()
    if damage == "none":
        file.unlink()
    else:
        file.write_bytes(
            {
                "text": b"<?xml version='1.0'?><discourse/>",
                "cut": data[: len(data) // 2],
                "middle": data[:5000] + b"\xff" * 20_000 + data[25_000:],
                "empty": b"",
            }[damage]
        )
    done = run("build", file, "--store", tmp_path / "store")
    assert getattr(done.exception, "exit_code", None) == 2
    assert str(done.exception).count(str(file)) == 1
    assert "\n" not in str(done.exception)


@pytest.mark.parametrize(
    "more", [["other.txt"], ["--from-records"], ["--date", "2024-01-02"], ["--publisher", "P"]]
)
def test_what_does_not_go_together(tmp_path: Path, more: list[str]) -> None:
    file = write_dna(tmp_path / "x.dna", PAPERS, SAID)
    done = run("build", file, *more, "--store", tmp_path / "store")
    assert getattr(done.exception, "exit_code", None) == 2


@pytest.mark.parametrize("date", ["'soon'", "99999999999999999", "-62135596801"])
def test_a_date_that_is_none(tmp_path: Path, date: str) -> None:
    file = altered(tmp_path / "x.dna", f"UPDATE DOCUMENTS SET Date = {date} WHERE ID = 1")
    build_from_records(tmp_path / "store", read_dna([file]))
    said = statements(open_graph(tmp_path / "store"))
    assert {one.date for one in said} == {None, "2005-02-09"}
