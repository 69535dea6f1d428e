"""Positions: who demands, backs, rejects, promises or refuses what."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kcgraph.extract.offline.nlp import load, parse
from kcgraph.extract.offline.positions import holders, phrases, read_positions, reader, targets
from kcgraph.extract.offline.positions.decoding import corroborate, decode
from kcgraph.extract.offline.positions.enumerations import listed_with
from kcgraph.extract.offline.positions.frames import LABELS
from kcgraph.extract.offline.positions.passages import passage as passage_of
from kcgraph.extract.offline.positions.scene import Scene
from kcgraph.extract.offline.positions.syntax import Syntax
from kcgraph.extract.offline.positions.targets import Node
from kcgraph.extract.offline.types import (
    Cast,
    Entity,
    Linked,
    Mention,
    MentionKind,
    Reading,
    Tokens,
)
from kcgraph.extract.registry import offline_extractor
from kcgraph.model import Article, Polarity, Position, StakeholderKind
from kcgraph.resources import data_dir

Read = Callable[..., list[Position]]


def cast_of(text: str, doc, names: dict[str, str]) -> Cast:  # type: ignore[no-untyped-def]
    """A cast of the names (id to the words in the text); a name may occur several times."""
    entities = []
    for key, name in names.items():
        mentions = []
        for match in re.finditer(rf"\b{re.escape(name)}\b", text):
            span = doc.char_span(*match.span(), alignment_mode="expand")
            mentions.append(Mention(Tokens(span.start, span.end), span.root.i, MentionKind.NAME))
        entities.append(Entity(key, StakeholderKind.ORGANIZATION, name, mentions=mentions))
    return Cast(entities)


@pytest.fixture(scope="module")
def read() -> Read:
    nlp = load()

    def positions(
        text: str,
        names: dict[str, str],
        said: dict[str, str] | None = None,
        members: dict[str, tuple[str, ...]] | None = None,
        rules_only: bool = True,
    ) -> list[Position]:
        article = Article(id="a", text=text)
        doc = parse(article, nlp)
        cast = cast_of(text, doc, names)
        for key, ids in (members or {}).items():
            cast.by_id[key].members = ids
        links = []
        for source, content in (said or {}).items():
            start = text.index(content)
            span = doc.char_span(start, start + len(content), alignment_mode="expand")
            links.append(Linked(Reading((Tokens(span.start, span.end),)), (source,)))
        return read_positions(doc, cast, links, article, rules_only=rules_only)

    return positions


def summary(found: list[Position]) -> set[tuple[str, str, str, str]]:
    return {
        (
            p.kind.value,
            p.holder,
            p.polarity.value,
            p.target.stakeholder or p.target.issue[0].lower(),
        )
        for p in found
    }


NAMES = {"union": "Harbor Union", "city": "Port Ellis", "mayor": "Dana Reyes"}


# Plain sentences that any reader of positions must get right, with and without the model.
CASES = [
    ("The Harbor Union opposes the toll.", ("stance", "union", "oppose", "toll")),
    ("The Harbor Union supports the toll.", ("stance", "union", "support", "toll")),
    ("The Harbor Union called for a pay freeze.", ("demand", "union", "support", "pay freeze")),
    ("Dana Reyes criticized Port Ellis.", ("stance", "mayor", "oppose", "city")),
    ("Dana Reyes promised a new library.", ("commitment", "mayor", "support", "library")),
    ("Dana Reyes refused to sign the contract.", ("refusal", "mayor", "oppose", "sign contract")),
    (
        "The Harbor Union urged Port Ellis to cut the toll.",
        ("demand", "union", "support", "cut toll"),
    ),
    ("The toll was condemned by the Harbor Union.", ("stance", "union", "oppose", "toll")),
    ("Dana Reyes agreed to meet the dockers.", ("commitment", "mayor", "support", "meet dockers")),
    (
        "Dana Reyes agrees the city needs a library.",
        ("stance", "mayor", "support", "needs library"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_plain_sentences_by_rules(read: Read, text: str, expected: tuple[str, ...]) -> None:
    found = {
        (k, h, p, " ".join(w for w in t.split() if w not in ("the", "a", "new")))
        for k, h, p, t in summary(read(text, NAMES))
    }
    assert (*expected[:3], expected[3]) in found


@pytest.mark.parametrize(
    "text",
    [
        "The Harbor Union declined to comment.",
        "Port Ellis lies on the coast.",
        "Dana Reyes arrived at noon.",
    ],
)
def test_facts_are_no_positions(read: Read, text: str) -> None:
    assert not [p for p in read(text, NAMES, rules_only=False) if p.confidence > 0.5]


def test_negation_flips(read: Read) -> None:
    found = summary(read("The Harbor Union does not support the toll.", NAMES))
    assert ("stance", "union", "oppose", "toll") in found
    assert not any(polarity == "support" for _, _, polarity, _ in found)


def test_a_refusal_is_labelled_by_what_is_refused(read: Read) -> None:
    text = "Port Ellis wants the dockers to pay a fee. Harbor Union will never pay the fee."
    (found,) = (p for p in read(text, NAMES, rules_only=False) if p.kind.value == "refusal")
    assert "pay fee" in found.target.issue and not any("never" in x for x in found.target.issue)


def test_the_speaker_holds_what_is_said(read: Read) -> None:
    content = "The city should lower the fare"
    found = read(f"“{content},” Dana Reyes said.", NAMES, said={"mayor": content})
    assert {("demand", "mayor")} <= {(p.kind.value, p.holder) for p in found}


def test_joint_holders_have_one_position_each(read: Read) -> None:
    names = {**NAMES, "both": "The coalition"}
    text = "The coalition demands an audit. Harbor Union and Port Ellis belong to it."
    found = read(text, names, members={"both": ("union", "city")})
    assert {p.holder for p in found if p.kind.value == "demand"} == {"union", "city"}


@pytest.mark.parametrize(("pronoun", "together"), [("They", True), ("He", False)])
def test_one_person_holds_nothing_together_with_others(pronoun: str, together: bool) -> None:
    names = {"a": "Acme Group", "b": "Blue Club", "c": "Crown Society"}
    text = f"The Acme Group, the Blue Club and the Crown Society sued. {pronoun} opposed the toll."
    doc = parse(Article(id="a", text=text), load())
    scene = Scene(doc, cast_of(text, doc, names), [])
    anchor = next(t.i for t in doc if t.text == "opposed")
    found = [h.ids for h in holders.candidates(scene, anchor)]
    assert found
    assert any(len(ids) > 1 for ids in found) is together


@pytest.mark.parametrize(("who", "together"), [("They", True), ("A judge", False)])
def test_a_list_long_ago_holds_only_what_several_hold(who: str, together: bool) -> None:
    names = {"a": "Acme Group", "b": "Blue Club", "c": "Crown Society"}
    text = (
        "The Acme Group, the Blue Club and the Crown Society sued. It rained on Monday. It snowed"
        f" on Tuesday. It thawed on Wednesday. It froze on Friday. {who} opposed the toll."
    )
    doc = parse(Article(id="a", text=text), load())
    scene = Scene(doc, cast_of(text, doc, names), [])
    anchor = next(t.i for t in doc if t.text == "opposed")
    assert any(len(h.ids) > 1 for h in holders.candidates(scene, anchor)) is together


def readings_of(
    text: str, anchor: str, target: str
) -> tuple[reader.Facts, Callable[..., reader.Candidate]]:
    """What the text offers, and a function that makes a reading against the target."""
    doc = parse(Article(id="a", text=text), load())
    facts = reader.Facts(Scene(doc, cast_of(text, doc, NAMES), []))
    at = {t.text: t.i for t in doc}
    node = targets.Node(at[target], "here")
    options = facts.options(node)
    against = reader.Proposal(at[anchor], LABELS.index("stance-"), [0.0] * len(LABELS))

    def reading(who: tuple[str, ...], words: int, score: float) -> reader.Candidate:
        return reader.Candidate(against, holders.Holder(who), options[words], node, score)

    return facts, reading


@pytest.mark.parametrize(("score", "told"), [(0.3, {"union"}), (0.5, {"union", "city"})])
def test_others_say_the_same_at_a_word_only_when_surer(score: float, told: set[str]) -> None:
    text = "Harbor Union opposed the toll, along with Port Ellis."
    facts, reading = readings_of(text, "opposed", "toll")
    found = [reading(("union",), 0, 0.6), reading(("city",), 0, score)]
    assert {c.holder.ids[0] for c in decode(facts, found, 0.26)} == told


def test_a_position_on_several_together_is_one_on_each(read: Read) -> None:
    names = {**NAMES, "both": "The coalition"}
    text = "Dana Reyes criticized The coalition. Harbor Union and Port Ellis belong to it."
    found = read(text, names, members={"both": ("union", "city")})
    assert {p.target.stakeholder for p in found if p.holder == "mayor"} == {"union", "city"}


def test_a_demand_names_its_addressee(read: Read) -> None:
    (found,) = read("The Harbor Union urged Port Ellis to cut the toll.", NAMES)
    assert found.addressee == ("city",)


@pytest.mark.parametrize("rules_only", [True, False])
def test_passages_are_verbatim_and_holders_known(read: Read, rules_only: bool) -> None:
    text = (
        "Port Ellis will build a ferry terminal, Dana Reyes said.\n\n“This plan is a disgrace,” "
        "the Harbor Union said. It wants the terminal moved, urging Port Ellis to drop the toll.\n"
    )
    found = read(text, NAMES, said={"union": "“This plan is a disgrace,”"}, rules_only=rules_only)
    assert found
    for position in found:
        assert position.evidence_span is not None
        assert text[slice(*position.evidence_span)] == position.evidence != ""
        assert position.holder in NAMES
        assert 0 <= position.confidence <= 1
        assert position.target.stakeholder in NAMES or all(position.target.issue)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("They discussed the proposed ban on weekend blasting.", "ban", "ban on weekend blasting"),
        ("They want an independent traffic study.", "study", "independent traffic study"),
        ("They discussed the plan that she hates.", "plan", "plan"),
        ("He doubts the city leaders' resolve.", "leaders", "city leaders"),
        (
            "He is skeptical of city and police leaders’ will to go.",
            "leaders",
            "city and police leaders",
        ),
        ("He doubts the mayor's resolve.", "mayor", "mayor"),
        ("He announced a series of changes coming to the force.", "series", "changes"),
    ],
)
def test_labels_are_short(text: str, word: str, expected: str) -> None:
    doc = parse(Article(id="a", text=text), load())
    syntax = Syntax(doc)
    head = next(t.i for t in doc if t.text == word)
    assert expected in [phrases.text_of(syntax, p) for p in phrases.of_noun(syntax, head)]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Dana Reyes",
                "opposes",
                "wants",
                "the toll",
                "“no”",
                ",",
                "\n\n",
                "said",
                "to cut",
                ".",
            ]
        ),
        max_size=25,
    )
)
def test_any_text_gives_grounded_positions(read: Read, words: list[str]) -> None:
    text = " ".join(words)
    for rules_only in (True, False):
        for position in read(text, {"mayor": "Dana Reyes"}, rules_only=rules_only):
            assert position.evidence_span is not None
            assert text[slice(*position.evidence_span)] == position.evidence


def test_nobody_is_for_and_against_the_same_in_one_sentence() -> None:
    """In each shipped article, paragraph by paragraph."""
    extractor = offline_extractor(None)
    for path in sorted((data_dir() / "articles").glob("*.txt")):
        article = Article(id=path.stem, text=path.read_text(encoding="utf-8"))
        (record,) = extractor.extract([article])
        assert record.positions
        stated: dict[tuple[int, str, str], Polarity] = {}
        for position in record.positions:
            assert position.evidence_span is not None
            paragraph = article.text.count("\n", 0, position.evidence_span[0])
            what = position.target.stakeholder or position.target.issue[0]
            key = (paragraph, position.holder, what)
            assert stated.setdefault(key, position.polarity) is position.polarity, key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dana Reyes said she would not stop visiting the camp.", ("commitment", "visiting camp")),
        (
            "The Harbor Union will never quit asking for a raise.",
            ("commitment", "asking for raise"),
        ),
        ("Dana Reyes refused to stop feeding the cats.", ("refusal", "stop feeding cats")),
        ("Dana Reyes will not stop the work.", ("refusal", "stop work")),
    ],
)
def test_who_will_not_stop_goes_on(read: Read, text: str, expected: tuple[str, str]) -> None:
    said = {"mayor": "she would not stop visiting the camp"} if "said" in text else {}
    found = read(text, NAMES, said, rules_only=False)
    assert expected in {(p.kind.value, label) for p in found for label in p.target.issue}
    assert len({p.kind for p in found}) == 1


def test_all_that_is_listed_is_demanded(read: Read) -> None:
    text = "The Harbor Union wants a pay rise, shields on all ferries and an end to night shifts."
    found = {label for p in read(text, NAMES, rules_only=False) for label in p.target.issue}
    assert {"pay rise", "shields on ferries", "end to night shifts"} <= found


def test_what_two_words_of_a_sentence_say_is_likelier() -> None:
    doc = parse(Article(id="a", text="Cameras would help to secure justice. They help."), load())
    facts = reader.Facts(Scene(doc, Cast([]), []))
    words = [t.text for t in doc]
    cameras = targets.Option(0, "np", None, "cameras", (0,))
    found = [
        reader.Candidate(
            reader.Proposal(at, label, [0.0] * len(LABELS)),
            holders.Holder(("ann",)),
            cameras,
            targets.Node(0, "here"),
            0.3,
        )
        for at, label in [
            (words.index("help"), 1),
            (words.index("secure"), 1),
            (words.index("secure"), 2),
            (words.index("They") + 1, 1),
        ]
    ]
    corroborate(facts, found)
    assert found[0].score == found[1].score > 0.3
    assert found[2].score == found[3].score == pytest.approx(0.3)


def test_conjuncts_are_no_rivals() -> None:
    doc = parse(Article(id="a", text="Residents demand candor and reforms of the force."), load())
    scene = Scene(doc, Cast([]), [])
    words = [t.text for t in doc]
    shares = {"candor": 0.5, "reforms": 0.4, "force": 0.1}
    nodes = [Node(words.index(w), "here", score=share) for w, share in shares.items()]
    reader.pool(scene.syntax, nodes)
    assert [round(n.score, 2) for n in nodes] == [0.9, 0.9, 0.1]


@pytest.mark.parametrize(
    ("text", "first", "others"),
    [
        ("They want a raise, shields on buses and an end to overtime.", "raise", "shields end"),
        ("They asked the board to close the mill and pay the men.", "close", "pay"),
        ("They want a raise, a bigger share of the profit.", "raise", ""),
        ("They want a raise or a strike.", "raise", ""),
        ("They want everything from longer hours to a new roof.", "hours", "roof"),
        ("They want everything from longer hours to a new roof.", "roof", "hours"),
        ("They walked from the mill to the river.", "mill", ""),
        ("They want to close the mill and the board refused.", "close", ""),
    ],
)
def test_lists_of_things_end_with_and(text: str, first: str, others: str) -> None:
    doc = parse(Article(id="a", text=text), load())
    start = next(t.i for t in doc if t.text == first)
    assert [doc[i].text for i in listed_with(Syntax(doc), start)] == others.split()


def test_the_same_in_more_words_is_told_once() -> None:
    facts, reading = readings_of("Harbor Union opposed the toll on the bridge.", "opposed", "toll")
    found = [reading(("union",), 0, 0.6), reading(("union",), 1, 0.5)]
    assert decode(facts, found, 0.3) == found[:1]


@pytest.mark.parametrize(("score", "together"), [(0.4, True), (0.2, False)])
def test_all_who_hold_it_together_are_told(score: float, together: bool) -> None:
    text = "Harbor Union and Port Ellis opposed the toll."
    facts, reading = readings_of(text, "opposed", "toll")
    found = [reading(("union",), 0, 0.6), reading(("union", "city"), 0, score)]
    assert decode(facts, found, 0.3) == [found[together]]


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Dana Reyes opposed the toll, “a tax on work.”", "Dana Reyes opposed the toll"),
        ("Dana Reyes opposed what she called “a tax on work.”", "called “a tax on work.”"),
        ('Dana Reyes opposed what she called "a tax on work."', 'called "a tax on work."'),
        ("“We oppose the toll,” Dana Reyes said.", "We oppose the toll"),
        ("Dana Reyes said the “toll” was opposed (by her).", "the “toll” was opposed (by her)"),
    ],
)
def test_passages_have_quotation_marks_in_pairs(text: str, passage: str) -> None:
    doc = parse(Article(id="a", text=text), load())
    scene = Scene(doc, cast_of(text, doc, NAMES), [])
    words = [t.text for t in doc]
    anchor = next(i for i, w in enumerate(words) if w in ("called", "oppose", "opposed"))
    if "called" in words:
        anchor = words.index("called")
    found = doc[slice(*passage_of(scene, anchor))].text
    assert passage in found
    assert found.count("“") == found.count("”")
    assert found.count('"') % 2 == 0
