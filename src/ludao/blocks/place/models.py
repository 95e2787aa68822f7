"""What is kept of places: outlines of areas, standard addresses, officers' own layers with their features."""

from django.db import models

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import pick, t
from ludao.blocks.identity.public import Organisation
from ludao.blocks.place.declared import KINDS


class Outline(models.Model):
    """Where an area lies: GeoJSON in WGS 84 / CGCS2000, and a point inside it."""

    scope = Scope(area="code")
    kept = False
    code = models.CharField(t("区划代码", "Area code"), primary_key=True, max_length=12)
    level = models.CharField(t("级别", "Level"), max_length=10)
    name = models.CharField(t("名称", "Name"), max_length=80)
    name_en = models.CharField(t("英文名称", "Name in English"), max_length=160, blank=True)
    geometry = models.JSONField(t("范围", "Outline"))
    longitude = models.FloatField(t("经度", "Longitude"))
    latitude = models.FloatField(t("纬度", "Latitude"))
    source = models.CharField(t("来源", "Source"), max_length=120)

    class Meta:
        verbose_name = t("区划范围", "Outline of an area")
        verbose_name_plural = t("区划范围", "Outlines of areas")
        indexes = [models.Index(fields=["level", "code"], name="place_outline_level")]

    def __str__(self) -> str:
        return pick(self.name, self.name_en or self.name)


class Address(models.Model):
    """A standard address: one house number and where it stands."""

    scope = Scope(area="area_id")
    kept = False
    code = models.CharField(t("地址编码", "Address code"), primary_key=True, max_length=40)
    full_name = models.CharField(t("标准地址", "Standard address"), max_length=200)
    road = models.CharField(t("道路", "Road"), max_length=80)
    number = models.IntegerField(t("门牌号", "House number"), null=True)
    area_id = models.CharField(t("社区代码", "Community code"), max_length=12)
    longitude = models.FloatField(t("经度", "Longitude"))
    latitude = models.FloatField(t("纬度", "Latitude"))
    cell = models.BigIntegerField(t("网格（H3 11级）", "H3 cell, resolution 11"), db_index=True)

    class Meta:
        verbose_name = t("标准地址", "Standard address")
        verbose_name_plural = t("标准地址", "Standard addresses")
        indexes = [
            models.Index(fields=["road", "number"], name="place_address_road"),
            models.Index(fields=["area_id"], name="place_address_area"),
            models.Index(fields=["full_name"], name="place_address_name"),
            grams.index("full_name", "place_address_grams"),
        ]

    def __str__(self) -> str:
        return self.full_name


class Register(models.Model):
    """Which versions of the departments' tables the addresses and outlines were gathered from."""

    kept = False
    scope = None
    name = models.CharField(primary_key=True, max_length=20)
    versions = models.JSONField(default=dict)
    rows = models.IntegerField(default=0)
    gathered_at = models.DateTimeField(default=clock.now)


class Layer(models.Model):
    """A layer of an officer's own: drawn or imported here, or set over a dataset."""

    IN_USE, WITHDRAWN = "in_use", "withdrawn"
    scope = Scope(organisation="owner_id")
    name = models.CharField(t("名称", "Name"), max_length=80)
    name_en = models.CharField(t("英文名称", "Name in English"), max_length=160, blank=True)
    kind = models.CharField(t("类型", "Kind"), max_length=10, choices=list(KINDS.items()), default="shapes")
    dataset = models.CharField(t("数据集", "Dataset"), max_length=120, blank=True)
    said = models.JSONField(t("设置", "Settings"), default=dict, blank=True)
    note = models.CharField(t("说明", "Note"), max_length=300, blank=True)
    owner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=t("所属单位", "Organisation"),
    )
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=IN_USE,
        choices=[(IN_USE, t("在用", "In use")), (WITHDRAWN, t("停用", "Withdrawn"))],
    )
    features_count = models.IntegerField(t("要素数", "Features"), default=0)
    version = models.IntegerField(t("版本", "Version"), default=1)
    made_at = models.DateTimeField(t("建立时间", "Made"), default=clock.now)
    changed_at = models.DateTimeField(t("更改时间", "Changed"), default=clock.now)
    by = models.CharField(t("编辑人", "Edited by"), max_length=80, blank=True)

    class Meta:
        verbose_name = t("图层", "Layer")
        verbose_name_plural = t("图层", "Layers")
        indexes = [
            models.Index(fields=["state", "-id"], name="place_layer_state"),
            grams.index("name", "place_layer_name"),
        ]

    def __str__(self) -> str:
        return pick(self.name, self.name_en or self.name)


class Feature(models.Model):
    """One thing of a drawn or imported layer; its outline is GeoJSON in WGS 84."""

    scope = Scope(organisation="layer__owner_id")
    layer = models.ForeignKey(Layer, models.CASCADE, related_name="features", verbose_name=t("图层", "Layer"))
    name = models.CharField(t("名称", "Name"), max_length=200)
    geometry = models.JSONField(t("几何（GeoJSON）", "Geometry (GeoJSON)"))
    properties = models.JSONField(t("属性", "Properties"), default=dict, blank=True)
    at = models.DateTimeField(t("时间", "When"), null=True, blank=True)

    class Meta:
        verbose_name = t("要素", "Feature")
        verbose_name_plural = t("要素", "Features")
        indexes = [
            models.Index(fields=["layer", "id"], name="place_feature_layer"),
            grams.index("name", "place_feature_name"),
        ]

    def __str__(self) -> str:
        return self.name
