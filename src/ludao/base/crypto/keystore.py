"""The keystore: the city's named keys, each with its versions, and what is done with them.

It is opened by a passphrase, by a key in the environment, or, for the demonstration city, by a key file
beside it: that one guards against a copied keystore, but not against a copied folder. Rotation adds a version
and keeps the old ones; every ciphertext, fingerprint and signature names its key id, so old data still opens.
"""

import os
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from ludao.base.crypto import sm
from ludao.base.crypto.keyfile import KeyFile, Keys, KeystoreError, key_file, key_from_hex, seal, unseal
from ludao.base.crypto.sm import CryptoError, KeyPair
from ludao.base.text import t

Kind = Literal["sm4", "sm2", "hmac", "p256"]
SECRET_SIZE = {"sm4": 16, "hmac": 32}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")


class Keystore:
    """A key is asked for by its name (the current version) or by its id, `name.version`."""

    def __init__(self, path: Path, passphrase: str = "", key: bytes = b"") -> None:
        self._file = KeyFile(path, passphrase, key)

    @classmethod
    def at(cls, folder: Path, environ: Mapping[str, str] = os.environ) -> Self:
        """`keystore.json` in this folder, opened by LUDAO_PASSPHRASE, else LUDAO_KEY, else `keystore.key`."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "keystore.json"
        if passphrase := environ.get("LUDAO_PASSPHRASE", ""):
            return cls(path, passphrase=passphrase)
        if key := environ.get("LUDAO_KEY", ""):
            return cls(path, key=key_from_hex(key, "LUDAO_KEY"))
        beside = folder / "keystore.key"
        return cls(path, key=key_from_hex(key_file(beside), str(beside)))

    def ensure(self, name: str, kind: Kind) -> str:
        """The current key id of this name; made now if there is none."""
        if name not in self._file.entries():
            with self._file.changing() as keys:
                if name not in keys:
                    self._add(keys, name, kind)
        return self._entry(name, kind)["id"]

    def rotate(self, name: str) -> str:
        """A new version under the same name: writes from now on use it, old ones stay readable."""
        kind = self._entry(name)["kind"]
        with self._file.changing() as keys:
            self._add(keys, name, kind)
        return self.current(name)

    def current(self, name: str) -> str:
        return self._entry(name)["id"]

    def names(self) -> dict[str, list[str]]:
        """Every name with its key ids, oldest first."""
        return {name: [entry["id"] for entry in versions] for name, versions in self._file.entries().items()}

    def public(self, key: str) -> bytes:
        """The public half of an SM2 pair."""
        return bytes.fromhex(self._entry(key, "sm2")["public"])

    def pair(self, key: str) -> KeyPair:
        entry = self._entry(key, "sm2")
        return KeyPair(bytes.fromhex(entry["public"]), self._file.unwrap(entry))

    def private(self, key: str) -> bytes:
        """A P-256 key, for what the world's certificates are signed with: PKCS #8 in DER."""
        return self._file.unwrap(self._entry(key, "p256"))

    def encrypt(self, name: str, plaintext: bytes, context: str = "") -> str:
        """`sm4:<key id>:<base64>`; `context` (what it is and whose) must be the same to decrypt it."""
        entry = self._entry(name, "sm4")
        # a byte in front: GmSSL's GCM takes no empty text, and it leaves room for another format
        sealed = seal(self._file.unwrap(entry), b"0" + plaintext, _aad(entry["id"], context))
        return f"sm4:{entry['id']}:{sealed}"

    def decrypt(self, token: str, context: str = "") -> bytes:
        scheme, _, rest = token.partition(":")
        key_id, _, sealed = rest.partition(":")
        if scheme != "sm4" or "." not in key_id:
            raise CryptoError(t("不是本系统的密文", "This is no ciphertext of a keystore"))
        entry = self._entry(key_id, "sm4")
        return unseal(self._file.unwrap(entry), sealed, _aad(key_id, context))[1:]

    def seal_text(self, text: str, context: str = "", name: str = "personal") -> str:
        """A personal field, encrypted for storage."""
        return self.encrypt(name, text.encode(), context)

    def open_text(self, token: str, context: str = "") -> str:
        return self.decrypt(token, context).decode()

    def fingerprint(self, text: str, name: str = "lookup") -> str:
        """`<key id>:<hex>`: an encrypted field is found by equality without being opened (HMAC-SM3)."""
        return self.fingerprints(text, name)[0]

    def fingerprints(self, text: str, name: str = "lookup") -> list[str]:
        """The same under every version of the key, newest first: search with IN after a rotation."""
        self._entry(name, "hmac")
        versions = reversed(self._file.entries()[name])
        return [f"{entry['id']}:{sm.sm3_hmac(self._file.unwrap(entry), text.encode()).hex()}" for entry in versions]

    def sign(self, name: str, message: bytes, signer_id: bytes = sm.SIGNER_ID) -> tuple[str, bytes]:
        """The key id and the DER signature."""
        key_id = self.current(name)
        return key_id, sm.sm2_sign(self.pair(key_id), message, signer_id)

    def verify(self, key_id: str, message: bytes, signature: bytes, signer_id: bytes = sm.SIGNER_ID) -> bool:
        return sm.sm2_verify(self.public(key_id), message, signature, signer_id)

    def rewrap(self, passphrase: str = "", key: bytes = b"") -> None:
        """Lock the same keys with another passphrase or key; processes that run must be started again."""
        self._file.rewrap(passphrase, key)

    def _entry(self, key: str, kind: Kind | None = None) -> dict[str, str]:
        name, _, version = key.partition(".")
        for entry in reversed(self._file.entries().get(name, [])):
            if version and entry["id"] != key:
                continue
            if kind and entry["kind"] != kind:
                raise KeystoreError(
                    t(
                        f"密钥 {key} 是 {entry['kind']}，不是 {kind}",
                        f"Key {key} is {entry['kind']}, not {kind}",
                    )
                )
            return entry
        path = self._file.path
        raise KeystoreError(t(f"密钥库 {path} 中没有密钥 {key}", f"Keystore {path} has no key {key}"))

    def _add(self, keys: Keys, name: str, kind: str) -> None:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no key name: lower-case letters, digits, _ and -")
        new = _generate(kind)
        versions = keys.setdefault(name, [])
        entry = {
            "id": f"{name}.{len(versions) + 1}",
            "kind": kind,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "public": new.public.hex(),
        }
        self._file.wrap(entry, new.private)
        versions.append(entry)


def _generate(kind: str) -> KeyPair:
    if kind == "sm2":
        return sm.sm2_generate()
    if kind == "p256":
        key = ec.generate_private_key(ec.SECP256R1())
        secret = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return KeyPair(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), secret)
    return KeyPair(b"", secrets.token_bytes(SECRET_SIZE[kind]))


def _aad(key_id: str, context: str) -> bytes:
    return f"{key_id}\n{context}".encode()
