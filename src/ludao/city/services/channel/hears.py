"""What channels hear of items, and what happens by the clock: reminders, times opened ahead, who did not come."""

from datetime import timedelta

from ludao.base import clock, tasks
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.events import hears
from ludao.base.models import Event
from ludao.blocks.notice import public as notice

from . import items, placing, seats
from .models import Appointment, Placement, Site

HOUSE = "services.channel"


@hears("services.item.published")
def refresh(event: Event) -> None:
    """The item's words on every channel are those in force."""
    try:
        placing.refresh(items.find(str(event.facts["code"])))
    except Problem:
        return  # retired meanwhile: that event tells the rest


@hears("services.item.retired")
def take_off(event: Event) -> None:
    """An item that is no more is on no channel."""
    Placement.objects.filter(code=str(event.facts["code"])).update(is_on=False)


@tasks.daily("17:30", "services.channel.remind")
def remind() -> None:
    """Whoever comes on the next day, once."""
    begin = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    due = Appointment.objects.filter(
        state=Appointment.BOOKED,
        reminded_at=None,
        slot__begins_at__gte=begin,
        slot__begins_at__lt=begin + timedelta(days=1),
    )
    for one in due.select_related("slot__site", "person").iterator(chunk_size=500):
        notice.send(
            Actor.system(HOUSE),
            [one.person],
            key="services.channel.tomorrow",
            once=one.number,
            data={"title": one.title, "when": str(one.slot), "number": one.number},
            about=f"/services/channel/mine/{one.pk}/",
        )
        Appointment.objects.filter(pk=one.pk).update(reminded_at=clock.now())


@tasks.daily("00:40", "services.channel.open_ahead")
def open_ahead() -> None:
    seats.miss()
    for site in Site.objects.filter(is_open=True, kind=Site.HALL):
        seats.open_ahead(site)
