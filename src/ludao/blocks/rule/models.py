"""What is kept of policies: each with all its versions, who wrote and who approved them, and since when they hold."""

from datetime import date

from django.db import models

from ludao.base import clock, grams
from ludao.base.text import pick, t
from ludao.blocks.identity.public import Organisation

ENTITIES = [("person", t("个人", "Persons")), ("company", t("企业", "Enterprises"))]


class Policy(models.Model):
    """One policy; what it says stands in its versions."""

    scope = None
    code = models.CharField(t("编码", "Code"), primary_key=True, max_length=80)
    entity = models.CharField(t("对象", "For"), max_length=20, choices=ENTITIES)
    title_zh = models.CharField(t("名称", "Title"), max_length=200)
    title_en = models.CharField(t("英文名称", "Title in English"), max_length=300)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("主管部门", "Owner"))
    document = models.CharField(t("文号", "Document"), max_length=200, blank=True)
    number = models.PositiveSmallIntegerField(t("现行版本", "Version in force"), null=True, blank=True)
    ended_on = models.DateField(t("停止日期", "Ended on"), null=True, blank=True)
    ended_why = models.CharField(t("停止原因", "Why it ended"), max_length=300, blank=True)

    class Meta:
        verbose_name = t("政策", "Policy")
        verbose_name_plural = t("政策", "Policies")
        ordering = ["code"]
        indexes = [
            grams.index("code", "rule_policy_code"),
            grams.index("title_zh", "rule_policy_title_zh"),
            grams.index("title_en", "rule_policy_title_en"),
            grams.index("document", "rule_policy_document"),
            models.Index(fields=["entity", "code"], name="rule_policy_entity"),
        ]

    def __str__(self) -> str:
        return pick(self.title_zh, self.title_en)

    def get_absolute_url(self) -> str:
        return f"/rule/policy/{self.pk}/"

    @property
    def title(self) -> str:
        return str(self)

    @property
    def state(self) -> str:
        if self.ended_on and self.ended_on <= clock.today():
            return str(t("已停止", "Ended"))
        return str(t("执行中", "In force") if self.number else t("未发布", "Not published"))

    @property
    def light(self) -> str:
        if self.ended_on and self.ended_on <= clock.today():
            return "grey"
        return "green" if self.number else "amber"

    @property
    def light_word(self) -> str:
        return self.state

    def holds_on(self, day: date) -> bool:
        return self.ended_on is None or day < self.ended_on


class Version(models.Model):
    """One wording of a policy: the text as an officer wrote it, and what four eyes did with it."""

    DRAFT, PUBLISHED, DISCARDED = "draft", "published", "discarded"
    scope = None
    policy = models.ForeignKey(Policy, models.CASCADE, related_name="versions", verbose_name=t("政策", "Policy"))
    number = models.PositiveSmallIntegerField(t("版本", "Version"))
    text = models.TextField(t("规则文本", "Text"))
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=DRAFT,
        choices=[
            (DRAFT, t("待审批", "Waits for approval")),
            (PUBLISHED, t("已发布", "Published")),
            (DISCARDED, t("已作废", "Discarded")),
        ],
    )
    note = models.CharField(t("修改说明", "What changed"), max_length=300, blank=True)
    made_by = models.CharField(t("起草人", "Written by"), max_length=80)
    made_at = models.DateTimeField(t("起草时间", "Written"), default=clock.now)
    approved_by = models.CharField(t("审批人", "Approved by"), max_length=80, blank=True)
    approved_at = models.DateTimeField(t("审批时间", "Approved"), null=True, blank=True)
    effective_on = models.DateField(t("生效日期", "Effective"), null=True, blank=True)

    class Meta:
        verbose_name = t("政策版本", "Version of a policy")
        ordering = ["policy", "-number"]
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="rule_version_number")]
        indexes = [
            models.Index(fields=["state", "-id"], name="rule_version_state"),
            models.Index(fields=["policy", "-number"], name="rule_version_newest"),
        ]

    @property
    def title(self) -> str:
        """What a list calls it, so that its first cell opens the row and not the policy."""
        return str(self.policy)

    def __str__(self) -> str:
        return f"{self.policy} · {pick('第', 'v')}{self.number}{pick('版', '')}"

    def get_absolute_url(self) -> str:
        return f"/rule/version/{self.pk}/"

    @property
    def is_draft(self) -> bool:
        return self.state == self.DRAFT


class Figure(models.Model):
    """How one version came out over all entities on a day: of the last run, or of a trial before publishing."""

    scope = None
    kept = False
    version = models.OneToOneField(Version, models.CASCADE, related_name="figure", verbose_name=t("版本", "Version"))
    on = models.DateField(t("计算日", "As of"))
    at = models.DateTimeField(t("计算时间", "Computed"), default=clock.now)
    met = models.PositiveIntegerField(t("符合", "Met"))
    not_met = models.PositiveIntegerField(t("不符合", "Not met"))
    unknown = models.PositiveIntegerField(t("缺少数据", "Unknown"))
    amount_fen = models.BigIntegerField(t("金额", "Amount"))

    class Meta:
        verbose_name = t("测算结果", "Figures of a version")

    def __str__(self) -> str:
        return f"{self.version} · {self.on}"
