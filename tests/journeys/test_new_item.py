"""王科 draws up a wholly new item in the page; 李雷 applies, mends what comes back, and his result's seal is whole."""

import re
import secrets
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .test_one_thing import verified

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


def test_an_item_from_a_blank_page_to_a_sealed_result(page_of: Pages) -> None:
    began, mark = time.monotonic(), secrets.token_hex(3)
    code, name = f"NEW-{mark}", f"社区菜园认种{mark}"
    officer = page_of("wangke")
    drafts(officer, code, name)
    writes_the_facts(officer)
    makes_the_form(officer)
    draws_the_process(officer, code)
    chooses_the_result(officer)
    publishes(officer)
    citizen = page_of("lilei", width=390, height=844)
    number, here = applies(citizen, code)
    returns(officer, number)
    corrects(citizen, number)
    decides(officer, number)
    citizen.goto(here)
    verified(citizen)
    assert time.monotonic() - began < 30 * 60


def drafts(page: Page, code: str, name: str) -> None:
    page.goto("/services/item/item/")
    page.get_by_role("link", name="新建事项").first.click()
    page.get_by_label("事项编码").fill(code)
    page.get_by_label("事项名称").fill(name)
    page.get_by_label("英文名称").fill("A plot in the community garden")
    page.get_by_label("群众的说法").fill(f"菜园{code}")
    kind = page.locator("[name=kind]").first
    if kind.evaluate("e => e.tagName") == "SELECT":
        kind.select_option("service")
    else:
        page.locator("[name=kind][value=service]").check()
    choose_body(page)
    page.get_by_role("button", name="提交").click()
    page.get_by_role("link", name="分步编制").first.click()
    expect(page).to_have_url(re.compile(r"/services/item/build/\d+/"))


def choose_body(page: Page) -> None:
    field = page.locator("[name=organisation]").first
    if field.evaluate("e => e.tagName") == "SELECT":
        field.select_option("xm-dsj")
    else:
        field.fill("xm-dsj")


def add(page: Page, group: str) -> None:
    with page.expect_response(re.compile("/form/filling/")):
        page.locator(f"button[value='add:{group}']").click()


def writes_the_facts(page: Page) -> None:
    expect(page.locator(".item-build-steps")).to_contain_text("办事要素")
    page.locator("[name='legal_days']").fill("10")
    page.locator("[name='promised_days']").fill("3")
    for group in ("basis", "questions", "materials", "results"):
        add(page, group)
    page.locator("[name='basis.0.law']").fill("厦门市社区菜园管理办法（演示）")
    page.locator("[name='questions.0.code']").fill("kind")
    page.locator("[name='questions.0.ask_zh']").fill("谁来种？")
    for at, (value, words) in enumerate((("self", "自己种"), ("group", "几家一起种"))):
        if not page.locator(f"[name='questions.0.options.{at}.value']").count():
            add(page, "questions.0.options")
        page.locator(f"[name='questions.0.options.{at}.value']").fill(value)
        page.locator(f"[name='questions.0.options.{at}.zh']").fill(words)
    page.locator("[name='materials.0.code']").fill("id_card")
    page.locator("[name='materials.0.name_zh']").fill("居民身份证")
    page.locator("[name='materials.0.licence']").select_option("id_card")
    page.locator("[name='materials.0.held']").fill("市人口库")
    page.locator("[name='results.0.name_zh']").fill("认种证明")
    page.get_by_role("button", name="保存，下一步").click()
    expect(page).to_have_url(re.compile("/form/$"))


def makes_the_form(page: Page) -> None:
    """It begins with what the city holds; one question is added, it is published, and there is a way back."""
    page.get_by_role("button", name="新建表单").click()
    expect(page.locator(".editor-preview")).to_contain_text("申请内容")
    page.locator(".editor-tree").get_by_label("新字段的类型").last.select_option("integer")
    page.get_by_role("button", name="加字段").last.click()
    panel = page.locator(".editor-panel")
    expect(panel.get_by_label("字段名")).to_have_value("integer_1")
    panel.get_by_label("问题（中文）").fill("几平方米？")
    panel.get_by_label("问题（英文）").fill("How many square metres?")
    panel.get_by_label("字段名").fill("area_m2")
    panel.get_by_role("button", name="保存").click()
    expect(page.locator(".editor-preview")).to_contain_text("几平方米？")
    page.get_by_role("link", name="核对并发布").click()
    publish(page)
    page.get_by_role("link", name=re.compile("编制中，返回")).first.click()
    expect(page.locator("#choice")).to_have_value(re.compile("^form.item_new_"))
    page.get_by_role("button", name="保存，下一步").click()
    expect(page).to_have_url(re.compile("/process/$"))


