"""Template messages of a WeChat official account: `LUDAO_WECHAT_APPID`, `_SECRET`, `_TEMPLATE`, `_TOKEN`.

`LUDAO_WECHAT_URL` is https://api.weixin.qq.com unless named. The account's template has the fields `title` and `text`.
Delivery comes back as the event TEMPLATESENDJOBFINISH at /notice/receipt/wechat/.
"""

import base64
import hashlib
import hmac
import os
import time
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import override

from ludao.base import audit, clock
from ludao.base.actor import Actor
from ludao.base.crypto import sm3_hmac
from ludao.base.sealed import seal
from ludao.base.text import t
from ludao.blocks.identity.public import Person
from ludao.blocks.notice.channels.failing import Failed, Unreachable, asked
from ludao.blocks.notice.models import Binding, Sending
from ludao.blocks.notice.reaching import address_in_full, language_of

EXPIRED = {40001, 40014, 42001}
NEVER = {40003, 43004, 43101}  # no such openid, not a follower, refused
audit.words |= {"notice.bind_wechat": t("绑定微信", "Bound WeChat")}
_token: dict[str, tuple[str, float]] = {}


def is_on() -> bool:
    return bool(os.environ.get("LUDAO_WECHAT_APPID"))


def address_of(person: Person) -> str:
    found = Binding.objects.filter(person=person).first()
    return found.openid if found else ""


def send(sending: Sending, address: str) -> str:
    notice = sending.notice
    with override(language_of(notice.person)):
        message = {
            "touser": address, "template_id": os.environ.get("LUDAO_WECHAT_TEMPLATE", ""),
            "url": address_in_full(notice.about), "client_msg_id": sending.token.hex,
            "data": {"title": {"value": str(notice)}, "text": {"value": notice.short}},
        }
    told = _sent(message)
    if told.get("errcode") in EXPIRED:
        _token.clear()
        told = _sent(message)
    if code := told.get("errcode"):
        raise (Unreachable if code in NEVER else Failed)(f"WeChat {code}: {told.get('errmsg', '')}")
    return str(told.get("msgid", ""))


def word_for(person: int, day: date | None = None) -> str:
    """What a person sends to the official account to bind it, today or tomorrow: nobody else can make it up."""
    said = f"notice.wechat.{person}.{day or clock.today()}".encode()
    return f"{person}-{base64.b32encode(sm3_hmac(settings.SECRET_KEY.encode(), said))[:8].decode()}"


def bind(openid: str, said: str) -> bool:
    """Whether a message to the account was a person's word; then it is bound to whoever sent it."""
    number = said.strip().upper().removeprefix("绑定").strip()
    pk = number.partition("-")[0]
    if not (pk.isdecimal() and len(pk) < 18 and (person := Person.objects.filter(pk=int(pk), is_active=True).first())):
        return False
    days = (clock.today(), clock.today() - timedelta(days=1))
    if not any(hmac.compare_digest(word_for(person.pk, day).encode(), number.encode()) for day in days):
        return False
    Binding.objects.update_or_create(person=person, defaults={"sealed": seal(openid, "notice.wechat"),
                                                              "bound_at": clock.now()})
    audit.write(Actor(person=str(person.pk), name=person.name, channel="api"), "notice.bind_wechat", person)
    return True


def is_signed(signature: str, moment: str, nonce: str) -> bool:
    """As WeChat signs its callbacks: SHA-1 over the sorted token, time and nonce."""
    token = os.environ.get("LUDAO_WECHAT_TOKEN", "")
    digest = hashlib.sha1("".join(sorted((token, moment, nonce))).encode(), usedforsecurity=False).hexdigest()
    return bool(token) and hmac.compare_digest(digest.encode(), signature.encode())


def _sent(message: dict[str, Any]) -> dict[str, Any]:
    return asked("POST", f"{_base()}/cgi-bin/message/template/send", params={"access_token": _access_token()},
                 json=message)


def _access_token() -> str:
    """Kept until shortly before it expires; WeChat gives out few a day."""
    appid = os.environ["LUDAO_WECHAT_APPID"]
    token, until = _token.get(appid, ("", 0.0))
    if time.monotonic() < until:
        return token
    told = asked("GET", f"{_base()}/cgi-bin/token", params={
        "grant_type": "client_credential", "appid": appid, "secret": os.environ.get("LUDAO_WECHAT_SECRET", "")})
    if "access_token" not in told:
        raise Failed(f"WeChat {told.get('errcode')}: {told.get('errmsg', '')}")
    _token[appid] = (told["access_token"], time.monotonic() + int(told.get("expires_in", 7200)) - 300)
    return str(told["access_token"])


def _base() -> str:
    return os.environ.get("LUDAO_WECHAT_URL", "https://api.weixin.qq.com").rstrip("/")
