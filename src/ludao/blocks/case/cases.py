"""A case, its steps, what happened to it, its materials, the times it was stopped and what it hangs together with."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from ludao.base import clock, grams, sealed
from ludao.base.masks import mask
from ludao.base.rights import Scope
from ludao.base.text import from_pair, pick, t
from ludao.blocks.case import kinds
from ludao.blocks.case.deadlines import Term
from ludao.blocks.document.public import Document
from ludao.blocks.identity.public import Area, Organisation, Person

CHANNELS = [
    ("portal", t("网上", "Portal")),
    ("phone", t("掌上", "Phone")),
    ("kiosk", t("自助终端", "Kiosk")),
    ("counter", t("窗口", "Counter")),
    ("province", t("省级平台", "Province")),
    ("city", t("异地代收", "Another city")),
    ("hotline", t("热线", "Hotline")),
    ("house", t("系统生成", "The house")),
]


class Case(models.Model):
    """One thing that somebody asks of the city, from intake to rating."""

    SUBMITTED, CORRECTION, HANDLING, SUSPENDED, DECIDED, CLOSED = (
        "submitted",
        "correction",
        "handling",
        "suspended",
        "decided",
        "closed",
    )
    STATES = [
        (SUBMITTED, t("待受理", "Submitted")),
        (CORRECTION, t("待补正", "To be corrected")),
        (HANDLING, t("办理中", "In hand")),
        (SUSPENDED, t("已挂起", "Suspended")),
        (DECIDED, t("已决定", "Decided")),
        (CLOSED, t("已办结", "Closed")),
    ]
    OPEN = (SUBMITTED, CORRECTION, HANDLING, SUSPENDED, DECIDED)
    GRANTED, DENIED, NOT_ACCEPTED, WITHDRAWN, MERGED, LAPSED, ENDED, DONE = (
        "granted",
        "denied",
        "not_accepted",
        "withdrawn",
        "merged",
        "lapsed",
        "ended",
        "done",
    )
    ENDINGS = [
        (GRANTED, t("准予", "Granted")),
        (DENIED, t("不予许可", "Denied")),
        (NOT_ACCEPTED, t("不予受理", "Not accepted")),
        (WITHDRAWN, t("已撤回", "Withdrawn")),
        (MERGED, t("已并案", "Merged")),
        (LAPSED, t("逾期未补正", "Not corrected in time")),
        (ENDED, t("终止办理", "Ended")),
        (DONE, t("已办妥", "Done")),
    ]
    LIGHTS = [
        ("green", t("正常", "On track")),
        ("amber", t("预警", "At risk")),
        ("red", t("超期", "Late")),
        ("grey", t("停计时", "Clock stopped")),
        ("done", t("已完成", "Done")),
    ]
    scope = Scope(organisation="organisation_id", area="area_id", person="person_id", agent="agent_id")
    history_omits = ("id_sealed", "phone_sealed")

    number = models.CharField(t("办件编号", "Number"), max_length=60, unique=True)
    kind = models.CharField(t("类型", "Kind"), max_length=120, choices=kinds.choices)
    item = models.CharField(t("事项编码", "Item"), max_length=120, blank=True)
    title = models.CharField(t("事项", "What is asked"), max_length=200)
    title_en = models.CharField(max_length=300, blank=True)
    state = models.CharField(t("状态", "State"), max_length=12, choices=STATES, default=SUBMITTED)
    ending = models.CharField(t("结果", "Ending"), max_length=12, choices=ENDINGS, blank=True)
    decision = models.CharField(t("决定", "Decision"), max_length=12, choices=ENDINGS[:2], blank=True)
    light = models.CharField(t("时限", "Light"), max_length=6, choices=LIGHTS, default="green")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=t("承办机构", "Organisation")
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("区域", "Area")
    )
    channel = models.CharField(t("渠道", "Channel"), max_length=10, choices=CHANNELS, default="portal")
    # the applicant
    entity = models.CharField(
        t("申请人类型", "Applicant's kind"),
        max_length=10,
        default="person",
        choices=[("person", t("个人", "Person")), ("enterprise", t("企业", "Enterprise"))],
    )
    applicant = models.CharField(t("申请人", "Applicant"), max_length=200)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("账号", "Account")
    )
    enterprise = models.CharField(t("信用代码", "Credit code"), max_length=18, blank=True)
    agent = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("经办人", "Agent")
    )
    mandate = models.CharField(t("委托依据", "Mandate"), max_length=200, blank=True)
    id_sealed = models.TextField(blank=True, editable=False)
    phone_sealed = models.TextField(blank=True, editable=False)
    # what was asked
    form = models.BigIntegerField(t("表单版本", "Form"), null=True, blank=True, editable=False)
    data = models.JSONField(t("申请内容", "Application"), default=dict, encoder=DjangoJSONEncoder)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    process = models.CharField(t("流程", "Process"), max_length=120, blank=True)
    instance = models.BigIntegerField(null=True, blank=True, editable=False)
    # time
    opened_at = models.DateTimeField(t("提交时间", "Submitted"), default=clock.now)
    accepted_at = models.DateTimeField(t("受理时间", "Accepted"), null=True, blank=True)
    decided_at = models.DateTimeField(t("决定时间", "Decided"), null=True, blank=True)
    closed_at = models.DateTimeField(t("办结时间", "Closed"), null=True, blank=True)
    legal_days = models.PositiveSmallIntegerField(t("法定时限（工作日）", "Legal term (working days)"), default=20)
    promised_days = models.PositiveSmallIntegerField(
        t("承诺时限（工作日）", "Promised term (working days)"), default=20
    )
    hours = models.PositiveSmallIntegerField(t("时限（小时）", "Term (hours)"), default=0)
    legal_due_at = models.DateTimeField(t("法定期限", "Legally due"), null=True, blank=True)
    due_at = models.DateTimeField(t("期限", "Due"))
    amber_at = models.DateTimeField(t("预警时间", "At risk from"))
    paused_at = models.DateTimeField(t("停计时起", "Clock stopped at"), null=True, blank=True)
    paused_days = models.PositiveSmallIntegerField(t("停计时（工作日）", "Rested (working days)"), default=0)
    worked_days = models.PositiveSmallIntegerField(t("用时（工作日）", "Took (working days)"), null=True, blank=True)
    # who has it now, in one row for lists
    step_zh = models.CharField(t("当前环节", "Step"), max_length=200, blank=True)
    step_en = models.CharField(max_length=200, blank=True)
    holder = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("经办", "With")
    )
    office = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("所在机构", "Now at")
    )
    words = models.TextField(editable=False)

    class Meta:
        verbose_name = t("办件", "Case")
        verbose_name_plural = t("办件", "Cases")
        constraints = [
            models.CheckConstraint(condition=Q(closed_at=None) ^ ~Q(ending=""), name="case_closed_has_an_ending"),
        ]
        indexes = [
            grams.index("words", "case_words"),
            models.Index(fields=["organisation", "-id"], name="case_organisation"),
            models.Index(fields=["kind", "-id"], name="case_kind"),
            models.Index(fields=["item", "-id"], name="case_item"),
            models.Index(fields=["state", "-id"], name="case_state"),
            models.Index(fields=["person", "-id"], name="case_person"),
            models.Index(fields=["agent", "-id"], name="case_agent", condition=Q(agent__isnull=False)),
            models.Index(fields=["enterprise", "-id"], name="case_enterprise", condition=~Q(enterprise="")),
            models.Index(fields=["due_at", "id"], name="case_due", condition=Q(closed_at=None)),
            models.Index(fields=["organisation", "due_at"], name="case_due_here", condition=Q(closed_at=None)),
            models.Index(fields=["amber_at"], name="case_green", condition=Q(light="green", closed_at=None)),
            models.Index(
                fields=["due_at"], name="case_not_red", condition=Q(light__in=("green", "amber"), closed_at=None)
            ),
            models.Index(fields=["due_at", "id"], name="case_red", condition=Q(light="red")),
            models.Index(fields=["closed_at"], name="case_closed"),
            models.Index(fields=["opened_at"], name="case_opened"),
        ]

    def __str__(self) -> str:
        return f"{pick(self.title, self.title_en or self.title)} {self.number}"

    def get_absolute_url(self) -> str:
        return f"/case/case/{self.pk}/"

    @property
    def name(self) -> str:
        return pick(self.title, self.title_en or self.title)

    @property
    def step(self) -> str:
        return pick(self.step_zh, self.step_en or self.step_zh)

    @property
    def term(self) -> Term:
        """What counts: the promise, which is never longer than the law's."""
        return Term(self.promised_days, self.hours)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_running(self) -> bool:
        """In hand, so that its steps can be done."""
        return self.state in (self.SUBMITTED, self.HANDLING, self.DECIDED)

    @property
    def masked(self) -> str:
        """The applicant as whoever need not know may see them."""
        return self.applicant if self.entity == "enterprise" else mask("name", self.applicant)

    @property
    def standing(self) -> str:
        """The state in the words of its kind, as the applicant reads it."""
        if self.ending:
            return self.get_ending_display()
        kind = kinds.find(self.kind)
        words = kind.states.get(self.state) if kind else None
        return str(from_pair(dict(words))) if words else self.get_state_display()

    @property
    def id_number(self) -> str:
        return str(sealed.unseal(self.id_sealed, "case.applicant")) if self.id_sealed else ""

    @property
    def phone(self) -> str:
        return str(sealed.unseal(self.phone_sealed, "case.applicant")) if self.phone_sealed else ""


