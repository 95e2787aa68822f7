"""The OpenAPI document is true: schemathesis finds no request on which the running house behaves otherwise."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from ludao.base.testing import databases
from ludao.base.testing import house as running

pytestmark = [pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


@pytest.fixture(scope="module")
def served(_city_database: str, django_db_blocker: Any) -> Iterator[tuple[str, str]]:
    """A web process over a city of its own, which the requests may spoil: its address, and wangke's token."""
    name = f"{_city_database}_api"
    with django_db_blocker.unblock():
        databases.copy(_city_database, name)
        with databases.using(name):
            token, url = _token(), _url(name)
    port = running._free_port()
    rates = {f"LUDAO_RATE_{rate}": "6000000" for rate in ("TOKEN", "PERSON", "ADDRESS", "FAILURE")}
    log = Path(os.environ["DATA"]) / "api.log"
    with log.open("ab") as file:
        web = subprocess.Popen([sys.executable, "-m", "ludao", "web", "--port", str(port), "--workers", "1"],
                               env={**os.environ, **rates, "LUDAO_DATABASE_URL": url}, stdout=file, stderr=file)
        try:
            running._wait(f"http://127.0.0.1:{port}", web, log)
            yield f"http://127.0.0.1:{port}", token
        finally:
            web.terminate()
            web.wait(20)
    with django_db_blocker.unblock():
        databases.drop(name)


def _url(name: str) -> str:
    from django.db import connection

    params = connection.get_connection_params()
    place = {k: running._quoted(params.get(k, "")) for k in ("user", "password", "host", "port")}
    return "postgresql://{user}:{password}@{host}:{port}/".format(**place) + name


def _token() -> str:
    """Of a number that nobody guesses, or a request would revoke it."""
    from django.contrib.auth import get_user_model
    from django.db import connection

    from ludao.base import clock, registry, rights, tokens
    from ludao.blocks.identity.access import as_post, default_hat

    with connection.cursor() as cursor:
        cursor.execute("select setval('base_token_id_seq', 987654321012345)")
    person = get_user_model().objects.get(username="wangke")
    actor = as_post(person, default_hat(person))
    mine = [right for right in registry.rights() if rights.reach(actor, right)]
    day = clock.today() + timedelta(days=1)
    return tokens.issue_token(actor, name="schemathesis", rights=mine, expires_on=day).token


def check(served: tuple[str, str], with_token: bool, *more: str) -> None:
    address, token = served
    known = ["-H", f"Authorization: Bearer {token}"] if with_token else []
    done = subprocess.run(
        [SCHEMATHESIS, "--config-file", ROOT / "schemathesis.toml", "run", f"{address}/api/v1/openapi.json", *known,
         "--checks", "all", "--no-color", "--seed", "20220630", *more],
        capture_output=True, text=True, cwd=os.environ["DATA"], timeout=900)
    found = done.stdout.partition("= FAILURES =")[2].partition("= WARNINGS =")[0]
    assert done.returncode == 0, found[:8000] or done.stdout[-4000:] + done.stderr[-2000:]
    assert "passed" in done.stdout
    still = Request(f"{address}/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    with urlopen(still) as answer:  # or the requests would have met closed doors
        assert answer.status == 200


FUZZING = ("--phases", "examples,fuzzing", "-n", "6")


def test_a_program_with_a_token_meets_no_surprise(served: tuple[str, str]) -> None:
    check(served, True, *FUZZING)


def test_a_stranger_meets_no_surprise(served: tuple[str, str]) -> None:
    check(served, False, *FUZZING)


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/actions", "/api/v1/actions/base.save_view",
                                  "/api/v1/actions/base.issue_token", "/api/v1/actions/assurance.plan.upload"])
def test_every_bound_of_the_document_holds(served: tuple[str, str], path: str) -> None:
    check(served, True, "--phases", "coverage", "--include-path", path)


def test_every_bound_of_a_dataset_holds(served: tuple[str, str]) -> None:
    check(served, True, "--phases", "coverage", "--include-path", "/api/v1/datasets/identity.area")
