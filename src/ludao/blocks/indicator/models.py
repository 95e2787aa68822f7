"""What is kept of indicators: what each is, its values and where they came from, alerts, what departments report."""

from django.db import models
from django.db.models import Q

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import pick, t
from ludao.blocks.identity.public import Area, Organisation
from ludao.blocks.indicator.engine import periods

THEMES = [
    ("party", t("党建引领", "Party building")),
    ("economy", t("经济调节", "Economy")),
    ("market", t("市场监管", "Market order")),
    ("service", t("公共服务", "Public services")),
    ("society", t("社会治理", "Social governance")),
    ("environment", t("生态环保", "Environment")),
]
PERIODS = [
    ("day", t("日", "Day")),
    ("week", t("周", "Week")),
    ("month", t("月", "Month")),
    ("quarter", t("季", "Quarter")),
    ("year", t("年", "Year")),
]
METHODS = [
    ("computed", t("数据计算", "Computed from data")),
    ("formula", t("公式", "Formula")),
    ("reported", t("部门填报", "Reported")),
    ("live", t("实时", "Live")),
    ("loaded", t("导入", "Loaded")),
]
DIRECTIONS = [
    ("up", t("越高越好", "Higher is better")),
    ("down", t("越低越好", "Lower is better")),
    ("range", t("适度为宜", "Within a range")),
    ("none", t("不分好坏", "Neither")),
]
LEVELS = [("city", t("全市", "City")), ("district", t("到区", "By district")), ("street", t("到街道", "By street"))]
LIGHTS = [
    ("red", t("告警", "Alarm")),
    ("amber", t("预警", "Warning")),
    ("green", t("正常", "Normal")),
    ("grey", t("未评价", "Not judged")),
]


def author(by: str, person: str) -> str:
    """Who wrote a version of a definition: a person in the page, or the files of a folder."""
    if by == "page":
        return person or pick("在页面定义", "In the page")
    return pick(f"随系统文件发布（{by}）", f"Shipped with the files of {by}")


class Indicator(models.Model):
    """One indicator as it is defined now; how it was defined before stands in its history."""

    scope = None
    code = models.CharField(t("编码", "Code"), primary_key=True, max_length=100)
    title_zh = models.CharField(t("名称", "Title"), max_length=200)
    title_en = models.CharField(t("英文名称", "Title in English"), max_length=300)
    theme = models.CharField(t("主题", "Theme"), max_length=12, choices=THEMES)
    group = models.CharField(t("分组", "Group"), max_length=60, blank=True)
    means_zh = models.TextField(t("含义", "Meaning"), blank=True)
    means_en = models.TextField(t("英文含义", "Meaning in English"), blank=True)
    unit_zh = models.CharField(t("单位", "Unit"), max_length=40, blank=True)
    unit_en = models.CharField(t("英文单位", "Unit in English"), max_length=60, blank=True)
    precision = models.PositiveSmallIntegerField(t("小数位", "Decimals"), default=0)
    direction = models.CharField(t("方向", "Direction"), max_length=6, choices=DIRECTIONS, default="none")
    areas = models.CharField(t("统计区域", "Areas"), max_length=8, choices=LEVELS, default="city")
    period = models.CharField(t("周期", "Period"), max_length=7, choices=PERIODS, default="year")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("来源部门", "Department"))
    method = models.CharField(t("取得方式", "Method"), max_length=8, choices=METHODS)
    text = models.JSONField(t("定义", "Definition"), default=dict)
    by = models.CharField(t("来自", "From"), max_length=80, blank=True)
    number = models.PositiveIntegerField(t("版本", "Version"), default=1)
    changed_by = models.CharField(t("修改人", "Changed by"), max_length=200, blank=True)
    changed_at = models.DateTimeField(t("定义时间", "Defined"), default=clock.now)
    is_retired = models.BooleanField(t("已停用", "Retired"), default=False)

    class Meta:
        verbose_name = t("指标", "Indicator")
        verbose_name_plural = t("指标", "Indicators")
        ordering = ["code"]
        indexes = [
            models.Index(fields=["theme", "code"], name="indicator_theme"),
            grams.index("code", "indicator_code"),
            grams.index("title_zh", "indicator_title_zh"),
            grams.index("title_en", "indicator_title_en"),
        ]

    def __str__(self) -> str:
        return pick(self.title_zh, self.title_en)

    @property
    def made_by(self) -> str:
        """A person, or the folder whose files it came with."""
        return author(self.by, self.changed_by)

    def get_absolute_url(self) -> str:
        return f"/indicator/indicator/{self.pk}/"

    @property
    def title(self) -> str:
        return str(self)

    @property
    def means(self) -> str:
        return pick(self.means_zh, self.means_en)

    @property
    def unit(self) -> str:
        return pick(self.unit_zh, self.unit_en)


