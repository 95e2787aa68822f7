"""How cases are watched over: urged, supervised, rated, inspected at random, counted; and phrases of opinions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ludao.base import clock
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.case.cases import Case
from ludao.blocks.identity.public import Organisation, Person


class Urging(models.Model):
    """A case is urged by its applicant or supervisor, or supervised with a demand that must be answered."""

    URGE, REMIND, SUPERVISE = "urge", "remind", "supervise"
    KINDS = [
        (URGE, t("申请人催办", "Urged by the applicant")),
        (REMIND, t("监管催办", "Urged by a supervisor")),
        (SUPERVISE, t("督办", "Supervised")),
    ]
    scope = Scope(organisation="case__organisation_id", area="case__area_id")
    case = models.ForeignKey(Case, models.PROTECT, related_name="urgings", verbose_name=t("办件", "Case"))
    kind = models.CharField(t("方式", "Kind"), max_length=10, choices=KINDS)
    text = models.TextField(t("要求", "Demand"), blank=True)
    by = models.CharField(t("提出人", "By"), max_length=200)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(t("时间", "When"), default=clock.now)
    due_on = models.DateField(t("回复期限", "Answer due"), null=True, blank=True)
    answer = models.TextField(t("回复", "Answer"), blank=True)
    answered_by = models.CharField(t("回复人", "Answered by"), max_length=200, blank=True)
    answered_at = models.DateTimeField(t("回复时间", "Answered"), null=True, blank=True)
    ended_at = models.DateTimeField(t("办结时间", "Ended"), null=True, blank=True)
    verdict = models.CharField(t("督办结论", "Verdict"), max_length=300, blank=True)

    class Meta:
        verbose_name = t("催办督办", "Urging")
        verbose_name_plural = t("催办督办", "Urgings")
        indexes = [
            models.Index(fields=["case", "-id"], name="case_urging_case"),
            models.Index(fields=["kind", "-id"], name="case_urging_kind"),
            models.Index(fields=["due_on"], name="case_urging_due", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.case}"

    def get_absolute_url(self) -> str:
        return f"/case/urging/{self.pk}/"


class Rating(models.Model):
    """What the applicant thinks of it: five grades (好差评), tags and words; a bad one is called back."""

    GRADES = [
        (5, t("非常满意", "Very satisfied")),
        (4, t("满意", "Satisfied")),
        (3, t("基本满意", "Fairly satisfied")),
        (2, t("不满意", "Dissatisfied")),
        (1, t("非常不满意", "Very dissatisfied")),
    ]
    BAD = 2
    scope = Scope(organisation="case__organisation_id", area="case__area_id")
    case = models.OneToOneField(Case, models.PROTECT, related_name="rating", verbose_name=t("办件", "Case"))
    grade = models.PositiveSmallIntegerField(t("评价", "Grade"), choices=GRADES)
    tags = ArrayField(models.CharField(max_length=20), default=list, verbose_name=t("标签", "Tags"))
    text = models.TextField(t("意见", "Words"), blank=True)
    at = models.DateTimeField(t("评价时间", "Rated"), default=clock.now)
    complaint = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("差评整改", "Complaint")
    )

    class Meta:
        verbose_name = t("好差评", "Rating")
        verbose_name_plural = t("好差评", "Ratings")
        indexes = [
            models.Index(fields=["grade", "-id"], name="case_rating_grade"),
            models.Index(fields=["at"], name="case_rating_at"),
        ]

    def __str__(self) -> str:
        return f"{self.get_grade_display()} · {self.case}"

    def get_absolute_url(self) -> str:
        return f"/case/case/{self.case_id}/"

    @property
    def tone(self) -> str:
        return "green" if self.grade > self.BAD + 1 else "amber" if self.grade > self.BAD else "red"


class Phrase(models.Model):
    """A sentence that officers use again and again: one's own, or shared in an organisation."""

    scope = Scope(organisation="organisation_id", person="person_id")
    text = models.CharField(t("用语", "Phrase"), max_length=300)
    verb = models.CharField(t("用于", "For"), max_length=20, blank=True)
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=t("所有人", "Owner")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("共用机构", "Shared in")
    )
    by = models.CharField(t("添加人", "Added by"), max_length=200)
    at = models.DateTimeField(t("添加时间", "Added"), default=clock.now)

    class Meta:
        verbose_name = t("常用语", "Phrase")
        verbose_name_plural = t("常用语", "Phrases")
        indexes = [
            models.Index(fields=["person"], name="case_phrase_person"),
            models.Index(fields=["organisation"], name="case_phrase_shared"),
        ]

    def __str__(self) -> str:
        return self.text


