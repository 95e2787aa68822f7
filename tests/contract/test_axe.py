"""Every page in a real browser: axe-core finds nothing, the console stays silent; in light and dark, desk and phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from ludao.base import registry
from ludao.base.pages import urls
from ludao.base.pages.declare import Detail, Page
from ludao.base.testing import databases
from ludao.base.testing.browser import violations
from ludao.base.testing.house import state
from ludao.blocks.identity.public import Person, Post

from .conftest import OFFICE, OFFICER, give

pytestmark = pytest.mark.browser
POST = "页面检查员"
DOORS = ["/", "/desk/", "/screen/", "/search/?q=%E6%9D%83%E9%99%90", "/api/docs", "/identity/login/",
         "/identity/register/", "/identity/recover/", "/nowhere/"]
EVERY = [(m, e) for m, e in urls.every() if "<" not in urls.path_of(m, e) or isinstance(e, Detail)]
PAGES = {urls.path_of(m, e): e for m, e in EVERY if not (isinstance(e, Page) and e.path.endswith(".pdf"))}
LOOKS = {"light": {"width": 1440}, "dark phone": {"width": 390, "height": 844, "dark": True}}


@pytest.fixture(scope="module")
def allowed(house: str, django_db_blocker: Any) -> dict[str, str]:
    """王科 holds every role in a post for this; gives each path with a row to open."""
    found = {}
    with django_db_blocker.unblock(), databases.using(state()["database"]):
        person = Person.objects.get(username=OFFICER)
        Post.objects.create(person=person, organisation_id=OFFICE, title=POST, title_en="Looks at every page")
        for role in {role for roles in registry.rights().values() for role in roles}:
            give(role, title=POST)
        for path, entry in PAGES.items():
            row = entry.model._default_manager.order_by("-pk").first() if isinstance(entry, Detail) else None
            found[path] = path.replace("<pk>", str(row.pk)) if row is not None else path
        connection.close()
    return found


@pytest.fixture(scope="module")
def visitors(house: str, browser: Any, allowed: dict[str, str]) -> Any:
    """One signed-in window for each look, kept for all pages."""
    from ludao.base.testing.browser import Visit

    with Visit(browser, house) as visit:
        yield {look: in_post(visit.page(OFFICER, **size)) for look, size in LOOKS.items()}


def in_post(page: Any) -> Any:
    """Under a hat of its own: journeys walk in the same house at the same time, as 王科 with what she usually may."""
    page.goto("/desk/")
    page.locator("summary.who").click()
    page.get_by_role("button", name=POST).click()
    page.wait_for_url("**/desk/**")
    return page


def look_at(page: Any, where: str) -> None:
    noise: list[str] = []
    hear = lambda message: noise.append(message.text) if message.type == "error" else None  # noqa: E731
    page.on("console", hear)
    answer = page.goto(where)
    if "<html" not in answer.text():  # a fragment is looked at where it stands, a file is no page
        page.remove_listener("console", hear)
        pytest.skip(f"{where} is not a page")
    found = violations(page)
    page.remove_listener("console", hear)
    assert found == []
    assert [text for text in noise if "404" not in text] == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(path: str, look: str, visitors: dict[str, Any], allowed: dict[str, str]) -> None:
    if "<" in allowed[path]:
        pytest.skip(f"the demonstration city has no row for {path}")
    look_at(visitors[look], allowed[path])


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", DOORS)
def test_axe_finds_nothing_at_the_doors(path: str, look: str, page_of: Callable[..., Any]) -> None:
    look_at(page_of("", **LOOKS[look]), path)
