"""What was measured of an entry: the check of a load with its scores, and the profile of each column."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from ludao.base import clock
from ludao.base.text import pick, t
from ludao.blocks.catalogue import words
from ludao.blocks.catalogue.entries import Entry


def share(title: str) -> Any:
    """Per cent, or nothing where nothing was asked."""
    return models.DecimalField(title, max_digits=5, decimal_places=2, null=True, blank=True)



class Check(models.Model):
    """How good an entry was after one load: per dimension in per cent, and in all."""

    scope = None
    kept = False
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="checks", verbose_name=t("数据资源", "Dataset"))
    at = models.DateTimeField(t("时间", "At"), default=clock.now)
    run = models.CharField(t("批次", "Run"), max_length=80, blank=True)
    version = models.BigIntegerField(t("版本", "Version"), null=True)
    rows_in = models.BigIntegerField(t("来数", "Rows in"), default=0)
    good = models.BigIntegerField(t("合格", "Good"), default=0)
    bad = models.BigIntegerField(t("隔离", "Quarantined"), default=0)
    records = models.BigIntegerField(t("记录数", "Records"), default=0)
    completeness = share(t("完整性", "Completeness"))
    validity = share(t("规范性", "Validity"))
    uniqueness = share(t("唯一性", "Uniqueness"))
    timeliness = share(t("及时性", "Timeliness"))
    consistency = share(t("一致性", "Consistency"))
    quality = share(t("质量分", "Quality"))

    class Meta:
        verbose_name = t("质量检查", "Check")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["entry", "-at", "-id"], name="catalogue_check_at")]
        constraints = [models.UniqueConstraint(fields=["entry", "run"], condition=~models.Q(run=""),
                                               name="catalogue_check_run")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.at:%Y-%m-%d %H:%M}"

    def shares(self) -> list[tuple[str, Any, Any]]:
        """Each dimension with its words and its figure."""
        return [(name, title, getattr(self, name)) for name, title in words.QUALITIES]


class Score(models.Model):
    """One rule in one check: how many rows it was asked of, and how many broke it."""

    scope = None
    kept = False
    of = models.ForeignKey(Check, models.CASCADE, related_name="scores", verbose_name=t("质量检查", "Check"))
    name = models.CharField(t("规则", "Rule"), max_length=80)
    zh = models.CharField(max_length=200)
    en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(t("维度", "Dimension"), max_length=14, choices=words.QUALITIES)
    rows = models.BigIntegerField(t("检查行数", "Rows"))
    broken = models.BigIntegerField(t("不符行数", "Broken"))

    class Meta:
        verbose_name = t("规则得分", "Score")
        ordering = ["of", "pk"]

    def __str__(self) -> str:
        return pick(self.zh, self.en or self.zh)

    @property
    def share(self) -> float | None:
        """Per cent of the rows that hold it."""
        return None if not self.rows else round(100 * (1 - self.broken / self.rows), 2)


class Profile(models.Model):
    """What one column's values look like, over all rows of one version."""

    scope = None
    kept = False
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="profiles", verbose_name=t("数据资源", "Dataset"))
    column = models.CharField(t("列", "Column"), max_length=80)
    version = models.BigIntegerField(t("版本", "Version"), null=True)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)
    rows = models.BigIntegerField(t("行数", "Rows"), default=0)
    empty = models.BigIntegerField(t("空值", "Empty"), default=0)
    distinct = models.BigIntegerField(t("不同值（约）", "Distinct, about"), default=0)
    low = models.CharField(t("最小", "Least"), max_length=200, blank=True)
    high = models.CharField(t("最大", "Greatest"), max_length=200, blank=True)
    average = models.FloatField(t("平均", "Mean"), null=True)
    top = models.JSONField(t("常见值", "Most frequent"), default=list, encoder=DjangoJSONEncoder)
    bars = models.JSONField(t("分布", "Histogram"), default=list, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = t("列画像", "Profile")
        ordering = ["entry", "pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "column"], name="catalogue_profile_column")]

    def __str__(self) -> str:
        return f"{self.entry_id}.{self.column}"

    @property
    def filled(self) -> float | None:
        return None if not self.rows else round(100 * (1 - self.empty / self.rows), 2)
