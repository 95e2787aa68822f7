"""National cryptography against the standards' own examples and against OpenSSL, both ways."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from ludao.base import crypto
from ludao.base.crypto import CryptoError, KeyPair

# GB/T 32918.5-2017, annexes A and C: one pair serves the signature and the encryption example
STANDARD = KeyPair(
    bytes.fromhex(
        "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    ),
    bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"),
)
STANDARD_R = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
STANDARD_S = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"


def openssl(*command: str | Path, cwd: Path, data: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *command], input=data, cwd=cwd, check=True, capture_output=True).stdout


@pytest.fixture
def pair(tmp_path: Path) -> KeyPair:
    pair = crypto.sm2_generate()
    (tmp_path / "private.pem").write_text(pair.private_pem())
    (tmp_path / "public.pem").write_text(pair.public_pem())
    return pair


def test_sm2_verifies_the_signature_of_the_standard() -> None:
    signature = bytes.fromhex(f"3046022100{STANDARD_R}022100{STANDARD_S}")
    assert crypto.sm2_verify(STANDARD.public, b"message digest", signature)
    assert not crypto.sm2_verify(STANDARD.public, b"message digesT", signature)
    assert not crypto.sm2_verify(STANDARD.public, b"message digest", signature, signer_id=b"1234567812345670")


def test_sm2_decrypts_the_ciphertext_of_the_standard() -> None:
    x = "04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"
    y = "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
    c3 = "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"
    c2 = "21886ca989ca9c7d58087307ca93092d651efa"
    der = bytes.fromhex(f"307c0220{x}022100{y}0420{c3}0413{c2}")
    assert crypto.sm2_decrypt(STANDARD.private, der) == b"encryption standard"


def test_openssl_verifies_what_is_signed_here(pair: KeyPair, tmp_path: Path) -> None:
    message = "鹭岛".encode()
    (tmp_path / "signature").write_bytes(crypto.sm2_sign(pair, message))
    verify = ("dgst", "-sm3", "-verify", "public.pem", "-signature", "signature", "-sigopt")
    assert openssl(*verify, "distid:1234567812345678", cwd=tmp_path, data=message) == b"Verified OK\n"
    with pytest.raises(subprocess.CalledProcessError):
        openssl(*verify, "distid:1234567812345678", cwd=tmp_path, data=message + b".")
    with pytest.raises(subprocess.CalledProcessError):
        openssl(*verify, "distid:another", cwd=tmp_path, data=message)


def test_what_openssl_signs_verifies_here(pair: KeyPair, tmp_path: Path) -> None:
    (tmp_path / "message").write_bytes(b"seal 350203")
    sign = ("pkeyutl", "-sign", "-inkey", "private.pem", "-rawin", "-digest", "sm3", "-in", "message")
    usual = openssl(*sign, "-pkeyopt", "distid:1234567812345678", cwd=tmp_path)
    named = openssl(*sign, "-pkeyopt", "distid:ludao", cwd=tmp_path)
    assert crypto.sm2_verify(pair.public, b"seal 350203", usual)
    assert crypto.sm2_verify(pair.public, b"seal 350203", named, signer_id=b"ludao")
    assert not crypto.sm2_verify(pair.public, b"seal 350203", named)


def test_openssl_decrypts_what_is_encrypted_here_and_the_other_way(pair: KeyPair, tmp_path: Path) -> None:
    for size in (1, 16, 32, 255):
        secret = bytes(range(size))
        (tmp_path / "sealed").write_bytes(crypto.sm2_encrypt(pair.public, secret))
        decrypt = ("pkeyutl", "-decrypt", "-inkey", "private.pem", "-in", "sealed")
        assert openssl(*decrypt, cwd=tmp_path) == secret
        (tmp_path / "secret").write_bytes(secret)
        encrypt = ("pkeyutl", "-encrypt", "-pubin", "-inkey", "public.pem", "-in", "secret")
        assert crypto.sm2_decrypt(pair.private, openssl(*encrypt, cwd=tmp_path)) == secret


def test_a_pair_made_by_openssl_is_read(tmp_path: Path) -> None:
    openssl("genpkey", "-algorithm", "SM2", "-out", "made.pem", cwd=tmp_path)
    pem = openssl("pkcs8", "-topk8", "-nocrypt", "-in", "made.pem", cwd=tmp_path).decode()
    pair = KeyPair.from_private_pem(pem)
    assert pair.private_pem() == pem
    assert openssl("pkey", "-in", "made.pem", "-pubout", cwd=tmp_path).decode() == pair.public_pem()
    assert crypto.sm2_verify(pair.public, b"x", crypto.sm2_sign(pair, b"x"))


@pytest.mark.parametrize("pem", ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_another_pem_is_refused(pem: str) -> None:
    with pytest.raises(CryptoError):
        KeyPair.from_private_pem(pem)


@pytest.mark.parametrize("size", [0, 1, 55, 56, 64, 1000, 100_000])
def test_sm3_and_its_hmac_equal_openssls(size: int, tmp_path: Path) -> None:
    data = bytes(n % 251 for n in range(size))
    (tmp_path / "data").write_bytes(data)
    assert openssl("dgst", "-sm3", "-binary", "data", cwd=tmp_path) == crypto.sm3(data)
    assert crypto.sm3_file(tmp_path / "data") == crypto.sm3(data)
    mac = openssl("mac", "-digest", "SM3", "-macopt", "key:0123456789", "-in", "data", "HMAC", cwd=tmp_path)
    assert mac.decode().strip().lower() == crypto.sm3_hmac(b"0123456789", data).hex()


@pytest.mark.parametrize("size", [1, 15, 16, 17, 1000])
def test_sm4_cbc_and_ctr_equal_openssls(size: int, tmp_path: Path) -> None:
    key, iv, data = bytes(range(16)), bytes(range(16, 32)), bytes(n % 251 for n in range(size))
    for mode, encrypt, decrypt in (
        ("cbc", crypto.sm4_cbc_encrypt, crypto.sm4_cbc_decrypt),
        ("ctr", crypto.sm4_ctr, crypto.sm4_ctr),
    ):
        theirs = openssl("enc", f"-sm4-{mode}", "-K", key.hex(), "-iv", iv.hex(), cwd=tmp_path, data=data)
        assert encrypt(key, iv, data) == theirs
        assert decrypt(key, iv, theirs) == data


@settings(max_examples=60)
@given(
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=12, max_size=12),
    st.binary(min_size=1),
    st.binary(),
)
def test_gcm_opens_only_what_was_sealed(key: bytes, nonce: bytes, text: bytes, aad: bytes) -> None:
    sealed = crypto.sm4_gcm_encrypt(key, nonce, text, aad)
    peer = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    peer.authenticate_additional_data(aad)
    assert sealed == peer.update(text) + peer.finalize() + peer.tag
    assert crypto.sm4_gcm_decrypt(key, nonce, sealed, aad) == text
    for broken in (bytes([sealed[0] ^ 1]) + sealed[1:], sealed[:-1] + bytes([sealed[-1] ^ 128]), sealed[:-1]):
        with pytest.raises(CryptoError):
            crypto.sm4_gcm_decrypt(key, nonce, broken, aad)
    with pytest.raises(CryptoError):
        crypto.sm4_gcm_decrypt(key, nonce, sealed, aad + b"\0")


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=1, max_size=255), st.binary(max_size=300))
def test_sm2_round_trips(secret: bytes, message: bytes) -> None:
    pair = crypto.sm2_generate()
    assert crypto.sm2_decrypt(pair.private, crypto.sm2_encrypt(pair.public, secret)) == secret
    signature = crypto.sm2_sign(pair, message)
    assert crypto.sm2_verify(pair.public, message, signature)
    assert not crypto.sm2_verify(pair.public, message + b"\0", signature)
    assert not crypto.sm2_verify(crypto.sm2_generate().public, message, signature)


@pytest.mark.parametrize("signature", [b"", b"junk", b"0" * 72, b"\x30\x06\x02\x01\x01\x02\x01\x01"])
def test_no_signature_is_simply_false(signature: bytes) -> None:
    assert crypto.sm2_verify(STANDARD.public, b"message", signature) is False


def test_keys_that_are_none_are_refused() -> None:
    with pytest.raises(CryptoError):
        crypto.sm2_encrypt(b"\1" * 64, b"off the curve")
    with pytest.raises(CryptoError):
        crypto.sm2_sign(KeyPair(STANDARD.public, b"\0" * 32), b"message")
    with pytest.raises(CryptoError):
        crypto.sm4_gcm_encrypt(b"short", b"0" * 12, b"text")
    with pytest.raises(CryptoError):
        crypto.sm2_encrypt(STANDARD.public, b"x" * 256)


def test_a_private_key_does_not_show_itself() -> None:
    assert STANDARD.private.hex() not in repr(STANDARD) and repr(STANDARD.private) not in repr(STANDARD)
    assert crypto.same("350203", b"350203") and not crypto.same("350203", "350204")
