"""Relationship paths: what counts as a tie, which paths are near, and what each hop rests on."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Store
from toy import ToyExtractor
from typer.testing import CliRunner, Result

from kcgraph.boards import path_page
from kcgraph.build import build
from kcgraph.claims import Claims, EventClaim, Passage, PositionClaim, Ref
from kcgraph.cli import ask
from kcgraph.cli.app import app
from kcgraph.errors import InputError
from kcgraph.model import Article
from kcgraph.names import NameIndex
from kcgraph.paths import THROUGH, Wishes, find_paths, paths, search, ties, why_none
from kcgraph.paths.model import checked
from kcgraph.paths.search import weighted
from kcgraph.paths.table import KIND_CODES, columns, tie_table
from kcgraph.store import open_graph
from kcgraph.ties import DERIVED, FRIENDLY, KINDS, MUTUAL, Tie, ties_between


@pytest.fixture(scope="module")
def two(two_articles: Path) -> Store:
    return open_graph(two_articles)


@pytest.fixture(scope="module")
def people(two: Store) -> nx.MultiGraph:
    return ties(two)


def call(store: Path, *arguments: str) -> Result:
    assert ask  # registers the commands
    return CliRunner().invoke(app, ["path", "--store", str(store), *arguments])


def ref(store: Store, name: str) -> Ref:
    found = NameIndex.of(store).find(name)
    return Ref(found.iri, found.label, found.kind)


# --- the network --------------------------------------------------------------------------------


def told(network: nx.MultiGraph) -> set[str]:
    return {edge["tie"].told_from(edge["source"]) for *_, edge in network.edges(data=True)}


def test_what_the_two_articles_say_of_people(people: nx.MultiGraph) -> None:
    assert {
        "Quinton Lucas and Rick Smith both met",
        "NAACP and Urban League co-signed the same letter",
        "NAACP wrote to Jean Peters Baker",
        "Urban Summit criticizes Quinton Lucas",
        "Quinton Lucas demands “weekly reports to city council” of chief of police",
        "civil rights organizations stayed away from a meeting with Quinton Lucas",
        "Henry Service criticizes Kansas City Police Department",
    } <= told(people)
    assert any("both back “body cameras”" in sentence for sentence in told(people))


def test_every_tie_has_its_sentences(ten_articles: Path) -> None:
    store = open_graph(ten_articles)
    claims = Claims(store)
    for through in THROUGH:
        network = ties(store, through=through)
        assert network.number_of_edges() > 100
        for source, target, edge in network.edges(data=True):
            tie = edge["tie"]
            assert {source, target} == {tie.source.iri, tie.target.iri}
            assert source != target
            assert tie.evidence and tie.claims
            for passage in tie.evidence:
                body = claims.body(passage.article)
                assert body[passage.start : passage.end] == passage.text


def test_nodes_and_edges_have_the_attributes_that_are_promised(people: nx.MultiGraph) -> None:
    for _, node in people.nodes(data=True):
        assert set(node) == {"label", "kind", "roles"}
        assert node["kind"] in {"person", "organization", "group"}
    for *_, edge in people.edges(data=True):
        assert set(edge) == {
            *("tie", "kind", "words", "issue", "date", "articles", "source", "target")
        }
        assert edge["kind"] in KINDS


def test_ties_are_those_that_the_rules_derived(two: Store, people: nx.MultiGraph) -> None:
    for kind, curie in DERIVED.items():
        prefixes = {"kc": "https://w3id.org/kcgraph/ontology#"}
        rows = two.query(
            f"SELECT ?a ?b {{ ?a {curie} ?b }}", prefixes=prefixes, use_default_graph_as_union=True
        )
        pairs = {(a.value, b.value) for a, b in rows}
        found = {
            (edge["source"], edge["target"])
            for *_, edge in people.edges(data=True)
            if edge["kind"] == kind
        }
        back = {(b, a) for a, b in found} if kind in MUTUAL else set()
        assert found | back == pairs, kind


def test_a_graph_without_derived_ties_has_only_ties_without_a_rule(two: Store) -> None:
    bare = Store()
    bare.extend(quad for quad in two if not quad.graph_name.value.endswith("derived"))
    kinds = {edge["kind"] for *_, edge in ties(bare).edges(data=True)}
    assert kinds == {"demands-of", "stayed-away"}


def test_through_issues_and_all(two: Store) -> None:
    issues = ties(two, through="issues")
    assert {edge["kind"] for *_, edge in issues.edges(data=True)} == {"holds"}
    assert {node["kind"] for _, node in issues.nodes(data=True)} >= {"issue", "person"}
    everything = {edge["kind"] for *_, edge in ties(two, through="all").edges(data=True)}
    assert {"holds", "met"} <= everything and not everything & {"agrees", "disagrees"}


def test_kinds_and_dates_restrict(two: Store) -> None:
    met = ties(two, kinds=["met"])
    assert {edge["kind"] for *_, edge in met.edges(data=True)} == {"met"}
    dated = ties(two, since="2020-01-01", until="2020-12-31")
    assert 0 < dated.number_of_edges() < ties(two).number_of_edges()
    assert {edge["date"][:4] for *_, edge in dated.edges(data=True)} == {"2020"}
    assert not ties(two, since="2031-01-01")
    with pytest.raises(InputError, match="unknown kind of tie 'hates'"):
        ties(two, kinds=["hates"])


# --- ties from claims, by hand ------------------------------------------------------------------


def who(name: str) -> Ref:
    return Ref(f"http://x/{name}", name, "person")


def passage(text: str = "words") -> Passage:
    return Passage(text, text, 0, len(text), "http://x/article")


def position(
    holder: str, target: Ref, polarity: str, *, sure: float = 1.0, text: str = "w"
) -> PositionClaim:
    iri = f"http://x/{holder}-{target.label}-{polarity}-{text}"
    evidence = (passage(text),)
    return PositionClaim(iri, "stance", polarity, who(holder), target, (), (), None, sure, evidence)


TAX = Ref("http://x/tax", "the tax", "issue")


def test_agreement_has_a_passage_of_each_side_told_from_either() -> None:
    claims = [
        position("A", TAX, "support", text="A for"),
        position("B", TAX, "support", text="B for"),
    ]
    (tie,) = ties_between(claims, [])
    assert tie.told_from(who("B").iri) == "B and A both back “the tax”"
    assert [p.text for p in tie.evidence_from(who("B").iri)] == ["B for", "A for"]


@pytest.mark.parametrize(
    ("one", "other", "kinds"),
    [
        ("support", "support", ["agrees"]),
        ("oppose", "oppose", ["agrees"]),
        ("support", "oppose", ["disagrees"]),
        ("mixed", "support", []),
    ],
)
def test_polarities(one: str, other: str, kinds: list[str]) -> None:
    found = ties_between([position("A", TAX, one), position("B", TAX, other)], [])
    assert [tie.kind for tie in found] == kinds


def test_one_tie_for_each_issue_and_pair_with_the_surest_words() -> None:
    claims = [
        position("A", TAX, "support", sure=0.4, text="perhaps"),
        position("A", TAX, "support", sure=0.9, text="surely"),
        position("B", TAX, "support"),
    ]
    (tie,) = ties_between(claims, [])
    assert "surely" in {p.text for p in tie.evidence}


def test_nobody_is_tied_to_oneself() -> None:
    claims = [
        position("A", TAX, "support"),
        position("A", TAX, "oppose"),
        position("A", who("A"), "support"),
    ]
    assert list(ties_between(claims, [])) == []


def test_claims_without_evidence_tie_nobody() -> None:
    event = EventClaim("http://x/e", "meeting", (who("A"), who("B")), (), (), None, None, ())
    assert list(ties_between([], [event])) == []


def test_a_letter_ties_signatories_to_each_other_and_to_whom_they_wrote() -> None:
    event = EventClaim(
        "http://x/e",
        "letter",
        (who("A"), who("B")),
        (who("C"),),
        (),
        None,
        "Thursday",
        (passage(),),
    )
    assert {t.told_from(t.source.iri) for t in ties_between([], [event])} == {
        "A and B co-signed the same letter",
        "A wrote to C",
        "B wrote to C",
    }
    (back,) = {
        t.told_from(who("C").iri)
        for t in ties_between([], [event])
        if t.source == who("A") and t.kind == "wrote-to"
    }
    assert back == "C got a letter from A"


# --- paths, by hand -----------------------------------------------------------------------------


def network(*pairs: str, kind: str = "met") -> nx.MultiGraph:
    """A network of ties between one-letter people: "AB" joins A and B."""
    found = nx.MultiGraph()
    for pair in pairs:
        one, other = map(who, pair[:2])
        tie = Tie(kind, one, other, "both met", "both met", (passage(pair),), (f"http://x/{pair}",))
        for end in (one, other):
            found.add_node(end.iri, label=end.label, kind="person", roles=())
        found.add_edge(one.iri, other.iri, tie=tie, kind=kind)
    return found


def names(found: list) -> list[str]:  # type: ignore[type-arg]
    return ["".join([p.hops[0].source.label, *(h.target.label for h in p.hops)]) for p in found]


def between(net: nx.MultiGraph, pair: str, **options: int) -> list[str]:
    return names(paths(net, who(pair[0]).iri, who(pair[1]).iri, **options))


def test_fewer_hops_are_nearer() -> None:
    assert between(network("AB", "BC", "CD", "AE", "EF", "FG", "GD"), "AD") == ["ABCD", "AEFGD"]


def test_a_hub_is_farther_than_a_quiet_go_between() -> None:
    hub = [f"H{c}" for c in "abcdefghijkl"]
    assert between(network("AH", "HD", "AQ", "QD", *hub), "AD") == ["AQD", "AHD"]


def test_a_detour_past_a_direct_tie_comes_last() -> None:
    net = network("AB", "BD", "BC", "CD", "AX", "XY", "YD")
    assert between(net, "AD") == ["ABD", "AXYD", "ABCD"]


def test_an_act_is_nearer_than_a_shared_opinion() -> None:
    net = nx.compose(network("AB", "BD", kind="agrees"), network("AC", "CD"))
    assert between(net, "AD") == ["ACD", "ABD"]


def test_parallel_ties_are_one_hop_with_the_others_beside_it() -> None:
    net = network("AB")
    tie = Tie("agrees", who("A"), who("B"), "both back", "both back", (passage("x"),) * 2, ())
    net.add_edge(who("A").iri, who("B").iri, tie=tie, kind="agrees")
    (path,) = paths(net, who("A").iri, who("B").iri)
    assert [path.hops[0].tie.kind, *(t.kind for t in path.hops[0].also)] == ["met", "agrees"]


def test_k_and_max_hops() -> None:
    net = network("AB", "BD", "AC", "CD", "AE", "EF", "FD")
    assert len(between(net, "AD", k=1)) == 1
    assert len(between(net, "AD", k=9)) == 3
    assert len(between(net, "AD", k=9, max_hops=2)) == 2
    assert between(net, "AD", max_hops=1) == []


@pytest.mark.parametrize(
    ("pair", "max_hops", "reason"),
    [
        ("AZ", None, "no chain of ties leads from one to the other: A is connected with 2 others"),
        ("ZA", None, "Z is connected with 1 other, A with 2, and nobody"),
        ("AQ", None, "Q has no tie of these kinds to anybody"),
        ("AC", 1, "2 hops, more than --max-hops 1"),
        ("AA", None, "the same at both ends"),
    ],
)
def test_why_there_is_none(pair: str, max_hops: int | None, reason: str) -> None:
    net = network("AB", "BC", "YZ")
    one, other = map(who, pair)
    assert paths(net, one.iri, other.iri, max_hops=max_hops) == []
    assert reason in why_none(net, one, other, max_hops).reason


def test_without_a_path_in_a_range_of_days_it_says_what_that_leaves_out(
    two_articles: Path,
) -> None:
    asked = call(two_articles, "Lucas", "NAACP", "--since", "2020-06-01")
    assert asked.exit_code == 1
    assert asked.stderr.endswith("; --since and --until leave out what has no date\n")
    assert "no date" not in call(two_articles, "Lucas", "NAACP", "--max-hops", "1").stderr


def test_who_is_near_when_there_is_none() -> None:
    why = why_none(network("AB", "BC", "YZ"), who("A"), who("Z"))
    assert [r.label for r in why.near_source] == ["B", "C"]
    assert [r.label for r in why.near_target] == ["Y"]


def test_the_network_is_left_as_it_was() -> None:
    net = network("AB", "BD", "AC", "CD")
    before = nx.to_dict_of_dicts(net)
    between(net, "AD", max_hops=2)
    assert nx.to_dict_of_dicts(net) == before


# --- the same ties as columns ---------------------------------------------------------------------


@pytest.mark.parametrize("through", THROUGH)
@pytest.mark.parametrize(
    ("since", "until", "least"),
    [(None, None, 1), ("2023-01-01", None, 1), (None, "2023-06-01", 1), (None, None, 2)],
)
def test_the_columns_have_the_ties_of_the_network(
    ten_articles: Path, through: str, since: str | None, until: str | None, least: int
) -> None:
    store = open_graph(ten_articles)
    network = ties(store, through=through, since=since, until=until, min_articles=least)
    table = tie_table(
        columns(store),
        through=through,
        kinds=checked((), through),
        since=since,
        until=until,
        min_articles=least,
    )
    names, kinds = table.columns.nodes, list(KIND_CODES)
    found = Counter(
        (frozenset((names[one].decode(), names[other].decode())), kinds[kind])
        for kind, one, other in zip(table.kind, table.source, table.target, strict=True)
    )
    expected = Counter(
        (frozenset((one, other)), edge["kind"]) for one, other, edge in network.edges(data=True)
    )
    assert found == expected


@pytest.mark.parametrize("through", THROUGH)
@pytest.mark.parametrize("kinds", [(), tuple(FRIENDLY)])
def test_paths_in_the_store_are_those_in_its_network(
    ten_articles: Path, through: str, kinds: tuple[str, ...]
) -> None:
    store = open_graph(ten_articles)
    claims = Claims(store)
    network = ties(store, through=through, kinds=kinds)
    people = sorted(t.iri for t in claims.names.things if t.kind == "person")
    tied = sorted(frozenset(people) & set(network))
    near = [
        (one, other)
        for one in tied
        for other in sorted(nx.node_connected_component(network, one) & set(tied))
        if one != other
    ]
    assert near or (kinds and through == "issues")  # no friends of issues among these people
    for one, other in (*near[::29][:11], *zip(people[::7], people[3::7], strict=False)):
        wishes = Wishes(through, frozenset(kinds))
        found = find_paths(store, one, other, k=2, wishes=wishes, claims=claims)
        expected = paths(network, one, other, k=2)
        assert [path.cost for path in found.paths] == [path.cost for path in expected]
        for path, same in zip(found.paths, expected, strict=True):
            if names([path]) == names([same]):
                assert path == same
        if not expected:
            assert found.none == why_none(network, claims.ref(one), claims.ref(other))


def test_a_tie_that_one_article_tells_is_not_enough_for_two(tmp_path: Path) -> None:
    twice, once = "Ann Lee met Bob Ray.", "Ann Lee met Cy Day."
    build(tmp_path, [Article("a", f"{twice} {once}"), Article("b", twice)], ToyExtractor())
    store = open_graph(tmp_path)
    named = {ref.iri: ref.label for ref in Claims(store).names.things}

    def met(least: int) -> set[frozenset[str]]:
        edges = ties(store, min_articles=least).edges()
        return {frozenset(named[end] for end in edge) for edge in edges}

    assert met(1) == {frozenset(("Ann Lee", "Bob Ray")), frozenset(("Ann Lee", "Cy Day"))}
    assert met(2) == {frozenset(("Ann Lee", "Bob Ray"))}


def test_who_stayed_away_did_so_from_a_meeting_or_an_announcement() -> None:
    for kind, which in (("vote", "a vote"), ("announcement", "an announcement")):
        event = EventClaim("x:e", kind, (who("A"),), (), (who("B"),), None, None, (passage(),))
        (tie,) = ties_between([], [event])
        assert tie.told_from(who("B").iri) == f"B stayed away from {which} with A"


def test_columns_are_kept_and_a_damaged_file_is_done_without(
    ten_articles: Path, tmp_path: Path
) -> None:
    store = open_graph(ten_articles)
    kept = tmp_path / "ties.npz"
    first = columns(store, kept)
    again = columns(Store(), kept)  # an empty store: what comes is from the file
    assert (first.claims == again.claims).all() and (first.d_source == again.d_source).all()
    kept.write_bytes(kept.read_bytes()[:200])
    assert len(columns(store, kept).claims) == len(first.claims)
    assert len(columns(store, tmp_path / "no" / "folder.npz").claims) == len(first.claims)
    assert [f.name for f in tmp_path.iterdir()] == ["ties.npz"]


def test_columns_of_an_empty_store() -> None:
    found = find_paths(Store(), "http://a/", "http://b/")
    assert found.paths == () and found.none


@st.composite
def networks(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, float]]]:
    size = draw(st.integers(2, 9))
    nodes = st.integers(0, size - 1)
    some = draw(st.lists(st.tuples(nodes, nodes, st.sampled_from([1.0, 1.1, 1.3])), max_size=40))
    return size, [tie for tie in some if tie[0] != tie[1]]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks(), st.integers(1, 12), st.sampled_from([None, 1, 2, 3]))
def test_the_cheapest_paths_are_those_of_networkx(
    network: tuple[int, list[tuple[int, int, float]]], count: int, max_hops: int | None
) -> None:
    size, some = network
    source, target, cost = (np.array(column) for column in zip(*some, strict=True)) if some else (
        *(np.zeros(0, int) for _ in range(2)), np.zeros(0))  # fmt: skip
    found, _ = weighted(size, source, target, cost, 0.1)
    plain = nx.Graph()
    plain.add_nodes_from(range(size))
    plain.add_weighted_edges_from(zip(found.left, found.right, found.cost, strict=True))
    expected = [
        nx.path_weight(plain, path, "weight")
        for path in nx.all_simple_paths(plain, 0, 1, cutoff=max_hops or size)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_FIRST_BOUND", 2)
        cheapest = list(found.cheapest(0, 1, count, max_hops))
    costs = [nx.path_weight(plain, path, "weight") for path in cheapest]
    assert costs == pytest.approx(sorted(expected)[:count])


# --- the command --------------------------------------------------------------------------------


def test_zahnd_to_the_naacp_every_hop_with_its_sentence(two: Store, people: nx.MultiGraph) -> None:
    one, other = ref(two, "Eric Zahnd"), ref(two, "NAACP")
    claims = Claims(two)
    found = paths(people, one.iri, other.iri)
    assert len(found) == 3
    assert [path.cost for path in found] == sorted(path.cost for path in found)
    for path in found:
        assert (path.hops[0].source, path.hops[-1].target) == (one, other)
        for hop in path.hops:
            assert hop.source.label in hop.words and hop.target.label in hop.words
            assert hop.evidence
            for words in hop.evidence:
                assert words.text in words.sentence
                assert words.sentence in claims.body(words.article)
    nearest = found[0]
    assert [hop.target.label for hop in nearest.hops] == ["Rick Smith", "NAACP"]
    assert [hop.words for hop in nearest.hops] == [
        "Eric Zahnd and Rick Smith both back “body cameras”",
        "Rick Smith got a letter from NAACP",
    ]
    assert "help police and prosecutors secure justice" in nearest.hops[0].evidence[0].text


def test_text(two_articles: Path) -> None:
    answer = call(two_articles, "zahnd", "the NAACP")
    assert answer.exit_code == 0
    assert answer.stdout.startswith("From Eric Zahnd to NAACP\n")
    assert "1. 2 hops: Eric Zahnd – Rick Smith – NAACP" in answer.stdout
    assert "| politics.” — AP" in answer.stdout
    assert max(map(len, answer.stdout.splitlines())) <= 100


def test_json(two_articles: Path) -> None:
    data = json.loads(call(two_articles, "zahnd", "naacp", "-k", "1", "--format", "json").stdout)
    assert data["none"] is None
    (path,) = data["paths"]
    first = path["hops"][0]
    assert first["words"] == "Eric Zahnd and Rick Smith both back “body cameras”"
    assert {"kind", "issue", "date", "evidence", "claims", "articles"} <= set(first["tie"])
    assert first["evidence"][0]["sentence"].endswith("secure justice.")


def test_allies_only(two_articles: Path) -> None:
    answer = call(two_articles, "zahnd", "smith", "--allies", "--format", "json")
    kinds = {
        tie["kind"]
        for path in json.loads(answer.stdout)["paths"]
        for hop in path["hops"]
        for tie in (hop["tie"], *hop["also"])
    }
    assert kinds == {"agrees"}
    hostile = call(two_articles, "Henry Service", "naacp", "--allies", "--min-articles", "2")
    assert hostile.exit_code == 1
    assert "has no tie of these kinds to anybody" in hostile.stderr


def test_markdown(two: Store, people: nx.MultiGraph) -> None:
    one, other = ref(two, "Eric Zahnd"), ref(two, "NAACP")
    text = path_page(one, other, paths(people, one.iri, other.iri)).markdown()
    assert "**the cameras would help police and prosecutors secure justice**" in text


@pytest.mark.parametrize("format", ["table", "json"])
def test_no_path_exits_with_1_and_says_why(ten_articles: Path, format: str) -> None:
    answer = call(ten_articles, "Eric Zahnd", "Ingrid Toews", "--format", format)
    assert answer.exit_code == 1
    assert answer.stderr.count("\n") == 1
    assert "no chain of ties" in answer.stderr
    assert "Rick Smith" in answer.stderr.split("nearest to Eric Zahnd: ")[1].split(";")[0]
    if format == "json":
        assert json.loads(answer.stdout)["paths"] == []


def test_a_shared_article_alone_is_no_path(two: Store, people: nx.MultiGraph) -> None:
    zahnd, baker = ref(two, "Eric Zahnd").iri, ref(two, "Jean Peters Baker").iri
    assert not people.has_edge(zahnd, baker)
    (nearest, *_) = paths(people, zahnd, baker)
    assert len(nearest.hops) > 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("Nobody", "NAACP"),
        ("urban", "NAACP"),
        ("zahnd", "naacp", "--kind", "hates"),
        ("zahnd", "naacp", "--kind", "met", "--allies"),
        ("zahnd", "naacp", "--since", "2020-13-01"),
    ],
)
def test_wrong_calls(two_articles: Path, arguments: tuple[str, ...]) -> None:
    assert isinstance(call(two_articles, *arguments).exception, InputError)
