"""New versions of a table: files are written beside the old ones, then one commit names what comes and what goes."""

import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ludao.base.errors import Conflict, Problem
from ludao.base.text import t
from ludao.blocks.lake import narrow, place
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.buckets import bucket_of
from ludao.blocks.lake.resolving import kinds, literal, quoted
from ludao.blocks.lake.table import BUCKET, File, Table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from deltalake.transaction import AddAction

MOST_TRIES = 50
FEW_BUCKETS = 64
Titles = dict[str, str] | str


@dataclass
class Change:
    """What one commit does to a table."""

    operation: str
    come: list["AddAction"] = field(default_factory=list)
    go: list[File] = field(default_factory=list)
    rows: int = 0
    more: dict[str, Any] = field(default_factory=dict)


def commit(table: Table, change: Change, run: str = "") -> int:
    """The next version of `table`, or Conflict when somebody else made one meanwhile: its number is taken once."""
    from deltalake import CommitProperties, DeltaTable
    from deltalake.exceptions import CommitFailedError
    from deltalake.transaction import RemoveAction

    delta = DeltaTable(str(table.folder), version=table.version)
    moment = int(time.time() * 1000)
    gone = [RemoveAction(file.path, True, moment, file.size, _partition(table, file.bucket)) for file in change.go]
    _to_disk([table.folder / action.path for action in change.come])
    about = {"ludao": json.dumps({"operation": change.operation, "run": run, "rows": change.rows, **change.more})}
    try:
        delta.create_write_transaction(
            [*change.come, *gone], "append", delta.schema(), [BUCKET] if table.key else [],
            commit_properties=CommitProperties(custom_metadata=about, max_commit_retries=0),
        )
    except CommitFailedError as error:
        raise Conflict(t("别人同时写了这张表", "Somebody else wrote this table at the same time")) from error
    return table.version + 1


def changing(address: str, make: Callable[[Table], Change | None], run: str = "") -> int:
    """Make a change and commit it; made anew over the newer version as often as somebody else was first."""
    for turn in range(MOST_TRIES):
        table = tables.now(address)
        change = make(table)
        if change is None:
            return table.version
        try:
            return commit(table, change, run)
        except Conflict:
            discard(table, change)
            time.sleep(0.01 * turn)
    raise Conflict(t(f"{address} 一直被别人写入，请稍后再试",
                     f"{address} is being written all the time; try again later"))


def discard(table: Table, change: Change) -> None:
    for action in change.come:
        (table.folder / action.path).unlink(missing_ok=True)


def create(address: str, schema: "pa.Schema", key: Sequence[str] = (), buckets: int = 1,
           title: Titles | None = None, group: int = 0) -> None:
    """Make the table, or add the columns that it lacks. Raises Problem when the schema contradicts what stands.
    `group`: rows of a row group, fewer where rows are wide and asked for by key; what stands is not written anew."""
    with place.writing(address):
        if tables.exists(address):
            _widen(tables.now(address), normal(schema), tuple(key), group)
        else:
            _make(address, normal(schema), tuple(key), max(1, buckets), title or "", group)


def _make(address: str, schema: "pa.Schema", key: tuple[str, ...], buckets: int, title: Titles, group: int) -> None:
    import pyarrow as pa
    from deltalake import DeltaTable

    unknown = [name for name in key if name not in schema.names]
    if unknown:
        raise Problem(t(f"主键列 {unknown[0]} 不在列中", f"The key {unknown[0]} is not among the columns"), field="key")
    DeltaTable.create(
        str(place.folder(address)), schema.append(pa.field(BUCKET, pa.int32())) if key else schema, mode="ignore",
        partition_by=[BUCKET] if key else None, name=address, description=_about(title, key, buckets, group),
        configuration={"delta.logRetentionDuration": "interval 3650 days", "delta.checkpointInterval": "20"},
    )


def _about(title: Titles, key: tuple[str, ...], buckets: int, group: int, is_widened: bool = False) -> str:
    return json.dumps({"title": title, "key": key, "buckets": buckets, "group": group, "widened": is_widened},
                      ensure_ascii=False)


def _widen(table: Table, schema: "pa.Schema", key: tuple[str, ...], group: int) -> None:
    from deltalake import Field, Schema

    if key and key != table.key:
        raise Problem(t(f"{table.address} 的主键是 {'、'.join(table.key)}",
                        f"The key of {table.address} is {', '.join(table.key)}"), field="key")
    stand = {f.name: f.type for f in table.schema}
    for wanted in schema:
        if wanted.name in stand and stand[wanted.name] != wanted.type:
            raise Problem(t(f"列 {wanted.name} 已是 {stand[wanted.name]}，不能改为 {wanted.type}",
                            f"Column {wanted.name} is {stand[wanted.name]} already, it cannot become {wanted.type}"),
                          field=wanted.name)
    new = [f for f in schema if f.name not in stand]
    is_widened = table.is_widened or bool(new and table.every_file)
    if (is_widened, group or table.group) != (table.is_widened, table.group):
        about = _about(table.titles, table.key, table.buckets, group or table.group, is_widened)
        tables.opened(table.address).alter.set_table_description(about)
    if new:
        import pyarrow as pa

        fields: list[Field] = list(Schema.from_arrow(pa.schema([f.with_nullable(True) for f in new])).fields)
        tables.opened(table.address).alter.add_columns(fields)


def normal(schema: "pa.Schema") -> "pa.Schema":
    """As the lake keeps it: moments in microseconds of UTC, text and numbers of the usual kinds, all may be empty."""
    import pyarrow as pa

    return pa.schema([pa.field(f.name, _normal(f.type)) for f in schema])


