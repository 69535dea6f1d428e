"""Stores that many tests read, built once and from the gold records: they hold what is right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kcgraph.annotations import read_annotated
from kcgraph.build import build_from_records

GOLD = Path(__file__).parent.parent / "data" / "gold"
TWO = ("kcpd-new-policies", "lucas-announces-changes")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is read from or left in the cache folder of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KCGRAPH_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def two_articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the two Kansas City articles."""
    path = tmp_path_factory.mktemp("stores") / "two"
    build_from_records(path, read_annotated([GOLD / f"{name}.json" for name in TWO]))
    return path


@pytest.fixture(scope="session")
def ten_articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the whole gold corpus."""
    path = tmp_path_factory.mktemp("stores") / "ten"
    build_from_records(path, read_annotated([GOLD]))
    return path
