"""The work plan in the house: plans, their items and targets, what was promised, reported and remarked."""

from datetime import date
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

from .engine.light import Standing, is_met, share

LIGHTS = [
    ("red", t("滞后", "Late")),
    ("amber", t("预警", "At risk")),
    ("green", t("正常", "On track")),
    ("done", t("已完成", "Done")),
    ("grey", t("未开始", "Not started")),
]
SIGNS = [(sign, sign) for sign in "≥>=≤<≈"]


class Plan(models.Model):
    """One work plan: its text as it came and what was read from it; a draft until the office publishes it."""

    DRAFT, PUBLISHED, ENDED = "draft", "published", "ended"
    scope = None
    title = models.CharField(t("名称", "Title"), max_length=200)
    first_year = models.PositiveSmallIntegerField(t("起始年", "First year"))
    last_year = models.PositiveSmallIntegerField(t("终止年", "Last year"))
    text = models.TextField(t("原文", "Text"))
    notices = models.JSONField(t("读取提示", "Notices"), default=list)
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=DRAFT,
        choices=[(DRAFT, t("待校核", "Draft")), (PUBLISHED, t("执行中", "In force")), (ENDED, t("已结束", "Ended"))],
    )
    uploaded_by = models.CharField(t("上传人", "Uploaded by"), max_length=200)
    uploaded_at = models.DateTimeField(t("上传时间", "Uploaded"), default=clock.now)
    published_at = models.DateTimeField(t("发布时间", "Published"), null=True, blank=True)

    class Meta:
        verbose_name = t("工作要点", "Work plan")
        ordering = ["-pk"]
        indexes = [grams.index("title", "assurance_plan_plan_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/assurance/plan/review/{self.pk}/"

    @property
    def is_draft(self) -> bool:
        return self.state == self.DRAFT

    @property
    def begins_on(self) -> date:
        return date(self.first_year, 1, 1)

    @property
    def ends_on(self) -> date:
        return date(self.last_year, 12, 31)

    @classmethod
    def current(cls) -> "Plan | None":
        """The plan in force; the latest where there are several."""
        return cls.objects.filter(state=cls.PUBLISHED).order_by("-last_year", "-pk").first()


class Item(models.Model):
    """One numbered task of a plan, with who answers for it and how it stands; offsets point into the plan's text."""

    scope = Scope(organisation="owner_id")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="items", verbose_name=t("工作要点", "Work plan"))
    place = models.PositiveIntegerField(t("次序", "Order"))
    number = models.CharField(t("条款", "Clause"), max_length=20)
    part = models.CharField(t("方面", "Part"), max_length=100, blank=True)
    section = models.CharField(t("类别", "Section"), max_length=100, blank=True)
    title = models.CharField(t("任务", "Task"), max_length=300)
    text = models.TextField(t("要求", "What is asked"), blank=True)
    start = models.PositiveIntegerField(default=0, editable=False)
    end = models.PositiveIntegerField(default=0, editable=False)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("牵头单位", "Owner"))
    co_owners = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name=t("配合单位", "Co-owners")
    )
    begins_on = models.DateField(t("开始", "Begins"))
    due_on = models.DateField(t("期限", "Due"))
    percent = models.PositiveSmallIntegerField(t("进度", "Progress"), default=0)
    heard_on = models.DateField(t("最近报告", "Last report"), null=True, blank=True)
    light = models.CharField(t("亮灯", "Light"), max_length=5, choices=LIGHTS, default="grey")
    reason_zh = models.CharField(max_length=80, blank=True, editable=False)
    reason_en = models.CharField(max_length=80, blank=True, editable=False)
    closed_on = models.DateField(t("办结", "Closed"), null=True, blank=True)
    overdue_for = models.DateField(null=True, editable=False)  # the deadline whose passing was announced

    class Meta:
        verbose_name = t("任务", "Task")
        ordering = ["plan", "place"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="assurance_plan_item_number")]
        indexes = [
            models.Index(fields=["place"], name="assurance_plan_item_place"),
            models.Index(fields=["due_on"], name="assurance_plan_item_due"),
            models.Index(fields=["percent"], name="assurance_plan_item_percent"),
            models.Index(fields=["light", "place"], name="assurance_plan_item_light"),
            grams.index("title", "assurance_plan_item_title"),
            grams.index("text", "assurance_plan_item_text"),
            grams.index("number", "assurance_plan_item_grams"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/assurance/plan/item/{self.pk}/"

    @property
    def reason(self) -> str:
        """Why the light is what it is."""
        return t(self.reason_zh, self.reason_en)

    @property
    def is_open(self) -> bool:
        return self.closed_on is None and self.plan.state == Plan.PUBLISHED

    @property
    def standing(self) -> Standing:
        return Standing(self.begins_on, self.due_on, self.percent, self.heard_on, self.closed_on is not None)


class Target(models.Model):
    """One promise of an item that can be checked: what is counted, compared how, how many, by when."""

    scope = Scope(organisation="item__owner_id")
    item = models.ForeignKey(Item, models.CASCADE, related_name="targets", verbose_name=t("任务", "Task"))
    kind = models.CharField(
        t("种类", "Kind"),
        max_length=10,
        default="number",
        choices=[
            ("number", t("数量", "Number")),
            ("date", t("时限", "Date")),
            ("coverage", t("全覆盖", "Coverage")),
            ("list", t("清单", "List")),
        ],
    )
    subject = models.CharField(t("内容", "What is counted"), max_length=300)
    sign = models.CharField(t("比较", "Comparison"), max_length=1, choices=SIGNS, default="≥")
    value = models.DecimalField(t("目标值", "Target"), max_digits=24, decimal_places=6, null=True, blank=True)
    upper = models.DecimalField(t("上限", "Upper"), max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField(t("单位", "Unit"), max_length=20, blank=True)
    change = models.CharField(t("变化", "Change"), max_length=1, blank=True, choices=[("+", "+"), ("-", "−")])
    is_hope = models.BooleanField(t("力争", "Striven for"), default=False)
    names = ArrayField(models.CharField(max_length=200), verbose_name=t("清单", "Named"), default=list, blank=True)
    due_on = models.DateField(t("期限", "Due"))
    said = models.CharField(t("原文", "In the text"), max_length=500, blank=True)
    start = models.PositiveIntegerField(default=0, editable=False)
    end = models.PositiveIntegerField(default=0, editable=False)
    current = models.DecimalField(t("当前值", "Current"), max_digits=24, decimal_places=6, null=True, blank=True)
    current_on = models.DateField(t("截至", "As of"), null=True, blank=True)
    is_dropped = models.BooleanField(t("不是目标", "No target"), default=False)

    class Meta:
        verbose_name = t("目标", "Target")
        ordering = ["item", "start", "pk"]
        indexes = [
            models.Index(fields=["due_on"], name="assurance_plan_target_due"),
            grams.index("subject", "assurance_plan_target_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.goal}".strip()

    def get_absolute_url(self) -> str:
        return f"/assurance/plan/target/{self.pk}/"

    @property
    def goal(self) -> str:
        """≥ 50亿条, as people write it."""
        if self.value is None:
            return f"≤ {self.due_on:%Y-%m-%d}"
        return f"{self.sign} {self.change.replace('-', '−')}{grouped(self.value)}{self.unit}"

    @property
    def standing(self) -> str:
        """The current value with its unit; empty while nothing was measured."""
        return "" if self.current is None else f"{grouped(self.current)}{self.unit}"

    @property
    def share(self) -> int | None:
        """Percent reached, of what was measured."""
        if self.value is None or self.current is None:
            return None
        return share(self.sign, self.value, self.current)

    @property
    def is_met(self) -> bool:
        return self.value is not None and self.current is not None and is_met(self.sign, self.value, self.current)


def grouped(value: Decimal) -> str:
    """5000000000 → 50亿, 12500 → 1.25万, 600 → 600: short, exact, no rounding."""
    for size, word in ((10**8, "亿"), (10**4, "万")):
        if abs(value) >= size and value % (size // 100) == 0:
            return f"{(value / size).normalize():f}{word}"
    return f"{value.normalize():,f}"


class Measure(models.Model):
    """A target's value as it was on a day, and where it comes from."""

    scope = Scope(organisation="target__item__owner_id")
    target = models.ForeignKey(Target, models.CASCADE, related_name="measures", verbose_name=t("目标", "Target"))
    value = models.DecimalField(t("数值", "Value"), max_digits=24, decimal_places=6)
    on = models.DateField(t("截至", "As of"))
    source = models.CharField(t("来源", "Source"), max_length=200)
    by = models.CharField(t("填报人", "By"), max_length=200)
    at = models.DateTimeField(t("填报时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("目标数值", "Measured value")
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["target", "-on", "-id"], name="assurance_plan_measure_on")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {grouped(self.value)}"


class Milestone(models.Model):
    """A step on an item's way, with its day."""

    scope = Scope(organisation="item__owner_id")
    item = models.ForeignKey(Item, models.CASCADE, related_name="milestones", verbose_name=t("任务", "Task"))
    title = models.CharField(t("节点", "Milestone"), max_length=200)
    due_on = models.DateField(t("计划日期", "Due"))
    reached_on = models.DateField(t("完成日期", "Reached"), null=True, blank=True)

    class Meta:
        verbose_name = t("里程碑", "Milestone")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.title} ({self.due_on:%Y-%m-%d})"

    def get_absolute_url(self) -> str:
        return f"/assurance/plan/milestone/{self.pk}/"


class Reports(models.Manager["Report"]):
    """Reports with the names of their files; never the files themselves."""

    def get_queryset(self) -> models.QuerySet["Report"]:
        names = models.Prefetch("evidence", Evidence.objects.defer("content"))
        return super().get_queryset().prefetch_related(names)


class Report(models.Model):
    """What an owner reported on a day: how far, and in words."""

    scope = Scope(organisation="item__owner_id")
    item = models.ForeignKey(Item, models.CASCADE, related_name="reports", verbose_name=t("任务", "Task"))
    percent = models.PositiveSmallIntegerField(t("进度", "Progress"))
    text = models.TextField(t("进展", "Progress in words"))
    on = models.DateField(t("截至", "As of"))
    by = models.CharField(t("填报人", "By"), max_length=200)
    at = models.DateTimeField(t("填报时间", "Reported"), default=clock.now)
    objects = Reports()

    class Meta:
        verbose_name = t("进展报告", "Progress report")
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["item", "-on", "-id"], name="assurance_plan_report_on")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.percent}%"

    def get_absolute_url(self) -> str:
        return f"/assurance/plan/item/{self.item_id}/?tab=reports"


class Evidence(models.Model):
    """A file that proves a report; kept beside it in the database, so that one backup holds both."""

    scope = Scope(organisation="report__item__owner_id")
    kept = False
    report = models.ForeignKey(Report, models.CASCADE, related_name="evidence", verbose_name=t("报告", "Report"))
    name = models.CharField(t("文件", "File"), max_length=200)
    size = models.PositiveIntegerField(t("字节", "Bytes"))
    sm3 = models.CharField(t("SM3 摘要", "SM3 digest"), max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = t("佐证材料", "Evidence")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/assurance/plan/evidence/{self.pk}/"


class Remark(models.Model):
    """What the office says to an item's owner: a remark, or a reminder."""

    scope = Scope(organisation="item__owner_id")
    item = models.ForeignKey(Item, models.CASCADE, related_name="remarks", verbose_name=t("任务", "Task"))
    kind = models.CharField(
        t("种类", "Kind"),
        max_length=10,
        default="remark",
        choices=[
            ("remark", t("批注", "Remark")),
            ("reminder", t("催办", "Reminder")),
            ("overdue", t("逾期提醒", "Overdue notice")),
        ],
    )
    text = models.TextField(t("内容", "Text"))
    by = models.CharField(t("批注人", "By"), max_length=200)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("批注与催办", "Remark")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
