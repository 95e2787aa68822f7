"""Drawn up by fields: the words of a definition, what a word to blame is, and who hears of an overdue alert."""

from typing import Any

from ludao.blocks.indicator import defining, drafting, shipping
from ludao.blocks.indicator.engine import definition as definitions

FIELDS: dict[str, Any] = {
    "code": "night.calls",
    "zh": "夜间来电",
    "en": "Night calls",
    "theme": "service",
    "group": "",
    "means_zh": "夜间",
    "means_en": "At night",
    "owner": "xm-dsj",
    "unit_zh": "件",
    "unit_en": "calls",
    "precision": 0,
    "direction": "down",
    "areas": "district",
    "period": "month",
    "way": "computed",
    "source": "own",
    "sql": "select * from source.hotline.call",
    "area": "area_code",
    "day": "called_at",
    "since": "",
    "until": "",
    "at": "called_at",
    "value": "count(*)",
    "where": "hour(called_at) >= 22",
    "formula": "",
    "low": None,
    "high": None,
    "amber": "> 30",
    "red": "",
    "target": None,
    "ref": "",
}


def test_fields_become_a_definition_with_its_own_query() -> None:
    one = definitions.define("night.calls", drafting.words(FIELDS), "page")
    one = definitions.settled(one, {})
    assert (one.method, one.source, one.means_en, one.unit_en) == ("computed", "own.night.calls", "At night", "calls")
    assert one.own is not None and (one.own.area, one.own.on) == ("area_code", "called_at")
    assert one.runs and one.is_flow


def test_what_is_wrong_names_its_word() -> None:
    assert defining._blamed("amber is a comparison: '< 60'") == "amber"
    assert defining._blamed("x.y: there is no reference who") == "ref"


def test_a_change_of_words_keeps_the_values_and_one_of_the_query_does_not() -> None:
    was = {"zh": "来电", "source": "call", "value": "count(*)", "amber": "> 3"}
    assert not shipping.computes_otherwise(was, {**was, "zh": "来电量", "amber": "> 4"})
    assert shipping.computes_otherwise(was, {**was, "value": "count(distinct phone)"})
