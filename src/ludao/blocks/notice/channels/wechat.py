"""Template messages of a WeChat official account: `LUDAO_WECHAT_APPID`, `_SECRET`, `_TEMPLATE`, `_TOKEN`.

`LUDAO_WECHAT_URL` is https://api.weixin.qq.com unless named. The account's template has the fields `title` and `text`.
Delivery comes back as the event TEMPLATESENDJOBFINISH at /notice/receipt/wechat/.
"""

import hashlib
import hmac
import os
import time
from typing import Any

from django.utils.translation import override

from ludao.blocks.identity.public import Person
from ludao.blocks.notice.channels.failing import Failed, Unreachable, asked
from ludao.blocks.notice.models import Binding, Sending
from ludao.blocks.notice.reaching import address_in_full, language_of

EXPIRED = {40001, 40014, 42001}
NEVER = {40003, 43004, 43101}  # no such openid, not a follower, refused
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


def openid_of(code: str) -> str:
    """Who stands behind the code that WeChat gave the person's browser. Raises Unreachable."""
    told = asked("GET", f"{_base()}/sns/oauth2/access_token", params={
        "appid": os.environ["LUDAO_WECHAT_APPID"], "secret": os.environ.get("LUDAO_WECHAT_SECRET", ""), "code": code,
        "grant_type": "authorization_code"})
    if "openid" not in told:
        raise Unreachable(f"WeChat {told.get('errcode')}: {told.get('errmsg', '')}")
    return str(told["openid"])


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
