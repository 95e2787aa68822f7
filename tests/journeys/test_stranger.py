"""赵 has an account and nothing else; somebody at the door has not even that: neither sees anything of the plan."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
PAGES = ("", "map/", "item/", "item/1/", "target/", "gantt/", "board/", "bulletin/", "bulletin.pdf", "screen/",
         "review/1/", "do/upload/", "do/publish/?item=1", "evidence/1/")
WORDS = ("工作要点", "1.1.1", "督办", "红灯", "印章")
people = pytest.mark.parametrize("login", ["", "zhao"])


@people
def test_its_pages_do_not_exist(page_of: Callable[..., Page], login: str) -> None:
    page = page_of(login)
    for path in PAGES:
        answer = page.goto(f"/assurance/plan/{path}")
        assert answer and answer.status == 404, path
        assert "要点" not in page.locator("main").inner_text(), path
    expect(page.get_by_role("heading", name="没有找到这一页")).to_be_visible()


@people
def test_its_data_do_not_exist(page_of: Callable[..., Page], login: str) -> None:
    page = page_of(login)
    page.goto("/")
    for name in ("item", "target"):
        answer = page.request.get(f"/api/v1/datasets/assurance.plan.{name}")
        assert answer.status == (404 if login else 401) and "rows" not in answer.text(), answer.text()


@people
@pytest.mark.parametrize("words", WORDS)
def test_searching_finds_nothing_of_it(page_of: Callable[..., Page], login: str, words: str) -> None:
    page = page_of(login)
    page.goto(f"/search/?q={words}")
    expect(page.get_by_role("searchbox", name="查什么")).to_have_value(words)
    assert "/assurance/" not in page.locator("main").inner_html()
    found = [one.get_attribute("href") for one in page.locator("main section a").all()]
    for where in found:  # what is found is theirs to open
        assert page.request.get(where).status == 200, where
    if not found:
        expect(page.get_by_role("heading", name=f"没有找到「{words}」")).to_be_visible()


@people
def test_no_way_leads_there(page_of: Callable[..., Page], login: str) -> None:
    page = page_of(login)
    for path in ("/", "/desk/"):
        page.goto(path)
        assert page.locator("a[href*='/assurance/']").count() == 0, path
