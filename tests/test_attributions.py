"""Attributions read from text: who, by what words, what; by the model and by the rules."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from kcgraph.errors import WorkError
from kcgraph.extract.offline.attributions import Convention, read_attributions
from kcgraph.extract.offline.attributions.crf import Crf
from kcgraph.extract.offline.attributions.model import load_model, read_model
from kcgraph.extract.offline.attributions.parse import columns
from kcgraph.extract.offline.attributions.pieces import without_address
from kcgraph.extract.offline.nlp import load, parse
from kcgraph.extract.offline.types import Reading
from kcgraph.model import Article


@lru_cache(maxsize=64)
def parsed(text: str) -> Doc:
    return parse(Article("test", text), load())


def texts(doc: Doc, reading: Reading) -> tuple[str | None, str]:
    """Source and content, from the first piece to the last."""
    source = doc[reading.source.start : reading.source.end].text if reading.source else None
    return source, doc[reading.content[0].start : reading.content[-1].end].text


# The first paragraph of a file is often a headline, of which the model expects less.
LEAD = "The council met for four hours on Tuesday night."
CASES = [
    ("The mayor said the plan was too expensive.", "The mayor", "the plan was too expensive"),
    (
        "The board said on Monday that it would close two schools.",
        "The board",
        "it would close two schools",
    ),
    ('"We will not sell the park," said Ada Moreno.', "Ada Moreno", '"We will not sell the park,"'),
    (
        '"We will wait," Ada Moreno said. "But not for long."',
        "Ada Moreno",
        '"We will wait," Ada Moreno said. "But not for long."',
    ),
    (
        "According to the union, three hundred drivers left last year.",
        "the union",
        "three hundred drivers left last year",
    ),
    (
        "Tenants fear that the rents will double, and the council has no answer.",
        "Tenants",
        "the rents will double",
    ),
    ("''The road is not safe,'' Leila Haddad told the council.", "Leila Haddad", "The road is not"),
    ("‘The road is not safe,’ Leila Haddad told the council.", "Leila Haddad", "The road is not"),
    (
        "Residents demanded that the council reject the tower.",
        "Residents",
        "the council reject the tower",
    ),
]


@pytest.mark.parametrize("rules_only", [False, True], ids=["model", "rules"])
@pytest.mark.parametrize(("text", "source", "content"), CASES)
def test_one_attribution(text: str, source: str, content: str, rules_only: bool) -> None:
    doc = parsed(f"{LEAD}\n{text}")
    found = [texts(doc, one) for one in read_attributions(doc, rules_only=rules_only)]
    assert len(found) == 1
    assert found[0][0] == source
    assert content in found[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "The council met on Tuesday. It adjourned at nine.",
        "The bridge was built in 1931 and painted green.",
        "Two hundred people stood in the rain outside the hall.",
        "",
        "\n\n  \n",
        '"',
        "—",
    ],
)
@pytest.mark.parametrize("rules_only", [False, True], ids=["model", "rules"])
def test_nothing_is_said(text: str, rules_only: bool) -> None:
    assert read_attributions(parsed(text), rules_only=rules_only) == []


def test_a_quotation_over_paragraphs_is_one() -> None:
    doc = parsed(
        "Ada Moreno asked for patience at the hearing.\n"
        "“We have waited for ten years,” Moreno said. “We have heard every promise.\n"
        "“Nobody believes the next one.”\n"
        "The council adjourned."
    )
    contents = [texts(doc, one)[1] for one in read_attributions(doc)]
    (content,) = (text for text in contents if "ten years" in text)
    assert "every promise" in content
    assert "Nobody believes" in content
    assert "adjourned" not in content


def test_a_quotation_after_an_indirect_sentence_is_one_of_its_own() -> None:
    doc = parsed(
        f"{LEAD}\nThe pool would stay closed until June, Ada Moreno said. "
        "“We have not found a single lifeguard in this town.”\n"
        "“Nobody asked the swimmers,” she said."
    )
    first, second, *_ = (texts(doc, one) for one in read_attributions(doc))
    assert first == ("Ada Moreno", "The pool would stay closed until June")
    assert second == ("Ada Moreno", "“We have not found a single lifeguard in this town.”")


def test_statements_stand_under_who_made_them() -> None:
    doc = parsed(
        "What some of those involved have said about the veto follows.\n"
        "Harbour Guild President Tomas Arrington:\n"
        "“Ask her where the respect was when she cut the raise.”\n"
        "Mayor Ada Moreno (R), in her message:\n"
        "“This bill would do nothing for the people who teach here.\n"
        "“It would move every decision to a back room.”"
    )
    first, second = (texts(doc, one) for one in read_attributions(doc))
    assert first[0] == "Harbour Guild President Tomas Arrington"
    assert first[1].startswith("“Ask her")
    assert second[0] == "Mayor Ada Moreno"
    assert second[1].startswith("“This bill")
    assert second[1].endswith("back room.”")


def test_a_single_short_line_above_a_quotation_is_no_speaker() -> None:
    doc = parsed(f"{LEAD}\nNo Way Out\n“We have been here for forty long years.”")
    assert [one for one in read_attributions(doc) if one.source] == []


def test_of_nested_speech_the_outer_source_stays() -> None:
    doc = parsed("Moreno said the mayor had told her that the money was gone.")
    (one,) = read_attributions(doc)
    assert texts(doc, one) == ("Moreno", "the mayor had told her that the money was gone")


def test_the_cue_is_not_part_of_the_content() -> None:
    doc = parsed('"We will wait," Ada Moreno said. "But not for long."')
    (one,) = read_attributions(doc)
    assert one.cue is not None
    assert doc[one.cue.start : one.cue.end].text == "said"
    assert [doc[start:end].text for start, end in one.content] == [
        '"We will wait,"',
        '"But not for long."',
    ]


def test_polnears_convention_takes_in_more() -> None:
    doc = parsed(
        "Critics mocked the idea that a stadium pays for itself. The mayor wants the stadium. "
        "It was reported that the lease had lapsed."
    )
    assert len(read_attributions(doc, convention=Convention.POLNEAR)) >= len(read_attributions(doc))


@pytest.mark.parametrize("content", [b"PK not a model", b"PK\3\4 nor this", b"", b"\x93NUMPY"])
def test_a_damaged_model_is_reported_with_its_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "attribution.npz"
    path.write_bytes(content)
    with pytest.raises(WorkError, match=r"attribution\.npz"):
        read_model(path)


def test_the_model_ships() -> None:
    assert load_model() is not None


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_labelling_agrees_with_trying_every_path(data: st.DataObject) -> None:
    weight = st.floats(-4, 4)
    lengths = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
    moves = np.array(data.draw(st.lists(weight, min_size=9, max_size=9))).reshape(3, 3)
    scores = [
        np.array(data.draw(st.lists(weight, min_size=3 * n, max_size=3 * n))).reshape(n, 3)
        for n in lengths
    ]
    crf = Crf({}, np.zeros((0, 3), np.float32), moves)
    for table, found in zip(scores, crf.label(scores), strict=True):
        paths = list(product(range(3), repeat=len(table)))
        values = np.array(
            [
                sum(table[n, label] for n, label in enumerate(path))
                + sum(moves[a, b] for a, b in pairwise(path))
                for path in paths
            ]
        )
        chances = np.exp(values - values.max())
        chances /= chances.sum()
        assert values[paths.index(tuple(found.labels))] == pytest.approx(values.max())
        assert np.exp(found.log_probability) == pytest.approx(chances.max())
        for n, label in product(range(len(table)), range(3)):
            share = sum(c for c, path in zip(chances, paths, strict=True) if path[n] == label)
            assert found.marginals[n, label] == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "cue", "content"),
    [
        ("Residents urged the council to reject the tower", "urged", "reject the tower"),
        ("The company promised to pay for the repairs", "promised", "pay for the repairs"),
        (
            "She told the station that she saw no need for him to resign",
            "told",
            "the station that she saw no need for him to resign",
        ),
    ],
)
def test_what_is_asked_stands_without_whom_it_is_asked(text: str, cue: str, content: str) -> None:
    doc = parsed(text)
    at = next(token.i for token in doc if token.text == cue)
    left = sorted(without_address(columns(doc), at, set(range(at + 1, len(doc)))))
    assert doc[left[0] : left[-1] + 1].text == content


TRANSCRIPTS = [
    (
        "MAYOR MORENO: We will not close the pool this summer.",
        [("MAYOR MORENO", "We will not close the pool this summer")],
    ),
    (
        "MORENO: We will not close the pool.\nHADDAD: That is what you said. Nobody believes it.",
        [
            ("MORENO", "We will not close the pool"),
            ("HADDAD", "That is what you said. Nobody believes it"),
        ],
    ),
    (
        "We spoke with Ada Moreno on Monday.\n"
        "Q: Why did the city wait?\n"
        "A: We had to hear from the state. The state said that it needed a year.\n"
        "I would do it again.\n"
        "Q: Would the council?",
        [
            ("Q", "Why did the city wait?"),
            (
                "Ada Moreno",
                "We had to hear from the state. The state said that it needed a year.\n"
                "I would do it again",
            ),
            ("Q", "Would the council?"),
        ],
    ),
]


@pytest.mark.parametrize("rules_only", [False, True], ids=["model", "rules"])
@pytest.mark.parametrize(("text", "expected"), TRANSCRIPTS)
def test_who_speaks_in_a_transcript_stands_before_the_colon(
    text: str, expected: list[tuple[str, str]], rules_only: bool
) -> None:
    doc = parsed(f"{LEAD}\n{text}")
    found = [texts(doc, one) for one in read_attributions(doc, rules_only=rules_only)]
    assert [(source, said.rstrip(".")) for source, said in found] == [
        (source, said.rstrip(".")) for source, said in expected
    ]


def test_a_label_in_capitals_stands_for_the_person_named_before() -> None:
    doc = parsed(
        f"{LEAD}\nPolice Chief Leila Haddad answered questions about the city pool on Monday.\n"
        "CHIEF HADDAD: I want the council to pay for two more guards."
    )
    (one,) = read_attributions(doc)
    assert one.source is not None
    assert doc[one.source.start : one.source.end].text == "Leila Haddad"
    assert texts(doc, one)[1].startswith("I want the council")


@pytest.mark.parametrize("rules_only", [False, True], ids=["model", "rules"])
@pytest.mark.parametrize(
    "text",
    [
        "Where: Lincoln Hall, 12 Main Street.\nWhen: Tuesday at 7 p.m.",
        "Photo: The bridge on Tuesday.",
        "Correction: An earlier version gave the wrong year for the flood.",
        "EDITOR'S NOTE: We have shortened the list.",
        "The agenda has three items: the pool, the road and the tower.",
        "THE UNIONS: Unite, which has 900 members in the sheds, is a new one.",
    ],
)
def test_other_labels_are_nobody_speaking(text: str, rules_only: bool) -> None:
    assert read_attributions(parsed(f"{LEAD}\n{text}"), rules_only=rules_only) == []


_MARKS = ["“", "”", '"', "'", "\n", ".", ",", ":", "—"]
_WORDS = ["said", "told", "according", "to", "that", "urged", "the", "mayor", "Moreno", "she"]


@pytest.mark.parametrize("rules_only", [False, True], ids=["model", "rules"])
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words=st.lists(st.sampled_from(_WORDS + _MARKS), max_size=40))
def test_readings_are_ordered_disjoint_and_in_the_text(words: list[str], rules_only: bool) -> None:
    doc = parsed(" ".join(words))
    taken: set[int] = set()
    starts = []
    for one in read_attributions(doc, rules_only=rules_only):
        assert 0 <= one.confidence <= 1
        assert one.content
        starts.append(one.content[0].start)
        for start, end in one.content:
            assert 0 <= start < end <= len(doc)
            assert taken.isdisjoint(range(start, end))
            taken.update(range(start, end))
        for span in (one.source, one.cue):
            assert span is None or 0 <= span.start < span.end <= len(doc)
    assert starts == sorted(starts)
