"""Test databases and their files: migrated once a state of the code and kept, then copied in a third of a second."""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import errors

from ludao.base import files, registry

KEPT = 4
PATIENCE = 60.0  # s


MIGRATED = ("migrations", "content", "ready.py", "shipped.py", "history.py", "grams.py")


def template(kind: str, fill: Callable[[], None], by: Collection[str] = ()) -> str:
    """A database that is made by `fill` and kept until the code that makes it changes: all of the house,
    or the files and folders of the names `by`. With LUDAO_TEST_GROW=1 the last one is filled on (loading twice
    changes nothing), which spares a builder the minute of loading; it proves nothing of a fresh city."""
    name = f"ludao_{kind}_{_digest(by)}"
    with (Path(os.environ["DATA"]) / "databases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _rows("select 1 from pg_database where datname = %s", name):
            _make(kind, name, fill)
            _drop_old(kind)
    return name


def _make(kind: str, name: str, fill: Callable[[], None]) -> None:
    draft = f"{name}_draft"
    _on_server(f'drop database if exists "{draft}" with (force)')
    files.drop(draft)
    if kept := _kept(kind) if os.environ.get("LUDAO_TEST_GROW") else []:
        copy(kept[0], draft)
    else:
        _on_server(f'create database "{draft}"')
    with using(draft):
        fill()
    _on_server(f'alter database "{draft}" rename to "{name}"')
    files.move(draft, name)


def _digest(by: Collection[str]) -> str:
    """Of the files that decide what a fresh database holds; tests and what only shows are left out."""
    digest = hashlib.sha256()
    suffixes = {".py", ".sql", ".toml", ".csv", ".json", ".txt", ".yaml", ".geojson"}
    for path in sorted(registry.PACKAGE.rglob("*")):
        parts = path.relative_to(registry.PACKAGE).parts
        if by and not set(by) & set(parts):
            continue
        if path.suffix in suffixes and not {"tests", "static", "testing", "checks", "scaffold"} & set(parts):
            digest.update("/".join(parts).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _drop_old(kind: str) -> None:
    """The oldest go; their number grows with every change of the code."""
    for name in _kept(kind)[KEPT:]:
        drop(name)


def _kept(kind: str) -> list[str]:
    """The newest first."""
    rows = _rows("select datname from pg_database where datname like %s and datname not like %s order by oid desc",
                 f"ludao\\_{kind}\\_%", "%draft")
    return [name for (name,) in rows]


def migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def copy(source: str, target: str) -> None:
    _on_server(f'drop database if exists "{target}" with (force)',
               f'create database "{target}" template "{source}" strategy file_copy')
    files.copy(source, target)


def drop(name: str) -> None:
    _on_server(f'drop database if exists "{name}" with (force)')
    files.drop(name)


@contextmanager
def using(name: str) -> Iterator[None]:
    """Django's connection leads to another database meanwhile."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _server() -> "psycopg.Connection[tuple[Any, ...]]":
    """Beside Django's connection, which must not be open in a database that is copied."""
    params = connection.get_connection_params()
    wanted = {k: params[k] for k in ("host", "port", "user", "password") if params.get(k)}
    return psycopg.connect(**wanted, dbname="postgres", autocommit=True)


def _on_server(*statements: str) -> None:
    connection.close()
    with _server() as server:
        for statement in statements:
            _execute(server, statement.encode())


def _execute(server: "psycopg.Connection[tuple[Any, ...]]", statement: bytes) -> None:
    """Again while an autovacuum worker sits in the database: it is the superuser's, so we may not end it, and it
    leaves by itself."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            server.execute(statement)
            return
        except (errors.InsufficientPrivilege, errors.ObjectInUse):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _rows(query: str, *values: object) -> list[tuple[Any, ...]]:
    with _server() as server:
        return server.execute(query.encode(), values).fetchall()
