"""The hall's key: signs letters to other halls; its public half is exchanged when two halls are linked."""

import base64
from functools import cache
from pathlib import Path

from django.conf import settings

from ludao.base.crypto import CryptoError, Keystore, sm2_verify

SIGNING = "services-item"


@cache
def _store(folder: Path) -> Keystore:
    store = Keystore.at(folder)
    store.ensure(SIGNING, "sm2")
    return store


def store() -> Keystore:
    return _store(Path(settings.DATA) / "secrets")


def sign(message: bytes) -> str:
    """DER in base64."""
    return base64.b64encode(store().sign(SIGNING, message)[1]).decode()


def public_key() -> str:
    """64 bytes x‖y as hexadecimal digits."""
    return store().public(store().current(SIGNING)).hex()


def holds(public: str, message: bytes, signature: str) -> bool:
    try:
        return sm2_verify(bytes.fromhex(public), message, base64.b64decode(signature, validate=True))
    except (CryptoError, ValueError):
        return False
