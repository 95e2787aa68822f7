"""How grants are used: endpoints, the message log in its chains, quotas, figures by the hour."""

from django.db import models

from ludao.base import clock
from ludao.base.rights import Scope
from ludao.base.text import pick, t
from ludao.blocks.identity.public import Organisation

from .asking import WAYS
from .grants import Grant

SERVED = [*WAYS, ("pushed", t("变更推送", "Changes pushed")), ("peer", t("级联回流", "Returned to the peer"))]


class Endpoint(models.Model):
    """The address under which an entry is served to all who were granted it; it can be shut for maintenance."""

    scope = Scope(organisation="owner_id")
    address = models.CharField(t("数据集", "Dataset"), primary_key=True, max_length=64)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("数源单位", "Owner"))
    shut_from = models.DateTimeField(t("维护开始", "Shut from"), null=True, blank=True)
    shut_until = models.DateTimeField(t("维护结束", "Shut until"), null=True, blank=True)
    notice = models.CharField(t("维护公告", "Notice"), max_length=500, blank=True)
    made_at = models.DateTimeField(t("开通时间", "Opened"), default=clock.now)

    class Meta:
        verbose_name = t("共享接口", "Endpoint")
        ordering = ["address"]
        indexes = [models.Index(fields=["made_at"], name="data_sharing_endpoint_made")]

    def __str__(self) -> str:
        return f"{self.title}（{self.address}）"

    @property
    def title(self) -> str:
        return pick(self.title_zh, self.title_en or self.title_zh)

    @property
    def is_shut(self) -> bool:
        now = clock.now()
        return bool(self.shut_from and self.shut_from <= now and (not self.shut_until or now < self.shut_until))

    @property
    def light(self) -> str:
        return "amber" if self.is_shut else "green"

    @property
    def light_word(self) -> str:
        return str(t("维护中", "Maintenance") if self.is_shut else t("服务中", "Serving"))


class Chain(models.Model):
    """The head of a grant's message log, and what it has used of its quota; one row is locked for each batch."""

    kept = False
    scope = None
    grant = models.OneToOneField(Grant, models.CASCADE, primary_key=True, related_name="chain")
    number = models.BigIntegerField(default=0)
    digest = models.BinaryField(default=bytes(32))
    day = models.DateField(default=clock.today)
    day_count = models.PositiveIntegerField(default=0)
    month_count = models.PositiveIntegerField(default=0)


class Message(models.Model):
    """One use of a grant: who asked what, when, what came back (as a digest). Append-only, chained by SM3."""

    kept = False
    scope = None  # shown with a grant, or through Used and Watched
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="messages", verbose_name=t("授权", "Grant"))
    number = models.BigIntegerField(t("序号", "Number"))
    at = models.DateTimeField(t("时间", "At"))
    address = models.CharField(t("数据集", "Dataset"), max_length=120)
    way = models.CharField(t("方式", "Way"), max_length=10, choices=SERVED)
    organisation = models.CharField(t("单位", "Organisation"), max_length=64, blank=True)
    person = models.CharField(t("人员编号", "Person id"), max_length=64, blank=True)
    name = models.CharField(t("姓名", "Who"), max_length=200, blank=True)
    program = models.CharField(t("程序", "Program"), max_length=100, blank=True)
    purpose = models.CharField(t("用途", "Purpose"), max_length=200, blank=True)
    request_id = models.CharField(t("请求编号", "Request id"), max_length=64, blank=True)
    asked = models.JSONField(t("查询内容", "Asked"), default=dict)  # sensitive keys as HMAC-SM3 only
    rows = models.PositiveIntegerField(t("返回行数", "Rows"), default=0)
    status = models.SmallIntegerField(t("结果", "Status"), default=200)
    answer = models.CharField(t("应答摘要", "Answer's SM3"), max_length=64, blank=True)
    ms = models.FloatField(t("耗时（毫秒）", "Milliseconds"), default=0)
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        verbose_name = t("消息日志", "Message")
        constraints = [models.UniqueConstraint(fields=["grant", "number"], name="data_sharing_message_place")]
        indexes = [
            models.Index(fields=["at", "id"], name="data_sharing_message_at"),
            models.Index(fields=["address", "at"], name="data_sharing_message_addr"),
            models.Index(fields=["request_id"], name="data_sharing_message_req"),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id}/{self.number}"

    @property
    def digest_hex(self) -> str:
        return bytes(self.digest).hex()


class Used(Message):
    """A message as the holder of the grant sees it."""

    scope = Scope(organisation="grant__organisation_id")

    class Meta:
        proxy = True
        verbose_name = t("使用日志", "Use by us")


class Watched(Message):
    """A message as the giver of the grant sees it."""

    scope = Scope(organisation="grant__owner_id")

    class Meta:
        proxy = True
        verbose_name = t("被用日志", "Use by others")


class Hour(models.Model):
    """What one grant was used in one hour: requests, errors, rows, and how long answers took, in steps."""

    kept = False
    scope = Scope(organisation="grant__owner_id")
    grant = models.ForeignKey(Grant, models.CASCADE, related_name="hours")
    address = models.CharField(t("数据集", "Dataset"), max_length=120)
    hour = models.DateTimeField(t("小时", "Hour"))
    requests = models.PositiveIntegerField(t("次数", "Requests"), default=0)
    errors = models.PositiveIntegerField(t("失败", "Errors"), default=0)
    rows = models.BigIntegerField(t("行数", "Rows"), default=0)
    steps = models.JSONField(default=dict)  # upper bound in ms → requests

    class Meta:
        verbose_name = t("每小时用量", "Use in an hour")
        constraints = [models.UniqueConstraint(fields=["grant", "hour"], name="data_sharing_hour_once")]
        indexes = [
            models.Index(fields=["address", "hour"], name="data_sharing_hour_address"),
            models.Index(fields=["hour"], name="data_sharing_hour_hour"),
        ]


class Verification(models.Model):
    """One walk along a grant's message log: whether every line still holds."""

    scope = None  # shown with its grant
    grant = models.ForeignKey(Grant, models.CASCADE, related_name="verifications", verbose_name=t("授权", "Grant"))
    messages = models.BigIntegerField(t("消息数", "Messages"))
    head = models.CharField(t("链头摘要", "Head"), max_length=64)
    faults = models.JSONField(t("问题", "Faults"), default=list)
    by = models.CharField(t("核验人", "By"), max_length=200, blank=True)
    at = models.DateTimeField(t("核验时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("日志核验", "Verification")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.grant} {self.verdict}"

    @property
    def verdict(self) -> str:
        if self.faults:
            return str(t(f"发现 {len(self.faults)} 处问题", f"{len(self.faults)} faults"))
        return str(t("完整，未被改动", "whole and unchanged"))

    @property
    def light(self) -> str:
        return "red" if self.faults else "done"

    @property
    def light_word(self) -> str:
        return self.verdict
