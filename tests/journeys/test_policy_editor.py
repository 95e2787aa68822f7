"""王科 writes a policy: words are completed, a mistake is marked where it stands, one person and the city are tried."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_policy_is_written_and_tried(page_of: Callable[..., Page]) -> None:
    page = page_of("wangke", width=1440)
    page.goto("/rule/editor/?policy=person.elderly_80")
    line = page.locator(".cm-line", has_text='says = "is_local"')
    line.click()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type(" and 年")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("年龄")
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    page.keyboard.type("agee > 3 ")
    mistake = page.locator("#checked [data-line]")
    expect(mistake).to_contain_text("是不是“age”", timeout=20_000)
    expect(mistake).to_contain_text("第 24 行")
    expect(page.locator(".cm-lintRange-error")).to_have_text("agee")
    for _ in "agee > 3 and ":
        page.keyboard.press("Backspace")
    expect(page.locator("#checked")).to_contain_text("读得通", timeout=20_000)

    page.get_by_role("button", name="全市试算").click()
    expect(page.locator("#trial")).to_contain_text("每期金额", timeout=30_000)
    expect(page.locator("#trial")).to_contain_text(re.compile(r"¥[\d,]+\.\d\d"))
    page.locator("#trial .rule-inserts button").first.click()
    expect(page.locator("#tried .trace-reason")).to_contain_text("您符合", timeout=20_000)
    page.locator("#key").fill("nobody")
    page.get_by_role("button", name="逐条判断").click()
    expect(page.locator("#tried [role=alert]")).to_contain_text("没有找到", timeout=20_000)
