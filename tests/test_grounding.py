"""What the article does not say is thrown out, whoever said it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kcgraph.extract.grounding import ground
from kcgraph.model import (
    Article,
    Attribution,
    Event,
    EventKind,
    Extraction,
    Polarity,
    Position,
    PositionKind,
    Quotation,
    Role,
    Span,
    Stakeholder,
    StakeholderKind,
    Target,
)

TEXT = (
    "Mayor Ada Holm met union leaders on Monday.\n\n"
    "“We need a fair deal,” Holm said. “And soon.” The union wants a pay\nrise.\n\n"
    "Dale and Rhonda Summers left early. Holm said on Tuesday that a fair deal was near."
)
ARTICLE = Article("a", TEXT, date="2024-05-07")
HOLM = Stakeholder(
    "holm", StakeholderKind.PERSON, "Ada Holm", aliases=("Holm",), roles=(Role("Mayor"),)
)
UNION = Stakeholder("union", StakeholderKind.ORGANIZATION, "union", aliases=("the union",))
SAID = Attribution(("holm",), Quotation.DIRECT, "“We need a fair deal,” Holm said. “And soon.”")
WANTS = Position(
    PositionKind.DEMAND,
    "union",
    Polarity.SUPPORT,
    Target(issue=("pay rise",)),
    "The union wants a pay\nrise",
    addressee=("holm",),
)
MET = Event(
    EventKind.MEETING, ("holm", "union"), "met union leaders", date="Monday", iso="2024-05-06"
)
RECORD = Extraction("a", "2024-05-07", (HOLM, UNION), (SAID,), (WANTS,), (MET,))


def at(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def test_what_is_in_the_article_stays_and_gets_its_place() -> None:
    grounded = ground(ARTICLE, RECORD)
    assert grounded.dropped == {}
    (said,), (wants,), (met,) = grounded.attributions, grounded.positions, grounded.events
    assert said.content_spans == (at("“We need a fair deal,”"), at("“And soon.”"))
    assert said.content == SAID.content
    assert wants.evidence_span == at("The union wants a pay\nrise")
    assert met.evidence_span == at("met union leaders")
    assert [TEXT[slice(*m)] for m in grounded.stakeholders[0].mentions] == [
        "Ada Holm",
        "Holm",
        "Holm",
    ]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("The union wants a pay rise", "The union wants a pay\nrise"),  # other line breaks
        ('"And soon."', "“And soon.”"),  # other quotation marks
        ("fair deal", "fair deal"),
    ],
)
def test_typesetting_does_not_matter_and_the_articles_characters_are_kept(
    written: str, kept: str
) -> None:
    record = replace(RECORD, positions=(replace(WANTS, evidence=written),))
    (position,) = ground(ARTICLE, record).positions
    assert position.evidence == kept
    assert position.evidence_span is not None
    assert TEXT[slice(*position.evidence_span)] == kept


def test_of_several_places_the_one_nearest_to_the_claimed_one_is_taken() -> None:
    wrong = Span(TEXT.rindex("fair deal") - 3, TEXT.rindex("fair deal") + 2)
    record = replace(RECORD, positions=(replace(WANTS, evidence="fair deal", evidence_span=wrong),))
    (position,) = ground(ARTICLE, record).positions
    assert position.evidence_span == Span(TEXT.rindex("fair deal"), TEXT.rindex("fair deal") + 9)


NOBODY = Stakeholder("x", StakeholderKind.PERSON, "Nobody Named")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (
            replace(RECORD, stakeholders=(HOLM, UNION, NOBODY)),
            "stakeholder: not mentioned in the article",
        ),
        (replace(RECORD, stakeholders=(HOLM, HOLM, UNION)), "stakeholder: id given twice"),
        (
            replace(RECORD, stakeholders=(replace(HOLM, aliases=("Holm", "Adele")), UNION)),
            "alias not in the article",
        ),
        (
            replace(RECORD, stakeholders=(replace(HOLM, roles=(Role("Sheriff"),)), UNION)),
            "role not in the article",
        ),
        (
            replace(RECORD, attributions=(replace(SAID, content="“Never said.”"),)),
            "attribution: content not in the article",
        ),
        (
            replace(RECORD, attributions=(replace(SAID, content="  "),)),
            "attribution: content not in the article",
        ),
        (
            replace(RECORD, attributions=(replace(SAID, sources=("ghost",)),)),
            "attribution: without source",
        ),
        (
            replace(RECORD, attributions=(replace(SAID, cue_span=Span(0, 9999)),)),
            "cue outside the article",
        ),
        (
            replace(RECORD, positions=(replace(WANTS, evidence="wants the moon"),)),
            "position: evidence not in the article",
        ),
        (
            replace(RECORD, positions=(replace(WANTS, holder="ghost"),)),
            "position: without holder",
        ),
        (
            replace(RECORD, positions=(replace(WANTS, target=Target(stakeholder="ghost")),)),
            "position: without target",
        ),
        (
            replace(RECORD, positions=(replace(WANTS, target=Target(issue=(" ",))),)),
            "position: without target",
        ),
        (
            replace(RECORD, positions=(replace(WANTS, addressee=("ghost",)),)),
            "addressee not known",
        ),
        (
            replace(RECORD, positions=(replace(WANTS, confidence=float("nan")),)),
            "position: confidence not from 0 to 1",
        ),
        (
            replace(RECORD, events=(replace(MET, participants=("ghost",)),)),
            "event: without participant",
        ),
        (replace(RECORD, events=(replace(MET, date="Friday"),)), "date not in the article"),
        (replace(RECORD, events=(replace(MET, iso="2024-13-40"),)), "date not ISO 8601"),
    ],
)
def test_what_is_not_in_the_article_is_dropped_and_counted(record: Extraction, reason: str) -> None:
    assert ground(ARTICLE, record).dropped[reason] == 1


def test_who_is_not_mentioned_takes_along_what_hangs_on_them() -> None:
    record = replace(
        RECORD,
        stakeholders=(HOLM, UNION, NOBODY),
        positions=(WANTS, replace(WANTS, holder="x")),
        events=(replace(MET, participants=("holm", "x")),),
    )
    grounded = ground(ARTICLE, record)
    assert [p.holder for p in grounded.positions] == ["union"]
    assert grounded.events[0].participants == ("holm",)


def test_a_name_that_shares_its_surname_is_mentioned() -> None:
    dale = Stakeholder("dale", StakeholderKind.PERSON, "Dale Summers")
    stranger = Stakeholder("dora", StakeholderKind.PERSON, "Dora Summers")
    grounded = ground(ARTICLE, Extraction("a", None, (dale, stranger)))
    assert [s.id for s in grounded.stakeholders] == ["dale"]


def test_the_date_is_the_articles_own() -> None:
    assert ground(ARTICLE, replace(RECORD, date="1999-01-01")).date == "2024-05-07"


def test_a_content_may_leave_out_the_cue_that_interrupts_it() -> None:
    pieces = (at("We need a fair deal"), at("And soon"))
    said = replace(SAID, content="We need a fair deal And soon", content_spans=pieces)
    (kept,) = ground(ARTICLE, replace(RECORD, attributions=(said,))).attributions
    assert kept == said


spans = st.builds(Span, st.integers(0, len(TEXT) + 5), st.integers(0, len(TEXT) + 5))
passages = st.one_of(
    st.text(max_size=12),
    st.tuples(st.integers(0, len(TEXT)), st.integers(0, 40)).map(
        lambda cut: TEXT[cut[0] : cut[0] + cut[1]]
    ),
)
ids = st.sampled_from(["holm", "union", "ghost"])
shares = st.floats(-0.5, 1.5)
records = st.builds(
    Extraction,
    st.just("a"),
    st.none(),
    st.lists(
        st.builds(
            Stakeholder,
            ids,
            st.sampled_from(list(StakeholderKind)),
            passages,
            aliases=st.lists(passages, max_size=2).map(tuple),
            mentions=st.lists(spans, max_size=2).map(tuple),
            confidence=shares,
        ),
        max_size=3,
    ).map(tuple),
    st.lists(
        st.builds(
            Attribution,
            st.lists(ids, max_size=2).map(tuple),
            st.sampled_from(list(Quotation)),
            passages,
            content_spans=st.lists(spans, max_size=3).map(tuple),
            source_span=st.none() | spans,
            confidence=shares,
        ),
        max_size=3,
    ).map(tuple),
    st.lists(
        st.builds(
            Position,
            st.sampled_from(list(PositionKind)),
            ids,
            st.sampled_from(list(Polarity)),
            st.builds(Target, stakeholder=st.none() | ids, issue=st.just(("pay rise",))),
            passages,
            evidence_span=st.none() | spans,
        ),
        max_size=3,
    ).map(tuple),
    st.lists(
        st.builds(
            Event,
            st.just(EventKind.MEETING),
            st.lists(ids, max_size=2).map(tuple),
            passages,
            date=st.none() | passages,
            iso=st.none() | st.sampled_from(["2024-05", "2024-05-06", "soon"]),
        ),
        max_size=3,
    ).map(tuple),
)


@given(records)
def test_whatever_comes_in_only_grounded_items_come_out(record: Extraction) -> None:
    grounded = ground(ARTICLE, record)
    known = {s.id for s in grounded.stakeholders}
    for who in grounded.stakeholders:
        assert who.mentions
        assert all(TEXT[slice(*m)] for m in who.mentions)
    for said in grounded.attributions:
        assert said.sources
        assert known.issuperset(said.sources)
        whole = TEXT[said.content_spans[0].start : said.content_spans[-1].end]
        pieces = " ".join(TEXT[slice(*s)].strip() for s in said.content_spans)
        assert said.content in (whole, pieces)
    for item in (*grounded.positions, *grounded.events):
        assert item.evidence_span is not None
        assert TEXT[slice(*item.evidence_span)] == item.evidence != ""
    assert all(known.issuperset(e.participants) for e in grounded.events)
    assert all(e.date is None or e.date in TEXT for e in grounded.events)


@given(records)
def test_grounding_twice_changes_nothing_more(record: Extraction) -> None:
    once = ground(ARTICLE, record)
    assert ground(ARTICLE, once) == once


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Councilmen Ada Holm and Al Roe voted no.", "Councilman"),
        ("Deputies Ada Holm and Al Roe voted no.", "Deputy"),
        ("Trustees Ada Holm and Al Roe voted no.", "Trustee"),
    ],
)
def test_a_title_may_stand_in_the_plural(text: str, title: str) -> None:
    who = replace(HOLM, aliases=(), roles=(Role(title),))
    kept = ground(Article("a", text), Extraction("a", None, stakeholders=(who,)))
    assert kept.stakeholders[0].roles == (Role(title),)
