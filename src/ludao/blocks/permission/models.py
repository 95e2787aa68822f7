"""What permission keeps: roles that posts hold, rights lent and asked for on time, and duties kept apart."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from ludao.base import clock
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.identity.public import Area, Organisation, Person, Post
from ludao.blocks.permission.titles import given_roles, right_title, role_title


class Timed(models.QuerySet[Any]):
    """Rows that hold from a moment until a moment, which is no longer part of it."""

    def current(self, at: datetime | None = None) -> Self:
        moment = at or clock.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=moment), starts_at__lte=moment)


class Holdings(Timed):
    """Roles of posts; those that count are approved and not merely there to be asked for."""

    def standing(self, at: datetime | None = None) -> Self:
        return self.current(at).filter(is_on_request=False).exclude(approved_at=None)


class Span(models.Model):
    """How far and how long: what a holding and a delegation have in common."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=t("机构范围", "Organisations from"),
        help_text=t("含下级；空为不限", "With all below; empty is no limit"),
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=t("区域范围", "Areas from"), help_text=t("含下级；空为不限", "With all below; empty is no limit"),
    )
    starts_at = models.DateTimeField(t("生效时间", "From"))
    reason = models.CharField(t("事由", "Reason"), max_length=200)
    reminded_at = models.DateTimeField(t("提醒时间", "Reminded"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def limits(self) -> str:
        """How far it reaches, in words."""
        named = [str(limit) for limit in (self.organisation, self.area) if limit]
        return " · ".join(named) if named else str(t("不限范围", "Everywhere"))


class Holding(Span):
    """A post has a role, over a subtree of organisations and of areas, from a moment until a moment."""

    scope = Scope(organisation="organisation_id", area="area_id", person="post__person_id")
    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings", verbose_name=t("岗位", "Post"))
    role = models.CharField(t("角色", "Role"), max_length=60, choices=given_roles)
    ends_at = models.DateTimeField(t("失效时间", "Until"), null=True, blank=True)
    is_on_request = models.BooleanField(
        t("仅可提权使用", "Only on request"), default=False,
        help_text=t("平时不生效，须经提权", "Of no effect until the person elevates the session"),
    )
    given_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("授权人", "Given by")
    )
    given_at = models.DateTimeField(t("授权时间", "Given"), auto_now_add=True)
    approved_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("审批人", "Approved by")
    )
    approved_at = models.DateTimeField(t("审批时间", "Approved"), null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("收回人", "Ended by")
    )
    ended_why = models.CharField(t("收回事由", "Why it ended"), max_length=200, blank=True)
    objects = Holdings.as_manager()

    class Meta:
        verbose_name = t("授权", "Holding")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="permission_holding_times"
            ),
            ExclusionConstraint(
                name="permission_holding_once",
                expressions=[
                    (F("post"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (Coalesce(F("organisation"), Value("")), RangeOperators.EQUAL),
                    (Coalesce(F("area"), Value("")), RangeOperators.EQUAL),
                    (Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()),
                     RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["role", "post"]), models.Index(fields=["ends_at"]),
                   models.Index(fields=["organisation", "-id"]), models.Index(fields=["post", "-id"])]

    def __str__(self) -> str:
        return f"{self.post.person} · {role_title(self.role)}"

    def get_absolute_url(self) -> str:
        return f"/permission/holding/{self.pk}/"

    @property
    def state(self) -> str:
        now = clock.now()
        if self.ends_at and self.ends_at <= now:
            return str(t("已收回", "Withdrawn") if self.ended_why else t("已到期", "Expired"))
        if self.approved_at is None:
            return str(t("待审批", "Waits for approval"))
        if self.starts_at > now:
            return str(t("未生效", "Not yet"))
        return str(t("可提权", "On request") if self.is_on_request else t("生效中", "In force"))


    def holds_at(self, at: datetime) -> bool:
        """Whether it is in force: exactly from its start and no longer at its end."""
        return self.approved_at is not None and self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


class Delegation(Span):
    """A holder lends a role, or one right of it, to another post for a time; never further than he has it."""

    scope = Scope(organisation="post__organisation_id", person="given_by_id")
    holding = models.ForeignKey(
        Holding, models.PROTECT, related_name="delegations", verbose_name=t("所依授权", "Lent from")
    )
    right = models.CharField(t("权限", "Right"), max_length=120, blank=True,
                             help_text=t("空为整个角色", "Empty is the whole role"))
    post = models.ForeignKey(Post, models.PROTECT, related_name="delegations", verbose_name=t("受托岗位", "Lent to"))
    ends_at = models.DateTimeField(t("失效时间", "Until"))
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=t("委托人", "Lender"))
    given_at = models.DateTimeField(t("委托时间", "Lent"), auto_now_add=True)
    ended_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("终止人", "Ended by")
    )
    objects = Timed.as_manager()

    class Meta:
        verbose_name = t("委托", "Delegation")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="permission_delegation_times")
        ]
        indexes = [models.Index(fields=["post", "ends_at"]), models.Index(fields=["ends_at"])]

    def __str__(self) -> str:
        return f"{self.given_by} → {self.post.person} · {self.what}"

    def get_absolute_url(self) -> str:
        return f"/permission/delegation/{self.pk}/"

    @property
    def what(self) -> str:
        return right_title(self.right) if self.right else role_title(self.holding.role)


    @property
    def state(self) -> str:
        now = clock.now()
        if self.ends_at <= now:
            return str(t("已终止", "Ended early") if self.ended_by_id else t("已到期", "Expired"))
        return str(t("未生效", "Not yet") if self.starts_at > now else t("生效中", "In force"))


