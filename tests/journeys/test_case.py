"""A case goes back to its applicant and comes again; a supervisor urges one that is late. Nothing reloads the page."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ludao.base.testing.browser import violations

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


def test_returned_for_correction_comes_back_and_is_decided(page_of: Pages) -> None:
    citizen = page_of("lilei", width=390, height=844)
    number = lodges(citizen)
    officer = page_of("shuguan")
    opens(officer, number)
    returns(officer)
    corrects(citizen, number)
    decides(officer, number)
    rates(citizen, number)


def lodges(page: Page) -> str:
    """On the phone; afterwards he sees who has it and by when."""
    page.goto("/case/do/lodge/")
    page.get_by_label("被投诉单位").select_option(label="厦门市大数据管理局")
    page.get_by_label("内容").fill("自助终端读卡失败，跑了两趟。")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("最迟").first).to_be_visible()
    assert violations(page) == []
    number: str = page.locator(".crumbs span").inner_text()
    return number


def opens(page: Page, number: str) -> None:
    """From the worklist, by its number, by keyboard."""
    page.goto("/case/desk/?box=free")
    page.keyboard.press("f")
    page.locator("#list-search").fill(number)
    expect(page.locator("tbody tr")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="服务投诉")).to_be_visible()
    page.wait_for_load_state()


def returns(page: Page) -> None:
    """Asked for in place: the page is not loaded again."""
    page.evaluate("document.body.dataset.same = 'yes'")
    assert violations(page) == []
    page.get_by_role("link", name="退回补正").click()
    form = page.locator(".case-act form")
    form.get_by_label("需要补正的内容").fill("请说明是哪个服务厅的终端")
    assert violations(page) == []
    form.get_by_role("button", name="退回补正").click()
    expect(page.get_by_text("等申请人补正")).to_be_visible()
    assert page.evaluate("document.body.dataset.same") == "yes"


def corrects(page: Page, number: str) -> None:
    """The portal tells him first of what waits for him."""
    page.goto("/")
    page.locator(".cases li", has_text=number).get_by_role("link").click()
    expect(page.get_by_text("请说明是哪个服务厅的终端").first).to_be_visible()
    page.get_by_role("link", name="现在补正").click()
    assert violations(page) == []
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_text("请说明补正了什么")).to_be_visible()
    page.get_by_label("补正说明").fill("湖滨南路服务厅 3 号终端")
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_text("申请人已补正")).to_be_visible()


def decides(page: Page, number: str) -> None:
    """Accepted with a quick phrase, looked into, called back, closed; all on one page."""
    page.goto("/case/desk/?box=mine")
    page.locator("tbody tr", has_text=number).get_by_role("link").first.click()
    page.wait_for_load_state()
    expect(page.get_by_text("湖滨南路服务厅 3 号终端").first).to_be_visible()
    page.get_by_role("button", name="申请材料齐全").click()
    expect(page.get_by_label("意见").first).to_have_value("申请材料齐全，符合法定形式，予以受理。")
    for step in ("受理投诉", "核实处理", "电话回访"):
        expect(page.get_by_role("heading", level=2, name=step)).to_be_visible()
        page.locator(".case-step form.case-do").get_by_role("button", name="提交").click()
        expect(page.locator(".case-done")).to_be_visible()
    expect(page.get_by_text("已办妥").first).to_be_visible()


def rates(page: Page, number: str) -> None:
    page.goto("/case/mine/?show=closed")
    page.locator(".cases li", has_text=number).get_by_role("link").click()
    page.get_by_role("link", name="评价").click()
    page.get_by_label("非常满意", exact=True).check()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("我的评价")).to_be_visible()


def test_a_supervisor_urges_a_late_case(page_of: Pages, inside: Callable[[], Any]) -> None:
    late = a_late_case(inside)
    supervisor = page_of("shuguan")
    supervisor.goto("/case/board/")
    assert violations(supervisor) == []
    supervisor.goto("/case/red/")
    supervisor.locator("tbody tr", has_text=late).get_by_role("link").first.click()
    supervisor.wait_for_load_state()
    supervisor.get_by_role("link", name="督办", exact=True).click()
    form = supervisor.locator("#act-case form")
    form.get_by_label("内容").fill("已超期，请三日内办结。")
    form.get_by_label("回复期限").fill("2030-01-31")
    form.get_by_role("button", name="督办").click()
    expect(supervisor.locator(".case-done")).to_be_visible()
    officer = page_of("wangke")
    officer.goto("/desk/")
    expect(officer.get_by_text("督办：已超期")).to_be_visible()
    officer.get_by_text("督办：已超期").click()
    officer.wait_for_load_state()
    officer.get_by_role("link", name="回复催办督办").click()
    answer = officer.locator(".case-act form")
    answer.get_by_label("内容").fill("今日办结。")
    answer.get_by_role("button", name="回复催办督办").click()
    expect(officer.get_by_text("今日办结。").first).to_be_visible()


def a_late_case(inside: Callable[[], Any]) -> str:
    """One that 王科 has and let lie."""
    from datetime import timedelta

    from ludao.base import clock
    from ludao.base.actor import Actor
    from ludao.blocks.case import public as case
    from ludao.blocks.identity.public import Person

    with inside():
        house = Actor.system("test")
        made = case.open(
            house,
            kind="case.complaint",
            title="超期的投诉",
            title_en="A late complaint",
            applicant=case.Applicant(name="某申请人"),
            organisation="xm-dsj",
        )
        past = clock.now() - timedelta(days=3)
        holder = Person.objects.get(username="wangke")
        case.Case.objects.filter(pk=made.pk).update(due_at=past, amber_at=past, light="red", holder=holder)
        made.tasks.update(holder=holder, due_at=past)
        return made.number