class Run(models.Model):
    """One scan that made values: of which data versions, as of which day, how long it took."""

    scope = None
    kept = False
    unit = models.CharField(t("计算单元", "Unit"), max_length=160)
    digest = models.CharField(max_length=32)
    versions = models.JSONField(t("数据版本", "Data versions"), default=dict)
    as_of = models.DateField(t("数据截至", "Data as of"))
    at = models.DateTimeField(t("计算时间", "Computed"), default=clock.now)
    seconds = models.FloatField(t("用时（秒）", "Seconds"), default=0)
    values_made = models.PositiveIntegerField(t("数值", "Values"), default=0)
    indicators = models.PositiveIntegerField(t("指标数", "Indicators"), default=0)
    error = models.TextField(t("错误", "Error"), blank=True)
    is_newest = models.BooleanField(t("最近一次", "Newest"), default=True)

    class Meta:
        verbose_name = t("计算记录", "Run")
        verbose_name_plural = t("计算记录", "Runs")
        indexes = [
            models.Index(fields=["unit"], name="indicator_run_newest", condition=Q(is_newest=True)),
            models.Index(fields=["at"], name="indicator_run_at"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {clock.day_of(self.at)}"


class Value(models.Model):
    """An indicator's value of one area and one period, with what it was made from."""

    scope = None
    kept = False
    # Hundreds of thousands are written at once by the engine alone: checking three keys of each costs more than
    # computing them. The unique index serves the indicator's lookups; nothing asks for the values of a run.
    indicator = models.ForeignKey(
        Indicator,
        models.CASCADE,
        related_name="values",
        verbose_name=t("指标", "Indicator"),
        db_constraint=False,
        db_index=False,
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", verbose_name=t("区域", "Area"), db_constraint=False
    )
    starts_on = models.DateField(t("周期起始", "Period begins"))
    value = models.FloatField(t("数值", "Value"))
    is_partial = models.BooleanField(t("周期未完", "Period not over"), default=False)
    as_of = models.DateField(t("数据截至", "Data as of"))
    computed_at = models.DateTimeField(t("取得时间", "Made"), default=clock.now)
    run = models.ForeignKey(
        Run,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=t("计算", "Run"),
        db_constraint=False,
        db_index=False,
    )
    source = models.CharField(t("来源", "Source"), max_length=300, blank=True)

    class Meta:
        verbose_name = t("指标值", "Value")
        verbose_name_plural = t("指标值", "Values")
        constraints = [models.UniqueConstraint(fields=["indicator", "area", "starts_on"], name="indicator_value_once")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.area} {self.period} {self.value:g}"

    def get_absolute_url(self) -> str:
        return f"/indicator/indicator/{self.indicator_id}/?area={self.area_id}&period={self.period}"

    @property
    def period(self) -> str:
        return periods.name(self.indicator.period, self.starts_on)


class Alert(models.Model):
    """A value that asks for somebody: a limit crossed, an unlikely value, a break in a series; it has an owner."""

    OPEN, ACCEPTED, CLOSED, DISMISSED = "open", "accepted", "closed", "dismissed"
    scope = Scope(organisation="owner_id")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="alerts", verbose_name=t("指标", "Indicator"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=t("区域", "Area"))
    starts_on = models.DateField(t("周期起始", "Period begins"))
    kind = models.CharField(
        t("类型", "Kind"),
        max_length=10,
        choices=[
            ("limit", t("越过阈值", "Limit crossed")),
            ("unlikely", t("数值异常", "Unlikely value")),
            ("break", t("走势突变", "Break in the series")),
        ],
    )
    light = models.CharField(t("等级", "Grade"), max_length=5, choices=LIGHTS, default="amber")
    value = models.FloatField(t("数值", "Value"))
    expected = models.FloatField(t("预期", "Expected"), null=True, blank=True)
    words_zh = models.CharField(t("说明", "What"), max_length=300)
    words_en = models.CharField(t("英文说明", "What, in English"), max_length=400)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("责任单位", "Owner"))
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=OPEN,
        choices=[
            (OPEN, t("待接收", "Open")),
            (ACCEPTED, t("处置中", "Being handled")),
            (CLOSED, t("已处置", "Closed")),
            (DISMISSED, t("已排除", "Dismissed")),
        ],
    )
    made_at = models.DateTimeField(t("发现时间", "Found"), default=clock.now)
    due_at = models.DateTimeField(t("处置期限", "Due"))
    accepted_by = models.CharField(t("接收人", "Accepted by"), max_length=80, blank=True)
    accepted_at = models.DateTimeField(t("接收时间", "Accepted"), null=True, blank=True)
    answer = models.TextField(t("处置情况", "What was done"), blank=True)
    closed_by = models.CharField(t("处置人", "Closed by"), max_length=80, blank=True)
    closed_at = models.DateTimeField(t("处置时间", "Closed"), null=True, blank=True)
    escalated_at = models.DateTimeField(t("升级时间", "Escalated"), null=True, blank=True)

    class Meta:
        verbose_name = t("指标预警", "Alert")
        verbose_name_plural = t("指标预警", "Alerts")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "area", "starts_on", "kind"], name="indicator_alert_once")
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="indicator_alert_due"),
            models.Index(fields=["-made_at"], name="indicator_alert_made"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.area} · {self.period}"

    def get_absolute_url(self) -> str:
        return f"/indicator/alert/{self.pk}/"

    @property
    def period(self) -> str:
        return periods.name(self.indicator.period, self.starts_on)

    @property
    def words(self) -> str:
        return pick(self.words_zh, self.words_en)

    @property
    def is_open(self) -> bool:
        return self.state in (self.OPEN, self.ACCEPTED)


