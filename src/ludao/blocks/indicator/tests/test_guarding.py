"""Nobody learns one person's value by defining an indicator: what is refused, and what small groups leave out."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.blocks.indicator import guarding
from ludao.blocks.indicator.engine import aggregates, compiling
from ludao.blocks.indicator.engine import definition as definitions
from ludao.blocks.indicator.engine.definition import Source
from ludao.blocks.lake import public as lake

ADDRESS = "source.tax.income"
GRADES = {"id_number": "identifying", "income": "guarded", "birth_on": "guarded"}
GRADES |= {"area_code": "open", "paid_on": "open"}
PLAIN = f"select * from {ADDRESS}"


@pytest.fixture(autouse=True)
def catalogue(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    columns = [SimpleNamespace(name=name, tells=tells) for name, tells in GRADES.items()]
    entry = SimpleNamespace(address=ADDRESS, columns=SimpleNamespace(all=lambda: columns))
    may = SimpleNamespace(columns=tuple(GRADES), masks={"id_number": "id_number", "income": "all"}, where="")
    monkeypatch.setattr(guarding, "_entries", lambda source: [entry])
    monkeypatch.setattr(guarding.catalogue, "allowed_of", lambda actor, entries: {ADDRESS: may})
    return {"may": may}


def held(sql: str = PLAIN, **said: Any) -> int:
    over = {"sql": sql, "area": "area_code", "day": "paid_on", **said.pop("over", {})}
    text = {"zh": "甲", "en": "A", "theme": "economy", "value": "count(*)", "over": over, **said}
    one = definitions.define("test.one", text, "page")
    assert one.own is not None
    return guarding.least(Actor.system("test"), one, one.own)


def test_counts_sums_and_means_are_kept_to_five_rows() -> None:
    assert held() == 0
    assert held(where="area_code = '350203'") == 0
    for value in ("sum(income) / 100", "avg(income)", "count(income)", "count(distinct id_number)"):
        assert held(value=value) == 5
    assert held(where="income > 100000") == 5
    assert held(value="count(*) filter (where birth_on < date '1960-01-01')") == 5
    own = f"select income as x, area_code, paid_on from {ADDRESS} where area_code like '3502%'"
    assert held(own, value="avg(x)") == 5


@pytest.mark.parametrize(
    "value",
    [
        "max(income)",
        "min(birth_on)",
        "max(length(id_number))",
        "stddev(income)",
        "bool_or(income > 5)",
        "income",
        "sum(distinct income)",
        "sum(income * income)",
        "sum(case when area_code = '1' then income else 0 end)",
        "count(case when id_number = '350203199001011234' then 1 end)",
        "sum(cast(right(id_number, 4) as int))",
        "avg(id_number)",
        "count(*) filter (where id_number = '350203199001011234')",
        "max(\"Income\")",
        "count(distinct income, id_number)",
    ],
)
def test_one_persons_value_is_refused(value: str) -> None:
    with pytest.raises(Problem) as problem:
        held(value=value)
    assert problem.value.field == "value"


@pytest.mark.parametrize(
    "sql",
    [
        f"select max(income) as m, area_code, paid_on from {ADDRESS} group by all",
        f"select income as m, area_code, paid_on from {ADDRESS} limit 1",
        f"select income as m, area_code, paid_on from {ADDRESS} order by income",
        f"select distinct income as m, area_code, paid_on from {ADDRESS}",
        f"select r.income as m, c.area_code, c.paid_on from {ADDRESS} c cross join {ADDRESS} r where r.paid_on is null",
        f"select a.* from {ADDRESS} a natural join {ADDRESS} b",
        f"select x.m, area_code, paid_on from {ADDRESS}, (select income as m from {ADDRESS} limit 1) x",
        f"with q(m, n) as (select * from {ADDRESS}) select m from q",
        f"select a.m, area_code, paid_on from {ADDRESS} as a(k, m, b, area_code, paid_on)",
        f"select income + 0 as m, area_code, paid_on from {ADDRESS}",
        f"select income as x, x as m, area_code, paid_on from {ADDRESS} where x > 5",
        f"select income as x, x * 2 as m, area_code, paid_on from {ADDRESS}",
        f"select r as m, area_code, paid_on from {ADDRESS} r",
        f"select area_code, paid_on from {ADDRESS} where id_number = '350203199001011234'",
        f"select area_code, paid_on from {ADDRESS} where exists (select 1 from {ADDRESS} where income > 5)",
        f"select area_code, paid_on from {ADDRESS} union all select income, paid_on from {ADDRESS}",
        f"select * replace (income as area_code) from {ADDRESS}",
    ],
)
def test_a_query_does_not_make_one_value_look_like_many(sql: str) -> None:
    with pytest.raises(Problem) as problem:
        held(sql, value="count(m)" if " m" in sql else "count(*)")
    assert problem.value.field == "sql"


def test_days_and_areas_are_no_way_in(catalogue: dict[str, Any]) -> None:
    for over in ({"at": "birth_on"}, {"day": "birth_on"}, {"area": "id_number"}):
        with pytest.raises(Problem) as problem:
            held(over=over)
        assert problem.value.field in over
    catalogue["may"].where = "area_code = '350203'"
    with pytest.raises(Problem, match="部分数据行|Only some rows"):
        held()


def test_what_a_person_may_not_see_is_guarded_for_them(catalogue: dict[str, Any]) -> None:
    catalogue["may"].columns = ("area_code", "paid_on", "income", "id_number", "birth_on")
    assert held(value="max(length(area_code))") == 0
    catalogue["may"].columns = ("paid_on",)
    with pytest.raises(Problem):
        held(value="max(length(area_code))", over={"area": "", "day": "paid_on"})


def test_groups_of_fewer_than_five_give_no_value() -> None:
    text = {"zh": "甲", "en": "A", "theme": "economy", "value": "sum(income) / count(*)", "source": "s"}
    source = Source("s", "select * from income", area="area_code", on="paid_on")
    one = definitions.define("test.one", {**text, "areas": "district", "period": "month", "least": 5}, "page")
    assert aggregates.take(one.value) is not None
    for value in (one.value, aggregates.at_least("count(distinct id_number)", 5)):
        one = replace(one, value=value)
        unit = compiling.units([one], {"s": source})[0]
        with lake.session() as work:
            work.sql("create temp table areas as select unnest(['3502', '350203', '350205']) as code")
            work.sql(
                "create temp table income as select n::text as id_number, 100 as income, date '2026-01-05' as paid_on,"
                " case when n < 3 then '350205001' else '350203001' end as area_code from range(9) t(n)"
            )
            found = work.connection.sql(compiling.alone(unit, one, date(2026, 1, 31))).fetchall()
        assert sorted(area for area, _, value in found if value is not None) == ["3502", "350203"]
