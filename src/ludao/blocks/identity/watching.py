"""Notes every log-in, log-out and failed try: in the person's own list of devices and in the audit."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from ludao.base import audit, clock
from ludao.base.actor import Actor
from ludao.base.text import t
from ludao.blocks.identity.access import as_post, default_hat
from ludao.blocks.identity.models import Login, Person

audit.words |= {
    "identity.login": t("登录", "Logged in"),
    "identity.logout": t("退出", "Logged out"),
    "identity.login_failed": t("登录未成功", "Log-in failed"),
}


def arriving(request: HttpRequest, device: str, means: str) -> None:
    """What the door knows and the signal does not: by which device and by what means."""
    vars(request)["ludao_arriving"] = (device, means)


@receiver(user_logged_in, dispatch_uid="identity.logged_in")
def on_logged_in(request: HttpRequest | None, user: Person, **_: Any) -> None:
    """The session begins under the first post the person holds."""
    if request is None:
        return
    device, means = vars(request).get("ludao_arriving", ("", "password"))
    login = Login.objects.create(
        person=user, session_key=request.session.session_key or "", device=device,
        is_new_device=bool(device) and _is_new(user, device),
        agent=request.headers.get("User-Agent", "")[:300], ip=request.META.get("REMOTE_ADDR") or None,
        means=means, post=default_hat(user),
    )
    vars(request)["ludao_login"] = login
    audit.write(_actor(request, user, login), "identity.login", login,
                {"means": login.means, "ip": login.ip, "is_new_device": login.is_new_device})


def _is_new(person: Person, device: str) -> bool:
    """Another device than those the person came with before; the very first is nothing to wonder at."""
    seen = Login.objects.filter(person=person)
    return not seen.filter(device=device).exists() and seen.exists()


@receiver(user_logged_out, dispatch_uid="identity.logged_out")
def on_logged_out(request: HttpRequest | None, user: Person | None, **_: Any) -> None:
    if request is None or user is None:
        return
    login = Login.objects.filter(session_key=request.session.session_key or "", ended_at=None, person=user).first()
    if login:
        login.ended_at, login.ended_how = clock.now(), "logout"
        login.save(update_fields=["ended_at", "ended_how"])
        audit.write(_actor(request, user, login), "identity.logout", login)


@receiver(user_login_failed, dispatch_uid="identity.login_failed")
def on_login_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    stranger = Actor(request_id=getattr(request, "ludao_id", ""))
    audit.write(stranger, "identity.login_failed", None, outcome="refused", detail={
        "username": str(credentials.get("username", ""))[:40],
        "ip": request.META.get("REMOTE_ADDR", "") if request else "",
    })


def _actor(request: HttpRequest, person: Person, login: Login) -> Actor:
    request_id = getattr(request, "ludao_id", "")
    if login.post:
        return as_post(person, login.post, request_id)
    return Actor(person=str(person.pk), name=person.name, request_id=request_id)
