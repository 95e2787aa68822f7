"""What people do with appointments: book, cancel, check in; a clerk serves."""

from typing import Annotated, Literal

from pydantic import Field

from ludao.base import clock
from ludao.base.actions import action, say
from ludao.base.actor import Actor
from ludao.base.pages.forms import Choices
from ludao.base.text import t
from ludao.blocks.identity.public import Person
from ludao.blocks.notice import public as notice

from .. import items, seats
from ..models import Appointment, Slot
from ..models.placing import CHANNELS

Code = Annotated[str, Field(title=t("事项编码", "Item"), min_length=1, max_length=80)]
Channel = Annotated[Literal["portal", "phone", "kiosk"], Field(title=t("渠道", "Channel")), Choices(dict(CHANNELS))]


@action("services.channel.book", title=t("预约", "Book"), icon="calendar-plus", says=("services.channel.booked",))
def book(actor: Actor, slot: Slot, code: Code, channel: Channel = "portal") -> Appointment:
    item = items.find(code)
    made = seats.take(slot, int(actor.person), code, item["name_zh"], channel)
    say("services.channel.booked", _facts(made))
    notice.send(
        actor,
        [Person.objects.get(pk=actor.person)],
        key="services.channel.booked",
        once=made.number,
        data={"title": made.title, "when": str(made.slot), "number": made.number},
        about=f"/services/channel/mine/{made.pk}/",
    )
    return made


@action(
    "services.channel.cancel",
    title=t("取消预约", "Cancel"),
    icon="calendar-off",
    says=("services.channel.cancelled",),
    when=lambda row: row.is_ahead,
    confirm=t("取消后号源立即放给别人。", "The place goes to others at once."),
)
def cancel(
    actor: Actor,
    appointment: Appointment,
    reason: Annotated[str, Field(title=t("原因", "Reason"), max_length=200)] = "",
) -> Appointment:
    seats.give_back(appointment, Appointment.CANCELLED, reason)
    say("services.channel.cancelled", _facts(appointment))
    return appointment


@action("services.channel.check_in", title=t("预约签到", "Check in"), icon="qrcode", says=("services.channel.arrived",))
def check_in(
    actor: Actor,
    code: Annotated[str, Field(title=t("预约码", "Code"), min_length=8, max_length=400)],
) -> Appointment:
    """Whoever holds the code: it opens one appointment and nothing else."""
    before = seats.by_token(code)
    is_new = before.state == Appointment.BOOKED
    made = seats.arrive(before)
    if is_new:
        say("services.channel.arrived", _facts(made))
    return made


@action(
    "services.channel.serve", title=t("办完", "Served"), icon="check", when=lambda row: row.state == Appointment.ARRIVED
)
def serve(actor: Actor, appointments: list[Appointment]) -> None:
    Appointment.objects.filter(pk__in=[one.pk for one in appointments]).update(
        state=Appointment.DONE, done_at=clock.now()
    )


def _facts(one: Appointment) -> dict[str, object]:
    return {
        "number": one.number,
        "item": one.code,
        "title": one.title,
        "site": one.slot.site.code,
        "begins_at": one.slot.begins_at.isoformat(),
        "state": one.state,
        "turn": one.turn,
    }
