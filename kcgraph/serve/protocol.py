"""Requests of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/), section 2.1.

Three ways to ask: GET with a query string, POST of a form, POST of the query itself. Updates
(section 2.2) are refused. One parameter more than the protocol has: `format`, the name of a format,
for links, which cannot have an Accept header.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_MOST_FIELDS = 1000


class Refused(Exception):
    """The request gets no answer: an HTTP `status` and one line that says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and the graphs it is asked of; `query` is None if there is none at all."""

    query: str | None
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    format: str | None = None


def read_get(query_string: bytes) -> Asked:
    """Raises Refused (400) for what is malformed, (403) for an update."""
    return _asked(_fields(query_string))


def read_post(query_string: bytes, content_type: str, body: bytes) -> Asked:
    """Raises Refused as `read_get` does, and (415) for a body of another type."""
    media, _, parameters = content_type.partition(";")
    media = media.strip().lower()
    if media == FORM:
        if query_string and _fields(query_string):
            raise Refused(400, "a form comes in the body alone, without a query string")
        asked = _asked(_fields(body))
        if asked.query is None:
            raise Refused(400, "the form has no field 'query'")
        return asked
    if media == QUERY:
        if "charset" in parameters.lower() and "utf-8" not in parameters.lower():
            raise Refused(415, "a query must be in UTF-8")
        fields = _fields(query_string)
        if any(name == "query" for name, _ in fields):
            raise Refused(400, "the query comes in the body or in the query string, not in both")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused(400, "the query is not in UTF-8") from None
        return _asked([*fields, ("query", text)])
    if media == UPDATE:
        raise Refused(403, "this endpoint is for reading; updates are refused")
    raise Refused(415, f"a query is posted as {FORM} or {QUERY}")


def _fields(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except UnicodeDecodeError:
        raise Refused(400, "parameters must be percent-encoded UTF-8") from None
    except ValueError as error:
        raise Refused(400, f"parameters cannot be read: {error}") from None


def _asked(fields: list[tuple[str, str]]) -> Asked:
    def all_of(name: str) -> tuple[str, ...]:
        return tuple(value for key, value in fields if key == name)

    if all_of("update") or all_of("using-graph-uri") or all_of("using-named-graph-uri"):
        raise Refused(403, "this endpoint is for reading; updates are refused")
    queries, formats = all_of("query"), all_of("format")
    if len(queries) > 1 or len(formats) > 1:
        raise Refused(400, "one query at a time: the parameter 'query' is there more than once")
    return Asked(
        queries[0] if queries else None,
        all_of("default-graph-uri"),
        all_of("named-graph-uri"),
        formats[0] if formats else None,
    )
