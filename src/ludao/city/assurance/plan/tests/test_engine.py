"""The reader against three plans, a hand-made list of their targets, and any text at all."""

import os
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ludao.city.assurance.plan.engine.numerals import han
from ludao.city.assurance.plan.engine.reading import Reading, read

from .gold import SECOND, THIRD, WORK_PLAN, WORK_PLAN_LISTS

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("LUDAO_SHARED", HERE.parents[5] / "../shared"))


def shared(name: str) -> str:
    path = SHARED / "plan" / name
    if not path.is_file():
        pytest.skip(f"the shared folder has no {path}")
    return path.read_text("utf-8")


def facts(reading: Reading, *kinds: str) -> set[tuple]:
    return {
        (item.number, t.kind, t.said.text, t.sign, t.value, t.unit) for item, t in reading.targets if t.kind in kinds
    }


def gold(rows: list[tuple]) -> set[tuple]:
    return {(*row[:4], None if row[4] is None else Decimal(row[4]), row[5]) for row in rows}


@pytest.mark.real
def test_the_work_plan_has_every_clause_of_the_list() -> None:
    listed = set(re.findall(r"^\| (\d\.\d\.\d) ", shared("CLAUSES.md"), re.M))
    read_numbers = {item.number for item in read(shared("work-plan-2022.txt")).items}
    assert len(listed) == 39 - len(read_numbers - listed)
    assert listed <= read_numbers


@pytest.mark.real
def test_the_work_plans_targets_are_those_of_the_hand_made_list() -> None:
    reading = read(shared("work-plan-2022.txt"))
    assert facts(reading, "number", "coverage", "date") == gold(WORK_PLAN)
    lists = {(item.number, t.names[0], len(t.names), t.sign == "≥") for item, t in reading.targets if t.kind == "list"}
    assert lists <= set(WORK_PLAN_LISTS)
    assert len(lists) / len(WORK_PLAN_LISTS) > 0.95
    assert len(reading.targets) >= 25


@pytest.mark.real
def test_the_work_plan_names_its_parts_and_its_miscount() -> None:
    reading = read(shared("work-plan-2022.txt"))
    assert [part.title for part in reading.parts][:2] == ["数字政府", "数字经济"]
    assert (reading.title, reading.last_year) == ("2022年数字厦门工作要点", 2022)
    assert [n.zh for n in reading.notices] == ["开头写明38项任务，实际读到39项"]


@pytest.mark.real
def test_a_deadline_holds_for_the_rest_of_its_sentence() -> None:
    due = {(i.number, t.said.text): str(t.due_on) for i, t in read(shared("work-plan-2022.txt")).targets if t.due_on}
    assert due[("3.1.2", "全面接入")] == due[("3.1.2", "达50亿条以上")] == "2022-06-30"
    assert due[("5.1.1", "1万个")] == "2022-12-31"


@pytest.mark.parametrize(("name", "rows"), [("second", SECOND), ("third", THIRD)])
def test_plans_of_other_numbering_are_read_too(name: str, rows: list[tuple]) -> None:
    reading = read((HERE / f"{name}_plan.txt").read_text("utf-8"))
    assert not reading.faults
    assert facts(reading, "number", "coverage", "date") == gold(rows)


def test_owners_named_in_the_text_are_read() -> None:
    item = read((HERE / "second_plan.txt").read_text("utf-8")).items[0]
    assert [s.text for s in item.leads] == ["市大数据局"]
    assert [s.text for s in item.supports] == ["市统计局", "市公安局"]


def test_a_text_without_numbers_is_refused_with_its_line() -> None:
    (fault,) = read("\n关于开展活动的通知\n请各单位参加。").faults
    assert (fault.line, "没有找到编号的任务" in fault.zh) == (2, True)


def test_a_jump_in_the_numbering_is_named_with_its_line() -> None:
    (notice,) = read("2024年工作计划\n1、甲。做甲。\n3、丙。做丙。").notices
    assert (notice.line, notice.en) == (3, "numbered 3, 2 was due")


def test_a_section_without_items_is_an_item_itself() -> None:
    items = read("2024年计划\n一、甲\n1、一。做一。\n2、二。做二。\n二、乙\n完成3项以上改革。").items
    assert [(i.number, i.title.text) for i in items] == [("1.1.1", "一"), ("1.1.2", "二"), ("2.1.1", "乙")]


def test_what_is_no_target_stays_out() -> None:
    names = "第五届峰会、40周年、5G、IPv6、地铁1号线、12345热线、3A级景区、7×24小时服务；以地图为底；《三十条》"
    text = f"2024年计划\n1、甲。{names};去年新增80个。"
    assert not read(text).targets


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("十二", 12),
        ("两百零三", 203),
        ("三千万", 30_000_000),
        ("二〇二二", 2022),
        ("一亿零五十", 100_000_050),
    ],
)
def test_chinese_numerals(text: str, value: int) -> None:
    assert han(text) == value


PLANLIKE = st.lists(
    st.sampled_from(
        [
            *"一二三十、。,;()（）％①第章节条.1029 \n\n年月底前万亿个项%《》“”",
            "不少于",
            "达到",
            "以上",
            "2022年",
            "1.1 ",
            "1.1.1 ",
            "从",
            "个方面",
        ]
    ),
    max_size=60,
).map("".join)


@given(st.one_of(st.text(max_size=300), PLANLIKE))
def test_any_text_is_read_without_an_error_and_every_offset_is_true(text: str) -> None:
    reading = read(text)
    assert reading.items or reading.faults
    assert len({item.number for item in reading.items}) == len(reading.items)
    for item in reading.items:
        spans = [item.title, item.body, *item.leads, *item.supports]
        for target in item.targets:
            spans += [target.said, target.subject, *([target.until] if target.until else [])]
        assert all(text[s.start : s.end] == s.text for s in spans)
