"""The social insurance system on a PostgreSQL server: python -m ludao.demo.database DIR postgresql://…

Copies the tables of `social/social.sqlite` into the schema `social`, for connectors that are to read a real server.
"""

import argparse
import sqlite3
from pathlib import Path

import psycopg
from psycopg import sql

SCHEMA = "social"
TYPES = {"integer": "bigint", "text": "text"}
MOMENTS, DAYS = {"updated_at"}, ("_on",)


def copy(folder: Path, url: str) -> dict[str, int]:
    """Replaces what is there; gives the rows by table. Moments are Xiamen's."""
    with sqlite3.connect(folder / SCHEMA / f"{SCHEMA}.sqlite") as source, psycopg.connect(url) as target:
        tables = [name for (name,) in source.execute("select name from sqlite_master where type = 'table'")]
        target.execute("set time zone 'Asia/Shanghai'")
        target.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(SCHEMA)))
        return {table: _table(source, target, table) for table in tables}


def _table(source: sqlite3.Connection, target: psycopg.Connection, name: str) -> int:
    about = source.execute(f'pragma table_info("{name}")').fetchall()
    table = sql.Identifier(SCHEMA, name)
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(_type(column, kind))) for _, column, kind, *_ in about)
    key = sql.SQL(", ").join(sql.Identifier(column) for _, column, *_, at in about if at)
    target.execute(sql.SQL("drop table if exists {}").format(table))
    target.execute(sql.SQL("create table {} ({}, primary key ({}))").format(table, columns, key))
    rows = 0
    with target.cursor().copy(sql.SQL("copy {} from stdin").format(table)) as into:
        for row in source.execute(f'select * from "{name}"'):
            into.write_row(row)
            rows += 1
    target.execute(sql.SQL("create index on {} (updated_at)").format(table))
    return rows


def _type(column: str, kind: str) -> str:
    if column in MOMENTS:
        return "timestamptz"
    return "date" if column.endswith(DAYS) else TYPES[kind.lower()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what `ludao simulate --out` wrote")
    parser.add_argument("url", help="postgresql://user:password@host:port/database")
    asked = parser.parse_args()
    copy(asked.folder, asked.url)


if __name__ == "__main__":
    main()
