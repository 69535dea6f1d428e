"""Header and prose: headline, byline, dateline, place, date, publisher."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kcgraph.read import layout

BODY = "The council voted on Monday to close three schools in June, after hours of testimony."


# (line, place, date, publisher) of a dateline before prose
DATELINES = [
    ("KANSAS CITY, Mo. (AP) — ", "KANSAS CITY, Mo.", None, "AP"),
    (" date 2020-06-04 KANSAS CITY, MO (KCTV) – ", "KANSAS CITY, MO", "2020-06-04", "KCTV"),
    ("LILONGWE, April 11 (Rift News Agency) - ", "LILONGWE", None, "Rift News Agency"),
    ("VARUNAPUR, March 3 (Bharat Dispatch) - ", "VARUNAPUR", None, "Bharat Dispatch"),
    ("TORSA BARRAGE, Bangladesh, March 3 (Delta Wire) - ", "TORSA BARRAGE, Bangladesh", None,
     "Delta Wire"),
    ("TARINO, Kenya, 8 October 2023 — ", "TARINO, Kenya", "2023-10-08", None),
    ("KESTREL BAY, B.C., May 15, 2024 – ", "KESTREL BAY, B.C.", "2024-05-15", None),
    ("Kavipur, Aug 14: ", "Kavipur", None, None),
    ("St. Louis (AP) — ", "St. Louis", None, "AP"),
    ("NAIROBI — ", "NAIROBI", None, None),
    ("THIBERVILLE, La. -- ", "THIBERVILLE, La.", None, None),
    ("BIRCHFIELD, Tenn. - ", "BIRCHFIELD, Tenn.", None, None),
    ("WASHINGTON ― ", "WASHINGTON", None, None),
    ("ST. ALDAN, Minn. (Statehouse Wire) — ", "ST. ALDAN, Minn.", None, "Statehouse Wire"),
    ("KANSAS CITY, Mo. (AP) _ ", "KANSAS CITY, Mo.", None, "AP"),
    ("New Delhi, June 4 (PTI) ", "New Delhi", None, "PTI"),
    ("RENO, Nev., June 4, 2020 /PRNewswire/ -- ", "RENO, Nev.", "2020-06-04", "PRNewswire"),
    ("Quail Mesa, Ariz., Oct. 16, 2024\n\n", "Quail Mesa, Ariz.", "2024-10-16", None),
]  # fmt: skip


@pytest.mark.parametrize(("dateline", "place", "date", "publisher"), DATELINES)
@pytest.mark.parametrize("headline", ["", "Board shuts three schools; parents promise suit\n\n"])
def test_dateline(dateline, place, date, publisher, headline):
    text = headline + dateline + BODY
    found = layout(text)
    assert text[slice(*found.place)] == place
    assert (found.date, found.publisher) == (date, publisher)
    assert text[found.body_start :] == BODY
    assert (found.title is not None) == bool(headline)


NO_DATELINES = [
    "FAIRWOOD will cease to exist, officially, at midnight on 1 March.",
    "A WATER company which told bathers to stay out of the river has said sorry.",
    "TWENTY-SIX residents of the isle have written to the council, asking it to stop.",
    "POLICE DRONES. Council voted 5-4 to let police keep the two drones they bought.",
    "Where they stand: Voters in the county will fill four seats in May, and the candidates have "
    "been asked about solar, and about solar, and then, for good measure, about solar once more.",
    "UPDATE — The council has put off its vote until the lights are back on.",
    "On Thursday, the mayor — who had said little — met the board (in private): it was brief.",
    "Mayor Lucille Vance — elected in 2019 — said that the city did not have the money.",
]


@pytest.mark.parametrize("prose", NO_DATELINES)
def test_prose_is_no_dateline(prose):
    found = layout(prose + "\n\n" + BODY)
    assert found.dateline is None
    assert found.body_start == 0


# (header, title, byline, date, publisher)
HEADERS = [
    ("Lead found in homes; director won't step down\n\nMarch 14, 2023\n\n",
     "Lead found in homes; director won't step down", None, "2023-03-14", None),
    ("Oct. 8, 2024\n\nMerger foes get their turn\n\n",
     "Merger foes get their turn", None, "2024-10-08", None),
    ("Council moves crime lab\n\nBy Imelda Reyes-Stroud\nSept. 20, 2023\n\n",
     "Council moves crime lab", "By Imelda Reyes-Stroud", "2023-09-20", None),
    ("Board rebuffs call to reroute parade\n4 July 2024\n\n",
     "Board rebuffs call to reroute parade", None, "2024-07-04", None),
    ("Voters reject ballpark tax\n\nBy MIRIAM ODELL\nCalder Courier\n\n",
     "Voters reject ballpark tax", "By MIRIAM ODELL\nCalder Courier", None, "Calder Courier"),
    ("Fiber bill advances\n\nBy Tessa Whitehorse\nCapitol Bureau\n\n",
     "Fiber bill advances", "By Tessa Whitehorse\nCapitol Bureau", None, None),
    ("Judge blocks tenant law\n\nBy a staff writer\n\n",
     "Judge blocks tenant law", "By a staff writer", None, None),
    ("County Commission proceedings\nRegular session, Monday, all present\n\n",
     "County Commission proceedings", None, None, None),
    ("Council votes\n\nPublished: Thursday, June 4, 2020 at 5:00 PM EDT\n\n",
     "Council votes", None, "2020-06-04", None),
    ("Council votes\nBy Ann Lee | The Gazette\nPosted at 4:52 PM, Jun 04, 2020 and last updated "
     "6:00 PM, Jun 05, 2020\n\n",
     "Council votes", "By Ann Lee | The Gazette", "2020-06-04", "The Gazette"),
    ("Council votes\n\nAnn Lee\nKansas City Star\n\n",
     "Council votes", None, None, "Kansas City Star"),
    ("Council votes again.\n\nBy Ann Lee, Associated Press\n\n",
     "Council votes again.", "By Ann Lee, Associated Press", None, "Associated Press"),
    ("Title: Council votes\nDate: 2020-06-04\nSource: Lakes Wire\n\n",
     "Council votes", None, "2020-06-04", "Lakes Wire"),
    ("Village Council, Monday, 6:30 to 10:20 p.m.\n\n",
     "Village Council, Monday, 6:30 to 10:20 p.m.", None, None, None),
]  # fmt: skip


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(("header", "title", "byline", "date", "publisher"), HEADERS)
def test_header(header, title, byline, date, publisher, line_end):
    text = (header + BODY + "\n").replace("\n", line_end)
    found = layout(text)
    assert text[slice(*found.title)] == title
    written = text[slice(*found.byline)].replace("\r\n", "\n") if found.byline else None
    assert written == byline
    assert (found.date, found.publisher) == (date, publisher)
    assert text[found.body_start :].startswith("The council voted")


@pytest.mark.parametrize(
    "prose",
    [
        "The library board spent Tuesday evening on a single sentence.\n\nIt is the sentence.",
        "“You don't get to vote,” she told the council,\nand nobody made a sound for a while.",
        "Talks aimed at ending the strike broke up without\nagreement at 3am on Wednesday, with "
        "each\nside saying the other had walked out.",
    ],
)
def test_prose_is_no_headline(prose):
    assert layout(prose).title is None
    assert layout(prose).body_start == 0


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("# Parents sue to stop a closing", "Parents sue to stop a closing"),
        ("### Parents sue to stop a closing", "Parents sue to stop a closing"),
        ("#KeepOurSchool: parents sue", "#KeepOurSchool: parents sue"),
        ("Parents sue for the # 1 school", "Parents sue for the # 1 school"),
    ],
)
def test_the_mark_of_a_heading_is_no_part_of_the_headline(line, title):
    text = f"{line}\n\n{BODY}"
    found = layout(text)
    assert text[slice(*found.title)] == title
    assert text[found.body_start :] == BODY


def test_an_agency_without_a_place():
    found = layout("(Reuters) - " + BODY)
    assert (found.publisher, found.place, found.body_start) == ("Reuters", None, 12)


def test_a_date_in_the_prose_is_not_the_date_of_the_article():
    assert layout("Headline here\n\nThe vote of March 3, 2020, was close.").date is None


def test_a_known_title_may_end_in_a_full_stop():
    text = "Nobody speaks for them.\n\n" + BODY
    assert layout(text).title is None
    assert layout(text, title="Nobody speaks for them.").title == (0, 23)


def test_nothing_but_a_headline_is_prose():
    assert layout("\n  Council votes\n").body_start == 3
    assert layout("Council votes").title is None


def test_front_matter_belongs_to_no_part():
    text = "---\ntitle: Council votes\n---\nPERTH (AP) — " + BODY
    found = layout(text)
    assert text[slice(*found.place)] == "PERTH"
    assert text[found.body_start :] == BODY


HEADER_PIECES = st.sampled_from(
    ["By Ann Lee", "KANSAS CITY, Mo. (AP) — ", "Oct. 8, 2024", "Council votes", BODY, "\n", "\n\n",
     "\r", "\r\n", "---\n", "date 2020-06-04 ", "* one\n", "A: ", "Title: x\n", "\u2028", "\x00"]
)  # fmt: skip


@given(st.lists(HEADER_PIECES | st.text(max_size=20), max_size=12).map("".join))
def test_spans_lie_in_the_text_and_before_the_prose(text):
    found = layout(text)
    assert 0 <= found.body_start <= len(text)
    for span in (found.title, found.byline, found.dateline, found.place):
        assert span is None or 0 <= span.start < span.end <= found.body_start
    if text[found.body_start :]:
        assert not text[found.body_start].isspace() or not text.strip()
