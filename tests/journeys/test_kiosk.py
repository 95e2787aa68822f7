"""Somebody at the kiosk: finds a guide, checks in with the code on the telephone before the camera, leaves nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect


def test_a_citizen_books_on_the_phone_and_the_code_opens_it_at_the_kiosk(page_of: Callable[..., Any]) -> None:
    phone = page_of("lilei", width=390)
    phone.goto("/services/channel/hall/?channel=phone&q=居住证")
    phone.locator(".channel-items .btn").first.click()
    phone.locator("text=翔安区政务服务中心").first.click()
    phone.locator(".channel-slots button:not([disabled])").last.click()
    phone.wait_for_url("**/services/channel/mine/*/")
    assert phone.locator(".channel-qr svg").is_visible()
    number = phone.locator(".channel-facts dd").nth(2).inner_text()
    kiosk = page_of("", width=1080, height=1920)
    kiosk.goto("/services/channel/kiosk/")
    kiosk.click("text=扫码签到")
    kiosk.fill("#code", "不是码")
    kiosk.press("#code", "Enter")
    assert "不是本系统的预约码" in kiosk.inner_text("main")
    phone.goto("/services/channel/mine/")
    phone.locator(f"li:has-text('{number}') >> text=取消预约").click()
    phone.locator("main form button.btn").first.click()
    if phone.locator("#ask[open] [data-ask-yes]").count():
        phone.click("#ask[open] [data-ask-yes]")
    expect(phone.get_by_role("status").first).to_contain_text("已办理")
    phone.goto("/services/channel/mine/")
    assert "已取消" in phone.locator(f"li:has-text('{number}')").inner_text()


def test_the_kiosk_reads_a_guide_and_ends_by_itself(page_of: Callable[..., Any]) -> None:
    kiosk = page_of("", width=1080, height=1920)
    kiosk.clock.install()
    kiosk.goto("/services/channel/kiosk/")
    kiosk.locator(".channel-items a").first.click()
    kiosk.wait_for_url("**/kiosk/guide/**")
    assert kiosk.locator("[data-print]").is_visible()
    tall = "e => e.map(x => x.getBoundingClientRect().height)"
    sizes = kiosk.eval_on_selector_all("main a.btn, main button.btn", tall)
    assert min(sizes) >= 44
    kiosk.clock.run_for(61_000)
    kiosk.wait_for_url("**/services/channel/kiosk/")


def test_who_signs_in_at_the_kiosk_leaves_nothing(page_of: Callable[..., Any]) -> None:
    kiosk = page_of("", width=1080, height=1920)
    kiosk.goto("/services/channel/kiosk/")
    kiosk.click("text=我的预约")
    kiosk.fill("[name=username]", "lilei")
    kiosk.fill("[name=password]", "ludao-demo")
    kiosk.press("[name=password]", "Enter")
    kiosk.wait_for_url("**/services/channel/mine/")
    assert kiosk.locator("[data-kiosk-left]").is_visible()  # the kiosk's own shell, not the desk's
    kiosk.click("text=结束并清除")
    kiosk.wait_for_url("**/services/channel/kiosk/")
    answer = kiosk.goto("/services/channel/mine/")
    assert answer.status == 404


@pytest.fixture
def camera(tmp_path: Path) -> Callable[[str], Path]:
    """A film for the browser's camera: a code held still."""

    def film(text: str) -> Path:
        import qrcode

        code = qrcode.make(text, border=4, box_size=5).convert("L")
        side = 480
        grey = bytearray([255]) * (640 * side)
        code = code.resize((min(code.width, side), min(code.height, side)))
        pixels, left, top = code.tobytes(), (640 - code.width) // 2, (side - code.height) // 2
        for row in range(code.height):
            at = (top + row) * 640 + left
            grey[at:at + code.width] = pixels[row * code.width:(row + 1) * code.width]
        path = tmp_path / "code.y4m"
        frame = b"FRAME\n" + bytes(grey) + bytes([128]) * (640 * side // 2)
        path.write_bytes(f"YUV4MPEG2 W640 H{side} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 5)
        return path

    return film


def test_the_camera_reads_the_code(house: str, browser: Any, camera: Callable[[str], Path]) -> None:
    film = camera("https://city.example/services/channel/code/AAAABBBBCCCC/")
    with browser.browser_type.launch(executable_path=shutil.which("chromium"), args=[
            "--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}"]) as seeing:
        page = seeing.new_context(base_url=house, permissions=["camera"]).new_page()
        page.goto("/services/channel/kiosk/scan/")
        page.wait_for_selector("text=不是本系统的预约码", timeout=30_000)  # read, and judged: it is no code of ours
