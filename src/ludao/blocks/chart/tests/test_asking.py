"""From a declaration to one SELECT: what is refused, what is hidden, what an area does."""

import pytest

from ludao.base.errors import LudaoError
from ludao.blocks.chart.engine import asking, spec

COLUMNS = {"area_code": "open", "kind": "open", "born_on": "guarded", "name": "identifying", "pay_fen": "guarded"}
TEXT = """kind = "column"
data = "source.civil.aid"
area = "area_code"
by = "kind"
title = { zh = "救助", en = "Aid" }
[dimensions.kind]
sql = "kind"
zh = "种类"
en = "Kind"
[dimensions.area]
sql = "area_code"
kind = "area"
zh = "区域"
en = "Area"
[dimensions.year]
sql = "extract(year from born_on)"
kind = "year"
zh = "年份"
en = "Year"
[[measures]]
sql = "count(*)"
zh = "人数"
en = "Persons"
"""


def asked(text: str = TEXT, by: str = "", area: str = "") -> str:
    one = spec.read(text)
    return asking.statement(one, asking.view_of(one, by, None, area), "t", COLUMNS, "duckdb")


def test_groups_by_what_is_declared() -> None:
    assert "group by 1, 2 order by 1, 2" in asked()
    assert "having" not in asked()


def test_an_area_is_parted_one_level_below() -> None:
    assert "LEFT(\"area_code\", 6)" in asked(by="area")
    inside = asked(by="area", area="350203")
    assert "LEFT(\"area_code\", 9)" in inside and "LEFT(\"area_code\", 6) = '350203'" in inside


@pytest.mark.parametrize("area", ["350203' or '1'='1", "35", "3502031"])
def test_an_area_that_is_none_is_refused(area: str) -> None:
    with pytest.raises(LudaoError):
        asked(area=area)


def test_small_groups_of_what_is_guarded_are_not_shown() -> None:
    assert f"having count(*) >= {asking.FEWEST}" in asked(by="year")
    where = TEXT.replace('by = "kind"', 'by = "kind"\nwhere = "pay_fen > 10000"')
    assert f"having count(*) >= {asking.FEWEST}" in asked(where)


@pytest.mark.parametrize("change", [
    ('sql = "kind"', 'sql = "name"'), ('by = "kind"', 'by = "kind"\nwhere = "name = \'李雷\'"'),
    ('sql = "count(*)"', 'sql = "max(name)"'), ('sql = "count(*)"', 'sql = "min(pay_fen)"'),
    ('sql = "count(*)"', 'sql = "pay_fen"'), ('sql = "count(*)"', 'sql = "count(*) from t; drop table t"'),
    ('sql = "kind"', 'sql = "(select 1)"'), ('by = "kind"', 'by = "colour"'), ('kind = "column"', 'kind = "cake"'),
    ('data = "source.civil.aid"', 'data = "pg_catalog; x"'),
])
def test_what_would_name_somebody_or_is_no_sum_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(LudaoError) as refused:
        asked(TEXT.replace(*change, 1))
    assert str(refused.value)


def test_sums_of_what_is_guarded_are_allowed() -> None:
    assert "SUM" in asked(TEXT.replace('sql = "count(*)"', 'sql = "sum(pay_fen) / count(distinct name)"'))


def test_rows_are_kept_to_a_period_and_to_words_that_are_bound() -> None:
    one = spec.read(TEXT)
    kept = asking.kept_of({"since": "2020-03-01", "until": "2024-12-31", "f.kind": "低保' or 1=1", "f.colour": "red"})
    view = asking.view_of(one, kept=kept)
    text = asking.statement(one, view, "t", COLUMNS, "duckdb")
    assert "= $pick_0" in text and asking.parameters(view) == {"pick_0": "低保' or 1=1"}
    assert ">= 2020" in text and "<= 2024" in text
    assert f"having count(*) >= {asking.FEWEST}" in text, "a period over a guarded day parts the rows too"
    assert asking.asked_of(view.kept) == {"since": "2020-03-01", "until": "2024-12-31", "f.kind": "低保' or 1=1"}
    with pytest.raises(LudaoError):
        asking.view_of(one, kept=asking.Kept(until="2024-13-01"))
