"""The search of the shell finds what pages find in their own way: on the portal, what people want done."""

from urllib.parse import quote

import pytest
from django.test import Client


@pytest.mark.parametrize(("said", "guide"), [("补社保卡", "社会保障卡"), ("开饭店要办什么证", "食品经营")])
def test_what_people_say_on_the_portal_leads_to_guides(city: None, said: str, guide: str) -> None:
    client = Client()
    page = client.get(f"/search/?q={quote(said)}")
    groups = page.context["groups"]
    assert any(guide in one["title"] for one in groups[0]["results"]), groups[0]
    assert client.get(groups[0]["results"][0]["url"]).status_code == 200
