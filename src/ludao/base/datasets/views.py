"""Each live dataset as a PostgreSQL view, for whoever reads the database from outside; and SQL over datasets."""

import re
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError, connection, transaction
from sqlglot import exp

from ludao.base import registry
from ludao.base.datasets import house
from ludao.base.datasets.dataset import Dataset, HeaderError
from ludao.base.datasets.tables import Faulty, expand, own_model, plain, rewrite


def install(**_: Any) -> None:
    """Create the views; runs after every migrate."""
    with transaction.atomic(), connection.cursor() as cursor:
        _drop(cursor)
        for dataset in house.every():
            if dataset.fresh == "live":
                _create(cursor, dataset)


def _create(cursor: Any, dataset: Dataset) -> None:
    try:
        cursor.execute(f"create view {dataset.view} as {plain(dataset)}")
        cursor.execute(f"comment on view {dataset.view} is %s", [dataset.rows["zh"]])
    except DatabaseError as error:
        raise HeaderError(dataset.path, dataset.first_line, f"PostgreSQL does not take the query: {error}") from error


def make_way(*, plan: Any = (), **_: Any) -> None:
    """Before tables change their views must go, or PostgreSQL refuses the change."""
    if plan:
        with transaction.atomic(), connection.cursor() as cursor:
            _drop(cursor)


def _drop(cursor: Any) -> None:
    cursor.execute("select relname from pg_class where relkind = 'v' and relname like 'dataset\\_%%'"
                   " and relnamespace = current_schema()::regnamespace", [])
    for (name,) in cursor.fetchall():
        cursor.execute(f"drop view if exists {connection.ops.quote_name(name)} cascade")


def query(sql: str, parameters: Mapping[str, Any] | None = None, *, reader: str) -> list[dict[str, Any]]:
    """Rows of one SELECT over datasets, named by address: `from data.enterprise.profile`. `reader` is the
    manifest that declares them in `reads`; its own tables may be named too. Parameters stand as %(name)s.

    It is the subsystem that reads, not a person: whoever shows the rows asks the right.
    """
    statement = expanded(sql, reader)
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(parameters or {}))
        names = [c.name for c in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def expanded(sql: str, reader: str) -> str:
    manifest = registry.by_address()[reader]
    allowed = {*manifest.reads, *manifest.offers}

    def behind(table: exp.Table, name: str) -> str:
        line = table.this.meta.get("line", 1)
        if "." in name:
            return f"({expand(_declared(name, allowed, reader, line))})"
        own_model(name, manifest, line)
        return ""

    return re.sub(r"%%(\(\w+\)s)", r"%\1", rewrite(sql.replace("%%", "%"), behind))


def _declared(address: str, allowed: set[str], reader: str, line: int) -> Dataset:
    if address not in allowed:
        raise Faulty(line, f"{reader} does not declare that it reads {address}; add it to `reads` of its manifest")
    return house.get(address)
