"""SPARQL as text: its tokens, what it may not contain, its parameters, and where it goes wrong.

Oxigraph's own parser decides what a query means; this module only reads tokens, so that a query can
be refused, completed or explained without a second SPARQL grammar. The lexical rules are those of
SPARQL 1.1, section 19.8 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from kcgraph.errors import InputError
from kcgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal, NamedNode

    Term = NamedNode | Literal | BlankNode

_LOCAL = r"(?:[\w:·-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
_TOKEN = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<comment>\#[^\n\r]*)
    | (?P<iri><[^<>"{{}}|^`\x00-\x20]*>)
    | (?P<string>\"\"\"(?:"{{0,2}}(?:[^"\\]|\\.))*\"\"\"
               | '''(?:'{{0,2}}(?:[^'\\]|\\.))*'''
               | "(?:[^"\\\n\r]|\\.)*"
               | '(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$][\w·]+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?P<prefix>_|[^\W\d_](?:[\w.·-]*[\w·-])?)?:(?:{_LOCAL}+(?:\.+{_LOCAL}+)*)?)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d_]\w*)
    | (?P<mark>\^\^|&&|\|\||<=|>=|!=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_UPDATES = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
)
_FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `kind` is a group name of the lexer, `text` is `query[start:end]`."""

    kind: str
    text: str
    start: int
    prefix: str | None = None

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the keywords `words` (given in upper case)."""
        return self.kind == "word" and self.text.upper() in words


def tokens(query: str) -> Iterator[Token]:
    """All tokens of `query`, in order; joined they give the query again."""
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or "mark"
        yield Token(kind, match.group(), match.start(), match.group("prefix"))


def significant(query: str) -> list[Token]:
    """The tokens of `query` without white space and comments."""
    return [t for t in tokens(query) if t.kind not in ("space", "comment")]


def place(query: str, offset: int) -> str:
    """`line L, column C` of a code point offset, both counted from 1."""
    before = query[:offset]
    return f"line {before.count(chr(10)) + 1}, column {offset - before.rfind(chr(10))}"


# --- what a query may not contain -------------------------------------------------------------


def refuse_unsafe(query: str) -> None:
    """Raise InputError if `query` would change data or fetch something from elsewhere.

    The engine reads text without word boundaries (`SERVICESILENT<x>` and `service:x {}` are calls
    to it), so the word is looked for anywhere outside strings, IRIs, comments, variables and the
    local parts of prefixed names. What is refused wrongly by that is a prefix named `service`.
    """
    found = re.search("service", _code(query), re.IGNORECASE)
    if found:
        raise InputError(
            f"query refused at {place(query, found.start())}: SERVICE would send data elsewhere; "
            "kcgraph asks its own store only (a prefix may not be called 'service' either)"
        )
    first = _form_token(query)
    if first and first.is_word(*_UPDATES):
        raise InputError(
            f"query refused at {place(query, first.start)}: {first.text.upper()} is an update, "
            "and queries only read; change the graph with 'kcgraph build'"
        )


def _code(query: str) -> str:
    """`query`, at the same offsets, with everything blanked that cannot hold a keyword."""
    parts = []
    for token in tokens(query):
        if token.kind == "name":
            keep = len(token.prefix or "") + 1
            parts.append(token.text[:keep].ljust(len(token.text)))
        elif token.kind in ("comment", "iri", "string", "variable", "language"):
            parts.append(" " * len(token.text))
        else:
            parts.append(token.text)
    return "".join(parts)


def _form_token(query: str) -> Token | None:
    """The token after the prologue: SELECT, ASK and so on, or an update."""
    rest = iter(significant(query))
    for token in rest:
        if token.is_word("PREFIX"):
            next(rest, None)
            next(rest, None)
        elif token.is_word("BASE"):
            next(rest, None)
        else:
            return token
    return None


def form(query: str) -> str | None:
    """SELECT, ASK, CONSTRUCT or DESCRIBE; None if `query` is none of them."""
    token = _form_token(query)
    name = token.text.upper() if token else None
    return name if name in _FORMS else None


def graphs_named(query: str) -> list[str]:
    """The IRIs of the FROM and FROM NAMED clauses, resolved, in order."""
    prefixes, base, found = dict(PREFIXES), "", []
    words = significant(query)
    for n, token in enumerate(words[:-1]):
        after = words[n + 1]
        if token.is_word("BASE") and after.kind == "iri":
            base = after.text[1:-1]
        elif token.is_word("PREFIX") and n + 2 < len(words):
            prefixes[after.prefix or ""] = urljoin(base, words[n + 2].text[1:-1])
        elif token.is_word("FROM", "FROMNAMED"):
            if after.is_word("NAMED") and n + 2 < len(words):
                after = words[n + 2]
            if after.kind == "iri":
                found.append(urljoin(base, after.text[1:-1]))
            elif after.kind == "name":
                local = after.text[len(after.prefix or "") + 1 :]
                found.append(prefixes.get(after.prefix or "", "") + local)
    return found


# --- parameters ----------------------------------------------------------------------------------


def parameters(query: str) -> dict[str, str]:
    """Name of each variable that has its own one-variable VALUES block, and the block's content."""
    return {name: query[start:end].strip() for name, start, end in _values_blocks(query)}


