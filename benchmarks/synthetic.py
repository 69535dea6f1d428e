"""A store of made-up articles, shaped like a real one, for benchmarks of what reads stores.

    python -m benchmarks.synthetic --articles 1000 --store DIR [--positions 12]

Disputes of a few to a few hundred articles (heavy-tailed) have a cast and issues of their own;
within a dispute few actors say most (Zipf), and one voice in five is of somebody who speaks up
everywhere. An article has twelve positions or as many as are asked for, an attribution to three of
them, often an event. No language is read and nobody is resolved: names are told apart by
construction; mapping to RDF and the rules are those of a build. The quads stream into the engine's
bulk loader, and the rules run in memory, a few disputes at a time, which gives the same
ties, since disputes share no issue. The same numbers give the same store.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store

from kcgraph import derive
from kcgraph.graph import article_quads, identity_quads
from kcgraph.model import (
    Article,
    Attribution,
    Event,
    EventKind,
    Extraction,
    Polarity,
    Position,
    PositionKind,
    Quotation,
    Role,
    Span,
    Stakeholder,
    StakeholderKind,
    Target,
)
from kcgraph.resolve import Identity, KnownIssue, KnownStakeholder, Post
from kcgraph.store import Writer, open_graph
from kcgraph.vocab import Iris

EXTRACTOR = "synthetic 1"
_POSITIONS, _SPEAKERS = 12, 6  # of an article
_TO_AN_ATTRIBUTION = 3  # positions
_BATCH = 200  # articles whose ties are derived together
_EVERYWHERE = 0.2  # share of the voices of those who speak up in all disputes
_FIRST = date(2015, 1, 1)
_DAYS = 3650
_OUTLETS = ("Daily Ledger", "City Post", "River Times", "Evening Star", "The Wire")
_GIVEN = "Ada Ben Cora Dan Eva Finn Gail Hugo Ida Jack Kate Liam Mona Noah Olga Paul".split()
_BODIES = "Council Union Coalition Department Association Board Alliance Commission".split()
_MATTERS = "buses trams parks rents budget zoning schools cameras water housing".split()
_SAYS = {  # verb -> kind and polarity of the position, and how often of a hundred
    "demands": (PositionKind.DEMAND, Polarity.SUPPORT, 30),
    "backs": (PositionKind.STANCE, Polarity.SUPPORT, 30),
    "opposes": (PositionKind.STANCE, Polarity.OPPOSE, 25),
    "promises": (PositionKind.COMMITMENT, Polarity.SUPPORT, 10),
    "refuses": (PositionKind.REFUSAL, Polarity.OPPOSE, 5),
}
_EVENTS = (EventKind.MEETING, EventKind.MEETING, EventKind.LETTER, EventKind.PROTEST)


@dataclass(frozen=True, slots=True)
class Dispute:
    """`cast` and `issues` are keys, those of whom and which most is said first.

    Its articles are `number` and those after it; the first is of the day `start`.
    """

    cast: tuple[str, ...]
    issues: tuple[str, ...]
    start: date
    number: int
    articles: int


class World:
    """Everything there is in a store of `articles` articles with so many `positions` each."""

    def __init__(self, articles: int, seed: int = 0, *, positions: int = _POSITIONS) -> None:
        self.articles = articles
        self._positions = positions
        self._seed = seed
        self.stakeholders: dict[str, KnownStakeholder] = {}
        self.issues: dict[str, KnownIssue] = {}
        chance = random.Random(seed)
        self.everywhere = self._cast(chance, max(8, articles // 200))
        self.disputes = list(self._disputes(chance))

    def items(self, dispute: Dispute) -> Iterator[tuple[Article, Extraction]]:
        """The articles of the dispute, each with its record."""
        for number in range(dispute.number, dispute.number + dispute.articles):
            yield self._article(number, dispute)

    @cached_property
    def identity(self) -> Identity:
        return Identity(self.stakeholders, self.issues, _LastOfKey(), _OnlyWording())

    def identity_of(self, disputes: Sequence[Dispute]) -> Identity:
        """Who and what can occur in the disputes."""
        cast = (*self.everywhere, *(key for dispute in disputes for key in dispute.cast))
        return Identity(
            {key: self.stakeholders[key] for key in cast},
            {key: self.issues[key] for dispute in disputes for key in dispute.issues},
            _LastOfKey(),
            _OnlyWording(),
        )

    def _disputes(self, chance: random.Random) -> Iterator[Dispute]:
        number = 0
        while number < self.articles:
            size = min(self.articles - number, 200, int(4 * chance.paretovariate(1.1)))
            # the longer it lasts, the more people have something to say on it
            cast = self._cast(chance, 6 + int(3 * size**0.6))
            issues = tuple(self._issue(chance) for _ in range(2 + int(size**0.5)))
            start = _FIRST + timedelta(chance.randrange(_DAYS))
            yield Dispute(cast, issues, start, number, size)
            number += size

    def _cast(self, chance: random.Random, size: int) -> tuple[str, ...]:
        bodies = [self._body(chance) for _ in range(max(2, size // 4))]
        people = [self._person(chance, bodies) for _ in range(size - len(bodies))]
        cast = bodies + people
        chance.shuffle(cast)
        return tuple(cast)

    def _body(self, chance: random.Random) -> str:
        n = len(self.stakeholders)
        name = f"{chance.choice(_MATTERS).title()} {chance.choice(_BODIES)} {n}"
        return self._known(KnownStakeholder(f"s{n}", StakeholderKind.ORGANIZATION, name))

    def _person(self, chance: random.Random, bodies: list[str]) -> str:
        n = len(self.stakeholders)
        name = f"{chance.choice(_GIVEN)} Doe{n}"
        if chance.random() < 0.3:
            return self._known(KnownStakeholder(f"s{n}", StakeholderKind.PERSON, name))
        body = chance.choice(bodies)
        post = Post(Role("director", self.stakeholders[body].name), body)
        return self._known(
            KnownStakeholder(f"s{n}", StakeholderKind.PERSON, name, (), (post,), (body,))
        )

    def _known(self, who: KnownStakeholder) -> str:
        self.stakeholders[who.key] = who
        return who.key

    def _issue(self, chance: random.Random) -> str:
        n = len(self.issues)
        self.issues[f"i{n}"] = KnownIssue(f"i{n}", f"{chance.choice(_MATTERS)} plan {n}")
        return f"i{n}"

    def _article(self, number: int, dispute: Dispute) -> tuple[Article, Extraction]:
        chance = random.Random(f"{self._seed} {number}")
        speakers = self._speakers(chance, dispute)
        text = _Text()
        mentions: dict[str, list[Span]] = {key: [] for key in speakers}
        positions = [
            self._position(chance, dispute, speakers, text, mentions)
            for _ in range(self._positions)
        ]
        attributions = [
            self._attribution(chance, speakers, text, mentions)
            for _ in range(self._positions // _TO_AN_ATTRIBUTION)
        ]
        events = [self._event(chance, speakers, text, mentions)] if chance.random() < 0.6 else []
        stakeholders = tuple(
            Stakeholder(key, known.kind, known.name, (), (), tuple(mentions[key]))
            for key in speakers
            for known in [self.stakeholders[key]]
        )
        day = (dispute.start + timedelta(chance.randrange(7 * dispute.articles))).isoformat()
        article = Article(
            id=f"article-{number}",
            text=text.whole,
            title=f"{self.issues[dispute.issues[0]].label}, part {number}",
            date=day,
            publisher=chance.choice(_OUTLETS),
            url=f"https://news.example/{number}",
        )
        record = Extraction(
            article.id, day, stakeholders, tuple(attributions), tuple(positions), tuple(events),
            EXTRACTOR,
        )  # fmt: skip
        return article, record

    def _speakers(self, chance: random.Random, dispute: Dispute) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < _SPEAKERS:
            cast = self.everywhere if chance.random() < _EVERYWHERE else dispute.cast
            found[_zipf(chance, cast)] = None
        return list(found)

    def _position(
        self,
        chance: random.Random,
        dispute: Dispute,
        speakers: list[str],
        text: _Text,
        mentions: dict[str, list[Span]],
    ) -> Position:
        (verb,) = chance.choices(list(_SAYS), [often for *_, often in _SAYS.values()])
        kind, polarity, _ = _SAYS[verb]
        who, other = chance.sample(speakers, 2)
        issue = self.issues[_zipf(chance, dispute.issues)]
        start = text.end
        mentions[who].append(text.add(self.stakeholders[who].name))
        text.add(f" {verb} the {issue.label} in round {chance.randrange(100)}")
        addressed = kind is PositionKind.DEMAND and chance.random() < 0.7
        if addressed:
            text.add(" of ")
            mentions[other].append(text.add(self.stakeholders[other].name))
        span = Span(start, text.end)
        text.add(".\n")
        behalf = self.stakeholders[who].member_of
        return Position(
            kind,
            who,
            polarity,
            Target(issue=(issue.key,)),
            text.at(span),
            addressee=(other,) if addressed else (),
            on_behalf_of=behalf[0] if behalf and behalf[0] in speakers else None,
            evidence_span=span,
            confidence=round(chance.uniform(0.4, 1.0), 2),
        )

    def _attribution(
        self,
        chance: random.Random,
        speakers: list[str],
        text: _Text,
        mentions: dict[str, list[Span]],
    ) -> Attribution:
        who = chance.choice(speakers)
        source = text.add(self.stakeholders[who].name)
        text.add(" ")
        cue = text.add("said")
        text.add(" ")
        words = f"“We will see about point {chance.randrange(1000)} of it”"
        content = text.add(words)
        text.add(".\n")
        mentions[who].append(source)
        return Attribution((who,), Quotation.DIRECT, words, (), source, cue, (content,))

    def _event(
        self,
        chance: random.Random,
        speakers: list[str],
        text: _Text,
        mentions: dict[str, list[Span]],
    ) -> Event:
        some = chance.sample(speakers, chance.choice((2, 2, 3)))
        start = text.end
        for n, who in enumerate(some):
            text.add(" and " if n else "")
            mentions[who].append(text.add(self.stakeholders[who].name))
        kind = chance.choice(_EVENTS)
        text.add(f" took part in a {kind}")
        span = Span(start, text.end)
        text.add(".\n")
        return Event(kind, tuple(some), text.at(span), evidence_span=span)


class _Text:
    """An article's text while it is written."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.end = 0

    @property
    def whole(self) -> str:
        return "".join(self._parts)

    def add(self, words: str) -> Span:
        start = self.end
        self._parts.append(words)
        self.end += len(words)
        return Span(start, self.end)

    def at(self, span: Span) -> str:
        return self.whole[span.start : span.end]