def _normal(kind: Any) -> Any:
    import pyarrow as pa

    known = {pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64(), pa.uint64(): pa.int64(),
             pa.float16(): pa.float32(), pa.date64(): pa.date32(), pa.null(): pa.string()}
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", "UTC") if kind.tz else pa.timestamp("us")
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_dictionary(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(_normal(kind.value_type))
    return known.get(kind, kind)


# — files ———————————————————————————————————————————————————————————————————————————————————————————————


def fitted(table: Table, names: Iterable[str], source: str, *more: str) -> str:
    """A SELECT of the table's columns from `source`, which has the columns `names`: cast, missing ones empty."""
    given = {name.lower(): name for name in names}
    unknown = [given[name] for name in given if name not in {c.lower() for c in table.columns}]
    if unknown:
        raise Problem(t(f"{table.address} 没有 {'、'.join(unknown)} 这一列",
                        f"{table.address} has no column {', '.join(unknown)}"), field=unknown[0])
    columns = [
        f"{quoted(given[name.lower()])}::{kind} as {quoted(name)}" if name.lower() in given
        else f"null::{kind} as {quoted(name)}"
        for name, kind in kinds(table.schema).items()
    ]
    return f"select {', '.join([*columns, *more])} from {source}"


def store(connection: "duckdb.DuckDBPyConnection", table: Table, select: str) -> list["AddAction"]:
    """Write the rows of a SELECT of the table's columns as new files, in their buckets, sorted by key."""
    if not table.key:
        return _copy(connection, table, select, f"part-{_name()}.parquet")
    keys = ", ".join(quoted(name) for name in table.key)
    if table.buckets == 1:
        return store_in(connection, table, 0, f"{select} order by {keys}")
    bucketed = f"select *, {bucket_of(table.key, table.buckets)} as {BUCKET} from ({select})"
    if table.group < narrow.SMALLEST:
        return _copy(connection, table, f"{bucketed} order by {BUCKET}, {keys}", "")
    # By key alone: each bucket's rows keep that order, and keys often come nearly in it, which sorts fast. The engine
    # writes half a million rows at a time, which of many buckets would be small groups.
    order = keys if table.buckets <= FEW_BUCKETS else f"{BUCKET}, {keys}"
    return _copy(connection, table, f"{bucketed} order by {order}", "", f", partition_by ({BUCKET}), append")


def store_in(connection: "duckdb.DuckDBPyConnection", table: Table, bucket: int, select: str) -> list["AddAction"]:
    """The same for rows that all belong to one bucket, in the order they come."""
    if table.key:
        (table.folder / f"{BUCKET}={bucket}").mkdir(exist_ok=True)
    return _copy(connection, table, select, f"{BUCKET}={bucket}/part-{_name()}.parquet", bucket=bucket)


def _copy(
    connection: "duckdb.DuckDBPyConnection", table: Table, select: str, name: str, more: str = "", bucket: int = 0,
) -> list["AddAction"]:
    target = table.folder / name if name else table.folder
    is_narrow = bool(table.key) and table.group < narrow.SMALLEST
    pattern = ", filename_pattern 'part-{uuid}'" if not name else ""
    rows: Sequence[Any] = narrow.write(connection, table, select, name, bucket) if is_narrow else connection.execute(
        f"copy ({select}) to {literal(str(target))}"
        f" (format parquet, compression zstd, compression_level 1, return_stats{more}{pattern}"
        f", row_group_size {table.group if table.key else 122_880})"
    ).fetchall()
    return [_action(table, row, bucket) for row in rows if row[1]] if rows else []


def _action(table: Table, row: Sequence[Any], bucket: int) -> "AddAction":
    from deltalake.transaction import AddAction

    path, count, size, _, statistics, partition = row[:6]
    if partition:
        bucket = int(partition[BUCKET])
    return AddAction(str(Path(path).relative_to(table.folder)), size, _partition(table, bucket),
                     int(time.time() * 1000), True, json.dumps(_statistics(table, count, statistics)))


def _partition(table: Table, bucket: int) -> dict[str, str | None]:
    return {BUCKET: str(bucket)} if table.key else {}


def _to_disk(paths: Sequence[Path]) -> None:
    """A version that is named must outlive a cut of the power. Several at once: a disk takes them together."""
    if paths:
        with ThreadPoolExecutor(min(8, len(paths))) as several:
            list(several.map(sync, paths))


def sync(path: Path) -> None:
    """A folder too: so that the names in it outlive a cut of the power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _statistics(table: Table, rows: int, columns: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The bounds of whole numbers, days and short texts, by which readers leave files out."""
    import pyarrow as pa

    low: dict[str, Any] = {}
    high: dict[str, Any] = {}
    for column in table.schema:
        known = columns.get(quoted(column.name), {})
        if "min" not in known or known.get("min_is_exact") != "true" or known.get("max_is_exact") != "true":
            continue
        if pa.types.is_integer(column.type):
            low[column.name], high[column.name] = int(known["min"]), int(known["max"])
        elif pa.types.is_string(column.type) or pa.types.is_date(column.type):
            low[column.name], high[column.name] = known["min"], known["max"]
    return {"numRecords": rows, "minValues": low, "maxValues": high,
            "nullCount": {c.name: int(columns[quoted(c.name)]["null_count"]) for c in table.schema
                          if "null_count" in columns.get(quoted(c.name), {})}}


def _name() -> str:
    from uuid import uuid4

    return uuid4().hex


