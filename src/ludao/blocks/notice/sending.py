"""Sends what waits, by jobs: tried again after longer and longer pauses, parked after the last, told by receipts."""

from collections.abc import Iterable
from itertools import groupby

import structlog
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs
from procrastinate.types import JSONValue

from ludao.base import clock, tasks
from ludao.blocks.notice import channels
from ludao.blocks.notice.channels import Failed, Unreachable, mail
from ludao.blocks.notice.models import Sending

TRIES = 5
log = structlog.get_logger()


@jobs.task(name="notice.deliver", queue="notices", retry=RetryStrategy(max_attempts=TRIES, exponential_wait=5))
def deliver(sending_id: int) -> None:
    """5, 25, 125, 625 seconds between the tries."""
    if not attempt(sending_id):
        raise tasks.DeliveryFailed(str(sending_id))


def enqueue(rows: Iterable[Sending]) -> None:
    """With the caller's transaction; what is held waits for the digest instead."""
    for due_at, some in groupby((r for r in rows if r.state == Sending.WAITING), key=lambda row: row.due_at):
        given: list[dict[str, JSONValue]] = [{"sending_id": row.pk} for row in some]
        deliver.configure(schedule_at=due_at).batch_defer(*given)


def attempt(pk: int) -> bool:
    """Send one. True when nothing is left to do, False when it should be tried again."""
    with transaction.atomic():
        row = Sending.objects.select_for_update(of=("self",)).select_related("notice__person").get(pk=pk)
        if row.state != Sending.WAITING:
            return True
        try:
            channel = channels.EVERY[row.channel]
            address = channel.address_of(row.notice.person)
            if not address or not channel.is_on():
                raise Unreachable("the channel is no longer set up, or the person no longer has an address there")
            _sent(row, channel.send(row, address))
        except (Failed, Unreachable) as error:
            _failed(row, error)
        return row.state != Sending.WAITING


def send_digests() -> int:
    """Everything held that is due, one mail a person. What fails is held until the next hour."""
    now = clock.now()
    due = Sending.objects.filter(state=Sending.HELD, due_at__lte=now).values_list("notice__person", flat=True)
    return sum(_digest(person) for person in due.distinct())


def _digest(person: int) -> bool:
    with transaction.atomic():
        rows = list(Sending.objects.select_for_update(of=("self",), skip_locked=True).select_related("notice__person")
                    .filter(state=Sending.HELD, due_at__lte=clock.now(), notice__person=person).order_by("pk"))
        if not rows:
            return False
        try:
            if not mail.is_on() or not rows[0].notice.person.email:
                raise Unreachable("mail is no longer set up, or the person no longer has an address")
            number = mail.send_digest(rows[0].notice.person, rows)
            for row in rows:
                _sent(row, number)
        except (Failed, Unreachable) as error:
            for row in rows:
                _failed(row, error)
        return rows[0].state == Sending.SENT


def received(row: Sending, is_delivered: bool, reason: str = "") -> None:
    """What the gateway says of it afterwards."""
    if row.state not in (Sending.SENT, Sending.WAITING, Sending.DELIVERED):
        return
    if is_delivered:
        row.state, row.delivered_at, row.error = Sending.DELIVERED, clock.now(), ""
    elif row.state != Sending.DELIVERED:
        row.state, row.error = Sending.PARKED, reason[:500]
    row.save(update_fields=["state", "delivered_at", "error"])


def _sent(row: Sending, receipt: str) -> None:
    row.state, row.receipt, row.sent_at, row.error = Sending.SENT, receipt[:120], clock.now(), ""
    row.tries += 1
    row.save(update_fields=["state", "receipt", "sent_at", "error", "tries"])


def _failed(row: Sending, error: Exception) -> None:
    row.tries += 1
    row.error = str(error)[:500]
    if row.tries >= TRIES or isinstance(error, Unreachable):
        row.state = Sending.PARKED
    row.save(update_fields=["state", "error", "tries"])
    log.warning("sending failed", sending=row.pk, channel=row.channel, state=row.state, error=row.error)
