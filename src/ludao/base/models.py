"""The base's own tables: audit chain, events, row history, what stands, long work, tokens, saved views."""

from typing import cast

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now

from ludao.base import clock
from ludao.base.actor import Actor, Channel
from ludao.base.rights import Scope
from ludao.base.text import t


class AuditHead(models.Model):
    """The last line of each chain. Several chains, so that writers need not wait for one another."""

    kept = False
    scope = None
    chain = models.SmallIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)
    digest = models.BinaryField(default=bytes(32))


class AuditLine(models.Model):
    """Who did what to whom and when; each line carries the digest of the one before it."""

    kept = False
    scope = None
    chain = models.SmallIntegerField(t("链", "Chain"))
    number = models.BigIntegerField(t("序号", "Number"))
    at = models.DateTimeField(t("时间", "When"))
    person = models.CharField(t("人员编号", "Person id"), max_length=64, blank=True)
    name = models.CharField(t("姓名", "Who"), max_length=200, blank=True)
    post = models.CharField(t("岗位", "Post"), max_length=64, blank=True)
    organisation = models.CharField(t("单位", "Organisation"), max_length=64, blank=True)
    channel = models.CharField(t("渠道", "Channel"), max_length=8)
    address = models.CharField(t("动作", "Action"), max_length=120)
    thing_type = models.CharField(t("对象类型", "Kind of thing"), max_length=120, blank=True)
    thing_id = models.CharField(t("对象编号", "Thing id"), max_length=64, blank=True)
    thing_label = models.CharField(t("对象", "To what"), max_length=200, blank=True)
    request_id = models.CharField(t("请求编号", "Request id"), max_length=64, blank=True)
    purpose = models.CharField(t("用途", "Purpose"), max_length=200, blank=True)
    outcome = models.CharField(
        t("结果", "Outcome"), max_length=10, default="done",
        choices=[("done", t("完成", "Done")), ("refused", t("拒绝", "Refused"))],
    )
    detail = models.JSONField(t("内容", "Detail"), default=dict, encoder=DjangoJSONEncoder)
    previous = models.BinaryField()
    digest = models.BinaryField()
    transaction = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = t("审计记录", "Audit line")
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="base_auditline_place")]
        indexes = [
            models.Index(fields=["-at", "-id"]),
            models.Index(fields=["person", "-at"]),
            models.Index(fields=["address", "-at"]),
            models.Index(fields=["thing_type", "thing_id", "-at"]),
            models.Index(fields=["request_id"]),
            models.Index(fields=["name", "-at"]),
            models.Index(fields=["thing_label", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.chain}/{self.number} {self.address}"

    @property
    def what(self) -> str:
        """The action in words; its address where it is no longer in the house."""
        from ludao.base import actions, audit  # both stand on models

        spec = actions.find(self.address)
        return spec.title if spec else audit.words.get(self.address, self.address)


class Event(models.Model):
    """A fact, written in the transaction that made it true; it carries all that a listener needs."""

    kept = False
    scope = None
    address = models.CharField(t("事件", "Event"), max_length=120)
    facts = models.JSONField(t("内容", "Facts"), default=dict, encoder=DjangoJSONEncoder)
    said_at = models.DateTimeField(t("时间", "When"), db_default=Now())
    request_id = models.CharField(t("请求编号", "Request id"), max_length=64, blank=True)
    person = models.CharField(t("人员编号", "Person id"), max_length=64, blank=True)

    class Meta:
        verbose_name = t("事件", "Event")
        indexes = [models.Index(fields=["address", "-id"]), models.Index(fields=["request_id"])]

    def __str__(self) -> str:
        return f"{self.address} #{self.pk}"


class Delivery(models.Model):
    """One listener's duty to one event: waiting, done, or parked for an operator."""

    kept = False
    scope = None
    WAITING, DONE, PARKED, DISCARDED = "waiting", "done", "parked", "discarded"
    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries", verbose_name=t("事件", "Event"))
    listener = models.CharField(t("听者", "Listener"), max_length=200)
    state = models.CharField(
        t("状态", "State"), max_length=10, default=WAITING,
        choices=[(WAITING, t("等待", "Waiting")), (DONE, t("完成", "Done")), (PARKED, t("停放", "Parked")),
                 (DISCARDED, t("弃置", "Discarded"))],
    )
    tries = models.SmallIntegerField(t("次数", "Tries"), default=0)
    error = models.TextField(t("错误", "Error"), blank=True)
    changed_at = models.DateTimeField(t("更新时间", "Changed"), db_default=Now())

    class Meta:
        verbose_name = t("事件投递", "Delivery")
        constraints = [models.UniqueConstraint(fields=["event", "listener"], name="base_delivery_once")]
        indexes = [models.Index(fields=["state", "-id"])]

    def __str__(self) -> str:
        return f"{self.event.address} → {self.listener}"


class History(models.Model):
    """What a row was before each change, kept by triggers; lets any table be read as of a moment."""

    kept = False
    scope = None
    table_name = models.CharField(max_length=63)
    key = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())
    change = models.CharField(max_length=1)  # I, U or D
    row = models.JSONField(null=True)
    transaction = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["table_name", "key", "at"]), models.Index(fields=["table_name", "at"])]


