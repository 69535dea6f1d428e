"""Who may ask, and what browsers may do with the answers: around everything else.

A page of another site must not reach a server on this machine: not by a name that it has pointed
here (DNS rebinding; the Host header is checked), not by script, image or form (Origin and
Sec-Fetch-Site are checked), not by framing it. https://www.w3.org/TR/fetch-metadata/
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
FRAMED_POLICY = "frame-ancestors 'self'"  # the picture has a policy of its own within it
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "content-security-policy": PAGE_POLICY,
    "x-frame-options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """`hosts` are the names that the server goes by, None for any; `origins` may ask from
    elsewhere ("*": all); without the `token`, if there is one, nobody may."""

    hosts: frozenset[str] | None = LOOPBACK
    origins: frozenset[str] = frozenset()
    token: str | None = None


class Guard:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        hidden = scope["method"] == "HEAD"  # answered as GET, without the content

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._with_headers(message.get("headers", ()))
            elif message["type"] == "http.response.body" and hidden:
                message = {**message, "body": b""}
            await send(message)

        refusal = self._refusal(scope["method"], headers)
        if refusal:
            await _say(guarded, *refusal)
            return
        if hidden:
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, guarded)

    def _refusal(self, method: str, headers: dict[str, str]) -> tuple[int, str] | None:
        """The status and the reason if the request is refused."""
        host = headers.get("host", "")
        if self._rules.hosts is not None and _name(host) not in self._rules.hosts:
            return 421, f"this server does not go by the name {host!r}; see --allow-host"
        if not self._from_here(headers, host):
            return 403, "requests from other sites are refused; see --allow-origin"
        preflight = method == "OPTIONS" and "access-control-request-method" in headers
        if self._rules.token and not preflight and not self._has_token(headers):
            return 401, "a token is needed, as password of any user, or as bearer token"
        return None

    def _from_here(self, headers: dict[str, str], host: str) -> bool:
        origin = headers.get("origin")
        if origin is not None:
            allowed = origin in self._rules.origins or "*" in self._rules.origins
            return allowed or origin.partition("://")[2] == host != ""
        if headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            # following a link is fine; a script, an image or a frame of another site is not
            opened = headers.get("sec-fetch-mode") == "navigate"
            return opened and headers.get("sec-fetch-dest") == "document"
        return True

    def _has_token(self, headers: dict[str, str]) -> bool:
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        given = credentials.strip()
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode("utf-8").partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return False
        elif scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(given.encode(), (self._rules.token or "").encode())

    def _with_headers(self, given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        given = list(given)
        known = {key.lower() for key, _ in given}
        added = dict(_HEADERS)
        if not self._rules.origins:
            added["cross-origin-resource-policy"] = "same-origin"
        return given + [
            (key.encode(), value.encode())
            for key, value in added.items()
            if key.encode() not in known
        ]


def _name(host: str) -> str:
    """The name in a Host header, without port and brackets; empty if it is malformed."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


async def _say(send: Send, status: int, message: str) -> None:
    body = f"{message}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    if status == 401:
        headers.append((b"www-authenticate", b'Basic realm="kcgraph", charset="UTF-8"'))
        headers.append((b"www-authenticate", b'Bearer realm="kcgraph"'))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
