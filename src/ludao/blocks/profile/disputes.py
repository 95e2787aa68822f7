"""A person says that a value about her is wrong: what she said, who must look into it by when, and how it ended.

Small, with a state and a history, made to be moved to the case block once that is there. A dispute stands with the
organisation that owns the value's source. What it confirms stands in the file at once, over the source's own value,
until the source itself sends something newer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models

from ludao.base import clock, grams, money, sealed
from ludao.base.actor import Actor
from ludao.base.crypto import sm3
from ludao.base.errors import Problem
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation

WORKING_DAYS = 10  # to look into it, and again into an objection
LARGEST = 20 * 2**20
FEN = "_fen"  # how the name of a column of money ends
SOON = 2  # working days left when it turns amber


def readable(column: str, value: str) -> str:
    """A value as people read it: money, which is kept in fen, in yuan."""
    return money.show(int(value)) if column.endswith(FEN) and value.lstrip("-").isdigit() else value


def kept(column: str, said: str, field: str) -> str:
    """The same the other way: what people write, as the source keeps it."""
    return str(money.parse(said, field)) if column.endswith(FEN) and said.strip() else said.strip()


class Dispute(models.Model):
    """One value of one row about one person or enterprise, said to be wrong."""

    OPEN, OBJECTED, CORRECTED, REFUSED, UPHELD, WITHDRAWN = (
        "open", "objected", "corrected", "refused", "upheld", "withdrawn")
    PENDING = (OPEN, OBJECTED)
    scope = Scope(organisation="owner_id", person="person")
    profile = models.CharField(
        t("档案", "File"), max_length=10,
        choices=[("person", t("个人", "Person")), ("company", t("企业", "Enterprise"))],
    )
    entity = models.CharField(max_length=64)
    subject = models.CharField(t("当事人", "Whose"), max_length=200)
    person = models.CharField(max_length=64)
    by = models.CharField(t("提出人", "Raised by"), max_length=200)
    address = models.CharField(t("数据", "Dataset"), max_length=120)
    record_key = models.CharField(max_length=300)
    column = models.CharField(max_length=80)
    source_zh = models.CharField(t("数据来源", "Source"), max_length=200)
    source_en = models.CharField(max_length=200)
    column_zh = models.CharField(t("哪一项", "Which value"), max_length=200)
    column_en = models.CharField(max_length=200)
    before = models.CharField(t("现在的内容", "What stands"), max_length=1000, blank=True)
    claimed = models.CharField(t("应为", "Should be"), max_length=1000)
    reason = models.TextField(t("理由", "Why"))
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=t("核实单位", "With"))
    state = models.CharField(
        t("状态", "State"), max_length=10, default=OPEN,
        choices=[
            (OPEN, t("核实中", "Being looked into")), (OBJECTED, t("复核中", "Looked into again")),
            (CORRECTED, t("已更正", "Corrected")), (REFUSED, t("未更正", "Not corrected")),
            (UPHELD, t("复核后未更正", "Not corrected after review")), (WITHDRAWN, t("已撤回", "Withdrawn")),
        ],
    )
    due_on = models.DateField(t("期限", "Due"), null=True, blank=True)
    raised_at = models.DateTimeField(t("提出时间", "Raised"), default=clock.now)
    decided_at = models.DateTimeField(t("答复时间", "Answered"), null=True, blank=True)
    decided_by = models.CharField(max_length=64, blank=True, editable=False)
    answer = models.TextField(t("答复", "Answer"), blank=True)
    corrected = models.CharField(t("更正为", "Corrected to"), max_length=1000, blank=True)
    settled_at = models.DateTimeField(t("来源已更新", "Taken over by the source"), null=True, blank=True)

    class Meta:
        verbose_name = t("异议", "Dispute")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["profile", "entity", "-id"], name="profile_dispute_entity"),
            models.Index(fields=["due_on"], name="profile_dispute_due"),
            models.Index(fields=["person", "-id"], name="profile_dispute_person"),
            models.Index(fields=["address", "state"], name="profile_dispute_address"),
            grams.index("subject", "profile_dispute_subject"),
            grams.index("source_zh", "profile_dispute_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source_title} · {self.column_title}"

    def get_absolute_url(self) -> str:
        return f"/profile/dispute/{self.pk}/"

    @property
    def source_title(self) -> str:
        return str(t(self.source_zh, self.source_en))

    @property
    def column_title(self) -> str:
        return str(t(self.column_zh.replace("（分）", ""), self.column_en.replace(" (fen)", "")))

    @property
    def before_text(self) -> str:
        return readable(self.column, self.before)

    @property
    def claimed_text(self) -> str:
        return readable(self.column, self.claimed)

    @property
    def corrected_text(self) -> str:
        return readable(self.column, self.corrected)

    @property
    def is_pending(self) -> bool:
        return self.state in self.PENDING

    @property
    def days_left(self) -> int | None:
        """Working days; negative when it is late."""
        return clock.working_days_between(clock.today(), self.due_on) if self.is_pending and self.due_on else None

    @property
    def light(self) -> str:
        if not self.is_pending:
            return "done" if self.state == self.CORRECTED else "grey"
        left = self.days_left or 0
        return "red" if left < 0 else "amber" if left <= SOON else "green"

    @property
    def light_word(self) -> str:
        return "" if self.is_pending else str(self.get_state_display())

    @property
    def message(self) -> str:
        """The number of the message that brings a correction back to its source."""
        return f"profile.dispute.{self.pk}"

    @property
    def tone(self) -> str:
        return {self.CORRECTED: "ok", self.REFUSED: "bad", self.UPHELD: "bad", self.WITHDRAWN: "idle"}.get(
            self.state, "sea")


class Step(models.Model):
    """What happened to a dispute, in words for both sides."""

    scope = Scope(organisation="dispute__owner_id", person="dispute__person")
    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="steps", verbose_name=t("异议", "Dispute"))
    at = models.DateTimeField(t("时间", "When"), default=clock.now)
    kind = models.CharField(
        t("环节", "Step"), max_length=10,
        choices=[
            ("raised", t("提出异议", "Raised")), ("corrected", t("确认更正", "Corrected")),
            ("refused", t("不予更正", "Not corrected")), ("objected", t("再次提出", "Objected")),
            ("withdrawn", t("撤回", "Withdrawn")), ("settled", t("来源系统已更新", "The source has it")),
        ],
    )
    by = models.CharField(t("由谁", "By"), max_length=200)
    organisation = models.CharField(t("单位", "Organisation"), max_length=200, blank=True)
    words = models.TextField(t("内容", "Words"), blank=True)

    class Meta:
        verbose_name = t("办理经过", "Step")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"


class Proof(models.Model):
    """A file that shows what is right; kept in the database, so that one backup holds both."""

    scope = Scope(organisation="dispute__owner_id", person="dispute__person")
    kept = False
    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="proofs", verbose_name=t("异议", "Dispute"))
    name = models.CharField(t("文件", "File"), max_length=200)
    size = models.PositiveIntegerField(t("字节", "Bytes"))
    sm3 = models.CharField(t("SM3 摘要", "SM3 digest"), max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = t("证明材料", "Proof")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/profile/proof/{self.pk}/"


@dataclass(frozen=True)
class Value:
    """Which value is meant: named on the person's own page and sealed to her, so that nobody disputes another's."""

    profile: str
    entity: str
    subject: str
    address: str
    record_key: str
    column: str
    source: tuple[str, str]
    title: tuple[str, str]
    owner: str
    shown: str

    @property
    def shown_text(self) -> str:
        return readable(self.column, self.shown)

    @property
    def column_title(self) -> str:
        return str(t(self.title[0].replace("（分）", ""), self.title[1].replace(" (fen)", "")))

    def seal(self, actor: Actor) -> str:
        return sealed.seal({**vars(self), "person": actor.person, "as": actor.organisation}, "profile.dispute")

    @classmethod
    def unseal(cls, text: str, actor: Actor) -> "Value":
        try:
            facts = sealed.unseal(text, "profile.dispute")
        except sealed.Broken:
            facts = {}
        if (facts.pop("person", None), facts.pop("as", "")) != (actor.person, actor.organisation):
            raise Problem(t("请从“我的档案”里选择要更正的内容", "Choose what is wrong from “My file”"), field="what")
        return cls(**{**facts, "source": tuple(facts["source"]), "title": tuple(facts["title"])})


@dataclass(frozen=True)
class Correction:
    """A confirmed value that stands over what the source holds."""

    dispute: int
    value: str
    at: datetime


def standing(profile: str, entity: str) -> list[Dispute]:
    """Those that change how the file is shown: looked into, or confirmed and not yet taken over by the source."""
    still = models.Q(state__in=Dispute.PENDING) | models.Q(state=Dispute.CORRECTED, settled_at=None)
    return list(Dispute.objects.filter(still, profile=profile, entity=entity).order_by("pk"))


def corrections(disputes: Iterable[Dispute]) -> dict[tuple[str, str, str], Correction]:
    """(address, record key, column) → what is confirmed to be right and has not come from the source yet."""
    return {(d.address, d.record_key, d.column): Correction(d.pk, d.corrected, d.decided_at) for d in disputes
            if d.state == Dispute.CORRECTED and d.decided_at}


def of(profile: str, entity: str) -> models.QuerySet[Dispute]:
    """The disputes about one file, newest first."""
    return Dispute.objects.filter(profile=profile, entity=entity).select_related("owner").order_by("-pk")


def pending_in(disputes: Iterable[Dispute]) -> dict[tuple[str, str, str], Dispute]:
    """The values that are being looked into."""
    return {(d.address, d.record_key, d.column): d for d in disputes if d.is_pending}


def due(start: datetime | None = None) -> date:
    return clock.deadline(start or clock.now(), WORKING_DAYS).at.date()


def note(dispute: Dispute, kind: str, actor: Actor, words: str) -> Step:
    """A step under the name of who took it; of an officer the organisation is named too."""
    unit = Organisation.objects.filter(pk=actor.organisation).first() if actor.post or actor.is_system else None
    return Step.objects.create(dispute=dispute, kind=kind, by=actor.name, organisation=str(unit.name) if unit else "",
                               words=words)


def attach(dispute: Dispute, files: Iterable[UploadedFile]) -> None:
    for file in files:
        if (file.size or 0) > LARGEST:
            raise Problem(t("每个文件不超过 20 MB", "Each file may have 20 MB at most"), field="evidence")
        content = file.read()
        Proof.objects.create(dispute=dispute, name=(file.name or "")[-200:], size=len(content),
                             sm3=sm3(content).hex(), content=content)


def facts(dispute: Dispute) -> dict[str, Any]:
    """What every event of a dispute carries."""
    return {
        "dispute": dispute.pk, "profile": dispute.profile, "entity": dispute.entity, "person": dispute.person,
        "address": dispute.address, "record_key": dispute.record_key, "column": dispute.column,
        "owner": dispute.owner_id, "state": dispute.state,
    }


def returned(dispute: Dispute) -> dict[str, Any]:
    """What the source's system is told: which value of which row is wrong, and what is right."""
    return {
        "dispute": dispute.pk, "address": dispute.address, "record_key": dispute.record_key,
        "column": dispute.column, "before": dispute.before, "value": dispute.corrected, "reason": dispute.answer,
        "decided_at": dispute.decided_at, "owner": dispute.owner_id,
    }


def settle(dispute: Dispute, at: datetime, words: str) -> None:
    """The source has sent something newer: the confirmed value stands in the file no more of its own."""
    dispute.settled_at = at
    dispute.save(update_fields=["settled_at"])
    Step.objects.create(dispute=dispute, kind="settled", by=dispute.source_title, words=words)
