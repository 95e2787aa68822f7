"""Where and who: the areas of the city by national code, and its organisations as a tree."""

from django.db import models

from ludao.base.rights import Scope
from ludao.base.text import pick, t

KINDS = [
    ("government", t("人民政府", "Government")), ("department", t("部门", "Department")),
    ("street", t("街道办事处、镇人民政府", "Street office or town government")),
    ("community", t("村（居）委会", "Community committee")), ("institution", t("事业单位", "Public institution")),
    ("company", t("企业", "Company")),
]


class Area(models.Model):
    """A district, street or community under its national code; a code's subtree is its prefix."""

    CITY, DISTRICT, STREET, COMMUNITY = "city", "district", "street", "community"
    scope = Scope(area="code")
    code = models.CharField(t("区划代码", "Area code"), primary_key=True, max_length=12)
    name = models.CharField(t("名称", "Name"), max_length=80)
    name_en = models.CharField(t("英文名称", "Name in English"), max_length=160, blank=True)
    level = models.CharField(
        t("级别", "Level"), max_length=10,
        choices=[(CITY, t("市", "City")), (DISTRICT, t("区", "District")), (STREET, t("镇街", "Street or town")),
                 (COMMUNITY, t("村居", "Community"))],
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=t("上级", "Part of")
    )
    polygon = models.JSONField(t("范围（GeoJSON，非法定界线）", "Outline (GeoJSON, no legal boundary)"), null=True,
                               blank=True)
    longitude = models.FloatField(t("中心经度", "Longitude of centre"), null=True, blank=True)
    latitude = models.FloatField(t("中心纬度", "Latitude of centre"), null=True, blank=True)

    class Meta:
        verbose_name = t("区划", "Area")
        ordering = ["code"]
        indexes = [models.Index(fields=["level", "code"])]

    def __str__(self) -> str:
        return pick(self.name, self.name_en or self.name)


class Organisation(models.Model):
    """A body that has posts: the city, its departments, districts, streets and communities, and what is under them."""

    scope = Scope(organisation="code", area="area_id")
    code = models.CharField(t("机构代码", "Organisation code"), primary_key=True, max_length=64)
    name = models.CharField(t("名称", "Name"), max_length=120)
    name_en = models.CharField(t("英文名称", "Name in English"), max_length=200, blank=True)
    short = models.CharField(t("简称", "Short name"), max_length=60, blank=True)
    kind = models.CharField(
        t("类别", "Kind"), max_length=16,
        choices=KINDS,
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=t("上级", "Under")
    )
    level = models.PositiveSmallIntegerField(t("层级", "Level"), default=1)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name=t("所辖区域", "Area"))
    is_active = models.BooleanField(t("在用", "Active"), default=True)

    class Meta:
        verbose_name = t("机构", "Organisation")
        ordering = ["code"]
        indexes = [models.Index(fields=["kind", "code"])]

    def __str__(self) -> str:
        return pick(self.name, self.name_en or self.name)


class TreeVersion(models.Model):
    """Counts the changes of the tree, so that every process knows when its copy is old."""

    kept = False
    scope = None
    number = models.BigIntegerField(default=0)
