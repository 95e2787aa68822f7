"""The assessment of a month: a mark for each department, how it came, what the department says to it."""

from datetime import date
from typing import Any

from django.db import models

from ludao.base import clock
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation


class Assessment(models.Model):
    """One month. It is computed again until it is closed; a closed month does not change."""

    OPEN, CLOSED = "open", "closed"
    scope = None
    month = models.DateField(t("月份", "Month"), unique=True)
    state = models.CharField(t("状态", "State"), max_length=6, default=OPEN,
                             choices=[(OPEN, t("评估中", "Open")), (CLOSED, t("已定稿", "Closed"))])
    computed_at = models.DateTimeField(t("计算时间", "Computed"), null=True, blank=True)
    closed_at = models.DateTimeField(t("定稿时间", "Closed at"), null=True, blank=True)
    closed_by = models.CharField(t("定稿人", "Closed by"), max_length=200, blank=True)
    weights = models.JSONField(t("权重", "Weights"), default=dict)

    class Meta:
        verbose_name = t("月度评估", "Assessment")
        ordering = ["-month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        return f"/data/assessment/ranking/?month={self.month:%Y-%m}"

    @property
    def is_open(self) -> bool:
        return self.state == self.OPEN

    @property
    def ends_on(self) -> date:
        year, month = self.month.year, self.month.month
        return date(year + month // 12, month % 12 + 1, 1)


def points(title: str) -> Any:
    return models.DecimalField(title, max_digits=5, decimal_places=2, default=0)


class Mark(models.Model):
    """One department's month: points in four dimensions, in all, its place, and each figure behind them."""

    scope = None
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="marks",
                                   verbose_name=t("月度评估", "Assessment"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+",
                                     verbose_name=t("单位", "Department"))
    place = models.PositiveSmallIntegerField(t("名次", "Place"), default=0)
    contribution = points(t("数据贡献", "Contribution"))
    quality = points(t("数据质量", "Quality"))
    sharing = points(t("数据共享", "Sharing"))
    use = points(t("数据应用", "Use"))
    total = points(t("总分", "Total"))
    parts = models.JSONField(t("计分明细", "How it came"), default=dict)

    class Meta:
        verbose_name = t("单位得分", "Mark")
        ordering = ["assessment", "place"]
        constraints = [models.UniqueConstraint(fields=["assessment", "organisation"], name="data_assessment_mark_one")]
        indexes = [models.Index(fields=["place", "id"], name="data_assessment_mark_place")]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.assessment}"

    @property
    def is_open(self) -> bool:
        return self.assessment.is_open


class Objection(models.Model):
    """What a department says to its mark, and the steward's answer."""

    scope = Scope(organisation="mark__organisation_id")
    mark = models.ForeignKey(Mark, models.CASCADE, related_name="objections", verbose_name=t("单位得分", "Mark"))
    text = models.TextField(t("异议或说明", "Objection or remark"))
    by = models.CharField(t("提出人", "By"), max_length=200)
    at = models.DateTimeField(t("提出时间", "At"), default=clock.now)
    answer = models.TextField(t("答复", "Answer"), blank=True)
    answered_by = models.CharField(t("答复人", "Answered by"), max_length=200, blank=True)
    answered_at = models.DateTimeField(t("答复时间", "Answered"), null=True, blank=True)

    class Meta:
        verbose_name = t("异议", "Objection")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_open(self) -> bool:
        return not self.answer
