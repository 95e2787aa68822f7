"""Where data comes from, what was delivered, how each load went, what was turned away, and what goes out."""

from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.exchange import reasons
from ludao.blocks.exchange.contract import WITHIN, Contract, differing, read
from ludao.blocks.identity.public import Organisation

KINDS = [
    ("upload", t("上传", "Upload")),
    ("folder", t("文件夹", "Folder")),
    ("database", t("数据库", "Database")),
    ("http", t("接口", "HTTP API")),
    ("stream", t("消息流", "Stream")),
]


class Source(models.Model):
    """One table of one department, with the contract under which it comes."""

    ACTIVE, ASKING, PAUSED, REMAKING = "active", "asking", "paused", "remaking"
    scope = Scope(organisation="owner_id")
    address = models.CharField(t("地址", "Address"), max_length=120, unique=True)
    title_zh = models.CharField(t("名称", "Title"), max_length=200)
    title_en = models.CharField(t("英文名称", "English title"), max_length=200)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("提供单位", "Owner"))
    kind = models.CharField(t("方式", "Way"), max_length=10, choices=KINDS, default="upload")
    promise = models.CharField(
        t("更新承诺", "Update promise"),
        max_length=10,
        default="monthly",
        choices=[
            ("live", t("实时", "Live")),
            ("hourly", t("每小时", "Hourly")),
            ("daily", t("每日", "Daily")),
            ("weekly", t("每周", "Weekly")),
            ("monthly", t("每月", "Monthly")),
            ("yearly", t("每年", "Yearly")),
        ],
    )
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=ACTIVE,
        choices=[
            (ACTIVE, t("正常", "Active")),
            (ASKING, t("待答复", "Waits for an answer")),
            (PAUSED, t("暂停", "Paused")),
            (REMAKING, t("正在重做", "Being made anew")),
        ],
    )
    contract = models.JSONField(t("契约", "Contract"), encoder=DjangoJSONEncoder)
    watermark = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    loaded_at = models.DateTimeField(t("最近装载", "Last load"), null=True, blank=True)
    due_at = models.DateTimeField(t("下次应到", "Next due"), null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True, editable=False)
    error = models.CharField(t("最近的错误", "Last error"), max_length=500, blank=True)
    set_up_at = models.DateTimeField(t("接入时间", "Set up"), auto_now_add=True)

    class Meta:
        verbose_name = t("数据源", "Source")
        ordering = ["address"]
        indexes = [
            models.Index(fields=["due_at", "id"]),
            models.Index(fields=["loaded_at", "id"]),
            models.Index(fields=["title_zh", "id"]),
            grams.index("title_zh", "exchange_source_title"),
            grams.index("address", "exchange_source_grams"),
        ]

    def __str__(self) -> str:
        return str(t(self.title_zh, self.title_en))

    def get_absolute_url(self) -> str:
        return f"/exchange/source/{self.pk}/"

    @property
    def title(self) -> str:
        return str(t(self.title_zh, self.title_en))

    @property
    def terms(self) -> Contract:
        """The contract, read."""
        return read(self.contract)

    @property
    def within(self) -> timedelta:
        return WITHIN[self.promise]

    @property
    def light(self) -> str:
        """Whether the promise is kept: red when it stands still or is late."""
        if self.state != self.ACTIVE or self.error:
            return "grey" if self.state in (self.PAUSED, self.REMAKING) else "red"
        if self.due_at is None:
            return "grey"
        return "amber" if self.due_at < clock.now() else "green"

    @property
    def light_word(self) -> str:
        if self.state != self.ACTIVE:
            return str(self.get_state_display())
        words = {"red": t("出错", "Failing"), "amber": t("逾期未到", "Overdue"), "grey": t("等待首次", "Not yet"),
                 "green": t("按时", "On time")}
        return str(words[self.light])


