"""A small city in the lake: some files, what the offices hold of them, and the policies that ship."""

import os
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.testing import databases
from ludao.blocks.identity.public import Person
from ludao.blocks.lake import public as lake
from ludao.blocks.rule import public as rule
from ludao.city.data.benefit import actions, facts

SYSTEM = Actor.system("test")
TODAY = clock.today()


def born(age: int) -> date:
    return date(TODAY.year - age, 1, 1)


def put(address: str, rows: list[dict[str, Any]], key: list[str]) -> None:
    import pyarrow as pa

    table = pa.Table.from_pylist(rows)
    lake.create(address, table.schema, key=key)
    lake.replace(address, table)


def people(*rows: tuple[str, str, int, str]) -> None:
    """(file, id number, age, aid or "")"""
    put(
        "data.person.resident",
        [
            {
                "person_id": p,
                "id_number": n,
                "name": f"人{p}",
                "sex": "女",
                "birth_on": born(a),
                "area_code": "350203001001",
            }
            for p, n, a, _ in rows
        ],
        ["person_id"],
    )
    put(
        "data.person.record",
        [
            {"source": s, "part": "", "record_key": n, "person_id": p}
            for p, n, _, _ in rows
            for s in ("source.police.resident", "source.civil.aid")
        ],
        ["source", "record_key"],
    )
    put(
        "source.police.resident",
        [
            {"id_number": n, "status": "正常", "registered_on": date(2000, 1, 1), "household_id": f"h{p}"}
            for p, n, _, _ in rows
        ],
        ["id_number"],
    )
    put(
        "source.civil.aid",
        [
            {
                "aid_number": n,
                "household_id": f"h{n}",
                "kind": k or "低保",
                "monthly_fen": 10000,
                "began_on": date(2020, 1, 1),
                "ended_on": None if k else date(2021, 1, 1),
            }
            for _, n, _, k in rows
        ],
        ["aid_number"],
    )


def run(entity: str = "person") -> dict[str, Any]:
    work = actions.matching.now(SYSTEM, about="test", entity=entity)
    return dict(work.result or {})


@pytest.fixture
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database and a lake of its own, since what happens at once has to commit."""
    name = f"test_benefit_{os.getpid()}"
    with django_db_blocker.unblock():
        databases.copy(databases.template("empty", databases.migrate, databases.MIGRATED), name)
        with databases.using(name):
            rule.ship(SYSTEM, (facts.CONTENT / "policies").glob("person.*.toml"), "test")
            for policy in rule.Policy.objects.all():
                actions.set_budget(SYSTEM, policy=policy, year=TODAY.year, amount="1万元")
            people(("a", "11", 85, ""), ("b", "22", 95, "低保"), ("c", "33", 40, ""))
            yield
        databases.drop(name)


def account(number: str, name: str = "甲") -> Person:
    person = Person(username=f"u{number}", name=name, assurance=Person.COUNTER)
    person.id_number = number
    person.save()
    return person