class Elevation(models.Model):
    """A session lifted for some hours to a role that is held on request only: with a reason, and on record."""

    scope = Scope(organisation="holding__post__organisation_id", person="person_id")
    holding = models.ForeignKey(
        Holding, models.PROTECT, related_name="elevations", verbose_name=t("所依授权", "Raised to")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="elevations", verbose_name=t("人员", "Person"))
    reason = models.CharField(t("事由", "Reason"), max_length=200)
    means = models.CharField(
        t("核验方式", "Confirmed by"), max_length=10,
        choices=[("password", t("口令", "Password")), ("totp", t("动态码", "One-time code"))],
    )
    starts_at = models.DateTimeField(t("开始时间", "From"))
    ends_at = models.DateTimeField(t("结束时间", "Until"))
    ended_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("终止人", "Ended by")
    )
    objects = Timed.as_manager()

    class Meta:
        verbose_name = t("提权", "Elevation")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="permission_elevation_times")
        ]
        indexes = [models.Index(fields=["person", "ends_at"]), models.Index(fields=["holding", "ends_at"])]

    def __str__(self) -> str:
        return f"{self.person} · {role_title(self.holding.role)}"

    def get_absolute_url(self) -> str:
        return f"/permission/elevation/{self.pk}/"

    @property
    def state(self) -> str:
        if self.ends_at <= clock.now():
            return str(t("已终止", "Ended early") if self.ended_by_id else t("已到期", "Expired"))
        return str(t("提权中", "Elevated"))


class Separation(models.Model):
    """Two rights that one person may not both use on the same thing, beyond what the manifests keep apart."""

    scope = None
    one = models.CharField(t("权限甲", "One right"), max_length=120)
    other = models.CharField(t("权限乙", "Other right"), max_length=120)
    reason = models.CharField(t("事由", "Reason"), max_length=200)
    set_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("设定人", "Set by")
    )
    set_at = models.DateTimeField(t("设定时间", "Set"), auto_now_add=True)
    ended_at = models.DateTimeField(t("取消时间", "Dropped"), null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("取消人", "Dropped by")
    )

    class Meta:
        verbose_name = t("职责分离", "Separation of duties")
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other"], condition=Q(ended_at=None), name="permission_separation_once"
            ),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="permission_separation_order"),
        ]

    def __str__(self) -> str:
        return f"{right_title(self.one)} × {right_title(self.other)}"

    def get_absolute_url(self) -> str:
        return f"/permission/separation/{self.pk}/"

    @property
    def one_name(self) -> str:
        return right_title(self.one)

    @property
    def other_name(self) -> str:
        return right_title(self.other)


class Import(models.Model):
    """One file of grants that was read: how many rows became holdings, and which were refused."""

    scope = Scope(person="read_by_id")
    file_name = models.CharField(t("文件", "File"), max_length=200)
    read_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("导入人", "Read by")
    )
    read_at = models.DateTimeField(t("导入时间", "Read"), auto_now_add=True)
    granted = models.PositiveIntegerField(t("已授权", "Granted"), default=0)
    refused = models.PositiveIntegerField(t("未通过", "Refused"), default=0)

    class Meta:
        verbose_name = t("批量授权", "Import of grants")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return f"/permission/import/{self.pk}/"


class RefusedRow(models.Model):
    """A row of such a file that was not taken, as it came, with its reason."""

    scope = Scope(person="batch__read_by_id")
    batch = models.ForeignKey(Import, models.CASCADE, related_name="refused_rows", verbose_name=t("批次", "Import"))
    line = models.PositiveIntegerField(t("行号", "Line"))
    row = models.JSONField(t("原文", "As it came"))
    reason = models.CharField(t("原因", "Reason"), max_length=400)

    class Meta:
        verbose_name = t("未通过行", "Refused row")

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class Attempt(models.Model):
    """A failed confirmation before an elevation; kept outside the transaction that it undid."""

    kept = False
    scope = None
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "at"])]
