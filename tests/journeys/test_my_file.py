"""李雷 reads his file on his phone: from where, who looked; what is wrong goes to the source and back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ludao.blocks.identity.invented import CAST, numbers

pytestmark = pytest.mark.browser
PHONE, NUMBER = numbers(0, *CAST[0][3:5])
FOR = "老年食堂就餐资格核验"


def test_a_wrong_value_goes_to_the_source_and_back(page_of: Callable[..., Page]) -> None:
    phone, officer = page_of("lilei", width=390, height=844), page_of("wangke")
    opens_his_file(officer)
    reads_it(phone)
    sees_who_looked(phone)
    dispute = says_it_is_wrong(phone)
    answers(officer, dispute)
    sees_the_answer(phone, dispute)


def opens_his_file(page: Page) -> None:
    """An officer says what for before she sees anything; there is no list to browse."""
    page.goto("/data/person/")
    page.get_by_label("证件号").fill(NUMBER)
    page.locator("main").get_by_role("button", name="查找").click()
    expect(page.locator(".problems")).to_be_visible()
    page.get_by_label("用途").select_option("verify")
    page.get_by_label("事由").fill(FOR)
    page.locator("main").get_by_role("button", name="查找").click()
    expect(page.locator("main")).to_contain_text(FOR)
    expect(page.locator(".file-head")).to_contain_text("李雷")
    expect(page.locator(".file-head")).not_to_contain_text(NUMBER)


def reads_it(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox", name="您要办什么").fill("我的信息")
    page.get_by_role("button", name="查找").click()
    page.locator("main").get_by_role("link", name="我的档案", exact=True).first.click()
    expect(page.locator(".file-head")).to_contain_text("李雷")
    expect(page.locator(".file-head .file-from").first).to_be_visible()
    expect(page.locator(".file-summary")).to_contain_text(re.compile(r"\d+ 个单位保存着您的 \d+ 条信息"))
    expect(page.locator("main")).not_to_contain_text(NUMBER)
    fits(page)
    page.get_by_role("link", name="显示完整号码").click()
    expect(page.locator(".file-head")).to_contain_text(NUMBER)
    page.locator("details.file-section summary").first.click()
    expect(page.locator("details.file-section[open] .file-group").first).to_contain_text("保管")
    fits(page)


def sees_who_looked(page: Page) -> None:
    page.locator("nav.tabs").get_by_role("link", name="谁看过").click()
    look = page.locator(".file-looks li", has_text=FOR).first
    expect(look).to_contain_text("王科")
    expect(look).to_contain_text("厦门市大数据管理局")
    fits(page)


def says_it_is_wrong(page: Page) -> str:
    page.goto("/data/person/mine/")
    page.locator("details.file-section summary").first.click()
    page.get_by_role("link", name="不对？ 住址").last.click()
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".problems")).to_be_visible()
    page.get_by_label(re.compile("正确的应该是")).fill("厦门市思明区演示路8号")
    page.get_by_label(re.compile("理由")).fill("去年搬家后已经办过变更。")
    page.locator("input[type=file]").set_input_files(
        {"name": "变更凭证.txt", "mimeType": "text/plain", "buffer": "已变更".encode()})
    page.get_by_role("button", name="提交").click()
    expect(page).to_have_url(re.compile(r"/profile/dispute/\d+/$"))
    expect(page.locator("h1")).to_contain_text("核实中")
    expect(page.locator(".file-stand")).to_contain_text("最迟")
    fits(page)
    return page.url


def answers(page: Page, dispute: str) -> None:
    """The officer finds it in her list with its deadline, sees the proof, and corrects it."""
    page.goto("/profile/dispute/")
    number = re.search(r"\d+", dispute.rsplit("/dispute/")[-1])
    assert number
    page.locator(f"main a[href='/profile/dispute/{number[0]}/']").first.click()
    expect(page.get_by_role("link", name="变更凭证.txt")).to_be_visible()
    page.get_by_role("link", name="确认更正").click()
    page.get_by_label(re.compile("理由|核实")).first.fill("已核对原始登记，情况属实。")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status")).to_contain_text("已办理")


def sees_the_answer(page: Page, dispute: str) -> None:
    """Each step with who and when; and the file says the corrected value from now on."""
    page.goto(dispute)
    expect(page.locator("h1")).to_contain_text("已更正")
    expect(page.locator("main")).to_contain_text("已核对原始登记，情况属实。")
    steps = page.locator("section", has=page.get_by_role("heading", name="办理经过"))
    expect(steps).to_contain_text("李雷")
    expect(steps).to_contain_text("王科")
    page.goto("/data/person/mine/")
    page.locator("details.file-section summary").first.click()
    expect(page.locator("details.file-section[open]")).to_contain_text("演示路8号")
    page.goto("/data/person/mine/?tab=disputes")
    expect(page.locator(".file-disputes")).to_contain_text("已更正")
    fits(page)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url
