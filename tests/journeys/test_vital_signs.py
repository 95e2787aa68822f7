"""林局 opens a number down to its source; an alert reaches its owner; 王科 reports a figure that is refused, mends it,
and 数管 approves it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.blocks.indicator import actions
from ludao.blocks.indicator import public as indicator

from .conftest import appears

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
Inside = Callable[[], AbstractContextManager[None]]
CODE = "data.catalogued"


def test_the_leader_opens_a_number_down_to_its_rows(page_of: Pages) -> None:
    page = page_of("linju", width=390, height=844)
    page.goto("/overview/vital/?theme=service")
    page.get_by_role("link", name=re.compile("12345来电量")).first.click()
    expect(page.locator("h1")).to_contain_text("12345来电量")
    expect(page.locator(".ind-value b")).not_to_have_text("—")
    expect(page.locator("#figure")).to_contain_text("数据截至")
    expect(page.locator("#source")).to_contain_text("source.hotline.call")
    page.get_by_text("计算语句（SQL）").click()
    expect(page.locator(".ind-sql").first).to_contain_text("group by")
    page.get_by_role("link", name=re.compile("打开背后的数据行")).click()
    expect(page.locator("tbody tr").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_leader_reads_why_it_moved_and_the_health_report(page_of: Pages) -> None:
    page = page_of("linju")
    page.goto("/overview/vital/checkup/")
    expect(page.locator(".vital-score b")).to_have_text(re.compile(r"\d+\.\d"))
    expect(page.locator(".vital-report")).to_contain_text("综合得分")
    with page.expect_response(re.compile(r"checkup\.pdf")) as got:
        page.evaluate("fetch('/overview/vital/checkup.pdf')")
    assert got.value.ok and got.value.headers["content-type"] == "application/pdf"
    page.goto("/overview/vital/situation/")
    expect(page.locator(".vital-moves li").first).to_be_visible()
    page.locator(".vital-moves li:has(table) h2 a").first.click()
    expect(page.locator("#why")).to_be_visible()


def test_an_alert_reaches_its_owner_who_handles_it(page_of: Pages, inside: Inside) -> None:
    with inside():
        indicator.Alert.objects.filter(indicator=CODE).delete()
        alert = indicator.Alert.objects.create(
            indicator_id=CODE, area_id=indicator.CITY, starts_on=date(2020, 1, 1), kind="limit", light="red",
            value=12.0, words_zh="12.0%，越过阈值 < 50", words_en="12.0 % crosses < 50", owner_id="xm-dsj",
            due_at=clock.now() + timedelta(days=1))
        indicator.tell(Actor.system("test"), alert)
    page = page_of("wangke")
    page.goto("/notice/notice/")
    appears(page.get_by_role("link", name=re.compile("指标预警"))).click()
    expect(page).not_to_have_url(re.compile("/notice/notice/$"))
    page.goto(alert.get_absolute_url())
    page.get_by_role("link", name="处置完毕").or_(page.get_by_role("button", name="处置完毕")).first.click()
    page.get_by_label("处置情况").fill("已补编目录，下周复核")
    page.locator("main form button[type=submit], main form .btn-primary").last.click()
    expect(page.locator("main")).to_contain_text("已处置")


def test_a_figure_is_refused_mended_and_approved(page_of: Pages, inside: Inside) -> None:
    with inside():
        for year, value in enumerate((90.0, 91.0, 92.0, 93.0, 94.0, 95.0), start=2013):
            indicator.Value.objects.update_or_create(
                indicator_id=CODE, area_id=indicator.CITY, starts_on=date(year, 1, 1),
                defaults={"value": value, "as_of": date(year, 12, 31), "source": "测试"})
        task = indicator.Task.objects.update_or_create(
            indicator_id=CODE, area_id=indicator.CITY, starts_on=date(2019, 1, 1), defaults={
                "organisation_id": "xm-dsj", "due_on": clock.today() + timedelta(days=5), "state": "waiting"})[0]
    page = page_of("wangke")

    def report(value: str, note: str = "") -> None:
        page.goto(f"/indicator/do/report/?item={task.pk}")
        page.locator("[name=value]").fill(value)
        page.locator("[name=note]").fill(note)
        page.locator("main form button[type=submit], main form .btn-primary").last.click()

    report("960")
    expect(page.locator(".has-error, .problems").first).to_contain_text("不能大于 100")
    expect(page.locator("[name=value]")).to_have_value(re.compile("960"))
    report("9.6")
    expect(page.locator(".has-error, .problems").first).to_contain_text("与历史相差很大")
    report("96")
    expect(page.locator("main")).to_contain_text("待审核")

    approver = page_of("shuguan")
    approver.goto(task.get_absolute_url())
    approver.get_by_role("button", name="审核通过").or_(approver.get_by_role("link", name="审核通过")).first.click()
    if approver.locator("main form .btn-primary").count():
        approver.locator("main form .btn-primary").last.click()
    approver.goto(task.get_absolute_url())
    expect(approver.locator("main")).to_contain_text("已通过")
    approver.goto(f"/indicator/indicator/{CODE}/?period=2019")
    expect(approver.locator(".ind-value")).to_contain_text("96.0")
    expect(approver.locator("#source")).to_contain_text("通过")


def test_an_alert_nobody_handled_reaches_the_leader(
    page_of: Pages, inside: Inside, deliver_all: Callable[[], int]
) -> None:
    with inside():  # 统计局: beside this journey somebody may hold every role in 大数据局, and would be told instead
        indicator.Alert.objects.filter(indicator=CODE).delete()
        alert = indicator.Alert.objects.create(
            indicator_id=CODE, area_id=indicator.CITY, starts_on=date(2020, 1, 1), kind="limit", light="red",
            value=12.0, words_zh="12.0%，越过阈值 < 50", words_en="12.0 % crosses < 50", owner_id="xm-tjj",
            due_at=clock.now() - timedelta(hours=1))
        actions.escalate(Actor.system("test"))
        deliver_all()
    page = page_of("linju")
    page.goto("/notice/notice/")
    appears(page.get_by_role("link", name=re.compile("预警逾期未处置"))).click()
    expect(page.locator("main")).to_contain_text("预警逾期未处置")
    page.goto(alert.get_absolute_url())
    expect(page.locator("main")).to_contain_text("越过阈值")
