"""National cryptography of the city: SM2, SM3, SM4, and the keystore that keeps the keys."""

from ludao.base.crypto.keyfile import KeystoreError
from ludao.base.crypto.keystore import Keystore
from ludao.base.crypto.sm import (
    SIGNER_ID,
    CryptoError,
    KeyPair,
    same,
    sm2_decrypt,
    sm2_encrypt,
    sm2_generate,
    sm2_sign,
    sm2_verify,
    sm3,
    sm3_file,
    sm3_hmac,
    sm4_cbc_decrypt,
    sm4_cbc_encrypt,
    sm4_ctr,
    sm4_gcm_decrypt,
    sm4_gcm_encrypt,
)

__all__ = [
    "SIGNER_ID",
    "CryptoError",
    "KeyPair",
    "Keystore",
    "KeystoreError",
    "same",
    "sm2_decrypt",
    "sm2_encrypt",
    "sm2_generate",
    "sm2_sign",
    "sm2_verify",
    "sm3",
    "sm3_file",
    "sm3_hmac",
    "sm4_cbc_decrypt",
    "sm4_cbc_encrypt",
    "sm4_ctr",
    "sm4_gcm_decrypt",
    "sm4_gcm_encrypt",
]
