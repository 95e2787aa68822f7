"""Small values that go out and come back unread and unchanged: page positions, kept answers.

SM4-GCM under a key drawn from the installation's secret for one use, so that a value sealed for one use opens
for no other.
"""

import base64
import binascii
import json
import secrets
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from ludao.base.crypto import CryptoError, sm3_hmac, sm4_gcm_decrypt, sm4_gcm_encrypt


class Broken(ValueError):
    """Not sealed by this house for this use, or changed on the way."""


def seal(value: Any, use: str) -> str:
    """A JSON value → text that is safe in an address."""
    nonce = secrets.token_bytes(12)
    plain = json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(nonce + sm4_gcm_encrypt(_key(use), nonce, plain)).rstrip(b"=").decode()


def unseal(text: str, use: str) -> Any:
    """Raises Broken."""
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
        return json.loads(sm4_gcm_decrypt(_key(use), raw[:12], raw[12:]))
    except (CryptoError, ValueError, binascii.Error) as error:
        raise Broken("not sealed here") from error


def _key(use: str) -> bytes:
    return sm3_hmac(settings.SECRET_KEY.encode(), f"ludao.sealed.{use}".encode())[:16]
