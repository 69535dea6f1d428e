"""Claims read from columns are those read from the store, whatever is asked."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode, Quad, Store

from kcgraph.build import Options, build
from kcgraph.claims import Claims, PositionClaim
from kcgraph.dataset import KnowledgeGraph
from kcgraph.demands import demands
from kcgraph.dossier import dossier_from
from kcgraph.export import FOLDERS, OF_POSITIONS, export
from kcgraph.model import Article
from kcgraph.paths.articles import articles
from kcgraph.paths.kept import KeptClaims
from kcgraph.paths.table import columns
from kcgraph.render.gather import gather
from kcgraph.store import open_graph, open_reader
from kcgraph.vocab import KC, expand
from tests.toy import ToyExtractor

EVIDENCE, BODY = NamedNode(expand("kc:evidence")), NamedNode(expand("schema:articleBody"))


@pytest.fixture(scope="module")
def store(ten_articles: Path) -> Store:
    return open_graph(ten_articles)


@pytest.fixture(scope="module")
def kept(store: Store, tmp_path_factory: pytest.TempPathFactory) -> KeptClaims:
    file = tmp_path_factory.mktemp("kept") / "ties.arrays"
    columns(store, file)
    texts = file.with_name("articles.arrays")
    articles(store, texts)
    return KeptClaims(store, columns(store, file), texts=texts)  # through the files


def test_all_positions(store: Store, kept: KeptClaims) -> None:
    assert len(kept.positions()) > 200
    assert kept.positions() == Claims(store).positions()


@pytest.mark.parametrize("key", ["holder", "target", "addressee", "claim"])
def test_positions_of_each_and_of_several(store: Store, kept: KeptClaims, key: str) -> None:
    plain = Claims(store)
    named = {
        "holder": {p.holder.iri for p in plain.positions()},
        "target": {p.target.iri for p in plain.positions()},
        "addressee": {r.iri for p in plain.positions() for r in p.addressees},
        "claim": {p.iri for p in plain.positions()},
    }[key]
    some = sorted(named)[:7]
    for asked in (*some, some, [], "https://example.org/nobody"):
        assert kept.positions(**{key: asked}) == plain.positions(**{key: asked})


def test_sides(store: Store, kept: KeptClaims) -> None:
    def by_iri(claims: Claims) -> list[tuple[PositionClaim, str]]:
        return sorted(claims.sides(), key=lambda side: side[0].iri)

    plain = by_iri(Claims(store))
    assert by_iri(kept) == plain
    whole = {claim.iri: claim for claim in kept.positions()}
    for claim, article in plain:
        told = whole[claim.iri]
        assert article == told.evidence[0].article
        left_out = {"kind": "", "addressees": (), "confidence": None, "evidence": ()}
        assert claim == replace(told, **left_out)


@pytest.mark.parametrize("format", sorted(OF_POSITIONS - FOLDERS.keys()))
def test_exports(store: Store, kept: KeptClaims, format: str) -> None:
    plain, quick = BytesIO(), BytesIO()
    export(store, format, plain)
    export(store, format, quick, claims=kept)
    assert quick.getvalue() == plain.getvalue()


def test_pictures(store: Store, kept: KeptClaims) -> None:
    assert gather(store, "x", claims=kept) == gather(store, "x")


def test_positions_of_two_wishes(store: Store, kept: KeptClaims) -> None:
    plain = Claims(store)
    holder = max(plain.positions(), key=lambda p: p.holder.iri).holder.iri
    for kind in ("Demand", "Stance", "Nonsense"):
        asked = {"holder": holder, "kind": KC + kind}
        assert kept.positions(**asked) == plain.positions(**asked)


def test_demand_boards_and_dossiers(store: Store, kept: KeptClaims) -> None:
    assert demands(store, claims=kept) == demands(store)
    assert {d.status for d in demands(store, claims=kept)} >= {"open", "answered"}
    holders = sorted({p.holder.iri for p in kept.positions()})[:10]
    for who in holders:
        assert dossier_from(kept, kept.columns, who) == dossier_from(
            Claims(store), kept.columns, who
        )


def test_what_the_columns_lack_comes_from_the_store(store: Store) -> None:
    """An article without its text, several passages, one with an IRI of its own, no sureness."""
    other = Store()
    other.extend(q for q in store if q.predicate != BODY)
    (first, *_) = Claims(other).positions()
    passage = Claims(other).positions()[-1]
    more = next(iter(other.quads_for_pattern(NamedNode(passage.iri), EVIDENCE, None, None)))
    other.add(Quad(NamedNode(first.iri), EVIDENCE, more.object, more.graph_name))
    elsewhere = NamedNode("https://example.org/a-passage-of-a-person")
    for quad in list(other.quads_for_pattern(more.object, None, None, None)):
        other.add(Quad(elsewhere, quad.predicate, quad.object, quad.graph_name))
    other.add(Quad(NamedNode(first.iri), EVIDENCE, elsewhere, more.graph_name))
    sure = NamedNode(expand("kc:confidence"))
    for quad in list(other.quads_for_pattern(NamedNode(first.iri), sure, None, None)):
        other.remove(quad)
    claims = Claims(other).positions()
    found = next(p for p in claims if p.iri == first.iri)
    assert (len(found.evidence), found.confidence) == (3, None)
    assert KeptClaims(other, columns(other)).positions() == claims
    article = NamedNode(found.evidence[0].article)
    body = next(iter(store.quads_for_pattern(article, BODY, None, None)))
    other.add(Quad(article, BODY, Literal(body.object.value), body.graph_name))
    assert KeptClaims(other, columns(other)).positions() == Claims(other).positions()


def test_a_store_without_anything() -> None:
    empty = Store()
    assert KeptClaims(empty, columns(empty)).positions() == []
    assert demands(empty, claims=KeptClaims(empty, columns(empty))) == []


BUSES = Article("buses", "Ann Lee demands more buses of Bob Ray.", date="2024-01-02", origin="a")
ANSWER = Article("answer", "Bob Ray promises more buses.", date="2024-02-03", origin="a")


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even one article is looked for in the kept file."""
    monkeypatch.setattr("kcgraph.paths.kept._FEW", 0)


