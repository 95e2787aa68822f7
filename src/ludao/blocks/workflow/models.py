"""What is kept of processes: drawings with all their versions, the processes on their way, and their steps."""

from django.db import models
from django.db.models import Q

from ludao.base import clock, grams, registry
from ludao.base.rights import Scope
from ludao.base.text import from_pair, pick, t
from ludao.blocks.identity.public import Organisation

from .words import verb_title


class Definition(models.Model):
    """One process or one decision table, by its address; what it says stands in its versions."""

    PROCESS, TABLE = "process", "table"
    scope = None
    address = models.CharField(t("地址", "Address"), primary_key=True, max_length=120)
    kind = models.CharField(
        t("种类", "Kind"),
        max_length=8,
        default=PROCESS,
        choices=[(PROCESS, t("流程", "Process")), (TABLE, t("决策表", "Decision table"))],
    )
    title_zh = models.CharField(t("名称", "Title"), max_length=200)
    title_en = models.CharField(t("英文名称", "Title in English"), max_length=300)
    number = models.PositiveSmallIntegerField(t("现行版本", "Version in force"), null=True, blank=True)
    is_shipped = models.BooleanField(t("随系统提供", "Comes with the house"), default=False)

    class Meta:
        verbose_name = t("流程定义", "Process")
        verbose_name_plural = t("流程定义", "Processes")
        ordering = ["address"]
        indexes = [
            grams.index("address", "workflow_def_address"),
            grams.index("title_zh", "workflow_def_title_zh"),
            grams.index("title_en", "workflow_def_title_en"),
            models.Index(fields=["kind", "address"], name="workflow_def_kind"),
        ]

    def __str__(self) -> str:
        return pick(self.title_zh, self.title_en)

    def get_absolute_url(self) -> str:
        return f"/workflow/definition/{self.pk}/"

    @property
    def title(self) -> str:
        return str(self)

    @property
    def is_process(self) -> bool:
        return self.kind == self.PROCESS


class Version(models.Model):
    """One drawing of a process, or one wording of a decision table. What is published is never changed."""

    DRAFT, PUBLISHED, DISCARDED = "draft", "published", "discarded"
    scope = None
    definition = models.ForeignKey(
        Definition, models.PROTECT, related_name="versions", verbose_name=t("流程", "Process")
    )
    number = models.PositiveSmallIntegerField(t("版本", "Version"))
    drawing = models.TextField(t("流程图", "Drawing"))
    calls = models.JSONField(default=dict)  # address → version of each process it calls, as of its publishing
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=DRAFT,
        choices=[
            (DRAFT, t("草稿", "Draft")),
            (PUBLISHED, t("已发布", "Published")),
            (DISCARDED, t("已作废", "Discarded")),
        ],
    )
    note = models.CharField(t("修改说明", "What changed"), max_length=300, blank=True)
    made_by = models.CharField(t("绘制人", "Drawn by"), max_length=80)
    made_at = models.DateTimeField(t("绘制时间", "Drawn"), default=clock.now)
    published_by = models.CharField(t("发布人", "Published by"), max_length=80, blank=True)
    published_at = models.DateTimeField(t("发布时间", "Published"), null=True, blank=True)

    class Meta:
        verbose_name = t("流程版本", "Version of a process")
        verbose_name_plural = t("流程版本", "Versions")
        ordering = ["definition", "-number"]
        constraints = [models.UniqueConstraint(fields=["definition", "number"], name="workflow_version_number")]
        indexes = [models.Index(fields=["state", "-id"], name="workflow_version_state")]

    def __str__(self) -> str:
        return f"{self.definition} · {pick('第', 'v')}{self.number}{pick('版', '')}"

    def get_absolute_url(self) -> str:
        return f"/workflow/version/{self.pk}/"

    @property
    def is_draft(self) -> bool:
        return self.state == self.DRAFT

    @property
    def light(self) -> str:
        return {self.DRAFT: "amber", self.PUBLISHED: "green"}.get(self.state, "grey")


