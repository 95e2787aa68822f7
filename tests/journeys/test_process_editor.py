"""王科 draws a small process in the page: checks it, mends it, sees how long it takes, publishes it, writes a table."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def chosen(page: Page, name: str) -> None:
    """By the list of elements, as the keyboard does."""
    page.locator("#process-outline").get_by_role("button", name=name, exact=True).click()
    expect(page.locator("#process-panel")).to_be_visible()


def filled(page: Page, label: str, value: str) -> None:
    field = page.locator("#process-panel").get_by_label(label, exact=True)
    field.fill(value)
    field.dispatch_event("change")


def test_a_process_is_drawn_checked_simulated_and_published(page_of: Callable[..., Page]) -> None:
    page, address = page_of("wangke"), f"local.leave_{secrets.token_hex(3)}"
    wrong: list[str] = []
    page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    page.goto("/workflow/editor/")
    expect(page.locator("[data-process][data-ready]")).to_be_visible()
    page.get_by_label("地址（小写英文，如 local.leave）").fill(address)

    page.get_by_role("button", name="检查").click()
    expect(page.locator("#process-told")).to_contain_text("泳道“经办人”没有角色")
    chosen(page, "经办人")
    page.locator("#process-panel").get_by_label("角色", exact=True).select_option("acceptor")
    chosen(page, "受理")
    page.locator("#process-panel").get_by_label("可选结果（可多选）").select_option(["approve", "refuse"])
    page.locator("#process-outline").get_by_role("button", name="判断").click()
    filled(page, "名称", "同意吗？")
    page.locator("#process-outline").get_by_role("button", name="人工任务").click()
    filled(page, "名称", "公示")
    filled(page, "英文名称", "Publish")
    page.get_by_role("button", name="检查").click()
    expect(page.locator("#process-told")).to_contain_text("“公示”没有时限")
    page.locator("#process-told").get_by_role("button", name="“公示”没有时限").click()
    filled(page, "时限（工作日）", "5")
    page.locator("#process-outline").get_by_role("button", name="结束").click()
    page.get_by_role("button", name="检查").click()
    expect(page.locator("#process-told")).to_contain_text("没有问题，可以发布")

    page.get_by_role("button", name="模拟").click()
    expect(page.locator("#process-told")).to_contain_text("200 趟到达结束")
    expect(page.locator("#process-told")).to_contain_text("公示")
    expect(page.locator(".process-figure").first).to_be_visible()

    page.get_by_role("button", name="保存为草稿").click()
    expect(page).to_have_url(re.compile(r"/workflow/version/\d+/$"))
    expect(page.locator("main")).to_contain_text("没有问题，可以发布")
    page.locator(".page-actions").get_by_role("link", name="发布").or_(
        page.locator(".page-actions").get_by_role("button", name="发布")
    ).first.click()
    page.get_by_role("button", name="提交").click()
    if page.locator("#ask[open] [data-ask-yes]").count():
        page.click("#ask[open] [data-ask-yes]")
    expect(page.locator("main")).to_contain_text("已发布")
    page.goto(f"/workflow/definition/{address}/")
    expect(page.locator("[data-process][data-ready]")).to_be_visible()
    expect(page.locator(".process")).to_contain_text("公示")
    assert not wrong


def test_a_decision_table_is_written_and_tried(page_of: Callable[..., Page]) -> None:
    page, address = page_of("wangke"), f"local.fee_{secrets.token_hex(3)}"
    page.goto("/workflow/table/")
    page.get_by_label("地址（小写英文，如 local.fee）").fill(address)
    page.get_by_label("名称", exact=True).fill("收费标准")
    page.get_by_role("button", name="加一行").click()
    page.get_by_label("第 1 行的条件").fill("[1..100)")
    page.get_by_label("第 1 行的结果").fill("10")
    page.get_by_label("第 2 行的条件").fill(">= 100")
    page.get_by_label("第 2 行的结果").fill("amount / 10")
    page.get_by_label("金额").last.fill("250")
    page.get_by_role("button", name="计算").click()
    expect(page.locator("main")).to_contain_text("25")
    page.get_by_role("button", name="保存为草稿").click()
    expect(page).to_have_url(re.compile(r"/workflow/version/\d+/$"))
    expect(page.locator("main")).to_contain_text("[1..100)")
