"""Days, working days and deadlines of the city."""

import warnings
from datetime import UTC, date, datetime, time, timedelta

import pytest
from chinese_calendar import is_workday
from hypothesis import given
from hypothesis import strategies as st

from ludao.base import clock
from ludao.base.clock import SHANGHAI, add_working_days, deadline, is_working_day, working_days_between

KNOWN = st.dates(date(2005, 1, 1), date(clock.LAST_KNOWN_YEAR - 1, 12, 31))
ANY = st.dates(date(1990, 1, 1), date(2060, 12, 31))
pytestmark = pytest.mark.filterwarnings("ignore::ludao.base.clock.UnknownYear")


def test_now_is_aware_and_today_is_its_shanghai_day() -> None:
    assert clock.now().utcoffset() == timedelta(hours=8)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.day_of(datetime(2022, 6, 30, 16, 30, tzinfo=UTC)) == date(2022, 7, 1)
    with pytest.raises(ValueError, match="aware"):
        clock.day_of(datetime(2022, 6, 30))  # noqa: DTZ001


@given(KNOWN)
def test_known_years_agree_with_the_state_councils_notice(day: date) -> None:
    assert is_working_day(day) == is_workday(day)


def test_holidays_and_make_up_days_of_2022() -> None:
    assert not is_working_day(date(2022, 10, 7))  # a Friday of the National Day week
    assert is_working_day(date(2022, 10, 8))  # the Saturday that makes up for it
    assert add_working_days(date(2022, 9, 30), 1) == date(2022, 10, 8)
    assert add_working_days(date(2022, 10, 8), -1) == date(2022, 9, 30)
    assert clock.next_working_day(date(2022, 10, 1)) == date(2022, 10, 8)
    assert clock.next_working_day(date(2022, 10, 8)) == date(2022, 10, 8)


def test_an_unknown_year_is_said_and_ruled() -> None:
    year = clock.LAST_KNOWN_YEAR + 1
    assert clock.is_known(year - 1) and not clock.is_known(year)
    clock._working_days.cache_clear()
    with pytest.warns(clock.UnknownYear, match=str(year)):
        assert not is_working_day(date(year, 10, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not is_working_day(date(year, 5, 1))  # said once a year, not once a question
    assert not deadline(date(year - 1, 12, 30), 20).is_certain
    assert deadline(date(year - 1, 3, 1), 20).is_certain


@given(ANY, st.integers(0, 900))
def test_adding_then_counting_gives_the_same_number(day: date, n: int) -> None:
    assert working_days_between(day, add_working_days(day, n)) == n


@given(ANY, st.integers(1, 900))
def test_going_back_undoes_going_forth(day: date, n: int) -> None:
    there = add_working_days(day, n)
    assert is_working_day(there)
    assert is_working_day(add_working_days(there, -n))
    assert add_working_days(there, -n) <= clock.next_working_day(day)
    assert working_days_between(add_working_days(there, -n), there) == n


@given(ANY, ANY, st.integers(-300, 300))
def test_a_later_start_never_ends_earlier(a: date, b: date, n: int) -> None:
    first, second = sorted((a, b))
    assert add_working_days(first, n) <= add_working_days(second, n)


@given(ANY, st.integers(-300, 300))
def test_one_more_day_ends_later(day: date, n: int) -> None:
    assert add_working_days(day, n) < add_working_days(day, n + 1)


@given(ANY, ANY, ANY)
def test_counts_add_up(a: date, b: date, c: date) -> None:
    assert working_days_between(a, b) + working_days_between(b, c) == working_days_between(a, c)


def test_a_deadline_ends_when_business_ends() -> None:
    due = deadline(datetime(2022, 9, 29, 23, 0, tzinfo=SHANGHAI), 3)
    assert due == clock.Deadline(datetime(2022, 10, 9, 17, 30, tzinfo=SHANGHAI), True)
    assert deadline(date(2022, 9, 29), 3, promised=1, closes=time(18)).at == datetime(2022, 9, 30, 18, tzinfo=SHANGHAI)


def test_the_starting_day_is_the_one_in_shanghai() -> None:
    assert deadline(datetime(2022, 6, 30, 16, 30, tzinfo=UTC), 1).at.date() == date(2022, 7, 4)


@pytest.mark.parametrize(
    ("start", "day"),
    [
        (datetime(2022, 6, 30, 9, tzinfo=SHANGHAI), date(2022, 6, 30)),
        (datetime(2022, 6, 30, 18, tzinfo=SHANGHAI), date(2022, 7, 1)),
        (datetime(2022, 7, 2, 18, tzinfo=SHANGHAI), date(2022, 7, 4)),
        (date(2022, 7, 2), date(2022, 7, 4)),
    ],
)
def test_at_once_means_today_while_open(start: date, day: date) -> None:
    assert deadline(start, 0).at.date() == day


def test_calendar_days_do_not_end_on_a_holiday() -> None:
    assert clock.deadline_in_days(date(2022, 9, 25), 7).at.date() == date(2022, 10, 8)
    assert clock.deadline_in_days(date(2022, 9, 20), 7).at.date() == date(2022, 9, 27)


@pytest.mark.parametrize(("term", "promised"), [(5, 6), (5, -1), (-1, None)])
def test_a_promise_lies_within_the_law(term: int, promised: int | None) -> None:
    with pytest.raises(ValueError, match="promised term"):
        deadline(date(2022, 9, 29), term, promised)
