"""王科 changes a form in the page: a new question by keyboard, a condition, a look at it, published, and back again."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ludao.base.testing.browser import violations

pytestmark = pytest.mark.browser


def test_an_officer_changes_a_form_without_touching_code(page_of: Callable[..., Page]) -> None:
    page = page_of("wangke")
    begins(page)
    adds_a_question(page)
    moves_it_by_keyboard(page)
    is_told_of_a_mistake(page)
    sees_it_live(page)
    publishes(page)
    goes_back(page)


def begins(page: Page) -> None:
    page.goto("/form/")
    page.get_by_role("link", name="新建表单").click()
    page.get_by_label("编码").fill("street_stall")
    page.get_by_label("名称", exact=True).fill("临时摆摊申请")
    page.get_by_label("英文名称").fill("A street stall")
    page.get_by_role("button", name="提交").click()
    page.get_by_role("link", name="编辑", exact=True).click()
    expect(page.locator(".editor-preview")).to_contain_text("姓名")


def adds_a_question(page: Page) -> None:
    """Kind chosen, question written, made conditional on another one; each is in the preview at once."""
    page.locator(".editor-tree").get_by_label("新字段的类型").select_option("yes_no")
    page.get_by_role("button", name="加字段").click()
    fills(page, "yes_no_1", "摆卖食品吗？", "Do you sell food?", "sells_food")
    expect(page.locator(".editor-preview")).to_contain_text("摆卖食品吗？")
    page.locator(".editor-tree").get_by_label("新字段的类型").select_option("choices")
    page.get_by_role("button", name="加字段").click()
    fills(page, "choices_1", "卖什么食品？", "Which food?", "foods", when="sells_food == true")
    expect(page.locator(".editor-tree")).to_contain_text("sells_food == true")
    expect(page.locator(".editor-preview")).not_to_contain_text("卖什么食品？")


def fills(page: Page, was: str, zh: str, en: str, name: str, when: str = "") -> None:
    panel = page.locator(".editor-panel")
    expect(panel.get_by_label("字段名")).to_have_value(was)
    panel.get_by_label("问题（中文）").fill(zh)
    panel.get_by_label("问题（英文）").fill(en)
    panel.get_by_label("字段名").fill(name)
    if when:
        panel.get_by_label("显示条件").fill(when)
    panel.get_by_role("button", name="保存").click()
    expect(page.locator(".editor-tree")).to_contain_text(zh)


def moves_it_by_keyboard(page: Page) -> None:
    item = page.locator('button[value="open:field:foods"]')
    item.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".editor-tree .editor-fields > li").nth(1)).to_contain_text("卖什么食品？")
    page.locator('button[value="open:field:foods"]').focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".editor-tree .editor-fields > li").nth(2)).to_contain_text("卖什么食品？")


def is_told_of_a_mistake(page: Page) -> None:
    """What another question depends on does not go, and nothing changes."""
    page.locator('button[value="remove:field:sells_food"]').click()
    expect(page.locator(".editor-said")).to_contain_text("sells_food")
    expect(page.locator(".editor-tree")).to_contain_text("摆卖食品吗？")
    assert violations(page) == []


def sees_it_live(page: Page) -> None:
    """The preview behaves as the form will: an answer brings up the next question, what was typed stays."""
    preview = page.locator(".editor-preview")
    preview.get_by_label("姓名").fill("王科")
    preview.get_by_label("是", exact=True).check()
    expect(preview).to_contain_text("卖什么食品？")
    expect(preview.get_by_label("姓名")).to_have_value("王科")
    preview.get_by_role("button", name="试着提交").click()
    expect(page).to_have_url(re.compile("/form/try/"))
    expect(page.locator("main")).to_contain_text("可以提交，会是这样")
    expect(page.locator("main dl")).to_contain_text("王科")


def publishes(page: Page) -> None:
    page.get_by_role("link", name="返回").click()
    page.get_by_role("link", name="发布", exact=True).click()
    page.get_by_role("button", name="提交").click()
    confirms(page)
    expect(page.locator("main")).to_contain_text("已发布")


def confirms(page: Page) -> None:
    page.locator("#ask").get_by_role("button", name="提交").click()


def goes_back(page: Page) -> None:
    """A second version says less; the first is there to be compared with and restored."""
    page.locator("main").get_by_role("link", name="临时摆摊申请").first.click()
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_role("button", name="提交").click()
    page.get_by_role("link", name="编辑", exact=True).click()
    page.locator('button[value="remove:field:foods"]').click()
    expect(page.locator(".editor-tree")).not_to_contain_text("卖什么食品？")
    page.get_by_role("link", name="核对并发布").click()
    expect(page.locator("#changes")).to_contain_text("foods")
    page.get_by_role("link", name="发布", exact=True).click()
    page.get_by_role("button", name="提交").click()
    confirms(page)
    page.locator("main").get_by_role("link", name="临时摆摊申请").first.click()
    page.get_by_role("link", name="1", exact=True).click()
    page.get_by_role("link", name="恢复这一版").click()
    page.get_by_role("button", name="提交").click()
    expect(page.locator("main")).to_contain_text("恢复第 1 版")
    expect(page.locator("main")).to_contain_text("草稿")


def test_it_works_on_a_phone_in_the_dark(page_of: Callable[..., Page]) -> None:
    page: Any = page_of("wangke", width=390, height=844, dark=True)
    page.goto("/form/form/form.example/")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, width
    assert violations(page) == []
