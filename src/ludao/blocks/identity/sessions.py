"""Log-ins with the device they came from, what a person prefers to see, and the codes sent to them."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.timezone import localtime
from oauth2_provider.models import Application

from ludao.base.rights import Scope
from ludao.base.text import t
from ludao.blocks.identity import sealing
from ludao.blocks.identity.people import Mandate, Person, Post

# In this order: each of them also claims to be the later ones.
BROWSERS = {"MicroMessenger": "WeChat", "Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = ("HarmonyOS", "Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")


class Login(models.Model):
    """One session of one person: its device, the hat worn in it, and how it ended."""

    kept = False
    scope = Scope(person="person_id")
    person = models.ForeignKey(Person, models.CASCADE, related_name="logins", verbose_name=t("人员", "Person"))
    session_key = models.CharField(max_length=40, db_index=True, editable=False)
    device = models.CharField(t("设备编号", "Device id"), max_length=32, blank=True)
    is_new_device = models.BooleanField(t("新设备", "New device"), default=False)
    agent = models.CharField(t("设备", "Device"), max_length=300, blank=True)
    ip = models.GenericIPAddressField(t("网络地址", "Address"), null=True, blank=True)
    means = models.CharField(
        t("方式", "Means"), max_length=10, default="password",
        choices=[("password", t("口令", "Password")), ("totp", t("口令与动态码", "Password and code")),
                 ("backup", t("口令与备用码", "Password and backup code"))],
    )
    post = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, verbose_name=t("岗位", "Post"))
    mandate = models.ForeignKey(Mandate, models.SET_NULL, null=True, blank=True, verbose_name=t("法人授权", "Mandate"))
    started_at = models.DateTimeField(t("登录时间", "Logged in"), auto_now_add=True)
    seen_at = models.DateTimeField(t("最近活动", "Last seen"), auto_now_add=True)
    ended_at = models.DateTimeField(t("结束时间", "Ended"), null=True, blank=True)
    ended_how = models.CharField(
        t("结束方式", "How it ended"), max_length=10, blank=True,
        choices=[("logout", t("本人退出", "Logged out")), ("remote", t("远程退出", "Logged out remotely")),
                 ("password", t("口令已更改", "Password changed")), ("expired", t("已过期", "Expired"))],
    )

    class Meta:
        verbose_name = t("登录记录", "Log-in")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["person", "-id"]), models.Index(fields=["person", "device"])]

    def __str__(self) -> str:
        return f"{self.person} {localtime(self.started_at):%Y-%m-%d %H:%M}"

    @property
    def device_words(self) -> str:
        """The browser and the system, as their first letters tell: Chrome · Windows."""
        browser = next((word for word in BROWSERS if word in self.agent), "")
        system = next((word for word in SYSTEMS if word in self.agent), "")
        named = " · ".join(word.rstrip("/") for word in (BROWSERS.get(browser, ""), system) if word)
        return named or self.agent[:40] or str(t("未知设备", "Unknown device"))


class Preference(models.Model):
    """How one person likes to see the city: language, theme, size of type."""

    scope = Scope(person="person_id")
    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="preference")
    language = models.CharField(
        t("语言", "Language"), max_length=10, default="zh-hans", choices=[("zh-hans", "中文"), ("en", "English")]
    )
    theme = models.CharField(
        t("明暗", "Theme"), max_length=8, default="auto",
        choices=[("auto", t("随系统", "As the system")), ("light", t("明", "Light")), ("dark", t("暗", "Dark"))],
    )
    type = models.CharField(
        t("字号", "Type size"), max_length=8, default="normal",
        choices=[("normal", t("标准", "Normal")), ("large", t("大字", "Large"))],
    )

    class Meta:
        verbose_name = t("偏好", "Preference")

    def __str__(self) -> str:
        return str(self.person)


class Code(models.Model):
    """A code sent to a person for one purpose; only its digest is kept. `about` is what it will confirm, sealed."""

    kept = False
    scope = Scope(person="person_id")
    person = models.ForeignKey(Person, models.CASCADE, related_name="codes")
    purpose = models.CharField(
        max_length=10, choices=[("recover", t("找回口令", "Recover")), ("phone", t("验证手机", "Verify phone"))]
    )
    digest = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = t("验证码", "Code")
        indexes = [models.Index(fields=["person", "purpose", "-id"])]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.person}"


class Client(Application):  # type: ignore[misc]
    """An application of others, registered to log people in with their city account."""

    scope = None

    class Meta:
        proxy = True
        verbose_name = t("接入应用", "Application")

    def get_absolute_url(self) -> str:
        return f"/identity/client/{self.pk}/"


class Consent(models.Model):
    """A person let another system know who they are: which system, how much, since when."""

    scope = Scope(person="person_id")
    person = models.ForeignKey(Person, models.CASCADE, related_name="consents", verbose_name=t("人员", "Person"))
    client = models.CharField(t("应用编号", "Client id"), max_length=100)
    client_name = models.CharField(t("应用", "Application"), max_length=255)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=t("范围", "What it learns"))
    given_at = models.DateTimeField(t("同意时间", "Given"), auto_now_add=True)
    revoked_at = models.DateTimeField(t("撤回时间", "Withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = t("授权登录", "Consent")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["person", "client"])]

    def __str__(self) -> str:
        return self.client_name

    @property
    def words(self) -> list[Any]:
        """What it learns, in words."""
        known: dict[str, Any] = dict(settings.OAUTH2_PROVIDER["SCOPES"])  # type: ignore[call-overload]
        return [known.get(scope, scope) for scope in self.scopes]


class Message(models.Model):
    """A message to one person inside the city's pages, sealed; what carries codes until there are notices."""

    kept = False
    scope = Scope(person="person_id")
    person = models.ForeignKey(Person, models.CASCADE, related_name="messages", verbose_name=t("人员", "Person"))
    event = models.BigIntegerField(unique=True)
    sealed = models.TextField()
    is_to_invented = models.BooleanField(default=False)  # to a number of the demonstration city, which nobody has
    sent_at = models.DateTimeField(t("时间", "When"), auto_now_add=True)
    expires_at = models.DateTimeField(t("有效期至", "Expires"), null=True, blank=True)

    class Meta:
        verbose_name = t("站内消息", "Message")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.person} {localtime(self.sent_at):%Y-%m-%d %H:%M}"

    @property
    def text(self) -> str:
        """What was sent, in the clear."""
        return sealing.unseal(self.sealed, "message", self.person_id)
