"""Ids of articles: slugs that are the same on every machine and in every order of reading."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from kcgraph.read.results import Draft

_LONGEST = 80
_UNDECOMPOSED = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "œ": "oe", "Œ": "oe", "đ": "d",
     "Đ": "d", "ł": "l", "Ł": "l", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "’": "", "'": ""}
)  # fmt: skip


def article_slug(words: str) -> str:
    """Small letters, digits and hyphens, accents dropped, at most 80 characters; may be empty.

    >>> article_slug("Garda numbers in Áth Cliath: 1,200")
    'garda-numbers-in-ath-cliath-1-200'
    """
    plain = unicodedata.normalize("NFKD", words.translate(_UNDECOMPOSED))
    letters = plain.encode("ascii", "ignore").decode("ascii").lower()
    whole = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if len(whole) <= _LONGEST:
        return whole
    cut = whole[: _LONGEST + 1].rsplit("-", 1)[0][:_LONGEST]
    return cut.strip("-")


def article_ids(drafts: Sequence[Draft]) -> list[str]:
    """One id for each draft, all different; the texts must be all different, too.

    The id is the slug of the first that there is: the `id` that metadata gives, the file's stem,
    the title, "article" with a digest of the text. Drafts that would share an id take the slug of
    their path below the folder that was named, and if they share that too, every one of them
    carries a digest of its text. So no id depends on the order of reading.
    """
    digests = [hashlib.sha256(d.text.encode("utf-8", "surrogatepass")).hexdigest() for d in drafts]
    first = [_wish(draft, digest) for draft, digest in zip(drafts, digests, strict=True)]
    paths = [article_slug(draft.path) for draft in drafts]
    taken = Counter(first)
    second = [
        path if taken[wish] > 1 and path else wish for wish, path in zip(first, paths, strict=True)
    ]
    ids = second
    for length in (8, 64):
        taken = Counter(ids)
        ids = [
            f"{wish}-{digest[:length]}" if taken[own] > 1 else own
            for own, wish, digest in zip(ids, first, digests, strict=True)
        ]
    return ids


def _wish(draft: Draft, digest: str) -> str:
    metadata = draft.metadata
    wishes = (article_slug(words or "") for words in (metadata.id, draft.stem, metadata.title))
    return next((wish for wish in wishes if wish), f"article-{digest[:12]}")
