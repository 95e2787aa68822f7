"""A crowd at the door: 150 people who log in at the same moment are all let in."""

import asyncio
import re

import httpx
import pytest

from ludao.base.testing import databases
from ludao.base.testing import house as running

CROWD = 150
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture
def crowd(house: str, django_db_blocker) -> list[str]:
    """As many accounts in the running house, none of which has logged in yet."""
    from django.contrib.auth.hashers import make_password

    from ludao.blocks.identity.models import Person

    names = [f"crowd{n}" for n in range(CROWD)]
    with django_db_blocker.unblock(), databases.using(running.database()):
        digest = make_password("xinlu-2022")
        Person.objects.bulk_create([Person(username=name, name=name, password=digest) for name in names],
                                   ignore_conflicts=True)
    return names


async def log_in(house: str, names: list[str]) -> list[httpx.Response]:
    clients = [httpx.AsyncClient(base_url=house, timeout=180) for _ in names]
    pages = [await client.get("/identity/login/") for client in clients]
    sent = await asyncio.gather(*(
        client.post("/identity/login/", headers={"Referer": house}, data={
            "username": name, "password": "xinlu-2022", "csrfmiddlewaretoken": TOKEN.search(page.text).group(1)})
        for client, name, page in zip(clients, names, pages, strict=True)))
    seen = [await client.get("/identity/account/") for client in clients]
    await asyncio.gather(*(client.aclose() for client in clients))
    assert [page.status_code for page in seen if page.status_code != 200] == []
    return sent


def test_150_cold_log_ins_at_once_all_succeed(house, crowd):
    answers = asyncio.run(log_in(house, crowd))
    assert [answer.status_code for answer in answers if answer.status_code != 302] == []
