"""The keystore: nothing opens without its lock, rotation loses nothing old, no race tears the file."""

import json
import multiprocessing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ludao.base.crypto import CryptoError, Keystore, KeystoreError
from ludao.base.crypto.keyfile import write

KEY = bytes(range(16))


@pytest.fixture
def store(tmp_path: Path) -> Keystore:
    store = Keystore(tmp_path / "keystore.json", key=KEY)
    store.ensure("personal", "sm4")
    store.ensure("lookup", "hmac")
    store.ensure("seal", "sm2")
    return store


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.text())
def test_a_sealed_text_opens_in_its_context_only(store: Keystore, text: str, context: str) -> None:
    token = store.seal_text(text, context)
    assert token.isascii() and token.startswith("sm4:personal.1:")
    assert store.open_text(token, context) == text
    assert store.seal_text(text, context) != token
    with pytest.raises(CryptoError):
        store.open_text(token, context + "x")


def test_rotation_names_the_key_and_keeps_the_old(store: Keystore, tmp_path: Path) -> None:
    old, found, (signer, signature) = (
        store.seal_text("李雷"),
        store.fingerprint("李雷"),
        store.sign("seal", b"x"),
    )
    assert [store.rotate(name) for name in ("personal", "lookup", "seal")] == [
        "personal.2",
        "lookup.2",
        "seal.2",
    ]
    new = store.seal_text("李雷")
    assert new.startswith("sm4:personal.2:")
    fresh = Keystore(tmp_path / "keystore.json", key=KEY)
    assert fresh.open_text(old) == fresh.open_text(new) == "李雷"
    assert store.fingerprints("李雷") == [store.fingerprint("李雷"), found]
    assert store.fingerprint("李雷") != found and found.startswith("lookup.1:")
    assert signer == "seal.1" and fresh.verify("seal.1", b"x", signature)
    assert not fresh.verify("seal.2", b"x", signature)
    assert fresh.names() == {
        "personal": ["personal.1", "personal.2"],
        "lookup": ["lookup.1", "lookup.2"],
        "seal": ["seal.1", "seal.2"],
    }


def test_a_running_process_sees_anothers_rotation(store: Keystore, tmp_path: Path) -> None:
    Keystore(tmp_path / "keystore.json", key=KEY).rotate("personal")
    assert store.seal_text("x").startswith("sm4:personal.2:")


def test_ensure_changes_nothing_that_is_there(store: Keystore, tmp_path: Path) -> None:
    before = (tmp_path / "keystore.json").read_bytes()
    assert store.ensure("personal", "sm4") == "personal.1"
    assert (tmp_path / "keystore.json").read_bytes() == before
    with pytest.raises(KeystoreError, match="sm4"):
        store.ensure("personal", "sm2")


def test_files_are_for_the_owner_only(tmp_path: Path) -> None:
    Keystore.at(tmp_path / "var", environ={}).ensure("personal", "sm4")
    for path in (tmp_path / "var").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path
    (tmp_path / "var" / "keystore.json").chmod(0o640)
    with pytest.raises(KeystoreError, match="chmod 600"):
        Keystore.at(tmp_path / "var", environ={})


def test_each_lock_opens_its_own_keystore_only(tmp_path: Path) -> None:
    by_file = Keystore.at(tmp_path / "a", environ={})
    by_file.ensure("personal", "sm4")
    token = by_file.seal_text("x")
    assert Keystore.at(tmp_path / "a", environ={}).open_text(token) == "x"
    with pytest.raises(KeystoreError, match="LUDAO_KEY"):
        Keystore.at(tmp_path / "a", environ={"LUDAO_PASSPHRASE": "guess"})
    with pytest.raises(KeystoreError, match="打不开"):
        Keystore.at(tmp_path / "a", environ={"LUDAO_KEY": KEY.hex()})
    with pytest.raises(KeystoreError, match="32"):
        Keystore.at(tmp_path / "a", environ={"LUDAO_KEY": "short"})
    Keystore.at(tmp_path / "b", environ={"LUDAO_PASSPHRASE": "鹭岛 2022"})
    Keystore.at(tmp_path / "b", environ={"LUDAO_PASSPHRASE": "鹭岛 2022"})
    with pytest.raises(KeystoreError, match="打不开"):
        Keystore.at(tmp_path / "b", environ={"LUDAO_PASSPHRASE": "鹭岛 2023"})


def test_rewrap_changes_the_lock_and_no_key(store: Keystore, tmp_path: Path) -> None:
    token, public = store.seal_text("x"), store.public("seal")
    store.rewrap(passphrase="new words")
    assert store.open_text(token) == "x"
    again = Keystore(tmp_path / "keystore.json", passphrase="new words")
    assert again.open_text(token) == "x" and again.public("seal") == public
    assert again.verify(*again.sign("seal", b"m")[:1], b"m", again.sign("seal", b"m")[1])
    with pytest.raises(KeystoreError):
        Keystore(tmp_path / "keystore.json", key=KEY)


@pytest.mark.parametrize("part", ["public", "made_at", "secret"])
def test_an_exchanged_part_of_the_file_opens_nothing(store: Keystore, tmp_path: Path, part: str) -> None:
    store.rotate("seal")
    path = tmp_path / "keystore.json"
    document = json.loads(path.read_text())
    first, second = document["keys"]["seal"]
    second["made_at"] = "2022-01-01T00:00:00+00:00"
    first[part], second[part] = second[part], first[part]
    write(path, json.dumps(document))
    with pytest.raises(CryptoError):
        Keystore(path, key=KEY).pair("seal.1")


def test_no_secret_stands_in_the_file(store: Keystore, tmp_path: Path) -> None:
    text = (tmp_path / "keystore.json").read_text()
    private = store.pair("seal").private
    assert private.hex() not in text and KEY.hex() not in text


@pytest.mark.parametrize("token", ["", "x", "sm4:", "sm4:personal:AAAA", "sm4:personal.9:AAAA", "aes:personal.1:AAAA"])
def test_a_foreign_token_is_refused(store: Keystore, token: str) -> None:
    with pytest.raises(CryptoError):
        store.open_text(token)


@pytest.mark.parametrize("tail", ["", "AAAA", "%%%%", "A" * 43, "中"])
def test_a_broken_token_is_refused(store: Keystore, tail: str) -> None:
    with pytest.raises(CryptoError):
        store.open_text(f"sm4:personal.1:{tail}")


@pytest.mark.parametrize("name", ["", "Personal", "a.b", "a/b", "键", "x" * 60])
def test_a_name_is_plain(store: Keystore, name: str) -> None:
    with pytest.raises(ValueError, match="key name"):
        store.ensure(name, "sm4")


@pytest.mark.parametrize(("passphrase", "key"), [("", b""), ("words", KEY), ("", b"short")])
def test_one_lock_and_a_whole_one(tmp_path: Path, passphrase: str, key: bytes) -> None:
    with pytest.raises(ValueError, match="locked by"):
        Keystore(tmp_path / "keystore.json", passphrase, key)
    assert not (tmp_path / "keystore.json").exists()


def _rotate_often(folder: str) -> None:
    store = Keystore.at(Path(folder), environ={})
    store.ensure("personal", "sm4")
    for _ in range(5):
        store.rotate("personal")


def test_processes_that_start_together_make_one_keystore(tmp_path: Path) -> None:
    start = multiprocessing.get_context("fork").Process
    workers = [start(target=_rotate_often, args=(str(tmp_path),)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    versions = Keystore.at(tmp_path, environ={}).names()["personal"]
    assert versions == [f"personal.{n}" for n in range(1, 22)]
