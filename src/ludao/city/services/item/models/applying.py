"""An application while it is being written, and what it became: a case, a receipt, a result."""

from typing import Any

from django.db import models
from django.db.models import Q

from ludao.base import clock
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.identity.public import Organisation, Person

from .catalogue import Item, Version

KIND = "services.item.case"  # what applications become, as content/case.toml declares it


class Application(models.Model):
    """What one person asks of one item: the answers, the form, the materials; sent once, then a case.

    `data` holds personal data: it stands here only until the application is sent, then in the case alone.
    """

    DRAFT, SENT = "draft", "sent"
    scope = Scope(person="person_id", organisation="organisation_id")
    item = models.ForeignKey(Item, models.PROTECT, related_name="applications", verbose_name=t("事项", "Item"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name=t("版本", "Version"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=t("实施机构", "Organisation")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("申请人", "Applicant")
    )
    enterprise = models.CharField(t("企业", "Enterprise"), max_length=18, blank=True)
    applicant = models.CharField(t("申请人姓名", "Applicant's name"), max_length=200)
    clerk = models.CharField(t("代录窗口人员", "Clerk"), max_length=80, blank=True)
    channel = models.CharField(t("渠道", "Channel"), max_length=12, default="portal")
    answers = models.JSONField(default=dict, editable=False)
    data = models.JSONField(default=dict, editable=False)
    materials = models.JSONField(default=dict, editable=False)  # material code → document id
    held = models.JSONField(default=dict, editable=False)  # what the city holds of the papers, looked up on that day
    state = models.CharField(
        t("状态", "State"),
        max_length=8,
        default=DRAFT,
        choices=[(DRAFT, t("填写中", "Being filled in")), (SENT, t("已提交", "Sent"))],
    )
    case = models.BigIntegerField(t("办件", "Case"), null=True, blank=True)
    number = models.CharField(t("办件编号", "Case number"), max_length=40, blank=True)
    result = models.BigIntegerField(null=True, blank=True, editable=False)
    outcome = models.CharField(t("结果", "Outcome"), max_length=20, blank=True)
    made_at = models.DateTimeField(t("开始时间", "Begun"), default=clock.now)
    sent_at = models.DateTimeField(t("提交时间", "Sent"), null=True, blank=True)
    closed_at = models.DateTimeField(t("办结时间", "Closed"), null=True, blank=True)
    history_omits = ("data", "answers", "held")

    class Meta:
        verbose_name = t("申请", "Application")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "person", "enterprise"],
                condition=Q(state="draft", clerk=""),
                name="services_item_application_draft",
            ),
            models.UniqueConstraint(fields=["case"], name="services_item_application_case"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="services_item_application_mine"),
            models.Index(fields=["organisation", "-id"], name="services_item_application_org"),
            models.Index(fields=["item", "-id"], name="services_item_application_item"),
            models.Index(fields=["number"], name="services_item_application_no"),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.applicant}"

    def get_absolute_url(self) -> str:
        return f"/services/item/application/{self.pk}/"

    @property
    def needed(self) -> list[dict[str, Any]]:
        """The materials that the answers ask for, each with what was handed in or is held already."""
        from ..engine.facts import needed, settled

        return [
            {**settled(one, self.held.get("papers", {})), "document": self.materials.get(one["code"])}
            for one in needed(self.version.facts, {**self.data, **self.answers})
        ]