def kept_beside(path: Path) -> KeptClaims:
    """Through the files that are left beside the store, as the commands read."""
    reader = open_reader(path)
    file, texts = reader.beside("ties.arrays"), reader.beside("articles.arrays")
    columns(reader.graph, file)
    articles(reader.graph, texts)
    return KeptClaims(reader.graph, columns(reader.graph, file), texts=texts)


@pytest.mark.usefixtures("many")
def test_what_is_kept_follows_the_articles(tmp_path: Path) -> None:
    changed = Article("buses", "Ann Lee demands safer trams.", date="2024-01-02", origin="a")
    wishes = {
        "at first": ([BUSES, ANSWER], {"more buses"}, ["answered"]),
        "replaced": ([changed], {"safer trams", "more buses"}, ["open"]),
        "removed": ([changed], {"safer trams"}, ["open"]),
    }
    for step, (told, issues, states) in wishes.items():
        build(tmp_path, told, ToyExtractor(), Options(prune=step == "removed"))
        claims = kept_beside(tmp_path)
        assert claims.positions() == Claims(claims.store).positions()
        assert {p.target.label for p in claims.positions()} == issues, step
        assert [d.status for d in demands(claims.store, claims=claims)] == states, step


def test_a_graph_opened_before_a_build_answers_as_of_then(tmp_path: Path) -> None:
    build(tmp_path, [BUSES], ToyExtractor())
    before = KnowledgeGraph(tmp_path)
    build(tmp_path, [ANSWER], ToyExtractor())
    assert [d.status for d in before.demands()] == ["open"]
    assert [d.status for d in KnowledgeGraph(tmp_path).demands()] == ["answered"]


def saved(array: NDArray[Any]) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_columns_of_an_earlier_form_are_read_anew(tmp_path: Path, store: Store) -> None:
    file = tmp_path / "ties.arrays"
    columns(store, file)
    kept = file.read_bytes()
    for older in (saved(np.array(-1)), saved(np.array([2, 2])), saved(np.array(-1)) + kept):
        file.write_bytes(older)
        assert KeptClaims(store, columns(store, file)).positions() == Claims(store).positions()
        assert len(columns(Store(), file).v_start)  # of an empty store: what comes is from the file


@pytest.mark.usefixtures("many")
def test_articles_are_kept_and_a_damaged_file_is_done_without(tmp_path: Path, store: Store) -> None:
    file, found, table = tmp_path / "articles.arrays", Claims(store).positions(), columns(store)
    first = articles(store, file)
    assert {p.evidence[0].article for p in found} <= {iri.decode() for iri in first.iris}
    again = articles(Store(), file)  # an empty store: what comes is from the file
    assert [again[iri.decode()] for iri in first.iris] == [first[i.decode()] for i in first.iris]
    for damaged in (file.read_bytes()[:200], b"", None):
        if damaged is not None:
            file.write_bytes(damaged)
        assert KeptClaims(store, table, texts=file).positions() == found
    file.write_bytes(saved(np.array(0)) + file.read_bytes())  # of another form
    assert KeptClaims(store, table, texts=file).positions() == found
    assert KeptClaims(store, table, texts=tmp_path / "no" / "folder.arrays").positions() == found
    assert len(articles(Store(), tmp_path / "none.arrays").iris) == 0


@pytest.mark.usefixtures("many")
def test_what_an_article_lacks_stays_unknown(tmp_path: Path, store: Store) -> None:
    other, terms = Store(), [NamedNode(expand(f"dcterms:{name}")) for name in ("title", "source")]
    other.extend(q for q in store if q.predicate not in terms)
    found = KeptClaims(other, columns(other), texts=tmp_path / "articles.arrays").positions()
    assert found == Claims(other).positions()
    assert {(p.evidence[0].title, p.evidence[0].url) for p in found} == {(None, None)}


def test_what_became_of_many_demands_is_what_became_of_each(
    store: Store, kept: KeptClaims, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [p.iri for p in kept.positions() if p.kind == "demand"]
    plain = Claims(store)
    states = {iri: plain.statuses([iri])[iri] for iri in told}
    answers = {iri: sorted(plain.answers([iri])[iri]) for iri in told}
    assert all(states.values()) and any(answers.values())
    monkeypatch.setattr("kcgraph.claims._FEW", 0)  # all of the property are read
    for claims in (plain, kept):
        assert claims.statuses(told) == states
        assert {iri: sorted(some) for iri, some in claims.answers(told).items()} == answers
        assert claims.statuses([]) == {} == claims.answers([])
