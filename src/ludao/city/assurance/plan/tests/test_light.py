"""The traffic light and the share of a target, case by case."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ludao.city.assurance.plan.engine.gantt import Line, chart
from ludao.city.assurance.plan.engine.light import Rules, Standing, expected, light, share

RULES = Rules(10, 25, 35, 70, 30, 80)
NEW_YEAR, YEAR_END = date(2022, 1, 1), date(2022, 12, 31)


def shown(today: date, percent: int, heard: date | None = None, closed: bool = False) -> str:
    return light(Standing(NEW_YEAR, YEAR_END, percent, heard, closed), today, RULES).colour


@pytest.mark.parametrize(
    ("today", "percent", "heard", "colour"),
    [
        (date(2023, 1, 1), 99, YEAR_END, "red"),
        (date(2022, 12, 31), 100, None, "done"),
        (date(2021, 12, 31), 0, None, "grey"),
        (date(2022, 7, 2), 49, date(2022, 7, 1), "green"),
        (date(2022, 7, 2), 39, date(2022, 7, 1), "amber"),
        (date(2022, 7, 2), 20, date(2022, 7, 1), "red"),
        (date(2022, 7, 2), 60, date(2022, 5, 1), "amber"),
        (date(2022, 7, 2), 60, date(2022, 4, 1), "red"),
        (date(2022, 12, 20), 97, date(2022, 12, 19), "green"),
    ],
)
def test_the_worst_rule_that_holds_decides(today: date, percent: int, heard: date | None, colour: str) -> None:
    assert shown(today, percent, heard) == colour


def test_a_closed_task_is_done_whatever_else_holds() -> None:
    assert shown(date(2030, 1, 1), 0, closed=True) == "done"


@given(st.integers(0, 364), st.integers(0, 99))
def test_more_progress_never_worsens_the_light(day: int, percent: int) -> None:
    today = NEW_YEAR + timedelta(days=day)
    order = ["done", "green", "amber", "red"]
    assert order.index(shown(today, percent + 1, today)) <= order.index(shown(today, percent, today))


@given(st.dates(NEW_YEAR, YEAR_END))
def test_the_expected_share_grows_from_nothing_to_all(today: date) -> None:
    assert 0 <= expected(NEW_YEAR, YEAR_END, today) <= expected(NEW_YEAR, YEAR_END, today + timedelta(days=1)) <= 100


@pytest.mark.parametrize(
    ("sign", "value", "current", "percent"),
    [
        ("≥", 600, 600, 100),
        (">", 220, 220, 99),
        ("=", 50, 25, 50),
        ("≤", 2, 3, 0),
        ("≤", 2, 2, 100),
        ("≥", 5, -1, 0),
    ],
)
def test_the_share_of_a_target(sign: str, value: int, current: int, percent: int) -> None:
    assert share(sign, Decimal(value), Decimal(current)) == percent


def test_a_bar_lies_within_its_chart() -> None:
    drawn = chart([Line("1.1.1", "甲", NEW_YEAR, YEAR_END, 50, "green")], date(2022, 7, 1))
    (bar,) = drawn.bars
    assert bar.x + bar.width <= drawn.width and bar.done * 2 == pytest.approx(bar.width, abs=0.2)
