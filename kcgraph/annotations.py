"""Records that lie beside their texts (NAME.json and NAME.txt): a person's, or kept extractions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kcgraph.errors import InputError
from kcgraph.model import Article, Extraction, from_json
from kcgraph.read import Duplicate, Problem, read

_BY_HAND = "annotation"  # who found it, where a record does not say


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article and its record, which need not be grounded."""

    article: Article
    record: Extraction


def read_annotated(paths: Iterable[Path]) -> Iterator[Annotated | Problem]:
    """What the folders (and single NAME.json files) hold, in the order of their names.

    An article without a date takes the record's.
    """
    records: dict[str, Extraction] = {}
    texts = []
    for file in _files(paths):
        try:
            record = _record(file)
        except InputError as error:
            message = str(error).removeprefix(f"{file}: ")
            yield Problem(str(file), message)
        else:
            texts.append(file.with_suffix(".txt"))
            records[texts[-1].as_posix()] = record
    for found in read(texts) if texts else ():
        match found:
            case Article():
                record = records[found.origin]
                date = found.date or record.date
                yield Annotated(replace(found, date=date), replace(record, article=found.id))
            case Problem() | Duplicate():
                yield Problem(found.origin, found.message)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            beside = (f for f in sorted(path.rglob("*.json")) if f.with_suffix(".txt").exists())
            yield from beside
        else:
            yield path


def _record(file: Path) -> Extraction:
    try:
        text = file.read_text(encoding="utf-8")
        text.encode("utf-8")
        data = json.loads(text)
        json.dumps(data, ensure_ascii=False).encode("utf-8")  # no halves of characters
    except OSError as error:
        raise InputError(f"{file}: {error.strerror}") from error
    except UnicodeError as error:
        raise InputError(f"{file}: is not UTF-8 throughout; save it as UTF-8") from error
    except ValueError as error:
        raise InputError(f"{file}: is not JSON ({error})") from error
    except RecursionError as error:
        raise InputError(f"{file}: is nested too deeply for a record") from error
    record = from_json(data, where=str(file))
    return replace(record, extractor=record.extractor or _BY_HAND)