class _LastOfKey(Mapping[tuple[str, str], str]):
    """(article, local id) -> key: the records call a stakeholder by its key."""

    def __getitem__(self, key: tuple[str, str]) -> str:
        return key[1]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _OnlyWording(Mapping[tuple[str, tuple[str, ...]], str]):
    """(article, wordings) -> key: the records call an issue by its key."""

    def __getitem__(self, key: tuple[str, tuple[str, ...]]) -> str:
        return key[1][0]

    def __iter__(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        return iter(())

    def __len__(self) -> int:
        return 0


_SUMS: dict[int, list[float]] = {}


def _zipf(chance: random.Random, some: tuple[str, ...]) -> str:
    """One of `some`, the n-th with a weight of 1 / n."""
    sums = _SUMS.setdefault(len(some), list(accumulate(1 / n for n in range(1, len(some) + 1))))
    return some[bisect(sums, chance.random() * sums[-1])]


def fill(store: Path, world: World, *, ties: bool = True) -> None:
    """Writes the world into a new store at `store`; with the derived `ties`, if wanted.

    The store answers like any other; it holds no records, so a build would begin anew.
    """
    with Writer(store) as writer:
        writer.next_graph(
            lambda graph: graph.bulk_extend(_quads(world, writer.iris, ties)), {}, empty=True
        )


def _quads(world: World, iris: Iris, ties: bool) -> Iterator[Quad]:
    yield from identity_quads(world.identity, [EXTRACTOR], iris=iris)
    rules = derive.load_rules()
    for disputes in _batches(world.disputes):
        identity = world.identity_of(disputes)
        said = [
            quad
            for dispute in disputes
            for article, record in world.items(dispute)
            for quad in article_quads(article, record, identity, iris=iris)
        ]
        yield from said
        if ties:
            graph = Store()
            graph.bulk_extend(said)
            graph.extend(identity_quads(identity, [EXTRACTOR], iris=iris))
            derive.derive(graph, rules, iris=iris)
            yield from graph.quads_for_pattern(None, None, None, NamedNode(iris.derived_graph))


def _batches(disputes: Sequence[Dispute]) -> Iterator[list[Dispute]]:
    """Disputes with some `_BATCH` articles together, so that who is in all comes once for many."""
    batch: list[Dispute] = []
    for dispute in disputes:
        batch.append(dispute)
        if sum(one.articles for one in batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--articles", type=int, default=1000)
    arguments.add_argument("--store", type=Path, required=True)
    arguments.add_argument(
        "--positions", type=int, default=_POSITIONS, help="of each article; fewer make it leaner"
    )
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--no-ties", action="store_true", help="without derived ties")
    given = arguments.parse_args()
    gc.disable()  # millions of quads and not one cycle
    start, cpu = time.perf_counter(), time.process_time()
    world = World(given.articles, given.seed, positions=given.positions)
    fill(given.store, world, ties=not given.no_ties)
    print(
        f"{given.store}: {given.articles} articles, {len(world.disputes)} disputes,"
        f" {len(world.stakeholders)} stakeholders, {len(world.issues)} issues;"
        f" {len(open_graph(given.store))} quads; {time.perf_counter() - start:.0f} s,"
        f" {time.process_time() - cpu:.0f} s of CPU",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
