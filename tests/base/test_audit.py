"""The chain finds any line that was changed, removed, reordered or added, even by the database's owner."""

import threading
from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import DatabaseError

from ludao.base import audit
from ludao.base.actor import Actor
from ludao.base.models import AuditHead, AuditLine

ACTOR = Actor(person="7", name="李雷", request_id="r1")


def write(count: int) -> None:
    """In one transaction, so that all lines stand in one chain."""
    with transaction.atomic():
        for number in range(count):
            audit.write(ACTOR, "base.replay", detail={"n": number, "words": "鹭岛\x00"})


def tamper(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("alter table base_auditline disable trigger base_append_only")
        cursor.execute(sql)
        cursor.execute("alter table base_auditline enable trigger base_append_only")


@pytest.mark.django_db
def test_an_honest_log_holds() -> None:
    write(9)
    assert list(audit.verify()) == []


PLACE = "number = 4 and chain = (select min(chain) from base_auditline)"


@pytest.mark.django_db
@pytest.mark.parametrize(("how", "sql"), [
    ("changed", f"update base_auditline set name = '韩梅梅' where {PLACE}"),
    ("changed detail", f"update base_auditline set detail = '{{}}' where {PLACE}"),
    ("removed", f"delete from base_auditline where {PLACE}"),
    ("removed from the end", "delete from base_auditline where number > 6"),
    ("reordered", "update base_auditline set number = -number where number in (6, 7);"
                  "update base_auditline set number = 13 + number where number in (-6, -7)"),
    ("all removed", "delete from base_auditline"),
    ("another time", f"update base_auditline set at = at + interval '1 microsecond' where {PLACE}"),
])
def test_every_tampering_is_found(how: str, sql: str) -> None:
    write(9)
    tamper(sql)
    assert list(audit.verify()), how


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["update base_auditline set name = 'x'", "delete from base_auditline",
                                  "truncate base_auditline"])
def test_the_database_itself_refuses_changes(verb: str) -> None:
    write(1)
    refused = pytest.raises((ProgrammingError, DatabaseError), match="append-only")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_keep_every_chain_whole() -> None:
    def work() -> None:
        for _ in range(25):
            audit.write(ACTOR, "base.replay")
        connection.close()

    before = AuditLine.objects.count()
    run_together([work] * 8)
    assert AuditLine.objects.count() - before == 200
    assert list(audit.verify()) == []
    assert AuditHead.objects.filter(number__gt=0).count() > 1


def run_together(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