class Delivery(models.Model):
    """One thing that came from a source, kept as it came."""

    WAITING, LOADED, ASKING, REPEATED, REFUSED, FAILED = (
        "waiting",
        "loaded",
        "asking",
        "repeated",
        "refused",
        "failed",
    )
    scope = Scope(organisation="source__owner_id")
    source = models.ForeignKey(Source, models.PROTECT, related_name="deliveries", verbose_name=t("数据源", "Source"))
    name = models.CharField(t("文件", "File"), max_length=200)
    digest = models.CharField(t("摘要", "Digest"), max_length=64)
    size = models.BigIntegerField(t("字节", "Bytes"))
    sent_at = models.DateTimeField(t("发送时间", "Sent"), null=True, blank=True)
    received_at = models.DateTimeField(t("收到时间", "Received"), default=clock.now)
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=WAITING,
        choices=[
            (WAITING, t("待装载", "Waiting")),
            (LOADED, t("已装载", "Loaded")),
            (ASKING, t("待答复", "Asking")),
            (REPEATED, t("重复送达", "Came before")),
            (REFUSED, t("退回", "Refused")),
            (FAILED, t("失败", "Failed")),
        ],
    )
    found = models.JSONField(t("读出的格式", "Format"), default=dict, encoder=DjangoJSONEncoder)
    rows = models.BigIntegerField(t("行数", "Rows"), null=True, blank=True)
    good = models.BigIntegerField(t("合格", "Good"), null=True, blank=True)
    bad = models.BigIntegerField(t("隔离", "Quarantined"), null=True, blank=True)
    open = models.BigIntegerField(t("仍在隔离", "Still in quarantine"), default=0)
    generation = models.PositiveIntegerField(default=0, editable=False)
    first = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="repeats",
        verbose_name=t("首次送达", "First came as"),
    )
    error = models.CharField(t("错误", "Error"), max_length=1000, blank=True)

    class Meta:
        verbose_name = t("送达", "Delivery")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["source", "digest"]),
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["received_at", "id"]),
            grams.index("name", "exchange_delivery_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/exchange/delivery/{self.pk}/"

    @property
    def is_loadable(self) -> bool:
        return self.state in (self.WAITING, self.FAILED) and self.source.state == Source.ACTIVE


class Run(models.Model):
    """One load, or one replay of mended rows: what it brought into which version of the table."""

    scope = Scope(organisation="source__owner_id")
    source = models.ForeignKey(Source, models.PROTECT, related_name="runs", verbose_name=t("数据源", "Source"))
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="runs", verbose_name=t("送达", "Delivery"))
    kind = models.CharField(
        t("种类", "Kind"),
        max_length=10,
        default="load",
        choices=[("load", t("装载", "Load")), ("replay", t("回放", "Replay"))],
    )
    generation = models.PositiveIntegerField(default=0, editable=False)
    rows = models.BigIntegerField(t("行数", "Rows"), default=0)
    good = models.BigIntegerField(t("合格", "Good"), default=0)
    bad = models.BigIntegerField(t("隔离", "Quarantined"), default=0)
    inserted = models.BigIntegerField(t("新增", "Inserted"), default=0)
    updated = models.BigIntegerField(t("更新", "Updated"), default=0)
    deleted = models.BigIntegerField(t("删除", "Deleted"), default=0)
    unchanged = models.BigIntegerField(t("无变化", "Unchanged"), default=0)
    stale = models.BigIntegerField(t("较旧未用", "Older, not used"), default=0)
    version = models.BigIntegerField(t("版本", "Version"), default=0)
    before = models.BigIntegerField(default=0, editable=False)
    seconds = models.FloatField(t("用时(秒)", "Seconds"), default=0)
    at = models.DateTimeField(t("时间", "When"), default=clock.now)
    undone_at = models.DateTimeField(t("撤回时间", "Undone"), null=True, blank=True)
    undone_by = models.CharField(t("撤回人", "Undone by"), max_length=200, blank=True)

    class Meta:
        verbose_name = t("装载记录", "Run")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["delivery", "kind", "generation"], name="exchange_run_once")]
        indexes = [models.Index(fields=["source", "-id"])]

    def __str__(self) -> str:
        return f"{self.source} · {self.get_kind_display()} · {self.at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return f"/exchange/run/{self.pk}/"

    @property
    def is_newest(self) -> bool:
        return (
            self.undone_at is None
            and not Run.objects.filter(source=self.source_id, pk__gt=self.pk, undone_at=None).exists()
            and not Remake.objects.filter(source=self.source_id, state=Remake.DONE, put_at__gt=self.at).exists()
        )


