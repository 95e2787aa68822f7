"""The first page over a thin line: everything that / sends, compressed as it travels, stays under 150 KB."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser
MOST = 150 * 1024


@pytest.mark.parametrize("width", [390, 1440])
def test_the_first_load_is_light(page_of: Callable[..., Page], width: int) -> None:
    page = page_of(width=width)
    wire = page.context.new_cdp_session(page)
    sent: dict[str, int] = {}
    urls: dict[str, str] = {}
    wire.on("Network.requestWillBeSent", lambda e: urls.update({e["requestId"]: e["request"]["url"]}))
    wire.on("Network.loadingFinished", lambda e: sent.update({e["requestId"]: e["encodedDataLength"]}))
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto("/", wait_until="networkidle")
    report = "\n".join(f"{size:8.0f} {urls.get(key, '?')}" for key, size in sent.items())
    print(f"{sum(sent.values()) / 1024:.1f} KB in {len(sent)} requests\n{report}")
    assert len(sent) >= 3, report
    assert sum(sent.values()) < MOST, report
