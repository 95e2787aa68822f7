"""Questions to the lake: SQL over addresses, and rows by their key."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ludao.base.errors import Problem
from ludao.base.text import t
from ludao.blocks.lake import point, resolving
from ludao.blocks.lake import session as sessions
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.buckets import bucket
from ludao.blocks.lake.resolving import quoted
from ludao.blocks.lake.session import Result
from ludao.blocks.lake.table import Table

FEW = 200  # keys; more of them are asked for through the engine


def sql(query: str, parameters: Mapping[str, Any] | None = None, *, as_of: datetime | int | None = None,
        engine: str | None = None) -> Result:
    """One SELECT over addresses. Named parameters stand as $name. `engine`: the address of a Spark cluster; by default
    what LUDAO_ENGINE names, else DuckDB in process."""
    if where := cluster_of(engine):
        from ludao.blocks.lake import spark

        return spark.sql(query, parameters, as_of, where)
    statement = resolving.resolve(query, parameters, as_of)
    return sessions.run(sessions.reading().cursor(), statement, parameters)


def cluster_of(engine: str | None) -> str:
    """The cluster that is to compute; "" for DuckDB in process."""
    named = os.environ.get("LUDAO_ENGINE", "") if engine is None else engine
    return named if named.startswith("spark://") else ""


def lookup(address: str, key: Mapping[str, Any] | Sequence[Mapping[str, Any]],
           columns: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Rows by their whole key; only the bucket's files are looked into. Any key may be missing, the order is free."""
    table = tables.now(address)
    keys = [key] if isinstance(key, Mapping) else list(key)
    if any(set(one) != set(table.key) for one in keys):
        raise Problem(t(f"请给出 {'、'.join(table.key)}", f"Give {', '.join(table.key)}"), field="key")
    values = [[one[name] for name in table.key] for one in keys]
    chosen = list(columns or table.columns)
    if len(values) <= FEW:
        return point.rows(table, values, chosen)
    wanted = {bucket(value, table.buckets) for value in values}
    files = [file for number in wanted for file in table.files_in(number)]
    if not files:
        return []
    named = ", ".join(quoted(c) for c in chosen)
    query = f"select {named} from {resolving.source(table, files)} where {_matches(table, len(values))}"
    relation = sessions.reading().sql(query, params=[value for one in values for value in one])
    return Result(relation).rows()


def _matches(table: Table, number: int) -> str:
    if len(table.key) == 1:
        return f"{quoted(table.key[0])} in ({', '.join('?' * number)})"
    one = " and ".join(f"{quoted(name)} = ?" for name in table.key)
    return " or ".join([f"({one})"] * number)


def read_files(paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], format: str = "",
               options: Mapping[str, Any] | None = None) -> str:
    """Files on this disk as a table in SQL: `select … from {read_files("a.csv", all_varchar=True)}`."""
    several = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    named = ", ".join(resolving.literal(str(path)) for path in several)
    kind = format or str(several[0]).rsplit(".", 1)[-1].lower()
    function = {"csv": "read_csv", "txt": "read_csv", "parquet": "read_parquet", "json": "read_json",
                "jsonl": "read_json", "ndjson": "read_json"}[kind]
    more = "".join(f", {name} = {_option(value)}" for name, value in (options or {}).items())
    return f"{function}([{named}]{more})"


def _option(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case Mapping():
            return "{" + ", ".join(f"{resolving.literal(str(k))}: {_option(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_option(v) for v in value) + "]"
        case _:
            return resolving.literal(str(value))