class Heap(models.Model):
    """The rows of one delivery that lie in quarantine for one reason; the rows themselves stand in a file beside."""

    scope = Scope(organisation="source__owner_id")
    source = models.ForeignKey(Source, models.CASCADE, related_name="heaps", verbose_name=t("数据源", "Source"))
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="heaps", verbose_name=t("送达", "Delivery"))
    code = models.CharField(t("原因代码", "Code"), max_length=80)
    column = models.CharField(t("列", "Column"), max_length=63, blank=True)
    rows = models.BigIntegerField(t("行数", "Rows"))

    class Meta:
        verbose_name = t("隔离区", "Quarantine")
        ordering = ["-rows"]
        constraints = [models.UniqueConstraint(fields=["delivery", "code", "column"], name="exchange_heap_once")]
        indexes = [models.Index(fields=["rows", "id"]), models.Index(fields=["source", "rows"])]

    def __str__(self) -> str:
        return f"{self.source} · {self.reason}"

    def get_absolute_url(self) -> str:
        return f"/exchange/heap/{self.pk}/"

    @property
    def mark(self) -> str:
        """As the rows of the file are marked with it."""
        return f"{self.code}:{self.column}"

    @property
    def reason(self) -> str:
        return str(reasons.words(self.source.terms, self.code, self.column))

    @property
    def remedy(self) -> str:
        return str(reasons.remedy(self.source.terms, self.code, self.column))


class Mend(models.Model):
    """How rows of quarantine are to be put right: one row's new values, an expression for all of a reason, or out."""

    scope = Scope(organisation="delivery__source__owner_id")
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="mends", verbose_name=t("送达", "Delivery"))
    line = models.BigIntegerField(t("行号", "Line"), null=True, blank=True)
    mark = models.CharField(t("原因", "Reason"), max_length=150, blank=True)
    column = models.CharField(t("列", "Column"), max_length=63, blank=True)
    expression = models.CharField(t("表达式", "Expression"), max_length=2000, blank=True)
    values = models.JSONField(t("新值", "New values"), default=dict, encoder=DjangoJSONEncoder)
    is_discard = models.BooleanField(t("弃用", "Discard"), default=False)
    why = models.CharField(t("理由", "Why"), max_length=500, blank=True)
    by = models.CharField(t("修正人", "By"), max_length=200)
    at = models.DateTimeField(t("时间", "When"), default=clock.now)
    undone_at = models.DateTimeField(t("撤回时间", "Undone"), null=True, blank=True)
    run = models.ForeignKey(
        Run, models.SET_NULL, null=True, blank=True, related_name="mends", verbose_name=t("回放", "Replayed in")
    )

    class Meta:
        verbose_name = t("修正", "Mend")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["delivery", "line"])]

    def __str__(self) -> str:
        where = t(f"第{self.line}行", f"line {self.line}") if self.line is not None else t("按规则", "by rule")
        return f"{self.delivery} · {where}"

    def get_absolute_url(self) -> str:
        return f"/exchange/mend/{self.pk}/"

    @property
    def reason(self) -> str:
        code, _, column = self.mark.partition(":")
        return str(reasons.words(self.delivery.source.terms, code, column)) if code else ""

    @property
    def what(self) -> str:
        if self.is_discard:
            return str(t("弃用", "Discard"))
        return (
            f"{self.column} = {self.expression}"
            if self.expression
            else "，".join(f"{name} = {value}" for name, value in self.values.items())
        )

    @property
    def is_open(self) -> bool:
        return self.undone_at is None and self.run_id is None


