"""The counter: windows, the tickets that people draw, cases handed from window to window, results picked up."""

from django.db import models
from django.db.models import Q

from ludao.base import clock
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation, Person

from .catalogue import Item


class Window(models.Model):
    """One window of a hall: who sits there now, and which lines it calls."""

    scope = Scope(organisation="hall_id")
    hall = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("大厅", "Hall"))
    number = models.CharField(t("窗口号", "Window"), max_length=10)
    title = models.CharField(t("名称", "Title"), max_length=80)
    lines = models.CharField(
        t("叫号队列", "Lines it calls"),
        max_length=40,
        default="A",
        help_text=t("队列字母，按优先顺序，如 AB", "Letters of lines in order, such as AB"),
    )
    clerk = models.CharField(t("当班人员", "On duty"), max_length=80, blank=True)
    is_open = models.BooleanField(t("开放", "Open"), default=False)

    class Meta:
        verbose_name = t("窗口", "Window")
        ordering = ["hall", "number"]
        constraints = [models.UniqueConstraint(fields=["hall", "number"], name="services_item_window_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def light(self) -> str:
        return "green" if self.is_open else "grey"


class Ticket(models.Model):
    """One number drawn at a hall: called, served, skipped or left; a day's numbers begin at 001 for each line."""

    WAITING, CALLED, SKIPPED, DONE = "waiting", "called", "skipped", "done"
    scope = Scope(organisation="hall_id", person="person_id")
    hall = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("大厅", "Hall"))
    day = models.DateField(t("日期", "Day"), default=clock.today)
    line = models.CharField(t("队列", "Line"), max_length=1, default="A")
    number = models.PositiveSmallIntegerField(t("序号", "Number"))
    item = models.ForeignKey(
        Item, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=t("事项", "Item")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("取号人", "Drawn by")
    )
    state = models.CharField(
        t("状态", "State"),
        max_length=8,
        default=WAITING,
        choices=[
            (WAITING, t("等候", "Waiting")),
            (CALLED, t("办理中", "At the window")),
            (SKIPPED, t("过号", "Skipped")),
            (DONE, t("已办", "Done")),
        ],
    )
    window = models.ForeignKey(
        Window, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=t("窗口", "Window")
    )
    calls = models.PositiveSmallIntegerField(t("叫号次数", "Calls"), default=0)
    taken_at = models.DateTimeField(t("取号时间", "Drawn"), default=clock.now)
    called_at = models.DateTimeField(t("叫号时间", "Called"), null=True, blank=True)
    done_at = models.DateTimeField(t("办完时间", "Done"), null=True, blank=True)

    class Meta:
        verbose_name = t("排队号", "Ticket")
        constraints = [
            models.UniqueConstraint(fields=["hall", "day", "line", "number"], name="services_item_ticket_once"),
            models.UniqueConstraint(
                fields=["window"], condition=Q(state="called"), name="services_item_ticket_at_window"
            ),
        ]
        indexes = [
            models.Index(fields=["hall", "day", "state", "line", "number"], name="services_item_ticket_next"),
            models.Index(fields=["person", "-id"], name="services_item_ticket_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.line}{self.number:03d}"

    @property
    def light(self) -> str:
        return {"waiting": "amber", "called": "green", "skipped": "grey", "done": "done"}[self.state]


class Handover(models.Model):
    """A case's papers go from one window to another; they are with the first until the second takes them."""

    scope = Scope(organisation="hall_id")
    hall = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("大厅", "Hall"))
    number = models.CharField(t("办件编号", "Case number"), max_length=40)
    origin = models.ForeignKey(Window, models.PROTECT, related_name="+", verbose_name=t("交出窗口", "From"))
    target = models.ForeignKey(Window, models.PROTECT, related_name="+", verbose_name=t("接收窗口", "To"))
    reason = models.CharField(t("事由", "Reason"), max_length=200)
    papers = models.CharField(t("纸质材料", "Papers"), max_length=200, blank=True)
    by = models.CharField(t("交出人", "Handed over by"), max_length=80)
    at = models.DateTimeField(t("交出时间", "At"), default=clock.now)
    taken_by = models.CharField(t("接收人", "Taken by"), max_length=80, blank=True)
    taken_at = models.DateTimeField(t("接收时间", "Taken"), null=True, blank=True)

    class Meta:
        verbose_name = t("窗口流转", "Handover")
        indexes = [models.Index(fields=["hall", "-id"], name="services_item_handover_hall")]

    def __str__(self) -> str:
        return f"{self.number} {self.origin.number}→{self.target.number}"


class Pickup(models.Model):
    """A result handed out over the counter, signed for."""

    scope = Scope(organisation="hall_id")
    hall = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("大厅", "Hall"))
    number = models.CharField(t("办件编号", "Case number"), max_length=40, unique=True)
    what = models.CharField(t("领取物", "What"), max_length=200)
    name = models.CharField(t("领取人", "Picked up by"), max_length=80)
    relation = models.CharField(
        t("身份", "As"),
        max_length=8,
        choices=[("self", t("本人", "In person")), ("agent", t("受托人", "As agent"))],
    )
    proof = models.CharField(t("核验方式", "How it was checked"), max_length=80)
    signature = models.BigIntegerField(null=True, blank=True, editable=False)  # a document: the drawn signature
    by = models.CharField(t("发放人", "Handed out by"), max_length=80)
    at = models.DateTimeField(t("领取时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("结果领取", "Pick-up")
        indexes = [models.Index(fields=["hall", "-id"], name="services_item_pickup_hall")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
