"""Places where one is served, their free times, and who comes when."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import pick, said_by, t
from ludao.blocks.identity.public import Person


class Site(models.Model):
    """A hall with windows, or a kiosk."""

    HALL, KIOSK = "hall", "kiosk"
    scope = Scope(organisation="organisation", area="area")
    code = models.SlugField(t("网点代码", "Site code"), max_length=40, unique=True)
    name_zh = models.CharField(t("名称", "Name"), max_length=120)
    name_en = models.CharField(t("英文名称", "English name"), max_length=160, blank=True)
    kind = models.CharField(
        t("类别", "Kind"),
        max_length=6,
        default=HALL,
        choices=[(HALL, t("政务大厅", "Service hall")), (KIOSK, t("自助机", "Kiosk"))],
    )
    organisation = models.CharField(t("管理单位", "Run by"), max_length=64, blank=True)
    area = models.CharField(t("区划", "Area"), max_length=12, blank=True)
    address = models.CharField(t("地址", "Address"), max_length=200, blank=True)
    phone = models.CharField(t("电话", "Phone"), max_length=40, blank=True)
    longitude = models.FloatField(t("经度", "Longitude"))
    latitude = models.FloatField(t("纬度", "Latitude"))
    hours = models.CharField(t("开放时间", "Hours"), max_length=120, blank=True)
    windows = models.PositiveSmallIntegerField(t("窗口数", "Windows"), default=1)
    capacity = models.PositiveSmallIntegerField(t("每时段号源", "Places each time"), default=6)
    is_open = models.BooleanField(t("在用", "In use"), default=True)

    class Meta:
        verbose_name = t("办事网点", "Site")
        verbose_name_plural = t("办事网点", "Sites")
        indexes = [
            models.Index(fields=["is_open", "kind", "code"], name="services_channel_site_open"),
            grams.index("name_zh", "services_channel_site_name"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return pick(self.name_zh, self.name_en or self.name_zh)


class Slot(models.Model):
    """One time at one site, with so many places. The database itself refuses one too many."""

    scope = Scope(organisation="site__organisation", area="site__area")
    kept = False
    site = models.ForeignKey(Site, models.CASCADE, related_name="slots", verbose_name=t("网点", "Site"))
    begins_at = models.DateTimeField(t("开始", "Begins"))
    ends_at = models.DateTimeField(t("结束", "Ends"))
    capacity = models.PositiveSmallIntegerField(t("号源", "Places"))
    taken = models.PositiveSmallIntegerField(t("已约", "Taken"), default=0)
    is_open = models.BooleanField(t("开放", "Open"), default=True)

    class Meta:
        verbose_name = t("预约时段", "Time")
        verbose_name_plural = t("预约时段", "Times")
        constraints = [
            models.UniqueConstraint(fields=["site", "begins_at"], name="services_channel_slot_once"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="services_channel_slot_full"),
        ]
        indexes = [models.Index(fields=["begins_at"], name="services_channel_slot_at")]

    def __str__(self) -> str:
        return f"{self.site} {clock.day_of(self.begins_at):%m-%d} {self.hours}"

    @property
    def hours(self) -> str:
        begins, ends = (moment.astimezone(clock.SHANGHAI) for moment in (self.begins_at, self.ends_at))
        return f"{begins:%H:%M}–{ends:%H:%M}"

    @property
    def left(self) -> int:
        return max(self.capacity - self.taken, 0)


class Appointment(models.Model):
    """One person comes for one item at one time; holds its place from the booking until it is over or cancelled."""

    BOOKED, ARRIVED, DONE, CANCELLED, MISSED = "booked", "arrived", "done", "cancelled", "missed"
    scope = Scope(organisation="slot__site__organisation", person="person_id")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="appointments", verbose_name=t("时段", "Time"))
    number = models.CharField(t("预约号", "Appointment"), max_length=20, unique=True)
    code = models.CharField(t("事项编码", "Item"), max_length=80)
    title = models.CharField(t("事项", "Item's name"), max_length=200)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=t("预约人", "Who"))
    channel = models.CharField(t("预约渠道", "Booked by"), max_length=8, default="portal")
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=BOOKED,
        choices=[
            (BOOKED, t("已预约", "Booked")),
            (ARRIVED, t("已到场", "Arrived")),
            (DONE, t("已办理", "Served")),
            (CANCELLED, t("已取消", "Cancelled")),
            (MISSED, t("爽约", "Missed")),
        ],
    )
    reason = models.CharField(t("取消原因", "Why cancelled"), max_length=200, blank=True)
    place = models.PositiveSmallIntegerField(t("到场序号", "Turn"), null=True, blank=True)
    booked_at = models.DateTimeField(t("预约时间", "Booked at"), default=clock.now)
    arrived_at = models.DateTimeField(t("到场时间", "Arrived at"), null=True, blank=True)
    done_at = models.DateTimeField(t("办结时间", "Served at"), null=True, blank=True)
    reminded_at = models.DateTimeField(t("提醒时间", "Reminded at"), null=True, blank=True)

    class Meta:
        verbose_name = t("预约", "Appointment")
        verbose_name_plural = t("预约", "Appointments")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "slot"],
                condition=Q(state__in=["booked", "arrived"]),
                name="services_channel_once_a_time",
            ),
            models.UniqueConstraint(
                fields=["person", "code"], condition=Q(state="booked"), name="services_channel_once_an_item"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="services_channel_appt_mine"),
            models.Index(fields=["state", "-id"], name="services_channel_appt_state"),
            models.Index(fields=["slot", "state"], name="services_channel_appt_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def light(self) -> str:
        return {"booked": "amber", "arrived": "green", "done": "done", "cancelled": "grey", "missed": "red"}[self.state]

    light_word = said_by("state")

    @property
    def is_ahead(self) -> Any:
        return self.state == self.BOOKED and self.slot.begins_at > clock.now()

    @property
    def turn(self) -> str:
        return f"Y{self.place:03d}" if self.place else ""
