"""运维's and 沈计's day: who did what to whom and when; an event that could not be heard, and is heard after all."""

import re
from collections.abc import Callable, Iterator
from subprocess import CompletedProcess
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from ludao.base import clock, events
from ludao.base.models import Delivery
from ludao.city.assurance.plan.models import Item, Remark

pytestmark = pytest.mark.browser
BREAKS = """
create function no_ink() returns trigger language plpgsql as $$ begin raise exception 'the ink is out'; end $$;
create trigger no_ink before insert on assurance_plan_remark for each row execute function no_ink();
"""


@pytest.fixture
def parked(inside: Callable[[], Any]) -> Iterator[tuple[int, int]]:
    """A real listener of the plan fails five times, because the database refuses its row; then that is mended."""
    with inside():
        item = Item.objects.exclude(owner=None).order_by("place")[0]
        with connection.cursor() as cursor:
            cursor.execute(BREAKS)
        try:
            event = events.publish("assurance.plan.fell_due", {"item": item.pk, "due_on": "2022-12-31", "days": 3})
            duty = Delivery.objects.get(event=event)
            for _ in range(events.TRIES):
                events.deliver(duty.pk)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("drop function no_ink cascade")
        before = Remark.objects.filter(item=item, kind="overdue").count()
    yield duty.pk, before
    with inside():
        assert Delivery.objects.get(pk=duty.pk).state == Delivery.DONE
        assert Remark.objects.filter(item=item, kind="overdue").count() == before + 1


def test_a_parked_event_is_seen_and_replayed(page_of: Callable[..., Page], parked: tuple[int, int]) -> None:
    page = page_of("yunwei")
    page.goto("/base/delivery/?state=parked")
    row = page.locator("[data-row]", has_text="remind_of_overdue")
    row.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("the ink is out")
    assert page.url.endswith(f"/base/delivery/{parked[0]}/"), page.url + page.locator("main").inner_text()
    page.get_by_role("link", name="重放").or_(page.get_by_role("button", name="重放")).first.click()
    page.locator("main form button.btn").first.click()
    expect(page.get_by_role("status")).to_contain_text("已办理")
    for _ in range(120):
        page.goto(f"/base/delivery/{parked[0]}/")
        if "完成" in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
    pytest.fail("the worker did not deliver it again")


@pytest.mark.parametrize("login", ["yunwei", "shenji"])
def test_the_auditor_finds_a_line_by_who_what_whom_and_when(page_of: Callable[..., Page], login: str) -> None:
    page_of("wangke").goto("/desk/")
    page = page_of(login)
    page.goto("/base/auditline/")
    page.locator("[name=name]").first.fill("王科")
    page.locator("[name=address]").first.fill("identity.login")
    today = clock.today().isoformat()
    page.locator("[name=at_from]").fill(today)
    page.locator("[name=at_to]").fill(today)
    page.get_by_role("button", name="查询").click()
    expect(page).to_have_url(re.compile("address=identity.login"))
    rows = page.locator("[data-row]")
    expect(rows.first).to_contain_text("王科")
    assert all("王科" in row and "登录" in row and today in row for row in rows.all_inner_texts())
    rows.first.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("identity.login")


def test_by_whom_it_was_done_to(page_of: Callable[..., Page]) -> None:
    page = page_of("shenji")
    page.goto("/base/auditline/?thing_label=1.1.1")
    expect(page.locator("[data-row]").first).to_contain_text("1.1.1")
    assert all("1.1.1" in row for row in page.locator("[data-row]").all_inner_texts())


def test_the_doctor_and_the_audit_say_that_all_is_well(ludao: Callable[..., CompletedProcess[str]]) -> None:
    doctor = ludao("doctor")
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert "down" not in re.findall(r"\b(up|down|warning)\b", doctor.stdout) and "database" in doctor.stdout
    verify = ludao("audit", "verify")
    assert (verify.returncode, verify.stdout.strip()) == (0, "every chain holds")


def test_the_stranger_is_no_operator(page_of: Callable[..., Page]) -> None:
    page = page_of("zhao")
    for path in ("/base/auditline/", "/base/delivery/", "/base/event/"):
        answer = page.goto(path)
        assert answer and answer.status == 404, path
