"""Other halls (the province above, cities beside): signed letters to and from them, and what each side has told."""

from django.db import models

from ludao.base import clock, grams
from ludao.base.text import said_by, t


class Hall(models.Model):
    """Another hall that items and cases are exchanged with: where it answers, by which key it signs."""

    scope = None
    code = models.SlugField(t("代码", "Code"), max_length=40, unique=True)
    own_code = models.SlugField(t("本厅在对端的代码", "Our code there"), max_length=40)
    name = models.CharField(t("名称", "Name"), max_length=120)
    place = models.CharField(
        t("级别", "Place"),
        max_length=8,
        choices=[
            ("above", t("省级", "Above us")),
            ("beside", t("同级", "Beside us")),
            ("below", t("下级", "Below us")),
        ],
    )
    url = models.URLField(t("地址", "Address"), max_length=200)
    public_key = models.CharField(t("公钥", "Public key"), max_length=128)
    is_open = models.BooleanField(t("启用", "In use"), default=True)
    heard_at = models.DateTimeField(t("最近收到", "Last heard"), null=True, blank=True)
    error = models.CharField(t("最近错误", "Last error"), max_length=500, blank=True)

    class Meta:
        verbose_name = t("对接大厅", "Hall we are linked with")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def light(self) -> str:
        return "grey" if not self.is_open else "red" if self.error else "green" if self.heard_at else "amber"

    @property
    def light_word(self) -> str:
        return str(t("异常", "In trouble")) if self.light == "red" else ""


class Letter(models.Model):
    """One signed message; taken once, sent until it is acknowledged."""

    scope = None
    kept = False
    hall = models.ForeignKey(Hall, models.CASCADE, related_name="letters", verbose_name=t("大厅", "Hall"))
    is_out = models.BooleanField(t("发出", "Outgoing"))
    letter_id = models.CharField(t("报文编号", "Letter"), max_length=40)
    kind = models.CharField(
        t("种类", "Kind"),
        max_length=10,
        choices=[("items", t("事项", "Items")), ("cases", t("办件", "Cases"))],
    )
    body = models.JSONField(t("内容", "Body"))
    state = models.CharField(
        t("状态", "State"),
        max_length=8,
        default="waiting",
        choices=[
            ("waiting", t("待发送", "To send")),
            ("done", t("完成", "Done")),
            ("parked", t("停放", "Parked")),
        ],
    )
    rows = models.PositiveIntegerField(t("条数", "Rows"), default=0)
    refused = models.JSONField(t("对端退回", "Refused there"), default=list)
    tries = models.PositiveSmallIntegerField(t("次数", "Tries"), default=0)
    error = models.CharField(t("错误", "Error"), max_length=500, blank=True)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)
    next_at = models.DateTimeField(t("下次发送", "Next try"), null=True, blank=True)
    done_at = models.DateTimeField(t("完成时间", "Done"), null=True, blank=True)

    class Meta:
        verbose_name = t("对接报文", "Letter")
        constraints = [models.UniqueConstraint(fields=["hall", "is_out", "letter_id"], name="services_item_letter_one")]
        indexes = [models.Index(fields=["state", "next_at"], name="services_item_letter_due")]

    def __str__(self) -> str:
        return self.letter_id[:12]

    @property
    def light(self) -> str:
        return {"waiting": "amber", "done": "done", "parked": "red"}[self.state]

    light_word = said_by("state")


class Record(models.Model):
    """One item or case as the two sides know it: what was sent or taken, by its digest, for reconciliation."""

    scope = None
    kept = False
    hall = models.ForeignKey(Hall, models.CASCADE, related_name="records", verbose_name=t("大厅", "Hall"))
    is_out = models.BooleanField(t("本厅报出", "Sent by us"))
    kind = models.CharField(
        t("种类", "Kind"), max_length=10, choices=[("item", t("事项", "Item")), ("case", t("办件", "Case"))]
    )
    key = models.CharField(t("编号", "Key"), max_length=120)
    title = models.CharField(t("名称", "Title"), max_length=200)
    body = models.JSONField(t("内容", "Body"), default=dict)
    digest = models.CharField(t("摘要", "Digest"), max_length=64)
    known = models.CharField(t("对端摘要", "Digest there"), max_length=64, blank=True)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)
    checked_at = models.DateTimeField(t("对账时间", "Reconciled"), null=True, blank=True)

    class Meta:
        verbose_name = t("对接台账", "Exchanged record")
        constraints = [
            models.UniqueConstraint(fields=["hall", "is_out", "kind", "key"], name="services_item_record_one")
        ]
        indexes = [grams.index("title", "services_item_record_title")]

    def __str__(self) -> str:
        return self.title

    @property
    def light(self) -> str:
        if not self.checked_at:
            return "grey"
        return "green" if self.known == self.digest else "red"
