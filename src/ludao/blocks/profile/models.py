"""What profile keeps: runs, trained weights, doubtful pairs, what clerks decided, values confirmed against a source."""

from typing import Any

from django.db import models
from django.db.models import Q

from ludao.base import clock
from ludao.base.text import t
from ludao.blocks.identity.public import Person
from ludao.blocks.profile.disputes import Dispute, Proof, Step
from ludao.blocks.profile.looking import File

__all__ = ["Correction", "Decision", "Dispute", "Doubt", "File", "Proof", "Rate", "Run", "Step", "Weights"]
OPEN, JOINED, PARTED, GONE = "open", "joined", "parted", "gone"
STATES = [(OPEN, t("待核", "Open")), (JOINED, t("判为同一", "Judged the same")),
          (PARTED, t("判为不同", "Judged apart")), (GONE, t("已无疑问", "No longer in doubt"))]
JOIN, SPLIT = "join", "split"
KINDS = [(JOIN, t("合并", "Join")), (SPLIT, t("拆分", "Split"))]
NAMES = [("person", t("人口", "Residents")), ("company", t("法人", "Enterprises"))]


class Weights(models.Model):
    """A trained model: every link names the version that weighed it."""

    scope = None
    definition = models.CharField(t("定义", "Definition"), max_length=40, choices=NAMES)
    version = models.PositiveIntegerField(t("版本", "Version"))
    model = models.JSONField(t("模型", "Model"))
    nodes = models.PositiveBigIntegerField(t("训练所用对象数", "Nodes it was trained on"), default=0)
    trained_at = models.DateTimeField(t("训练时间", "Trained"), auto_now_add=True)

    class Meta:
        verbose_name = t("权重模型", "Weights")
        constraints = [models.UniqueConstraint(fields=["definition", "version"], name="profile_weights_version")]

    def __str__(self) -> str:
        return f"{self.definition} · {self.version}"


class Run(models.Model):
    """One linking of a definition: all anew, or what came since."""

    scope = None
    definition = models.CharField(t("定义", "Definition"), max_length=40, choices=NAMES)
    is_full = models.BooleanField(t("全量", "All anew"), default=True)
    weights = models.ForeignKey(Weights, models.PROTECT, null=True, blank=True, related_name="runs",
                                verbose_name=t("权重模型", "Weights"))
    begun_at = models.DateTimeField(t("开始", "Begun"))
    ended_at = models.DateTimeField(t("结束", "Ended"), null=True, blank=True)
    records = models.PositiveBigIntegerField(t("记录数", "Records"), default=0)
    new_records = models.PositiveBigIntegerField(t("新增或变更", "New or changed"), default=0)
    pairs = models.PositiveBigIntegerField(t("比较对数", "Comparisons"), default=0)
    entities = models.PositiveBigIntegerField(t("档案数", "Entities"), default=0)
    by_id = models.PositiveBigIntegerField(t("凭证件号", "By id"), default=0)
    by_weight = models.PositiveBigIntegerField(t("凭权重", "By weight"), default=0)
    by_clerk = models.PositiveBigIntegerField(t("凭人工", "By a clerk"), default=0)
    alone = models.PositiveBigIntegerField(t("未归并", "Unlinked"), default=0)
    doubts = models.PositiveBigIntegerField(t("存疑对数", "Doubtful pairs"), default=0)
    versions = models.JSONField(t("各来源版本", "Versions of the sources"), default=dict)
    rules = models.JSONField(t("分块规则", "Blocking rules"), default=list)
    steps = models.JSONField(t("各步用时", "Seconds of each step"), default=dict)

    class Meta:
        verbose_name = t("归并运行", "Run")
        indexes = [models.Index(fields=["definition", "-id"])]

    def __str__(self) -> str:
        return f"{self.definition} · {self.pk}"

    def get_absolute_url(self) -> str:
        return f"/profile/run/{self.pk}/"

    @property
    def seconds(self) -> float | None:
        return round((self.ended_at - self.begun_at).total_seconds(), 1) if self.ended_at else None


class Rate(models.Model):
    """How one source fared in a run."""

    scope = None
    run = models.ForeignKey(Run, models.CASCADE, related_name="rates", verbose_name=t("归并运行", "Run"))
    source = models.CharField(t("来源", "Source"), max_length=120)
    part = models.CharField(t("角色", "Part"), max_length=40, blank=True)
    records = models.PositiveBigIntegerField(t("记录数", "Records"))
    by_id = models.PositiveBigIntegerField(t("凭证件号", "By id"))
    by_weight = models.PositiveBigIntegerField(t("凭权重", "By weight"))
    by_clerk = models.PositiveBigIntegerField(t("凭人工", "By a clerk"))
    alone = models.PositiveBigIntegerField(t("未归并", "Unlinked"))
    questioned = models.PositiveBigIntegerField(t("证件号存疑", "Questioned ids"), default=0)

    class Meta:
        verbose_name = t("来源归并率", "Link rate")
        indexes = [models.Index(fields=["run", "source"])]

    def __str__(self) -> str:
        return f"{self.source}#{self.part}" if self.part else self.source

    @property
    def share(self) -> int:
        """In whole per cent; 100 only where all are linked."""
        return 100 * (self.records - self.alone) // self.records if self.records else 0