def bind(query: str, values: Mapping[str, Sequence[Term]]) -> str:
    """`query` with each variable of `values` restricted to its terms, by VALUES blocks.

    A query that states `VALUES ?name { default }` has the content of that block replaced (in every
    such block); else a block is added at the beginning of the WHERE clause. Terms are written in
    the N-Triples form that the engine itself gives them, which no content can break out of.

    Raises InputError for a name that is not a variable of the query.
    """
    if not values:
        return query
    blocks = _values_blocks(query)
    changes: list[tuple[int, int, str]] = []
    for name, terms in values.items():
        rendered = " ".join(map(str, terms))
        own = [(start, end, f" {rendered} ") for block, start, end in blocks if block == name]
        if not own:
            if name not in _variables(query):
                raise InputError(f"the query has no parameter or variable ?{name}")
            start = _values_place(query)
            own = [(start, start, f"\nVALUES ?{name} {{ {rendered} }}\n")]
        changes += own
    for start, end, text in sorted(changes, reverse=True):
        query = query[:start] + text + query[end:]
    return query


@lru_cache(maxsize=64)
def _variables(query: str) -> frozenset[str]:
    return frozenset(t.text[1:] for t in tokens(query) if t.kind == "variable")


@lru_cache(maxsize=64)
def _values_blocks(query: str) -> tuple[tuple[str, int, int], ...]:
    """(variable, start, end) of the content of each `VALUES ?variable { ... }`."""
    words, found = significant(query), []
    for n in range(len(words) - 3):
        keyword, variable, opening = words[n : n + 3]
        if keyword.is_word("VALUES") and variable.kind == "variable" and opening.text == "{":
            closing = next((t for t in words[n + 3 :] if t.text == "}"), None)
            if closing:
                found.append((variable.text[1:], opening.end, closing.start))
    return tuple(found)


@lru_cache(maxsize=64)
def _values_place(query: str) -> int:
    """The offset for a VALUES block: after the `{` that opens the WHERE clause.

    CONSTRUCT WHERE { ... } takes none there, so it stands at the end.

    Raises InputError if there is no WHERE clause.
    """
    depth, braces, template = 0, 0, False
    construct = form(query) == "CONSTRUCT"
    previous: Token | None = None
    for token in significant(query):
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "{" and not depth:
            if construct and previous and previous.is_word("CONSTRUCT"):
                template = True
            elif not braces:
                short = construct and not template
                return len(query) if short else token.end
            braces += 1
        elif token.text == "}" and not depth:
            braces -= 1
        previous = token
    raise InputError("the query has no WHERE clause that a parameter could be bound in")


