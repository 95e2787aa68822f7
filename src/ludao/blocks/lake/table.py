"""A table of the lake as it stands in one version: its columns, its key, its files."""

import json
import os
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ludao.base.errors import Problem
from ludao.base.text import from_pair, t
from ludao.blocks.lake import place

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

BUCKET = "_bucket"
MOST_REMEMBERED = 500
ROWS_A_GROUP = 4096  # by key one group is read: 10,240 rows take twice as long, scans gain nothing by them


@dataclass(frozen=True)
class File:
    """One Parquet file of a table. Files of a negative bucket hold the tombstones of bucket -1 - n."""

    path: str
    rows: int
    size: int
    bucket: int = 0
    low: dict[str, Any] = field(default_factory=dict)
    high: dict[str, Any] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        return self.bucket >= 0


@dataclass(frozen=True)
class Table:
    """What is known of a table in one version. `rows` and `bytes` count what is not deleted."""

    address: str
    titles: dict[str, str] | str
    key: tuple[str, ...]
    buckets: int
    group: int  # rows of a row group
    is_widened: bool
    schema: "pa.Schema"
    version: int
    updated_at: datetime
    every_file: tuple[File, ...]
    folder: Path

    @property
    def title(self) -> str:
        return from_pair(self.titles)

    @property
    def files(self) -> list[File]:
        return [file for file in self.every_file if file.is_live]

    @cached_property
    def _by_bucket(self) -> dict[int, list[File]]:
        found: dict[int, list[File]] = {}
        for file in self.files:
            found.setdefault(file.bucket, []).append(file)
        return found

    def files_in(self, bucket: int) -> list[File]:
        return self._by_bucket.get(bucket, [])

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def bytes(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def columns(self) -> list[str]:
        return list(self.schema.names)

    def path(self, file: File) -> str:
        return str(self.folder / file.path)


@dataclass
class _Remembered:
    table: Table
    mark: tuple[int, int]


_remembered: OrderedDict[str, _Remembered] = OrderedDict()
_past: OrderedDict[tuple[str, int], Table] = OrderedDict()
_lock = threading.Lock()


def exists(address: str) -> bool:
    return bool(place.ADDRESS.fullmatch(address)) and _log(place.folder(address), 0).parent.is_dir()


def now(address: str) -> Table:
    """The newest version. Remembered; whether there is a newer one costs two looks at the disk."""
    folder = place.folder(address)
    known = _remembered.get(str(folder))
    if known and _is_newest(folder, known):
        return known.table
    table = read(opened(address), address)
    with _lock:
        _remembered[str(folder)] = _Remembered(table, _mark(folder, table.version))
        _remembered.move_to_end(str(folder))
        while len(_remembered) > MOST_REMEMBERED:
            _remembered.popitem(last=False)
    return table


def _is_newest(folder: Path, known: _Remembered) -> bool:
    version = known.table.version
    return _mark(folder, version) == known.mark and not _log(folder, version + 1).exists()


def as_of(address: str, moment: datetime | int | None) -> Table:
    """As it was at a moment or in a version."""
    if moment is None:
        return now(address)
    delta = opened(address)
    try:
        delta.load_as_version(moment)
    except Exception as error:
        raise Problem(t(f"{address} 在 {moment} 时还没有数据", f"{address} held nothing yet at {moment}"),
                      field="as_of") from error
    return read(delta, address)


def opened(address: str) -> "DeltaTable":
    from deltalake import DeltaTable

    if not exists(address):
        raise Problem(t(f"数据湖里没有 {address}", f"There is no {address} in the lake"), field="address")
    return DeltaTable(str(place.folder(address)))


def read(delta: "DeltaTable", address: str) -> Table:
    import pyarrow as pa

    about = json.loads(delta.metadata().description or "{}")
    schema = pa.schema(delta.schema().to_arrow())
    whole = schema.remove(schema.get_field_index(BUCKET)) if BUCKET in schema.names else schema
    actions = pa.table(delta.get_add_actions(flatten=True)).to_pylist()
    return Table(
        address=address, titles=about.get("title", ""), key=tuple(about.get("key", ())),
        buckets=about.get("buckets", 1), group=about.get("group") or ROWS_A_GROUP,
        is_widened=about.get("widened", False), schema=whole,
        version=delta.version(), updated_at=_committed_at(delta), folder=place.folder(address),
        every_file=tuple(sorted((_file(row, whole.names) for row in actions), key=lambda f: (f.bucket, f.path))),
    )


def _file(row: dict[str, Any], columns: list[str]) -> File:
    return File(
        path=row["path"], rows=row["num_records"] or 0, size=row["size_bytes"],
        bucket=int(row.get(f"partition.{BUCKET}") or 0),
        low={c: row[f"min.{c}"] for c in columns if row.get(f"min.{c}") is not None},
        high={c: row[f"max.{c}"] for c in columns if row.get(f"max.{c}") is not None},
    )


def _committed_at(delta: "DeltaTable") -> datetime:
    log = _log(Path(delta.table_uri.removeprefix("file://")), delta.version())
    newest = delta.history(1)
    stamp = newest[0].get("timestamp") if newest else None
    return datetime.fromtimestamp(stamp / 1000 if stamp else log.stat().st_mtime, UTC)


def _log(folder: Path, version: int) -> Path:
    return folder / "_delta_log" / f"{version:020d}.json"


def _mark(folder: Path, version: int) -> tuple[int, int]:
    """Tells a version from another of the same number, where a table was dropped and made anew."""
    try:
        stat = os.stat(_log(folder, version))
    except FileNotFoundError:
        return (0, 0)
    return stat.st_ino, stat.st_mtime_ns
