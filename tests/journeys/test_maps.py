"""林局 reads the city on the wall; 数管 recomposes a theme; the hall is steered from a phone."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_leader_reads_the_wall_and_opens_a_number_to_its_rows(page_of: Any) -> None:
    page = page_of("linju", width=1920)
    page.goto("/screen/")
    assert "/overview/map/cockpit/" in page.url
    tiles = page.locator("#theme-figures .tile")
    assert tiles.count() == 6
    for n in range(tiles.count()):
        assert re.search(r"\d{4}-\d\d-\d\d", tiles.nth(n).inner_text()), "no number without its date"
    expect(page.locator(".theme-wall-side canvas").first).to_be_visible()
    page.locator("[data-place][data-ready]").wait_for()
    now = tiles.nth(0).inner_text()
    page.locator("[data-place-slider]").press("PageDown")
    page.wait_for_url(re.compile(r"until=\d{4}-\d\d-\d\d"))
    expect(tiles.nth(0)).not_to_have_text(now)
    tiles.nth(2).locator("a").click()
    page.get_by_role("heading", name="存续市场主体").first.wait_for()


def test_an_officer_asks_what_lies_around_a_place_and_shares_the_address(page_of: Any) -> None:
    page = page_of("linju")
    page.goto("/place/?layers=overview.map.enterprise")
    page.locator("[data-place][data-ready]").wait_for()
    page.get_by_label("半径").select_option("5000")
    page.get_by_role("button", name="选点").click()
    page.locator(".maplibregl-canvas").click(position={"x": 420, "y": 300})
    page.wait_for_url(re.compile("_within=POINT"))
    counted = page.locator(".place-around-table tbody td").first
    expect(counted).to_have_text(re.compile(r"\d"))
    expect(page.locator("[data-place-rows]")).to_contain_text("所选范围内")
    page.locator("[data-place-filters]").get_by_label("状态").select_option("存续")
    page.wait_for_url(re.compile("f.status="))
    page.goto(page.url)
    expect(page.locator("[data-place-filters]").get_by_label("状态")).to_have_value("存续")
    expect(page.locator("[data-place-rows]")).to_contain_text("所选范围内")


def test_an_editor_composes_a_theme_and_brings_the_old_one_back(page_of: Any) -> None:
    page = page_of("shuguan")
    page.goto("/overview/map/compose/urban/")
    page.get_by_label("标题", exact=True).first.fill("城管一张图")
    charts = page.locator("[data-compose-part=charts]")
    charts.locator("[data-compose-choice]").fill("热线诉求排行")
    charts.get_by_role("button", name="加入").click()
    expect(charts.locator("[data-item]").last).to_contain_text("热线诉求排行")
    page.locator("[data-field='text.zh']").first.fill("诉求 {total} 件，{first}最多。")
    page.get_by_role("button", name="存为新版本").click()
    page.wait_for_url(re.compile("/overview/map/edition/"))
    page.goto("/overview/map/theme/urban/")
    page.get_by_role("heading", name="城管一张图").wait_for()
