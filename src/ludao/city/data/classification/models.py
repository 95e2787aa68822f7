"""Grades as they are proposed: one proposal a column, open until a person has decided."""

from django.db import models

from ludao.base import clock
from ludao.base.rights import Scope
from ludao.base.text import pick, said_by, t
from ludao.blocks.catalogue import public as catalogue
from ludao.blocks.catalogue.public import Column


class Proposal(models.Model):
    """What the rules say of one column: its meaning, category and grade, how sure and why; and what was decided."""

    scope = Scope(organisation="column__entry__owner_id")
    OPEN, CONFIRMED, CHANGED = "open", "confirmed", "changed"
    column = models.OneToOneField(Column, models.CASCADE, related_name="proposal", verbose_name=t("列", "Column"))
    means = models.CharField(t("含义", "Meaning"), max_length=40, blank=True)
    category = models.CharField(t("类别", "Category"), max_length=40, blank=True)
    grade = models.CharField(t("建议级别", "Proposed grade"), max_length=10, choices=catalogue.GRADES)
    confidence = models.FloatField(t("把握", "Confidence"))
    reason_zh = models.CharField(max_length=200)
    reason_en = models.CharField(max_length=200)
    state = models.CharField(t("状态", "State"), max_length=10, default=OPEN, choices=[
        (OPEN, t("待确认", "Open")), (CONFIRMED, t("已确认", "Confirmed")), (CHANGED, t("已改定", "Changed"))])
    proposed_at = models.DateTimeField(t("提出时间", "Proposed"), default=clock.now)
    decided_by = models.CharField(t("确认人", "Decided by"), max_length=200, blank=True)
    decided_at = models.DateTimeField(t("确认时间", "Decided"), null=True, blank=True)
    reason = models.CharField(t("理由", "Reason"), max_length=300, blank=True)
    before = models.JSONField(null=True, editable=False)  # how the column stood before the decision

    class Meta:
        verbose_name = t("分级建议", "Proposed grade")
        ordering = ["confidence", "pk"]
        indexes = [models.Index(fields=["state", "confidence", "id"], name="data_classification_review"),
                   models.Index(fields=["confidence"], name="data_classification_sure")]

    def __str__(self) -> str:
        return f"{self.column.entry} · {self.column}"

    @property
    def why(self) -> str:
        return pick(self.reason_zh, self.reason_en)

    @property
    def percent(self) -> int:
        return min(100, round(self.confidence * 100))

    @property
    def meaning(self) -> str:
        return str(catalogue.meaning(self.means).title) if self.means else ""

    @property
    def category_title(self) -> str:
        return str(catalogue.categories().get(self.category, ""))

    @property
    def is_open(self) -> bool:
        return self.state == self.OPEN

    @property
    def light(self) -> str:
        return {self.OPEN: "amber", self.CONFIRMED: "green", self.CHANGED: "done"}[self.state]

    light_word = said_by("state")
