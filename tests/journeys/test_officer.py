"""王科's day: she changes hats, uploads the plan, corrects what was misread, publishes, and reports with evidence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ludao.city.assurance.plan import demo

from .conftest import shared

pytestmark = pytest.mark.browser
DEMO_PLAN = Path(demo.__file__).parent / "content" / "demo_plan.txt"


@pytest.mark.real
def test_the_published_plan_from_text_to_light(page_of: Callable[..., Page], tmp_path: Path) -> None:
    the_day(page_of(), shared("plan/work-plan-2022.txt"), tmp_path)


def test_the_demonstration_plan_from_text_to_light(page_of: Callable[..., Page], tmp_path: Path) -> None:
    text = tmp_path / "plan.txt"
    text.write_text(DEMO_PLAN.read_text(encoding="utf-8").replace("{year}", "2022"), encoding="utf-8")
    the_day(page_of(), text, tmp_path)


def the_day(page: Page, text: Path, folder: Path) -> None:
    arrives(page)
    changes_hats(page)
    review = uploads(page, text)
    corrects_by_keyboard(page, review)
    publishes(page, review)
    reports(page, review, folder)


def arrives(page: Page) -> None:
    """Whoever wants the desk is asked who they are, and then gets the desk."""
    page.goto("/desk/")
    expect(page).to_have_url("/identity/login/?next=/desk/")
    page.keyboard.type("wangke")
    page.keyboard.press("Tab")
    page.keyboard.type("ludao-demo")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/desk/")
    expect(page.get_by_role("heading", name="王科，您好")).to_be_visible()


def changes_hats(page: Page) -> None:
    """As a liaison officer she may not upload; as section chief she may."""
    wears(page, "联络员")
    assert page.goto("/assurance/plan/do/upload/").status == 404  # type: ignore[union-attr]
    wears(page, "科长")
    assert page.goto("/assurance/plan/do/upload/").status == 200  # type: ignore[union-attr]


def wears(page: Page, title: str) -> None:
    page.goto("/desk/")
    page.locator("summary.who").click()
    page.get_by_role("button", name=title).click()
    expect(page.locator("summary.who")).to_contain_text(title)


def uploads(page: Page, text: Path) -> str:
    page.goto("/assurance/plan/plan/")
    page.get_by_role("link", name="上传工作要点").last.click()
    page.locator("input[type=file]").set_input_files(text)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2022年数字厦门工作要点")
    expect(page.locator("mark", has_text="50亿条")).to_be_visible()
    expect(page.locator(".review-target b", has_text="50亿条")).to_be_visible()
    return page.url


def corrects_by_keyboard(page: Page, review: str) -> None:
    """No pointer: to the button, into the form, to the field of the value, and sent from inside it."""
    page.locator("li", has=page.locator(".review-target b", has_text="50亿条")).last.get_by_role(
        "link", name="更正").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("更正目标")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "value":
            break
    page.keyboard.press("Control+A")
    page.keyboard.type("52.5")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("已办理")
    page.goto(review)
    expect(page.locator(".review-target b", has_text="52.5")).to_be_visible()


def publishes(page: Page, review: str) -> None:
    page.goto(review)
    expect(page.locator("h1")).to_contain_text("待校核")
    page.get_by_role("link", name="发布要点").click()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("dialog")).to_contain_text("发布后开始计时亮灯")
    page.get_by_role("dialog").locator("[data-ask-yes]").click()
    expect(page.get_by_role("status")).to_contain_text("已办理")
    page.goto(review)
    expect(page.locator("h1")).to_contain_text("执行中")


def reports(page: Page, review: str, folder: Path) -> None:
    paper = folder / "验收报告.txt"
    paper.write_text("已通过初步验收。", encoding="utf-8")
    page.goto(review)
    page.locator(".review-read h2 a").first.click()
    page.get_by_role("link", name="报告进展").first.click()
    page.get_by_label("进度(%)").fill("140")
    page.get_by_label("进展", exact=True).fill("已通过初步验收。")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".has-error")).to_be_visible()
    expect(page.get_by_label("进展", exact=True)).to_have_value("已通过初步验收。")
    page.get_by_label("进度(%)").fill("100")
    page.locator("input[type=file]").set_input_files(paper)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("h1 .state")).to_have_text("已完成")
    page.locator("nav.tabs").get_by_role("link", name="进展报告").click()
    with page.expect_download() as kept:
        page.get_by_role("link", name="验收报告.txt").click()
    assert Path(kept.value.path()).read_bytes() == paper.read_bytes()
