"""The house's part in pytest: real servers of its own for a run, the city in a database, the cast at the door.

Fixtures: `city`, `client_of`, `actor_of`, `deliver_all`, `house`, `browser`, `page_of`. Named in pyproject.toml.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ludao.base.embedded import Embedded

ROOT = Path(__file__).resolve().parents[4]
SCALE = 0.0005
_servers: Embedded | None = None
_started: list[str] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before Django reads its settings: the servers of this run stand under var/test (LUDAO_TEST_DATA).
    The workers of xdist inherit them."""
    global _servers, _started
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
    os.environ.setdefault("LUDAO_LOG", "WARNING")
    if os.environ.get("PYTEST_XDIST_WORKER") or os.environ.get("LUDAO_DATABASE_URL"):
        return
    data = Path(os.environ.get("LUDAO_TEST_DATA") or ROOT / "var" / "test")
    os.environ["DATA"] = str(data)
    _servers = Embedded(data, durable=False)
    _started = _servers.start()


def pytest_unconfigure() -> None:
    """Stop what this run started; a run beside it that found them running keeps them."""
    from ludao.base.testing import house

    if not os.environ.get("PYTEST_XDIST_WORKER"):
        house.stop()
    if _servers and _started:
        _servers.stop(_started)


# — the database ————————————————————————————————————————————————————————————————————————————————————————


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Each worker its own database; the audit log may be emptied between tests, and only there."""
    from django.conf import settings
    from django.db.backends.postgresql.operations import DatabaseOperations

    settings.DATABASES["default"].setdefault("TEST", {})
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = f"test_ludao_{os.getpid()}" if not worker else f"test_ludao_{os.getppid()}_{worker}"
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = name
    _allow_flush(DatabaseOperations)


def _allow_flush(operations: Any) -> None:
    """A test that commits is cleaned up by TRUNCATE, which the audit log refuses. Its trigger is dropped before;
    the flush ends with post_migrate, which puts it back. The heads of the chains come from a migration."""
    plain = operations.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("drop trigger if exists base_append_only on base_auditline")
        plain(self, sql_list)
        with self.connection.cursor() as cursor:
            cursor.execute("insert into base_audithead (chain, number, digest)"
                           " select c, 0, decode(repeat('00', 32), 'hex') from generate_series(0, 15) c"
                           " on conflict do nothing")

    operations.execute_sql_flush = flush


@pytest.fixture(scope="session")
def _city_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A copy of the test database with the demonstration city in it, made once for each worker."""
    from django.db import connection

    with django_db_blocker.unblock():
        plain = connection.settings_dict["NAME"]
        name = f"{plain}_city"
        copy_database(plain, name)
        with using(name):
            load_city()
    yield name
    with django_db_blocker.unblock():
        drop_database(name)


def load_city(scale: float = SCALE) -> None:
    """Every manifest's demo.py in order, then the events it said."""
    from ludao.base import events, registry
    from ludao.base.actor import Actor, following, new_request_id

    with following(new_request_id()):
        actor = Actor.system("demonstration", channel="demo")
        for manifest in registry.manifests():
            if part := manifest.part("demo"):
                part.load(actor, scale)
        events.deliver_all()


def copy_database(source: str, target: str) -> None:
    _on_server(f'drop database if exists "{target}" with (force)', f'create database "{target}" template "{source}"')


def drop_database(name: str) -> None:
    _on_server(f'drop database if exists "{name}" with (force)')


def _on_server(*statements: str) -> None:
    """PostgreSQL copies only a database that nobody is connected to, so our own connection is closed first."""
    import psycopg
    from django.db import connection

    connection.close()
    where = connection.get_connection_params() | {"dbname": "postgres"}
    wanted = {k: v for k, v in where.items() if k in ("host", "port", "user", "password", "dbname")}
    with psycopg.connect(**wanted, autocommit=True) as server:
        for statement in statements:
            server.execute(statement.encode())


@contextmanager
def using(name: str) -> Iterator[None]:
    """Django's connection leads to another database meanwhile."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@pytest.fixture
def city(_city_database: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """The demonstration city, loaded; what a test changes is rolled back. Use it without `django_db`."""
    from django.db import connection
    from django.test import TestCase

    if request.node.get_closest_marker("django_db"):
        pytest.fail("`city` brings its own database: take the mark django_db away")
    blocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock(), using(_city_database):
        case = type("City", (TestCase,), {"runTest": lambda self: None})
        case.setUpClass()
        test = case()
        test._pre_setup()
        yield
        test._post_teardown()
        case.tearDownClass()
        case.doClassCleanups()
        connection.close()


# — the cast ———————————————————————————————————————————————————————————————————————————————————————————


@pytest.fixture
def person_of() -> Callable[[str], Any]:
    """A person of the cast by log-in name: person_of("wangke")."""
    from django.contrib.auth import get_user_model

    model = get_user_model()
    return lambda login: model._default_manager.get(**{model.USERNAME_FIELD: login})


@pytest.fixture
def client_of(person_of: Callable[[str], Any]) -> Callable[[str], Any]:
    """A browser without a screen, signed in: client_of("wangke"); "" is somebody at the door."""
    from django.test import Client

    def signed_in(login: str) -> Client:
        client = Client()
        if login:
            backend = "ludao.blocks.identity.public.PersonBackend"
            client.force_login(person_of(login), backend=backend)
        return client

    return signed_in


@pytest.fixture
def actor_of(client_of: Callable[[str], Any]) -> Callable[[str], Any]:
    """Who acts when that person is signed in under their usual hat."""
    from django.test import RequestFactory

    from ludao.base.requests import actor_of as ask

    def acting(login: str) -> Any:
        client = client_of(login)
        request = RequestFactory().get("/")
        request.session = client.session
        from django.contrib.auth import get_user

        request.user = get_user(request)
        return ask(request)

    return acting


@pytest.fixture
def deliver_all() -> Callable[[], int]:
    """Deliver every event that waits, here and now."""
    from ludao.base import events

    return events.deliver_all


# — the house as it runs, and a browser before it ——————————————————————————————————————————————————————


@pytest.fixture(scope="session")
def house(_city_database: str, django_db_blocker: Any) -> str:
    """The address of a running house: web and worker processes over a copy of the city, one for the whole run."""
    from ludao.base.testing import house as running

    with django_db_blocker.unblock():
        return running.address(_city_database)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium."""
    from ludao.base.testing.browser import chromium

    with chromium() as found:
        yield found


@pytest.fixture
def page_of(house: str, browser: Any) -> Iterator[Callable[..., Any]]:
    """A page of the running house, signed in as one of the cast: page_of("wangke", width=390, dark=True)."""
    from ludao.base.testing.browser import Visit

    with Visit(browser, house) as visit:
        yield visit.page
