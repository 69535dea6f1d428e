"""Pictures for the tests of rendering: a small dispute, a hostile one, and large ones."""

from __future__ import annotations

import random

from kcgraph.render.picture import Edge, Node, NodeKind, Passage, Picture, Source, TieKind

RIVER = "The mayor of Ashby, Ana Núñez, backed the bridge on Monday. “We need it,” she said."
FERRY = "Ferry workers demanded that the council keep the ferry. Tom Reed opposed the bridge 🌉."
VOTE = "The council refused to close the ferry after a hearing with Reed."


def passage(article: str, paragraph: str, words: str, confidence: float = 1.0) -> Passage:
    """`words` as they stand in `paragraph`, the whole of which is the sentence."""
    start = paragraph.index(words)
    return Passage(article, paragraph, 0, len(paragraph), start, start + len(words), confidence)


def dispute() -> Picture:
    """Four stakeholders, two issues, one event; two articles, one of them without a date."""
    nodes = (
        Node("x:s/ana", "Ana Núñez", NodeKind.PERSON, ("Núñez", "the mayor"), ("Mayor, Ashby",)),
        Node("x:s/tom", "Tom Reed", NodeKind.PERSON, ("Reed",)),
        Node("x:s/council", "Ashby Council", NodeKind.ORGANIZATION),
        Node("x:s/workers", "ferry workers", NodeKind.GROUP),
        Node("x:i/bridge", "new bridge", NodeKind.ISSUE, ("the bridge",)),
        Node("x:i/ferry", "keeping the ferry", NodeKind.ISSUE),
        Node(
            "x:e/hearing",
            "Hearing",
            NodeKind.EVENT,
            date="2024-05-06",
            evidence=(passage("x:a/2", VOTE, "a hearing with Reed"),),
        ),
    )
    hearing = (passage("x:a/2", VOTE, "a hearing with Reed"),)
    edges = (
        Edge("x:s/ana", "x:i/bridge", TieKind.SUPPORT, (passage("x:a/1", RIVER, "We need it"),)),
        Edge(
            "x:s/workers",
            "x:i/ferry",
            TieKind.DEMAND,
            (passage("x:a/1", FERRY, "demanded that the council keep the ferry", 0.9),),
            addressees=("x:s/council",),
        ),
        Edge(
            "x:s/tom",
            "x:i/bridge",
            TieKind.OPPOSITION,
            (passage("x:a/1", FERRY, "Tom Reed opposed the bridge 🌉", 0.4),),
        ),
        Edge("x:s/tom", "x:i/ferry", TieKind.SUPPORT, (passage("x:a/2", VOTE, "Reed"),)),
        Edge(
            "x:s/council",
            "x:i/ferry",
            TieKind.REFUSAL,
            (passage("x:a/2", VOTE, "The council refused to close the ferry"),),
        ),
        Edge("x:s/council", "x:e/hearing", TieKind.PARTICIPANT, hearing),
        Edge("x:s/tom", "x:e/hearing", TieKind.PARTICIPANT, hearing),
    )
    articles = (
        Source("x:a/1", "Bridge or ferry?", "2024-05-04", "Ashby Times", "https://example.org/1"),
        Source("x:a/2", "Council keeps ferry"),
    )
    return Picture("The Ashby crossing", nodes, edges, articles, ("offline 0.1",))


def over_months() -> Picture:
    """Positions told in January and March 2024, and one without a date."""
    told = [
        ("x:s/ana", "x:i/bridge", TieKind.SUPPORT, "x:a/jan"),
        ("x:s/tom", "x:i/bridge", TieKind.OPPOSITION, "x:a/mar"),
        ("x:s/council", "x:i/bridge", TieKind.SUPPORT, "x:a/late"),
        ("x:s/workers", "x:i/bridge", TieKind.MIXED, "x:a/undated"),
    ]
    edges = tuple(Edge(a, b, kind, (passage(at, RIVER, "We need it"),)) for a, b, kind, at in told)
    articles = (
        Source("x:a/jan", "January", "2024-01-05", "Ashby Times"),
        Source("x:a/mar", "March", "2024-03-01", "Ashby Times"),
        Source("x:a/late", "Late", "2024-03-02", "Ferry Post"),
        Source("x:a/undated", "Undated"),
    )
    nodes = tuple(n for n in dispute().nodes if n.id not in ("x:i/ferry", "x:e/hearing"))
    return Picture("Over months", nodes, edges, articles, ("offline 0.1",))


HOSTILE = (
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "\"'`><svg onload=window.hacked=1>",
    "{{ 7 * 7 }} ${window.hacked = 1} <!-- --> ]]>",
    "\u202egnirts tfel ot thgir\u2066 \u200f",
    "👩‍👩‍👧‍👦 Ζωή 北京市政府",
    "a" * 10_000,
    "line\u2028separator\u2029and\x00control\x1b[31m\ud800",
    "   ",
    "constructor",
    "__proto__",
)


def hostile() -> Picture:
    """Every hostile text as a name, an alias, a role, a title, a publisher, a URL and a passage."""
    urls = ("javascript:window.hacked=1", "data:text/html,<script>alert(1)</script>", "http://[")
    articles = tuple(
        Source(f"x:a/{n}", text, text, text, urls[n % len(urls)]) for n, text in enumerate(HOSTILE)
    )
    people = tuple(
        Node(f"x:s/{text[:50]}", text, NodeKind.PERSON, (text,), (text,))
        for n, text in enumerate(HOSTILE)
    )
    issues = tuple(
        Node(f"x:i/{n}", text, NodeKind.ISSUE, (text,)) for n, text in enumerate(HOSTILE)
    )
    kinds = (TieKind.DEMAND, TieKind.OPPOSITION, TieKind.MIXED)
    edges = tuple(
        Edge(
            person.id,
            issue.id,
            kinds[n % 3],
            (Passage(f"x:a/{n}", text, 0, len(text), 0, max(1, len(text) // 2)),),
            addressees=(person.id,),
            note=text if n == 0 else None,
        )
        for n, (person, issue, text) in enumerate(zip(people, issues, HOSTILE, strict=True))
    )
    return Picture(HOSTILE[0], people + issues, edges, articles, HOSTILE[:3], HOSTILE[1], HOSTILE)


def large(count: int, ties: int = 3) -> Picture:
    """`count` nodes with about `ties` ties each; the same one for the same numbers."""
    rng = random.Random(count)
    kinds = [NodeKind.PERSON, NodeKind.ORGANIZATION, NodeKind.ISSUE, NodeKind.ISSUE]
    nodes = tuple(
        Node(f"x:n/{n}", f"Node number {n}", kinds[n % 4], (f"alias {n}",)) for n in range(count)
    )
    tie_kinds = [k for k in TieKind if k not in (TieKind.POST, TieKind.MEMBER)][:6]
    edges = {}
    for n in range(count):
        for _ in range(ties):
            other = int(count * rng.random() ** 2)
            kind = rng.choice(tie_kinds)
            text = f"Sentence {n} says what node {n} thinks of node {other}. It goes on a while."
            edges[n, other, kind] = Edge(
                f"x:n/{n}", f"x:n/{other}", kind, (passage(f"x:a/{n % 20}", text, text[:40]),)
            )
    articles = tuple(Source(f"x:a/{n}", f"Article {n}", f"2024-01-{n + 1:02}") for n in range(20))
    return Picture(f"{count} nodes", nodes, tuple(edges.values()), articles, ("nobody",))
