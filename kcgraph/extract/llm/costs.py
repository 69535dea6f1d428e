"""Tokens and money: what was used, what may still be used."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

# English news text has about four characters to a token in the tokenizers in use; three is on the
# safe side of that, and an estimate must not be too low where money depends on it.
CHARACTERS_PER_TOKEN = 3


def tokens_of(characters: int) -> int:
    """About how many tokens so many characters are; rather too many than too few."""
    return -(-characters // CHARACTERS_PER_TOKEN)


@dataclass(frozen=True, slots=True)
class Prices:
    """Price of a million tokens, in any one currency."""

    tokens_in: float
    tokens_out: float

    def of(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / 1e6


class BudgetReached(Exception):
    """The next request might cost more than is left."""


@dataclass(slots=True)
class Costs:
    """What was used so far; `cost` is None without prices.

    `estimated` says that some answers came without a count of tokens, or not at all, and that the
    numbers hold an estimate for those.
    """

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = False
    prices: Prices | None = None

    def add(self, tokens_in: int, tokens_out: int, *, estimated: bool = False) -> None:
        self.requests += 1
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.estimated = self.estimated or estimated

    @property
    def cost(self) -> float | None:
        return self.prices.of(self.tokens_in, self.tokens_out) if self.prices else None


class Budget:
    """Lets a request pass when, at its dearest, it fits into what is left; else stops for good."""

    def __init__(self, limit: float | None, costs: Costs) -> None:
        self._limit, self._costs = limit, costs
        self._held: list[float] = []
        self._changed = asyncio.Condition()
        self._reached = False

    async def hold(self, tokens_in: int, tokens_out: int) -> float:
        """Sets aside the highest price of a request; `release` it when its cost is known.

        While requests under way hold what is left it waits for them. Raises BudgetReached.
        """
        if self._limit is None or self._costs.prices is None:
            return 0.0
        highest = self._costs.prices.of(tokens_in, tokens_out)
        async with self._changed:
            while not self._reached and not self._fits(highest) and self._held:
                await self._changed.wait()
            if self._reached or not self._fits(highest):
                self._reached = True
                self._changed.notify_all()
                raise BudgetReached
            self._held.append(highest)
        return highest

    async def release(self, held: float) -> None:
        if held in self._held:
            async with self._changed:
                self._held.remove(held)
                self._changed.notify_all()

    def _fits(self, highest: float) -> bool:
        spent = self._costs.cost or 0.0
        return self._limit is not None and spent + sum(self._held) + highest <= self._limit
