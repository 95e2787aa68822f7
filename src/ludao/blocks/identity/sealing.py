"""Phone and identity numbers at rest: sealed with SM4-GCM to the person they belong to, found by a keyed digest."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from ludao.base.crypto import Keystore

PERSONAL, LOOKUP = "personal", "lookup"


@cache
def keystore_at(folder: Path) -> Keystore:
    store = Keystore.at(folder)
    store.ensure(PERSONAL, "sm4")
    store.ensure(LOOKUP, "hmac")
    return store


def keystore() -> Keystore:
    """The installation's keystore, in its data folder."""
    return keystore_at(Path(settings.DATA) / "secrets")


def seal(text: str, what: str, whose: Any) -> str:
    """Sealed to what it is and whose it is, so that it cannot be moved to another row."""
    return keystore().seal_text(text, f"identity.{what}:{whose}", PERSONAL) if text else ""


def unseal(sealed: str, what: str, whose: Any) -> str:
    return keystore().open_text(sealed, f"identity.{what}:{whose}") if sealed else ""


def digest(text: str, what: str) -> str:
    """What is stored beside the sealed value, so that it can be found by equality."""
    return keystore().fingerprint(f"{what}:{text}", LOOKUP) if text else ""


def digests(text: str, what: str) -> list[str]:
    """Under every version of the key, for searching after a rotation."""
    return keystore().fingerprints(f"{what}:{text}", LOOKUP)
