"""People with an account, the posts they hold and the enterprises they speak for."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from ludao.base import clock
from ludao.base.masks import mask
from ludao.base.rights import Scope
from ludao.base.text import pick, t
from ludao.blocks.identity import sealing
from ludao.blocks.identity.places import Area, Organisation


class People(BaseUserManager["Person"]):
    """Accounts are found by their user name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """One human being's account, citizen and staff alike; nobody stands above the rights."""

    REGISTERED, PHONE, NUMBER, COUNTER = 0, 1, 2, 3
    scope = Scope(person="pk")
    history_omits = ("password",)
    last_login = None
    subject = models.UUIDField(t("统一标识", "Subject"), default=uuid4, unique=True, editable=False)
    username = models.CharField(t("用户名", "User name"), max_length=40, unique=True)
    name = models.CharField(t("姓名", "Name"), max_length=80)
    name_en = models.CharField(t("英文姓名", "Name in English"), max_length=120, blank=True)
    email = models.EmailField(t("电子邮箱", "E-mail"), blank=True)
    assurance = models.PositiveSmallIntegerField(
        t("实名等级", "Assurance"), default=REGISTERED,
        choices=[(REGISTERED, t("已注册", "Registered")), (PHONE, t("手机已验证", "Phone verified")),
                 (NUMBER, t("证件号已核对", "Identity number checked")), (COUNTER, t("窗口已核验",
                                                                               "Verified at a counter"))],
    )
    phone_sealed = models.TextField(blank=True, editable=False)
    phone_digest = models.CharField(max_length=120, blank=True, editable=False, db_index=True)
    id_number_sealed = models.TextField(blank=True, editable=False)
    id_number_digest = models.CharField(max_length=120, blank=True, editable=False, db_index=True)
    is_active = models.BooleanField(t("在用", "Active"), default=True)
    created_at = models.DateTimeField(t("注册时间", "Registered"), auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = People()

    class Meta:
        verbose_name = t("人员", "Person")
        ordering = ["pk"]

    def __str__(self) -> str:
        return pick(self.name, self.name_en or self.name)

    def natural_key(self) -> tuple[str]:
        return (self.username,)

    def get_full_name(self) -> str:
        return str(self)

    @property
    def phone(self) -> str:
        """In the clear: for sending, never for showing."""
        return sealing.unseal(self.phone_sealed, "phone", self.subject)

    @phone.setter
    def phone(self, number: str) -> None:
        self.phone_sealed = sealing.seal(number, "phone", self.subject)
        self.phone_digest = sealing.digest(number, "phone")

    @property
    def id_number(self) -> str:
        return sealing.unseal(self.id_number_sealed, "id_number", self.subject)

    @id_number.setter
    def id_number(self, number: str) -> None:
        self.id_number_sealed = sealing.seal(number, "id_number", self.subject)
        self.id_number_digest = sealing.digest(number, "id_number")

    @property
    def phone_masked(self) -> str:
        return mask("phone", self.phone)

    @property
    def id_number_masked(self) -> str:
        return mask("id_number", self.id_number)

    def get_absolute_url(self) -> str:
        return f"/identity/person/{self.pk}/"


class Tenure(models.QuerySet[Any]):
    """Rows that hold from a day until a day."""

    def current(self, on: date | None = None) -> "Tenure":
        day = on or clock.today()
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


class Post(models.Model):
    """A person's place in an organisation: the hat under which they act, from a day until a day."""

    scope = Scope(organisation="organisation_id", area="area_id", person="person_id")
    person = models.ForeignKey(Person, models.PROTECT, related_name="posts", verbose_name=t("人员", "Person"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="posts", verbose_name=t("机构", "Organisation")
    )
    title = models.CharField(t("岗位", "Title"), max_length=80)
    title_en = models.CharField(t("岗位英文名", "Title in English"), max_length=120, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name=t("负责区域", "Area"))
    since = models.DateField(t("任职起", "From"), default=clock.today)
    until = models.DateField(t("任职止", "Until"), null=True, blank=True)
    objects = Tenure.as_manager()

    class Meta:
        verbose_name = t("岗位", "Post")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="identity_post_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.title_here}"

    @property
    def title_here(self) -> str:
        """The title in the reader's language."""
        return pick(self.title, self.title_en or self.title)

    @property
    def choice_label(self) -> str:
        """In a list to choose from: whose post it is, too."""
        return f"{self.person} · {self}"

    def is_current(self, on: date | None = None) -> bool:
        day = on or clock.today()
        return self.since <= day and (self.until is None or self.until >= day)


class Enterprise(models.Model):
    """A legal entity that acts in the city through the persons who hold its mandates."""

    scope = Scope(organisation="code", area="area_id")
    code = models.CharField(t("统一社会信用代码", "Unified social credit code"), primary_key=True, max_length=18)
    name = models.CharField(t("名称", "Name"), max_length=200)
    name_en = models.CharField(t("英文名称", "Name in English"), max_length=300, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name=t("所在区域", "Area"))
    is_active = models.BooleanField(t("存续", "In being"), default=True)

    class Meta:
        verbose_name = t("法人", "Enterprise")
        ordering = ["code"]

    def __str__(self) -> str:
        return pick(self.name, self.name_en or self.name)


class Mandate(models.Model):
    """One person's power to act for one enterprise, from a day until a day."""

    LEGAL, AGENT = "legal", "agent"
    scope = Scope(organisation="enterprise_id", person="person_id")
    person = models.ForeignKey(Person, models.PROTECT, related_name="mandates", verbose_name=t("人员", "Person"))
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="mandates", verbose_name=t("法人", "Enterprise")
    )
    kind = models.CharField(
        t("身份", "Kind"), max_length=10, default=AGENT,
        choices=[(LEGAL, t("法定代表人", "Legal representative")), (AGENT, t("经办人", "Agent"))],
    )
    granted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=t("授权人", "Granted by")
    )
    since = models.DateField(t("授权起", "From"), default=clock.today)
    until = models.DateField(t("授权止", "Until"), null=True, blank=True)
    objects = Tenure.as_manager()

    class Meta:
        verbose_name = t("法人授权", "Mandate")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.get_kind_display()}"

    def is_current(self, on: date | None = None) -> bool:
        day = on or clock.today()
        return self.since <= day and (self.until is None or self.until >= day)


def people_by_id_number(numbers: Collection[str]) -> dict[str, int]:
    """The accounts in use behind these id numbers, by number; those without an account are left out."""
    by_digest = {digest: number for number in numbers for digest in sealing.digests(number, "id_number")}
    found = Person.objects.filter(id_number_digest__in=by_digest, is_active=True, assurance__gte=Person.NUMBER)
    return {by_digest[digest]: pk for pk, digest in found.values_list("pk", "id_number_digest")}
