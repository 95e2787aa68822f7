"""The catalogue: items in versions, the terms they are found by, and the files they were imported from."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import pick, said_by, t
from ludao.blocks.identity.public import Organisation

# The national kinds of administrative powers and services, with the figure that item codes carry.
KINDS = [
    ("permit", t("行政许可", "Administrative permit")),
    ("grant", t("行政给付", "Administrative payment")),
    ("check", t("行政检查", "Administrative inspection")),
    ("confirm", t("行政确认", "Administrative confirmation")),
    ("reward", t("行政奖励", "Administrative reward")),
    ("ruling", t("行政裁决", "Administrative ruling")),
    ("other", t("其他行政权力", "Other administrative power")),
    ("service", t("公共服务", "Public service")),
]
FIGURES = {
    "01": "permit",
    "05": "grant",
    "06": "check",
    "07": "confirm",
    "08": "reward",
    "09": "ruling",
    "10": "other",
    "20": "service",
}
OBJECTS = [
    ("person", t("个人", "Persons")),
    ("enterprise", t("企业和组织", "Enterprises and bodies")),
    ("both", t("个人和企业", "Persons and enterprises")),
]


class Item(models.Model):
    """One item that the city offers: what the list shows, and the version that is in force."""

    DRAFT, PUBLISHED, RETIRED = "draft", "published", "retired"
    scope = Scope(organisation="organisation_id")
    code = models.CharField(t("事项编码", "Code"), max_length=80, unique=True)
    name_zh = models.CharField(t("事项名称", "Name"), max_length=200)
    name_en = models.CharField(t("英文名称", "English name"), max_length=200, blank=True)
    basic = models.CharField(t("基本目录主项", "Item of the basic catalogue"), max_length=200, blank=True)
    kind = models.CharField(t("事项类型", "Kind"), max_length=10, choices=KINDS)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=t("实施机构", "Organisation")
    )
    department = models.CharField(t("来源部门", "Department as printed"), max_length=120, blank=True)
    object = models.CharField(t("服务对象", "For"), max_length=10, choices=OBJECTS, default="both")
    events = ArrayField(models.CharField(max_length=20), verbose_name=t("人生大事", "Life events"), default=list)
    said = models.TextField(t("群众的说法", "What people say"), blank=True)
    legal_days = models.PositiveSmallIntegerField(t("法定时限", "Legal days"), null=True, blank=True)
    promised_days = models.PositiveSmallIntegerField(t("承诺时限", "Promised days"), null=True, blank=True)
    is_online = models.BooleanField(t("可网上申请", "Online"), default=False)
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=DRAFT,
        choices=[
            (DRAFT, t("草稿", "Draft")),
            (PUBLISHED, t("已发布", "Published")),
            (RETIRED, t("已取消", "Retired")),
        ],
    )
    parts = models.PositiveSmallIntegerField(t("联办事项数", "Items joined"), default=0, editable=False)
    number = models.PositiveSmallIntegerField(t("版本", "Version"), default=0)
    origin = models.CharField(t("来源", "Origin"), max_length=200, blank=True)
    applied = models.PositiveIntegerField(t("申请量", "Applications"), default=0)
    changed_at = models.DateTimeField(t("更新时间", "Changed"), default=clock.now)

    class Meta:
        verbose_name = t("政务服务事项", "Service item")
        indexes = [
            models.Index(fields=["state", "organisation", "code"], name="services_item_owner"),
            models.Index(fields=["state", "-applied"], name="services_item_hot"),
            models.Index(fields=["changed_at"], name="services_item_changed"),
            models.Index(fields=["organisation", "-id"], name="services_item_org"),
            models.Index(fields=["is_online", "code"], condition=Q(is_online=True), name="services_item_online"),
            models.Index(fields=["code"], condition=Q(parts__gt=0), name="services_item_joint"),
            grams.index("name_zh", "services_item_name"),
            grams.index("code", "services_item_code"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/services/item/item/{self.pk}/"

    @property
    def title(self) -> str:
        return pick(self.name_zh, self.name_en or self.name_zh)

    @property
    def guide_url(self) -> str:
        return f"/services/item/guide/{self.code}/"

    @property
    def light(self) -> str:
        return {"draft": "amber", "published": "green", "retired": "grey"}[self.state]

    light_word = said_by("state")


class Version(models.Model):
    """What an item says for a time: its facts as one document, drawn up, published, replaced by the next."""

    DRAFT, PUBLISHED, PAST = "draft", "published", "past"
    scope = Scope(organisation="item__organisation_id")
    item = models.ForeignKey(Item, models.CASCADE, related_name="versions", verbose_name=t("事项", "Item"))
    number = models.PositiveSmallIntegerField(t("版本", "Version"))
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=DRAFT,
        choices=[
            (DRAFT, t("编制中", "Being drawn up")),
            (PUBLISHED, t("现行", "In force")),
            (PAST, t("历史", "Past")),
        ],
    )
    facts = models.JSONField(t("要素", "Facts"), default=dict)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    note = models.CharField(t("修订说明", "What changed"), max_length=200, blank=True)
    by = models.CharField(t("编制人", "By"), max_length=80, blank=True)
    made_at = models.DateTimeField(t("编制时间", "Made"), default=clock.now)
    published_at = models.DateTimeField(t("发布时间", "Published"), null=True, blank=True)

    class Meta:
        verbose_name = t("事项版本", "Version of an item")
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="services_item_version_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="published"), name="services_item_version_in_force"
            ),
            models.UniqueConstraint(fields=["item"], condition=Q(state="draft"), name="services_item_version_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.item} v{self.number}"

    def get_absolute_url(self) -> str:
        return f"/services/item/version/{self.pk}/"

    def fact(self, name: str, default: Any = "") -> Any:
        return self.facts.get(name) or default


class Term(models.Model):
    """One word (or sound) an item is found by, and how much it says of it; made anew whenever the item changes."""

    scope = None
    kept = False
    item = models.ForeignKey(Item, models.CASCADE, related_name="terms")
    word = models.CharField(max_length=40)
    weight = models.FloatField()

    class Meta:
        verbose_name = t("检索词", "Term")
        constraints = [models.UniqueConstraint(fields=["word", "item"], name="services_item_term_once")]


class Import(models.Model):
    """One file of items that was read: what became of its rows."""

    scope = Scope(organisation="organisation_id")
    name = models.CharField(t("文件", "File"), max_length=200)
    digest = models.CharField(t("摘要", "Digest"), max_length=64)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=t("归属机构", "Organisation")
    )
    rows = models.PositiveIntegerField(t("行数", "Rows"), default=0)
    made = models.PositiveIntegerField(t("新增", "New"), default=0)
    changed = models.PositiveIntegerField(t("更新", "Changed"), default=0)
    same = models.PositiveIntegerField(t("未变", "Same"), default=0)
    bad = models.PositiveIntegerField(t("有误", "Refused"), default=0)
    by = models.CharField(t("导入人", "By"), max_length=80)
    at = models.DateTimeField(t("导入时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("事项导入", "Import")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/services/item/import/{self.pk}/"


class ImportRow(models.Model):
    """What became of one row of the file; a refused one with its reason and what it said."""

    scope = Scope(organisation="run__organisation_id")
    kept = False
    run = models.ForeignKey(Import, models.CASCADE, related_name="lines", verbose_name=t("导入", "Import"))
    line = models.PositiveIntegerField(t("行号", "Line"))
    code = models.CharField(t("编码", "Code"), max_length=200, blank=True)
    name = models.CharField(t("名称", "Name"), max_length=300, blank=True)
    outcome = models.CharField(
        t("结果", "Outcome"),
        max_length=8,
        choices=[
            ("made", t("新增", "New")),
            ("changed", t("更新", "Changed")),
            ("same", t("未变", "Same")),
            ("bad", t("有误", "Refused")),
        ],
    )
    reason = models.CharField(t("原因", "Reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = t("导入行", "Row of an import")
        indexes = [models.Index(fields=["run", "outcome", "line"], name="services_item_row")]

    def __str__(self) -> str:
        return f"{self.line} {self.name}"