# --- syntax errors ------------------------------------------------------------------------------

_GAP = " " * 40  # wider than the longest keyword that the engine may try


def locate_syntax_error(query: str, engine_message: str) -> str:
    """One line that says where `query` is wrong and, as far as the engine tells, why.

    The engine reports the furthest character that any rule tried to read, and a keyword is tried
    as a whole, so its place is off by up to a keyword's length. With wide gaps between the tokens
    the same report cannot reach past the token that is wrong.
    """
    unclosed = _unclosed(query)
    if unclosed:
        return unclosed
    if not significant(query):
        return "the query is empty"
    spread, starts = _spread(query)
    message = _engine_says(spread) or engine_message
    at = re.search(r"error at (\d+):(\d+): expected (.*)", message, re.DOTALL)
    if not at:
        return " ".join(message.split())
    reached = _offset(spread, int(at[1]), int(at[2]))
    token = _last_started(starts, reached)
    found = f"{token.text!r} is not expected here" if token.text else "the query ends too early"
    reason = _reason(at[3], token) or found
    return f"{place(query, token.start)}: {reason}"


def _unclosed(query: str) -> str | None:
    """What is wrong with quotes and brackets, if anything."""
    pairs = {")": "(", "]": "[", "}": "{"}
    open_: list[Token] = []
    for token in significant(query):
        if token.kind == "mark" and token.text in ("'", '"'):
            return f"{place(query, token.start)}: this quotation mark is not closed"
        if token.text in ("(", "[", "{"):
            open_.append(token)
        elif token.text in pairs:
            if not open_ or open_[-1].text != pairs[token.text]:
                expected = f" before '{open_[-1].text}' is closed" if open_ else ""
                return f"{place(query, token.start)}: '{token.text}' is not expected{expected}"
            open_.pop()
    if open_:
        return f"{place(query, open_[-1].start)}: this '{open_[-1].text}' is not closed"
    return None


def _spread(query: str) -> tuple[str, list[tuple[int, Token]]]:
    """`query` with gaps between tokens, and for each token (an empty one ends) its offset there."""
    parts: list[str] = []
    length = 0
    starts: list[tuple[int, Token]] = []
    for token in tokens(query):
        text = token.text
        if token.kind == "space":
            text += _GAP
        elif token.kind != "comment":
            if token.text in "{}()[];,":
                text = f"{_GAP}{text}{_GAP}"
            starts.append((length + text.index(token.text), token))
        parts.append(text)
        length += len(text)
    starts.append((length + len(_GAP), Token("end", "", len(query.rstrip()))))
    return "".join([*parts, _GAP]), starts


def _engine_says(query: str) -> str | None:
    """The engine's complaint about `query`, asked of an empty store."""
    from pyoxigraph import Store

    try:
        Store().query(query, prefixes=PREFIXES)
    except SyntaxError as error:
        return str(error)
    return None


def _offset(text: str, line: int, column: int) -> int:
    return sum(len(row) + 1 for row in text.split("\n")[: line - 1]) + column - 1


def _last_started(starts: list[tuple[int, Token]], reached: int) -> Token:
    """The token at which the furthest attempt began."""
    before = [token for start, token in starts if start <= reached]
    return before[-1] if before else starts[0][1]


def _reason(expected: str, token: Token) -> str | None:
    """What the engine says in words, if it does: the rest is a list of characters."""
    if "Prefix not found" in expected and token.kind == "name":
        known = ", ".join(sorted(PREFIXES))
        return (
            f"prefix '{token.prefix or ''}:' is not declared; add a PREFIX line "
            f"(known without one: {known})"
        )
    sentences = [
        part.strip(" .")
        for part in re.split(r"one of |, (?=[A-Z\[])", expected)
        if re.search(r"[a-z]{2,} [a-z]{2,}", part) and "[" not in part
    ]
    return sentences[0] if sentences else None
