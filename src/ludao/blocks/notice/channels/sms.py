"""Text messages over a gateway's HTTP door: `LUDAO_SMS_URL`, `LUDAO_SMS_KEY`.

We POST {"id", "phone", "text"}, signed; it answers {"id"} and later POSTs {"id", "state", "reason"} to
/notice/receipt/sms/, signed likewise. The signature is HMAC-SM3 over the time and the body. The same id twice is one
message. A number that the demonstration city invented is never sent to, unless `LUDAO_SMS_INVENTED=1` says that the
gateway is a toy.
"""

import hmac
import json
import os
import time

from django.utils.translation import override

from ludao.base.crypto import sm3_hmac
from ludao.base.identifiers import is_invented
from ludao.blocks.identity.public import Person
from ludao.blocks.notice.channels.failing import asked
from ludao.blocks.notice.models import Sending
from ludao.blocks.notice.reaching import language_of

STALE = 300  # seconds


def is_on() -> bool:
    return bool(os.environ.get("LUDAO_SMS_URL"))


def address_of(person: Person) -> str:
    phone = person.phone if person.phone_sealed else ""
    return "" if is_invented(phone) and os.environ.get("LUDAO_SMS_INVENTED") != "1" else phone


def send(sending: Sending, address: str) -> str:
    with override(language_of(sending.notice.person)):
        text = sending.notice.short
    body = json.dumps({"id": str(sending.token), "phone": address, "text": text}, ensure_ascii=False).encode()
    told = asked("POST", os.environ["LUDAO_SMS_URL"], content=body, headers=signed(body))
    return str(told.get("id", ""))


def signed(body: bytes) -> dict[str, str]:
    now = str(int(time.time()))
    return {"Content-Type": "application/json", "X-Time": now, "X-Signature": _signature(now, body)}


def is_signed(moment: str, signature: str, body: bytes) -> bool:
    """Whether the gateway wrote it, and not long ago."""
    is_fresh = moment.isdigit() and abs(time.time() - int(moment)) < STALE
    return bool(os.environ.get("LUDAO_SMS_KEY")) and is_fresh and hmac.compare_digest(
        signature.encode(), _signature(moment, body).encode())


def _signature(moment: str, body: bytes) -> str:
    return sm3_hmac(os.environ.get("LUDAO_SMS_KEY", "").encode(), moment.encode() + b"." + body).hex()
