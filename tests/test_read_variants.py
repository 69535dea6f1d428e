"""Near copies are found, however cut; different articles on one dispute are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from kcgraph.model import Article
from kcgraph.read import find_variants, read

GOLD = Path(__file__).parent.parent / "data" / "gold"
TEXTS = {a.id: a.text for a in read([GOLD]) if isinstance(a, Article)}


def edited(text: str) -> str:
    return " ".join(word for n, word in enumerate(text.split()) if n % 15)


CHANGES = {
    "other line ends": lambda text: text.replace("\n", "\r\n"),
    "cut to a third": lambda text: text[: len(text) // 3],
    "first half dropped": lambda text: text[len(text) // 2 :],
    "edited": edited,
    "other quotes and dateline": lambda text: "TOWN (Wire) — " + text.replace("“", '"'),
    "inside a long page": lambda text: TEXTS["quarry-permit"] + text + TEXTS["bus-fare-rise"],
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("id", ["kcpd-new-policies", "school-closures"])
def test_a_near_copy_is_found(id, change):
    copy = Article("a-copy", CHANGES[change](TEXTS[id]))
    [(left, right, share)] = find_variants([Article(id, TEXTS[id]), copy])
    assert (left, right) == ("a-copy", id)
    assert 0.5 <= share <= 1


def test_different_articles_on_one_dispute_are_not_variants():
    assert {"lead-water-march", "lead-water-november"} <= TEXTS.keys()
    assert find_variants([Article(id, text) for id, text in TEXTS.items()]) == []


def test_a_sentence_in_common_does_not_make_a_variant():
    one = TEXTS["kcpd-new-policies"]
    other = TEXTS["lucas-announces-changes"] + one.split("\n\n")[1]
    assert find_variants([Article("one", one), Article("other", other)]) == []
    brief = "The mayor and the police chief of the city could not be reached for comment."
    assert find_variants([Article("one", one + brief), Article("brief", brief)]) == []


def test_the_order_of_the_articles_does_not_matter():
    both = [Article("b", TEXTS["quarry-permit"]), Article("a", TEXTS["quarry-permit"] + " More.")]
    assert find_variants(both) == find_variants(reversed(both)) == [("a", "b", 1.0)]
    assert find_variants(both[:1]) == []
