"""林局's minutes between two meetings: the map and the bulletin on his phone, and the sheet to take along."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(page_of: Callable[..., Page]) -> Page:
    return page_of("linju", width=390, height=844)


def test_the_map_fits_the_phone_and_a_clause_opens(phone: Page) -> None:
    phone.goto("/desk/")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("link", name=re.compile("建设全市统一的政务服务管理平台")).first.click()
    expect(phone).to_have_url(re.compile(r"/assurance/plan/item/\d+/$"))
    expect(phone.locator("h1")).to_contain_text("建设全市统一的政务服务管理平台")


def test_the_wall_says_of_when_each_number_is_and_opens_it(phone: Page) -> None:
    phone.goto("/assurance/plan/screen/")
    tiles = phone.locator(".tile")
    assert tiles.count() > 3
    for words in tiles.all_inner_texts():
        assert re.search(r"\d{4}-\d{2}-\d{2}", words), words
    tiles.first.locator("a").click()
    expect(phone).to_have_url(re.compile("/assurance/plan/item/"))


def test_the_bulletin_as_page_and_as_official_sheet(phone: Page) -> None:
    phone.goto("/assurance/plan/bulletin/")
    expect(phone.get_by_role("heading", name="各单位任务进展")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    year, month = phone.get_by_label("月份").input_value().split("-")
    sheet = phone.get_by_role("link", name="PDF").get_attribute("href")
    answer = phone.request.get(str(sheet))
    assert answer.ok and answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.body())).pages
    words = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    assert "工作通报" in words and f"{year}年{int(month)}月进展情况的通报" in words


def test_an_earlier_month_is_another_bulletin(phone: Page) -> None:
    phone.goto("/assurance/plan/bulletin/")
    months = phone.get_by_label("月份").locator("option").all_inner_texts()
    phone.get_by_label("月份").select_option(months[-1])
    phone.get_by_role("button", name="查看").click()
    expect(phone).to_have_url(re.compile(f"month={months[-1]}"))
    expect(phone.get_by_label("月份")).to_have_value(months[-1])
