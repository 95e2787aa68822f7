"""Housekeeping of tables: small files put together, files that no version within retention names taken away."""

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from ludao.blocks.lake import place
from ludao.blocks.lake import table as tables
from ludao.blocks.lake.resolving import quoted, source
from ludao.blocks.lake.session import session
from ludao.blocks.lake.table import File, Table
from ludao.blocks.lake.writing import Change, changing, store_in

if TYPE_CHECKING:
    from deltalake.transaction import AddAction

MOST_FILES = 4
LARGE = 256 * 2**20
RETENTION_DAYS = 30


def compact(address: str, most_files: int = 1) -> int:
    """One sorted file instead of many in each bucket that has more than `most_files`; gives the version."""
    with session() as work, place.writing(address):

        def make(table: Table) -> Change | None:
            go = [file for files in scattered(table, most_files) for file in files]
            come: list[AddAction] = []
            order = f" order by {', '.join(quoted(k) for k in table.key)}" if table.key else ""
            for files in scattered(table, most_files):
                rows = f"select * from {source(table, files)}{order}"
                come += store_in(work.connection, table, files[0].bucket, rows)
            return Change("compact", come, go, sum(file.rows for file in go)) if go else None

        return changing(address, make)


def scattered(table: Table, most_files: int) -> list[list[File]]:
    """The files of each bucket that has more than `most_files`."""
    by_bucket: defaultdict[int, list[File]] = defaultdict(list)
    for file in table.every_file:
        if table.key or file.size < LARGE:
            by_bucket[file.bucket].append(file)
    return [files for files in by_bucket.values() if len(files) > most_files]


def vacuum(address: str, days: int = RETENTION_DAYS) -> int:
    """Take away what no version of the last `days` days names; gives the number of files. Older versions can then
    no longer be read."""
    hours = int(timedelta(days=days).total_seconds() // 3600)
    with place.writing(address):
        gone = tables.opened(address).vacuum(
            retention_hours=hours, dry_run=False, enforce_retention_duration=False, full=True)
    return len(gone)


def tidy() -> None:
    """All tables of the lake: compacted where merges scattered them, and past retention cleaned."""
    for address in place.addresses():
        compact(address, MOST_FILES)
        vacuum(address)
