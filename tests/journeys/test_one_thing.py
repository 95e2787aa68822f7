"""One thing: 李雷's child is born (one application, five departments, one sealed result); 韩梅梅 opens a restaurant."""

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from ludao.base.identifiers import invent_credit_code

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


def fill(page: Page, values: dict[str, str]) -> None:
    """What is empty or typed over; what is held already stays."""
    for name, value in values.items():
        field = page.locator(f"[name='{name}']").first
        if field.get_attribute("type") == "radio":
            page.locator(f"[name='{name}'][value='{value}']").check()
        elif field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        elif field.is_editable() and not field.input_value():
            field.fill(value)
        page.wait_for_load_state("networkidle")


def apply(page: Page, said: str, title: str, answers: dict[str, str], values: dict[str, str], files: list[str]) -> str:
    """From the search to the number of the case."""
    page.goto(f"/services/item/find/?q={said}")
    page.locator("main").get_by_role("link", name=title, exact=True).first.click()
    page.get_by_role("link", name="网上申请").click()
    for name, value in answers.items():
        page.locator(f"[name='{name}'][value='{value}']").check()
    page.get_by_role("button", name="下一步").click()
    expect(page).to_have_url(re.compile("/form/$"))
    fill(page, values)
    page.get_by_role("button", name="下一步").click()
    expect(page).to_have_url(re.compile("/materials/$"))
    for code in files:
        page.set_input_files(
            f"[name='file-{code}']", files=[{"name": f"{code}.png", "mimeType": "image/png", "buffer": PNG}]
        )
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("本人承诺").check()
    page.get_by_role("button", name="确认提交").click()
    expect(page.locator("main")).to_contain_text("申请已提交")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    return page.locator("main code").first.inner_text()


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63600000020001"
    "00ffff03000006000557bfabd40000000049454e44ae426082"
)
BIRTH = {
    "child_name": "李小舟",
    "child_sex": "男",
    "child_born": "2026-11-20",
    "hospital": "厦门市妇幼保健院",
    "birth_order": "1",
    "mother_name": "韩美",
    "mother_id": "11010519491231002X",
    "household_with": "mother",
    "household_address": "厦门市思明区演武路1号",
    "insure": "yes",
    "wants_card": "no",
    "name": "李雷",
    "id_number": "11010519491231002X",
    "phone": "13900001234",
    "delivery": "counter",
}
PLACE = "厦门市思明区中山路1号"
RESTAURANT = {
    "area.district": "350203",
    "area.street": "350203001",
    "area.community": "350203001001",
    "company": "厦门梅梅餐饮店",
    "credit_code": invent_credit_code(Random(7)),
    "legal_person": "韩梅梅",
    "company_address": PLACE,
    "contact": "韩梅梅",
    "contact_phone": "13900001234",
    "shop_name": "梅梅面馆",
    "site": PLACE,
    "area_m2": "80",
    "business": "restaurant",
    "cold_dishes": "no",
    "manager_name": "韩梅梅",
    "floor": "1",
    "exits": "2",
    "has_gas": "no",
    "sign_text": "梅梅面馆",
    "fumes": "no",
    "delivery": "counter",
}


@pytest.fixture
def through(inside: Callable[[], Any]) -> Callable[[str], None]:
    """Every step of a case as 王科 and 数管 do them: by the actions that their pages call."""

    def go(number: str) -> None:
        from ludao.base.actor import Actor
        from ludao.blocks.case import public as cases
        from ludao.blocks.identity.public import Post

        def officer(username: str) -> Actor:
            held = Post.objects.select_related("person").filter(person__username=username, organisation="xm-dsj")
            post = held.order_by("pk")[0]
            return Actor(
                person=str(post.person_id),
                name=post.person.name,
                post=str(post.pk),
                organisation="xm-dsj",
                channel="page",
            )

        with inside():
            case = cases.find(number)
            assert case is not None
            while (open_ := cases.steps(case)) and case.is_open:
                task = open_[0]
                outcome = next(v for v in ("accept", "approve", "pass", "done") if v in task.verbs)
                who = officer("shuguan" if task.role == "decider" else "wangke")
                cases.complete(who, task=task, outcome=outcome, opinion=f"{task.title}：符合条件")
                case.refresh_from_db()

    return go


