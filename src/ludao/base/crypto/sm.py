"""SM2, SM3 and SM4 by GmSSL: the only place that knows that library; SM2 signs by OpenSSL where it can.

SM2: GB/T 32918 on the curve sm2p256v1; signatures are DER `SEQUENCE { r, s }`, ciphertexts DER
`SEQUENCE { x, y, C3, C2 }` (GM/T 0009), as OpenSSL and the national gateways write them.
SM3: GB/T 32905. SM4: GB/T 32907, in GCM as RFC 8998 uses it.
"""

import base64
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import gmssl_pyx
from cryptography.hazmat.primitives import hashes

from ludao.base.crypto import openssl
from ludao.base.errors import LudaoError
from ludao.base.text import t

SIGNER_ID = b"1234567812345678"  # the default id of GM/T 0009, article 10
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123  # of the curve
TAG_SIZE = 16
BLOCK = 1 << 20

_sm3: Callable[[bytes], bytes] = gmssl_pyx.sm3_hash
_sm3_hmac: Callable[[bytes, bytes], bytes] = gmssl_pyx.sm3_hmac
_generate: Callable[[], tuple[bytes, bytes]] = gmssl_pyx.sm2_key_generate
_sign: Callable[[bytes, bytes, bytes, bytes], bytes] = gmssl_pyx.sm2_sign
_verify: Callable[[bytes, bytes, bytes, bytes], bool] = gmssl_pyx.sm2_verify
_sm2_encrypt: Callable[[bytes, bytes], bytes] = gmssl_pyx.sm2_encrypt
_sm2_decrypt: Callable[[bytes, bytes], bytes] = gmssl_pyx.sm2_decrypt
_gcm_encrypt: Callable[[bytes, bytes, bytes, bytes], tuple[bytes, bytes]] = gmssl_pyx.sm4_gcm_encrypt
_gcm_decrypt: Callable[[bytes, bytes, bytes, bytes, bytes], bytes] = gmssl_pyx.sm4_gcm_decrypt
_cbc_encrypt: Callable[[bytes, bytes, bytes], bytes] = gmssl_pyx.sm4_cbc_padding_encrypt
_cbc_decrypt: Callable[[bytes, bytes, bytes], bytes] = gmssl_pyx.sm4_cbc_padding_decrypt
_ctr: Callable[[bytes, bytes, bytes], bytes] = gmssl_pyx.sm4_ctr_encrypt

# DER of PKCS #8 and SubjectPublicKeyInfo up to the key itself: every length in them is fixed for this curve.
_ALGORITHM = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
_PUBLIC_HEAD = bytes.fromhex("3059") + _ALGORITHM + bytes.fromhex("03420004")
_PRIVATE_HEAD = bytes.fromhex("308187020100") + _ALGORITHM + bytes.fromhex("046d306b0201010420")
_PRIVATE_MIDDLE = bytes.fromhex("a14403420004")


class CryptoError(LudaoError):
    """A key, signature or ciphertext that is not what it should be: nothing was opened."""

    status = 500
    code = "crypto"


@dataclass(frozen=True)
class KeyPair:
    """An SM2 pair: 64 bytes x‖y, and the 32-byte secret, which never shows itself in logs."""

    public: bytes
    private: bytes = field(repr=False)

    def public_pem(self) -> str:
        return _pem("PUBLIC KEY", _PUBLIC_HEAD + self.public)

    def private_der(self) -> bytes:
        """PKCS #8."""
        return _PRIVATE_HEAD + self.private + _PRIVATE_MIDDLE + self.public

    def private_pem(self) -> str:
        return _pem("PRIVATE KEY", self.private_der())

    @classmethod
    def from_private_pem(cls, pem: str) -> Self:
        """From PKCS #8 as `private_pem` and `openssl pkcs8 -topk8 -nocrypt` write it."""
        der = base64.b64decode("".join(pem.strip().splitlines()[1:-1]))
        at = len(_PRIVATE_HEAD)
        private, public = der[at : at + 32], der[at + 32 + len(_PRIVATE_MIDDLE) :]
        pair = cls(public, private)
        if der != _PRIVATE_HEAD + private + _PRIVATE_MIDDLE + public or len(public) != 64:
            raise CryptoError(t("不是PKCS#8格式的SM2私钥", "Not an SM2 private key in PKCS #8"))
        return pair


