"""One entity and all entities are judged alike, whatever the facts; what cannot be told is said to be unknown."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ludao.base.errors import Problems
from ludao.blocks.lake import public as lake
from ludao.blocks.rule.engine import reading
from ludao.blocks.rule.engine.compiling import Judged, statement
from ludao.blocks.rule.engine.judging import judge, states_in
from ludao.blocks.rule.engine.proving import prove
from ludao.blocks.rule.engine.telling import reason
from ludao.blocks.rule.engine.words import CODES, Fact, Facts

ON = date(2026, 6, 30)
FACTS = Facts(
    "thing",
    "things",
    "id",
    {"zh": "物", "en": "Thing"},
    {
        f.name: f
        for f in (
            Fact("a", "number", "甲", "A"),
            Fact("b", "money", "乙", "B"),
            Fact("s", "text", "丙", "S"),
            Fact("f", "boolean", "丁", "F"),
            Fact("d", "date", "戊", "D"),
        )
    },
)
SAYS = (
    "a > 3 and b <= line",
    "f or a = 2",
    "not f",
    "s in ('x', 'yy') or s like 'a_%'",
    "s in (names)",
    "a between 1 and b",
    "d + interval '1 month' <= current_date",
    "extract(month from d) > 6",
    "least(a, b, 7) * 2 >= greatest(a, 1)",
    "coalesce(a, 0) / b > 0.5",
    "mod(a, 3) = 1",
    "round(a / 4) >= 1",
    "case when f then a else b end > 2",
    "s is null or f is not true",
    "nullif(a, 2) <> b",
    "left(s, 1) = 'a' or starts_with(s, 'y')",
    "length(s) >= 2",
    "abs(-a) + sign(b) > ceil(a / 2) - floor(b / 3)",
    "d - interval '2 years' > date '2020-02-29'",
)
WHO = ("all", "any", "none", "at_least")
ROW = st.fixed_dictionaries(
    {
        "a": st.none() | st.integers(-9, 9),
        "b": st.none() | st.integers(-9, 10**12),
        "f": st.none() | st.booleans(),
        "s": st.none() | st.sampled_from(["", "x", "yy", "ab", "a", "厦门"]),
        "d": st.none() | st.dates(date(1990, 1, 1), date(2030, 12, 31)),
    }
)


def text(says: tuple[str, ...], who: str, pay: str) -> str:
    names = [f"c{n}" for n in range(len(says))]
    conditions = "".join(f'[conditions.c{n}]\nzh = "{n}"\nen = "{n}"\nsays = "{s}"\n' for n, s in enumerate(says))
    members = "[" + ", ".join(f'"{n}"' for n in names) + "]"
    group = f"at_least = {min(2, len(names))}\nof = {members}" if who == "at_least" else f"{who} = {members}"
    return f"""code = "thing.one"
entity = "thing"
title = {{ zh = "试", en = "Trial" }}
owner = "x"
from = 2020-01-01
[legal]
note = "test"
[parameters.line]
zh = "线"
en = "Line"
unit = "元"
values = [{{ from = 2020-01-01, value = 5 }}, {{ from = 2027-01-01, value = 9 }}]
[parameters.names]
zh = "名单"
en = "Names"
values = [{{ from = 2020-01-01, value = ["x", "ab"] }}]
{conditions}[who]
{group}
[amount]
{pay}
[[examples]]
expect = "unknown"
[[examples]]
expect = "unknown"
"""


PAYS = (
    'formula = "b * 3 / 1000 + 0.5"',
    'formula = "least(b, line) - a"',
    'otherwise = "1"\n[[amount.table]]\nwhen = "a > 5"\npay = "b"\n[[amount.table]]\nwhen = "f"\npay = "line"',
    'hit = "sum"\ntable = [{ when = "a > 5", pay = "b" }, { when = "f", pay = "line" }]',
    'hit = "max"\ntable = [{ when = "a > 5", pay = "b" }, { when = "f", pay = "line" }]',
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(ROW, min_size=1, max_size=8),
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(SAYS), min_size=1, max_size=5).map(tuple),
            st.sampled_from(WHO),
            st.sampled_from(PAYS),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_bulk_equals_single(rows: list[dict[str, Any]], wanted: list[Any]) -> None:
    import pyarrow as pa

    policies = [
        reading.read(text(*one).replace("thing.one", f"thing.p{n}"), {"thing": FACTS}) for n, one in enumerate(wanted)
    ]
    schema = pa.schema(
        [
            ("id", pa.string()),
            ("a", pa.int64()),
            ("b", pa.int64()),
            ("s", pa.string()),
            ("f", pa.bool_()),
            ("d", pa.date32()),
        ]
    )
    with lake.session() as work:
        work.register("things", pa.Table.from_pylist([{"id": str(n), **r} for n, r in enumerate(rows)], schema))
        query = statement([Judged(p, 1) for p in policies], FACTS, ON)
        found = work.connection.execute(query).fetchall()
    assert len(found) == len(rows) * len(policies)
    by_code = {p.code: p for p in policies}
    for key, code, _, state, amount, bits in found:
        one = judge(by_code[code], FACTS, rows[int(key)], ON)
        assert (CODES[state], amount, bits) == (one.state, one.amount_fen, one.bits), (code, rows[int(key)])
        assert states_in(by_code[code], bits) == {s.condition.name: s.state for s in one.trace.steps()}
        assert reason(one)


def test_a_parameter_changes_with_its_day() -> None:
    policy = reading.read(text(("b <= line",), "all", 'formula = "1"'), {"thing": FACTS})
    assert judge(policy, FACTS, {"b": 800}, ON).state == "not_met"
    assert judge(policy, FACTS, {"b": 800}, date(2027, 1, 1)).state == "met"


def test_lack_of_data_is_named() -> None:
    policy = reading.read(text(("a > 1", "f"), "all", 'formula = "1"'), {"thing": FACTS})
    outcome = judge(policy, FACTS, {"a": 5}, ON)
    assert outcome.state == "unknown" and "丁" in reason(outcome)
    assert all(p.holds for p in prove(policy, FACTS))


@pytest.mark.parametrize(
    "says",
    [
        "a > 'x'",
        "s > 'a'",
        "d > 3",
        "nothing = 1",
        "pg_sleep(1) = 1",
        "(select 1) = 1",
        "a",
        "s like a",
        "d - d = 1",
        "interval '1 day' = d",
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(says: str) -> None:
    with pytest.raises(Problems) as refused:
        reading.read(text((says,), "all", 'formula = "1"'), {"thing": FACTS})
    assert refused.value.problems[0].field == "conditions.c0.says"
