"""王科 needs another department's data: she finds it, asks for columns, the owner grants, her program looks it up."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ludao.blocks.identity.invented import CAST, numbers

pytestmark = pytest.mark.browser
LI = numbers(0, *CAST[0][3:5])  # 李雷's telephone and id number


def test_from_the_catalogue_to_a_signed_answer(page_of: Callable[..., Page]) -> None:
    officer, purpose = page_of("wangke"), f"老年食堂资格核验{secrets.token_hex(3)}"
    finds(officer)
    asks(officer, purpose)
    grants(page_of("shuguan"), purpose)
    number = holds(officer, purpose)
    looks_up(officer, issues_a_token(officer), number, purpose)
    leaves_a_trace(officer, number, purpose)
    ends(page_of("shuguan"), number)


def finds(page: Page) -> None:
    """By what people say; what is not hers to see is not shown, and the way to ask for it is."""
    page.goto("/data/catalogue/find/")
    page.get_by_role("searchbox", name="名称、列名、地址、拼音").fill("户籍人口")
    page.get_by_role("button", name="查找").last.click()
    page.locator(".cat-list").get_by_role("link", name="户籍人口", exact=True).click()
    expect(page.locator("h1")).to_contain_text("户籍人口")
    expect(page.locator("main")).to_contain_text("厦门市公安局")
    page.locator(".page-actions").get_by_role("link", name="申请共享").click()


def asks(page: Page, purpose: str) -> None:
    expect(page).to_have_url(re.compile(r"/data/sharing/ask/\?address=source.police.resident"))
    page.get_by_label("姓名", exact=True).select_option("plain")
    page.get_by_label("联系电话").or_(page.get_by_label("电话")).first.select_option("masked")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("姓名", exact=True)).to_have_value("plain")
    page.get_by_label("用途", exact=True).fill(purpose)
    page.get_by_label("法律依据").fill("《厦门经济特区数据条例》")
    page.get_by_label("应用场景").fill("长者到社区食堂用餐，报身份证号即可核验。")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator(".fact", has_text="状态").locator("dd").first).to_have_text("待审核")


def grants(page: Page, purpose: str) -> None:
    """The owner's side: what is asked, for what, by when; a part is granted, and a reason is needed for that."""
    page.goto("/data/sharing/received/?q=" + purpose)
    page.locator("main tbody").get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text(purpose)
    page.locator(".page-actions").get_by_role("link", name="授权", exact=True).click()
    page.get_by_label("明文字段").fill("name")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status")).to_contain_text("已办理")


def holds(page: Page, purpose: str) -> str:
    page.goto("/data/sharing/grant/")
    page.locator("tr", has_text=purpose).get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("/data/sharing/v1/lookup/source.police.resident")
    found = re.search(r"GX\d+", page.locator("main").inner_text())
    assert found
    return found[0]


def issues_a_token(page: Page) -> str:
    page.goto("/api/docs#tokens")
    page.get_by_label("名称", exact=True).fill("食堂核验程序")
    right = page.locator("input[name=rights][value='data.sharing.use']")
    if not right.is_visible():
        page.locator("details.rights", has=right).locator("summary").click()
    right.check()
    page.get_by_role("button", name="签发令牌").click()
    return page.locator("[data-secret]").inner_text().strip()


def looks_up(page: Page, token: str, grant: str, purpose: str) -> None:
    """What was granted comes, in plain or masked as granted, signed; without a purpose nothing comes."""
    door, head = "/data/sharing/v1/lookup/source.police.resident", {"Authorization": f"Bearer {token}"}
    asked = {"keys": [{"id_number": LI[1]}], "purpose": purpose, "grant": grant}
    answer = page.request.post(door, data=asked, headers=head)
    assert answer.status == 200, answer.text()
    row = answer.json()["rows"][0]
    assert set(row) == {"name", "phone"}
    assert row["name"] == "李雷"
    assert "*" in row["phone"] and row["phone"] != LI[0]
    assert answer.headers["ludao-signature"]
    assert page.request.post(door, data={**asked, "purpose": ""}, headers=head).status == 422
    assert page.request.post(door, data=asked, headers={"Authorization": "Bearer ldk_none"}).status == 401


def leaves_a_trace(page: Page, grant: str, purpose: str) -> None:
    """Her office's use stands in the log, with the purpose."""
    page.goto("/data/sharing/used/")
    expect(page.locator("tr", has_text=grant).first).to_contain_text(purpose)


def ends(page: Page, grant: str) -> None:
    """What is no longer needed is taken back, at once and with a word."""
    page.goto("/data/sharing/given/")
    page.locator("tr", has_text=grant).get_by_role("link").first.click()
    page.locator(".page-actions").get_by_role("link", name="撤销授权").click()
    page.get_by_label("说明").fill("核验已经结束，不再需要。")
    page.get_by_role("button", name="提交").click()
    page.get_by_role("dialog").get_by_role("button", name="提交").click()
    expect(page.get_by_role("status")).to_contain_text("已办理")
