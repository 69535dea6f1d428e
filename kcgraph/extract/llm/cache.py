"""Answers that were paid for once are kept, so that nothing is sent twice."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from kcgraph.errors import WorkError
from kcgraph.extract.cache_folder import CACHE_VARIABLE
from kcgraph.extract.llm.prompt import Message


class Cache:
    """Answers by host, model and request; the request holds prompt, article and its date.

    What is kept is the model's answer, not the record made of it, so that a better check of the
    same answer costs nothing. A file that is damaged counts as not there.
    """

    def __init__(self, folder: Path, *, host: str, model: str) -> None:
        self._folder = folder / "llm"
        self._host, self._model = host, model

    def get(self, messages: Sequence[Message]) -> str | None:
        try:
            kept = json.loads(self._path(messages).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        answer = kept.get("answer") if isinstance(kept, dict) else None
        return answer if isinstance(answer, str) else None

    def put(self, messages: Sequence[Message], answer: str) -> None:
        """Keeps `answer`, whole or not at all. Raises WorkError if the folder cannot be written."""
        path = self._path(messages)
        kept = {"host": self._host, "model": self._model, "answer": answer}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
            try:
                with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
                    json.dump(kept, file)
                Path(part).replace(path)
            except BaseException:
                with suppress(OSError):
                    Path(part).unlink()
                raise
        except OSError as error:
            raise WorkError(
                f"{self._folder}: answers cannot be kept: {error.strerror};"
                f" set {CACHE_VARIABLE} to a folder that can be written"
            ) from error

    def _path(self, messages: Sequence[Message]) -> Path:
        asked = json.dumps([self._host, self._model, list(messages)])
        name = hashlib.sha256(asked.encode("utf-8")).hexdigest()
        return self._folder / name[:2] / f"{name}.json"