class Doubt(models.Model):
    """Two records that may be of one person: too alike to leave, too unlike to join unseen."""

    scope = None
    definition = models.CharField(t("定义", "Definition"), max_length=40, choices=NAMES)
    weight = models.FloatField(t("权重", "Weight"))
    reason = models.CharField(t("依据", "Reason"), max_length=400)
    left = models.CharField(t("记录甲", "One record"), max_length=240)
    right = models.CharField(t("记录乙", "Other record"), max_length=240)
    left_entity = models.CharField(t("档案甲", "One entity"), max_length=40)
    right_entity = models.CharField(t("档案乙", "Other entity"), max_length=40)
    left_shown = models.JSONField(t("甲", "One"), default=dict)
    right_shown = models.JSONField(t("乙", "Other"), default=dict)
    state = models.CharField(t("状态", "State"), max_length=10, choices=STATES, default=OPEN)
    found_at = models.DateTimeField(t("发现时间", "Found"), auto_now_add=True)
    seen_at = models.DateTimeField(t("最近发现", "Seen again"), default=clock.now)
    judged_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+",
                                  verbose_name=t("核对人", "Judged by"))
    judged_at = models.DateTimeField(t("核对时间", "Judged"), null=True, blank=True)

    class Meta:
        verbose_name = t("存疑对", "Doubtful pair")
        constraints = [models.UniqueConstraint(fields=["definition", "left", "right"], name="profile_doubt_once")]
        indexes = [models.Index(fields=["-weight", "-id"]), models.Index(fields=["state", "-weight"])]

    def __str__(self) -> str:
        return f"{t('存疑对', 'Doubtful pair')} {self.weight:.1f}"

    def get_absolute_url(self) -> str:
        return f"/profile/doubt/{self.pk}/"

    @property
    def left_words(self) -> str:
        return _words(self.left_shown)

    @property
    def right_words(self) -> str:
        return _words(self.right_shown)

    @property
    def why(self) -> str:
        from ludao.blocks.profile.files import explain

        return explain(self.definition, self.reason)


def _words(shown: dict[str, Any]) -> str:
    """A record in a line: what it says of whom, as it came."""
    return " · ".join(str(value) for value in shown.values() if value)


class Decision(models.Model):
    """A clerk joined two records, or parted one from others; it holds on every link until it is undone."""

    scope = None
    definition = models.CharField(t("定义", "Definition"), max_length=40, choices=NAMES)
    kind = models.CharField(t("种类", "Kind"), max_length=10, choices=KINDS)
    records = models.JSONField(t("记录", "Records"))
    others = models.JSONField(t("对方记录", "Other records"))
    entity = models.CharField(t("档案", "Entity"), max_length=40)
    other_entity = models.CharField(t("对方档案", "Other entity"), max_length=40, blank=True)
    reason = models.CharField(t("事由", "Reason"), max_length=400)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+",
                           verbose_name=t("办理人", "By"))
    at = models.DateTimeField(t("办理时间", "At"), auto_now_add=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+",
                                  verbose_name=t("撤销人", "Undone by"))
    undone_at = models.DateTimeField(t("撤销时间", "Undone"), null=True, blank=True)
    undone_why = models.CharField(t("撤销事由", "Why undone"), max_length=400, blank=True)

    class Meta:
        verbose_name = t("人工裁决", "Decision")
        indexes = [models.Index(fields=["definition"], condition=Q(undone_at=None), name="profile_decision_held")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.entity}"

    def get_absolute_url(self) -> str:
        return f"/profile/decision/{self.pk}/"


class Correction(models.Model):
    """A disputed value that was found wrong: the right one stands in the golden record until the source corrects."""

    scope = None
    definition = models.CharField(t("定义", "Definition"), max_length=40, choices=NAMES)
    entity = models.CharField(t("档案", "Entity"), max_length=40)
    field = models.CharField(t("字段", "Field"), max_length=60)
    value = models.CharField(t("正确值", "Right value"), max_length=400)
    wrong = models.CharField(t("原值", "Wrong value"), max_length=400, blank=True)
    source = models.CharField(t("来源", "Source"), max_length=120)
    record_key = models.CharField(t("记录主键", "Record key"), max_length=200)
    part = models.CharField(t("角色", "Part"), max_length=40, blank=True)
    reason = models.CharField(t("事由", "Reason"), max_length=400)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+",
                           verbose_name=t("确认人", "Confirmed by"))
    at = models.DateTimeField(t("确认时间", "Confirmed"), auto_now_add=True)
    ended_at = models.DateTimeField(t("来源更正时间", "Source corrected"), null=True, blank=True)

    class Meta:
        verbose_name = t("确认更正", "Correction")
        indexes = [models.Index(fields=["definition", "entity"])]

    def __str__(self) -> str:
        return f"{self.field} · {self.value}"


def held(definition: str) -> Any:
    """Decisions in force, the earliest first."""
    return Decision.objects.filter(definition=definition, undone_at=None).order_by("pk")
