"""What is kept of notices: each for one person, how it went out by each channel, and how a person wants to be told."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from ludao.base import clock, grams, sealed
from ludao.base.rights import Scope
from ludao.base.text import pick, t
from ludao.blocks.identity.public import Person

MAIL, SMS, WECHAT = "mail", "sms", "wechat"
CHANNELS = [(MAIL, t("邮件", "Mail")), (SMS, t("短信", "Text message")), (WECHAT, t("微信", "WeChat"))]


class Notice(models.Model):
    """One message to one person, in both languages, as it was said then."""

    UNREAD, READ = "unread", "read"
    scope = Scope(person="person_id")
    kept = False
    person = models.ForeignKey(Person, models.CASCADE, related_name="notices", verbose_name=t("收件人", "To"))
    key = models.CharField(t("模板", "Template"), max_length=120)
    once = models.CharField(max_length=120)  # the same key and `once` never reach a person twice
    title_zh = models.CharField(t("标题", "Title"), max_length=200)
    title_en = models.CharField(t("英文标题", "Title in English"), max_length=300)
    text_zh = models.TextField(t("内容", "Text"))
    text_en = models.TextField(t("英文内容", "Text in English"))
    short_zh = models.CharField(max_length=300, blank=True)
    short_en = models.CharField(max_length=500, blank=True)
    about = models.CharField(t("去处", "Leads to"), max_length=300, blank=True)
    sender = models.CharField(t("发出者", "From"), max_length=200, blank=True)
    is_urgent = models.BooleanField(t("紧急", "Urgent"), default=False)
    state = models.CharField(t("状态", "State"), max_length=6, default=UNREAD,
                             choices=[(UNREAD, t("未读", "Unread")), (READ, t("已读", "Read"))])
    sent_at = models.DateTimeField(t("时间", "When"), default=clock.now)
    read_at = models.DateTimeField(t("阅读时间", "Read at"), null=True, blank=True)

    class Meta:
        verbose_name = t("消息", "Notice")
        verbose_name_plural = t("消息", "Notices")
        constraints = [models.UniqueConstraint(fields=["person", "key", "once"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_person"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(state="unread")),
            grams.index("title_zh", "notice_title_zh"), grams.index("text_zh", "notice_text_zh"),
            grams.index("title_en", "notice_title_en"),
        ]

    def __str__(self) -> str:
        return pick(self.title_zh, self.title_en)

    @property
    def title(self) -> str:
        return str(self)

    @property
    def text(self) -> str:
        return pick(self.text_zh, self.text_en)

    @property
    def short(self) -> str:
        """For a telephone's screen."""
        return pick(self.short_zh or self.text_zh, self.short_en or self.text_en)


class Sending(models.Model):
    """How one notice goes out by one channel: waits, held for the digest, sent, delivered, or parked."""

    WAITING, HELD, SENT, DELIVERED, PARKED, DISCARDED = "waiting", "held", "sent", "delivered", "parked", "discarded"
    scope = Scope(person="notice__person_id")
    kept = False
    token = models.UUIDField(default=uuid4, unique=True, editable=False)  # the gateway knows a repeated sending by it
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="sendings", verbose_name=t("消息", "Notice"))
    key = models.CharField(t("模板", "Template"), max_length=120)
    channel = models.CharField(t("渠道", "Channel"), max_length=8, choices=CHANNELS)
    state = models.CharField(
        t("状态", "State"), max_length=10, default=WAITING,
        choices=[(WAITING, t("待发", "Waiting")), (HELD, t("待汇总", "Held for the digest")),
                 (SENT, t("已发出", "Sent")), (DELIVERED, t("已送达", "Delivered")), (PARKED, t("停放", "Parked")),
                 (DISCARDED, t("弃置", "Discarded"))],
    )
    tries = models.SmallIntegerField(t("次数", "Tries"), default=0)
    error = models.CharField(t("错误", "Error"), max_length=500, blank=True)
    receipt = models.CharField(t("网关编号", "Gateway's number"), max_length=120, blank=True)
    made_at = models.DateTimeField(t("提出时间", "Made"), default=clock.now)
    due_at = models.DateTimeField(t("发出不早于", "Not before"), default=clock.now)
    sent_at = models.DateTimeField(t("发出时间", "Sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(t("送达时间", "Delivered"), null=True, blank=True)

    class Meta:
        verbose_name = t("消息发送", "Sending")
        verbose_name_plural = t("消息发送", "Sendings")
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="notice_sending_once")]
        indexes = [
            models.Index(fields=["state", "-id"], name="notice_sending_state"),
            models.Index(fields=["due_at"], name="notice_sending_held", condition=Q(state="held")),
            models.Index(fields=["receipt"], name="notice_sending_receipt", condition=~Q(receipt="")),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.get_channel_display()} #{self.pk}"


class Preference(models.Model):
    """How one person wants to be told. In the app one is always told; urgent notices know no quiet hours."""

    NONE, DAILY = "none", "daily"
    scope = Scope(person="person_id")
    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="notice_preference")
    mail = models.BooleanField(t("邮件", "Mail"), default=True)
    sms = models.BooleanField(t("短信", "Text messages"), default=True)
    wechat = models.BooleanField(t("微信", "WeChat"), default=True)
    digest = models.CharField(t("邮件汇总", "Digest of mails"), max_length=6, default=NONE,
                              choices=[(NONE, t("逐条发送", "One by one")), (DAILY, t("每天一封", "One a day"))])
    quiet_from = models.TimeField(t("免打扰起", "Quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(t("免打扰止", "Quiet until"), null=True, blank=True)

    class Meta:
        verbose_name = t("消息偏好", "Preference")

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        return "/notice/preferences/"


class Binding(models.Model):
    """A person's address in a channel that identity does not know: the openid of WeChat, sealed."""

    scope = Scope(person="person_id")
    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="wechat_binding")
    sealed = models.TextField()
    bound_at = models.DateTimeField(t("绑定时间", "Bound"), default=clock.now)

    class Meta:
        verbose_name = t("微信绑定", "WeChat binding")

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        return "/notice/preferences/"

    @property
    def openid(self) -> str:
        return str(sealed.unseal(self.sealed, "notice.wechat"))
