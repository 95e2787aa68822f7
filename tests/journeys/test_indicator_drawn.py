"""数管 draws up an indicator by fields, tries it, publishes it and opens its value down to SQL, rows and lineage."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ludao.blocks.indicator import public as indicator

pytestmark = pytest.mark.browser
CODE = "hotline.late_calls"


def test_an_officer_draws_up_an_indicator_and_opens_its_value(
    page_of: Callable[..., Page], inside: Callable[..., object]
) -> None:
    page = page_of("shuguan")
    page.goto("/indicator/draw/")
    expect(page.locator("[name=sql]")).to_be_hidden()
    page.locator("[name=source]").select_option("own")
    expect(page.locator("[name=formula]")).to_be_hidden()
    for name, value in {
        "code": CODE, "zh": "深夜来电量", "en": "Calls late at night", "means_zh": "零点至五点的来电",
        "unit_zh": "件", "sql": "select * from source.hotline.call", "area": "area_code", "day": "called_at",
        "at": "called_at", "value": "count(*", "where": "extract(hour from called_at) < 5", "amber": "viele",
    }.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=owner]").select_option("xm-dsj")
    page.locator("[name=areas]").select_option("district")
    page.locator("[name=period]").select_option("month")
    page.get_by_role("button", name="试算").click()
    expect(page.locator("#preview")).to_contain_text("预警阈值")
    page.locator("[name=amber]").fill("> 100000")
    page.get_by_role("button", name="试算").click()
    expect(page.locator("#preview")).to_contain_text("计算式")
    page.locator("[name=value]").fill("count(*)")
    page.get_by_role("button", name="试算").click()
    expect(page.locator("#preview tr").first).to_contain_text("件")
    page.get_by_role("button", name="发布").click()
    expect(page.locator("h1")).to_contain_text("深夜来电量")
    with inside():  # type: ignore[attr-defined]
        indicator.compute()
    page.goto(f"/indicator/indicator/{CODE}/")
    expect(page.locator(".ind-value b")).not_to_have_text("—")
    expect(page.locator("#source")).to_contain_text("source.hotline.call")
    expect(page.locator(".cat-graph")).to_contain_text("12345政务服务")
    page.get_by_text("计算语句（SQL）").click()
    expect(page.locator(".ind-sql").first).to_contain_text("called_at")
    page.get_by_role("link", name=re.compile("打开背后的数据行")).click()
    expect(page.locator("h1")).to_contain_text("背后的数据行")
    page.goto(f"/indicator/draw/?code={CODE}")
    page.locator("[name=zh]").fill("凌晨来电量")
    page.get_by_role("button", name="发布").click()
    expect(page.locator("h1")).to_contain_text("凌晨来电量")
    page.goto(f"/indicator/versions/{CODE}/")
    expect(page.locator("main")).to_contain_text("深夜来电量")
    expect(page.locator("main")).to_contain_text("数管")
