"""Decision tables: each hit policy, each kind of entry, and nothing but closed words."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ludao.base.errors import Problem
from ludao.blocks.workflow.engine.tables import decide, holds, mistakes, tables

SHIPPED = (Path(__file__).parents[1] / "content" / "holiday_days.dmn").read_text(encoding="utf-8")


def table(policy: str, *rows: tuple[str, str], values: str = "") -> str:
    said = "".join(
        f"<rule><inputEntry><text>{a}</text></inputEntry><outputEntry><text>{b}</text></outputEntry></rule>"
        for a, b in rows
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="d" name="d">'
        f"<decisionTable {policy}><input><inputExpression><text>x</text></inputExpression></input>"
        f'<output name="y"><outputValues><text>{values}</text></outputValues></output>{said}</decisionTable>'
        "</decision></definitions>"
    )


def test_the_shipped_table_is_the_regulation() -> None:
    assert mistakes(SHIPPED) == []
    given = [decide(SHIPPED, {"years": n})["holiday_days"] for n in (0, 1, 9, 10, 19, 20, 40)]
    assert given == [0, 5, 5, 10, 10, 15, 15]


@pytest.mark.parametrize(
    "policy, expected",
    [
        ('hitPolicy="FIRST"', 1),
        ('hitPolicy="RULE ORDER"', [1, 2, 2]),
        ('hitPolicy="COLLECT"', [1, 2, 2]),
        ('hitPolicy="COLLECT" aggregation="SUM"', 5),
        ('hitPolicy="COLLECT" aggregation="MAX"', 2),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 3),
        ('hitPolicy="PRIORITY"', 2),
    ],
)
def test_each_hit_policy(policy: str, expected: Any) -> None:
    rows = (("-", "1"), ("&gt; 0", "2"), ("&gt; 1", "x"), ("&gt; 9", "9"))
    assert decide(table(policy, *rows, values="2, 1"), {"x": 2}) == {"y": expected}


def test_unique_refuses_two_rows_and_nothing_holds_gives_nothing() -> None:
    with pytest.raises(Problem):
        decide(table("", ("-", "1"), ("-", "2")), {"x": 1})
    assert decide(table("", ("&gt; 5", "1")), {"x": 1}) == {"y": None}


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9))
def test_ranges_are_what_they_say(x: int, low: int, high: int) -> None:
    assert holds(f"[{low}..{high}]", x, {}) == (low <= x <= high)
    assert holds(f"({low}..{high})", x, {}) == (low < x < high)
    assert holds(f"not({low}, {high})", x, {}) == (x not in (low, high))


def test_a_comma_within_a_text_does_not_split_it() -> None:
    assert holds('"a,b", "c"', "a,b", {}) and not holds('"a,b", "c"', "a", {})


@pytest.mark.parametrize("entry", ["__import__('os')", "x.y", "[i for i in x]"])
def test_nothing_but_closed_words(entry: str) -> None:
    assert mistakes(table("", (entry, "1"))) and mistakes(table("", ("-", entry)))
    with pytest.raises(Problem):
        decide(table("", (entry, "1")), {"x": 1})


def test_a_decision_is_made_after_those_it_requires() -> None:
    text = table("", ("&gt; 1", "10"), ("&lt;= 1", "20")).replace(
        "</definitions>",
        '<decision id="e" name="e"><variable name="z"/><informationRequirement><requiredDecision href="#d"/>'
        "</informationRequirement><literalExpression><text>y + x</text></literalExpression></decision></definitions>",
    )
    assert decide(text, {"x": 2}) == {"z": 12} and [one.key for one in tables(text)] == ["d", "e"]
