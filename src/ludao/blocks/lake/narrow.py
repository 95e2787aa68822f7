"""Files in small row groups, for tables whose rows are wide: one row by its key is read with few others.

The engine puts 2,048 rows into a group at the least; of a person's whole file, kilobytes a row, that is too many.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ludao.blocks.lake.resolving import quoted
from ludao.blocks.lake.table import BUCKET, Table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SMALLEST = 2048  # the engine's own
ROWS = 8192      # at once in memory
Written = tuple[str, int, int, None, dict[str, dict[str, str]], dict[str, int] | None]


def write(connection: "duckdb.DuckDBPyConnection", table: Table, select: str, name: str, bucket: int) -> list[Written]:
    """The rows of a SELECT, ordered by bucket; told as the engine tells of what it wrote."""
    connection.execute("select 1").fetchall()  # ends what a caller left unread, which a reader would stumble over
    parts = _parts(connection.sql(select).to_arrow_reader(ROWS), bucket)
    return [
        _file(table, table.folder / (name or f"{BUCKET}={number}/part-{uuid4().hex}.parquet"),
              (batch for _, batch in batches), None if name else number)
        for number, batches in groupby(parts, key=lambda part: part[0])
    ]


def _parts(reader: "pa.RecordBatchReader", bucket: int) -> Iterator[tuple[int, "pa.RecordBatch"]]:
    """Batches, cut where a bucket ends."""
    for batch in reader:
        if BUCKET not in batch.schema.names:
            yield bucket, batch
            continue
        start, numbers = 0, batch.column(BUCKET).to_pylist()
        for number, run in groupby(numbers):
            rows = len(list(run))
            yield number, batch.slice(start, rows)
            start += rows


def _file(table: Table, path: Path, batches: Iterable["pa.RecordBatch"], bucket: int | None) -> Written:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    path.parent.mkdir(exist_ok=True)
    rows, low, high = 0, dict[str, Any](), dict[str, Any]()
    with ParquetWriter(path, table.schema, compression="zstd", write_statistics=list(table.key)) as out:
        for batch in batches:
            part = pa.Table.from_batches([batch]).select(table.columns).cast(table.schema)
            out.write_table(part, row_group_size=table.group)
            rows += part.num_rows
            for name in table.key:
                _widen(part.column(name), name, low, high)
    bounds = {quoted(name): {"min": str(low[name]), "max": str(high[name]), "min_is_exact": "true",
                             "max_is_exact": "true"} for name in low}
    return str(path), rows, path.stat().st_size, None, bounds, None if bucket is None else {BUCKET: bucket}


def _widen(column: Any, name: str, low: dict[str, Any], high: dict[str, Any]) -> None:
    import pyarrow.compute as pc

    found = pc.min_max(column).as_py()
    if found["min"] is not None:
        low[name] = min(low.get(name, found["min"]), found["min"])
        high[name] = max(high.get(name, found["max"]), found["max"])