class Token(models.Model):
    """A key for programs: some rights of one person's post, until a day. Only its digest is kept."""

    scope = Scope(person="person")
    person = models.CharField(t("人员编号", "Person id"), max_length=64)
    post = models.CharField(t("岗位", "Post"), max_length=64, blank=True)
    name = models.CharField(t("名称", "Name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    rights = ArrayField(models.CharField(max_length=120), verbose_name=t("权限", "Rights"))
    expires_at = models.DateTimeField(t("有效期至", "Expires"))
    revoked_at = models.DateTimeField(t("撤销时间", "Revoked"), null=True, blank=True)
    created_at = models.DateTimeField(t("创建时间", "Created"), auto_now_add=True)
    used_on = models.DateField(t("最近使用", "Last used"), null=True, blank=True)

    class Meta:
        verbose_name = t("接口令牌", "API token")

    def get_absolute_url(self) -> str:
        return "/api/docs#tokens"

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """What an action answered to an Idempotency-Key, so that the same request done twice is done once.
    Neither the key nor the answer stands here in the open."""

    kept = False
    scope = Scope(person="person")
    person = models.CharField(max_length=64)
    key_digest = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    answer = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = t("接口应答", "Kept answer")
        constraints = [models.UniqueConstraint(fields=["person", "key_digest"], name="base_answer_once")]
        indexes = [models.Index(fields=["at"])]


class Meter(models.Model):
    """How far ahead of its rate somebody's requests have run; an unlogged table, empty after a crash."""

    kept = False
    scope = None
    key = models.CharField(primary_key=True, max_length=80)
    due_at = models.DateTimeField()


class Standing(models.Model):
    """The mark of what was loaded to its end, so that the next start sees that nothing has changed."""

    kept = False
    scope = None
    name = models.CharField(primary_key=True, max_length=40)
    mark = models.CharField(max_length=64)


class Work(models.Model):
    """A long job as people watch it: what it is about, how far it is, how it ended."""

    kept = False
    scope = Scope(person="person")
    QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
    address = models.CharField(t("作业", "Work"), max_length=120)
    about = models.CharField(t("对象", "About"), max_length=200, blank=True)
    given = models.JSONField(t("参数", "Given"), default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(
        t("状态", "State"), max_length=10, default=QUEUED,
        choices=[(QUEUED, t("排队", "Queued")), (RUNNING, t("进行中", "Running")), (DONE, t("完成", "Done")),
                 (FAILED, t("失败", "Failed")), (CANCELLED, t("已取消", "Cancelled"))],
    )
    is_cancelled = models.BooleanField(t("要求取消", "Cancellation asked"), default=False)
    done = models.BigIntegerField(t("已完成", "Done so far"), default=0)
    total = models.BigIntegerField(t("总数", "Total"), null=True)
    note = models.CharField(t("正在做", "Doing"), max_length=200, blank=True)
    result = models.JSONField(t("结果", "Result"), default=dict, encoder=DjangoJSONEncoder)
    error = models.TextField(t("错误", "Error"), blank=True)
    tries = models.SmallIntegerField(t("次数", "Tries"), default=0)
    asked_at = models.DateTimeField(t("提出时间", "Asked"), db_default=Now())
    begun_at = models.DateTimeField(t("开始时间", "Begun"), null=True)
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(t("结束时间", "Ended"), null=True)
    person = models.CharField(t("人员编号", "Person id"), max_length=64, blank=True)
    name = models.CharField(t("姓名", "Who"), max_length=200, blank=True)
    post = models.CharField(max_length=64, blank=True)
    organisation = models.CharField(max_length=64, blank=True)
    area = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=8, default="job")
    is_system = models.BooleanField(default=False)
    purpose = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(t("请求编号", "Request id"), max_length=64, blank=True)

    class Meta:
        verbose_name = t("作业", "Work")
        indexes = [models.Index(fields=["state", "-id"]), models.Index(fields=["address", "about", "-id"]),
                   models.Index(fields=["person", "-id"])]

    def __str__(self) -> str:
        return f"{self.what} {self.about}".strip()

    @property
    def what(self) -> str:
        """The kind of work in words."""
        from ludao.base import work  # stands on models

        kind = work.find(self.address)
        return str(kind.title) if kind else self.address

    @property
    def actor(self) -> Actor:
        """Who asked for it; the job acts as they did."""
        return Actor(self.person, self.name, self.post, self.organisation, self.area, cast(Channel, self.channel),
                     self.request_id, self.purpose, is_system=self.is_system)

    @property
    def is_over(self) -> bool:
        return self.state in (self.DONE, self.FAILED, self.CANCELLED)

    @property
    def seconds(self) -> float:
        """How long it has been running, or ran."""
        return ((self.ended_at or clock.now()) - self.begun_at).total_seconds() if self.begun_at else 0.0

    @property
    def per_second(self) -> float:
        return self.done / self.seconds if self.seconds >= 1 else 0.0

    @property
    def rest(self) -> float | None:
        """Seconds that are left at this rate; None when nobody can say."""
        return (self.total - self.done) / self.per_second if self.total and self.per_second else None


class SavedView(models.Model):
    """A list as a person likes it: filters, order and columns under a name."""

    scope = Scope(person="person")
    person = models.CharField(max_length=64)
    page = models.CharField(max_length=120)
    name = models.CharField(t("名称", "Name"), max_length=60)
    query = models.TextField(blank=True)

    class Meta:
        verbose_name = t("常用视图", "Saved view")
        constraints = [models.UniqueConstraint(fields=["person", "page", "name"], name="base_savedview_name")]

    def __str__(self) -> str:
        return self.name