def verified(page: Page) -> None:
    """The result is fetched as its applicant fetches it, and pyhanko finds the seal whole."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载结果文书").click()
    content = Path(waiting.value.path()).read_bytes()
    with ThreadPoolExecutor(1) as beside:  # pyhanko runs a loop of its own, the browser's is running here
        status = beside.submit(_validated, content).result()
    assert status.intact and status.valid


def _validated(content: bytes) -> Any:
    signature = PdfFileReader(io.BytesIO(content)).embedded_signatures[0]
    return validate_pdf_signature(signature, ValidationContext(allow_fetching=False, trust_roots=[]))


def test_a_child_is_born_one_application_five_departments_one_result(page_of: Pages, through: Any, inside: Any) -> None:
    page = page_of("lilei", width=390, height=844)
    number = apply(page, "生孩子", "出生一件事", {"married": "yes"}, BIRTH, [])
    here = page.url
    desk = page_of("wangke")
    desk.goto(f"/case/case/?q={number}")
    expect(desk.locator("main")).to_contain_text("出生一件事")
    desk.locator("tbody tr", has_text=number).get_by_role("link").first.click()
    desk.locator("#tab-process").click()
    expect(desk.locator("[data-process][data-ready]")).to_be_visible()
    through(number)
    page.goto(here)
    expect(page.locator("main")).to_contain_text("办理结果")
    verified(page)
    with inside():
        from ludao.blocks.case import public as cases

        case = cases.find(number)
        offices = {task.organisation_id for task in case.tasks.filter(kind="examine")}
        assert offices == {"xm-wjw", "xm-gaj", "xm-ybj", "xm-swjj", "xm-rsj"}


@pytest.fixture
def departments(inside: Callable[[], Any]) -> None:
    """An officer of the market regulator and one of the fire brigade, each appointed for their own office alone."""
    from django.contrib.auth.hashers import make_password

    from ludao.base import actions
    from ludao.base.actor import Actor
    from ludao.base.testing.browser import PASSWORD
    from ludao.blocks.identity.public import Person

    house = Actor.system("test")
    with inside():
        for username, name, office in (("shichang", "石畅", "xm-scj"), ("xiaofang", "肖方", "xm-xfzd")):
            person, is_new = Person.objects.get_or_create(
                username=username, defaults={"name": name, "password": make_password(PASSWORD)}
            )
            if is_new:
                post = actions.get("identity.appoint").call(
                    house, {"organisation": office, "person": person.pk, "title": "审查员", "title_en": "Examiner"}
                )
                actions.get("permission.grant").call(
                    house, {"post": post.pk, "role": "examiner", "organisation": office, "reason": "一件事联办审查"}
                )


def does(page: Page, number: str, step: str, opinion: str) -> None:
    """From the worklist: the one branch that is this officer's, and its button."""
    page.goto(f"/case/desk/?box=free&q={number}")
    page.locator("tbody tr").get_by_role("link").first.click()
    card = page.locator(".case-step.is-mine", has=page.get_by_role("heading", level=2, name=step, exact=True))
    expect(card).to_be_visible()
    page.wait_for_load_state()
    card.get_by_label("意见").fill(opinion)
    card.get_by_role("button", name="提交").click()
    expect(page.locator(".case-done")).to_be_visible()


def test_she_opens_a_restaurant(page_of: Pages, through: Any, departments: None) -> None:
    page = page_of("hanmeimei", width=390, height=844)
    number = apply(page, "开饭店", "开办餐饮店一件事", {"big": "no"}, RESTAURANT, ["plan"])
    here = page.url
    does(page_of("wangke"), number, "一窗受理", "材料齐全")
    does(page_of("shichang"), number, "食品经营许可", "布局合理，符合许可条件")
    does(page_of("xiaofang"), number, "营业前消防安全检查", "按告知承诺办理，同意")
    through(number)
    page.goto(here)
    verified(page)
