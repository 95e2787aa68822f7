"""Everything by keyboard: the map of keys, the ways to places, the rows of a list, the skip link, the focus seen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(page_of: Callable[..., Page]) -> Page:
    page = page_of("wangke")
    page.goto("/assurance/plan/item/")
    return page


def test_slash_goes_to_the_search_and_finds(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#finder")).to_be_focused()
    page.keyboard.type("1.1.1")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=1\.1\.1"))
    expect(page.locator("main")).to_contain_text("1.1.1")


def test_a_question_mark_shows_the_keys_and_escape_hides_them(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keyboard")).to_be_hidden()


@pytest.mark.parametrize("keys, url", [("gd", "/desk/"), ("gp", "/"), ("gs", re.compile("/overview/map/cockpit/"))])
def test_g_and_a_letter_go_to_a_place(page: Page, keys: str, url: str) -> None:
    for key in keys:
        page.keyboard.press(key)
    expect(page).to_have_url(url)


def test_typing_into_a_field_is_no_command(page: Page) -> None:
    page.locator("#list-search").focus()
    page.keyboard.type("gd?j")
    expect(page.locator("#list-search")).to_have_value("gd?j")
    expect(page.locator("#keyboard")).to_be_hidden()


def test_j_and_k_walk_the_rows_and_enter_opens(page: Page) -> None:
    rows = page.locator("[data-row]")
    for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(rows.nth(place)).to_have_class(re.compile(r"\bat\b"))
    title = rows.nth(1).locator("td").nth(2).inner_text()
    page.keyboard.press("x")
    expect(rows.nth(1).locator("[data-pick]")).to_be_checked()
    rows.nth(1).locator("a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(title)


def test_the_skip_link_is_first_and_leads_to_the_content(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("dark", [False, True])
def test_the_focus_is_seen_wherever_it_stands(page_of: Callable[..., Page], dark: bool) -> None:
    page = page_of("wangke", dark=dark)
    page.goto("/assurance/plan/item/")
    for _ in range(30):
        page.keyboard.press("Tab")
        unseen = page.evaluate("""() => {
            const one = document.activeElement, style = getComputedStyle(one);
            const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
            const around = one.parentElement && getComputedStyle(one.parentElement);
            const ringed = style.boxShadow !== 'none' || around.boxShadow !== 'none' || around.outlineStyle !== 'none';
            return drawn || ringed ? '' : one.outerHTML.slice(0, 200);
        }""")
        assert unseen == ""
