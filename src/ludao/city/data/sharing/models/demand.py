"""The list of demands: what departments need and do not find, and who can give it when."""

from django.db import models

from ludao.base import clock, grams
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation


class Demand(models.Model):
    """Data that a department needs, on the published list until somebody can give it."""

    scope = None
    title = models.CharField(t("需要的数据", "What is needed"), max_length=200)
    wanted = models.TextField(t("需要的字段与范围", "Columns and extent"))
    purpose = models.CharField(t("用途", "Purpose"), max_length=200)
    asker = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("需求单位", "Asked by"))
    asked_of = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=t("建议数源单位", "Asked of"),
    )
    due_on = models.DateField(t("期望日期", "Wanted by"))
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default="open",
        choices=[
            ("open", t("待回应", "Open")),
            ("planned", t("已有计划", "Planned")),
            ("met", t("已满足", "Met")),
            ("closed", t("已关闭", "Closed")),
        ],
    )
    planned_on = models.DateField(t("计划日期", "Planned for"), null=True, blank=True)
    address = models.CharField(t("对应数据集", "Dataset"), max_length=120, blank=True)
    by = models.CharField(t("发布人", "Published by"), max_length=200, blank=True)
    at = models.DateTimeField(t("发布时间", "Published"), default=clock.now)
    met_on = models.DateField(t("满足日期", "Met on"), null=True, blank=True)

    class Meta:
        verbose_name = t("数据需求", "Demand")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["due_on"], name="data_sharing_demand_due"),
            models.Index(fields=["state", "due_on"], name="data_sharing_demand_state"),
            grams.index("title", "data_sharing_demand_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "planned")

    @property
    def light(self) -> str:
        if not self.is_open:
            return "done" if self.state == "met" else "grey"
        late = (self.planned_on or self.due_on) < clock.today()
        return "red" if late else "amber" if self.state == "open" else "green"

    @property
    def light_word(self) -> str:
        return "" if self.light == "red" else str(self.get_state_display())


class Answer(models.Model):
    """What another department says to a demand: here it is, or when it will be."""

    scope = None
    demand = models.ForeignKey(Demand, models.CASCADE, related_name="answers", verbose_name=t("需求", "Demand"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=t("回应单位", "Answered by")
    )
    address = models.CharField(t("已有数据集", "Existing dataset"), max_length=120, blank=True)
    promised_on = models.DateField(t("承诺日期", "Promised for"), null=True, blank=True)
    text = models.TextField(t("说明", "Words"))
    by = models.CharField(t("回应人", "By"), max_length=200, blank=True)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("需求回应", "Answer")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.text[:40]}"