class Task(models.Model):
    """A department is to report one indicator for one period by a day."""

    WAITING, SENT, RETURNED, APPROVED = "waiting", "sent", "returned", "approved"
    scope = Scope(organisation="organisation_id")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="tasks", verbose_name=t("指标", "Indicator"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=t("区域", "Area"))
    starts_on = models.DateField(t("周期起始", "Period begins"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=t("填报单位", "Department")
    )
    due_on = models.DateField(t("填报期限", "Due"))
    state = models.CharField(
        t("状态", "State"),
        max_length=8,
        default=WAITING,
        choices=[
            (WAITING, t("待填报", "To report")),
            (SENT, t("待审核", "To approve")),
            (RETURNED, t("退回修改", "Returned")),
            (APPROVED, t("已通过", "Approved")),
        ],
    )
    value = models.FloatField(t("填报值", "Value"), null=True, blank=True)
    note = models.CharField(t("说明", "Note"), max_length=400, blank=True)
    warning = models.CharField(t("校验提示", "What the checks say"), max_length=400, blank=True)
    reported_by = models.CharField(t("填报人", "Reported by"), max_length=80, blank=True)
    reported_at = models.DateTimeField(t("填报时间", "Reported"), null=True, blank=True)
    approved_by = models.CharField(t("审核人", "Approved by"), max_length=80, blank=True)
    approved_at = models.DateTimeField(t("审核时间", "Approved"), null=True, blank=True)
    reason = models.CharField(t("退回或更正原因", "Why returned or corrected"), max_length=300, blank=True)
    reminded_on = models.DateField(t("最近催报", "Reminded"), null=True, blank=True)
    made_at = models.DateTimeField(t("下达时间", "Opened"), default=clock.now)

    class Meta:
        verbose_name = t("填报任务", "Reporting task")
        verbose_name_plural = t("填报任务", "Reporting tasks")
        constraints = [models.UniqueConstraint(fields=["indicator", "area", "starts_on"], name="indicator_task_once")]
        indexes = [
            models.Index(fields=["state", "due_on"], name="indicator_task_due"),
            models.Index(fields=["organisation", "state"], name="indicator_task_whose"),
            models.Index(fields=["due_on", "id"], name="indicator_task_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.area} · {self.period}"

    def get_absolute_url(self) -> str:
        return f"/indicator/task/{self.pk}/"

    @property
    def period(self) -> str:
        return periods.name(self.indicator.period, self.starts_on)

    @property
    def light(self) -> str:
        if self.state == self.APPROVED:
            return "done"
        days = (self.due_on - clock.today()).days
        return "red" if days < 0 else "amber" if days <= 3 or self.state == self.RETURNED else "green"


class Entry(models.Model):
    """One thing that was done to a task's value: reported, returned, approved, corrected; the trace of a figure."""

    scope = Scope(organisation="task__organisation_id")
    kept = False
    task = models.ForeignKey(Task, models.CASCADE, related_name="entries", verbose_name=t("填报任务", "Task"))
    verb = models.CharField(
        t("动作", "Did"),
        max_length=10,
        choices=[
            ("reported", t("填报", "Reported")),
            ("returned", t("退回", "Returned")),
            ("approved", t("通过", "Approved")),
            ("corrected", t("更正", "Corrected")),
        ],
    )
    value = models.FloatField(t("数值", "Value"), null=True, blank=True)
    words = models.CharField(t("说明", "Note"), max_length=400, blank=True)
    by = models.CharField(t("经办人", "By"), max_length=80)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("填报记录", "Entry")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.at:%Y-%m-%d %H:%M}"


def shown(value: float | None, precision: int) -> str:
    """1,234.5 with the indicator's decimals."""
    return "—" if value is None else f"{value:,.{precision}f}"