class Question(models.Model):
    """What a source changed about its columns; its deliveries wait until the steward has answered."""

    scope = Scope(organisation="source__owner_id")
    source = models.ForeignKey(Source, models.CASCADE, related_name="questions", verbose_name=t("数据源", "Source"))
    delivery = models.ForeignKey(
        Delivery, models.CASCADE, related_name="questions", verbose_name=t("送达", "Delivery")
    )
    missing = models.JSONField(t("缺少的列", "Missing columns"), default=list)
    new = models.JSONField(t("多出的列", "New columns"), default=list)
    changed = models.JSONField(t("类型变化的列", "Columns of another type"), default=list)
    answers = models.JSONField(t("答复", "Answers"), default=dict)
    asked_at = models.DateTimeField(t("提出时间", "Asked"), default=clock.now)
    answered_at = models.DateTimeField(t("答复时间", "Answered"), null=True, blank=True)
    answered_by = models.CharField(t("答复人", "Answered by"), max_length=200, blank=True)

    class Meta:
        verbose_name = t("问题", "Question")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["delivery"], condition=Q(answered_at=None), name="exchange_question_open")
        ]
        indexes = [models.Index(fields=["answered_at", "-id"])]

    def __str__(self) -> str:
        return str(t(f"{self.source}的列变了", f"{self.source}: its columns changed"))

    def get_absolute_url(self) -> str:
        return f"/exchange/question/{self.pk}/"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None

    @property
    def summary(self) -> str:
        """What changed, in a line."""
        missing = [f"“{one}”" for one in self.missing]
        new = [f"“{one['name']}”" for one in self.new]
        changed = [f"“{one['name']}”" for one in self.changed]
        said = [str(t("缺少：", "missing: ")) + "、".join(missing)] if missing else []
        said += [str(t("多出：", "new: ")) + "、".join(new)] if new else []
        said += [str(t("类型变化：", "of another type: ")) + "、".join(changed)] if changed else []
        return "；".join(said)


class Remake(models.Model):
    """A source's table made anew under another contract, from its files as they came: built beside, looked at, then
    put in its place in one version, or left."""

    BUILDING, BUILT, PUTTING, DONE, LEFT, FAILED, UNDONE = (
        "building", "built", "putting", "done", "left", "failed", "undone")
    scope = Scope(organisation="source__owner_id")
    source = models.ForeignKey(Source, models.PROTECT, related_name="remakes", verbose_name=t("数据源", "Source"))
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=BUILDING,
        choices=[
            (BUILDING, t("试做中", "Being tried")),
            (BUILT, t("待确认", "Waits for a decision")),
            (PUTTING, t("正在换上", "Being put in place")),
            (DONE, t("已换上", "In place")),
            (LEFT, t("已放弃", "Left")),
            (FAILED, t("失败", "Failed")),
            (UNDONE, t("已撤回", "Taken back")),
        ],
    )
    contract = models.JSONField(t("新契约", "New contract"), encoder=DjangoJSONEncoder)
    former = models.JSONField(t("原契约", "Former contract"), encoder=DjangoJSONEncoder)
    built_on = models.JSONField(default=list, editable=False)  # the table's version and the newest run it was built on
    standing = models.BigIntegerField(t("表中现有", "Rows now"), default=0)
    rows = models.BigIntegerField(t("重做后", "Rows then"), default=0)
    open = models.BigIntegerField(t("现在隔离", "In quarantine now"), default=0)
    bad = models.BigIntegerField(t("重做后隔离", "In quarantine then"), default=0)
    parts = models.JSONField(default=dict, editable=False)  # delivery → its rows, its bad ones, their reasons
    before = models.JSONField(default=dict, editable=False)  # delivery → how it stood, for the way back
    version = models.BigIntegerField(t("版本", "Version"), null=True, blank=True)
    by = models.CharField(t("提出人", "Begun by"), max_length=200)
    at = models.DateTimeField(t("提出时间", "Begun"), default=clock.now)
    put_at = models.DateTimeField(t("换上时间", "Put in place"), null=True, blank=True)
    put_by = models.CharField(t("确认人", "Confirmed by"), max_length=200, blank=True)
    undone_at = models.DateTimeField(t("撤回时间", "Undone"), null=True, blank=True)
    undone_by = models.CharField(t("撤回人", "Undone by"), max_length=200, blank=True)
    error = models.CharField(t("错误", "Error"), max_length=1000, blank=True)

    class Meta:
        verbose_name = t("重做", "Remake")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(state__in=["building", "built", "putting"]), name="exchange_remake_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.get_state_display()} · {self.at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return f"/exchange/remake/{self.pk}/"

    @property
    def aside(self) -> str:
        """Where in the lake it is built."""
        return f"remake.r{self.pk}"

    @property
    def changes(self) -> list[str]:
        """What the new contract says otherwise, in words."""
        return list(differing(read(self.former), read(self.contract)))

    @property
    def summary(self) -> str:
        return "；".join(self.changes)

    @property
    def marks(self) -> dict[str, int]:
        """Rows by reason, over all deliveries."""
        found: dict[str, int] = {}
        for part in self.parts.values():
            for mark, rows in part["marks"].items():
                found[mark] = found.get(mark, 0) + rows
        return found

    @property
    def can_be_undone(self) -> bool:
        return self.state == self.DONE and not Run.objects.filter(source=self.source_id, at__gt=self.put_at).exists()


