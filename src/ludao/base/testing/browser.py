"""A real browser: Debian's chromium by playwright, and axe-core's findings on a page."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, sync_playwright

ROOT = Path(__file__).resolve().parents[4]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "ludao-demo"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("no chromium on this machine; apt-get install chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """The contexts of one test; each person of the cast signs in once, by the log-in page."""

    def __init__(self, browser: Browser, house: str) -> None:
        self.browser, self.house = browser, house
        self.contexts: list[BrowserContext] = []

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        for context in self.contexts:
            context.close()

    def page(
        self, login: str = "", *, width: int = 1440, height: int = 900, dark: bool = False, language: str = "zh-hans"
    ) -> Page:
        context = self.browser.new_context(
            base_url=self.house, viewport={"width": width, "height": height}, locale="zh-CN",
            color_scheme="dark" if dark else "light", timezone_id="Asia/Shanghai")
        context.add_cookies([{"name": "ludao_language", "value": language, "url": self.house}])
        context.add_init_script(MARKS)
        self.contexts.append(context)
        page = context.new_page()
        patient(page)
        if login:
            sign_in(page, login)
        return page


# A page says when its scripts listen, and when a form or a link has been sent off and the next page is on its way.
MARKS = """(() => {
const mark = () => document.documentElement.dataset;
const leaves = (event) => {
  if (event.defaultPrevented) return;
  mark().leaving = "";
  setTimeout(() => delete mark().leaving, 6000);
};
addEventListener("load", () => (mark().loaded = ""));
addEventListener("submit", (event) => event.target.target || leaves(event));
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || link.target || link.hasAttribute("download") || event.ctrlKey || event.metaKey) return;
  if (link.protocol.startsWith("http") && link.href.split("#")[0] !== location.href.split("#")[0]) leaves(event);
});
})();
"""
BETWEEN = "html:has(script):not([data-loaded]), html[data-leaving]"


def patient(page: Page) -> None:
    """Whoever acts on the page or looks at it waits, as people do, until it has come and listens."""
    def goto(url: str, **options: Any) -> Any:
        with suppress(TimeoutError):
            page.wait_for_selector(BETWEEN, state="detached", timeout=15_000)
        return go(url, **options)

    go = page.goto
    page.goto = goto  # type: ignore[method-assign]
    page.add_locator_handler(page.locator(BETWEEN), lambda: None)


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.goto("/identity/login/")
    page.fill("input[name=username]", login)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/identity/login" not in url)


@cache
def _axe() -> str:
    if not AXE.exists():
        pytest.fail(f"{AXE} is absent; make frontend")
    return AXE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page, each with the rule and the elements. `evaluate` is not held by the CSP."""
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    return [f"{v['id']}: {v['help']} — {'; '.join(' '.join(n['target']) for n in v['nodes'][:4])}"
            for v in found["violations"]]
