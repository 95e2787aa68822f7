"""Addresses in a query become the files that matter; the rest of its text stays as it was written."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlglot
from sqlglot import exp

from ludao.blocks.lake import pruning
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.table import File, Table


def resolve(query: str, parameters: Mapping[str, Any] | None = None, as_of: datetime | int | None = None) -> str:
    """What DuckDB runs. Names that are no table of the lake are left alone."""
    if "." not in query:
        return query
    out, at = [], 0
    for start, end, node, address in sorted(_named(query), key=lambda found: found[0]):
        alias = "" if node.alias else f" as {quoted(node.name)}"
        table = tables.as_of(address, as_of)
        out += [query[at:start], source(table, pruning.files(table, node, parameters or {})), alias]
        at = end
    return "".join([*out, query[at:]])


def addresses(query: str) -> list[str]:
    """The tables of the lake that a query reads."""
    return sorted({address for _, _, _, address in _named(query)})


def _named(query: str) -> Iterator[tuple[int, int, exp.Table, str]]:
    for tree in _parsed(query):
        for node in tree.find_all(exp.Table):
            parts = [part for part in node.parts if isinstance(part, exp.Identifier)]
            address = ".".join(part.name for part in parts)
            if len(parts) > 1 and tables.exists(address):
                yield parts[0].meta["start"], parts[-1].meta["end"] + 1, node, address


def _parsed(query: str) -> list[exp.Expr]:
    """A statement of DuckDB that our parser does not know reads no address."""
    try:
        return [tree for tree in sqlglot.parse(query, dialect="duckdb") if tree]
    except sqlglot.ParseError:
        return []


def source(table: Table, files: list[File] | None = None) -> str:
    """A table's rows as SQL: `(select … from read_parquet([…]))`."""
    chosen = table.files if files is None else files
    columns = ", ".join(quoted(name) for name in table.columns)
    if not chosen:
        return f"({nothing(table)})"
    if not table.is_widened:
        return f"(select {columns} from {parquet(table, chosen)})"
    # Files from before a column was added lack it; the empty part gives its name and type.
    return (f"(select {columns} from (select * from {parquet(table, chosen, by_name=True)}"
            f" union all by name {nothing(table)}))")


def parquet(table: Table, files: list[File], by_name: bool = False) -> str:
    paths = ", ".join(literal(table.path(file)) for file in files)
    return f"read_parquet([{paths}], hive_partitioning = false{', union_by_name = true' if by_name else ''})"


def nothing(table: Table) -> str:
    columns = ", ".join(f"null::{kind} as {quoted(name)}" for name, kind in kinds(table.schema).items())
    return f"select {columns} where false"


def kinds(schema: Any) -> dict[str, str]:
    """DuckDB's type of each column."""
    return {field.name: kind_of(field.type) for field in schema}


def kind_of(kind: Any) -> str:
    import pyarrow as pa

    plain = {
        pa.string(): "varchar", pa.bool_(): "boolean", pa.int8(): "tinyint", pa.int16(): "smallint",
        pa.int32(): "integer", pa.int64(): "bigint", pa.float32(): "real", pa.float64(): "double",
        pa.date32(): "date", pa.binary(): "blob", pa.timestamp("us"): "timestamp",
    }
    if kind in plain:
        return plain[kind]
    if pa.types.is_timestamp(kind):
        return "timestamptz"
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    if pa.types.is_list(kind):
        return f"{kind_of(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return f"struct({', '.join(f'{quoted(f.name)} {kind_of(f.type)}' for f in kind)})"
    if pa.types.is_map(kind):
        return f"map({kind_of(kind.key_type)}, {kind_of(kind.item_type)})"
    raise TypeError(f"no column of the lake holds {kind}")


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