class Host(models.Model):
    """A machine that the connectors may reach, confirmed by the operator; no other is ever asked."""

    scope = None
    name = models.CharField(t("主机", "Host"), max_length=200)
    port = models.PositiveIntegerField(t("端口", "Port"))
    is_inside = models.BooleanField(t("内网或本机", "Inside or this machine"), default=False)
    why = models.CharField(t("用途", "What for"), max_length=200)
    allowed_by = models.CharField(t("批准人", "Allowed by"), max_length=200)
    allowed_at = models.DateTimeField(t("批准时间", "Allowed"), default=clock.now)
    ended_at = models.DateTimeField(t("停用时间", "Ended"), null=True, blank=True)

    class Meta:
        verbose_name = t("可达主机", "Allowed host")
        constraints = [
            models.UniqueConstraint(fields=["name", "port"], condition=Q(ended_at=None), name="exchange_host_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}:{self.port}"

    def get_absolute_url(self) -> str:
        return f"/exchange/host/{self.pk}/"


class Outgoing(models.Model):
    """A message that leaves the city: written with the fact it tells, gone when the stream has acknowledged it."""

    kept = False
    scope = None
    subject = models.CharField(t("主题", "Subject"), max_length=200)
    number = models.CharField(t("消息编号", "Message id"), max_length=64, unique=True)
    body = models.JSONField(t("内容", "Body"), encoder=DjangoJSONEncoder)
    written_at = models.DateTimeField(t("写入时间", "Written"), default=clock.now)
    sent_at = models.DateTimeField(t("送出时间", "Sent"), null=True, blank=True)
    place = models.BigIntegerField(t("流中序号", "Place in the stream"), null=True, blank=True)
    error = models.CharField(t("错误", "Error"), max_length=500, blank=True)

    class Meta:
        verbose_name = t("外发消息", "Outgoing message")
        indexes = [
            models.Index(fields=["id"], condition=Q(sent_at=None), name="exchange_outgoing_waiting"),
            models.Index(fields=["written_at", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.number}"


class Taken(models.Model):
    """A message of a stream whose effect is done, so that it is done once."""

    kept = False
    scope = None
    consumer = models.CharField(max_length=120)
    number = models.CharField(max_length=120)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = t("已取消息", "Taken message")
        constraints = [models.UniqueConstraint(fields=["consumer", "number"], name="exchange_taken_once")]
        indexes = [models.Index(fields=["at"])]


def as_pair(value: Any) -> tuple[str, str]:
    """The two languages of a pair, or of a bare word."""
    if isinstance(value, dict):
        return str(value.get("zh", "")), str(value.get("en") or value.get("zh", ""))
    return str(value), str(value)
