"""A building of the city's model: where it stands, how high it is, which standard address it has."""

from django.db import models

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.place import public as place

DERIVED, IMPORTED = "derived", "imported"


class Building(models.Model):
    """One building: its footprint raised to its height (LoD1); with a roof in level pieces where its model is LoD2."""

    scope = Scope(area="area_id")
    kept = False
    code = models.CharField(t("建筑编码", "Building code"), primary_key=True, max_length=80)
    name = models.CharField(t("名称", "Name"), max_length=200)
    area_id = models.CharField(t("社区代码", "Community code"), max_length=12, blank=True)
    address_code = models.CharField(t("地址编码", "Address code"), max_length=40, blank=True, db_index=True)
    floors = models.IntegerField(t("层数", "Storeys"), null=True, blank=True)
    height_m = models.FloatField(t("高度（米）", "Height (m)"))
    longitude = models.FloatField(t("经度", "Longitude"))
    latitude = models.FloatField(t("纬度", "Latitude"))
    footprint = models.JSONField(t("底面（GeoJSON）", "Footprint (GeoJSON)"))
    roof = models.JSONField(t("屋顶", "Roof"), default=list, blank=True)
    attributes = models.JSONField(t("属性", "Attributes"), default=dict, blank=True)
    origin = models.CharField(
        t("来源", "Origin"),
        max_length=10,
        choices=[
            (DERIVED, t("由地址推算（演示）", "Derived from addresses (demonstration)")),
            (IMPORTED, t("导入模型", "Imported model")),
        ],
    )
    changed_at = models.DateTimeField(t("更新时间", "Changed"), default=clock.now)

    class Meta:
        verbose_name = t("建筑", "Building")
        verbose_name_plural = t("建筑", "Buildings")
        indexes = [
            models.Index(fields=["area_id", "code"], name="cim_building_area"),
            models.Index(fields=["height_m"], name="cim_building_height"),
            grams.index("name", "cim_building_name"),
        ]

    @property
    def area(self) -> str:
        """Where it stands, by name."""
        return place.names().get(self.area_id, self.area_id)

    def __str__(self) -> str:
        return self.name
