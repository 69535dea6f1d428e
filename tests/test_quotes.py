"""Quotations found in text: which marks enclose words, and which are apostrophes."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from kcgraph.extract.offline.quotes import Quote, find_quotes

_TOKENIZER = spacy.blank("en")


def tokenize(text: str) -> Doc:
    """The text in tokens, one paragraph a line."""
    doc = _TOKENIZER(text)
    paragraphs, start = [], 0
    for token in doc:
        if "\n" in token.text:
            if token.i > start:
                paragraphs.append((start, token.i))
            start = token.i + 1
    if len(doc) > start:
        paragraphs.append((start, len(doc)))
    doc.user_data["paragraphs"] = paragraphs
    return doc


def quoted(text: str) -> list[str]:
    doc = tokenize(text)
    return [doc[q.tokens.start : q.tokens.end].text for q in find_quotes(doc)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Yes," he said. "No."', ['"Yes,"', '"No."']),
        ("“Yes,” he said. “No.”", ["“Yes,”", "“No.”"]),
        ('" Yes , " he said . " No . "', ['" Yes , "', '" No . "']),
        ("''Enough,'' she said.", ["''Enough,''"]),
        ("``Enough,'' she said.", ["``Enough,''"]),
        ("‘We’ll fight,’ she said.", ["‘We’ll fight,’"]),
        ("He called it 'a scandal' twice.", ["'a scandal'"]),
        ("'I can't go on,' he said.", ["'I can't go on,'"]),
        ("She said: 'The drivers' pay is low.' He left.", ["'The drivers' pay is low.'"]),
        ("“He told me ‘never again’ twice,” she said.", ["“He told me ‘never again’ twice,”"]),
        ("'He said \"never\" to me,' she said.", ["'He said \"never\" to me,'"]),
        ("«Assez», dit-il.", ["«Assez»"]),
        ("„Genug“, sagte sie.", ["„Genug“"]),
        ("The residents' group and the drivers' union met.", []),
        ("It wasn't in the '90s that rock 'n' roll began.", []),
        ("He is 6'2\" tall.", []),
        ("The board's plan, the mayor's vote.", []),
        ("", []),
    ],
)
def test_quotations(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


def test_each_paragraph_of_a_long_quotation_opens_again() -> None:
    doc = tokenize("“One.\n“Two.\n“Three,” he said.")
    first, second, third = find_quotes(doc)
    assert (first.closed, first.runs_on, first.reopens) == (False, True, False)
    assert (second.closed, second.runs_on, second.reopens) == (False, True, True)
    assert (third.closed, third.runs_on, third.reopens) == (True, False, True)


def test_a_quotation_that_closes_only_in_the_next_paragraph() -> None:
    first, second = find_quotes(tokenize("He said: “One.\nTwo,” and left."))
    assert first.runs_on and not first.closed
    assert second.reopens and second.closed


def test_a_missing_closing_mark_ends_with_the_paragraph() -> None:
    doc = tokenize("He said: “One.\nShe left.")
    assert find_quotes(doc) == [Quote(find_quotes(doc)[0].tokens, closed=False)]
    assert quoted("He said: “One.\nShe left.") == ["“One."]


@given(st.text(alphabet="ab s.,\n'\"“”‘’`«»6", max_size=60))
def test_ranges_are_ordered_disjoint_and_within_a_paragraph(text: str) -> None:
    doc = tokenize(text)
    quotes = find_quotes(doc)
    ends = 0
    for quote in quotes:
        start, end = quote.tokens
        assert ends <= start < end
        assert any(a <= start and end <= b for a, b in doc.user_data["paragraphs"])
        ends = end
