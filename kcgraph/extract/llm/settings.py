"""Which model, where, and how much patience and money it may cost."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from kcgraph.errors import InputError
from kcgraph.extract.llm.costs import Prices

_HOST = r"[\w.:-]+"  # names, IPv4, IPv6
KEY_VARIABLES = ("KCGRAPH_API_KEY", "OPENAI_API_KEY")

# What one answer may cost at most when there is a budget and nothing else is said.
BUDGETED_OUTPUT = 16_000


@dataclass(frozen=True, slots=True)
class Key:
    """The secret and the environment variable that it comes from; never shown, never written."""

    secret: str = field(default="", repr=False)
    variable: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Key:
        """The first variable of `KEY_VARIABLES` that is set; without one, an empty key.

        Raises InputError if it holds what no header can.
        """
        for variable in KEY_VARIABLES:
            secret = environment.get(variable, "").strip()
            if not secret:
                continue
            if not (secret.isascii() and secret.isprintable()):
                raise InputError(f"{variable}: a key has printable ASCII characters only")
            return cls(secret, variable)
        return cls()


@dataclass(frozen=True, slots=True)
class Settings:
    """`base_url` ends where `/chat/completions` begins, often in `/v1`.

    `timeout` is in seconds and for one try; `budget` is in the currency of `prices`; `max_output`
    is in tokens, None leaves it to the server. `most_characters` is the size of an article above
    which it is sent in pieces. Raises InputError where a value makes no sense.
    """

    model: str
    base_url: str
    prices: Prices | None = None
    budget: float | None = None
    max_retries: int = 5
    timeout: float = 180.0
    parallel: int = 4
    max_output: int | None = None
    most_characters: int = 12_000

    def __post_init__(self) -> None:
        if not self.model.strip():
            raise InputError("--model: name the model that the server is to use")
        _check_url(self.base_url)
        if self.budget is not None and self.prices is None:
            raise InputError("--budget: needs --price-in and --price-out (per million tokens)")
        if min(self.timeout, self.parallel, self.most_characters) <= 0 or self.max_retries < 0:
            raise InputError(
                "timeout, parallel and size of pieces must be above 0, retries not below"
            )

    @property
    def host(self) -> str:
        """Host and, where one is given, port."""
        return urlsplit(self.base_url).netloc

    @property
    def is_exposed(self) -> bool:
        """Whether the way to the host is open to others: neither encrypted nor this machine."""
        parts = urlsplit(self.base_url)
        return parts.scheme == "http" and not _is_loopback(parts.hostname or "")

    @property
    def output_cap(self) -> int | None:
        """The most tokens of one answer; with a budget there is always one."""
        if self.max_output is None and self.budget is not None:
            return BUDGETED_OUTPUT
        return self.max_output


def _check_url(url: str) -> None:
    """Raises InputError, which does not repeat the address: a password may be in it."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and re.fullmatch(_HOST, parts.hostname or "")
        _ = parts.port  # raises where it is no number
    except ValueError:
        sound = None
    if not sound:
        raise InputError("--base-url: no web address; write https://HOST/v1 or the like")
    if parts.username or parts.password:
        raise InputError(f"--base-url: no user or password in it; set {KEY_VARIABLES[0]} instead")
    if parts.query or parts.fragment or not url.isprintable():
        raise InputError("--base-url: must end before any '?' or '#', without odd characters")


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
