"""韩梅梅 on her phone: what the city owes her shop waits there with its reason; she confirms once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
SHOP = "鹭岛韩记茶铺"


@pytest.fixture
def phone(page_of: Callable[..., Page]) -> Page:
    return page_of("hanmeimei", width=390, height=844)


def test_what_waits_for_her_shop_is_confirmed_once(phone: Page) -> None:
    is_told(phone)
    acts_for_the_shop(phone)
    title = reads_why(phone)
    confirms(phone)
    sees_it_go(phone, title)


def is_told(page: Page) -> None:
    """As herself she is told that something waits for the shop."""
    page.goto("/")
    page.get_by_role("searchbox", name="您要办什么").fill("补贴")
    page.get_by_role("button", name="查找").click()
    page.locator("main").get_by_role("link", name="我能享受的", exact=True).first.click()
    expect(page.get_by_role("status").filter(has_text=SHOP)).to_contain_text("等您确认")
    fits(page)


def acts_for_the_shop(page: Page) -> None:
    page.locator("summary.who").click()
    page.get_by_role("button", name=re.compile(SHOP)).click()
    expect(page.locator("summary.who")).to_contain_text("鹭岛韩记")
    page.goto("/data/benefit/mine/")
    expect(page.locator(".benefit-sum")).to_contain_text("项等您确认")
    fits(page)


def reads_why(page: Page) -> str:
    """The amount and the reason stand on the card; inside, each condition and the law."""
    card = page.locator(".benefit-cards li").first
    title = card.locator("h2").inner_text()
    expect(card.locator(".benefit-money")).to_contain_text(re.compile(r"\d"))
    expect(card.locator("p").nth(1)).not_to_be_empty()
    card.get_by_role("link", name="查看并确认").click()
    expect(page.locator("h1")).to_contain_text(title)
    expect(page.get_by_role("heading", name="为什么是您")).to_be_visible()
    expect(page.locator(".trace-reason")).to_contain_text("符合")
    expect(page.locator(".trace-frame")).to_contain_text("依据")
    fits(page)
    return title


def confirms(page: Page) -> None:
    """A wrong account is told; what she typed stays; a right one is the only thing asked."""
    page.get_by_label("收款账号").fill("12")
    page.get_by_role("button", name="确认领取").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("收款账号")).to_have_value("12")
    page.get_by_label("收款账号").fill("6222020000000000042")
    page.get_by_role("button", name="确认领取").click()
    expect(page.locator("main")).to_contain_text("支付指令")
    expect(page.locator("main")).to_contain_text("0042")
    expect(page.get_by_role("button", name="确认领取")).to_have_count(0)


def sees_it_go(page: Page, title: str) -> None:
    page.goto("/data/benefit/mine/")
    under_way = page.locator("h2", has_text="办理中与已兑付").locator("+ ul")
    expect(under_way.get_by_role("link", name=title)).to_be_visible()


def test_why_something_else_is_not_hers(phone: Page) -> None:
    """A policy that did not come: which condition is not met, and the way to object."""
    acts_for_the_shop(phone)
    phone.locator("summary", has_text="为什么没有我").click()
    phone.locator(".benefit-others").get_by_role("link").first.click()
    expect(phone.locator(".trace-reason")).to_be_visible()
    expect(phone.get_by_role("link", name="我有异议")).to_be_visible()
    fits(phone)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url
