"""A worker is killed in the middle of a load, at any point, many times: no row is lost, none is there twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection

from ludao.base.actor import Actor
from ludao.base.testing import databases
from ludao.blocks.exchange import actions
from ludao.blocks.exchange import public as exchange
from ludao.blocks.exchange.models import Delivery, Heap, Run
from ludao.blocks.identity.public import Organisation
from ludao.blocks.lake import public as lake

from .conftest import contract
from .test_load import HEADER, line

HOUSE = Actor.system("test", channel="cli")
ROWS, KILLS = 30_000, 8
CHILD = """
import sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from ludao.base.actor import Actor
from ludao.blocks.exchange import public as exchange
print("ready", flush=True)
exchange.load.now(Actor.system("test"), about="source.test.kill", delivery=int(sys.argv[2]))
"""
REPLAY = CHILD[: CHILD.rindex("exchange.load")] + """
from ludao.blocks.exchange import replaying
replaying.replay.now(Actor.system("test"), about="source.test.kill", delivery=int(sys.argv[2]), generation=0)
"""


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database whose rows other processes see, thrown away afterwards."""
    name = f"test_killed_{os.getpid()}"
    with django_db_blocker.unblock():
        databases.copy(databases.template("empty", databases.migrate, databases.MIGRATED), name)
        with databases.using(name):
            yield
        databases.drop(name)


@pytest.mark.slow
@pytest.mark.parametrize("load", ["append", "merge"])
def test_a_load_killed_anywhere_ends_the_same(
    own_database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, load: str
) -> None:
    monkeypatch.setenv("LUDAO_FILES", str(tmp_path / "files"))
    Organisation.objects.get_or_create(code="xm-test", defaults={"name": "测试局", "kind": "government"})
    about = contract(address="source.test.kill", load=load, key=["number"], at="updated_at")
    about["columns"] = {"number": {"zh": "编号", "en": "Number", "type": "text"}, **about["columns"]}
    exchange.set_up(HOUSE, about)
    text = (
        "number,"
        + HEADER
        + "".join(f"N{n}," + line(n % 20, amount="x" if n % 100 == 0 else "1") for n in range(ROWS))
    )
    delivery = exchange.receive(HOUSE, "source.test.kill", text.encode(), "a.csv")
    random = Random(load)
    for _ in range(KILLS):
        child = _child(delivery)
        time.sleep(random.random() * 1.2)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert _child(delivery).wait() == 0
    delivery = Delivery.objects.get(pk=delivery.pk)
    assert (delivery.state, delivery.rows, delivery.bad) == ("loaded", ROWS, ROWS // 100)
    row = lake.sql("select count(*) as n, count(distinct number) as d from source.test.kill").arrow().to_pylist()[0]
    assert row == {"n": ROWS - ROWS // 100, "d": ROWS - ROWS // 100}
    assert Run.objects.count() == 1 and Run.objects.get().inserted == ROWS - ROWS // 100
    assert Heap.objects.get().rows == ROWS // 100

    # Two in three of the bad rows are mended by rule; the replay of it is killed anywhere too.
    actions.mend_all(HOUSE, heap=Heap.objects.get(), column="amount_fen",
                     expression="case when number like '%3%' then amount_fen else '7' end")
    for _ in range(KILLS):
        child = _child(delivery, REPLAY)
        time.sleep(random.random() * 0.8)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert _child(delivery, REPLAY).wait() == 0
    delivery.refresh_from_db()
    left = sum("3" in f"N{n}" for n in range(0, ROWS, 100))
    assert (delivery.open, delivery.generation, Heap.objects.get().rows) == (left, 1, left)
    row = lake.sql("select count(*) as n, count(distinct number) as d, count(*) filter (amount_fen = 7) as mended"
                   " from source.test.kill").arrow().to_pylist()[0]
    assert row == {"n": ROWS - left, "d": ROWS - left, "mended": ROWS // 100 - left}
    assert Run.objects.filter(kind="replay").count() == 1
    assert Run.objects.get(kind="replay").inserted == ROWS // 100 - left


def _child(delivery: Delivery, what: str = CHILD) -> "subprocess.Popen[str]":
    name = str(connection.settings_dict["NAME"])
    child = subprocess.Popen([sys.executable, "-c", what, name, str(delivery.pk)], text=True, stdout=subprocess.PIPE)
    assert child.stdout and child.stdout.readline() == "ready\n"
    return child
