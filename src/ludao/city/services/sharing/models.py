"""How much of each form was filled from what is held, month by month."""

from django.db import models

from ludao.base import clock, grams
from ludao.base.text import pick, t


class Share(models.Model):
    """One form or item in one month: how many began it, how many fields they were asked, how many were filled."""

    scope = None
    kept = False
    about = models.CharField(t("表单或事项", "Form or item"), max_length=120)
    month = models.DateField(t("月份", "Month"))
    title_zh = models.CharField(t("名称", "Title"), max_length=200)
    title_en = models.CharField(t("英文名称", "Title in English"), max_length=300)
    times = models.PositiveIntegerField(t("次数", "Times"), default=0)
    asked = models.PositiveBigIntegerField(t("要填的项", "Fields asked"), default=0)
    filled = models.PositiveBigIntegerField(t("已填好的项", "Fields filled"), default=0)
    share = models.GeneratedField(
        expression=models.F("filled") * 1000 / models.functions.Greatest("asked", 1),
        output_field=models.PositiveIntegerField(), db_persist=True, verbose_name=t("免填率（‰）", "Share filled (‰)"))
    last_at = models.DateTimeField(t("最近一次", "Last"), default=clock.now)

    class Meta:
        verbose_name = t("免填率", "Share filled")
        verbose_name_plural = t("免填率", "Shares filled")
        constraints = [models.UniqueConstraint(fields=["about", "month"], name="sharing_share_month")]
        indexes = [
            models.Index(fields=["share"], name="sharing_by_share"),
            models.Index(fields=["times"], name="sharing_by_times"),
            models.Index(fields=["month", "-id"], name="sharing_by_month"),
            grams.index("title_zh", "sharing_by_title"),
        ]

    def __str__(self) -> str:
        return pick(self.title_zh, self.title_en)

    @property
    def title(self) -> str:
        return str(self)

    @property
    def percent(self) -> float:
        return float(self.share) / 10
