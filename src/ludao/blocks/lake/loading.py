"""Data into a table as it comes: added behind what stands, in its place, or as a query's result."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ludao.blocks.lake import merging, place, resolving
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.reading import cluster_of, sql
from ludao.blocks.lake.session import Session, session
from ludao.blocks.lake.table import Table
from ludao.blocks.lake.writing import Change, Titles, changing, create, fitted, store

if TYPE_CHECKING:
    import pyarrow as pa


def append(address: str, data: Any, run: str = "", work: Session | None = None) -> int:
    """Add rows; gives the new version. `data`: Arrow data, or a SELECT of the session `work`, whose rows then go
    straight into files."""
    return _load(address, data, run, is_all=False, work=work)


def replace(address: str, data: Any, run: str = "", work: Session | None = None) -> int:
    """These rows instead of all that stand; gives the new version."""
    return _load(address, data, run, is_all=True, work=work)


def _load(address: str, data: Any, run: str, is_all: bool, work: Session | None = None) -> int:
    if work:
        return load_from(work, address, f"({data})", run, is_all)
    with session() as work:
        work.register("_delivered", data)
        return load_from(work, address, "_delivered", run, is_all)


def load_from(work: Session, address: str, source: str, run: str, is_all: bool) -> int:
    names = [column[0] for column in work.connection.execute(f"select * from {source} limit 0").description or ()]
    written: list[Any] = []

    def make(table: Table) -> Change:
        if not written:  # a stream can be read once only; files are still good for the next try
            written.extend(store(work.connection, table, fitted(table, names, source)))
        rows = sum(_rows(action) for action in written)
        return Change("replace" if is_all else "append", written, list(table.every_file) if is_all else [], rows)

    with place.writing(address):
        return changing(address, make, run)


def _rows(action: Any) -> int:
    import json

    return int(json.loads(action.stats)["numRecords"])


def write(address: str, query: str, parameters: Mapping[str, Any] | None = None, *, mode: str = "replace",
          key: Sequence[str] = (), buckets: int = 1, at: str | None = None, run: str = "",
          engine: str | None = None, title: Titles | None = None) -> int:
    """A query's result into a table, which is made or widened as the result asks; gives the new version.
    `mode`: replace, append or merge."""
    if where := cluster_of(engine):
        return _write_from(sql(query, parameters, engine=where).arrow(), address, mode, key, buckets, at, run)
    with session() as work:
        resolved = resolving.resolve(query, parameters)
        values = dict(parameters or {}) or None
        if values:
            work.connection.execute(f"create temp table _result as {resolved}", values)
            source = "_result"
        else:
            source = f"({resolved})"
        schema = work.arrow(f"select * from {source} limit 0").schema
        create(address, schema, key, buckets, title)
        if mode == "merge":
            return merging.merge_from(work, address, source, at, None, run).version
        return load_from(work, address, source, run, is_all=mode == "replace")


def _write_from(found: "pa.Table", address: str, mode: str, key: Sequence[str], buckets: int, at: str | None,
                run: str) -> int:
    """What a cluster computed, gathered here."""
    create(address, found.schema, key, buckets)
    if mode == "merge":
        return merging.merge(address, found, at, None, run).version
    return _load(address, found, run, is_all=mode == "replace")


def describe(address: str) -> Table:
    return tables.now(address)
