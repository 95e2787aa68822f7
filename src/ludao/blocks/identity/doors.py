"""The doors: log in with one factor or two, log out, register, and get back in after a forgotten password."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import devices_for_user
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from ludao.base import clock
from ludao.base.requests import LANGUAGE_COOKIE
from ludao.base.text import t
from ludao.blocks.identity.access import login_of
from ludao.blocks.identity.asking import ask, card, hidden_next, next_of, with_next
from ludao.blocks.identity.models import Person, Preference
from ludao.blocks.identity.returning import allow_return
from ludao.blocks.identity.watching import arriving

BACKEND = "ludao.blocks.identity.public.PersonBackend"
DEVICE_COOKIE, DEVICE_AGE = "ludao_device", 2 * 365 * 86400
HALFWAY, HALFWAY_LIVES = "identity_halfway", timedelta(minutes=5)
DESK, PORTAL = "/desk/", "/"
PREFERENCE_AGE = 365 * 86400


class PasswordForm(forms.Form):
    username = forms.CharField(label=t("用户名", "User name"), max_length=40, widget=forms.TextInput(
        attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}))
    password = forms.CharField(label=t("口令", "Password"), strip=False, max_length=256, widget=forms.PasswordInput(
        attrs={"autocomplete": "current-password"}))


class TokenForm(forms.Form):
    token = forms.CharField(label=t("动态码或备用码", "One-time code or backup code"), max_length=16,
                            widget=forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}))


@never_cache
@sensitive_post_parameters("password")
def enter(request: HttpRequest) -> HttpResponse:
    """The password. Whoever has a second factor is asked for it next."""
    if request.user.is_authenticated:
        return redirect(next_of(request, DESK))
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"].strip().lower()
        person = authenticate(request, username=name, password=form.cleaned_data["password"])
        if isinstance(person, Person):
            if TOTPDevice.objects.filter(user=person, confirmed=True).exists():
                request.session[HALFWAY] = {"person": person.pk, "at": clock.now().isoformat()}
                return redirect(with_next("/identity/login/code/", next_of(request, "")))
            return let_in(request, person, "password")
        form.add_error(None, t("用户名或口令不对", "The user name or the password is wrong"))
    answer = card(
        request, form, title=t("登录", "Log in"), submit=t("登录", "Log in"), hidden=hidden_next(request),
        links=[{"title": t("注册账号", "Register"), "url": with_next("/identity/register/", next_of(request, ""))},
               {"title": t("忘记口令", "Forgot your password?"), "url": "/identity/recover/"}],
    )
    return allow_return(answer, next_of(request, ""))


@never_cache
@sensitive_post_parameters("token")
def enter_code(request: HttpRequest) -> HttpResponse:
    """The second factor; a device that failed often makes the person wait longer each time."""
    person = _halfway(request)
    if person is None:
        messages.info(request, t("请重新登录", "Please log in again"))
        return redirect(with_next(settings.LOGIN_URL, next_of(request, "")))
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = _device_with(person, form.cleaned_data["token"].replace(" ", "").replace("-", "").lower())
        if device:
            return let_in(request, person, "totp" if isinstance(device, TOTPDevice) else "backup", device)
        form.add_error("token", t("动态码不对，或试得太快，请用最新的一个再试",
                                  "Wrong, or tried too fast: take the newest code and try again"))
    answer = card(
        request, form, title=t("动态码", "One-time code"), submit=t("登录", "Log in"), hidden=hidden_next(request),
        lead=t("打开手机上的验证器应用，填写六位动态码；手机不在身边时用备用码。",
               "Open the authenticator app on your phone; without the phone, use a backup code."),
        links=[{"title": t("换一个账号", "Use another account"), "url": "/identity/logout/"}],
    )
    return allow_return(answer, next_of(request, ""))


def _halfway(request: HttpRequest) -> Person | None:
    """Who has given the right password some minutes ago."""
    kept = request.session.get(HALFWAY)
    if not kept or clock.now() - datetime.fromisoformat(kept["at"]) > HALFWAY_LIVES:
        return None
    return Person.objects.filter(pk=kept["person"], is_active=True).first()


def _device_with(person: Person, token: str) -> Any:
    """The device that gives this token. Each is tried in a transaction, so that no code serves twice."""
    for device in devices_for_user(person, confirmed=True):
        is_totp = isinstance(device, TOTPDevice)
        if is_totp == (token.isdigit() and len(token) == 6):
            with transaction.atomic():
                fresh = type(device).objects.select_for_update().get(pk=device.pk)
                if fresh.verify_is_allowed()[0] and fresh.verify_token(token):
                    return fresh
    return None


def let_in(request: HttpRequest, person: Person, means: str, device: Any = None) -> HttpResponse:
    """Open the session (its signals note the log-in) and send the person on with the looks they prefer."""
    mark = request.COOKIES.get(DEVICE_COOKIE, "")
    device_mark = mark if len(mark) == 32 and mark.isalnum() else secrets.token_hex(16)
    arriving(request, device_mark, means)
    with transaction.atomic():
        login(request, person, backend=BACKEND)
        if device:
            otp_login(request, device)
    request.session.pop(HALFWAY, None)
    opened = login_of(request)
    answer = redirect(next_of(request, DESK if opened and opened.post else PORTAL))
    answer.set_cookie(DEVICE_COOKIE, device_mark, max_age=DEVICE_AGE, httponly=True, samesite="Lax",
                      secure=settings.SESSION_COOKIE_SECURE)
    preference = Preference.objects.filter(person=person).first()
    if preference:
        remember(answer, {"language": preference.language, "theme": preference.theme, "type": preference.type})
    return answer


def remember(answer: HttpResponse, chosen: dict[str, str]) -> None:
    """Looks are kept in cookies, so that the server writes them before anything is painted."""
    names = {"language": LANGUAGE_COOKIE, "theme": "ludao_theme", "type": "ludao_type"}
    for name, value in chosen.items():
        answer.set_cookie(names[name], value, max_age=PREFERENCE_AGE, samesite="Lax",
                          secure=settings.SESSION_COOKIE_SECURE)


@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" or not request.user.is_authenticated:
        logout(request)
        return redirect(next_of(request, settings.LOGOUT_REDIRECT_URL))
    return card(request, None, title=t("退出登录？", "Log out?"),
                submit=t("退出登录", "Log out"), links=[{"title": t("返回", "Back"), "url": DESK}])


@sensitive_post_parameters("password")
def register(request: HttpRequest) -> HttpResponse:
    def then(person: Person, form: forms.Form) -> HttpResponse:
        messages.success(request, t(f"欢迎您，{person.name}", f"Welcome, {person.name}"))
        return let_in(request, person, "password")

    return ask(
        request, "identity.register", then, submit=t("注册", "Register"), hidden=hidden_next(request),
        lead=t("一个账号办所有的事。办事需要实名时再核对身份。",
               "One account for everything. Your identity is checked when something needs it."),
        links=[{"title": t("已有账号，去登录", "I have an account"), "url": with_next(settings.LOGIN_URL,
                                                                              next_of(request, ""))}],
    )


def recover(request: HttpRequest) -> HttpResponse:
    def then(_: None, form: forms.Form) -> HttpResponse:
        request.session["identity_recovering"] = form.cleaned_data["username"]
        return redirect("/identity/recover/code/")

    return ask(
        request, "identity.recover", then, submit=t("发送验证码", "Send a code"),
        lead=t("验证码会发到账号绑定的手机。没有绑定手机，请携证件到服务窗口办理。",
               "A code goes to the phone of the account. Without one, bring a document to a counter."),
        links=[{"title": t("返回登录", "Back to log-in"), "url": settings.LOGIN_URL}],
    )


@sensitive_post_parameters("new", "code")
def reset(request: HttpRequest) -> HttpResponse:
    username = request.session.get("identity_recovering", "")
    if not username:
        return redirect("/identity/recover/")

    def then(person: Person, form: forms.Form) -> HttpResponse:
        request.session.pop("identity_recovering", None)
        messages.success(request, t("新口令已生效，请登录", "The new password is set, please log in"))
        return redirect(settings.LOGIN_URL)

    return ask(
        request, "identity.reset_password", then, known={"username": username},
        lead=t(f"如果 {username} 绑定了手机，验证码已经发出，10分钟内有效。",
               f"If {username} has a phone, a code is on its way, good for ten minutes."),
        links=[{"title": t("没有收到，重新发送", "Nothing came, send again"), "url": "/identity/recover/"}],
    )


def locked_page(request: HttpRequest, username: str) -> HttpResponse:
    """Tried too often: the name stays shut until this moment."""
    cool_off = get_cool_off(request) or timedelta(0)
    last = AccessAttempt.objects.filter(username=username).order_by("-attempt_time").first()
    until = (last.attempt_time if last else clock.now()) + cool_off
    wait = max(1, int((until - clock.now()).total_seconds()))
    answer = render(request, "identity/locked.html", {
        "title": t("暂时不能登录", "Log-in is locked for now"), "until": until,
        "links": [{"title": t("找回口令", "Recover your password"), "url": "/identity/recover/"},
                  {"title": t("回到首页", "To the first page"), "url": PORTAL}],
    }, status=429)
    answer["Retry-After"] = str(wait)
    return answer
