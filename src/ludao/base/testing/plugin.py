"""The house's part in pytest: real servers of its own for a run, the city in a database, the cast at the door.

Fixtures: `city`, `fresh_city`, `client_of`, `actor_of`, `deliver_all`, `house`, `browser`, `page_of`.
Named in pyproject.toml.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ludao.base.testing import servers

SCALE = 0.0005


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before Django reads its settings. The workers of xdist inherit what is set here."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ludao.config.settings")
    os.environ.setdefault("LUDAO_LOG", "WARNING")
    if _is_worker():
        return
    os.environ["LUDAO_TEST_RUN"] = str(os.getpid())
    if not os.environ.get("LUDAO_DATABASE_URL"):
        servers.begin()
    else:
        os.environ.setdefault("DATA", str(servers.ROOT / "var" / "test"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for the browser is marked so: playwright keeps an event loop running in its process, under which
    Django's test client cannot work. `make test` therefore runs `-m browser` by itself."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_unconfigure() -> None:
    if _is_worker():
        return
    from ludao.base.testing import house

    house.stop()
    if not os.environ.get("LUDAO_DATABASE_URL"):
        servers.end()


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


# — the database ————————————————————————————————————————————————————————————————————————————————————————


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Each process has its own database, copied from one that is migrated already."""
    from django.db import connection
    from django.db.backends.postgresql.operations import DatabaseOperations

    from ludao.base.testing import databases

    _allow_flush(DatabaseOperations)
    name = f"test_ludao_{os.getpid()}"
    with django_db_blocker.unblock():
        databases.copy(databases.template("empty", databases.migrate, databases.MIGRATED), name)
        connection.settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        databases.drop(name)


def _allow_flush(operations: Any) -> None:
    """A test that commits is cleaned up by TRUNCATE, which append-only tables refuse by a trigger: it rests
    meanwhile. The heads of the audit chains come from a migration."""
    plain = operations.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(_TRUNCATE_TRIGGERS)
            resting = cursor.fetchall()
            for table, trigger in resting:
                cursor.execute(f'alter table {table} disable trigger "{trigger}"')
        plain(self, sql_list)
        with self.connection.cursor() as cursor:
            for table, trigger in resting:
                cursor.execute(f'alter table {table} enable trigger "{trigger}"')
            cursor.execute("insert into base_audithead (chain, number, digest)"
                           " select c, 0, decode(repeat('00', 32), 'hex') from generate_series(0, 15) c"
                           " on conflict do nothing")

    operations.execute_sql_flush = flush


# bit 32 of tgtype: fires at TRUNCATE
_TRUNCATE_TRIGGERS = """select tgrelid::regclass::text, tgname from pg_trigger
    where not tgisinternal and tgenabled <> 'D' and tgtype & 32 > 0"""


@pytest.fixture(scope="session")
def _city_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A copy of the demonstration city, loaded once for each state of the code."""
    from ludao.base.testing import databases

    name = f"test_city_{os.getpid()}"
    with django_db_blocker.unblock():
        databases.copy(databases.template("city", load_city), name)
    yield name
    with django_db_blocker.unblock():
        databases.drop(name)


def load_city(scale: float = SCALE) -> None:
    """The demonstration city as `make demo` loads it, only smaller."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    from ludao.base.testing import databases

    databases.migrate()
    import_string(settings.LUDAO_CITY)(scale, lambda text: None)


@pytest.fixture
def city(_city_database: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """The demonstration city, loaded; what a test changes is rolled back. Use it without `django_db`."""
    from django.test import TestCase

    from ludao.base.testing import databases

    if request.node.get_closest_marker("django_db"):
        pytest.fail("`city` brings its own database: take the mark django_db away")
    case: Any = type("City", (TestCase,), {"runTest": lambda self: None})
    with request.getfixturevalue("django_db_blocker").unblock(), databases.using(_city_database):
        case.setUpClass()
        test = case()
        test._pre_setup()
        yield
        test._post_teardown()
        case.tearDownClass()
        case.doClassCleanups()


@pytest.fixture
def fresh_city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration city in a copy for this test alone: its files too, which `city` does not roll back."""
    from ludao.base.testing import databases

    name = f"test_fresh_{os.getpid()}"
    with django_db_blocker.unblock():
        databases.copy(databases.template("city", load_city), name)
        with databases.using(name):
            yield
        databases.drop(name)


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
def actor_in() -> Callable[[Any], Any]:
    """Who acts in the session of a client."""
    from django.contrib.auth import get_user
    from django.test import RequestFactory

    from ludao.base.requests import actor_of as ask

    def acting(client: Any) -> Any:
        request = RequestFactory().get("/")
        request.session = client.session
        request.user = get_user(request)
        return ask(request)

    return acting


@pytest.fixture
def actor_of(client_of: Callable[[str], Any], actor_in: Callable[[Any], Any]) -> Callable[[str], Any]:
    """Who acts when that person is signed in under their usual hat."""
    return lambda login: actor_in(client_of(login))


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
