"""The catalogue's desk: questions people ask about a dataset, queries they keep and queries they ran."""

from django.db import models

from ludao.base import clock
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.catalogue.public import Entry


class Remark(models.Model):
    """A question or a hint about a dataset, and what its owner answered."""

    scope = None
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="remarks", verbose_name=t("数据资源", "Dataset"))
    column = models.CharField(t("列", "Column"), max_length=80, blank=True)
    text = models.TextField(t("问题或意见", "Question or hint"))
    by = models.CharField(t("提出人", "By"), max_length=200)
    organisation = models.CharField(t("单位", "Organisation"), max_length=200, blank=True)
    at = models.DateTimeField(t("提出时间", "At"), default=clock.now)
    answer = models.TextField(t("答复", "Answer"), blank=True)
    answered_by = models.CharField(t("答复人", "Answered by"), max_length=200, blank=True)
    answered_at = models.DateTimeField(t("答复时间", "Answered"), null=True, blank=True)

    class Meta:
        verbose_name = t("问答", "Question")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return f"/data/catalogue/entry/{self.entry_id}/?tab=questions"


class Query(models.Model):
    """A query that a person keeps."""

    scope = Scope(person="person")
    person = models.CharField(t("人员编号", "Person id"), max_length=64)
    title = models.CharField(t("名称", "Title"), max_length=120)
    sql = models.TextField(t("SQL 语句", "SQL"))
    purpose = models.CharField(t("用途", "Purpose"), max_length=200, blank=True)
    saved_at = models.DateTimeField(t("保存时间", "Saved"), default=clock.now)

    class Meta:
        verbose_name = t("保存的查询", "Saved query")
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["person", "title"], name="data_catalogue_query_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/data/catalogue/query/?saved={self.pk}"


class Run(models.Model):
    """A query that a person ran: how long it took, how many rows it gave, or why it failed."""

    scope = Scope(person="person")
    kept = False
    person = models.CharField(t("人员编号", "Person id"), max_length=64)
    sql = models.TextField(t("SQL 语句", "SQL"))
    purpose = models.CharField(t("用途", "Purpose"), max_length=200, blank=True)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)
    ms = models.PositiveIntegerField(t("毫秒", "Milliseconds"), default=0)
    rows = models.PositiveIntegerField(t("行数", "Rows"), default=0)
    error = models.CharField(t("错误", "Error"), max_length=500, blank=True)

    class Meta:
        verbose_name = t("查询记录", "Query history")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["person", "-id"], name="data_catalogue_run_person")]

    def __str__(self) -> str:
        return self.sql[:60]

    def get_absolute_url(self) -> str:
        return f"/data/catalogue/query/?run={self.pk}"
