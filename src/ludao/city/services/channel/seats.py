"""Places at times: opened ahead, taken one by one without ever taking one too many, given back."""

import secrets
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Max

from ludao.base import clock
from ludao.base.errors import Conflict
from ludao.base.sealed import Broken, seal, unseal
from ludao.base.text import t

from .engine import slots
from .models import Appointment, Site, Slot

AHEAD = 10  # working days that can be booked
MISSES, REST = 3, timedelta(days=30)  # who misses so often in so long, waits so long
EARLY, LATE = timedelta(minutes=60), timedelta(minutes=30)  # when one may check in


def open_ahead(site: Site, days: int = AHEAD) -> int:
    """The next working days' times of one hall; what is open already stays as it is."""
    day, fresh = clock.today(), []
    for _ in range(days):
        day = clock.add_working_days(day, 1)
        fresh += [
            Slot(site=site, begins_at=begins, ends_at=ends, capacity=site.capacity)
            for begins, ends in slots.times(day, clock.SHANGHAI)
        ]
    before = Slot.objects.filter(site=site).count()
    Slot.objects.bulk_create(fresh, ignore_conflicts=True)
    return Slot.objects.filter(site=site).count() - before


def take(slot: Slot, person_id: int, code: str, title: str, channel: str) -> Appointment:
    """One place. Raises Conflict when none is left, or the person holds one that forbids it."""
    _refuse_missers(person_id)
    try:
        with transaction.atomic():
            free = Slot.objects.filter(pk=slot.pk, is_open=True, begins_at__gt=clock.now(), taken__lt=F("capacity"))
            if not free.update(taken=F("taken") + 1):
                raise Conflict(
                    t("这个时段的号源已约满或已关闭，请另选时段", "No place is left at this time: choose another"),
                    field="slot",
                )
            return Appointment.objects.create(
                slot=slot, number=_number(slot), code=code, title=title[:200], person_id=person_id, channel=channel
            )
    except IntegrityError as error:
        raise Conflict(
            t(
                "您已预约了这个时段或这个事项，请先取消原来的预约",
                "You already hold an appointment for this time or this item: cancel that one first",
            ),
            field="slot",
        ) from error


def give_back(appointment: Appointment, state: str, reason: str = "") -> None:
    """The place is free again at once."""
    with transaction.atomic():
        changed = Appointment.objects.filter(pk=appointment.pk, state=Appointment.BOOKED).update(
            state=state, reason=reason[:200]
        )
        if not changed:
            raise Conflict(t("这个预约已经不能取消", "This appointment can no longer be cancelled"))
        Slot.objects.filter(pk=appointment.slot_id).update(taken=F("taken") - 1)
    appointment.refresh_from_db()


def arrive(appointment: Appointment) -> Appointment:
    """Checked in: the next turn of that site and day."""
    slot, now = appointment.slot, clock.now()
    if appointment.state == Appointment.ARRIVED:
        return appointment
    if appointment.state != Appointment.BOOKED:
        raise Conflict(t(f"这个预约{appointment.get_state_display()}，不能签到", "This appointment is over"))
    if not slot.begins_at - EARLY <= now <= slot.ends_at + LATE:
        raise Conflict(
            t(
                f"请在 {slot} 前 60 分钟到后 30 分钟之间签到",
                f"Check in from 60 minutes before to 30 minutes after {slot}",
            )
        )
    with transaction.atomic():
        _alone(f"services.channel.turn.{slot.site_id}")
        today = Appointment.objects.filter(slot__site=slot.site_id, arrived_at__gte=_midnight())
        appointment.place = (today.aggregate(most=Max("place"))["most"] or 0) + 1
        appointment.state, appointment.arrived_at = Appointment.ARRIVED, now
        appointment.save(update_fields=["place", "state", "arrived_at"])
    return appointment


def waiting(site: Site) -> int:
    """Who has checked in today and was not served yet."""
    return Appointment.objects.filter(slot__site=site, state=Appointment.ARRIVED, arrived_at__gte=_midnight()).count()


def waiting_everywhere() -> dict[int, int]:
    """The same for every site at once."""
    here = Appointment.objects.filter(state=Appointment.ARRIVED, arrived_at__gte=_midnight())
    return dict(here.values_list("slot__site").annotate(n=Count("pk")))


def free_days(site: Site) -> dict[date, list[Slot]]:
    """Open times ahead, day by day."""
    found: dict[date, list[Slot]] = {}
    ahead = Slot.objects.filter(site=site, is_open=True, begins_at__gt=clock.now()).order_by("begins_at")
    for slot in ahead[:200]:
        found.setdefault(clock.day_of(slot.begins_at), []).append(slot)
    return found


def token(appointment: Appointment) -> str:
    """What the QR code carries: opens this appointment and nothing else."""
    return seal(appointment.pk, "services.channel.appointment")


def by_token(text: str) -> Appointment:
    """Raises Conflict for what is no code of ours."""
    try:
        pk = unseal(text.rstrip("/").rsplit("/", 1)[-1], "services.channel.appointment")
    except Broken:
        pk = None
    found = Appointment.objects.select_related("slot__site").filter(pk=pk).first() if isinstance(pk, int) else None
    if found is None:
        raise Conflict(t("不是本系统的预约码", "This is no appointment's code"), field="code")
    return found


def miss() -> int:
    """Whoever did not come; every night."""
    over = Appointment.objects.filter(state=Appointment.BOOKED, slot__ends_at__lt=clock.now() - LATE)
    return over.update(state=Appointment.MISSED)


def _refuse_missers(person_id: int) -> None:
    since = clock.now() - REST
    missed = Appointment.objects.filter(person=person_id, state=Appointment.MISSED, slot__begins_at__gte=since).count()
    if missed >= MISSES:
        raise Conflict(
            t(
                f"您30天内爽约 {missed} 次，暂不能预约；可以直接到大厅取号",
                f"You missed {missed} appointments in 30 days: please come and draw a number",
            )
        )


def _number(slot: Slot) -> str:
    return f"YY{clock.day_of(slot.begins_at):%y%m%d}{secrets.randbelow(10**6):06d}"


def _midnight() -> Any:
    return clock.now().replace(hour=0, minute=0, second=0, microsecond=0)


def _alone(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [name])