class Instance(models.Model):
    """One process on its way. `held` is the engine's state, packed, and empty once it is over."""

    RUNNING, SUSPENDED, STUCK, FINISHED, CANCELLED = "running", "suspended", "stuck", "finished", "cancelled"
    OPEN = (RUNNING, SUSPENDED, STUCK)
    scope = Scope(organisation="organisation_id")
    kept = False
    version = models.ForeignKey(Version, models.PROTECT, related_name="instances", verbose_name=t("流程", "Process"))
    about = models.CharField(t("关于", "About"), max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=t("承办单位", "Organisation"),
    )  # fmt: skip
    state = models.CharField(
        t("状态", "State"),
        max_length=9,
        default=RUNNING,
        choices=[
            (RUNNING, t("进行中", "Under way")),
            (SUSPENDED, t("已挂起", "Suspended")),
            (STUCK, t("受阻", "Stuck")),
            (FINISHED, t("已结束", "Finished")),
            (CANCELLED, t("已取消", "Cancelled")),
        ],
    )
    held = models.BinaryField(default=b"")
    data = models.JSONField(t("数据", "Data"), default=dict)
    begun_at = models.DateTimeField(t("开始时间", "Begun"), default=clock.now)
    ended_at = models.DateTimeField(t("结束时间", "Ended"), null=True, blank=True)
    wakes_at = models.DateTimeField(t("下一个时限", "Next timer"), null=True, blank=True)
    suspended_at = models.DateTimeField(t("挂起时间", "Suspended"), null=True, blank=True)
    trouble = models.CharField(t("受阻原因", "What is wrong"), max_length=500, blank=True)

    class Meta:
        verbose_name = t("流程实例", "Running process")
        verbose_name_plural = t("流程实例", "Running processes")
        indexes = [
            models.Index(fields=["about"], name="workflow_inst_about", condition=~Q(about="")),
            models.Index(fields=["wakes_at"], name="workflow_inst_wakes", condition=Q(state="running")),
            models.Index(fields=["state", "-id"], name="workflow_inst_state"),
        ]

    def __str__(self) -> str:
        return f"{self.about or self._meta.verbose_name} #{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/workflow/instance/{self.pk}/"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def light(self) -> str:
        tones = {self.RUNNING: "green", self.SUSPENDED: "amber", self.STUCK: "red", self.FINISHED: "done"}
        return tones.get(self.state, "grey")


class Step(models.Model):
    """What one process waits for a person to do, or what a person did."""

    scope = Scope(organisation="organisation_id")
    kept = False
    instance = models.ForeignKey(Instance, models.CASCADE, related_name="steps", verbose_name=t("流程", "Process"))
    task = models.IntegerField()  # its number in the engine's state
    step = models.CharField(t("环节编号", "Element"), max_length=80)
    title_zh = models.CharField(t("环节", "Step"), max_length=200)
    title_en = models.CharField(t("英文名称", "Step in English"), max_length=300)
    lane = models.CharField(t("泳道", "Lane"), max_length=120, blank=True)
    role = models.CharField(t("角色", "Role"), max_length=80, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=t("承办单位", "Organisation"),
    )  # fmt: skip
    kind = models.CharField(t("种类", "Kind"), max_length=20, blank=True)
    verbs = models.JSONField(t("可选结果", "Outcomes offered"), default=list)
    form = models.CharField(t("表单", "Form"), max_length=120, blank=True)
    opened_at = models.DateTimeField(t("到达时间", "Opened"), default=clock.now)
    due_at = models.DateTimeField(t("时限", "Due"), null=True, blank=True)
    closed_at = models.DateTimeField(t("办结时间", "Closed"), null=True, blank=True)
    outcome = models.CharField(t("结果", "Outcome"), max_length=40, blank=True)
    by = models.CharField(t("经办人", "By"), max_length=200, blank=True)

    class Meta:
        verbose_name = t("流程环节", "Step")
        verbose_name_plural = t("流程环节", "Steps")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["instance", "task"], name="workflow_step_task")]

    def __str__(self) -> str:
        return pick(self.title_zh, self.title_en)

    def get_absolute_url(self) -> str:
        return f"/workflow/instance/{self.instance_id}/"

    @property
    def title(self) -> str:
        return str(self)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def role_title(self) -> str:
        if self.role == "applicant":
            return str(t("申请人", "Applicant"))
        pair = registry.roles().get(self.role)
        return str(from_pair(pair)) if pair else self.role

    @property
    def outcome_title(self) -> str:
        return verb_title(self.outcome) if self.outcome else ""
