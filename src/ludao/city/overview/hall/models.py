"""An exhibition and its scenes, and the screens that show one."""

from datetime import timedelta

from django.db import models

from ludao.base import clock
from ludao.base.rights import Scope
from ludao.base.text import pick, t

HOURS = 12  # a pairing code holds for a day's opening


class Show(models.Model):
    """An exhibition: scenes in their order, run by themselves."""

    scope = None
    title = models.CharField(t("名称", "Title"), max_length=80)
    title_en = models.CharField(t("英文名称", "Title in English"), max_length=160, blank=True)
    note = models.CharField(t("说明", "Note"), max_length=300, blank=True)
    changed_at = models.DateTimeField(t("更新时间", "Changed"), default=clock.now)

    class Meta:
        verbose_name = t("展览", "Exhibition")
        verbose_name_plural = t("展览", "Exhibitions")

    def __str__(self) -> str:
        return pick(self.title, self.title_en or self.title)


class Scene(models.Model):
    """One scene: a wall of the house, how long it stays, what is said under it in both languages."""

    scope = None
    show = models.ForeignKey(Show, models.CASCADE, related_name="scenes", verbose_name=t("展览", "Exhibition"))
    order = models.IntegerField(t("次序", "Order"))
    title = models.CharField(t("标题", "Title"), max_length=80)
    title_en = models.CharField(t("英文标题", "Title in English"), max_length=160)
    caption = models.CharField(t("解说", "Caption"), max_length=400, blank=True)
    caption_en = models.CharField(t("英文解说", "Caption in English"), max_length=800, blank=True)
    wall = models.CharField(t("大屏地址", "The wall's address"), max_length=200)
    seconds = models.IntegerField(t("停留秒数", "Seconds"), default=40)

    class Meta:
        verbose_name = t("场景", "Scene")
        verbose_name_plural = t("场景", "Scenes")
        ordering = ["show", "order", "pk"]
        indexes = [models.Index(fields=["show", "order"], name="hall_scene_order")]

    def __str__(self) -> str:
        return pick(self.title, self.title_en)


class Screen(models.Model):
    """A wall that shows an exhibition, under a code by which a phone steers it."""

    scope = Scope(person="opened_by")
    kept = False
    code = models.CharField(t("配对码", "Pairing code"), max_length=6, unique=True)
    show = models.ForeignKey(Show, models.CASCADE, related_name="screens", verbose_name=t("展览", "Exhibition"))
    anchor = models.IntegerField(default=0)  # the scene at whose beginning it stood …
    anchored_at = models.DateTimeField(default=clock.now)  # … at this moment
    is_playing = models.BooleanField(t("播放中", "Playing"), default=True)
    language = models.CharField(
        t("语言", "Language"),
        max_length=4,
        default="both",
        choices=[("both", t("中英双语", "Both")), ("zh", t("中文", "Chinese")), ("en", t("英文", "English"))],
    )
    opened_by = models.CharField(t("打开人", "Opened by"), max_length=20)
    opened_at = models.DateTimeField(t("打开时间", "Opened"), default=clock.now)

    class Meta:
        verbose_name = t("屏幕", "Screen")
        verbose_name_plural = t("屏幕", "Screens")

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return clock.now() - self.opened_at < timedelta(hours=HOURS)
