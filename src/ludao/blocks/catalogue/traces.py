"""Where data comes from and goes: lineage to the column, who may see what until when, and who used it for what."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ludao.base import clock
from ludao.base.text import t
from ludao.blocks.catalogue.entries import Entry
from ludao.blocks.identity.public import Organisation


def names(title: str) -> ArrayField:
    return ArrayField(models.CharField(max_length=80), verbose_name=title, default=list, blank=True)


class Edge(models.Model):
    """One column (or, without columns, one dataset) that goes into another."""

    scope = None
    kept = False
    address = models.CharField(t("数据", "Dataset"), max_length=120)
    column = models.CharField(t("列", "Column"), max_length=80, blank=True)
    from_address = models.CharField(t("来源数据", "From"), max_length=120, db_index=True)
    from_column = models.CharField(t("来源列", "From column"), max_length=80, blank=True)
    by = models.CharField(t("由", "By"), max_length=200, blank=True)

    class Meta:
        verbose_name = t("血缘", "Lineage")
        ordering = ["address", "column", "from_address", "from_column"]
        constraints = [models.UniqueConstraint(fields=["address", "column", "from_address", "from_column"],
                                               name="catalogue_edge_ends")]

    def __str__(self) -> str:
        return f"{self.from_address}.{self.from_column} → {self.address}.{self.column}"


class Permits(models.QuerySet["Permit"]):
    def current(self) -> "Permits":
        today = clock.today()
        return self.filter(Q(until__isnull=True) | Q(until__gte=today), since__lte=today, revoked_at=None)


class Permit(models.Model):
    """One organisation may read these columns of a dataset, for a purpose, until a day."""

    scope = None
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="permits", verbose_name=t("数据资源", "Dataset"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+",
                                     verbose_name=t("使用单位", "For"))
    columns = names(t("列", "Columns"))
    plain = names(t("不遮蔽的列", "Unmasked columns"))
    where = models.CharField(t("限于", "Only rows where"), max_length=2000, blank=True)
    purpose = models.CharField(t("用途", "Purpose"), max_length=300)
    since = models.DateField(t("起", "From"), default=clock.today)
    until = models.DateField(t("止", "Until"), null=True, blank=True)
    by = models.CharField(t("依据", "By"), max_length=200, blank=True)
    permitted_at = models.DateTimeField(t("授权时间", "Permitted"), default=clock.now)
    revoked_at = models.DateTimeField(t("撤销时间", "Revoked"), null=True, blank=True)
    objects = Permits.as_manager()

    class Meta:
        verbose_name = t("数据授权", "Permit")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["entry", "organisation"], name="catalogue_permit_for")]

    def __str__(self) -> str:
        return f"{self.entry_id} → {self.organisation_id}"

    @property
    def is_current(self) -> bool:
        today = clock.today()
        return self.revoked_at is None and self.since <= today and (self.until is None or self.until >= today)


class Use(models.Model):
    """Who read a dataset on one day for one purpose: how often, how many rows, which columns."""

    scope = None
    kept = False
    address = models.CharField(t("数据", "Dataset"), max_length=120)
    organisation = models.CharField(t("单位", "Organisation"), max_length=64, blank=True)
    person = models.CharField(t("人员编号", "Person id"), max_length=64, blank=True)
    name = models.CharField(t("使用人", "Who"), max_length=200, blank=True)
    purpose = models.CharField(t("用途", "Purpose"), max_length=300, blank=True)
    by = models.CharField(t("方式", "By"), max_length=120, blank=True)
    on = models.DateField(t("日期", "On"), default=clock.today)
    times = models.BigIntegerField(t("次数", "Times"), default=0)
    rows = models.BigIntegerField(t("行数", "Rows"), default=0)
    columns = names(t("列", "Columns"))

    class Meta:
        verbose_name = t("使用", "Use")
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["address", "on", "organisation", "person", "purpose", "by"],
                                               name="catalogue_use_day")]
        indexes = [models.Index(fields=["address", "-on", "-id"], name="catalogue_use_on")]

    def __str__(self) -> str:
        return f"{self.address} {self.on:%Y-%m-%d} {self.name}"
