"""Folders that servers may live in, and an operator's own PostgreSQL, as Debian ships it."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ludao.base.embedded import Account
from ludao.base.embedded.access import free_port


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Not in pytest's own folder: each of its sessions closes that one to the user that servers run as."""
    with tempfile.TemporaryDirectory(prefix="city-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def module_path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="city-") as folder:
        yield Path(folder)


@pytest.fixture
def debian(tmp_path: Path) -> Iterator[str]:
    """Debian's PostgreSQL 15, started by hand on a socket; the address of an empty database."""
    programs = Path("/usr/lib/postgresql/15/bin")
    if not (programs / "postgres").exists():
        pytest.skip(f"{programs} is absent: apt-get install postgresql-15")
    account = Account.of(tmp_path)
    folder = account.folder(tmp_path / "d")
    account.open_way(folder)
    port = free_port(0)
    account.write(folder / "password", "own-password")
    made = account.run([str(programs / "initdb"), "-D", str(folder / "c"), "-U", "ludao", "--locale=C.UTF-8",
                        "-E", "UTF8", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}"], folder)
    assert made.returncode == 0, made.stderr
    server = account.popen([str(programs / "postgres"), "-D", str(folder / "c"), "-k", str(folder), "-c",
                            "listen_addresses=127.0.0.1", "-p", str(port)], folder, tmp_path / "debian.log")
    url = f"postgresql://ludao:own-password@127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/postgres")
        with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
            connection.execute("create database city")
        yield f"{url}/city"
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            return psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError("PostgreSQL 15 does not answer")
