"""How editors composed the themes: each change is an edition of its own, and any of them can come back."""

from django.db import models
from django.db.models import Q

from ludao.base import clock
from ludao.base.text import pick, t


class Edition(models.Model):
    """One composition of one theme: title, order, layers, what stands around the map, whether it is shown."""

    scope = None
    theme = models.CharField(t("专题", "Theme"), max_length=40)
    number = models.IntegerField(t("版本", "Edition"))
    title = models.CharField(t("标题", "Title"), max_length=40)
    title_en = models.CharField(t("英文标题", "Title in English"), max_length=80, blank=True)
    order = models.IntegerField(t("次序", "Order"), default=0)
    layers = models.JSONField(t("图层", "Layers"), default=list)
    # Figures, charts, lists and story as composed; {} where they stand as shipped.
    parts = models.JSONField(t("内容", "Parts"), default=dict, blank=True)
    is_hidden = models.BooleanField(t("隐藏", "Hidden"), default=False)
    is_current = models.BooleanField(t("现行", "Current"), default=True)
    by = models.CharField(t("编辑人", "Edited by"), max_length=80, blank=True)
    at = models.DateTimeField(t("时间", "When"), default=clock.now)

    class Meta:
        verbose_name = t("专题版本", "Edition of a theme")
        verbose_name_plural = t("专题版本", "Editions of themes")
        constraints = [
            models.UniqueConstraint(fields=["theme", "number"], name="overview_map_edition_once"),
            models.UniqueConstraint(fields=["theme"], condition=Q(is_current=True), name="overview_map_current_once"),
        ]

    def __str__(self) -> str:
        return f"{pick(self.title, self.title_en or self.title)} {self.number}"
