"""This city's keys towards other cities: SM2 signs letters and opens what was locked for us; SM4 seals what we keep."""

import base64
import json
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from ludao.base.crypto import (
    CryptoError,
    Keystore,
    sm2_decrypt,
    sm2_encrypt,
    sm2_verify,
    sm4_gcm_decrypt,
    sm4_gcm_encrypt,
)

SIGNING, PERSONAL = "channel", "channel-personal"


@cache
def _store(folder: Path) -> Keystore:
    store = Keystore.at(folder)
    store.ensure(SIGNING, "sm2")
    store.ensure(PERSONAL, "sm4")
    return store


def store() -> Keystore:
    return _store(Path(settings.DATA) / "secrets")


def public_key() -> str:
    """64 bytes x‖y as hexadecimal digits; what a partner enters of us."""
    return store().public(store().current(SIGNING)).hex()


def sign(message: bytes) -> str:
    return base64.b64encode(store().sign(SIGNING, message)[1]).decode()


def holds(public: str, message: bytes, signature: str) -> bool:
    try:
        return sm2_verify(bytes.fromhex(public), message, base64.b64decode(signature, validate=True))
    except (CryptoError, ValueError):
        return False


def lock(public: str, content: bytes) -> dict[str, str]:
    """Only the partner opens it: SM4-GCM under a fresh key, which goes by SM2."""
    key, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    return {
        "key": base64.b64encode(sm2_encrypt(bytes.fromhex(public), key)).decode(),
        "data": base64.b64encode(nonce + sm4_gcm_encrypt(key, nonce, content)).decode(),
    }


def unlock(box: dict[str, str]) -> bytes:
    """Raises CryptoError or ValueError for what was not locked for us."""
    key = sm2_decrypt(store().pair(store().current(SIGNING)).private, base64.b64decode(box["key"]))
    data = base64.b64decode(box["data"])
    return sm4_gcm_decrypt(key, data[:12], data[12:])


def seal(personal: dict[str, Any], number: str) -> str:
    return store().seal_text(json.dumps(personal, ensure_ascii=False), f"services.channel:{number}", PERSONAL)


def unseal(text: str, number: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(store().open_text(text, f"services.channel:{number}")) if text else {}
    return found
