"""The lists on a page about one thing; of a long one the rest is on pages of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kcgraph.demands import Demand
from kcgraph.dossier import Dossier
from kcgraph.site.library import Debate, Reading

MOST_SHOWN = 200  # entries of a list on one page


@dataclass(frozen=True, slots=True)
class Section:
    """A list: `name` is its part of addresses, `row` the macro that shows one of its `entries`."""

    name: str
    heading: str
    row: str
    entries: Sequence[Any]

    @property
    def last(self) -> int:
        """The number of its last page; page 1 is that of the thing itself."""
        return max(1, -(-len(self.entries) // MOST_SHOWN))

    def page(self, number: int) -> Sequence[Any]:
        """The entries on the page `number`, counted from 1."""
        return self.entries[(number - 1) * MOST_SHOWN : number * MOST_SHOWN]


def of_stakeholder(found: Dossier) -> list[Section]:
    return [
        Section("wants", "What they want", "stand", found.stands),
        Section("demanded", "What is demanded of them", "quoted_demand", found.demanded),
        Section("allies", "Who stands with them", "relation", found.allies),
        Section("opponents", "Who stands against them", "relation", found.opponents),
        Section("opinions", "What others say of them", "opinion", found.opinions),
        Section("events", "What they took part in", "event", found.events),
        Section("statements", "What they are quoted with", "statement", found.statements),
    ]


def of_issue(found: Debate) -> list[Section]:
    return [
        Section("demands", "Demands", "demand_line", found.demands),
        Section("for", "For it", "held", found.support),
        Section("against", "Against it", "held", found.oppose),
        Section("mixed", "Of two minds", "held", found.mixed),
    ]


def of_article(found: Reading) -> list[Section]:
    return [
        Section("positions", "Positions", "position_here", found.positions),
        Section("events", "Events", "event_here", found.events),
        Section("quoted", "Who is quoted", "quoted_here", found.attributions),
    ]


def of_demand(found: Demand, alike: Sequence[Demand]) -> list[Section]:
    return [
        Section("words", "In the words of the articles", "telling", found.claims),
        Section("answers", "What came of it", "answer", found.answers),
        Section("alike", "Others who demand the same", "demand_line", alike),
    ]