def same(one: bytes | str, other: bytes | str) -> bool:
    """Equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def sm3(data: bytes) -> bytes:
    """32 bytes."""
    return _sm3(data)


def sm3_file(path: Path) -> bytes:
    """SM3 of a file of any size, block by block (GmSSL's binding takes whole messages only)."""
    digest = hashes.Hash(hashes.SM3())
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.finalize()


def sm3_hmac(key: bytes, data: bytes) -> bytes:
    """32 bytes; the key must not be empty."""
    with _plainly():
        return _sm3_hmac(key, data)


def sm4_gcm_encrypt(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes = b"") -> bytes:
    """Ciphertext with its 16-byte tag behind it. A nonce is 12 bytes and serves one message only.

    GmSSL refuses an empty plaintext; `Keystore.encrypt` takes one.
    """
    with _plainly():
        ciphertext, tag = _gcm_encrypt(key, nonce, aad, plaintext)
    return ciphertext + tag


def sm4_gcm_decrypt(key: bytes, nonce: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
    """The plaintext, or CryptoError when key, nonce, aad or a single bit is another one."""
    with _plainly():
        return _gcm_decrypt(key, nonce, aad, sealed[:-TAG_SIZE], sealed[-TAG_SIZE:])


def sm4_cbc_encrypt(key: bytes, iv: bytes, plaintext: bytes) -> bytes:
    """With PKCS #7 padding. Hides but does not protect from change: for outside formats that demand it."""
    with _plainly():
        return _cbc_encrypt(key, iv, plaintext)


def sm4_cbc_decrypt(key: bytes, iv: bytes, ciphertext: bytes) -> bytes:
    with _plainly():
        return _cbc_decrypt(key, iv, ciphertext)


def sm4_ctr(key: bytes, counter: bytes, data: bytes) -> bytes:
    """Encrypts and decrypts alike; like CBC only for outside formats."""
    with _plainly():
        return _ctr(key, counter, data)


def sm2_generate() -> KeyPair:
    return KeyPair(*_generate())


def sm2_sign(pair: KeyPair, message: bytes, signer_id: bytes = SIGNER_ID) -> bytes:
    """DER signature over SM3(Z ‖ message)."""
    is_key = 0 < int.from_bytes(pair.private) < ORDER - 1  # OpenSSL would sign with what is none
    if is_key and (swift := openssl.sign(pair.private_der(), message, signer_id)):
        return swift
    with _plainly():
        return _sign(pair.private, pair.public, message, signer_id)


def sm2_verify(public: bytes, message: bytes, signature: bytes, signer_id: bytes = SIGNER_ID) -> bool:
    """False for a signature that does not fit; CryptoError for a key that is none."""
    with _plainly():
        return bool(signature) and _verify(public, message, signature, signer_id)


def sm2_encrypt(public: bytes, plaintext: bytes) -> bytes:
    """1 to 255 bytes: a key for SM4, not a document."""
    with _plainly():
        return _sm2_encrypt(public, plaintext)


def sm2_decrypt(private: bytes, ciphertext: bytes) -> bytes:
    with _plainly():
        return _sm2_decrypt(private, ciphertext)


@contextmanager
def _plainly() -> Iterator[None]:
    """The library's complaint as ours."""
    try:
        yield
    except gmssl_pyx.GmsslInnerError as error:
        raise CryptoError(t(f"密码运算失败：{error}", f"The cryptographic step failed: {error}")) from error


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _pem(title: str, der: bytes) -> str:
    body = base64.encodebytes(der).decode().replace("\n", "")
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {title}-----", *lines, f"-----END {title}-----", ""])