class Inspection(models.Model):
    """Some closed cases drawn at random, to be looked at again by a checklist (抽查)."""

    scope = Scope(organisation="organisation_id")
    kind = models.CharField(t("类型", "Kind"), max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=t("被查机构", "Organisation")
    )
    since = models.DateField(t("办结起", "Closed from"))
    until = models.DateField(t("办结止", "Closed until"))
    size = models.PositiveSmallIntegerField(t("抽取件数", "Cases drawn"))
    pool = models.PositiveIntegerField(t("符合条件", "Drawn out of"))
    seed = models.CharField(t("随机种子", "Seed"), max_length=40)
    drawn_at = models.DateTimeField(t("抽取时间", "Drawn"), default=clock.now)
    drawn_by = models.CharField(t("抽取人", "Drawn by"), max_length=200)
    reviewed = models.PositiveSmallIntegerField(t("已查", "Reviewed"), default=0)
    faults = models.PositiveSmallIntegerField(t("发现问题", "With faults"), default=0)

    class Meta:
        verbose_name = t("随机抽查", "Random inspection")
        verbose_name_plural = t("随机抽查", "Random inspections")
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="case_inspection_days")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.since:%Y-%m-%d}—{self.until:%Y-%m-%d} #{self.pk}"

    @property
    def waiting(self) -> "models.QuerySet[Drawn]":
        return self.drawn.filter(reviewed_at=None).select_related("case")


CHECKS: dict[str, str] = {
    "materials": t("材料齐全、未重复索要", "Materials complete, nothing asked twice"),
    "terms": t("受理、办结均在时限内", "Accepted and closed in time"),
    "reasons": t("意见明确、理由充分", "Opinions clear, reasons sufficient"),
    "law": t("依据正确、程序合法", "Right legal basis and procedure"),
    "told": t("告知及时、用语规范", "Applicant told in time and in plain words"),
    "result": t("结果文书规范", "Result document in order"),
}


class Drawn(models.Model):
    """One case of an inspection and what was found."""

    scope = Scope(organisation="inspection__organisation_id")
    inspection = models.ForeignKey(
        Inspection, models.CASCADE, related_name="drawn", verbose_name=t("抽查", "Inspection")
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name=t("办件", "Case"))
    faults = ArrayField(models.CharField(max_length=20), default=list, verbose_name=t("不合格项", "Faults"))
    note = models.TextField(t("评语", "Remarks"), blank=True)
    reviewed_by = models.CharField(t("检查人", "Reviewed by"), max_length=200, blank=True)
    reviewed_at = models.DateTimeField(t("检查时间", "Reviewed"), null=True, blank=True)

    class Meta:
        verbose_name = t("抽查件", "Drawn case")
        constraints = [models.UniqueConstraint(fields=["inspection", "case"], name="case_drawn_once")]

    def __str__(self) -> str:
        return str(self.case)

    def get_absolute_url(self) -> str:
        return f"/case/inspection/{self.inspection_id}/"

    @property
    def found(self) -> str:
        """What the checklist found, in words."""
        if self.reviewed_at is None:
            return str(t("待检查", "To be reviewed"))
        named = [str(CHECKS.get(fault, fault)) for fault in self.faults]
        return str(t("、", ", ")).join(named) if named else str(t("合格", "In order"))


class Tally(models.Model):
    """The figures of one kind, item, organisation and month, as a job counted them."""

    scope = Scope(organisation="organisation_id")
    kept = False
    kind = models.CharField(t("类型", "Kind"), max_length=120)
    item = models.CharField(t("事项编码", "Item"), max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=t("承办机构", "Organisation")
    )
    month = models.DateField(t("月份", "Month"))
    opened = models.PositiveIntegerField(t("收件", "Opened"), default=0)
    closed = models.PositiveIntegerField(t("办结", "Closed"), default=0)
    in_time = models.PositiveIntegerField(t("按时办结", "In time"), default=0)
    days = models.PositiveBigIntegerField(t("用时合计", "Days in all"), default=0)
    timed = models.PositiveIntegerField(default=0)  # closed cases that had been accepted, of which days are known
    rated = models.PositiveIntegerField(t("评价", "Rated"), default=0)
    grades = models.PositiveBigIntegerField(default=0)
    bad = models.PositiveIntegerField(t("差评", "Bad ratings"), default=0)
    as_of = models.DateTimeField(t("数据截至", "As of"), default=clock.now)

    class Meta:
        verbose_name = t("办件统计", "Figures of cases")
        constraints = [
            models.UniqueConstraint(fields=["month", "organisation", "kind", "item"], name="case_tally_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.month:%Y-%m} {self.kind}"
