"""What leaves the city and what comes in by stream: written with the fact, sent until acknowledged, done once.

outbox.write("province.catalogue", {…})            in the transaction of the fact it tells
inbox.take("LUDAO_IN", "province.>", "sharing", act)   `act(message)` runs once for each message
"""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs

from ludao.base import clock, tasks
from ludao.base.errors import LudaoError, Problem
from ludao.base.text import t
from ludao.blocks.exchange.models import Outgoing, Taken

STREAM, SUBJECTS = "LUDAO_OUT", ["out.>"]
BATCH = 200


def write(subject: str, body: dict[str, Any], number: str = "") -> Outgoing:
    """A message for `out.<subject>`, in the caller's transaction: it leaves when that stands, and only then.
    `number` names it; the same number is sent once."""
    if not connection.in_atomic_block:
        raise Problem(t("外发消息要与事实同在一个事务", "A message is written in the transaction of its fact"))
    made, is_new = Outgoing.objects.get_or_create(
        number=number or uuid4().hex, defaults={"subject": f"out.{subject}", "body": body}
    )
    if is_new:
        send.defer()
    return made


@jobs.task(name="exchange.send", queue="events")
def send() -> None:
    send_waiting()


def send_waiting(url: str = "") -> int:
    """Send what waits, in the order it was written; gives how many. Killed after the server took a message and before
    that is on record, it is sent again under its number, and the stream keeps it once."""
    from ludao.blocks.exchange.wire import Wire

    if not Outgoing.objects.filter(sent_at=None).exists():
        return 0
    sent = 0
    with Wire(url) as wire:
        wire.stream(STREAM, SUBJECTS)
        while done := _batch(wire):
            sent += done
    return sent


def _batch(wire: Any) -> int:
    """One sender at a time, so that the order holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtext('exchange.outbox'))")
        if not cursor.fetchone()[0]:
            return 0
        waiting = list(Outgoing.objects.filter(sent_at=None).order_by("pk")[:BATCH])
        for one in waiting:
            body = json.dumps(one.body, ensure_ascii=False, cls=DjangoJSONEncoder).encode()
            one.place, one.sent_at, one.error = wire.send(one.subject, body, one.number), clock.now(), ""
        Outgoing.objects.bulk_update(waiting, ["place", "sent_at", "error"])
    return len(waiting)


@tasks.periodic("* * * * *", "exchange.send_waiting")
def send_again() -> None:
    """What could not leave when it was written."""
    try:
        send_waiting()
    except LudaoError as error:
        first = Outgoing.objects.filter(sent_at=None).order_by("pk").first()
        if first is not None:
            Outgoing.objects.filter(pk=first.pk).update(error=str(error)[:500])


def take(
    stream: str,
    subject: str,
    consumer: str,
    act: Callable[[dict[str, Any]], None],
    most: int = 1000,
    url: str = "",
    wait: float = 1.0,
) -> int:
    """Do `act` once for each message that waits for this consumer; gives how many. The effect and the note that it is
    done are one transaction; a message is acknowledged after that, and passed over when it comes again."""
    from ludao.blocks.exchange.wire import Wire

    done = 0
    with Wire(url) as wire:
        for message in wire.take(stream, subject, consumer, most, wait):
            with transaction.atomic():
                _, is_new = Taken.objects.get_or_create(consumer=consumer, number=f"{stream}/{message.number}"[:120])
                if is_new:
                    act(json.loads(message.body))
                    done += 1
            wire.acknowledge([message])
    return done
