"""The pure parts: periods, aggregates taken apart, scans that agree with each indicator alone, formulas, anomalies."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ludao.blocks.indicator.engine import aggregates, analysis, anomalies, compiling, drawing, formulas, periods
from ludao.blocks.indicator.engine import definition as definitions
from ludao.blocks.indicator.engine.definition import Definition, Source
from ludao.blocks.lake import public as lake

AS_OF = date(2026, 10, 30)
DAYS = st.dates(date(1950, 1, 1), date(2080, 12, 31))
KINDS = st.sampled_from(periods.KINDS)


@given(KINDS, DAYS, st.integers(-60, 60))
def test_shifting_there_and_back_is_the_same_period(kind: str, day: date, number: int) -> None:
    start = periods.start_of(kind, day)
    assert periods.shift(kind, periods.shift(kind, start, number), -number) == start
    assert start <= day <= periods.last_day(kind, start)


@given(KINDS, DAYS)
def test_a_name_reads_back(kind: str, day: date) -> None:
    start = periods.start_of(kind, day)
    assert periods.parse(periods.name(kind, start)) == (kind, start)


def test_what_cannot_be_added_up_is_told() -> None:
    taken = aggregates.take("count(*) filter (where a > 1) * 100.0 / count(*)", "b = 'x'")
    assert taken is not None
    assert {p.where for p in taken.partials} == {"(a > 1) and (b = 'x')", "(b = 'x')"}
    names = ["p" if "a > 1" in partial.where else "q" for partial in taken.partials]
    assert taken.over(names) == "p * 100.0 / q"
    assert aggregates.take("median(a)") is None
    assert aggregates.take("count(distinct a)") is None
    with pytest.raises(ValueError, match="no query"):
        aggregates.take("(select 1)")


SOURCES = {
    "stock": Source("stock", "select * from things", area="area", since="begun", until="ended"),
    "flow": Source("flow", "select * from things", area="area", on="begun"),
    "now": Source("now", "select * from things", area="area"),
}


def _define(code: str, **said: Any) -> Definition:
    plain = {"zh": code, "en": code, "theme": "economy", "areas": "street", "period": "month"}
    return definitions.settled(definitions.define(code, plain | said), SOURCES)


COMPUTED = [
    _define("s.count", source="stock", value="count(*)"),
    _define("s.mean", source="stock", value="avg(worth)", where="kind = 'a'"),
    _define("s.share", source="stock", value="count(*) filter (where kind = 'b') * 100.0 / count(*)", period="year"),
    _define("s.old", source="stock", value="count(*)", where="begun <= ends_on - interval '1 year'", period="year"),
    _define("f.count", source="flow", value="count(*)"),
    _define("f.year", source="flow", value="sum(worth)", period="year"),
    _define("f.median", source="flow", value="median(worth)"),
    _define("n.count", source="now", value="count(*)"),
    _define("n.max", source="now", value="max(worth)", areas="district"),
]


@pytest.fixture(scope="module")
def engine() -> Any:
    made = lake.session().connection
    made.execute("""create table things as select
        '3502' || lpad((3 + i % 3)::varchar, 2, '0') || lpad((1 + i % 2)::varchar, 3, '0') || '001' as area,
        date '2024-06-03' + (i * 7 % 870)::integer as begun,
        case when i % 4 = 0 then date '2024-06-03' + (i * 7 % 870 + i % 300)::integer end as ended,
        case when i % 5 < 2 then 'a' else 'b' end as kind, (i * 37 % 101)::bigint as worth from range(400) r(i)""")
    made.execute(
        "create table areas as select * from (values ('3502'), ('350203'), ('350204'), ('350205'),"
        " ('350203001'), ('350203002'), ('350204001'), ('350204002'), ('350205001'), ('350205002')) a(code)"
    )
    return made


def _together(engine: Any) -> dict[tuple[str, str, date], float]:
    found = {}
    for unit in compiling.units(COMPUTED, SOURCES):
        for step in compiling.steps(unit, AS_OF):
            engine.execute(f"create or replace temp table {step.name} as {step.sql}")
        for number, (_, some) in enumerate(compiling.groups(unit)):
            for place, one in enumerate(some):
                for area, start, value in engine.execute(
                    f"select area, starts_on, v{place} from value_{number} where v{place} is not null"
                ).fetchall():
                    if len(area) <= one.depth and start >= periods.back(one.period, AS_OF, one.periods)[0]:
                        found[one.code, area, start] = value
    return found


def test_one_scan_gives_what_each_gives_alone(engine: Any) -> None:
    together, alone = _together(engine), {}
    for unit in compiling.units(COMPUTED, SOURCES):
        for one in unit.definitions:
            for area, start, value in engine.execute(compiling.alone(unit, one, AS_OF)).fetchall():
                alone[one.code, area, start] = value
    assert {code for code, _, _ in alone} == {d.code for d in COMPUTED}
    assert together == pytest.approx(alone)


@pytest.mark.parametrize("area", ["3502", "350203", "350204002"])
def test_values_are_what_counting_by_hand_gives(engine: Any, area: str) -> None:
    together = _together(engine)

    def by_hand(what: str, where: str) -> float:
        return engine.execute(f"select {what} from things where starts_with(area, '{area}') and {where}").fetchone()[0]

    march = "begun <= date '2026-03-31' and (ended is null or ended > date '2026-03-31')"
    assert together["s.count", area, date(2026, 3, 1)] == by_hand("count(*)", march)
    assert together["s.mean", area, date(2026, 3, 1)] == pytest.approx(by_hand("avg(worth)", f"{march} and kind = 'a'"))
    assert together["s.old", area, date(2026, 1, 1)] == by_hand(
        "count(*)", "begun <= date '2025-10-30' and (ended is null or ended > date '2026-10-30')"
    )
    assert together["f.count", area, date(2026, 3, 1)] == by_hand(
        "count(*)", "date_trunc('month', begun) = '2026-03-01'"
    )
    assert together["f.year", area, date(2025, 1, 1)] == by_hand("sum(worth)", "year(begun) = 2025")
    assert together["f.median", area, date(2026, 3, 1)] == by_hand(
        "median(worth)", "date_trunc('month', begun) = '2026-03-01'"
    )


def test_rows_of_a_value_are_as_many_as_it_counts(engine: Any) -> None:
    together = _together(engine)
    for unit in compiling.units(COMPUTED, SOURCES):
        for one in unit.definitions:
            if one.value == "count(*)":
                key = max(k for k in together if k[0] == one.code and k[1] == "350203")
                rows = engine.execute(compiling.rows_of(unit, one, "350203", key[2], AS_OF, 1000)).fetchall()
                assert len(rows) == together[key], one.code


def test_formulas_look_back_and_across(engine: Any) -> None:
    known = [("a.flow", "3502", date(2025, m, 1), float(m)) for m in range(1, 13)]
    known += [("a.flow", "3502", date(2026, m, 1), 2.0 * m) for m in range(1, 4)]
    known += [("a.flow", "350203", date(2026, 3, 1), 1.5), ("a.base", "3502", date(2026, 1, 1), 10.0)]
    engine.execute("create or replace temp table known (code text, area text, starts_on date, value double)")
    engine.executemany("insert into known values (?, ?, ?, ?)", known)
    engine.execute(
        "create or replace temp table periods as select 'month' as kind, make_date(2026, m::int, 1) as starts_on"
        " from range(1, 4) r(m)"
    )
    flow = _define("a.flow", flow=True, areas="district")
    here = {"a.flow": flow, "a.base": _define("a.base", period="year")}

    def worked(text: str, area: str = "3502", **said: Any) -> Any:
        one = _define("f.x", formula=text, areas="district", **said)
        rows = engine.execute(formulas.sql(one, {**here, "f.x": one})).fetchall()
        return {start: value for a, start, value in rows if a == area}

    assert worked("growth(a.flow)") == pytest.approx({date(2026, m, 1): 100.0 for m in (1, 2, 3)})
    assert worked("change(a.flow)")[date(2026, 2, 1)] == pytest.approx(100.0)
    assert worked("mean(a.flow, 3)")[date(2026, 3, 1)] == pytest.approx(4.0)
    assert worked("a.flow / a.base")[date(2026, 3, 1)] == pytest.approx(0.6)  # a year's value holds in its months
    assert worked("a.flow", period="year") == {date(2025, 1, 1): 78.0, date(2026, 1, 1): 12.0}
    assert worked("a.flow / city(a.flow)", "350203")[date(2026, 3, 1)] == pytest.approx(0.25)


@pytest.mark.parametrize("text", ["a.b + sleep(1)", "(select 1)", "a.b; drop table x", "read_csv('x')"])
def test_a_formula_says_nothing_but_figures(text: str) -> None:
    with pytest.raises(Exception, match=r"."):
        formulas.read(text)


def test_circles_are_named() -> None:
    here = {c: _define(c, formula=f) for c, f in (("a.a", "a.b + 1"), ("a.b", "a.a + 1"))}
    with pytest.raises(ValueError, match="circle"):
        formulas.order(here)


def test_unlikely_values_and_breaks() -> None:
    history = [100.0 + 2 * n + (n % 3) for n in range(20)]
    known = anomalies.expected(history, "year")
    assert known is not None and known.holds(141) and not known.holds(1410) and not known.holds(14)
    assert anomalies.breaks([*history, *(v + 80 for v in history)]) == [20]
    assert anomalies.breaks(history) == []
    weekly = [50.0 + (30 if n % 7 > 4 else 0) + n % 2 for n in range(42)]  # busy at the end of each week
    seasonal = anomalies.expected(weekly, "day")
    assert seasonal is not None and seasonal.holds(50) and not seasonal.holds(90)
    assert anomalies.expected([1.0, 2.0], "year") is None


def test_parts_of_a_move_add_up() -> None:
    moved = analysis.factors(lambda v: v[0] / v[1] * 100, [20, 100], [33, 110], ["a", "b"])
    assert sum(s.moved for s in moved) == pytest.approx(33 / 110 * 100 - 20)
    assert {s.name: s.moved > 0 for s in moved} == {"a": True, "b": False}
    assert [s.name for s in analysis.parts({"x": 1, "y": 5}, {"x": 4, "y": 4})] == ["x", "y"]


def test_a_forecast_keeps_its_band_around_it() -> None:
    ahead = analysis.forecast([10, 12, 11, 13, 15, 14, 16, 18, 17, 19, 20, 21], 4)
    assert len(ahead) == 4 and all(low <= middle <= high for low, middle, high in ahead)
    assert analysis.forecast([5, 5, 5, 5, 5, 5, 5], 1) == []


def test_a_radar_keeps_the_axis_of_what_has_no_score() -> None:
    made = drawing.radar([("a", 50), ("b", 100), ("c", None)])
    assert len(made["rings"]) == 5 and len(made["axes"]) == 3
    assert len(str(made["polygon"]).split()) == 2
