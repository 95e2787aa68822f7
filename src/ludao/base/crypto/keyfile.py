"""The file behind the keystore: wrapped secrets, mode 0600, replaced as a whole or not at all.

Its lock is a 16-byte SM4 key, given as it is or derived from a passphrase by scrypt. Each secret is wrapped
by SM4-GCM and bound to its id, kind, date and public half, so that no two can be exchanged in the file.
"""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ludao.base.crypto import sm
from ludao.base.crypto.sm import CryptoError
from ludao.base.text import t

KEY_SIZE = 16
NONCE_SIZE = 12
SCRYPT = {"n": 2**15, "r": 8, "p": 1}  # 32 MiB and about 0.1 s for each guess
_CHECK = b"ludao keystore"

Keys = dict[str, list[dict[str, str]]]


class KeystoreError(CryptoError):
    """The keystore is locked, open to others, or lacks a key; the words say how to mend it."""

    code = "keystore"


class KeyFile:
    """Names with their versions; several processes may share one file, each sees the others' changes."""

    def __init__(self, path: Path, passphrase: str = "", key: bytes = b"") -> None:
        _one_lock(passphrase, key)
        self.path = path
        self._passphrase, self._key = passphrase, key
        self._document: dict[str, Any] = {}
        self._lock = b""
        self._stamp = -1
        with exclusive(path):
            if not path.exists():
                self._document = {"keystore": 1, "keys": {}} | self._new_lock()
                self._write()
        self._read()

    def entries(self) -> Keys:
        """As they stand on disk now."""
        if self.path.stat().st_mtime_ns != self._stamp:
            self._read()
        keys: Keys = self._document["keys"]
        return keys

    @contextmanager
    def changing(self) -> Iterator[Keys]:
        """Read, change, write, with every other process kept out meanwhile; an error writes nothing."""
        with exclusive(self.path):
            self._read()
            try:
                yield self._document["keys"]
                self._write()
            finally:
                self._stamp = -1  # whatever happened, the next look is at the file

    def wrap(self, entry: dict[str, str], secret: bytes) -> None:
        entry["secret"] = seal(self._lock, secret, _binding(entry))

    def unwrap(self, entry: dict[str, str]) -> bytes:
        return unseal(self._lock, entry["secret"], _binding(entry))

    def rewrap(self, passphrase: str = "", key: bytes = b"") -> None:
        """The same keys under another lock."""
        _one_lock(passphrase, key)
        with self.changing() as keys:
            opened = [(entry, self.unwrap(entry)) for versions in keys.values() for entry in versions]
            self._passphrase, self._key = passphrase, key
            self._document |= self._new_lock()
            for entry, secret in opened:
                self.wrap(entry, secret)

    def _new_lock(self) -> dict[str, Any]:
        scrypt = SCRYPT | {"salt": secrets.token_hex(16)} if self._passphrase else None
        self._lock = self._derive(scrypt)
        return {"scrypt": scrypt, "check": seal(self._lock, _CHECK, b"check")}

    def _derive(self, scrypt: dict[str, Any] | None) -> bytes:
        if scrypt is None:
            return self._key
        salt = bytes.fromhex(scrypt["salt"])
        kdf = Scrypt(salt=salt, length=KEY_SIZE, n=scrypt["n"], r=scrypt["r"], p=scrypt["p"])
        return kdf.derive(self._passphrase.encode())

    def _read(self) -> None:
        refuse_if_open_to_others(self.path)
        stamp = self.path.stat().st_mtime_ns
        document = json.loads(self.path.read_text())
        if bool(document["scrypt"]) != bool(self._passphrase):
            by = "LUDAO_PASSPHRASE" if document["scrypt"] else "LUDAO_KEY / keystore.key"
            raise KeystoreError(t(f"密钥库 {self.path} 由 {by} 加锁", f"Keystore {self.path} is locked by {by}"))
        if document["check"] != self._document.get("check"):
            self._unlock(document)
        self._document, self._stamp = document, stamp

    def _unlock(self, document: dict[str, Any]) -> None:
        lock = self._derive(document["scrypt"])
        try:
            unseal(lock, document["check"], b"check")
        except CryptoError as error:
            raise KeystoreError(
                t(f"口令或密钥打不开密钥库 {self.path}", f"This passphrase or key does not open {self.path}")
            ) from error
        self._lock = lock

    def _write(self) -> None:
        write(self.path, json.dumps(self._document, indent=1, ensure_ascii=False))


def seal(key: bytes, plaintext: bytes, aad: bytes) -> str:
    """Base64 of a fresh nonce, the ciphertext and its tag."""
    nonce = secrets.token_bytes(NONCE_SIZE)
    return base64.urlsafe_b64encode(nonce + sm.sm4_gcm_encrypt(key, nonce, plaintext, aad)).decode()


def unseal(key: bytes, sealed: str, aad: bytes) -> bytes:
    try:
        raw = base64.b64decode(sealed, altchars=b"-_", validate=True)
    except ValueError as error:
        raise CryptoError(t("密文不完整", "The ciphertext is incomplete")) from error
    return sm.sm4_gcm_decrypt(key, raw[:NONCE_SIZE], raw[NONCE_SIZE:], aad)


def key_file(path: Path) -> str:
    """The hexadecimal key in this file; made now, mode 0600, if there is none."""
    with exclusive(path):
        if not path.exists():
            write(path, secrets.token_hex(KEY_SIZE) + "\n")
    refuse_if_open_to_others(path)
    return path.read_text().strip()


def key_from_hex(text: str, source: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_SIZE:
        raise KeystoreError(
            t(
                f"{source} 应为32位十六进制数（openssl rand -hex 16）",
                f"{source} is 32 hex digits (openssl rand -hex 16)",
            )
        )
    return key


def refuse_if_open_to_others(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise KeystoreError(t(f"他人可读 {path}，请执行 chmod 600", f"Others may read {path}: chmod 600 {path}"))


def write(path: Path, text: str) -> None:
    """Whole or not at all, and for the owner only from its first byte."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """One process at a time, by a lock file beside it."""
    with open(os.open(path.with_name(f".{path.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _one_lock(passphrase: str, key: bytes) -> None:
    if bool(passphrase) == bool(key) or (key and len(key) != KEY_SIZE):
        raise ValueError(f"a keystore is locked by a passphrase or by a key of {KEY_SIZE} bytes")


def _binding(entry: dict[str, str]) -> bytes:
    return "\n".join([entry["id"], entry["kind"], entry["made_at"], entry["public"]]).encode()
