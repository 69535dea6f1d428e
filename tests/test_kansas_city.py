"""What the two Kansas City articles answer, asked in SPARQL of a store of the right records.

And what the reader that ships makes of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from kcgraph.query import run
from kcgraph.store import nquads, open_graph

GOLD = Path(__file__).parent.parent / "data" / "gold"
TWO = [GOLD / "kcpd-new-policies.json", GOLD / "lucas-announces-changes.json"]

Row = tuple[str | None, ...]


@pytest.fixture(scope="module")
def ask(two_articles: Path):
    graph = open_graph(two_articles)

    def rows(sparql: str) -> set[Row]:
        found = run(graph, sparql)
        names = [variable.value for variable in found.variables]
        return {tuple(row[n].value if row[n] is not None else None for n in names) for row in found}

    return rows


def test_five_people_and_their_roles(ask) -> None:
    assert ask("""
        SELECT ?name ?role ?of {
          ?who a foaf:Person ; rdfs:label ?name ; org:holds ?post .
          ?post rdfs:label ?role
          OPTIONAL { ?post org:postIn/rdfs:label ?of }
        }""") == {
        ("Quinton Lucas", "Mayor", "Kansas City"),
        ("Rick Smith", "Police Chief", "Kansas City Police Department"),
        ("Jean Peters Baker", "Prosecutor", "Jackson County"),
        ("Eric Zahnd", "Prosecuting Attorney", "Platte County"),
        ("Henry Service", "attorney", None),
        ("Henry Service", "community activist", None),
    }


def test_the_letter_has_seven_signatories_and_three_recipients(ask) -> None:
    assert ask("SELECT ?name { ?l a kc:Letter ; kc:participant/rdfs:label ?name }") == {
        ("Black Rainbow",),
        ("NAACP",),
        ("National Black United Front",),
        ("Operation Liberation",),
        ("Southern Christian Leadership Council-Greater Kansas City",),
        ("Urban League",),
        ("Urban Summit",),
    }
    assert ask("SELECT ?name { ?l a kc:Letter ; kc:recipient/rdfs:label ?name }") == {
        ("Quinton Lucas",),
        ("Rick Smith",),
        ("Jean Peters Baker",),
    }


def test_body_cameras_are_one_issue_of_both_articles(ask) -> None:
    body_cameras = '?p kc:target ?issue . ?issue a kc:Issue ; rdfs:label "body cameras" .'
    assert len(ask(f"SELECT DISTINCT ?issue {{ {body_cameras} }}")) == 1
    assert len(ask(f"SELECT ?a {{ {body_cameras} ?p prov:wasDerivedFrom ?a }}")) == 2
    assert ask(f"""
        SELECT ?name ?kind {{ {body_cameras}
          ?p a ?class ; kc:polarity kc:Support ; kc:holder/rdfs:label ?name
          VALUES (?class ?kind) {{
            (kc:Demand "demands") (kc:Stance "backs") (kc:Commitment "commits")
          }}
        }}""") == {
        ("community groups", "demands"),
        ("people", "demands"),
        ("Rick Smith", "backs"),
        ("Eric Zahnd", "backs"),
        ("Kansas City Police Department", "commits"),
    }


def test_smith_refuses_to_resign(ask) -> None:
    found = ask("""
        SELECT ?demander ?status ?refuser ?words {
          ?issue kc:concerns/rdfs:label "Rick Smith" .
          ?demand a kc:Demand ; kc:target ?issue ; kc:holder/rdfs:label ?demander ;
            kc:status ?status ; kc:answeredBy ?no .
          ?no a kc:Refusal ; kc:holder/rdfs:label ?refuser ; kc:evidence/oa:exact ?words
        }""")
    refused = "https://w3id.org/kcgraph/ontology#Refused"
    assert {row[1:] for row in found} == {(refused, "Rick Smith", "he does not intend to resign")}
    assert {row[0] for row in found} == {"civil rights organizations", "one participant"}


def test_what_lucas_backs_and_has_announced(ask) -> None:
    lucas = "kc:polarity kc:Support ; kc:holder/rdfs:label 'Quinton Lucas' ; kc:target ?t"
    backs = ask(f"SELECT ?name {{ ?p a kc:Stance ; {lucas} . ?t rdfs:label ?name }}")
    assert backs >= {
        ("independent office for citizen complaints",),
        ("local control of the police force",),
        ("right to protest",),
    }
    assert ask(f"SELECT ?name {{ ?p a kc:Commitment ; {lucas} . ?t rdfs:label ?name }}") == {
        ("meeting with people",),
        ("series of changes coming to the department",),
        ("whistleblower protections",),
    }


def test_service_doubts_but_keeps_attending(ask) -> None:
    service = "kc:holder/rdfs:label 'Henry Service' ; kc:evidence/oa:exact ?words"
    doubts = ask(f"SELECT ?words {{ ?p kc:polarity kc:Opposition ; {service} }}")
    assert any("skeptical of city and police leaders" in words for (words,) in doubts)
    assert ask(f"SELECT ?words {{ ?p a kc:Commitment ; {service} }}") == {
        ("he will continue to attend the monthly gatherings",)
    }


def test_no_triple_is_stated_in_two_graphs(ten_articles: Path) -> None:
    stated = Counter(str(quad.triple) for quad in open_graph(ten_articles))
    assert [triple for triple, times in stated.items() if times > 1] == []


def test_two_builds_are_byte_for_byte_alike(tmp_path: Path, two_articles: Path) -> None:
    texts = []
    for seed, order in (("1", TWO), ("2", TWO[::-1])):
        folder = tmp_path / seed
        folder.mkdir()
        for file in order:
            for suffix in (".json", ".txt"):
                here = file.with_suffix(suffix)
                (folder / here.name).write_bytes(here.read_bytes())
        subprocess.run(
            [sys.executable, "-m", "kcgraph", "build", "--from-records"]
            + [str(folder / file.name) for file in order]
            + ["--store", str(folder / "store")],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        texts.append("".join(nquads(open_graph(folder / "store"))))
    assert texts[0] == texts[1] == "".join(nquads(open_graph(two_articles)))


def call(*arguments: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "kcgraph", *map(str, arguments)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_reader_reaches_what_is_asked_of_it(tmp_path: Path) -> None:
    for file in TWO:
        for one in (file, file.with_suffix(".txt")):
            (tmp_path / one.name).write_bytes(one.read_bytes())
    floors = "stakeholders=0.95,attributions=0.90,positions=0.75,events=0.80"
    call("evaluate", tmp_path, "--fail-under", floors)


def test_the_reader_finds_the_way_from_the_prosecutor_to_the_naacp(tmp_path: Path) -> None:
    store = tmp_path / "store"
    call("build", *(file.with_suffix(".txt") for file in TWO), "--store", store)
    way = call("path", "Eric Zahnd", "NAACP", "--store", store)
    assert "Eric Zahnd – Rick Smith – NAACP" in way
    assert "said the cameras would help police and prosecutors secure justice" in " ".join(
        way.replace("|", " ").split()
    )
