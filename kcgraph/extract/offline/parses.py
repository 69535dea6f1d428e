"""Parses are kept, so that a new version of the later steps does not parse again.

One file an article, named by text, pipeline and version of both spaCy and this form. A file that is
damaged, or cannot be read, counts as not there; what cannot be written is parsed again next time.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from spacy.about import __version__ as spacy_version
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from kcgraph.extract.offline import nlp
from kcgraph.model import Article

_FORM = 1  # counts up when `nlp.parse` gives something else for the same pipeline
_KEPT = ("TAG", "POS", "MORPH", "LEMMA", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE", "NORM")
_DIGEST = hashlib.sha256
_CHECK_EVERY = 200  # parses written between two looks at the size of the folder


class Parses:
    """The parses in `folder`, at most about `most` bytes; what was unused for longest goes."""

    def __init__(self, folder: Path, pipeline: Language, *, most: int = 500_000_000) -> None:
        self._folder = folder / "parses"
        self._pipeline, self._most = pipeline, most
        self._version = f"{nlp.pipeline_version(pipeline)} spacy {spacy_version} {_FORM}"
        self._written = 0

    def parse(self, article: Article) -> Doc:
        """What `nlp.parse` gives, from the folder if it is there, else kept for the next time."""
        path = self._path(article)
        doc = self._read(path, article)
        if doc is None:
            doc = nlp.parse(article, self._pipeline)
            with suppress(OSError):
                self._write(path, doc)
        return doc

    def _path(self, article: Article) -> Path:
        name = _DIGEST(f"{article.sha256} {self._version}".encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.parse"

    def _read(self, path: Path, article: Article) -> Doc | None:
        try:
            kept = path.read_bytes()
            size = _DIGEST().digest_size
            if _DIGEST(kept[size:]).digest() != kept[:size]:
                return None
        except OSError:
            return None
        with suppress(OSError):  # the folder may be somebody else's, only to be read
            os.utime(path)  # used now
        doc = next(DocBin().from_bytes(kept[size:]).get_docs(self._pipeline.vocab))
        doc.user_data["paragraphs"] = [tuple(span) for span in doc.user_data["paragraphs"]]
        return doc if doc.text == article.text else None

    def _write(self, path: Path, doc: Doc) -> None:
        kept = DocBin(attrs=_KEPT, docs=[doc], store_user_data=True).to_bytes()
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_DIGEST(kept).digest() + kept)
            Path(part).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(part).unlink()
            raise
        if self._written % _CHECK_EVERY == 0:
            self._trim()
        self._written += 1

    def _trim(self) -> None:
        found = []
        for path in self._folder.glob("*/*.p*"):
            with suppress(OSError):  # another process may have removed it
                about = path.stat()
                found.append((about.st_mtime, about.st_size, path))
        size = sum(of_one for _, of_one, _ in found)
        for _, of_one, path in sorted(found):
            if size <= self._most:
                break
            with suppress(OSError):
                path.unlink()
            size -= of_one
