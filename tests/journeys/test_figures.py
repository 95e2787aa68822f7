"""The leader on her phone: a domain, a chart, a district, kept and compared; an officer composes a board."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect


def test_the_leader_reads_the_city_at_a_fingertip(page_of: Callable[..., Any]) -> None:
    page = page_of("linju", width=390, height=844)
    page.goto("/overview/chart/")
    page.get_by_role("link", name="市场主体", exact=True).click()
    page.get_by_role("link", name="存续市场主体的区域分布").click()
    expect(page.locator(".chart-canvas canvas")).to_be_visible()
    expect(page.locator(".chart-source")).to_contain_text("截至")
    page.get_by_role("link", name="思明区").click()
    expect(page.get_by_role("rowheader").first).to_contain_text("街道")
    page.get_by_role("button", name="收藏").click()
    expect(page.get_by_role("button", name="已收藏")).to_be_visible()
    page.goto("/overview/chart/")
    expect(page.get_by_role("link", name="存续市场主体的区域分布")).to_be_visible()
    page.goto("/overview/chart/?q=研发")
    expect(page.get_by_role("link", name="研发投入强度")).to_be_visible()
    page.goto("/overview/chart/compare/")
    for name in ("工业总产值", "企业纳税额"):
        page.get_by_label(name).check()
    page.get_by_role("button", name="对比").click()
    expect(page.locator(".chart-canvas canvas")).to_be_visible()


def test_an_officer_composes_a_board_by_buttons(page_of: Callable[..., Any]) -> None:
    page = page_of("shuguan", width=1440)
    page.goto("/chart/board/")
    page.get_by_role("link", name="新建看板").click()
    page.get_by_label("编码").fill("journey")
    page.get_by_label("名称", exact=True).fill("旅程看板")
    page.get_by_label("英文名称").fill("Journey board")
    page.get_by_role("button", name="提交").click()
    page.get_by_role("link", name="编排").click()
    page.wait_for_url("**/compose/**")  # its script is there: a click before that would be lost
    page.get_by_label("筛选图表").fill("进出口")
    page.locator("[data-add='overview.chart.trade']").click()
    page.get_by_label("筛选图表").fill("热线")
    page.locator("[data-add='overview.chart.calls']").click()
    page.locator("[data-tile]").nth(1).get_by_role("button", name="上移").click()
    page.get_by_role("button", name="保存并发布").click()
    page.locator("main").get_by_role("button", name="提交").click()
    page.locator("[data-ask-yes]").click()
    expect(page.get_by_text("已办理")).to_be_visible()
    page.goto("/chart/show/journey/")
    expect(page.locator(".chart-title").first).to_contain_text("热线")
    expect(page.locator(".chart-canvas canvas").first).to_be_visible()
