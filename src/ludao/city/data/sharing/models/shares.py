"""Batch and changes: files that hold only what was granted, and who is told of changes."""

from django.db import models

from ludao.base import clock
from ludao.base.rights import Scope
from ludao.base.text import said_of_light, t

from .grants import Grant


class Snapshot(models.Model):
    """What a grant may see of one version of a table, written to files of its own; masked values, nothing else."""

    kept = False
    scope = Scope(organisation="grant__organisation_id")
    grant = models.ForeignKey(Grant, models.CASCADE, related_name="snapshots", verbose_name=t("授权", "Grant"))
    version = models.BigIntegerField(t("版本", "Version"))
    since = models.BigIntegerField(t("自版本", "Changes since"), null=True, blank=True)  # None: the whole table
    schema = models.JSONField(t("结构", "Schema"), default=dict)
    rows = models.BigIntegerField(t("行数", "Rows"), default=0)
    size = models.BigIntegerField(t("字节", "Bytes"), default=0)
    at = models.DateTimeField(t("版本时间", "As of"), default=clock.now)
    made_at = models.DateTimeField(t("生成时间", "Made"), default=clock.now)

    class Meta:
        verbose_name = t("批量快照", "Snapshot")
        ordering = ["-version", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "version", "since"], nulls_distinct=False, name="data_sharing_snapshot_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.grant} v{self.version}"


class Part(models.Model):
    """One Parquet file of a snapshot."""

    kept = False
    scope = Scope(organisation="snapshot__grant__organisation_id")
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="parts")
    name = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    size = models.BigIntegerField()
    sm3 = models.CharField(max_length=64)
    stats = models.JSONField(default=dict)
    change_version = models.BigIntegerField(null=True)  # of a file of changes: the version that made them
    change_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = t("快照文件", "File of a snapshot")
        ordering = ["pk"]


class Subscription(models.Model):
    """A holder is told of the changes in what it was granted: sent to its stream, or fetched from where it stands."""

    scope = Scope(organisation="grant__organisation_id")
    grant = models.OneToOneField(Grant, models.CASCADE, related_name="subscription", verbose_name=t("授权", "Grant"))
    cursor = models.BigIntegerField(t("已推送到版本", "Sent up to version"))
    is_open = models.BooleanField(t("有效", "In force"), default=True)
    sent = models.BigIntegerField(t("累计推送行数", "Rows sent"), default=0)
    sent_at = models.DateTimeField(t("最近推送", "Last sent"), null=True, blank=True)
    error = models.TextField(t("最近错误", "Last error"), blank=True)
    by = models.CharField(t("订阅人", "By"), max_length=200, blank=True)
    made_at = models.DateTimeField(t("订阅时间", "Subscribed"), default=clock.now)

    class Meta:
        verbose_name = t("变更订阅", "Subscription")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.grant)

    @property
    def subject(self) -> str:
        """The stream's subject at which the changes arrive."""
        return f"out.sharing.{self.grant_id}.changes"

    @property
    def light(self) -> str:
        return "grey" if not self.is_open else "red" if self.error else "green"

    light_word = said_of_light(
        grey=t("已退订", "Ended"), red=t("推送受阻", "Not sent"), green=t("推送中", "Sending"))
