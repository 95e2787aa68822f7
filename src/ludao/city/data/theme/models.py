"""What thematic databases are: themes, their tables, and every version of each table's definition."""

from datetime import datetime, timedelta

from django.db import models

from ludao.base import clock, grams
from ludao.base.models import Work
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

FRESH = [
    ("hourly", t("每小时", "Hourly")),
    ("daily", t("每天", "Daily")),
    ("weekly", t("每周", "Weekly")),
    ("monthly", t("每月", "Monthly")),
    ("yearly", t("每年", "Yearly")),
]
SPAN = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


class Theme(models.Model):
    """A subject on which data of several departments is put together."""

    scope = None
    key = models.CharField(t("代号", "Key"), max_length=20, unique=True)
    title_zh = models.CharField(t("名称", "Title"), max_length=60)
    title_en = models.CharField(t("英文名称", "Title in English"), max_length=100)
    lead_zh = models.CharField(t("用途", "What it is for"), max_length=300)
    lead_en = models.CharField(t("英文用途", "What it is for, in English"), max_length=300)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("牵头单位", "Owner"))

    class Meta:
        verbose_name = t("主题", "Theme")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(t(self.title_zh, self.title_en))

    def get_absolute_url(self) -> str:
        return f"/data/theme/table/?theme={self.pk}"

    @property
    def lead(self) -> str:
        return t(self.lead_zh, self.lead_en)


class Table(models.Model):
    """One table of a theme: composed by a query over other datasets, refreshed on its schedule."""

    scope = None
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="tables", verbose_name=t("主题", "Theme"))
    name = models.CharField(t("表名", "Name"), max_length=40)
    place = models.PositiveIntegerField(t("次序", "Order"), default=0)
    title_zh = models.CharField(t("名称", "Title"), max_length=200)
    title_en = models.CharField(t("英文名称", "Title in English"), max_length=200)
    row_zh = models.CharField(max_length=200)
    row_en = models.CharField(max_length=200)
    fresh = models.CharField(t("更新频率", "Refreshed"), max_length=10, choices=FRESH, default="daily")
    number = models.PositiveIntegerField(t("定义版本", "Version of the definition"), default=0)
    records = models.BigIntegerField(t("行数", "Rows"), null=True, blank=True)
    refreshed_at = models.DateTimeField(t("最近刷新", "Last refresh"), null=True, blank=True)
    refreshed_number = models.PositiveIntegerField(default=0, editable=False)
    error = models.TextField(t("失败原因", "Why it failed"), blank=True)
    is_active = models.BooleanField(t("在用", "In use"), default=True)

    class Meta:
        verbose_name = t("主题表", "Table")
        ordering = ["theme", "place"]
        constraints = [models.UniqueConstraint(fields=["theme", "name"], name="data_theme_table_name")]
        indexes = [
            models.Index(fields=["refreshed_at"], name="data_theme_table_refreshed"),
            models.Index(fields=["records"], name="data_theme_table_records"),
            grams.index("title_zh", "data_theme_table_title"),
            grams.index("title_en", "data_theme_table_title_en"),
        ]

    def __str__(self) -> str:
        return str(t(self.title_zh, self.title_en))

    def get_absolute_url(self) -> str:
        return f"/data/theme/table/{self.pk}/"

    @property
    def address(self) -> str:
        """Where its rows stand in the lake."""
        return f"data.theme.{self.theme.key}_{self.name}"

    @property
    def row(self) -> str:
        return t(self.row_zh, self.row_en)

    @property
    def definition(self) -> "Definition":
        """The one in force."""
        return self.definitions.get(number=self.number)

    @property
    def due_at(self) -> datetime | None:
        """When the next refresh is due; None for a table that never was."""
        return self.refreshed_at + SPAN[self.fresh] if self.refreshed_at else None

    @property
    def is_due(self) -> bool:
        return self.due_at is None or self.due_at <= clock.now() or self.refreshed_number != self.number

    @property
    def light(self) -> str:
        """Red: the last refresh failed; amber: overdue by half its span, or defined anew since; grey: out of use."""
        if not self.is_active or (self.refreshed_at is None and not self.error):
            return "grey"
        if self.error:
            return "red"
        late = self.refreshed_at is None or clock.now() > self.refreshed_at + SPAN[self.fresh] * 1.5
        return "amber" if late or self.refreshed_number != self.number else "green"

    @property
    def light_word(self) -> str:
        words = {"red": t("刷新失败", "Failed"), "amber": t("待刷新", "To refresh"), "green": t("按时", "On time"),
                 "grey": t("待首次刷新", "Not yet") if self.is_active else t("已停用", "Out of use")}
        return str(words[self.light])

    @property
    def work(self) -> Work | None:
        """The latest refresh."""
        return Work.objects.filter(address="data.theme.refresh", about=self.address).order_by("-pk").first()


class Definition(models.Model):
    """One version of a table's definition: the header and the query, who wrote it, why."""

    scope = None
    table = models.ForeignKey(Table, models.CASCADE, related_name="definitions", verbose_name=t("主题表", "Table"))
    number = models.PositiveIntegerField(t("版本", "Version"))
    text = models.TextField(t("定义", "Definition"))
    note = models.CharField(t("说明", "Note"), max_length=200)
    by = models.CharField(t("编写人", "By"), max_length=200)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("定义版本", "Version of a definition")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["table", "number"], name="data_theme_definition_number")]

    def __str__(self) -> str:
        return f"{self.table} · {self.number}"

    def get_absolute_url(self) -> str:
        return f"/data/theme/definition/{self.pk}/"
