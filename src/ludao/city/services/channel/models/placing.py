"""Which item stands on which channel: the item's own definition is read by its code, never copied."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import pick, t

PORTAL, PHONE, KIOSK, AWAY = "portal", "phone", "kiosk", "away"
CHANNELS = [
    (PORTAL, t("网上大厅", "Portal")),
    (PHONE, t("掌上办", "Phone")),
    (KIOSK, t("自助机", "Kiosk")),
    (AWAY, t("异地代办", "For other cities")),
]


class Placement(models.Model):
    """One item on one channel: guide, appointment and progress always, applying where the item can be applied for.

    Name, department and events are those of the item when it was published last: the lists find by them.
    """

    scope = Scope(organisation="organisation")
    code = models.CharField(t("事项编码", "Item"), max_length=80)
    channel = models.CharField(t("渠道", "Channel"), max_length=8, choices=CHANNELS)
    name_zh = models.CharField(t("事项名称", "Name"), max_length=200)
    name_en = models.CharField(t("英文名称", "English name"), max_length=200, blank=True)
    organisation = models.CharField(t("实施机构", "Organisation"), max_length=64, blank=True)
    department = models.CharField(t("部门", "Department"), max_length=120, blank=True)
    served = models.CharField(t("服务对象", "For"), max_length=10, blank=True)
    events = ArrayField(models.CharField(max_length=20), verbose_name=t("人生大事", "Life events"), default=list)
    is_online = models.BooleanField(t("可直接申请", "Apply here"), default=False)
    applied = models.PositiveIntegerField(t("申请量", "Applications"), default=0)
    is_on = models.BooleanField(t("在用", "In use"), default=True)
    placed_at = models.DateTimeField(t("上线时间", "Placed"), default=clock.now)

    class Meta:
        verbose_name = t("渠道事项", "Item on a channel")
        verbose_name_plural = t("渠道事项", "Items on channels")
        constraints = [models.UniqueConstraint(fields=["code", "channel"], name="services_channel_placed_once")]
        indexes = [
            models.Index(fields=["channel", "is_on", "-applied", "code"], name="services_channel_hot"),
            models.Index(fields=["channel", "is_on", "organisation", "code"], name="services_channel_owner"),
            models.Index(fields=["placed_at"], name="services_channel_placed"),
            grams.index("name_zh", "services_channel_name"),
            grams.index("code", "services_channel_code"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.get_channel_display()}"

    @property
    def title(self) -> str:
        return pick(self.name_zh, self.name_en or self.name_zh)

    @property
    def light(self) -> str:
        return "green" if self.is_on else "grey"
