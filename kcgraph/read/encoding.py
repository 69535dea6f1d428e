"""Bytes to text: the encoding is found out, never assumed, and what is no text is named."""

from __future__ import annotations

import codecs
import re

from kcgraph.read.results import Unreadable

# Longest first: the mark of UTF-32-LE begins with that of UTF-16-LE.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SAVE_AS_TEXT = "save it as text (.txt) or a web page (.html) first"
_TYPE_IT = "what it says is needed as text (.txt)"
_OPEN_DOCUMENT = rb"word/|mimetypeapplication/vnd\.oasis"
_SIGNATURES = (
    (rb"%PDF-", f"a PDF; {_SAVE_AS_TEXT}, for example with pdftotext"),
    (rb"\{\\rtf", f"a rich text document; {_SAVE_AS_TEXT}"),
    (rb"PK\x03\x04.{0,4000}?(?:" + _OPEN_DOCUMENT + rb")", f"an office document; {_SAVE_AS_TEXT}"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"an office document; {_SAVE_AS_TEXT}"),
    (rb"PK\x03\x04|\x1f\x8b|BZh[1-9]", "a compressed archive; unpack it first"),
    (
        rb"\xfd7zXZ\x00|7z\xbc\xaf|Rar!\x1a|\x28\xb5\x2f\xfd",
        "a compressed archive; unpack it first",
    ),
    (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II\*\x00|MM\x00\*|RIFF.{4}WEBP", f"an image; {_TYPE_IT}"),
    (
        rb"ID3[\x02-\x04]|OggS\x00|fLaC|RIFF.{4}WAVE|.{4}ftyp|\x1aE\xdf\xa3",
        f"a recording; {_TYPE_IT}",
    ),
    (rb"SQLite format 3\x00", "a database; export its articles as JSON lines (.jsonl)"),
    (rb"\x7fELF|MZ[^ -~]|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe", "a program, not an article"),
)
_KINDS = tuple(
    (re.compile(rb"\A(?:" + sign + rb")", re.DOTALL), f"looks like {kind}")
    for sign, kind in _SIGNATURES
)

_BINARY = f"is not text (it holds binary data); {_SAVE_AS_TEXT}"
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_WESTERN_ENCODINGS = ("cp1252", "mac_roman", "cp850")  # the likely first
# What English newspaper text holds besides ASCII: letters and the printer's signs.
_WESTERN = re.compile(r"[\x00-\x7fÀ-ÖØ-öø-ÿŒœŠšŽžŸ‘’‚“”„–—…•€£¢¥§©®°·¼½¾«»¿¡´™†‡\xa0\xad]*")
# A capital with an accent right after a small letter: quotation marks of another encoding.
_MISREAD = re.compile(r"[a-z.,!?][À-ÖØ-ÞŒŠŽŸ]|[a-z][‚„†‡]|£[a-z]")
_MOST_ACCENTS = 0.12  # of all letters; French prose has some 0.04, Cyrillic misread nearly 1


def decode(data: bytes, *, declared: str | None = None) -> str:
    """The text of `data`, without its byte order mark and otherwise unchanged.

    In this order: byte order mark, UTF-16/32 by its pattern of zero bytes, UTF-8, the `declared`
    encoding (a web page's), Windows-1252 or Mac Roman when the outcome reads like Western text, and
    last the guess of charset-normalizer. Raises Unreadable for anything that is no text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    for signature, kind in _KINDS:
        if signature.match(data):
            raise Unreadable(kind)
    if b"\x00" in data:
        return _wide(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if declared and (text := _as_declared(data, declared)) is not None:
            return text
        return _legacy(data, error)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        raise Unreadable(
            f"is marked as {name} but byte {error.start} is not; save it again as UTF-8"
        ) from None


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: ASCII letters leave zero bytes at regular places."""
    for encoding, width, letter in (
        ("utf-32-le", 4, 0),
        ("utf-32-be", 4, 3),
        ("utf-16-le", 2, 0),
        ("utf-16-be", 2, 1),
    ):
        units = len(data) // width
        if len(data) % width or not units or 0 in data[letter::width]:
            continue
        zeros = sum(data[place::width].count(0) for place in range(width) if place != letter)
        if zeros >= 0.7 * units * (width - 1):
            return _strictly(data, encoding)
    raise Unreadable(_BINARY)


def _as_declared(data: bytes, declared: str) -> str | None:
    try:
        # Browsers read what is labelled Latin-1 or ASCII as Windows-1252 (WHATWG Encoding, 4.2).
        name = codecs.lookup(declared).name
        return data.decode("cp1252" if name in ("iso8859-1", "ascii") else name)
    except (LookupError, UnicodeError, ValueError):
        return None


def _legacy(data: bytes, error: UnicodeDecodeError) -> str:
    sequences = len(_UTF8_SEQUENCE.findall(data))
    strays = sum(byte > 0x7F for byte in _UTF8_SEQUENCE.sub(b"", data))
    if sequences > strays:
        raise Unreadable(f"is UTF-8 with damage at byte {error.start}; save it again as UTF-8")
    if sum(byte < 0x20 and byte not in b"\t\n\r\f\x1b" for byte in data) > len(data) / 100:
        raise Unreadable(_BINARY)
    if (text := _western(data)) is not None:
        return text
    import charset_normalizer

    best = charset_normalizer.from_bytes(data).best()
    if best is None:
        raise Unreadable("is in an encoding that cannot be told, or no text; save it as UTF-8")
    return str(best).removeprefix("\ufeff")


def _western(data: bytes) -> str | None:
    """The text in the first encoding by which it reads like English or its neighbours."""
    for encoding in _WESTERN_ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        accents = sum(char > "\x7f" and char.isalpha() for char in text)
        letters = sum(char.isalpha() for char in text)
        plausible = _WESTERN.fullmatch(text) and not _MISREAD.search(text)
        if plausible and accents <= max(1, _MOST_ACCENTS * letters):
            return text
    return None
