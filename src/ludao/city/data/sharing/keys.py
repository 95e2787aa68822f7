"""The platform's key: signs answers and letters; its public half is for whoever wants to check them."""

import base64
from functools import cache
from pathlib import Path

from django.conf import settings

from ludao.base.crypto import CryptoError, Keystore, sm2_verify

SIGNING, LOOKUP = "sharing", "sharing-lookup"


@cache
def _store(folder: Path) -> Keystore:
    store = Keystore.at(folder)
    store.ensure(SIGNING, "sm2")
    store.ensure(LOOKUP, "hmac")
    return store


def store() -> Keystore:
    """The installation's keystore; its two keys are made when first asked for."""
    return _store(Path(settings.DATA) / "secrets")


def sign(message: bytes) -> tuple[str, str]:
    """The key's id and the signature (DER, base64)."""
    key_id, signature = store().sign(SIGNING, message)
    return key_id, base64.b64encode(signature).decode()


def public_key(key_id: str = "") -> str:
    """64 bytes x‖y as hexadecimal digits."""
    return store().public(key_id or store().current(SIGNING)).hex()


def holds(public: str, message: bytes, signature: str) -> bool:
    """Whether the signature is that key's over that message."""
    try:
        return sm2_verify(bytes.fromhex(public), message, base64.b64decode(signature, validate=True))
    except (CryptoError, ValueError):
        return False


def fingerprint(text: str) -> str:
    """A sensitive key as it stands in the log: equal for equal keys, told by nobody without our secret."""
    return store().fingerprint(text, LOOKUP)
