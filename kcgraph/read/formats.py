"""One file format each: decoded content in, drafts out. Nothing here opens a file."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kcgraph.read.encoding import decode
from kcgraph.read.fields import SYNONYMS, field_value, is_url, metadata_of, tidy, well_formed
from kcgraph.read.frontmatter import front_matter, front_matter_end
from kcgraph.read.layout import layout
from kcgraph.read.pages import page_metadata
from kcgraph.read.results import Draft, Found, Metadata, Problem, Unreadable

EMPTY = "is empty: there is nothing to read in it"
_LEAST_PROSE = 25  # words in lines that end as sentences do; fewer are a notice or a menu
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*$")


def from_text(data: bytes, origin: str, beside: Mapping[str, Any]) -> Draft:
    """A plain text file. The text is the decoded file unchanged, front matter and all.

    `beside` are the fields of its sidecar. Raises Unreadable.
    """
    text = decode(data)
    if not text[front_matter_end(text) :].strip():
        raise Unreadable(EMPTY)
    return _with_metadata(text, origin, beside, front_matter(text))


def from_markdown(data: bytes, origin: str, beside: Mapping[str, Any]) -> Draft:
    """A Markdown file. The text is its words: without front matter and marks, a blank line
    between blocks. Raises Unreadable."""
    source = decode(data)
    front = front_matter(source)
    text = _words_of_markdown(source[front_matter_end(source) :])
    if not text.strip():
        raise Unreadable(EMPTY)
    return _with_metadata(text, origin, beside, front)


def _with_metadata(text: str, origin: str, *records: Mapping[str, Any]) -> Draft:
    """What stands beside the text goes before what its own header says."""
    known = Metadata()
    notices: tuple[str, ...] = ()
    for record in records:
        metadata, remarks = metadata_of(record, {})
        known, notices = known.filled_from(metadata), (*notices, *remarks)
    return Draft(origin, text, known.filled_from(header(text, known.title)), notices=notices)


def header(text: str, title: str | None = None) -> Metadata:
    """What the header of the text itself says."""
    found = layout(text, title=title)
    headline = text[slice(*found.title)] if found.title else None
    return Metadata(title=tidy(headline), date=found.date, publisher=tidy(found.publisher))


def _words_of_markdown(source: str) -> str:
    from markdown_it import MarkdownIt

    try:
        tokens = MarkdownIt("commonmark").parse(source)
    except RecursionError:
        raise Unreadable("is nested too deeply to be an article") from None
    blocks = []
    for token in tokens:
        if token.type == "inline":
            blocks.append("".join(_words_of_inline(child) for child in token.children or ()))
        elif token.type in ("code_block", "fence"):
            blocks.append(token.content.rstrip("\n"))
    return "\n\n".join(block for block in blocks if block.strip())


def _words_of_inline(token: Any) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " " if token.type == "softbreak" else "\n"
    if token.type in ("text", "code_inline"):
        return str(token.content)
    return ""


# --- web pages ----------------------------------------------------------------------------------

_DECLARED = re.compile(
    rb"(?:<\?xml[^>]{0,100}?\sencoding|<meta[^>]{0,200}?charset)\s*=\s*[\"']?\s*([\w.:-]{2,40})",
    re.IGNORECASE,
)
_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(\S+)", re.IGNORECASE
)
_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body|article|div|p|meta|title)\b", re.IGNORECASE)


def looks_like_html(text: str) -> bool:
    """Whether a text of unknown format begins as a web page does."""
    return bool(_TAG.match(text.lstrip()[:200]))


def from_html(data: bytes, origin: str, beside: Mapping[str, Any]) -> Draft:
    """A saved web page. The text is the article's, as trafilatura finds it, a line a paragraph.

    Raises Unreadable when the page has no article.
    """
    declared = _DECLARED.search(data[:4096])
    page = decode(data, declared=declared[1].decode("ascii", "replace") if declared else None)
    if not page.strip():
        raise Unreadable(EMPTY)
    document = _trafilatura(page)
    text = well_formed((document.text if document else None) or "").strip()
    if _words_of_prose(text) < _LEAST_PROSE:
        raise Unreadable(
            "has no article that can be told from its menus and notices; "
            "save the page's article as text (.txt)"
        )
    saved = _SAVED_FROM.search(page[:4096])
    url = next((u for u in (document.url, saved and saved[1]) if u and is_url(u)), None)
    # Without a name of its own a site goes by its host's name there: that is no publisher.
    site = document.sitename if document.sitename != document.hostname else None
    page_says = page_metadata(page, url).filled_from(
        Metadata(title=tidy(document.title), publisher=tidy(site), url=url)
    )
    stated, notices = metadata_of(beside, {})
    known = stated.filled_from(page_says)
    return Draft(origin, text, known.filled_from(header(text, known.title)), notices=notices)


def _words_of_prose(text: str) -> int:
    lines = (line.rstrip() for line in text.split("\n"))
    return sum(len(line.split()) for line in lines if _ENDS_SENTENCE.search(line))


def _trafilatura(page: str) -> Any:
    import trafilatura

    for library in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    try:
        return trafilatura.bare_extraction(
            page,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False},
        )
    except Exception:  # hostile pages make the parser libraries raise nearly anything
        return None


# --- JSON ---------------------------------------------------------------------------------------

_LISTS = ("articles", "data", "items", "results", "docs", "documents", "records", "response")


def from_json(data: bytes, origin: str, fields: Mapping[str, str]) -> Iterator[Found]:
    """Articles of a JSON file: one object, a list of them, or an object that holds the list.

    Raises Unreadable when the file as a whole is not JSON.
    """
    text = decode(data)
    if not text.strip():
        raise Unreadable(EMPTY)
    try:
        content = _load(text)
    except Unreadable:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > 1 and _is_object(lines[0]):
            yield from from_json_lines(enumerate(data.split(b"\n"), 1), origin, fields)
            return
        raise
    records = _list_of(content, fields)
    if records is None:
        yield from _record(content, origin, fields)
        return
    if not records:
        raise Unreadable("is an empty list: there is no article in it")
    for n, record in enumerate(records, 1):
        yield from _record(record, f"{origin}[{n}]", fields)


def from_json_lines(
    lines: Iterator[tuple[int, bytes]] | enumerate[bytes], origin: str, fields: Mapping[str, str]
) -> Iterator[Found]:
    """Articles of numbered JSON lines. A broken line is a problem and costs no other."""
    for number, line in lines:
        where = f"{origin}:{number}"
        try:
            if line.strip():
                text = decode(line).strip()
                yield from _record(_load(text), where, fields) if text else ()
        except Unreadable as reason:
            yield Problem(where, str(reason))


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = (
            f"line {error.lineno}, column {error.colno}"
            if error.lineno > 1
            else (f"column {error.colno}")
        )
        raise Unreadable(f"is not JSON: {place}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise Unreadable("is JSON beyond what can be read (nesting or figures too long)") from None


def _is_object(line: str) -> bool:
    try:
        return isinstance(_load(line), dict)
    except Unreadable:
        return False


def _list_of(content: Any, fields: Mapping[str, str]) -> list[Any] | None:
    if isinstance(content, list):
        return content
    if isinstance(content, dict) and not isinstance(field_value(content, "text", fields), str):
        for name in _LISTS:
            inner = content.get(name)
            if isinstance(inner, list) and not is_record(content):
                return inner
            if name == "response" and isinstance(inner, dict):
                return _list_of(inner, fields)
    return None


def is_record(content: Any) -> bool:
    """Whether it is a gold or extracted record about an article, not an article."""
    return isinstance(content, dict) and "stakeholders" in content and "article" in content


def _record(record: Any, where: str, fields: Mapping[str, str]) -> Iterator[Found]:
    if is_record(record):
        return
    if not isinstance(record, dict):
        yield Problem(where, "is not an article: expected a JSON object with a text")
        return
    text = field_value(record, "text", fields)
    if not isinstance(text, str):
        looked = fields.get("text") or ", ".join(SYNONYMS["text"][:3])
        yield Problem(
            where, f"has no text (looked for {looked}); say which field holds it: text=NAME"
        )
        return
    text = well_formed(_without_tags(text))
    if not text.strip():
        yield Problem(where, EMPTY)
        return
    metadata, notices = metadata_of(record, fields)
    known = metadata.filled_from(header(text, metadata.title))
    yield Draft(where, text, known, notices=notices)


_MARKUP = re.compile(r"</(?:p|div|li|h\d)\s*>|<br\s*/?>|<p[\s>]", re.IGNORECASE)
_BLOCKS = ("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "figure")


def _without_tags(text: str) -> str:
    """A text that came as HTML (as many archives give it) as words, a blank line between blocks."""
    if not _MARKUP.search(text):
        return text
    from lxml import etree, html

    try:
        root = html.fragment_fromstring(text, create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        return text
    etree.strip_elements(root, "script", "style", etree.Comment, with_tail=False)
    for element in root.iter("br", *_BLOCKS):
        element.tail = ("\n" if element.tag == "br" else "\n\n") + (element.tail or "")
    words = re.sub(r"[ \t]*\n[ \t]*", "\n", str(root.text_content()))
    return re.sub(r"\n{3,}", "\n\n", words).strip()
