"""李雷 on his phone: finds what he needs by his own words, opens an account, sets large type, minds his sessions."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


def on_phone(page_of: Pages, login: str = "") -> Page:
    return page_of(login, width=390, height=844)


@pytest.mark.parametrize("words, title", [("忘记密码", "找回口令"), ("注册", "注册"), ("手机丢了", "登录设备")])
def test_he_types_what_he_would_say(page_of: Pages, words: str, title: str) -> None:
    page = on_phone(page_of, "lilei" if title == "登录设备" else "")
    page.goto("/")
    page.get_by_role("searchbox", name="您要办什么").fill(words)
    page.get_by_role("button", name="查找").click()
    page.locator("main").get_by_role("link", name=title, exact=True).first.click()
    expect(page.locator("h1")).to_contain_text(title)


def test_he_opens_an_account_and_is_let_in(page_of: Pages) -> None:
    page = on_phone(page_of)
    page.goto("/identity/register/")
    name = f"lilei{secrets.token_hex(4)}"
    page.get_by_label("用户名").fill(name)
    page.get_by_label("姓名", exact=True).fill("李小雷")
    page.locator("[name=password]").fill("123")
    page.get_by_role("button", name="注册").click()
    expect(page.locator(".has-error, .problems").first).to_be_visible()
    expect(page.get_by_label("用户名")).to_have_value(name)
    page.locator("[name=password]").fill(secrets.token_urlsafe(12))
    page.get_by_role("button", name="注册").click()
    expect(page).not_to_have_url(re.compile("/identity/register/"))
    page.goto("/identity/account/")
    expect(page.locator("main")).to_contain_text("李小雷")


def test_language_light_and_type_change_and_stay(page_of: Pages) -> None:
    page = on_phone(page_of)
    page.goto("/")
    size = float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))
    page.locator("summary[aria-label=显示设置]").click()
    with page.expect_response(re.compile("/identity/preferences/")):
        page.get_by_role("button", name="暗", exact=True).click()
    with page.expect_response(re.compile("/identity/preferences/")):
        page.get_by_role("button", name="大字（适老）").click()
    page.goto("/identity/login/")
    html = page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "dark")
    expect(html).to_have_attribute("data-type", "large")
    assert float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) > size
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("summary[aria-label=显示设置]").click()
    page.locator(".menu-panel").get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Log in")


def test_he_sees_his_sessions_and_ends_the_other_one(page_of: Pages) -> None:
    here, there = on_phone(page_of, "lilei"), page_of("lilei")
    here.goto("/identity/account/devices/")
    assert here.locator("input[name=login]").count() >= 1
    expect(here.get_by_text("当前设备")).to_be_visible()
    here.locator("input[name=login]").first.check()
    here.get_by_role("button", name="退出所选设备").click()
    here.goto("/desk/")
    expect(here).to_have_url("/desk/")
    there.goto("/desk/")
    expect(there).to_have_url(re.compile("/identity/login/"))
