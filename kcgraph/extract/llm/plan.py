"""What is about to be sent where: said before anything is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """`articles` are to be sent to `host`; `cached` are answered already and stay here.

    Token counts are estimates, `cost` that of those tokens (None without prices). `key_variable`
    names where the key comes from, None when none is sent. `is_exposed` says that the way there is
    not encrypted.
    """

    model: str
    host: str
    articles: int
    cached: int
    tokens_in: int
    tokens_out: int
    cost: float | None
    budget: float | None
    key_variable: str | None
    is_exposed: bool
