"""Named queries about what the shipped articles lack, on a graph by hand: outlets, changes."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, Store

from kcgraph.names import NameIndex
from kcgraph.query import named_query, run
from kcgraph.vocab import PREFIXES

ID = "https://w3id.org/kcgraph/id/"
ARTICLES = {  # id -> publisher, date
    "a": ("The Post", "2024-01-10"),
    "b": ("The Times", "2024-01-12"),
    "c": ("The Times", "2024-03-01"),
}
POSITIONS = [  # article, kind, holder, issue, polarity, confidence, on behalf of
    ("a", "Commitment", "lee", "buses", "Support", "0.90", "city"),
    ("b", "Stance", "lee", "buses", "Opposition", "0.40", None),
    ("c", "Refusal", "lee", "buses", "Opposition", "0.80", None),
    ("a", "Demand", "ray", "buses", "Support", "0.95", None),
    ("b", "Stance", "ray", "trams", "Support", "0.30", None),
]


def turtle() -> str:
    lines = [f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items()]
    lines += [f"@prefix id: <{ID}> ."]
    for key, name, kind in (
        ("lee", "Ann Lee", "foaf:Person"),
        ("ray", "Bob Ray", "foaf:Person"),
        ("city", "the city", "org:Organization"),
    ):
        lines.append(f'id:{key} a kc:Stakeholder, {kind} ; rdfs:label "{name}" .')
    lines += [f'id:{key} a kc:Issue ; rdfs:label "{key}" .' for key in ("buses", "trams")]
    for key, (publisher, date) in ARTICLES.items():
        lines.append(
            f'id:{key} a kc:Article ; dcterms:publisher "{publisher}" ; '
            f'dcterms:issued "{date}"^^xsd:date ; kc:sha256 "{key}" .'
        )
    lines.append("id:b kc:variantOf id:a .")
    for n, (article, kind, holder, issue, polarity, sure, behalf) in enumerate(POSITIONS):
        date = ARTICLES[article][1]
        lines.append(
            f"id:p{n} a kc:Position, kc:{kind} ; kc:holder id:{holder} ; kc:target id:{issue} ; "
            f'kc:polarity kc:{polarity} ; kc:confidence {sure} ; dcterms:date "{date}"^^xsd:date ; '
            f"prov:wasDerivedFrom id:{article} ; kc:evidence id:e{n} ."
        )
        lines.append(f'id:e{n} oa:exact "words {n}" ; oa:start {n} ; kc:article id:{article} .')
        if behalf:
            lines.append(f"id:p{n} kc:onBehalfOf id:{behalf} .")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def store() -> Store:
    found = Store()
    found.load(turtle().encode(), RdfFormat.TURTLE)
    return found


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        (
            "reported-differently",
            {},
            [
                (
                    *("Ann Lee", "buses", "The Post", "Support", "words 0"),
                    *("The Times", "Opposition", f"words {n}"),
                )
                for n in (1, 2)
            ],
        ),
        ("reported-differently", {"issue": "trams"}, []),
        ("speaking-for", {}, [("the city", "Ann Lee", "1", "buses")]),
        ("speaking-for", {"organization": "the city"}, [("the city", "Ann Lee", "1", "buses")]),
        (
            "unsure",
            {},
            [
                ("0.3", "Bob Ray", "stance", "trams", "words 4"),
                ("0.4", "Ann Lee", "stance", "buses", "words 1"),
            ],
        ),
        ("unsure", {"below": "0.35"}, [("0.3", "Bob Ray", "stance", "trams", "words 4")]),
        ("reprints", {}, [(f"{ID}b", "", "The Times", f"{ID}a", "", "The Post")]),
        (
            "promises",
            {"who": "Lee"},
            [
                ("Ann Lee", "buses", "2024-01-10", "words 0", then, date, words)
                for then, date, words in (
                    ("takes a stance", "2024-01-12", "words 1"),
                    ("refuses", "2024-03-01", "words 2"),
                )
            ],
        ),
        (
            "changed-positions",
            {},
            [
                ("Ann Lee", "buses", "Support", "2024-01-10", "words 0", "Opposition", date, words)
                for date, words in (("2024-01-12", "words 1"), ("2024-03-01", "words 2"))
            ],
        ),
        (
            "positions-on-issue",
            {"issue": "buses", "as_of": "2024-02-01"},
            [
                ("buses", "support", "Bob Ray", "demand", "2024-01-10", "words 3"),
                ("buses", "oppose", "Ann Lee", "stance", "2024-01-12", "words 1"),
            ],
        ),
    ],
)
def test_rows(
    store: Store, name: str, values: dict[str, str], expected: list[tuple[str, ...]]
) -> None:
    named = named_query(name)
    bindings = named.bind(
        {key: [value] for key, value in values.items()}, lambda: NameIndex.of(store)
    )
    rows = run(store, named.text, bindings=bindings)
    shown = [tuple("" if t is None else t.value.rpartition("#")[2] for t in row) for row in rows]
    assert shown == expected
