"""A case from another city: taken in at its window, decided here by two officers, handed out there. Two real cities."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ludao.base.testing.browser import Visit, violations

pytestmark = pytest.mark.browser
APPLICANT, ID = "欧阳远行", "110101199003079999"
ITEM = "CL006"  # accepted, examined, decided: the way that its own process draws


@pytest.fixture
def cities(
    house: str, inside: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _city_database: str,
    django_db_blocker: Any,
) -> Iterator[Any]:
    """Ours, as it runs, and 广安 beside it; each has entered the other."""
    import os

    from ludao.base.actor import Actor
    from ludao.city.services.channel import keys, posting
    from ludao.city.services.channel.actions import relaying
    from ludao.city.services.channel.tests.cities import Running

    monkeypatch.setenv("LUDAO_FILES", str(Path(os.environ["DATA"]) / "files"))
    (tmp_path / "secrets").mkdir()
    actor = Actor.system("test")
    with django_db_blocker.unblock():
        there = Running(_city_database, f"test_journey_ga_{os.getpid()}", tmp_path)
        with there.acting():
            key = keys.public_key()
        with inside():
            ours = keys.public_key()
            them = relaying.set_partner(
                actor, code="gaj", own_code="xmj", name="广安市", url=there.address, public_key=key)
        with there.acting():
            relaying.set_partner(actor, code="xmj", own_code="gaj", name="厦门市", url=house, public_key=ours)
        with inside():
            relaying.tell_items(actor, partner=them)
            posting.send_waiting.now(actor, partner=them.pk)  # a worker that has just begun has much else to do
        yield there
        there.stop()


def test_received_there_decided_here_handed_out_there(
    cities: Any, browser: Browser, page_of: Callable[..., Page], inside: Callable[[], Any]
) -> None:
    with Visit(browser, cities.address) as visit:
        window = visit.page("wangke")
        title = takes_in(window, cities)
        number, key = arrived(inside)
        accepts(page_of("wangke"), key, number)
        decides(page_of("shuguan"), key)
        hands_out(window, cities, title)
    officer = page_of("wangke")
    sends(cities)
    officer.goto(f"/services/channel/relay/?q={title}")
    officer.locator("tbody tr", has_text=number).get_by_role("link").first.click()
    expect(officer.get_by_text("已送达").first).to_be_visible()
    assert violations(officer) == []


def takes_in(page: Page, there: Any) -> str:
    """At 广安's window: 厦门's item, who applies, a paper."""
    from ludao.city.services.channel.models import Offer

    told = waited(there, lambda: Offer.objects.filter(partner__code="xmj", code=ITEM, is_gone=False).first())
    page.goto(f"/services/channel/offer/{told.pk}/")
    page.get_by_role("link", name="异地代收").click()
    page.get_by_label("申请人姓名").fill(APPLICANT)
    page.get_by_label("公民身份号码").fill(ID)
    page.get_by_label("手机号").fill("13900001234")
    page.get_by_label("材料").set_input_files({
        "name": "身份证.txt", "mimeType": "text/plain", "buffer": "人像面 国徽面".encode()})
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已转出").first).to_be_visible()
    sends(there)
    return str(told.title)


def arrived(inside: Callable[[], Any]) -> tuple[str, int]:
    from ludao.city.services.channel.models import Relay

    with inside():
        relay = Relay.objects.get(partner__code="gaj", is_out=False)
        return relay.number, int(relay.case)


def accepts(page: Page, key: int, number: str) -> None:
    """It waits in the worklist like any other; the paper was fetched from there."""
    page.goto("/case/desk/?box=free&q=欧阳远行")
    page.locator("tbody tr").get_by_role("link").first.click()
    expect(page.get_by_text(f"广安市代收，编号 {number}")).to_be_visible()
    expect(page.get_by_text("异地代收").first).to_be_visible()
    for _ in range(60):
        if page.get_by_text("已提交").count():
            break
        page.wait_for_timeout(500)
        page.goto(f"/case/case/{key}/")
    expect(page.get_by_text("已提交").first).to_be_visible()
    assert violations(page) == []
    does(page)
    page.goto(f"/case/case/{key}/")
    expect(page.get_by_role("heading", level=2, name="审查", exact=True)).to_be_visible()
    page.get_by_label("意见").first.fill("材料齐全，属实")
    does(page)


def decides(page: Page, key: int) -> None:
    page.goto(f"/case/case/{key}/")
    expect(page.get_by_role("heading", level=2, name="决定", exact=True)).to_be_visible()
    page.get_by_label("意见").first.fill("符合条件，准予办理")
    does(page)
    expect(page.get_by_text("准予").first).to_be_visible()


def does(page: Page) -> None:
    page.wait_for_load_state()
    page.locator(".case-step form.case-do").get_by_role("button", name="提交").click()
    expect(page.locator(".case-done")).to_be_visible()


def hands_out(page: Page, there: Any, title: str) -> None:
    """The sealed result has come; the window gives it to the applicant."""
    from ludao.base.actor import Actor
    from ludao.city.services.channel import fetching
    from ludao.city.services.channel.models import Relay

    relay = waited(there, lambda: Relay.objects.filter(partner__code="xmj", state=Relay.FINISHED).first())
    with there.acting():
        fetching.fetch.now(Actor.system("test"), about=relay.number, relay=relay.pk)
    page.goto(f"/services/channel/relay/{relay.pk}/")
    expect(page.get_by_text("结果已返回").first).to_be_visible()
    expect(page.get_by_role("link", name=f"{relay.number}办理结果.pdf")).to_be_visible()
    expect(page.get_by_text("准予。符合条件，准予办理").first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="送达结果").click()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已送达").first).to_be_visible()


def sends(there: Any) -> None:
    """Its letters go; it has no worker of its own."""
    from ludao.base.actor import Actor
    from ludao.city.services.channel import posting
    from ludao.city.services.channel.models import Partner

    with there.acting():
        posting.send_waiting.now(Actor.system("test"), partner=Partner.objects.get(code="xmj").pk)


def waited(there: Any, ask: Callable[[], Any]) -> Any:
    """What our worker brings there, within a minute and a half."""
    for _ in range(180):
        with there.acting():
            if found := ask():
                return found
        time.sleep(0.5)
    raise AssertionError("it did not come")