def publish(page: Page) -> None:
    page.locator(".page-actions").get_by_text("发布", exact=True).first.click()
    page.get_by_role("button", name="提交").click()
    if page.locator("#ask").count():
        page.locator("#ask [data-ask-yes]").click()
    expect(page.locator("main")).to_contain_text("已发布")


def draws_the_process(page: Page, code: str) -> None:
    """As a shared one stands, changed a little: the term of its first step."""
    page.locator("#choice").select_option("services.item.instant")
    page.get_by_role("button", name="保存，下一步").click()
    page.locator(".item-build-steps").get_by_role("link", name="办理流程").click()
    page.get_by_role("link", name="以选中的为样子改").click()
    expect(page.locator("[data-process][data-ready]")).to_be_visible()
    expect(page.locator("#address")).to_have_value(re.compile("^services.item.item_new_"))
    outline = page.locator("#process-outline")
    outline.get_by_role("button", name="受理", exact=True).click()
    days = page.locator("#process-panel").get_by_label("时限（工作日）", exact=True)
    days.fill("2")
    days.dispatch_event("change")
    page.get_by_role("button", name="检查").click()
    expect(page.locator("#process-told")).to_contain_text("没有问题，可以发布")
    page.get_by_role("button", name="保存为草稿").click()
    expect(page).to_have_url(re.compile(r"/workflow/version/\d+/$"))
    publish(page)
    page.get_by_role("link", name=re.compile("编制中，返回")).first.click()
    page.locator("#choice").select_option(f"services.item.item_{code.lower().replace('-', '_')}")
    page.get_by_role("button", name="保存，下一步").click()
    expect(page).to_have_url(re.compile("/result/$"))


def chooses_the_result(page: Page) -> None:
    page.locator("#choice").select_option("certificate")
    page.get_by_role("button", name="保存，下一步").click()
    expect(page).to_have_url(re.compile("/publish/$"))


def publishes(page: Page) -> None:
    expect(page.locator("main")).not_to_contain_text("必须补上")
    page.locator("main").get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_role("link", name="以群众身份试办")).to_be_visible()


def applies(page: Page, code: str) -> tuple[str, str]:
    page.goto(f"/services/item/guide/{code}/")
    page.get_by_role("link", name="网上申请").click()
    page.locator("[name='kind'][value='self']").check()
    page.get_by_role("button", name="下一步").click()
    expect(page).to_have_url(re.compile("/form/$"))
    for name, value in {"name": "李雷", "id_number": "11010519491231002X", "phone": "13900001234"}.items():
        field = page.locator(f"[name='{name}']").first
        if field.is_editable() and not field.input_value():
            field.fill(value)
    page.locator("[name='wish']").fill("想认种一块地")
    page.locator("[name='area_m2']").fill("6")
    page.get_by_role("button", name="下一步").click()
    expect(page).to_have_url(re.compile("/materials/$"))
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("本人承诺").check()
    page.get_by_role("button", name="确认提交").click()
    expect(page.locator("main")).to_contain_text("申请已提交")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    return page.locator("main code").first.inner_text(), page.url


def opens(page: Page, number: str) -> None:
    page.goto(f"/case/case/?q={number}")
    page.locator("tbody tr", has_text=number).get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/case/case/\d+/"))


def returns(page: Page, number: str) -> None:
    """What is wrong is ticked field by field; the clock stands still."""
    opens(page, number)
    page.get_by_role("link", name="退回补正").click()
    form = page.locator(".case-act form")
    form.get_by_label("几平方米？的问题").fill("每户不超过 4 平方米")
    form.get_by_role("button", name="退回补正").click()
    expect(page.get_by_text("等申请人补正")).to_be_visible()


def corrects(page: Page, number: str) -> None:
    page.goto("/")
    page.locator(".cases li", has_text=number).get_by_role("link").click()
    expect(page.get_by_text("每户不超过 4 平方米").first).to_be_visible()
    page.get_by_role("link", name="现在补正").click()
    page.locator("[name='area_m2']").fill("4")
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_text("申请人已补正")).to_be_visible()


def decides(page: Page, number: str) -> None:
    opens(page, number)
    for step in ("受理", "决定"):
        expect(page.get_by_role("heading", level=2, name=step, exact=True)).to_be_visible()
        page.locator(".case-step form.case-do").get_by_role("button", name="提交").click()
        expect(page.locator(".case-done")).to_be_visible()
    expect(page.locator("h1")).to_contain_text("已完成")
