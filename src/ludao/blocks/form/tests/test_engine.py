"""A form's text is read or told what is wrong with it; answers are asked by conditions, checked by kind and schema."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ludao.base.errors import Problem, Problems
from ludao.blocks.form.engine.asking import clean, every
from ludao.blocks.form.engine.checking import check
from ludao.blocks.form.engine.kinds import KINDS
from ludao.blocks.form.engine.reading import read

EXAMPLE = (Path(__file__).parents[1] / "content" / "example.form.json").read_text(encoding="utf-8")
DESIGN = read(EXAMPLE)
RIGHT: dict[str, Any] = {"kind": "self", "name": "李雷", "id_number": "11010519491231002X", "phone": "15400001234",
                         "area": "350203001001"}


def changed(change: Any) -> str:
    table = json.loads(EXAMPLE)
    change(table)
    return json.dumps(table)


def wrong(data: dict[str, Any]) -> dict[str, str]:
    return {problem.field: str(problem) for problem in check(DESIGN, data)}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda f: f.pop("schema"), "schema"),
        (lambda f: f.pop("title"), "title"),
        (lambda f: f["schema"]["properties"]["name"].pop("x-en"), "properties.name.title"),
        (lambda f: f["schema"]["properties"]["name"].update({"x-kind": "magic"}), "properties.name.x-kind"),
        (lambda f: f["schema"]["properties"]["name"].update({"x-when": "import os"}), "properties.name.x-when"),
        (lambda f: f["schema"]["properties"]["name"].update({"x-when": "nobody == 1"}), "properties.name.x-when"),
        (lambda f: f["schema"]["properties"]["name"].update({"x-magic": 1}), "properties.name.x-magic"),
        (lambda f: f["schema"]["properties"]["name"].update({"maxLength": "many"}),
         "schema.properties.name.maxLength"),
        (lambda f: f["schema"]["properties"]["kind"].update({"x-options": []}), "properties.kind.x-options"),
        (lambda f: f["schema"]["properties"]["phone"].update({"x-from": {"source": "person"}}),
         "properties.phone.x-from"),
        (lambda f: f["schema"]["required"].append("nobody"), "properties"),
        (lambda f: f["layout"][0]["fields"].append("nobody"), "layout.0.fields"),
        (lambda f: f["layout"][0]["fields"].append("area"), "layout"),
        (lambda f: f["layout"][0]["fields"].remove("name"), "layout"),
        (lambda f: f["schema"]["properties"].update({"Name": {"title": "名", "x-en": "Name"}}), "properties.Name"),
    ],
)
def test_a_mistake_in_a_form_is_told_with_its_place(change: Any, place: str) -> None:
    with pytest.raises(Problems) as caught:
        read(changed(change))
    assert place in {problem.field for problem in caught.value.problems}


def test_what_is_right_has_no_problem() -> None:
    assert wrong(RIGHT) == {}


def test_a_missing_answer_is_asked_for_once() -> None:
    assert set(wrong({})) == {"kind", "name", "id_number", "phone", "area"}


def test_a_condition_decides_what_is_asked() -> None:
    assert set(wrong(RIGHT | {"kind": "agent"})) == {"agent.name", "agent.id_number"}
    assert "enterprise.credit_code" in wrong(RIGHT | {"kind": "enterprise"})
    assert wrong(RIGHT | {"has_children": True}) == {"children": "请至少填一行"}
    assert wrong(RIGHT | {"kind": "self", "has_children": False}) == {}


def test_an_answer_that_is_not_asked_counts_for_nothing() -> None:
    family = RIGHT | {"has_children": True, "children": [{"name": "小明", "born_on": "2020-02-02"}]}
    assert "children" in clean(DESIGN, family)
    assert "children" not in clean(DESIGN, family | {"kind": "enterprise"})  # its section is hidden
    assert "children" not in clean(DESIGN, family | {"has_children": False})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("id_number", "110105194912310021", "校验码"), ("phone", "12345", "手机号"),
        ("born_on", "2999-01-01", "不能晚于"),
        ("account", "6222021234567890", "校验"), ("email", "nobody", "邮箱"), ("deposit", 1, "¥1.00"),
        ("deposit", "许多", "金额"), ("share", 101, "不能大于"), ("name", "名" * 81, "最多 80 个字"),
        ("kind", "none", "选项中"),
        ("spot", {"longitude": 200, "latitude": 0}, "经度"), ("wishes", ["sms", "sms"], "重复"), ("photo", 12, "不对"),
    ],
)
def test_a_wrong_answer_is_told_by_its_field(name: str, value: Any, said: str) -> None:
    problems = wrong(RIGHT | {name: value})
    assert list(problems) == [name] and said in problems[name]


def test_a_row_is_told_by_its_number() -> None:
    rows = [{"name": "小明", "born_on": "2020-02-02"}, {"name": "小红"}]
    assert wrong(RIGHT | {"has_children": True, "children": rows}) == {"children.1.born_on": "请填写"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])  # slow on a machine that is busy otherwise
@given(st.dictionaries(st.sampled_from(sorted(DESIGN.schema["properties"])), st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6)))
def test_any_data_gets_an_answer(data: dict[str, Any]) -> None:
    """Nothing that comes from outside breaks the check, and what counts is asked for by its kind."""
    check(DESIGN, data)
    assert set(clean(DESIGN, data)) <= {one.field.name for one in every(DESIGN, data)}


@pytest.mark.parametrize(("kind", "typed", "value"), [
    ("money", "1,234.5", 123450), ("money", "3万", 3_000_000), ("day", "2026年1月2日", "2026-01-02"),
    ("day", "20260102", "2026-01-02"), ("integer", "１２", 12), ("decimal", "12.50", 12.5),
    ("phone", "+86 154 0000 1234", "15400001234"), ("phone", "0592-1234567", "0592-1234567"),
    ("bank_account", "4111 1111 1111 1111", "4111111111111111"), ("yes_no", "yes", True),
    ("moment", "2026-01-02T08:30", "2026-01-02T08:30+08:00"), ("id_number", "11010519491231002x", "11010519491231002X"),
])
def test_typed_text_is_read_by_its_kind(kind: str, typed: str, value: Any) -> None:
    assert KINDS[kind].read(typed) == value
    if kind not in ("yes_no",):
        assert KINDS[kind].read(KINDS[kind].write(value)) == value, "what is shown again reads the same"


@pytest.mark.parametrize("kind", ["money", "day", "integer", "decimal", "phone", "bank_account", "moment", "id_number",
                                  "credit_code", "email", "yes_no"])
def test_what_cannot_be_read_is_told(kind: str) -> None:
    with pytest.raises(Problem):
        KINDS[kind].read("什么")
