"""Grants: which columns of an entry an organisation may use, how, for what and until when."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import pick, t
from ludao.blocks.identity.public import Organisation

from .asking import WAYS, Application, titled

OPEN, EXPIRED, REVOKED = "open", "expired", "revoked"
SOON_DAYS = 15


class Grant(models.Model):
    """What was granted to an organisation, as served: nothing else is asked when it is used; seen by who holds it."""

    scope = Scope(organisation="organisation_id")
    application = models.OneToOneField(
        Application, models.PROTECT, related_name="grant", verbose_name=t("申请", "Application")
    )
    address = models.CharField(t("数据集", "Dataset"), max_length=120)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("数源单位", "Owner"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("使用单位", "Holder")
    )
    peer = models.ForeignKey(
        "data_sharing.Peer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=t("对端平台", "Peer"),
    )
    columns = ArrayField(models.CharField(max_length=63), verbose_name=t("授权字段", "Columns"))
    masks = models.JSONField(t("脱敏", "Masks"), default=dict)
    key = ArrayField(models.CharField(max_length=63), verbose_name=t("查询键", "Key"))
    hidden_keys = ArrayField(models.CharField(max_length=63), default=list, blank=True)
    ways = ArrayField(models.CharField(max_length=10, choices=WAYS), verbose_name=t("使用方式", "Ways of use"))
    purpose = models.CharField(t("用途", "Purpose"), max_length=200)
    basis = models.CharField(t("法律依据", "Legal basis"), max_length=300)
    conditions = models.TextField(t("使用条件", "Conditions"), blank=True)
    begins_on = models.DateField(t("开始日期", "From"))
    ends_on = models.DateField(t("截止日期", "Until"))
    quota_day = models.PositiveIntegerField(t("日额度", "Quota a day"))
    quota_month = models.PositiveIntegerField(t("月额度", "Quota a month"))
    state = models.CharField(
        t("状态", "State"),
        max_length=8,
        default=OPEN,
        choices=[(OPEN, t("有效", "In force")), (EXPIRED, t("已到期", "Expired")), (REVOKED, t("已撤销", "Revoked"))],
    )
    made_at = models.DateTimeField(t("授权时间", "Granted"), default=clock.now)
    ended_at = models.DateTimeField(t("终止时间", "Ended"), null=True, blank=True)
    reason = models.CharField(t("终止原因", "Why it ended"), max_length=500, blank=True)
    permit = models.BigIntegerField(null=True, editable=False)  # the catalogue's
    reminded_for = models.DateField(null=True, editable=False)  # the end that was reminded of

    class Meta:
        verbose_name = t("共享授权", "Grant")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "address", "state"], name="data_sharing_grant_holder"),
            models.Index(fields=["address", "state"], name="data_sharing_grant_address"),
            models.Index(fields=["ends_on"], name="data_sharing_grant_ends"),
            grams.index("title_zh", "data_sharing_grant_title"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"GX{self.made_at.astimezone(clock.SHANGHAI):%Y}{self.pk or 0:06}"

    @property
    def title(self) -> str:
        return pick(self.title_zh, self.title_en or self.title_zh)

    @property
    def holder(self) -> str:
        return str(self.organisation or self.peer or "")

    @property
    def choice_label(self) -> str:
        return f"{self} · {self.holder}"

    @property
    def plain(self) -> list[str]:
        return [c for c in self.columns if c not in self.masks]

    @property
    def masked(self) -> list[str]:
        return [c for c in self.columns if c in self.masks]

    @property
    def plain_said(self) -> list[str]:
        return titled(self.address, self.plain)

    @property
    def masked_said(self) -> list[str]:
        return titled(self.address, self.masked)

    @property
    def way_words(self) -> list[str]:
        words = dict(WAYS)
        return [str(words.get(way, way)) for way in self.ways]

    def is_in_force(self, day: date | None = None) -> bool:
        day = day or clock.today()
        return self.state == OPEN and self.begins_on <= day <= self.ends_on

    @property
    def light(self) -> str:
        """Amber before it ends, grey before it begins, red when it was taken back."""
        today = clock.today()
        if self.state != OPEN:
            return "red" if self.state == REVOKED else "grey"
        if today > self.ends_on:
            return "red"
        return "grey" if today < self.begins_on else "amber" if self.is_ending else "green"

    @property
    def light_word(self) -> str:
        if self.state != OPEN:
            return str(self.get_state_display())
        words = {"red": t("已到期", "Expired"), "grey": t("未生效", "Not begun"), "amber": t("即将到期", "Ends soon"),
                 "green": t("有效", "In force")}
        return str(words[self.light])

    @property
    def is_ending(self) -> bool:
        return 0 <= (self.ends_on - clock.today()).days <= SOON_DAYS


class Given(Grant):
    """The same grant as its giver sees it."""

    scope = Scope(organisation="owner_id")

    class Meta:
        proxy = True
        verbose_name = t("给出的授权", "Grant given")
