"""Many at once, and death between two steps: one winner, numbers without a gap, nothing lost."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connection, transaction

from ludao.base import clock
from ludao.base.actor import Actor
from ludao.base.errors import Conflict
from ludao.blocks.case import actions, complaining, kinds, numbers
from ludao.blocks.case.models import Case, Slip, Task
from ludao.blocks.case.opening import Applicant

from .conftest import OFFICE, PLAIN, officer, step


class Failed(Exception):
    """A transaction that comes to nothing."""


def test_numbers_have_no_gap_however_many_fail(fresh_city: None) -> None:
    name, day = connection.settings_dict["NAME"], clock.today()

    def some(seed: int) -> list[str]:
        connection.settings_dict["NAME"] = name
        chance, kept = Random(seed), []
        for _ in range(25):
            try:
                with transaction.atomic():
                    number = numbers.take(PLAIN, day)
                    time.sleep(chance.random() / 500)
                    if chance.random() < 0.3:
                        raise Failed
                kept.append(number)
            except Failed:
                pass
        connection.close()
        return kept

    with ThreadPoolExecutor(6) as pool:
        taken = [number for kept in pool.map(some, range(6)) for number in kept]
    assert len(taken) == len(set(taken))
    used = sorted(int(number[-4:]) for number in taken)
    free = sorted(Slip.objects.filter(prefix=f"CS{day:%Y%m%d}").values_list("number", flat=True))
    assert sorted([*used, *free]) == list(range(1, len(used) + len(free) + 1)), "a number is used, or waits to be"
    with transaction.atomic():
        assert int(numbers.take(PLAIN, day)[-4:]) == free[0], "the lowest free one is next"


def test_of_those_who_take_a_step_at_once_one_wins(fresh_city: None) -> None:
    name = connection.settings_dict["NAME"]
    house = Actor.system("test")
    case = complaining.open_in_general(house, Applicant(name="某人"), OFFICE, "排队太久")
    officers = [officer("shuguan", "service_supervisor"), officer("wangke", "service_supervisor")] * 4

    def take(who: Actor) -> str:
        connection.settings_dict["NAME"] = name
        try:
            actions.claim(who, task=step(case))
            return who.person
        except Conflict:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        winners = [who for who in pool.map(take, officers) if who]
    assert len(winners) == 1
    assert str(Task.objects.get(case=case).holder_id) == winners[0]


CHILD = """
import sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from ludao.base.actor import Actor
from ludao.blocks.case import actions, complaining
from ludao.blocks.case.models import Case
from ludao.blocks.case.opening import Applicant
house = Actor.system("test")
print("ready", flush=True)
done = {"accept": "accept", "handle": "done", "call_back": "done"}
while Case.objects.filter(kind=complaining.KIND, applicant="某人").count() < int(sys.argv[2]):
    complaining.open_in_general(house, Applicant(name="某人"), "xm-dsj", "排队太久")
    for case in Case.objects.filter(applicant="某人", closed_at=None).order_by("pk"):
        for task in case.tasks.filter(state="open").select_related("case"):
            actions.complete(house, task=task, outcome=done[task.key], opinion="已核实")
for _ in range(3):
    for case in Case.objects.filter(applicant="某人", closed_at=None).order_by("pk"):
        for task in case.tasks.filter(state="open").select_related("case"):
            actions.complete(house, task=task, outcome=done[task.key], opinion="已核实")
"""
MANY, KILLS = 12, 3


@pytest.mark.slow
def test_killed_between_steps_nothing_is_lost(fresh_city: None) -> None:
    name, chance = connection.settings_dict["NAME"], Random(2026)
    killed = 0
    for _ in range(KILLS):
        child = _child(name)
        time.sleep(0.1 + chance.random() * 0.6)
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
            killed += 1
        child.wait()
        _kept()
    assert killed, "the work was done before anybody was killed"
    assert _child(name).wait() == 0
    _kept()
    cases = Case.objects.filter(applicant="某人")
    assert cases.count() >= MANY and not cases.filter(closed_at=None).exists()


def _child(name: str) -> "subprocess.Popen[str]":
    started = subprocess.Popen(
        [sys.executable, "-c", CHILD, name, str(MANY)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "ludao.config.settings"},
    )
    assert started.stdout is not None and started.stdout.readline() == "ready\n"
    return started


def _kept() -> None:
    """Each open case stands at exactly one step; each closed one has done all of them; no number is missing."""
    connection.close()
    keys = [s.key for s in kinds.get(complaining.KIND).steps]
    for case in Case.objects.filter(applicant="某人"):
        done = list(case.tasks.filter(state="closed").order_by("pk").values_list("key", flat=True))
        waiting = list(case.tasks.filter(state="open").values_list("key", flat=True))
        assert done + waiting == keys[: len(done) + len(waiting)], case
        assert len(waiting) == (1 if case.is_open else 0), case
        assert case.entries.filter(what="opened").count() == 1
    used = [
        int(n[-4:])
        for n in Case.objects.filter(number__startswith=f"TS{clock.today():%Y%m%d}").values_list("number", flat=True)
    ]
    free = Slip.objects.filter(prefix=f"TS{clock.today():%Y%m%d}").values_list("number", flat=True)
    assert sorted([*used, *free]) == list(range(1, len(used) + len(free) + 1))
