"""Applications for data: who asks whom for which columns, what for, and what became of it."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import pick, t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.identity.public import Organisation

WAYS = [
    ("lookup", t("接口查询", "Keyed lookup")),
    ("batch", t("批量数据", "Batch (Delta Sharing)")),
    ("changes", t("变更订阅", "Changes")),
]
WAITING, RETURNED, GRANTED, PART, REFUSED, WITHDRAWN = (
    "waiting",
    "returned",
    "granted",
    "part",
    "refused",
    "withdrawn",
)
STATES = [
    (WAITING, t("待审核", "Waiting")),
    (RETURNED, t("待补正", "To be amended")),
    (GRANTED, t("全部授权", "Granted")),
    (PART, t("部分授权", "Granted in part")),
    (REFUSED, t("不予授权", "Refused")),
    (WITHDRAWN, t("已撤回", "Withdrawn")),
]


def titled(address: str, names: list[str]) -> list[str]:
    """Columns by their titles, with their names behind; of a peer's data, which our catalogue lacks, by name alone."""
    rows = catalogue.Column.objects.filter(entry_id=address, name__in=names)
    known = {row.name: str(row) for row in rows}
    return [f"{known[name]} ({name})" if name in known else name for name in names]


class Application(models.Model):
    """One organisation asks another for columns of an entry, for a purpose and a period; seen by who asks."""

    scope = Scope(organisation="applicant_id")
    address = models.CharField(t("数据集", "Dataset"), max_length=120)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("数源单位", "Owner")
    )
    applicant = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("申请单位", "Applicant")
    )
    peer = models.ForeignKey(
        "data_sharing.Peer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=t("对端平台", "Peer"),
    )
    peer_number = models.CharField(t("对端编号", "Number there"), max_length=40, blank=True)
    renews = models.ForeignKey(
        "data_sharing.Grant",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
        verbose_name=t("续期的授权", "Grant to be renewed"),
    )
    columns = ArrayField(models.CharField(max_length=63), verbose_name=t("申请字段", "Columns"))
    plain = ArrayField(
        models.CharField(max_length=63),
        default=list,
        blank=True,
        verbose_name=t("申请明文的字段", "Columns asked for in plain"),
    )
    ways = ArrayField(models.CharField(max_length=10, choices=WAYS), verbose_name=t("使用方式", "Ways of use"))
    purpose = models.CharField(t("用途", "Purpose"), max_length=200)
    basis = models.CharField(t("法律依据", "Legal basis"), max_length=300)
    scene = models.TextField(t("应用场景", "Scene"))
    frequency = models.PositiveIntegerField(t("预计每日次数", "Expected a day"), default=0)
    begins_on = models.DateField(t("开始日期", "From"))
    ends_on = models.DateField(t("截止日期", "Until"))
    state = models.CharField(t("状态", "State"), max_length=10, choices=STATES, default=WAITING)
    person = models.CharField(t("申请人编号", "Applicant's id"), max_length=64, blank=True)
    by = models.CharField(t("申请人", "Asked by"), max_length=200, blank=True)
    sent_at = models.DateTimeField(t("提交时间", "Sent"), default=clock.now)
    due_at = models.DateTimeField(t("办理期限", "Due"))
    decided_at = models.DateTimeField(t("办结时间", "Decided"), null=True, blank=True)
    decided_by = models.CharField(t("审核人", "Decided by"), max_length=200, blank=True)
    reason = models.TextField(t("审核意见", "Reason"), blank=True)
    reminded_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = t("共享申请", "Application")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["due_at"], name="data_sharing_app_due"),
            models.Index(fields=["state", "due_at"], name="data_sharing_app_state"),
            models.Index(fields=["sent_at"], name="data_sharing_app_sent"),
            models.Index(fields=["address"], name="data_sharing_app_address"),
            grams.index("title_zh", "data_sharing_app_title"),
            grams.index("purpose", "data_sharing_app_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"SQ{self.sent_at.astimezone(clock.SHANGHAI):%Y}{self.pk or 0:06}"

    @property
    def title(self) -> str:
        return pick(self.title_zh, self.title_en or self.title_zh)

    @property
    def choice_label(self) -> str:
        return f"{self} · {self.who}"

    @property
    def who(self) -> str:
        """Who asks, in words."""
        return str(self.applicant or self.peer or "")

    @property
    def whom(self) -> str:
        """Who is asked, in words."""
        return str(self.owner or self.peer or "")

    @property
    def is_open(self) -> bool:
        return self.state in (WAITING, RETURNED)

    @property
    def is_upward(self) -> bool:
        """Whether it was sent to a peer, which decides it."""
        return self.peer_id is not None and self.owner_id is None

    @property
    def columns_said(self) -> list[str]:
        return titled(self.address, self.columns)

    @property
    def plain_said(self) -> list[str]:
        return titled(self.address, self.plain)

    @property
    def way_words(self) -> list[str]:
        words = dict(WAYS)
        return [str(words.get(way, way)) for way in self.ways]

    @property
    def light(self) -> str:
        """Green while there is time, amber on the last day, red past the deadline."""
        if not self.is_open:
            return "done"
        now = clock.now()
        return "red" if self.due_at < now else "amber" if clock.day_of(self.due_at) == clock.today() else "green"

    @property
    def light_word(self) -> str:
        if not self.is_open:
            return str(self.get_state_display())
        words = {"red": t("超期", "Late"), "amber": t("今日到期", "Due today"), "green": t("期限内", "In time")}
        return str(words[self.light])


class Received(Application):
    """The same application as its owner sees it."""

    scope = Scope(organisation="owner_id")

    class Meta:
        proxy = True
        verbose_name = t("收到的申请", "Application received")


class Step(models.Model):
    """One step in an application's or a grant's life: who did what and why. One timeline for both sides."""

    scope = None
    application = models.ForeignKey(
        Application, models.CASCADE, related_name="steps", verbose_name=t("申请", "Application")
    )
    verb = models.CharField(
        t("环节", "Step"),
        max_length=20,
        choices=[
            ("sent", t("提交申请", "Sent")),
            ("returned", t("退回补正", "Returned")),
            ("amended", t("补正", "Amended")),
            ("granted", t("全部授权", "Granted")),
            ("part", t("部分授权", "Granted in part")),
            ("refused", t("不予授权", "Refused")),
            ("withdrawn", t("撤回", "Withdrawn")),
            ("reminded", t("提醒", "Reminded")),
            ("renewed", t("续期", "Renewed")),
            ("revoked", t("撤销授权", "Revoked")),
            ("expired", t("到期", "Expired")),
            ("passed", t("转对端平台", "Passed to the peer")),
            ("heard", t("对端平台回复", "Heard from the peer")),
            ("limited", t("调整额度", "Quota changed")),
        ],
    )
    text = models.TextField(t("说明", "Words"), blank=True)
    by = models.CharField(t("经办人", "By"), max_length=200, blank=True)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("办理经过", "Step")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        words: dict[str, Any] = dict(self._meta.get_field("verb").flatchoices)  # type: ignore[union-attr]
        return str(words.get(self.verb, self.verb))


def due(since: datetime, days: int) -> datetime:
    """The end of the last working day to decide."""
    return clock.deadline(since, days).at
