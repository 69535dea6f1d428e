"""Dates as newspapers write them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kcgraph.extract.dates import counts_from_another, find_dates, resolve_date

# the article of these cases is from Thursday, 9 November 2023
ARTICLE = "2023-11-09"


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("Thursday", "2023-11-09"),
        ("Wednesday night", "2023-11-08"),
        ("Friday", "2023-11-03"),
        ("midnight on Tuesday", "2023-11-07"),
        ("last Thursday", "2023-11-02"),
        ("next Thursday", "2023-11-16"),
        ("yesterday", "2023-11-08"),
        ("last night", "2023-11-08"),
        ("tonight", "2023-11-09"),
        ("tomorrow", "2023-11-10"),
        ("three days ago", "2023-11-06"),
        ("Nov. 3", "2023-11-03"),
        ("November 3rd", "2023-11-03"),
        ("3 November", "2023-11-03"),
        ("Dec. 4", "2023-12-04"),
        ("Jan. 9", "2024-01-09"),
        ("Sept. 29, 2012", "2012-09-29"),
        ("Thursday, Aug. 11, 2016", "2016-08-11"),
        ("March 17-18", "2024-03-17"),
        ("the 2nd", "2023-11-02"),
        ("the 31st", "2023-10-31"),
        ("July", "2023-07"),
        ("last December", "2022-12"),
        ("July 2014", "2014-07"),
        ("last month", "2023-10"),
        ("Late last month", "2023-10"),
        ("earlier this month", "2023-11"),
        ("next month", "2023-12"),
        ("Veterans Day", "2023-11-11"),
        ("2023-10-01", "2023-10-01"),
        ("yesterday afternoon", "2023-11-08"),
        ("Tuesday of last week", "2023-10-31"),
        ("Monday next week", "2023-11-13"),
        ("Tuesday week", "2023-11-21"),
        ("a week from Tuesday", "2023-11-21"),
        ("a week ago Tuesday", "2023-10-31"),
        ("this Saturday", "2023-11-11"),
        ("this coming Monday", "2023-11-13"),
        ("this past Saturday", "2023-11-04"),
        ("Labor Day", "2023-09-04"),
        ("Memorial Day", "2023-05-29"),
        ("New Year’s Eve", "2023-12-31"),
        # not a definite day or month
        ("last week", None),
        ("this year", None),
        ("in 2012", None),
        ("a day earlier", None),
        ("three months ago", None),
        ("January and February", None),
        ("the spring of 1978", None),
        ("Feb. 30", None),
        ("primary day", None),
        ("every Thursday", None),
        ("each Friday night", None),
        ("the weekend", None),
        ("a week ago", None),
        # counts from a day that is not known here
        ("the following Tuesday", None),
        ("the Tuesday before", None),
        ("the next day", None),
        ("that night", None),
        ("two days later", None),
        ("", None),
    ],
)
def test_a_date_is_resolved_against_the_articles(written: str, iso: str | None) -> None:
    assert resolve_date(written, ARTICLE) == iso


@pytest.mark.parametrize(
    ("written", "past", "future"),
    [
        ("Friday", "2023-11-03", "2023-11-10"),
        ("Thursday", "2023-11-09", "2023-11-09"),
        ("May", "2023-05", "2024-05"),
        ("November", "2023-11", "2023-11"),
        ("Dec. 4", "2022-12-04", "2023-12-04"),
        ("the 28th", "2023-10-28", "2023-11-28"),
    ],
)
def test_the_tense_of_the_sentence_decides(written: str, past: str, future: str) -> None:
    assert resolve_date(written, ARTICLE, future=False) == past
    assert resolve_date(written, ARTICLE, future=True) == future


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("the following Tuesday", "2023-10-31"),
        ("the following Friday night", "2023-11-03"),
        ("the Monday after", "2023-10-30"),
        ("the previous Friday", "2023-10-20"),
        ("the Tuesday before", "2023-10-24"),
        ("the next morning", "2023-10-28"),
        ("the day after", "2023-10-28"),
        ("a day later", "2023-10-28"),
        ("two days later", "2023-10-29"),
        ("the night before", "2023-10-26"),
        ("a day earlier", "2023-10-26"),
        ("10 days earlier", "2023-10-17"),
        ("that evening", "2023-10-27"),
        ("the same day", "2023-10-27"),
        # these count from the article's day, or mean themselves
        ("Tuesday", "2023-11-07"),
        ("tomorrow", "2023-11-10"),
        ("last Tuesday", "2023-11-07"),
        ("March 3", "2024-03-03"),
        # no definite day
        ("the following week", None),
        ("a week later", None),
        ("the next month", "2023-12"),
    ],
)
def test_some_dates_count_from_the_day_named_before(written: str, iso: str | None) -> None:
    friday = "2023-10-27"
    assert resolve_date(written, ARTICLE, anchor=friday) == iso


@pytest.mark.parametrize(
    ("written", "counts"),
    [
        ("the following Tuesday", True),
        ("a day earlier", True),
        ("That night", True),
        ("Tuesday", False),
        ("next Tuesday", False),
        ("tonight", False),
        ("two days ago", False),
        ("March 3", False),
    ],
)
def test_which_dates_count_from_another(written: str, counts: bool) -> None:
    assert counts_from_another(written) is counts


def test_a_day_to_count_from_serves_without_the_articles_date() -> None:
    assert resolve_date("the next day", None, anchor="2021-02-28") == "2021-03-01"


@pytest.mark.parametrize(
    ("written", "iso"), [("Thursday", None), ("March 3", None), ("March 3, 2021", "2021-03-03")]
)
def test_without_a_date_of_the_article_only_a_year_helps(written: str, iso: str | None) -> None:
    assert resolve_date(written, None) == iso


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They met Wednesday night and again on March 3.", ["Wednesday night", "March 3"]),
        ("The council votes on 3 March 2021, it said.", ["3 March 2021"]),
        ("Late last month it wrote; the 22nd is next.", ["Late last month", "the 22nd"]),
        ("Closed since May 2020 and in 2012.", ["May 2020", "2012"]),
        ("You may march on; it costs $4 a month.", []),
        ("In the next morning's paper", ["the next morning"]),
        ("Sunday's meeting", ["Sunday"]),
        ("Friday-night lights", []),
        ("The following Tuesday it met again.", ["The following Tuesday"]),
        ("It met Friday and the Tuesday before, it said.", ["Friday", "the Tuesday before"]),
        ("the Tuesday before Easter", ["Tuesday"]),
        ("It met on Tuesday of last week.", ["Tuesday of last week"]),
        ("They march every Friday.", ["every Friday"]),
        ("Open on Thursdays", []),
        ("closed on Labor Day and New Year’s Eve", ["Labor Day", "New Year’s Eve"]),
        ("He left the day before.", ["the day before"]),
        ("It sat the day before the vote.", []),
        ("Room 2012, 300 people", []),
    ],
)
def test_dates_are_found_as_written(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find_dates(text)] == found


days = st.dates(datetime.date(1990, 1, 2), datetime.date(2089, 12, 30))
weekdays = st.sampled_from(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Sunday"])


@given(days, weekdays)
def test_a_past_weekday_is_the_last_one(day: datetime.date, name: str) -> None:
    found = datetime.date.fromisoformat(resolve_date(name, str(day), future=False) or "")
    assert found.strftime("%A") == name
    assert 0 <= (day - found).days < 7


@given(days, days)
def test_a_date_with_its_year_means_itself(day: datetime.date, article: datetime.date) -> None:
    assert resolve_date(f"{day:%B} {day.day}, {day.year}", str(article)) == str(day)


@given(st.text(max_size=30), st.one_of(st.none(), days.map(str)))
def test_no_text_breaks_it(text: str, article: str | None) -> None:
    iso = resolve_date(text, article)
    assert iso is None or datetime.date.fromisoformat(iso if len(iso) == 10 else f"{iso}-01")
    for start, end in find_dates(text):
        assert text[start:end].strip()
