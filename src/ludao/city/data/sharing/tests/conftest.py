"""A small entry of the catalogue with its table in the lake, an owner, an applicant, and a program with a token."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ludao.base import clock, registry, tokens
from ludao.base.actor import Actor
from ludao.base.testing import databases

ADDRESS = "source.police.sample"
ID = "110101199003079998"


def contract(address: str = ADDRESS, owner: str = "xm-gaj") -> dict[str, Any]:
    return {
        "address": address,
        "title": {"zh": "户籍样例", "en": "Residents, a sample"},
        "row": {"zh": "一名户籍人口", "en": "one resident"},
        "owner": owner,
        "system": {"zh": "人口信息管理系统", "en": "Population system"},
        "key": ["id_number"],
        "promise": "daily",
        "at": "updated_at",
        "load": "merge",
        "from": {"kind": "upload"},
        "columns": {
            "id_number": {
                "zh": "公民身份号码",
                "en": "Id number",
                "type": "text",
                "grade": "sensitive",
                "mask": "id_number",
            },
            "name": {"zh": "姓名", "en": "Name", "type": "text", "grade": "sensitive", "mask": "name"},
            "birth_on": {"zh": "出生日期", "en": "Born on", "type": "date", "grade": "internal"},
            "phone": {"zh": "电话", "en": "Phone", "type": "text", "grade": "sensitive", "mask": "phone"},
            "area_code": {"zh": "区划", "en": "Area", "type": "text", "grade": "internal"},
            "note": {"zh": "备注", "en": "Note", "type": "text", "grade": "secret"},
            "updated_at": {"zh": "更新时间", "en": "Updated", "type": "timestamp", "grade": "internal"},
        },
    }


def rows(number: int = 50, since: int = 0) -> Any:
    import pyarrow as pa

    at = datetime(2022, 1, 1, tzinfo=UTC)
    numbers = range(since, since + number)
    return pa.table(
        {
            "id_number": [ID if n == 0 else f"11010119900307{n:04}" for n in numbers],
            "name": [f"李{'甲乙丙丁'[n % 4]}" for n in numbers],
            "birth_on": [date(1990, 3, 7)] * number,
            "phone": [f"1540000{n:04}" for n in numbers],
            "area_code": ["350203"] * number,
            "note": ["x"] * number,
            "updated_at": [at] * number,
        },
        schema=schema(),
    )


def schema() -> Any:
    import pyarrow as pa

    return pa.schema(
        [
            ("id_number", pa.string()),
            ("name", pa.string()),
            ("birth_on", pa.date32()),
            ("phone", pa.string()),
            ("area_code", pa.string()),
            ("note", pa.string()),
            ("updated_at", pa.timestamp("us", tz="UTC")),
        ]
    )


def enter(address: str = ADDRESS, owner: str = "xm-gaj", number: int = 50) -> None:
    from ludao.blocks.catalogue import public as catalogue
    from ludao.blocks.lake import public as lake

    catalogue.register(contract(address, owner))
    lake.create(address, schema(), key=("id_number",), buckets=4)
    lake.merge(address, rows(number))


@pytest.fixture(scope="session")
def _city_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The cast and their roles alone: what is shared here comes from these tests."""
    name = f"test_sharing_{os.getpid()}"
    with django_db_blocker.unblock():
        databases.copy(databases.template("cast", load_cast, (*databases.MIGRATED, "identity", "permission")), name)
    yield name
    with django_db_blocker.unblock():
        databases.drop(name)


def load_cast() -> None:
    databases.migrate()
    for block in ("identity", "permission"):
        part: Any = registry.by_address()[block].part("demo")
        part.load(Actor.system("test", channel="demo"), 0)


@pytest.fixture
def entry(city: None) -> str:
    """The address of a table of fifty residents."""
    from ludao.city.data.sharing import callers, serving

    serving.forget()
    callers._known.clear()
    enter()
    return ADDRESS


@pytest.fixture
def owner() -> Actor:
    """An officer of the owner, as the house acts for it."""
    return Actor(person="", name="公安局数据专员", organisation="xm-gaj", is_system=True, channel="job")


@pytest.fixture
def applicant(actor_of: Callable[[str], Actor]) -> Actor:
    return actor_of("wangke")


@pytest.fixture
def granted(entry: str, owner: Actor, applicant: Actor) -> Any:
    return grant_to(applicant, owner, entry)


def grant_to(applicant: Actor, owner: Actor, address: str, **terms: Any) -> Any:
    from ludao.city.data.sharing import actions
    from ludao.city.data.sharing.models import Received

    wanted = {"columns": ["name", "birth_on", "phone"], "plain": ["name"], "ways": ["lookup", "batch", "changes"]}
    asked = actions.asking.apply(
        applicant,
        address=address,
        purpose="高龄津贴核验",
        basis="厦门经济特区数据条例",
        scene="核验申请人年龄",
        ends_on=clock.today() + timedelta(days=90),
        **{**wanted, **terms.pop("asked", {})},
    )
    received = Received.objects.get(pk=asked.pk)
    return actions.deciding.grant(owner, application=received, **{"plain": ["name"], **terms})


@pytest.fixture
def token(applicant: Actor) -> str:
    return token_of(applicant)


def token_of(actor: Actor) -> str:
    issued = tokens.issue_token(
        actor, name="核验程序", rights=["data.sharing.use"], expires_on=clock.today() + timedelta(days=30)
    )
    return str(issued.token)
