"""The catalogue: what comes with the house, files with bad rows, versions, and who may do what."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ludao.base.actor import Actor
from ludao.base.errors import LudaoError, Problem
from ludao.blocks.identity.public import Organisation
from ludao.blocks.permission.public import Holding
from ludao.city.services.item import actions, finding, shipping, wanting
from ludao.city.services.item.models import Item, Version

SYSTEM = Actor.system("test")
HEAD = "事项编码,事项名称,事项类型,实施主体\n"


def centre() -> Organisation:
    return Organisation.objects.get(pk="xm-zwzx")


def brought(text: str, name: str = "items.csv") -> Any:
    return actions.catalogue.import_items(SYSTEM, file=SimpleUploadedFile(name, text.encode()), organisation=centre())


def test_the_city_offers_more_than_seven_hundred_items_once(city: Any) -> None:
    offered = Item.objects.filter(state=Item.PUBLISHED, origin=shipping.SHIPPER)
    assert offered.count() >= 700
    assert offered.values("name_zh").distinct().count() == offered.count()
    assert set(shipping.ship()) == {"made", "changed", "same"} and shipping.ship()["made"] == 0
    assert all(event in finding.events() for item in offered for event in item.events)


def test_good_rows_come_in_bad_ones_are_named(city: Any) -> None:
    made = brought(
        HEAD + "T-001,测试事项一,01,厦门市公安局\nT-002,,01,厦门市公安局\nT 3,有空格的编码,01,x\n"
        "T-004,类型不明,77,x\nT-001,又一次,01,x\nT-005,别处部门的事项,20,广安区某局\n"
    )
    assert (made.rows, made.made, made.bad) == (6, 2, 4)
    reasons = {row.line: row.reason for row in made.lines.filter(outcome="bad")}
    assert "超过200字" in reasons[3] and "编码" in reasons[4] and "77" in reasons[5] and "第 2 行" in reasons[6]
    police, elsewhere = Item.objects.get(code="T-001"), Item.objects.get(code="T-005")
    assert (police.organisation_id, police.kind, police.department) == ("xm-gaj", "permit", "")
    assert (elsewhere.organisation_id, elsewhere.department) == ("xm-zwzx", "广安区某局")
    assert [i.code for i in finding.found("别处部门的事项")][0] == "T-005"


def test_the_same_file_again_changes_nothing_and_a_changed_row_is_a_new_version(city: Any) -> None:
    text = HEAD + "T-001,测试事项一,01,厦门市公安局\nT-002,测试事项二,01,厦门市公安局\n"
    brought(text)
    again = brought(text)
    assert (again.made, again.changed, again.same) == (0, 0, 2)
    changed = brought(text.replace("事项二", "事项二（修订）"))
    assert (changed.changed, changed.same) == (1, 1)
    item = Item.objects.get(code="T-002")
    assert item.number == 2 and [v.state for v in item.versions.order_by("number")] == ["past", "published"]


def test_a_spreadsheet_is_read_as_well(city: Any, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["事项编码", "事项名称", "事项类型", "承诺时限"], ["T-101", "表格事项", "公共服务", "即办"]):
        book.active.append(row)
    book.save(tmp_path / "items.xlsx")
    made = actions.catalogue.import_items(
        SYSTEM, file=SimpleUploadedFile("items.xlsx", (tmp_path / "items.xlsx").read_bytes()), organisation=centre()
    )
    assert (made.made, Item.objects.get(code="T-101").promised_days) == (1, 0)


def test_a_file_that_is_no_table_says_what_is_missing(city: Any) -> None:
    with pytest.raises(Problem, match="缺少列"):
        brought("甲,乙\n1,2\n")
    with pytest.raises(Problem, match="不是能读的表格"):
        brought("no workbook", "items.xlsx")


def test_an_item_is_drawn_up_published_revised_and_retired(city: Any) -> None:
    item = actions.catalogue.draft(SYSTEM, code="T-200", name_zh="试办事项", kind="service", organisation=centre())
    draft = item.versions.get()
    assert not finding.found("试办事项") or finding.found("试办事项")[0].pk != item.pk
    actions.catalogue.set_facts(SYSTEM, version=draft, facts='{"legal_days": 5, "promised_days": 9}')
    with pytest.raises(LudaoError, match="比法定 5 天还长"):
        actions.catalogue.publish(SYSTEM, version=draft)
    actions.catalogue.set_facts(SYSTEM, version=draft, facts='{"legal_days": 5, "promised_days": 1}')
    actions.catalogue.publish(SYSTEM, version=draft)
    assert finding.found("试办事项")[0].pk == item.pk
    second = actions.catalogue.revise(SYSTEM, item=Item.objects.get(pk=item.pk), note="缩短时限")
    actions.catalogue.set_facts(SYSTEM, version=second, facts='{"legal_days": 5, "promised_days": 0}')
    actions.catalogue.publish(SYSTEM, version=second)
    assert list(item.versions.order_by("number").values_list("state", flat=True)) == [Version.PAST, Version.PUBLISHED]
    actions.catalogue.retire(SYSTEM, item=Item.objects.get(pk=item.pk), reason="依据废止")
    assert all(found.pk != item.pk for found in finding.found("试办事项"))


def test_a_draft_says_what_it_still_needs_and_who_would_do_it(city: Any, client_of: Any) -> None:
    one = actions.catalogue.draft(SYSTEM, name_zh="花箱认养", kind="service", organisation=Organisation(pk="xm-dsj"))
    two = actions.catalogue.draft(SYSTEM, name_zh="长椅认养", kind="service", organisation=Organisation(pk="xm-dsj"))
    assert one.code.startswith("DSJ-") and int(two.code[4:]) == int(one.code[4:]) + 1
    draft, page = one.versions.get(), f"/services/item/build/{one.versions.get().pk}/"
    assert "只是一份指南" in client_of("wangke").get(f"{page}publish/").text
    chosen = {"form": "services.item.tree_felling", "process": "services.item.promised", "result": "permit"}
    actions.catalogue.set_means(SYSTEM, version=draft, **chosen)
    text = client_of("wangke").get(f"{page}publish/").text
    assert "没有写设定依据" in text and "从已有数据预填" in text and "决定人员 数管" in text and "disabled" in text
    sample = client_of("wangke").get(f"{page}sample.pdf")
    assert sample.content.startswith(b"%PDF") and client_of("lilei").get(f"{page}sample.pdf").status_code == 404
    Holding.objects.filter(role="decider").delete()
    people = next(part for part in wanting.listed(Version.objects.get(pk=draft.pk), SYSTEM) if part.name == "people")
    assert people.tone == "warn" and "没有人担任" in str(people.lines[0][0]) and "role=decider" in people.links[0].url


def test_what_an_officer_revised_is_not_shipped_over(city: Any) -> None:
    item = Item.objects.get(code="RS002")
    draft = actions.catalogue.revise(SYSTEM, item=item, note="本市规定")
    actions.catalogue.publish(SYSTEM, version=draft)
    shipping.ship()
    assert Item.objects.get(pk=item.pk).number == draft.number


def test_a_guide_opens_to_everyone_and_a_draft_to_its_managers_only(city: Any, client_of: Any) -> None:
    assert "社会保障卡补领" in client_of("").get("/services/item/guide/RS002/").content.decode()
    actions.catalogue.draft(SYSTEM, code="T-300", name_zh="未发布事项", kind="service", organisation=centre())
    assert client_of("lilei").get("/services/item/guide/T-300/").status_code == 404
    assert client_of("wangke").get("/services/item/guide/T-300/").status_code == 200
