"""What a channel manager does: puts items on a channel, takes them off, keeps sites and their times."""

from typing import Annotated, Literal

from pydantic import Field

from ludao.base.actions import action
from ludao.base.actor import Actor
from ludao.base.errors import Problem
from ludao.base.pages.forms import Choices, Kind
from ludao.base.text import t
from ludao.blocks.notice import public as notice

from .. import items, placing, seats
from ..models import Appointment, Placement, Site, Slot
from ..models.placing import CHANNELS

Channel = Annotated[
    Literal["portal", "phone", "kiosk", "away"], Field(title=t("渠道", "Channel")), Choices(dict(CHANNELS))
]
Codes = Annotated[
    str,
    Field(
        title=t("事项编码", "Items"),
        min_length=1,
        max_length=20_000,
        description=t("一行一个，或用空格隔开", "One a line, or with blanks between"),
    ),
    Kind("text"),
]
Reason = Annotated[str, Field(title=t("原因", "Reason"), min_length=2, max_length=200)]


@action(
    "services.channel.place",
    title=t("事项上渠道", "Put items on a channel"),
    icon="plus",
    lead=t(
        "同一个事项定义在各渠道提供：指南、预约、进度都有；能网上申请的可直接申请。",
        "The one definition of an item is offered there: guide, appointment, progress; applying where it can.",
    ),
)
def place(actor: Actor, channel: Channel, codes: Codes) -> None:
    wanted = list(dict.fromkeys(codes.replace(",", " ").split()))
    known = {one["code"]: one for one in items.published(actor)}
    if missing := [code for code in wanted if code not in known]:
        raise Problem(
            t(f"没有已发布的事项：{'、'.join(missing[:5])}", f"Not published: {', '.join(missing[:5])}"), field="codes"
        )
    placing.put((known[code] for code in wanted), channel)


@action(
    "services.channel.withdraw",
    title=t("撤下", "Take off"),
    icon="minus",
    when=lambda row: row.is_on,
    confirm=t("撤下后该渠道不再提供这些事项。", "The channel no longer offers them."),
)
def withdraw(actor: Actor, placements: list[Placement], reason: Reason) -> None:
    Placement.objects.filter(pk__in=[one.pk for one in placements]).update(is_on=False)


@action("services.channel.set_site", title=t("维护网点", "Set up a site"), icon="map-pin")
def set_site(
    actor: Actor,
    code: Annotated[str, Field(title=t("网点代码", "Site code"), pattern=r"^[a-z0-9-]{2,40}$")],
    name_zh: Annotated[str, Field(title=t("名称", "Name"), min_length=2, max_length=120)],
    longitude: Annotated[float, Field(title=t("经度", "Longitude"), ge=70, le=140)],
    latitude: Annotated[float, Field(title=t("纬度", "Latitude"), ge=0, le=60)],
    kind: Annotated[
        Literal["hall", "kiosk"],
        Field(title=t("类别", "Kind")),
        Choices({"hall": t("政务大厅", "Service hall"), "kiosk": t("自助机", "Kiosk")}),
    ] = "hall",
    name_en: Annotated[str, Field(title=t("英文名称", "English name"), max_length=160)] = "",
    organisation: Annotated[str, Field(title=t("管理单位代码", "Run by"), max_length=64)] = "",
    area: Annotated[str, Field(title=t("区划代码", "Area"), max_length=12)] = "",
    address: Annotated[str, Field(title=t("地址", "Address"), max_length=200)] = "",
    phone: Annotated[str, Field(title=t("电话", "Phone"), max_length=40)] = "",
    hours: Annotated[str, Field(title=t("开放时间", "Hours"), max_length=120)] = "",
    windows: Annotated[int, Field(title=t("窗口数", "Windows"), ge=0, le=500)] = 1,
    capacity: Annotated[int, Field(title=t("每时段号源", "Places each time"), ge=0, le=500)] = 6,
    is_open: Annotated[bool, Field(title=t("在用", "In use"))] = True,
) -> Site:
    made, _ = Site.objects.update_or_create(
        code=code,
        defaults={
            "name_zh": name_zh,
            "name_en": name_en,
            "kind": kind,
            "longitude": longitude,
            "latitude": latitude,
            "organisation": organisation,
            "area": area,
            "address": address,
            "phone": phone,
            "hours": hours,
            "windows": windows,
            "capacity": capacity,
            "is_open": is_open,
        },
    )
    return made


@action(
    "services.channel.open_slots",
    title=t("放号", "Open times"),
    icon="calendar-plus",
    when=lambda site: site.is_open and site.kind == Site.HALL,
)
def open_slots(
    actor: Actor, site: Site, days: Annotated[int, Field(title=t("未来工作日", "Working days ahead"), ge=1, le=30)] = 10
) -> Site:
    seats.open_ahead(site, days)
    return site


@action(
    "services.channel.close_slot",
    title=t("停号", "Close times"),
    icon="calendar-off",
    when=lambda s: s.is_open,
    confirm=t("已预约的人会收到取消通知。", "Whoever booked is told that it is cancelled."),
)
def close_slot(actor: Actor, slots: list[Slot], reason: Reason) -> None:
    for slot in slots:
        slot.is_open = False
        slot.save(update_fields=["is_open"])
        for one in Appointment.objects.filter(slot=slot, state=Appointment.BOOKED).select_related(
            "slot__site", "person"
        ):
            seats.give_back(one, Appointment.CANCELLED, reason)
            notice.send(
                actor,
                [one.person],
                key="services.channel.called_off",
                once=one.number,
                data={"title": one.title, "when": str(one.slot), "reason": reason},
                about="/services/channel/mine/",
            )
