"""Codes that are sent to a person: forty random bits, good for ten minutes and for one use.

They are long enough that nobody guesses one, so no counter of wrong tries is needed (which a refused action's
transaction would take back).
"""

import secrets
from datetime import timedelta
from typing import Any

from ludao.base import clock
from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.identity import sealing
from ludao.blocks.identity.models import Code, Person

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 8
LIVES = timedelta(minutes=10)
PAUSE = timedelta(minutes=1)
A_DAY = 10


def make(person: Person, purpose: str, to: str, about: str = "") -> dict[str, Any] | None:
    """A new code, and the facts of `identity.code_needed` that carry it, sealed to the person; the older codes end.
    None when the person was sent one just now or too many today."""
    now, sent = clock.now(), Code.objects.filter(person=person)
    is_soon = sent.filter(made_at__gt=now - PAUSE).exists()
    if is_soon or sent.filter(made_at__gt=now - timedelta(days=1)).count() >= A_DAY:
        return None
    sent.filter(purpose=purpose, used_at=None).update(used_at=now)
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    Code.objects.create(person=person, purpose=purpose, digest=_digest(person, purpose, code),
                        about=sealing.seal(about, "code", person.pk), expires_at=now + LIVES)
    return {
        "person": person.pk, "purpose": purpose, "expires_at": (now + LIVES).isoformat(),
        "to": sealing.seal(to, "message", person.pk),
        "sealed": sealing.seal(_text(purpose, f"{code[:4]}-{code[4:]}"), "message", person.pk),
    }


def use(person: Person | None, purpose: str, given: str, field: str) -> str:
    """Take the code; gives what it was about. Raises Problem when it is not the one sent, or too old."""
    plain = "".join(sign for sign in given.upper() if sign in ALPHABET)
    waiting = Code.objects.select_for_update().filter(person=person, purpose=purpose, used_at=None)
    code = waiting.filter(expires_at__gt=clock.now(), digest=_digest(person, purpose,
                                                                     plain)).first() if person else None
    if person is None or code is None:
        raise Problem(t("验证码不对或已过期，请核对，或重新获取",
                        "Wrong or expired: look again, or ask for a new code"),
                      field=field)
    code.used_at = clock.now()
    code.save(update_fields=["used_at"])
    return sealing.unseal(code.about, "code", person.pk)


def _digest(person: Person | None, purpose: str, code: str) -> str:
    return sealing.digest(f"{person.pk if person else 0}:{purpose}:{code}", "code")


def _text(purpose: str, code: str) -> str:
    """Both languages, because nobody knows which one the reader will have chosen by then."""
    words = {"recover": ("找回口令", "to set a new password"), "phone": ("验证手机号", "to verify your phone")}
    zh, en = words[purpose]
    return f"鹭岛：{zh}验证码 {code}，10分钟内有效，请勿告诉他人。Ludao: your code {en} is {code}, good for 10 minutes."
