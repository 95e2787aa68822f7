"""Other cities: whom we agreed with, what we may receive for them, and each case that goes there or comes here."""

from typing import Any

from django.db import models
from django.db.models import Q

from ludao.base import clock, grams
from ludao.base.rights import Scope
from ludao.base.text import said_by, t
from ludao.blocks.identity.public import Person

WITHIN, ACROSS = "within", "across"


class Partner(models.Model):
    """Another city's platform: where it answers and by which keys it signs and reads."""

    scope = None
    code = models.SlugField(t("代码", "Code"), max_length=40, unique=True)
    own_code = models.SlugField(t("我方在对端的代码", "Our code there"), max_length=40)
    name = models.CharField(t("名称", "Name"), max_length=120)
    url = models.URLField(t("地址", "Address"), max_length=200)
    public_key = models.CharField(t("公钥", "Public key"), max_length=128)
    is_open = models.BooleanField(t("启用", "In use"), default=True)
    heard_at = models.DateTimeField(t("最近收到", "Last heard"), null=True, blank=True)
    error = models.CharField(t("最近错误", "Last error"), max_length=500, blank=True)

    class Meta:
        verbose_name = t("通办城市平台", "Partner city")
        verbose_name_plural = t("通办城市平台", "Partner cities")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def light(self) -> str:
        return "grey" if not self.is_open else "red" if self.error else "green" if self.heard_at else "amber"

    @property
    def light_word(self) -> str:
        return str(t("异常", "In trouble")) if self.light == "red" else ""


class Agreement(models.Model):
    """One city that services are agreed with, within the province or across: by which way, since when."""

    scope = None
    code = models.CharField(t("行政区划代码", "Area code"), max_length=6, unique=True)
    city = models.CharField(t("城市", "City"), max_length=60)
    province = models.CharField(t("省份", "Province"), max_length=60)
    reach = models.CharField(
        t("范围", "Reach"),
        max_length=6,
        choices=[(WITHIN, t("省内通办", "Within the province")), (ACROSS, t("跨省通办", "Across provinces"))],
    )
    way = models.CharField(
        t("方式", "Way"),
        max_length=8,
        default="collect",
        choices=[
            ("collect", t("异地代收代办", "Received for the other city")),
            ("online", t("全程网办", "Online throughout")),
            ("kiosk", t("自助机互通", "At each other's kiosks")),
        ],
    )
    since = models.DateField(t("签约日期", "Since"))
    until = models.DateField(t("到期日期", "Until"), null=True, blank=True)
    partner = models.ForeignKey(
        Partner,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=t("对接平台", "Platform"),
    )
    note = models.CharField(t("说明", "Note"), max_length=200, blank=True)

    class Meta:
        verbose_name = t("通办协议", "Agreement")
        verbose_name_plural = t("通办协议", "Agreements")
        ordering = ["code"]
        indexes = [grams.index("city", "services_channel_city")]

    def __str__(self) -> str:
        return f"{self.province}{self.city}"


class Offer(models.Model):
    """One item of a partner that we may receive for it, as the partner last told it."""

    scope = None
    kept = False
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="offers", verbose_name=t("城市", "City"))
    code = models.CharField(t("事项编码", "Item"), max_length=80)
    title = models.CharField(t("事项", "Item's name"), max_length=200)
    department = models.CharField(t("部门", "Department"), max_length=120, blank=True)
    promised_days = models.PositiveSmallIntegerField(t("承诺工作日", "Working days promised"), null=True, blank=True)
    materials = models.JSONField(t("材料", "Materials"), default=list)
    is_gone = models.BooleanField(t("已撤下", "Gone"), default=False)
    told_at = models.DateTimeField(t("更新时间", "Told at"), default=clock.now)

    class Meta:
        verbose_name = t("外地事项", "Item of another city")
        verbose_name_plural = t("外地事项", "Items of other cities")
        constraints = [models.UniqueConstraint(fields=["partner", "code"], name="services_channel_offer_once")]
        indexes = [grams.index("title", "services_channel_offer_title")]

    def __str__(self) -> str:
        return f"{self.title}（{self.partner}）"


