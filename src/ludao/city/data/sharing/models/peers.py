"""The peers: another platform (the province, a district) with which catalogues, requests and data are exchanged."""

from django.db import models

from ludao.base import clock, grams
from ludao.base.text import pick, said_by, said_of_light, t

from .grants import Grant


class Peer(models.Model):
    """Another platform: where it answers, the key that its letters are signed with, how it stands above or below us."""

    scope = None
    code = models.SlugField(t("平台代码", "Code"), max_length=40, unique=True)
    own_code = models.SlugField(t("本平台在对端的代码", "Our code there"), max_length=40)
    name = models.CharField(t("平台名称", "Name"), max_length=120)
    place = models.CharField(
        t("级别", "Place"),
        max_length=8,
        choices=[
            ("above", t("上级平台", "Above us")),
            ("below", t("下级平台", "Below us")),
            ("beside", t("同级平台", "Beside us")),
        ],
    )
    url = models.URLField(t("地址", "Address"), max_length=200)
    public_key = models.TextField(t("公钥", "Public key"))
    is_open = models.BooleanField(t("启用", "In use"), default=True)
    heard_at = models.DateTimeField(t("最近收到", "Last heard"), null=True, blank=True)
    error = models.TextField(t("最近错误", "Last error"), blank=True)

    class Meta:
        verbose_name = t("级联平台", "Peer")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def light(self) -> str:
        return "grey" if not self.is_open else "red" if self.error else "green" if self.heard_at else "amber"

    light_word = said_of_light(
        grey=t("已停用", "Out of use"), red=t("联络受阻", "Unreachable"), green=t("畅通", "In touch"),
        amber=t("尚未联通", "Not heard yet"))


class Letter(models.Model):
    """One signed message to or from a peer; taken once, sent until it is acknowledged."""

    scope = None
    peer = models.ForeignKey(Peer, models.CASCADE, related_name="letters", verbose_name=t("平台", "Peer"))
    is_out = models.BooleanField(t("发出", "Outgoing"))
    letter_id = models.CharField(t("报文编号", "Letter id"), max_length=40)
    kind = models.CharField(
        t("种类", "Kind"),
        max_length=20,
        choices=[
            ("catalogue", t("目录", "Catalogue")),
            ("application", t("申请", "Application")),
            ("decision", t("审核结果", "Decision")),
            ("withdrawal", t("撤回", "Withdrawal")),
            ("revocation", t("撤销", "Revocation")),
            ("parcel", t("数据回流", "Data returned")),
            ("receipt", t("回流回执", "Receipt")),
        ],
    )
    body = models.JSONField(t("内容", "Body"))
    signature = models.TextField(t("签名", "Signature"), blank=True)
    state = models.CharField(
        t("状态", "State"),
        max_length=8,
        default="waiting",
        choices=[("waiting", t("待发送", "To send")), ("done", t("完成", "Done")), ("parked", t("停放", "Parked"))],
    )
    tries = models.PositiveSmallIntegerField(t("次数", "Tries"), default=0)
    error = models.TextField(t("错误", "Error"), blank=True)
    about = models.CharField(t("事由", "About"), max_length=200, blank=True)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)
    next_at = models.DateTimeField(t("下次发送", "Next try"), null=True, blank=True)
    done_at = models.DateTimeField(t("完成时间", "Done"), null=True, blank=True)

    class Meta:
        verbose_name = t("级联报文", "Letter")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["peer", "is_out", "letter_id"], name="data_sharing_letter_once")]
        indexes = [
            models.Index(fields=["state", "next_at"], name="data_sharing_letter_state"),
            models.Index(fields=["at"], name="data_sharing_letter_at"),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id[:12]} {self.about}"

    light_word = said_by("state")

    @property
    def light(self) -> str:
        return {"waiting": "amber", "done": "done", "parked": "red"}[self.state]


class Offer(models.Model):
    """An entry of a peer's catalogue, as it told us; can be asked for."""

    scope = None
    peer = models.ForeignKey(Peer, models.CASCADE, related_name="offers", verbose_name=t("平台", "Peer"))
    address = models.CharField(t("数据集", "Dataset"), max_length=120)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    owner = models.CharField(t("数源单位", "Owner"), max_length=120, blank=True)
    contract = models.JSONField(t("约定", "Contract"))
    is_gone = models.BooleanField(t("已撤下", "Withdrawn"), default=False)
    at = models.DateTimeField(t("更新时间", "Updated"), default=clock.now)

    class Meta:
        verbose_name = t("对端目录", "Entry of a peer")
        ordering = ["address"]
        constraints = [models.UniqueConstraint(fields=["peer", "address"], name="data_sharing_offer_once")]
        indexes = [
            grams.index("title_zh", "data_sharing_offer_title"),
            grams.index("address", "data_sharing_offer_address"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return pick(self.title_zh, self.title_en or self.title_zh)

    @property
    def columns(self) -> list[str]:
        return list(self.contract.get("columns", {}))


class Parcel(models.Model):
    """Data that a peer returns to us for a request of ours: fetched part by part, checked, loaded."""

    scope = None
    peer = models.ForeignKey(Peer, models.CASCADE, related_name="parcels", verbose_name=t("平台", "Peer"))
    application = models.ForeignKey(
        "data_sharing.Application", models.PROTECT, related_name="parcels", verbose_name=t("申请", "Application")
    )
    grant = models.ForeignKey(Grant, models.SET_NULL, null=True, related_name="+")
    number = models.CharField(t("对端授权编号", "Grant there"), max_length=40)
    version = models.BigIntegerField(t("版本", "Version"))
    parts = models.JSONField(t("文件", "Files"))  # [{name, rows, size, sm3, fetched}]
    target = models.CharField(t("装入", "Loaded into"), max_length=120)
    state = models.CharField(
        t("状态", "State"),
        max_length=8,
        default="waiting",
        choices=[
            ("waiting", t("待取回", "To fetch")),
            ("done", t("已装载", "Loaded")),
            ("parked", t("停放", "Parked")),
        ],
    )
    rows = models.BigIntegerField(t("行数", "Rows"), default=0)
    error = models.TextField(t("错误", "Error"), blank=True)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)
    done_at = models.DateTimeField(t("装载时间", "Loaded at"), null=True, blank=True)

    class Meta:
        verbose_name = t("数据回流", "Data returned")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["peer", "number", "version"], name="data_sharing_parcel_once")]

    def __str__(self) -> str:
        return f"{self.target} v{self.version}"

    light_word = said_by("state")

    @property
    def light(self) -> str:
        return {"waiting": "amber", "done": "done", "parked": "red"}[self.state]
