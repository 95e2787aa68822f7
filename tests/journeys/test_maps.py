"""林局 reads the city on the wall; 数管 recomposes a theme; the hall is steered from a phone."""

import re
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_a_leader_reads_the_wall_and_opens_a_number_to_its_rows(page_of: Any) -> None:
    page = page_of("linju", width=1920)
    page.goto("/screen/")
    assert "/overview/map/cockpit/" in page.url
    tiles = page.locator(".theme-wall-figures .tile")
    assert tiles.count() == 6
    for n in range(tiles.count()):
        assert re.search(r"\d{4}-\d\d-\d\d", tiles.nth(n).inner_text()), "no number without its date"
    tiles.nth(2).locator("a").click()
    page.get_by_role("heading", name="存续市场主体").wait_for()
    assert page.locator("[data-place-rows] tbody tr").count() > 0


def test_an_editor_composes_a_theme_and_brings_the_old_one_back(page_of: Any) -> None:
    page = page_of("shuguan")
    page.goto("/overview/map/compose/urban/")
    page.get_by_label("标题", exact=True).fill("城管一张图")
    page.get_by_role("button", name="存为新版本").click()
    page.wait_for_url(re.compile("/overview/map/edition/"))
    page.goto("/overview/map/theme/urban/")
    page.get_by_role("heading", name="城管一张图").wait_for()