class Mine(Case):
    """The same case as its applicant sees it: reached by the person, the agent or whoever acts for the enterprise."""

    scope = Scope(organisation="enterprise", person="person_id", agent="agent_id")

    class Meta:
        proxy = True
        verbose_name = t("我的办件", "My case")
        verbose_name_plural = t("我的办件", "My cases")

    def get_absolute_url(self) -> str:
        return f"/case/mine/{self.pk}/"


class Task(models.Model):
    """One step of a case that somebody has to do: by role and organisation until somebody takes it."""

    OPEN, PAUSED, CLOSED, DROPPED = "open", "paused", "closed", "dropped"
    STATES = [
        (OPEN, t("待办", "Open")),
        (PAUSED, t("停计时", "Clock stopped")),
        (CLOSED, t("已办", "Done")),
        (DROPPED, t("已取消", "Dropped")),
    ]
    scope = Scope(organisation="organisation_id", area="area_id", person="holder_id")
    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks", verbose_name=t("办件", "Case"))
    step = models.BigIntegerField(null=True, blank=True, editable=False)  # of the drawn process
    key = models.CharField(max_length=120)
    title = models.CharField(t("环节", "Step"), max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(t("环节类型", "Kind of step"), max_length=20, choices=list(kinds.STEP_KINDS.items()))
    verbs = ArrayField(models.CharField(max_length=20), default=list)
    form = models.CharField(max_length=120, blank=True)
    role = models.CharField(t("角色", "Role"), max_length=60, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=t("承办机构", "Organisation")
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("区域", "Area")
    )
    holder = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("经办人", "With")
    )
    lender = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("转办人", "Passed on by")
    )
    is_personal = models.BooleanField(t("指定到人", "For this person"), default=False)
    asked_for = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name=t("会签于", "An opinion for"),
    )
    question = models.CharField(t("征求意见", "What is asked"), max_length=500, blank=True)
    state = models.CharField(t("状态", "State"), max_length=8, choices=STATES, default=OPEN)
    opened_at = models.DateTimeField(t("到达时间", "Arrived"), default=clock.now)
    days = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(t("期限", "Due"))
    claimed_at = models.DateTimeField(t("认领时间", "Taken"), null=True, blank=True)
    closed_at = models.DateTimeField(t("办理时间", "Done at"), null=True, blank=True)
    outcome = models.CharField(t("结论", "Outcome"), max_length=20, blank=True, choices=list(kinds.VERBS.items()))
    opinion = models.TextField(t("意见", "Opinion"), blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder, blank=True)
    by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("办理人", "Done by")
    )
    undo = models.JSONField(default=dict, blank=True, editable=False)  # how it was before, while that can be had back

    class Meta:
        verbose_name = t("待办", "Step")
        verbose_name_plural = t("待办", "Steps")
        indexes = [
            models.Index(fields=["holder", "due_at", "id"], name="case_task_mine", condition=Q(state="open")),
            models.Index(
                fields=["organisation", "role", "due_at", "id"],
                name="case_task_free",
                condition=Q(state="open", holder=None),
            ),
            models.Index(fields=["organisation", "due_at", "id"], name="case_task_here", condition=Q(state="open")),
            models.Index(fields=["due_at", "id"], name="case_task_due", condition=Q(state="open")),
            models.Index(
                F("by"),
                F("closed_at").desc(nulls_last=True),
                F("id").desc(),
                name="case_task_by",
                condition=Q(state="closed"),
            ),
            models.Index(fields=["case", "id"], name="case_task_case"),
            models.Index(fields=["step"], name="case_task_step", condition=Q(step__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.name}"

    def get_absolute_url(self) -> str:
        return f"/case/case/{self.case_id}/?task={self.pk}"

    @property
    def name(self) -> str:
        return pick(self.title, self.title_en or self.title)

    @property
    def light(self) -> str:
        """Reckoned when it is shown: no job turns the light of a step."""
        if self.state == self.PAUSED:
            return "grey"
        if self.state != self.OPEN:
            return "done"
        now = clock.now()
        if self.due_at <= now:
            return "red"
        return "amber" if clock.working_days_between(clock.day_of(now), clock.day_of(self.due_at)) <= 1 else "green"


class Entry(models.Model):
    """One line of a case's story. What is internal is never shown to the applicant."""

    scope = Scope(organisation="case__organisation_id", area="case__area_id")
    kept = False
    case = models.ForeignKey(Case, models.PROTECT, related_name="entries", verbose_name=t("办件", "Case"))
    at = models.DateTimeField(t("时间", "When"), default=clock.now)
    what = models.CharField(t("事情", "What"), max_length=20)
    zh = models.CharField(max_length=300)
    en = models.CharField(max_length=400)
    by = models.CharField(t("谁", "Who"), max_length=200, blank=True)
    person = models.CharField(max_length=64, blank=True)
    office = models.CharField(t("单位", "Organisation"), max_length=200, blank=True)
    text = models.TextField(t("内容", "Text"), blank=True)
    is_internal = models.BooleanField(t("仅内部可见", "Internal"), default=False)
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = t("经过", "Line of the story")
        indexes = [models.Index(fields=["case", "-id"], name="case_entry_case")]

    def __str__(self) -> str:
        return pick(self.zh, self.en)


class Pause(models.Model):
    """A time in which the clock of a case does not run, and why."""

    scope = Scope(organisation="case__organisation_id", area="case__area_id")
    case = models.ForeignKey(Case, models.PROTECT, related_name="pauses", verbose_name=t("办件", "Case"))
    reason = models.CharField(t("法定事由", "Legal reason"), max_length=40)
    text = models.TextField(t("说明", "Explanation"), blank=True)
    since = models.DateTimeField(t("起", "From"), default=clock.now)
    until = models.DateTimeField(t("止", "Until"), null=True, blank=True)
    expected_on = models.DateField(t("预计恢复", "Expected to go on"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(t("停计（工作日）", "Rested (working days)"), default=0)

    class Meta:
        verbose_name = t("停计时", "Stop of the clock")
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(until=None), name="case_pause_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="case_pause_times"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.reason}"


class Correction(models.Model):
    """What an applicant was asked to put right, all at once (Licensing Law, article 32): field by field, paper by
    paper."""

    scope = Scope(
        organisation="case__organisation_id", area="case__area_id", person="case__person_id", agent="case__agent_id"
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="corrections", verbose_name=t("办件", "Case"))
    task = models.ForeignKey(Task, models.PROTECT, related_name="corrections")
    asked = models.JSONField(t("补正内容", "What is asked"), default=list)  # [{"kind", "name", "title", "why"}]
    text = models.TextField(t("说明", "Explanation"), blank=True)
    asked_at = models.DateTimeField(t("通知时间", "Asked"), default=clock.now)
    asked_by = models.CharField(t("经办人", "By"), max_length=200)
    due_at = models.DateTimeField(t("补正期限", "Due"))
    answered_at = models.DateTimeField(t("补正时间", "Corrected"), null=True, blank=True)
    answer = models.TextField(t("补正说明", "The applicant's words"), blank=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # the data as they were
    is_taken_back = models.BooleanField(t("已撤销", "Taken back"), default=False)

    class Meta:
        verbose_name = t("补正", "Correction")
        indexes = [
            models.Index(
                fields=["due_at"], name="case_correction_due", condition=Q(answered_at=None, is_taken_back=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.asked_at:%Y-%m-%d}"

    @property
    def is_waiting(self) -> bool:
        return self.answered_at is None and not self.is_taken_back


class Material(models.Model):
    """One paper that a case needs, and the document that was handed in for it."""

    WANTED, GIVEN, VERIFIED, REJECTED, HELD = "wanted", "given", "verified", "rejected", "held"
    STATES = [
        (WANTED, t("待提交", "Wanted")),
        (GIVEN, t("已提交", "Handed in")),
        (VERIFIED, t("已核对", "Verified")),
        (REJECTED, t("需补正", "To be corrected")),
        (HELD, t("系统已有，免提交", "Held already")),
    ]
    scope = Scope(
        organisation="case__organisation_id", area="case__area_id", person="case__person_id", agent="case__agent_id"
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="materials", verbose_name=t("办件", "Case"))
    code = models.CharField(t("材料编码", "Code"), max_length=80)
    title = models.CharField(t("材料", "Material"), max_length=200)
    title_en = models.CharField(max_length=300, blank=True)
    is_required = models.BooleanField(t("必要", "Required"), default=True)
    source = models.CharField(t("来源", "Source"), max_length=200, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("文件", "Document")
    )
    state = models.CharField(t("状态", "State"), max_length=8, choices=STATES, default=WANTED)
    note = models.CharField(t("说明", "Note"), max_length=300, blank=True)
    given_at = models.DateTimeField(t("提交时间", "Handed in"), null=True, blank=True)

    class Meta:
        verbose_name = t("材料", "Material")
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="case_material_once")]

    def __str__(self) -> str:
        return pick(self.title, self.title_en or self.title)


class Link(models.Model):
    """Two cases that hang together."""

    KINDS = [
        ("related", t("相关", "Related")),
        ("merged", t("并入", "Merged into")),
        ("follows", t("承接", "Follows from")),
        ("complaint", t("投诉", "Complains about")),
    ]
    scope = Scope(organisation="case__organisation_id", area="case__area_id")
    case = models.ForeignKey(Case, models.PROTECT, related_name="links", verbose_name=t("办件", "Case"))
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked", verbose_name=t("另一办件", "Other case"))
    kind = models.CharField(t("关系", "Relation"), max_length=10, choices=KINDS, default="related")
    why = models.CharField(t("原因", "Reason"), max_length=300, blank=True)
    at = models.DateTimeField(t("时间", "When"), default=clock.now)
    by = models.CharField(t("经办人", "By"), max_length=200, blank=True)

    class Meta:
        verbose_name = t("关联", "Link")
        constraints = [
            models.UniqueConstraint(fields=["case", "other"], name="case_link_once"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="case_link_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.case} → {self.other}"


Facts = dict[str, Any]
