"""Engines in process: one DuckDB for the readings of all threads, and one of its own for each session of work."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ludao.blocks.lake import place

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MEMORY = "LUDAO_LAKE_MEMORY"


def settings(memory: str = "", threads: int = 0) -> dict[str, Any]:
    """Bounded: what does not fit is spilled beside the lake."""
    return {
        "memory_limit": memory or os.environ.get(MEMORY) or usual_memory(),
        "threads": threads or os.cpu_count() or 1,
        "temp_directory": str(place.scratch() / f"{os.getpid()}-{uuid4().hex[:8]}"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


def usual_memory() -> str:
    """A quarter of this machine's, 2 GB at least."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{max(2000, whole // 4 // 10**6)}MB"


def connect(memory: str = "", threads: int = 0) -> "duckdb.DuckDBPyConnection":
    import duckdb

    sweep()
    connection = duckdb.connect(":memory:", config=settings(memory, threads))
    connection.execute("set TimeZone = 'Asia/Shanghai'")
    connection.execute("set parquet_metadata_cache = true")
    return connection


class Result:
    """Rows of a query, read once: as Arrow, in batches, or as dictionaries."""

    def __init__(self, relation: Any) -> None:
        self._relation = relation

    def reader(self, batch_rows: int = 100_000) -> "pa.RecordBatchReader":
        reader: pa.RecordBatchReader = self._relation.to_arrow_reader(batch_rows)
        return reader

    def arrow(self) -> "pa.Table":
        table: pa.Table = self._relation.to_arrow_table()
        return table

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.arrow().to_pylist()
        return found

    def one(self) -> Any:
        """The first value of the first row."""
        rows = self.rows()
        return next(iter(rows[0].values())) if rows else None


def run(connection: "duckdb.DuckDBPyConnection", query: str, parameters: Mapping[str, Any] | None = None) -> Result:
    """A SELECT waits until its rows are asked for; whatever else is done at once."""
    relation = connection.sql(query, params=dict(parameters or {}) or None)
    return Result(connection if relation is None else relation)


class Session:
    """An engine of its own for a piece of work: SQL over addresses, tables handed in, tables made on the way."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        self.connection = connection

    def sql(self, query: str, parameters: Mapping[str, Any] | None = None) -> Result:
        from ludao.blocks.lake import resolving

        return run(self.connection, resolving.resolve(query, parameters), parameters)

    def arrow(self, query: str, parameters: Mapping[str, Any] | None = None) -> "pa.Table":
        return self.sql(query, parameters).arrow()

    def register(self, name: str, data: Any) -> None:
        self.connection.register(name, data)

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def session(memory: str = "", threads: int = 0) -> Session:
    return Session(connect(memory, threads))


_here = threading.local()
_shared: dict[int, "duckdb.DuckDBPyConnection"] = {}
_making = threading.Lock()


def reading() -> "duckdb.DuckDBPyConnection":
    """This thread's connection for readings; all threads share memory and what is known of files."""
    process = os.getpid()
    if getattr(_here, "process", None) != process:
        with _making:
            if process not in _shared:
                _shared[process] = connect()
        _here.connection, _here.process = _shared[process].cursor(), process
        _here.connection.execute("set TimeZone = 'Asia/Shanghai'")
    connection: duckdb.DuckDBPyConnection = _here.connection
    return connection


def sweep() -> None:
    """What killed processes left in the scratch folder goes."""
    for path in place.scratch().iterdir():
        if not _is_alive(path):
            for part in [*_parts(path), path]:
                with suppress(OSError):
                    part.rmdir() if part.is_dir() else part.unlink()


def _parts(path: Path) -> Iterator[Path]:
    return iter(sorted(path.rglob("*"), reverse=True))


def _is_alive(path: Path) -> bool:
    return Path(f"/proc/{path.name.split('-')[0]}").exists()
