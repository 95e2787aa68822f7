"""Two programs at the same moment: one key is done once, one bucket is emptied once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from ludao.base import limits
from ludao.base.actor import Actor
from ludao.base.api import answers
from ludao.base.limits import Rate, TooMany
from ludao.base.models import Answer, Event

pytestmark = pytest.mark.django_db(transaction=True)
LILEI = Actor(person="7", name="李雷", channel="api")


def test_of_two_at_once_the_second_gets_the_answer_of_the_first() -> None:
    gate = threading.Barrier(4)

    def ask(number: int) -> tuple[dict, bool]:
        def do() -> dict:
            event = Event.objects.create(address="base.x")
            with connection.cursor() as cursor:
                cursor.execute("select pg_sleep(0.2)")
            return {"made": event.pk}

        gate.wait()
        try:
            return answers.once(LILEI, "key-1", "digest", do)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))
    assert Event.objects.count() == 1 and Answer.objects.count() == 1
    assert {answer["made"] for answer, _ in found} == {Event.objects.get().pk}
    assert sorted(again for _, again in found) == [False, True, True, True]


def test_a_first_that_breaks_leaves_the_key_to_the_second() -> None:
    def broken() -> dict:
        Event.objects.create(address="base.x")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        answers.once(LILEI, "key-1", "digest", broken)
    assert not Event.objects.exists() and not Answer.objects.exists()
    assert answers.once(LILEI, "key-1", "digest", lambda: {"done": 1}) == ({"done": 1}, False)


def test_all_connections_share_one_bucket() -> None:
    rate = Rate("t", 1, 40)

    def ask(_: int) -> int:
        taken = 0
        try:
            for _ in range(15):
                try:
                    limits.take(rate, "x")
                    taken += 1
                except TooMany:
                    pass
        finally:
            connection.close()
        return taken

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(ask, range(6))) == 40
