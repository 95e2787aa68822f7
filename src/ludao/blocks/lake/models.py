"""What the lake notes of its own in the database: how far each dataset has been copied from its tables."""

from django.db import models

from ludao.base.text import t


class Flow(models.Model):
    """One dataset of the house and the state of its copy in the lake."""

    kept = False
    scope = None
    address = models.CharField(t("数据集", "Dataset"), max_length=120, primary_key=True)
    fresh = models.CharField(t("更新承诺", "Update promise"), max_length=10)
    mark = models.DateTimeField(t("已取至", "Taken up to"), null=True)
    flowed_at = models.DateTimeField(t("上次流入", "Last copied"), null=True)
    rows = models.BigIntegerField(t("行数", "Rows"), default=0)
    changed = models.BigIntegerField(t("上次变化的行", "Rows changed last"), default=0)
    is_whole = models.BooleanField(t("整表读取", "Read as a whole"), default=True)
    seconds = models.FloatField(t("用时（秒）", "Seconds"), default=0)
    error = models.TextField(t("错误", "Error"), blank=True)

    class Meta:
        verbose_name = t("数据流入", "Flow")
        indexes = [models.Index(fields=["flowed_at"])]

    def __str__(self) -> str:
        return self.address
