"""Whoever confirms, orders and books is killed at any point, many times: everybody is paid, nobody twice."""

import csv
import io
import os
import signal
import subprocess
import sys
import time
from random import Random

import pytest

from ludao.city.data.benefit.models import Batch, Budget, Claim, Offer, Order

from .conftest import TODAY, people, run

POLICY, PEOPLE, KILLS = "person.elderly_80", 60, 6
CHILD = """
import sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from django.core.files.uploadedfile import SimpleUploadedFile
from ludao.base.actor import Actor
from ludao.city.data.benefit import actions, paying
from ludao.city.data.benefit.models import Batch, Offer, Order
who, paying.MOST = Actor.system("test"), 7
print("ready", flush=True)

def book():
    for made in Batch.objects.filter(answered_at=None):
        if made.is_waiting:
            made = actions.approve_batch(who, batch=made)
        lines = "".join(f"{o.number},成功,B{o.pk},\\n" for o in made.lines.all())
        file = SimpleUploadedFile("a.csv", ("指令号,结果,流水号,原因\\n" + lines).encode())
        actions.read_answer(who, batch=made, file=file)

for n, offer in enumerate(Offer.objects.filter(policy_id=sys.argv[2], state="offered").order_by("pk"), 1):
    actions.confirm(who, offer=offer, account="6222020000001234")
    if n % 7 == 0:
        actions.make_batch(who)
        book()
while Order.objects.filter(state="waiting", batch=None).exists():
    actions.make_batch(who)
book()
"""


def child(name: str) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", CHILD, name, POLICY],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "ludao.config.settings"},
    )
    assert started.stdout is not None and started.stdout.readline() == "ready\n"
    return started


@pytest.mark.slow
def test_killed_anywhere_everybody_is_paid_once(town: None) -> None:
    from django.db import connection

    people(*((f"p{n:02}", f"90{n:02}", 85, "") for n in range(PEOPLE)))
    run()
    name, random, killed = connection.settings_dict["NAME"], Random(2026), 0
    for _ in range(KILLS):
        doing = child(name)
        time.sleep(random.random() * 0.8)
        if doing.poll() is None:
            doing.send_signal(signal.SIGKILL)
            killed += 1
        doing.wait()
        kept()
    assert killed, "the work was done before anybody was killed"
    assert child(name).wait() == 0
    kept()
    paid = Offer.objects.filter(policy_id=POLICY, state="paid")
    budget = Budget.objects.get(policy_id=POLICY, year=TODAY.year)
    assert (paid.count(), budget.reserved_fen) == (PEOPLE, 0)
    assert budget.paid_fen == sum(paid.values_list("amount_fen", flat=True))


def kept() -> None:
    """What holds after every kill: each order in one file at most, one order an offer, the budget in step."""
    sent = [row["指令号"] for b in Batch.objects.all() for row in csv.DictReader(io.StringIO(b.content))]
    ordered = Order.objects.filter(offer__policy_id=POLICY)
    assert sorted(sent) == sorted(ordered.exclude(state="waiting").values_list("number", flat=True))
    offers = list(ordered.values_list("offer_id", flat=True))
    assert (
        len(offers)
        == len(set(offers))
        == Claim.objects.filter(offer__policy_id=POLICY).values("offer").distinct().count()
    )
    budget = Budget.objects.get(policy_id=POLICY, year=TODAY.year)
    sums = {"reserved": 0, "paid": 0}
    for state, fen in ordered.values_list("state", "amount_fen"):
        sums["paid" if state == "paid" else "reserved"] += fen
    assert (budget.reserved_fen, budget.paid_fen) == (sums["reserved"], sums["paid"])
