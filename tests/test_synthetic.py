"""The made-up stores of the benchmarks are what mapping and rules make of the same articles."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

from benchmarks.synthetic import EXTRACTOR, World, fill
from kcgraph import derive
from kcgraph.graph import article_quads, identity_quads
from kcgraph.store import open_graph
from kcgraph.vocab import Iris


@pytest.mark.parametrize(("articles", "positions"), [(30, 12), (50, 2)])
def test_a_store_loaded_in_bulk_is_the_one_made_article_by_article(
    tmp_path: Path, articles: int, positions: int
) -> None:
    fill(tmp_path / "store", World(articles, positions=positions))
    world, ordinary, iris = World(articles, positions=positions), Store(), Iris()
    for dispute in world.disputes:
        for article, record in world.items(dispute):
            ordinary.extend(article_quads(article, record, world.identity, iris=iris))
    ordinary.extend(identity_quads(world.identity, [EXTRACTOR], iris=iris))
    derive.derive(ordinary, derive.load_rules(), iris=iris)
    bulk = open_graph(tmp_path / "store")
    assert len(world.disputes) > 1
    assert len(bulk) == len(ordinary)
    assert set(bulk) == set(ordinary)


def test_articles_have_as_many_positions_as_asked() -> None:
    world = World(5, positions=2)
    records = [record for dispute in world.disputes for _, record in world.items(dispute)]
    assert [len(record.positions) for record in records] == [2] * 5
