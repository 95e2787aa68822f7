"""What a day in the house needs beside a browser: its database, and its command line."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from playwright.sync_api import Locator, expect

from ludao.base.testing import databases
from ludao.base.testing import house as running

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("LUDAO_SHARED", ROOT / "../shared"))


@pytest.fixture(autouse=True)
def patience(browser: Any) -> None:
    """What a page shows, it shows within fifteen seconds, even on a busy machine."""
    expect.set_options(timeout=15_000)


@pytest.fixture
def inside(house: str, django_db_blocker: Any) -> Callable[[], Any]:
    """`with inside():` Django speaks to the running house's database."""

    @contextmanager
    def database() -> Iterator[None]:
        with django_db_blocker.unblock(), databases.using(running.state()["database"]):
            yield

    return database


@pytest.fixture
def ludao(inside: Callable[[], Any]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command line of the running house: ludao("audit", "verify")."""
    with inside():
        given = connection.get_connection_params()
    user, password, host, port = (quote(str(given.get(key, "")), safe="")
                                  for key in ("user", "password", "host", "port"))
    url = f"postgresql://{user}:{password}@{host}:{port}/{running.state()['database']}"

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "ludao", *words], capture_output=True, text=True, timeout=120,
                              env={**os.environ, "LUDAO_DATABASE_URL": url, "COLUMNS": "200"})

    return run


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"the shared folder has no {path}")
    return path


def appears(wanted: Locator, seconds: int = 30) -> Locator:
    """What a job behind the page makes: the page is loaded again until it shows it."""
    for _ in range(seconds):
        if wanted.first.is_visible():
            break
        wanted.page.wait_for_timeout(1000)
        wanted.page.reload()
    expect(wanted.first).to_be_visible()
    return wanted.first
