"""A person's own pages: who I am here, my devices, my second factor, my hats, what I let in, how I like to see it."""

import io
from typing import Any

import qrcode
import qrcode.image.svg
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from ludao.base import actions
from ludao.base.text import t
from ludao.blocks.identity import once
from ludao.blocks.identity.access import login_of
from ludao.blocks.identity.asking import ask, next_of
from ludao.blocks.identity.doors import remember
from ludao.blocks.identity.models import Consent, Login, Mandate, Message, Person, Post
from ludao.blocks.identity.shell import hats

ACCOUNT = "/identity/account/"
LOGINS_SHOWN = 30


@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Who I am in this city, and everything I may set about it."""
    person = _me(request)
    has_totp = TOTPDevice.objects.filter(user=person, confirmed=True).exists()
    return render(request, "identity/account.html", {
        "title": t("我的账户", "My account"), "person": person, "facts": _facts(person), "has_totp": has_totp,
        "posts": Post.objects.current().filter(person=person).select_related("organisation"),
        "mandates": Mandate.objects.current().filter(person=person).select_related("enterprise"),
        "backup_left": StaticToken.objects.filter(device__user=person).count(),
        "open_logins": Login.objects.filter(person=person, ended_at=None).count(),
        "consents": Consent.objects.filter(person=person, revoked_at=None).count(),
        "inbox": Message.objects.filter(person=person)[:5],
    })


def _facts(person: Person) -> list[dict[str, Any]]:
    return [
        {"title": t("姓名", "Name"), "value": str(person)},
        {"title": t("用户名", "User name"), "value": person.username, "kind": "code"},
        {"title": t("实名等级", "Assurance"), "value": person.get_assurance_display()},
        {"title": t("手机号码", "Phone number"), "value": person.phone_masked},
        {"title": t("证件号", "Identity number"), "value": person.id_number_masked},
        {"title": t("电子邮箱", "E-mail"), "value": person.email},
        {"title": t("注册时间", "Registered"), "value": person.created_at, "kind": "moment"},
    ]


@never_cache
def devices(request: HttpRequest) -> HttpResponse:
    """Where I am logged in now, and from where I was before."""
    person, here = _me(request), login_of(request)
    if request.method == "POST":
        others = [str(login.pk) for login in Login.objects.filter(person=person, ended_at=None) if login != here]
        keys = others if "others" in request.POST else request.POST.getlist("login")
        if keys:
            actions.get("identity.end_logins").call(request.actor, {"logins": keys})
        messages.success(request, t("已退出所选设备", "Those devices are logged out"))
        return redirect("/identity/account/devices/")
    logins = Login.objects.filter(person=person)
    return render(request, "identity/devices.html", {
        "title": t("登录设备", "Devices"), "here": here, "here_words": t("当前设备", "This one"),
        "crumbs": _crumbs(t("登录设备", "Devices")),
        "open": logins.filter(ended_at=None), "past": logins.exclude(ended_at=None)[:LOGINS_SHOWN],
    })


@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    def then(person: Person, form: Form) -> HttpResponse:
        return _stay(request, person)

    return ask(request, "identity.change_password", then, back_url=ACCOUNT,
               lead=t("修改后，其他设备会退出，授权过的应用要重新登录。",
                      "Other devices are logged out, and applications must ask again."))


def _stay(request: HttpRequest, person: Person) -> HttpResponse:
    """All sessions ended with the old password; this browser goes on in a new one."""
    from ludao.blocks.identity.doors import let_in

    request.session.flush()
    messages.success(request, t("口令已修改", "Your password is changed"))
    return let_in(request, person, "password")


@never_cache
@sensitive_post_parameters()
def begin_totp(request: HttpRequest) -> HttpResponse:
    return ask(request, "identity.begin_totp", lambda _url, _form: redirect("/identity/account/totp/code/"),
               title=t("设置动态码", "Set up one-time codes"), back_url=ACCOUNT,
               lead=t("登录时除口令外再填一个手机上的动态码，口令泄露也进不来。请先确认是您本人。",
                      "Log-in then asks for a code from your phone as well. First show that it is you."))


@never_cache
def confirm_totp(request: HttpRequest) -> HttpResponse:
    """The secret as a picture to scan and as letters to type; then the backup codes, once."""
    device = TOTPDevice.objects.filter(user=request.user, confirmed=False).first()
    if device is None:
        return redirect("/identity/account/totp/")

    def then(codes: list[str], form: Form) -> HttpResponse:
        return once.show(request, "backup", {"codes": codes})

    return ask(request, "identity.confirm_totp", then, template="identity/totp.html",
               picture=picture(device.config_url),
               secret=_grouped(device), submit=t("启用", "Turn on"))


@never_cache
@sensitive_post_parameters()
def renew_backup_codes(request: HttpRequest) -> HttpResponse:
    return ask(request, "identity.renew_backup_codes", lambda codes, _: once.show(request, "backup", {"codes": codes}),
               lead=t("旧的备用码随即作废。", "The old backup codes end at once."))


@sensitive_post_parameters()
def drop_totp(request: HttpRequest) -> HttpResponse:
    def then(person: Person, form: Form) -> HttpResponse:
        messages.success(request, t("动态码已停用", "One-time codes are off"))
        return redirect(ACCOUNT)

    return ask(request, "identity.drop_totp", then,
               lead=t("停用后只凭口令即可登录。", "Afterwards the password alone lets you in."))


def _grouped(device: TOTPDevice) -> str:
    import base64

    plain = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(plain[i : i + 4] for i in range(0, len(plain), 4))


def picture(text: str) -> SafeString:
    """A QR code as SVG, without any style that the content policy would refuse."""
    image = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, box_size=12, border=2)
    out = io.BytesIO()
    image.save(out)
    svg = out.getvalue().decode()
    return mark_safe(svg[svg.index("<svg") :])


@sensitive_post_parameters()
def phone(request: HttpRequest) -> HttpResponse:
    return ask(request, "identity.give_phone", lambda _p, _f: redirect("/identity/account/phone/code/"),
               submit=t("发送验证码", "Send a code"))


def phone_code(request: HttpRequest) -> HttpResponse:
    def then(person: Person, form: Form) -> HttpResponse:
        messages.success(request, t("手机已验证", "Your phone is verified"))
        return redirect(ACCOUNT)

    return ask(request, "identity.confirm_phone", then,
               lead=t("验证码已发出，10分钟内有效。", "The code is on its way, good for ten minutes."),
               links=[{"title": t("换号码或重新发送", "Another number, or send again"),
                       "url": "/identity/account/phone/"}])


@sensitive_post_parameters()
def prove(request: HttpRequest) -> HttpResponse:
    def then(person: Person, form: Form) -> HttpResponse:
        messages.success(request, t("证件号已核对", "Your identity number is checked"))
        return redirect(ACCOUNT)

    return ask(request, "identity.prove", then, submit=t("核对", "Check"),
               lead=t("证件号加密保存，页面上只显示首尾几位。", "It is kept sealed; pages show only its ends."))


@never_cache
def change_hat(request: HttpRequest) -> HttpResponse:
    """Choose under which post, or for which enterprise, to act from now on."""
    login = login_of(request)
    if login is None:
        raise Http404
    if request.method == "POST":
        kind, _, key = request.POST.get("post", "").partition("-")
        chosen = {kind: int(key)} if kind in ("post", "mandate") and key.isdigit() else {}
        worn = actions.get("identity.wear").call(request.actor, {"login": login.pk, **chosen})
        hat = str(worn.mandate or worn.post or _me(request))
        messages.success(request, t(f"现在的身份：{hat}", f"You now act as: {hat}"))
        return redirect(next_of(request, "/desk/"))
    return render(request, "identity/hats.html", {
        "title": t("换一个身份办事", "Act under another hat"), "hats": hats(_me(request), login),
        "next": next_of(request, ""),
        "crumbs": _crumbs(t("身份", "Hats")),
    })


def applications(request: HttpRequest) -> HttpResponse:
    """Other systems that know me by this account."""
    person = _me(request)
    if request.method == "POST":
        actions.get("identity.shut_out").call(request.actor, {"consent": request.POST.get("consent", "")})
        messages.success(request, t("授权已撤回", "The application is shut out"))
        return redirect("/identity/account/applications/")
    return render(request, "identity/applications.html", {
        "title": t("我授权的应用", "Applications I let in"), "crumbs": _crumbs(t("授权的应用", "Applications")),
        "consents": Consent.objects.filter(person=person),
    })


def preferences(request: HttpRequest) -> HttpResponse:
    """Language, light or dark, size of type; for strangers too, by cookies alone."""
    if request.method != "POST":
        return render(request, "identity/preferences.html", {"title": t("显示设置", "Display settings")})
    allowed = {"language": ("zh-hans", "en"), "theme": ("auto", "light", "dark"), "type": ("normal", "large")}
    chosen = {name: request.POST[name] for name, values in allowed.items() if request.POST.get(name) in values}
    if chosen and request.actor.person:
        actions.get("identity.prefer").call(request.actor, chosen)
    wanted = next_of(request, "/identity/preferences/")
    answer = HttpResponse(status=204) if request.headers.get("HX-Request") else redirect(wanted)
    remember(answer, chosen)
    return answer


def sent_messages(request: HttpRequest) -> HttpResponse:
    """For the operator: what was sent in the last days. Words are shown only of messages to invented numbers."""
    return render(request, "identity/messages.html", {
        "title": t("已发消息", "Messages sent"), "inbox": Message.objects.select_related("person")[:100],
    })


def _me(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def _crumbs(title: str) -> list[dict[str, Any]]:
    return [{"title": t("我的账户", "My account"), "url": ACCOUNT}, {"title": title, "url": ""}]


