"""韩梅梅 is quicker than the network: what she chooses while the form answers, or before its script listens, counts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
SLOW = {"offline": False, "latency": 700, "downloadThroughput": -1, "uploadThroughput": -1}


def test_a_choice_made_while_the_form_answers_is_asked_for_again(page_of: Callable[..., Page]) -> None:
    page = page_of("hanmeimei")
    page.goto("/services/item/find/?q=开饭店")
    page.locator("main").get_by_role("link", name="开办餐饮店一件事", exact=True).first.click()
    page.get_by_role("link", name="网上申请").click()
    page.locator("[name=big][value=no]").check()
    page.get_by_role("button", name="下一步").click()
    expect(page).to_have_url(re.compile("/form/$"))
    street = page.locator("[name='area.street']")
    district = page.locator("[name='area.district']")
    district.select_option("")
    expect(street).to_be_disabled()
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.locator("[name=has_gas]").first.check()
    district.select_option("350203")
    page.locator("[name=fumes]").first.check()
    expect(street).to_be_enabled()
    expect(district).to_have_value("350203")
    for name in ("gas_alarm", "fume_device"):
        expect(page.locator(f"[name={name}]").first).to_be_visible()
    street.select_option("350203001")
    expect(page.locator("[name='area.community']")).to_be_enabled()
