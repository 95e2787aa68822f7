"""数管's day: a new file comes in, a turned-away row is mended, a changed column explained, a grade decided."""

import re
import secrets
from collections.abc import Callable
from random import Random

import pytest
from playwright.sync_api import Page, expect

from ludao.base import identifiers

from .conftest import appears

pytestmark = pytest.mark.browser
LONG = 90_000  # a worker comes to it, even on a busy machine


def piles(name: str, power: str = "功率", broken: bool = True) -> dict[str, object]:
    """Forty charging piles as an office would send them: GB18030, one day that does not exist."""
    random = Random(name)
    lines = [f"桩号,充电站,{power},投运日期,联系电话"]
    for n in range(40):
        day = "2021-02-30" if n == 8 and broken else f"2021-{1 + n % 12:02}-{1 + n % 27:02}"
        lines.append(f"{name}-{n:04},湖里{n % 7 + 1}号站,{60 + n % 3 * 60},{day},{identifiers.invent_mobile(random)}")
    return {"name": f"充电桩_{name}.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode("gb18030")}


def test_a_file_becomes_a_dataset_of_the_city(page_of: Callable[..., Page]) -> None:
    page, name = page_of("shuguan"), f"cd{secrets.token_hex(3)}"
    delivery = drops(page, name)
    mends_in_place(page, delivery)
    replays(page, delivery)
    answers_what_changed(page, name)
    changes_a_type(page, name)
    finds_it(page, name)
    decides_a_grade(page, name)


def drops(page: Page, name: str) -> str:
    """All rows are read; what is proposed can be corrected; it is loaded while she watches."""
    page.goto("/exchange/new/")
    page.get_by_label("文件", exact=True).set_input_files(piles(name))  # type: ignore[arg-type]
    page.get_by_role("button", name="读取").click()
    expect(page.locator("main")).to_contain_text("40 行")
    expect(page.locator("main")).to_contain_text("GB18030")
    expect(page.get_by_label("类型 投运日期")).to_have_value("date")
    expect(page.get_by_label("含义 联系电话")).to_have_value("phone")
    expect(page.get_by_label("分级 联系电话")).to_have_value("sensitive")
    expect(page.get_by_label("主键 桩号")).to_be_checked()
    expect(page.locator("tr", has=page.get_by_label("类型 投运日期"))).to_contain_text("1 个值不符")
    for label, word in (("桩号", "pile"), ("充电站", "station"), ("功率", "power"), ("投运日期", "opened_on"),
                        ("联系电话", "phone")):
        page.get_by_label(f"列名 {label}").fill(word)
    page.get_by_label("地址", exact=True).fill(f"source.upload.{name}")
    page.get_by_label("名称", exact=True).fill(f"充电桩{name}")
    page.get_by_role("button", name="接入并装载").click()
    expect(page).to_have_url(re.compile(r"/exchange/delivery/\d+/$"))
    is_over(page)
    expect(page.locator("h1")).to_contain_text("充电桩")
    expect(fact(page, "合格")).to_have_text("39")
    return page.url


def is_over(page: Page) -> None:
    """The bar of the job moves by itself; then the page is read anew."""
    expect(page.locator(".work")).to_contain_text("完成", timeout=LONG)
    page.reload()


def fact(page: Page, title: str):  # type: ignore[no-untyped-def]
    return page.locator(".fact", has=page.locator("dt", has_text=re.compile(f"^{title}$"))).locator("dd")


def mends_in_place(page: Page, delivery: str) -> None:
    """The reason stands at the row and at the field; what she typed waits for the replay."""
    page.locator("main").get_by_role("link", name=re.compile("投运日期")).first.click()
    expect(page).to_have_url(re.compile(r"/exchange/heap/\d+/$"))
    expect(page.locator("article")).to_have_count(1)
    expect(page.locator("article")).to_contain_text("2021-02-30")
    page.locator("article").get_by_role("link", name=re.compile("修正")).click()
    day = page.get_by_label("投运日期")
    expect(day).to_have_value("2021-02-30")
    expect(day).to_have_attribute("aria-describedby", "w-opened_on")
    day.fill("2021-02-28")
    page.get_by_role("button", name="保存修正").click()
    expect(page.locator("article")).to_contain_text("已修正，待回放")


def replays(page: Page, delivery: str) -> None:
    page.get_by_role("link", name="去回放这次送达").click()
    page.locator(".page-actions").get_by_role("link", name="回放", exact=True).click()
    page.get_by_role("button", name="提交").click()
    expect(page).to_have_url(delivery)
    is_over(page)
    expect(fact(page, "仍在隔离")).to_have_text("0")


def answers_what_changed(page: Page, name: str) -> None:
    """The next delivery calls a column otherwise: this source asks, she answers, it goes on."""
    page.locator("main").get_by_role("link", name=f"充电桩{name}").first.click()
    page.get_by_role("link", name="上传文件").first.click()
    page.locator("input[type=file]").set_input_files(piles(name, "额定功率", broken=False))  # type: ignore[arg-type]
    page.get_by_role("button", name="提交").click()
    page.locator(".page-actions").get_by_role("link", name="装载", exact=True).click()
    page.get_by_role("button", name="提交").click()
    is_over(page)
    page.get_by_role("link", name="去答复").click()
    expect(page.locator("legend", has_text="额定功率")).to_be_visible()
    expect(page.get_by_label("它是")).to_have_value("power")
    page.get_by_role("button", name="答复并继续装载").click()
    expect(fact(page, "答复人")).to_have_text("数管")
    expect(page.get_by_role("link", name="答复", exact=True)).to_have_count(0)


def changes_a_type(page: Page, name: str) -> None:
    """The power is to be text: tried beside from the kept files, looked at, put in place; and taken back again."""
    page.goto(f"/exchange/source/?q=充电桩{name}")
    page.locator("main tbody").get_by_role("link", name=f"充电桩{name}").click()
    page.locator(".x-contract summary").click()
    page.get_by_role("link", name="修改契约").click()
    expect(page.get_by_label("类型 power")).to_have_value("integer")
    page.get_by_label("类型 power").select_option("text")
    page.get_by_role("button", name="保存").click()
    expect(page).to_have_url(re.compile(r"/exchange/remake/\d+/$"))
    expect(page.locator("main")).to_contain_text("整数改为文字")
    remade(page, "待确认")
    expect(page.locator("main")).to_contain_text("40 → 40")
    expect(page.locator("main")).to_contain_text("所有行都合新契约")
    page.locator(".page-actions").get_by_role("link", name="换上新表").click()
    page.get_by_role("button", name="提交").click()
    remade(page, "已换上")
    page.locator(".page-actions").get_by_role("link", name="撤回这次重做").click()
    page.get_by_role("button", name="提交").click()
    page.get_by_role("dialog").get_by_role("button", name="提交").click()
    remade(page, "已撤回")


def remade(page: Page, state: str) -> None:
    expect(page).to_have_url(re.compile(r"/exchange/remake/\d+/$"))
    appears(fact(page, "状态").filter(has_text=state), seconds=90)


def finds_it(page: Page, name: str) -> None:
    """The catalogue has it at once: how many, how good, what is in it, where figures come from."""
    page.goto(f"/data/catalogue/find/?q=充电桩{name}")
    page.locator(".cat-list").get_by_role("link", name=f"充电桩{name}").click()
    expect(page.locator("h1")).to_contain_text(f"充电桩{name}")
    appears(fact(page, "记录数").filter(has_text=re.compile("^40$")), seconds=90)  # a listener counts it, in a worker
    expect(fact(page, "记录数")).to_have_text("40")
    expect(page.locator("tr", has_text="opened_on")).to_contain_text("投运日期")
    page.locator("nav.tabs").get_by_role("link", name="质量").click()
    expect(page.get_by_role("region", name="历次检查").locator("tbody tr")).not_to_have_count(0)
    page.locator("nav.tabs").get_by_role("link", name="版本").click()
    expect(page.locator("main")).to_contain_text("1")
    page.goto("/data/catalogue/find/?q=data.person.resident")
    page.locator(".cat-list").get_by_role("link").first.click()
    page.locator("nav.tabs").get_by_role("link", name="血缘").click()
    expect(page.get_by_role("region", name=re.compile("血缘图")).locator("text.address").first).to_be_visible()


def decides_a_grade(page: Page, name: str) -> None:
    """The rules propose, with their reason; a person decides."""
    page.goto("/data/classification/proposal/?state=open&sort=-confidence")
    page.locator("main tbody").get_by_role("link", name=re.compile(f"充电桩{name}|联系电话")).first.click()
    expect(page.locator("main")).to_contain_text("依据")
    page.get_by_role("link", name="确认建议").click()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status")).to_contain_text("已办理")