class Relay(models.Model):
    """One case between two cities: received at a window there, decided by whom it belongs to here, or the reverse."""

    COLLECTED, SENT, RECEIVED, ACCEPTED, CORRECTION = "collected", "sent", "received", "accepted", "correction"
    REFUSED, FINISHED, RETURNED, HANDED, WITHDRAWN = "refused", "finished", "returned", "handed", "withdrawn"
    OVER = (REFUSED, HANDED, WITHDRAWN)
    scope = Scope(organisation="organisation", person="person_id")
    history_omits = ("sealed",)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="relays", verbose_name=t("城市", "City"))
    number = models.CharField(t("代办编号", "Number"), max_length=40, unique=True)
    is_out = models.BooleanField(t("我方代收", "Received for the other city"))
    code = models.CharField(t("事项编码", "Item"), max_length=80)
    title = models.CharField(t("事项", "Item's name"), max_length=200)
    organisation = models.CharField(t("经办单位", "Organisation"), max_length=64)
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=t("申请人账号", "Applicant's account"),
    )
    applicant = models.CharField(t("申请人", "Applicant"), max_length=80)
    sealed = models.TextField(blank=True)  # id number, phone, what was filled in
    state = models.CharField(
        t("状态", "State"),
        max_length=10,
        default=COLLECTED,
        choices=[
            (COLLECTED, t("已代收", "Received at the window")),
            (SENT, t("已转出", "Forwarded")),
            (RECEIVED, t("属地已收", "With the other city")),
            (ACCEPTED, t("已受理", "Accepted")),
            (CORRECTION, t("待补正", "To be corrected")),
            (REFUSED, t("不予受理", "Refused")),
            (FINISHED, t("已办结", "Decided")),
            (RETURNED, t("结果已返回", "Result returned")),
            (HANDED, t("已送达", "Handed out")),
            (WITHDRAWN, t("已撤回", "Withdrawn")),
        ],
    )
    words = models.CharField(t("最近说明", "Said last"), max_length=500, blank=True)
    due_on = models.DateField(t("承诺办结", "Promised by"), null=True, blank=True)
    case = models.BigIntegerField(t("办件", "Case"), null=True, blank=True, unique=True)  # of ours, where we decide
    opened_at = models.DateTimeField(t("代收时间", "Received"), default=clock.now)
    changed_at = models.DateTimeField(t("更新时间", "Changed"), default=clock.now)

    class Meta:
        verbose_name = t("通办件", "Case between cities")
        verbose_name_plural = t("通办件", "Cases between cities")
        indexes = [
            models.Index(fields=["is_out", "state", "-id"], name="services_channel_relay_state"),
            models.Index(fields=["organisation", "-id"], name="services_channel_relay_org"),
            models.Index(fields=["person", "-id"], name="services_channel_relay_mine"),
            models.Index(fields=["opened_at"], name="services_channel_relay_open"),
            grams.index("title", "services_channel_relay_title"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def lacks_case(self) -> bool:
        """It is ours to decide and waits in nobody's worklist: it came before such applications were cases."""
        return not self.is_out and self.case is None and self.state in (self.RECEIVED, self.ACCEPTED, self.CORRECTION)

    @property
    def light(self) -> str:
        if self.state in self.OVER:
            return "grey" if self.state != self.HANDED else "done"
        if self.due_on and self.due_on < clock.today() and self.state not in (self.FINISHED, self.RETURNED):
            return "red"
        return "amber" if self.state == self.CORRECTION else "green"

    @property
    def way(self) -> Any:
        return t("代收", "Received for") if self.is_out else t("代办", "Decided for")


class Step(models.Model):
    """One step of such a case, here or there, as both sides see it."""

    scope = Scope(organisation="relay__organisation")
    kept = False
    relay = models.ForeignKey(Relay, models.CASCADE, related_name="steps", verbose_name=t("通办件", "Case"))
    state = models.CharField(t("状态", "State"), max_length=10)
    words = models.CharField(t("说明", "Words"), max_length=500, blank=True)
    by = models.CharField(t("经办", "By"), max_length=120)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("办理经过", "Step")

    def __str__(self) -> str:
        return f"{self.relay.number} {self.state}"

    @property
    def state_words(self) -> Any:
        return dict(Relay._meta.get_field("state").choices or ()).get(self.state, self.state)


class Paper(models.Model):
    """One file of such a case: a material that goes there, or the result that comes back."""

    scope = Scope(organisation="relay__organisation")
    kept = False
    relay = models.ForeignKey(Relay, models.CASCADE, related_name="papers", verbose_name=t("通办件", "Case"))
    is_result = models.BooleanField(t("办理结果", "Result"), default=False)
    name = models.CharField(t("文件", "File"), max_length=200)
    digest = models.CharField(t("摘要", "Digest"), max_length=64)
    size = models.BigIntegerField(t("大小", "Size"))
    document = models.BigIntegerField(t("文件编号", "Document"), null=True, blank=True)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)

    class Meta:
        verbose_name = t("通办材料", "Paper")
        constraints = [
            models.UniqueConstraint(fields=["relay", "digest", "is_result"], name="services_channel_paper_once")
        ]

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """One signed message between two platforms: sent until acknowledged, taken once."""

    scope = None
    kept = False
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="letters", verbose_name=t("城市", "City"))
    relay = models.ForeignKey(
        Relay, models.CASCADE, null=True, blank=True, related_name="letters", verbose_name=t("通办件", "Case")
    )
    is_out = models.BooleanField(t("发出", "Outgoing"))
    letter_id = models.CharField(t("报文编号", "Letter"), max_length=40)
    kind = models.CharField(t("种类", "Kind"), max_length=12)
    said = models.JSONField(t("内容", "Content"), default=dict)  # nothing personal: that is put in when it is sent
    state = models.CharField(
        t("状态", "State"),
        max_length=8,
        default="waiting",
        choices=[("waiting", t("待发送", "To send")), ("done", t("完成", "Done")), ("parked", t("停放", "Parked"))],
    )
    tries = models.PositiveSmallIntegerField(t("次数", "Tries"), default=0)
    error = models.CharField(t("错误", "Error"), max_length=500, blank=True)
    at = models.DateTimeField(t("时间", "At"), default=clock.now)
    next_at = models.DateTimeField(t("下次发送", "Next try"), null=True, blank=True)
    done_at = models.DateTimeField(t("完成时间", "Done at"), null=True, blank=True)

    class Meta:
        verbose_name = t("通办报文", "Letter between cities")
        verbose_name_plural = t("通办报文", "Letters between cities")
        constraints = [
            models.UniqueConstraint(fields=["partner", "is_out", "letter_id"], name="services_channel_letter_one")
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="services_channel_letter_due", condition=Q(state="waiting", is_out=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.letter_id[:8]}"

    @property
    def light(self) -> str:
        return {"waiting": "amber", "done": "done", "parked": "red"}[self.state]

    light_word = said_by("state")
