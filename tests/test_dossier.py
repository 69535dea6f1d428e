"""The dossier: everything about one stakeholder, each item with its evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pyoxigraph import Store
from toy import ToyExtractor
from typer.testing import CliRunner, Result

from kcgraph.boards import Entry, Page, Section, dossier_page, html
from kcgraph.build import build
from kcgraph.claims import Claims, Passage, sentence_around
from kcgraph.cli import ask
from kcgraph.cli.app import app
from kcgraph.dossier import Change, Dossier, dossier, dossier_from, told_once
from kcgraph.errors import NotFound
from kcgraph.model import Article
from kcgraph.names import NameIndex
from kcgraph.paths.table import columns
from kcgraph.store import open_graph
from kcgraph.ties import FRIENDLY, HOSTILE, Tie, derived_ties, ties_between


@pytest.fixture(scope="module")
def two(two_articles: Path) -> Store:
    return open_graph(two_articles)


def of(store: Store, name: str) -> Dossier:
    return dossier(store, NameIndex.of(store).find(name).iri)


def call(store: Path, *arguments: str) -> Result:
    assert ask  # registers the commands
    return CliRunner().invoke(app, ["who", "--store", str(store), *arguments])


def passages(found: Dossier) -> Iterator[Passage]:
    for stand in found.stands:
        for position in stand.positions:
            yield from position.evidence
    for claim in (*found.statements, *found.events, *found.about):
        yield from claim.evidence
    for demand in found.demanded:
        yield from demand.evidence
    for relation in (*found.allies, *found.opponents):
        for tie in relation.ties:
            yield from tie.evidence


def test_the_same_stance_of_one_day_is_told_once_with_all_its_sentences(two: Store) -> None:
    first = of(two, "Lucas").stands[0].positions[0]
    other = of(two, "Smith").stands[0].positions[0].evidence
    again = replace(first, iri="x:again", evidence=other, confidence=0.2)
    later = replace(again, iri="x:later", date="2031-01-01")
    told = told_once([again, replace(first, confidence=0.9), later])
    assert [p.iri for p in told] == [first.iri, "x:later"]
    assert set(told[0].evidence) == {*first.evidence, *other}
    assert told[0].confidence == 0.9
    against = replace(first, iri="x:against", polarity="oppose")
    assert len(told_once([first, against])) == 2


def test_identity(two: Store) -> None:
    smith = of(two, "Smith")
    assert (smith.who.label, smith.who.kind) == ("Rick Smith", "person")
    assert smith.who.roles == ("Police Chief, Kansas City Police Department",)
    assert "Smith" in smith.who.aliases


def test_positions_are_grouped_by_what_they_are_about(two: Store) -> None:
    smith = of(two, "Smith")
    assert {
        stand.target.label: [(p.kind, p.polarity) for p in stand.positions]
        for stand in smith.stands
    } == {
        "body cameras": [("stance", "support")],
        "resignation of Smith": [("refusal", "oppose")],
    }


def test_what_lucas_backs_and_has_announced(two: Store) -> None:
    stands = {
        (p.kind, stand.target.label)
        for stand in of(two, "Lucas").stands
        for p in stand.positions
        if p.polarity == "support"
    }
    assert {
        ("stance", "independent office for citizen complaints"),
        ("stance", "local control of the police force"),
        ("commitment", "whistleblower protections"),
        ("demand", "weekly reports to city council"),
    } <= stands


def test_a_doubter_who_keeps_attending(two: Store) -> None:
    service = {
        (stand.target.label, p.kind, p.polarity)
        for stand in of(two, "Service").stands
        for p in stand.positions
    }
    assert ("meeting with people", "commitment", "support") in service
    assert ("Kansas City Police Department", "stance", "oppose") in service


def test_a_position_has_date_outlet_confidence_and_its_sentence(two: Store) -> None:
    (position,) = of(two, "Zahnd").stands[0].positions
    (passage,) = position.evidence
    assert position.confidence == 1.0
    assert passage.publisher == "AP"
    assert passage.text == "the cameras would help police and prosecutors secure justice"
    assert passage.sentence == (
        "Platte County Prosecuting Attorney Eric Zahnd, who was on the committee setting policy "
        "for the cameras, said the cameras would help police and prosecutors secure justice."
    )


def test_statements_events_and_what_others_say(two: Store) -> None:
    lucas = of(two, "Lucas")
    assert any("not going to stop meeting" in said.content for said in lucas.statements)
    letters = [event for event in lucas.events if event.kind == "letter"]
    assert [len(event.participants) for event in letters] == [7]
    assert {ref.label for ref in letters[0].recipients} == {
        "Quinton Lucas",
        "Rick Smith",
        "Jean Peters Baker",
    }
    assert {p.holder.label for p in lucas.about} >= {"NAACP", "Urban League", "Urban Summit"}
    assert {p.polarity for p in lucas.about} == {"oppose"}


def test_a_joint_letter_keeps_all_its_sources(two: Store) -> None:
    (joint, *_) = [s for s in of(two, "NAACP").statements if s.quotation == "direct"]
    assert len(joint.sources) == 7


def test_what_is_demanded_of_somebody(two: Store) -> None:
    assert [(d.issue.label, d.holder.label) for d in of(two, "Lucas").demanded] == [
        ("police department reforms", "protesters")
    ]
    assert of(two, "Zahnd").demanded == ()


def test_allies_and_opponents_with_the_issues_they_rest_on(two: Store) -> None:
    smith = of(two, "Smith")
    assert {(r.other.label, r.issues) for r in smith.allies} == {
        (name, ("body cameras",))
        for name in ("community groups", "people", "Eric Zahnd", "Kansas City Police Department")
    }
    assert {(r.other.label, r.issues) for r in smith.opponents} == {
        (name, ("resignation of Smith",))
        for name in ("civil rights organizations", "one participant")
    }


def test_criticism_makes_opponents_and_a_joint_letter_allies(two: Store) -> None:
    naacp = of(two, "NAACP")
    (lucas,) = [r for r in naacp.opponents if r.other.label == "Quinton Lucas"]
    assert "criticizes" in {tie.kind for tie in lucas.ties}
    (league,) = [r for r in naacp.allies if r.other.label == "Urban League"]
    assert {"co-signed", "agrees"} <= {tie.kind for tie in league.ties}


def test_relations_are_those_that_all_positions_and_events_give(ten_articles: Path) -> None:
    """The columns find the same ties as a reading of every sentence."""
    claims = Claims(open_graph(ten_articles))
    table = columns(claims.store)
    every = list(derived_ties(ties_between(claims.positions(), claims.events()), claims.store))
    for thing in claims.names.things:
        if thing.kind == "issue":
            continue
        found = dossier_from(claims, table, thing.iri, most=0)
        for kinds, some in ((FRIENDLY, found.allies), (HOSTILE, found.opponents)):
            own = [t for t in every if t.kind in kinds and thing.iri in ends(t)]
            assert sorted(map(ground, own)) == sorted(ground(t) for r in some for t in r.ties)
            for relation in some:
                assert {thing.iri, relation.other.iri} == {
                    e for t in relation.ties for e in ends(t)
                }
                assert relation.count == len(relation.ties)
                assert relation.issues == tuple(
                    sorted({tie.issue.label for tie in relation.ties if tie.issue})
                )
            assert [r.count for r in some] == sorted((r.count for r in some), reverse=True)


def ends(tie: Tie) -> tuple[str, str]:
    return tie.source.iri, tie.target.iri


def ground(tie: Tie) -> tuple[str, ...]:
    return tie.kind, *sorted(ends(tie)), *sorted(tie.claims)


def test_the_sentences_of_the_first_relations_only(two: Store, two_articles: Path) -> None:
    iri = NameIndex.of(two).find("NAACP").iri
    whole, short = dossier(two, iri, most=0), dossier(two, iri, most=1)
    assert len(whole.allies) > 2
    assert [(r.other, r.issues, r.count) for r in short.allies] == [
        (r.other, r.issues, r.count) for r in whole.allies
    ]
    assert [bool(r.ties) for r in short.allies] == [True] + [False] * (len(whole.allies) - 1)
    told = call(two_articles, "NAACP", "--most", "1").stdout
    assert f"and {len(whole.allies) - 1} more allies (--most 0 lists all)" in told


def test_everything_in_every_dossier_stands_in_its_article(ten_articles: Path) -> None:
    claims = Claims(open_graph(ten_articles))
    table = columns(claims.store)
    for thing in claims.names.things:
        if thing.kind == "issue":
            continue
        found = dossier_from(claims, table, thing.iri)
        for passage in passages(found):
            body = claims.body(passage.article)
            assert body[passage.start : passage.end] == passage.text
            assert passage.sentence in body
            assert passage.text.strip() in passage.sentence
        page = dossier_page(found)
        assert max(map(len, page.text(100).splitlines())) <= 100


def test_an_unknown_iri(two: Store) -> None:
    with pytest.raises(NotFound):
        dossier(two, "http://nobody/")


def test_text(two_articles: Path) -> None:
    text = call(two_articles, "Lucas").stdout
    lines = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert lines[0] == "Quinton Lucas (person)"
    assert [line for line in lines if ":" not in line][1:] == [
        "Roles",
        "Positions",
        "What they demand, and what came of it",
        "Demanded of them",
        "Allies",
        "Opponents",
        "What others say of them",
        "Events",
        "Statements",
    ]
    demanded = text.split("\nDemanded of them\n")[1].split("\nAllies\n")[0]
    assert ", by " in demanded
    assert " asks " not in demanded and " ask " not in demanded  # they are who is asked
    assert text.count("political posturing") == 2  # of seven signatories, in two sections


def test_json_has_it_all(two_articles: Path, two: Store) -> None:
    data = json.loads(call(two_articles, "Lucas", "--format", "json").stdout)
    lucas = of(two, "Lucas")
    assert data["who"]["label"] == "Quinton Lucas"
    assert len(data["stands"]) == len(lucas.stands)
    evidence = data["stands"][0]["positions"][0]["evidence"][0]
    assert {"text", "sentence", "start", "end", "article", "publisher", "date"} <= set(evidence)
    assert data["allies"][0]["issues"] == list(lucas.allies[0].issues)


def test_roles_with_the_articles_that_give_them(two: Store) -> None:
    (mayor,) = of(two, "Lucas").tenures
    assert (mayor.role, mayor.first, mayor.last) == (
        "Mayor, Kansas City",
        "2020-06-04",
        "2020-06-04",
    )
    assert [s.evidence[0].publisher for s in mayor.statements] == ["AP", "KCTV"]
    untold = [t for t in of(two, "Service").tenures if not t.statements]
    assert all(t.first is None for t in untold)


def test_a_change_of_mind_has_both_sentences(two: Store) -> None:
    groups = of(two, "civil rights organizations")
    (change,) = groups.changes
    assert change.target.label == "police department reforms"
    assert (change.before.polarity, change.after.polarity) == ("oppose", "support")
    assert change.ordered  # one article tells both
    undated = replace(
        change.after, date=None, evidence=of(two, "Lucas").tenures[0].statements[1].evidence
    )
    assert not Change(change.target, change.before, undated).ordered
    text = dossier_page(groups).text()
    section = text.split("Changes of mind")[1].split("\n\n")[0]
    assert "police department reforms: first against, then for" in section
    for position in (change.before, change.after):
        assert position.evidence[0].text.split()[0] in section
    assert of(two, "Lucas").changes == ()


def test_what_came_of_their_own_demands(two: Store) -> None:
    demands = {d.issue.label: d.status for d in of(two, "civil rights organizations").demanding}
    assert demands == {"police department reforms": "answered", "resignation of Smith": "refused"}


class Reading(HTMLParser):
    """Every tag of a page, the words that are marked, and where it links to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.marked: list[str] = []
        self.links: list[str] = []
        self._within: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._within.append(tag)
        self.links += [value or "" for name, value in attributes if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._within and self._within[-1] == "mark":
            self.marked.append(data)


def test_html_marks_the_words_and_loads_nothing(two_articles: Path, two: Store) -> None:
    page = call(two_articles, "Smith", "--format", "html").stdout_bytes.decode()
    read = Reading(page)
    assert "he does not intend to resign" in read.marked
    assert not read.tags & {"script", "img", "link", "iframe"}
    assert all(link.startswith("#") for link in read.links)
    assert "default-src &#39;none&#39;" in page


def test_html_of_hostile_words() -> None:
    evil = '<script>alert(1)</script>"\x1b\ud800'
    quote = Passage(evil, f"x {evil} y", 0, 1, "a", title=evil, url="javascript:alert(1)", within=2)
    page = html(Page(evil, (evil,), (Section(evil, (Entry(evil, "for", (quote,)),)),)))
    read = Reading(page)
    assert "script" not in read.tags and read.links == []
    assert "<script>alert(1)</script>" in read.marked[0]
    page.encode()


def test_markdown(two_articles: Path) -> None:
    text = call(two_articles, "Smith", "--format", "markdown").stdout
    assert text.startswith("# Rick Smith (person)\n")
    assert "## Opponents" in text


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("One. Two words here. Three.", "words", "Two words here."),
        ("Mr. Lee met J. B. Fox. He left.", "met", "Mr. Lee met J. B. Fox."),
        ("A line\nNext line. End", "Next", "Next line."),
        ("On Sept. 18 they met. He left.", "met", "On Sept. 18 they met."),
        ("He said “No. Never.” She left.", "She", "She left."),
        ("First one. Second one. Third.", "one. Second", "First one. Second one."),
        ("no stop at all", "stop", "no stop at all"),
    ],
)
def test_the_sentence_around_words(text: str, words: str, sentence: str) -> None:
    start = text.index(words)
    first, last = sentence_around(text, start, start + len(words))
    assert text[first:last] == sentence


def test_of_words_that_stand_twice_in_a_sentence_the_right_ones_are_marked(tmp_path: Path) -> None:
    first, second = "Jo-Ann Lee backs it.", "Ann Lee backs it."
    build(tmp_path, [Article("a", f"It rained.\n{first}{second}")], ToyExtractor())
    found = [p for claim in Claims(open_graph(tmp_path)).positions() for p in claim.evidence]
    assert [p.marked for p in found] == [("", first, second), (first, second, "")]
    page = call(tmp_path, "Ann Lee", "--format", "html").stdout
    assert f"{first}<mark>{second}</mark>" in page
